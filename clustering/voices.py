"""Minority voices: bodies of opinion too small to be a group, told beside the groups and without a veto."""

from collections.abc import Iterator

from clustering.crossfit import cross_fitted
from clustering.ladder import Step, smallest_allowed
from clustering.model import Work
from clustering.representative import representatives, standing_of
from clustering.results import MinorityVoice

FEWEST_IN_VOICE, FEWEST_VOTES_OF_VOICE = 3, 5


def voices_of(work: Work, steps: list[Step]) -> Iterator[MinorityVoice]:
    """The classes of the highest step that are too small to be groups, largest first."""
    if not steps:
        return
    step = steps[-1]
    sample = len(step.classes.responsibilities)
    least = smallest_allowed(sample)
    small = [g for g in range(step.k) if FEWEST_IN_VOICE <= step.sizes[g] < least]
    if not small:
        return
    standing = standing_of(cross_fitted(work.counted.first(sample), step.classes), FEWEST_VOTES_OF_VOICE)
    for group in sorted(small, key=lambda g: -step.sizes[g]):
        named = representatives(standing, group, work.votes.statement_ids)
        if named:
            yield MinorityVoice(of_all(work, step, int(step.sizes[group])), named)


def of_all(work: Work, step: Step, people: int) -> int:
    """How many grouped people so many of the step's sample stand for."""
    return round(people * len(work.grouped) / len(step.classes.responsibilities))
