"""The parts of a charter's page that say its numbers: three figures, two tables, and what is owed.

Every number comes from the charter; none is typed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from charters.rules import Rule, Way
from charters.terms import Asset, Policy, in_words
from charters.values import bodies, hours, people, percent, values_of
from charters.wording import Words, sentences


@dataclass(frozen=True, slots=True)
class Figure:
    """A few words that stand large, and what they mean."""

    large: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of as many cells."""

    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


OWNERS: Mapping[str, Words] = MappingProxyType(
    {
        "voter": Words("Nobody: it is yours to change or take back"),
        "author": Words("The author"),
        "common": Words("Nobody alone: it is held in common"),
    }
)
REUSE: Mapping[str | None, Words] = MappingProxyType(
    {
        None: Words("Nobody"),
        "view-only": Words("Nobody"),
        "CC0-1.0": Words("Anybody, without conditions (public domain)"),
        "CC-BY-4.0": Words("Anybody, with credit (CC BY)"),
        "CC-BY-SA-4.0": Words("Anybody, with credit and on the same terms (CC BY-SA)"),
        "OGL-UK-3.0": Words("Anybody, with credit (Open Government Licence)"),
    }
)


def figures(policy: Policy) -> tuple[Figure, ...]:
    """The three that stand at the top of the page."""
    share = Words(
        "Nothing is agreed until people and bodies both say yes. Each side needs %(share)s of its votes.",
        share=percent(policy.adoption),
    )
    late = Words("Bodies must answer what people agree on across their groups. Everybody sees who is late.")
    days = Words("%(time)s", time=values_of(policy)["answer_days"])
    return Figure(Words("Both keys"), share), _published(policy), Figure(days, late)


def _published(policy: Policy) -> Figure:
    if policy.publication.microdata:
        text = Words("Everybody's votes are published, under numbers that say nothing of you.")
        return Figure(Words("Whole ballots"), text)
    text = Words("We never publish a number for fewer. We never publish your own vote.")
    return Figure(people(policy.publication.profile.smallest), text)


def owners(policy: Policy) -> Table:
    """What people bring: who owns it, who decides, what others see and may do, how long it is kept."""
    head = (
        Words("What"),
        Words("Who owns it"),
        Words("Who decides"),
        Words("What others see"),
        Words("Who may use it again"),
        Words("Kept for"),
    )
    return Table(head, tuple(_owner(policy, asset) for asset in policy.assets.values()))


def _owner(policy: Policy, asset: Asset) -> tuple[Words, ...]:
    what, decides, seen = _asset(policy, asset.id)
    reuse = REUSE[asset.licence]
    if asset.opt_in_licence is not None:
        more = REUSE[asset.opt_in_licence]
        reuse = Words("%(reuse)s, unless you choose: %(more)s", reuse=reuse, more=more)
    return what, OWNERS[asset.owner], decides, seen, reuse, _kept(asset)


def _asset(policy: Policy, asset: str) -> tuple[Words, Words, Words]:
    both = Words("Both sides together")
    match asset:
        case "vote":
            smallest = people(policy.publication.profile.smallest)
            seen = Words("Totals for %(people)s or more", people=smallest)
            if policy.publication.microdata:
                seen = Words("All votes, without your name")
            return Words("Your votes"), Words("You"), seen
        case "statement":
            return Words("Your statements"), Words("You, as the author"), Words("The words, not your name")
        case "story":
            seen = Words("The story, under a name you choose")
            return Words("Your story"), Words("You, as the author"), seen
        case "proposal":
            return Words("The proposals we write"), both, Words("All of it")
    return Words("The totals"), both, Words("All of them")


def _kept(asset: Asset) -> Words:
    if asset.retention_days is None:
        return Words("As long as the space")
    time = in_words(asset.retention_days)
    if asset.after_retention == "aggregate":
        return Words("%(time)s, then only totals", time=time)
    return Words("%(time)s, then deleted", time=time)


def decisions(policy: Policy) -> Table:
    """Who decides what, and how."""
    return Table(
        (Words("What is decided"), Words("Who decides"), Words("How")),
        (*_of_both_sides(policy), *_of_others(policy)),
    )


