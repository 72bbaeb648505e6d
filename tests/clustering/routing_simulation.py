"""People who come one by one and answer what they are shown: to see whom the draws leave out.

Whoever answers more agrees more, and so does whoever comes later. So a plain share of the answers is wrong,
and is known to be wrong by how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from clustering.exposure import Share, corrected_share, weight_of_answer
from clustering.routing import next_statement

ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: by whom, whether they agreed, and how the statement came to be shown."""

    person: int
    agrees: bool
    probability: float
    turn: int


@dataclass(slots=True)
class Course:
    """What happened. `came` and `reached` count draws: when a statement appeared, and had 20 answers."""

    seen: list[int]
    came: dict[int, int] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)
    answers: dict[int, list[Answered]] = field(default_factory=dict)
    turns: dict[int, int] = field(default_factory=dict)
    truth: dict[int, float] = field(default_factory=dict)
    draws: int = 0

    def waited(self, statement: int) -> int:
        """After how many draws from its coming a statement had 20 answers."""
        return self.reached[statement] - self.came[statement]

    def plain(self, statement: int) -> float:
        given = self.answers[statement]
        return sum(one.agrees for one in given) / len(given)

    def corrected(self, statement: int) -> Share:
        given = self.answers[statement]
        weights = [weight_of_answer(one.probability, one.turn, self.turns[one.person]) for one in given]
        return corrected_share([one.agrees for one in given], weights)


def simulate(
    statements: int, people: int, *, late: int = 0, grain: int = 10, most: int = 25, seed: int = 3
) -> Course:
    """Each answers 1 to `most` statements; the `late` last appear half-way; draws see counts in grains."""
    random, course, half = Random(seed), Course([0] * statements), people // 2
    ease = [random.uniform(0.4, 0.6) for _ in range(statements)]
    leanings: dict[int, list[float]] = {number: [] for number in range(statements)}
    for person in range(people):
        visible = range(statements if person >= half else statements - late)
        turns = course.turns[person] = random.randint(1, min(most, len(visible)))
        leaning = 0.25 * (2 * turns / most - 1) + 0.1 * (2 * person / people - 1)
        for number in visible:
            course.came.setdefault(number, course.draws)
            leanings[number].append(ease[number] + leaning)
        _answer(course, person, visible, [one + leaning for one in ease], grain, random)
    course.truth = {number: sum(each) / len(each) for number, each in leanings.items()}
    return course


def _answer(
    course: Course, person: int, visible: range, agreeing: list[float], grain: int, random: Random
) -> None:
    left = list(visible)
    for turn in range(1, course.turns[person] + 1):
        known = {number: course.seen[number] // grain * grain for number in left}
        choice = next_statement(left, seen_counts=known, seed=random.randrange(2**31))
        number = choice.statement_id
        left.remove(number)
        course.draws += 1
        course.seen[number] += 1
        if course.seen[number] == ENOUGH:
            course.reached[number] = course.draws
        agrees = random.random() < agreeing[number]
        course.answers.setdefault(number, []).append(Answered(person, agrees, choice.probability, turn))


def gini(counts: Sequence[int]) -> float:
    """0 where all are equal, towards 1 where one has everything."""
    ranked, n = sorted(counts), len(counts)
    return sum((2 * i - n + 1) * x for i, x in enumerate(ranked)) / (n * sum(ranked))
