"""The anomaly screen: ballots that people should look at before they rely on a result.

It flags and never removes. Nobody is proved to be anything by it: a flag says that a ballot, a set of ballots
or a wave of people is hardly to be expected, at a stated rate of false alarms. It needs numpy alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

import numpy as np

from clustering.bursts import FALSE_RATE as BURSTS_BY_CHANCE
from clustering.bursts import Burst, bursts
from clustering.matrix import AGREE, PASS, Id, VoteMatrix
from clustering.straight import FALSE_RATE, StraightLiner, straight_liners
from clustering.twins import Twins, twins


@unique
class Kind(StrEnum):
    """What is unusual about some ballots."""

    STRAIGHT = "straight"
    TWINS = "twins"
    BURST = "burst"


@dataclass(frozen=True, slots=True)
class Flag:
    """What was noticed about these people, and how unlikely it is.

    `figure` is the p-value of straight ballots (the largest of them) and of a burst, which lies at or below
    `threshold`, and the log-likelihood ratio of twins, which lies at or above it. `counts` names the figures
    of the evidence. `sentence` is plain English for whoever runs the analysis; it tells exact counts, so it
    is not for pages.
    """

    kind: Kind
    participant_ids: tuple[Id, ...]
    counts: Mapping[str, int]
    figure: float
    threshold: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Screening:
    """All flags about so many people; `timed` says whether it was known when they came."""

    participants: int
    timed: bool
    flags: tuple[Flag, ...]

    @property
    def flagged(self) -> frozenset[Id]:
        """Everybody whom at least one flag names."""
        return frozenset(name for flag in self.flags for name in flag.participant_ids)


def screen(votes: VoteMatrix, *, first_votes: Mapping[Id, float] | None = None) -> Screening:
    """Straight ballots, near-twins, and join bursts where `first_votes` (seconds) says when people came.

    The criteria and their rates of false alarms are in `clustering.straight`, `.twins` and `.bursts`. The
    same votes and times give the same flags in whatever order they come. Raises ValueError for a time that
    is no number.
    """
    for name, moment in (first_votes or {}).items():
        if not np.isfinite(moment):
            raise ValueError(f"The time of the first vote of participant {name!r} is no number: {moment}.")
    ordered = votes.canonical()
    flags = [_straight(ordered, found) for found in _by_value(straight_liners(ordered))]
    flags += [_twins(ordered, one) for one in twins(ordered)]
    flags += [_burst(ordered, one) for one in bursts(ordered, first_votes or {})]
    return Screening(votes.shape[0], first_votes is not None, tuple(flags))


def without(votes: VoteMatrix, people: frozenset[Id]) -> VoteMatrix:
    """The votes of everybody but these."""
    gone = np.array([name in people for name in votes.participant_ids], np.bool_)
    kept = ~gone[votes.rows] if len(gone) else np.ones(0, np.bool_)
    return VoteMatrix.from_votes(
        [votes.participant_ids[row] for row in votes.rows[kept].tolist()],
        [votes.statement_ids[column] for column in votes.columns[kept].tolist()],
        votes.values[kept].tolist(),
    )


def _by_value(found: Sequence[StraightLiner]) -> list[list[StraightLiner]]:
    values = sorted({one.value for one in found}, reverse=True)
    return [[one for one in found if one.value == value] for value in values]


def _names(votes: VoteMatrix, rows: Sequence[int]) -> tuple[Id, ...]:
    return tuple(votes.participant_ids[row] for row in rows)


def _straight(votes: VoteMatrix, found: Sequence[StraightLiner]) -> Flag:
    answer = {AGREE: "agreed with", PASS: "passed on"}.get(found[0].value, "disagreed with")
    fewest, p = min(one.votes for one in found), max(one.p for one in found)
    return Flag(
        Kind.STRAIGHT,
        _names(votes, [one.row for one in found]),
        {"people": len(found), "votes": fewest},
        p,
        FALSE_RATE / 3,
        f"{_people(len(found))} {answer} everything, {fewest} statements or more. "
        f"As people differ here, the likeliest of these ballots has a chance of {p:.2g}.",
    )


def _twins(votes: VoteMatrix, found: Twins) -> Flag:
    return Flag(
        Kind.TWINS,
        _names(votes, found.rows),
        {"people": len(found.rows), "common": found.common, "same": found.same},
        found.evidence,
        found.threshold,
        f"{_people(len(found.rows))} gave nearly the same ballot; the nearest two say the same on "
        f"{found.same} of {found.common} statements. A copy explains it e^{found.evidence:.0f} times better "
        "than being like-minded does.",
    )


def _burst(votes: VoteMatrix, found: Burst) -> Flag:
    return Flag(
        Kind.BURST,
        _names(votes, found.rows),
        {"people": len(found.rows), "came": found.came, "usual": found.usual},
        found.p,
        BURSTS_BY_CHANCE,
        f"{_people(found.came)} came within an hour, where {found.usual} usually do, and {len(found.rows)} "
        f"of them vote alike. As many people drawn by lot are so alike with a chance of {found.p:.2g}.",
    )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
