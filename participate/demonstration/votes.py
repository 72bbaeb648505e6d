"""Who votes what and when: drawn from a seed, by each planted group's leaning to each statement."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, repeat
from random import Random

from charters.states import Attestation
from participate.demonstration.script import LEANINGS, Planted, Script


@dataclass(frozen=True, slots=True)
class InventedVote:
    """`person` counts within the consultation, `statement` is its place in the script.

    `after` is the time since the opening; agree +1, pass 0, disagree -1.
    """

    person: int
    statement: int
    after: timedelta
    value: int


def group_of_each(script: Script, seed: int) -> list[str]:
    """The planted group of each person, in the order in which they come."""
    groups = list(chain.from_iterable(repeat(name, size) for name, size in script.groups.items()))
    Random(f"{seed} {script.slug} groups").shuffle(groups)  # noqa: S311  invented people
    return groups


def checked_of_each(script: Script, seed: int) -> list[Attestation]:
    """What was checked of each person, in the order in which they come."""
    chance = Random(f"{seed} {script.slug} checked")  # noqa: S311  invented people
    ways = [*(way for way, _ in script.checked), Attestation.OPEN]
    shares = [share for _, share in script.checked]
    return chance.choices(ways, [*shares, 1 - sum(shares)], k=script.people)


def invented_votes(script: Script, seed: int, *, span: timedelta) -> list[InventedVote]:
    """The votes of everybody, in the order of the people; `span` is from the opening to the last vote."""
    chance = Random(f"{seed} {script.slug} votes")  # noqa: S311
    groups, seen = list(script.groups), Counter[int]()
    votes = []
    for person, (group, arrival) in enumerate(
        zip(group_of_each(script, seed), _arrivals(script.people, span, chance), strict=True)
    ):
        passing = chance.uniform(0.5, 1.6)
        for statement, after in _ballot(script, arrival, span, seen, chance):
            leaning = script.statements[statement].leaning[groups.index(group)]
            votes.append(InventedVote(person, statement, after, _value(leaning, passing, chance)))
            seen[statement] += 1
    return votes


def _arrivals(people: int, span: timedelta, chance: Random) -> list[timedelta]:
    """Many come in the first days and some after each reminder, a week apart; by day more than by night."""
    days = span / timedelta(days=1)
    arrivals = []
    for _ in range(people):
        day = min(
            chance.expovariate(1 / 4) + 7 * chance.choice((0, 0, 1, 2, 3, 4, 5)), days * chance.random()
        )
        arrivals.append(timedelta(days=int(day), hours=chance.triangular(7, 23, 19)))
    latest = span - timedelta(hours=1)
    return sorted(max(timedelta(minutes=5), min(arrival, latest)) for arrival in arrivals)


def _ballot(
    script: Script, arrival: timedelta, span: timedelta, seen: Counter[int], chance: Random
) -> Iterator[tuple[int, timedelta]]:
    """What somebody votes on, in one visit or in two: from `fewest` statements to all that are there.

    Nobody comes in the last hour of the span, so that all are done by its end.
    """
    wanted = script.fewest + round((len(script.statements) - script.fewest) * chance.betavariate(1.2, 1.4))
    first = wanted if chance.random() < 0.6 else max(script.fewest, wanted // 2)
    later = min(arrival + timedelta(days=chance.uniform(2, 15)), span - timedelta(hours=1))
    done: set[int] = set()
    for moment, count in ((arrival, first), (later, wanted - first)):
        for statement in _served(script, moment, count, done, seen, chance):
            done.add(statement)
            moment += timedelta(seconds=chance.uniform(6, 45))
            yield statement, moment


def _served(
    script: Script, moment: timedelta, count: int, done: set[int], seen: Counter[int], chance: Random
) -> list[int]:
    """The statements shown in one visit: those that are there by then, the least seen a little sooner."""
    there = [n for n, one in enumerate(script.statements) if added_after(one, n) <= moment and n not in done]
    there.sort(key=lambda n: chance.random() * (10 + seen[n]))
    return there[:count]


def added_after(statement: Planted, place: int) -> timedelta:
    """When it was added, from the opening on: the first ones before it, the others in the course of a day."""
    if statement.day == 0:
        return timedelta()
    return timedelta(days=statement.day, hours=8 + place % 12, minutes=7 * place % 60)


def _value(leaning: str, passing: float, chance: Random) -> int:
    agree, disagree = LEANINGS[leaning]
    passes = min(0.5, passing * (1 - agree - disagree))
    drawn = chance.random() * (agree + disagree + passes)
    return 1 if drawn < agree else -1 if drawn < agree + disagree else 0