def _of_both_sides(policy: Policy) -> Iterator[tuple[Words, Words, Words]]:
    both, opening = Words("Both sides"), way(policy.agreements["consultation"])
    founding = Rule(Way.ONE_EACH, policy.founding.open_days)
    longest = Words("For %(time)s at most.", time=in_words(policy.running.facilitator_days))
    who = sentences(longest, way(policy.agreements["facilitator"]))
    yield Words("The first charter"), Words("The founders of both sides"), way(founding)
    yield Words("That charter for good, and every change of it"), both, way(policy.amendment)
    yield Words("To open a consultation, extend it or close it early"), both, opening
    yield Words("Who may vote in it"), Words("Both sides, before the first vote"), opening
    yield Words("A proposal"), both, way(policy.adoption)
    yield Words("To publish an outcome"), both, way(policy.agreements["outcome"])
    yield Words("Who the facilitator is"), both, who


def _of_others(policy: Policy) -> Iterator[tuple[Words, Words, Words]]:
    flo = Words("The facilitator")
    pause = Words("For %(time)s at most, with a reason in public.", time=hours(policy.fairness.pause_hours))
    appeal = Words(
        "Neither removed it. Silence brings the text back, unless it is unlawful or names somebody."
    )
    answer = Words("Within %(time)s, in public.", time=values_of(policy)["answer_days"])
    yield Words("How you vote and what you say"), Words("You"), Words("You can take it back at any time.")
    yield Words("To pause a consultation"), flo, pause
    yield Words("To remove a statement"), flo, Words("By a rule and with a reason, on the public record.")
    yield Words("An appeal against that"), Words("A person from each side"), appeal
    by_rule = Words("By rule. Nobody can do it by hand.")
    yield Words("Which figures are published, and when"), Words("This charter"), by_rule
    yield Words("What a body answers"), Words("That body"), answer
    without = Words("Without power over votes, results, wording or keys.")
    yield Words("How the machine is run"), Words("The operator"), without


def way(rule: Rule) -> Words:
    """A rule as a sentence or two."""
    time = in_words(rule.open_days)
    if rule.way is Way.ONE_EACH:
        return Words("A signature from each side, within %(time)s.", time=time)
    return Words(
        "At least %(share)s yes on each side. At least %(people)s and %(bodies)s must vote, in %(time)s.",
        share=percent(rule),
        people=people(rule.quorum.people),
        bodies=bodies(rule.quorum.body),
        time=time,
    )


def duties(policy: Policy) -> tuple[Words, ...]:
    """What each body owes and within how long, and what whoever asks a question owes to people."""
    names = {party.id: party.name for party in policy.parties} | {"body": Words("Every body")}
    owed = (duty(one.do, names[one.party], in_words(one.within_days)) for one in policy.duties)
    return (*owed, *_asking(policy))


KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "improve-service": Words("A question about how to improve a service"),
        "choose-options": Words("A question about which way to choose"),
        "set-priorities": Words("A question about what comes first"),
        "look-back": Words("A question about how a change has worked"),
        "blank": Words("Any other question"),
    }
)


def _asking(policy: Policy) -> Iterator[Words]:
    words = policy.fairness.reasons_words
    yield Words("Whoever asks a question: reasons for it, in %(words)s words or more", words=words)
    for kind, days in policy.fairness.least_days.items():
        name, time = KINDS.get(kind, kind), in_words(days)
        yield Words("%(kind)s: %(time)s or more to answer it", kind=name, time=time)


def duty(do: str, party: str, time: Words) -> Words:
    """What a party owes, in a line."""
    match do:
        case "answer-consensus-item":
            return Words(
                "%(party)s: an answer to what people agree on, within %(time)s", party=party, time=time
            )
        case "report-commitments":
            return Words("%(party)s: a report on what was promised, every %(time)s", party=party, time=time)
    return Words(
        "%(party)s: a new delegate's name, when the last has left, within %(time)s", party=party, time=time
    )
