"""What a published result says about its groups as a whole: whether there are any, and how good a summary."""

from collections.abc import Mapping
from typing import Any

from charters.disclosure import Protected
from clustering.results import OpinionAnalysis

NO_CLEAR_GROUPS = "no-clear-groups"
TOO_FEW_PEOPLE = "too-few-people"
ONLY_AGREEABLENESS = "only-agreeableness"
NONE_LARGE_AND_STEADY = "none-large-and-steady"
EVIDENCE = 2.5
"""The z of held-out votes from which on they show more than how readily people agree."""
STEP = 0.05
MOVED = ((0.025, "few"), (0.075, "1 in 20"), (0.15, "1 in 10"), (0.25, "1 in 5"))


def notes_of(analysis: OpinionAnalysis, protected: Protected) -> list[str]:
    """What a reader must not miss. A sentence with a figure in it would tell an exact count.

    Without groups, codes: that there are none, and why.
    """
    if not protected.groups:
        return [NO_CLEAR_GROUPS, *_why_none(analysis)]
    return [note for note in analysis.notes if not any(sign.isdigit() for sign in note)]


def _why_none(analysis: OpinionAnalysis) -> list[str]:
    if analysis.decision is None:
        return []
    evidence = analysis.decision.evidence
    if evidence is None:
        return [TOO_FEW_PEOPLE]
    return [ONLY_AGREEABLENESS if analysis.k < 2 and evidence < EVIDENCE else NONE_LARGE_AND_STEADY]


def explained_of(analysis: OpinionAnalysis, protected: Protected) -> float | None:
    """The part of what the votes predict that the groups explain, in steps of 0.05; None without groups."""
    return _stepped(analysis.explained) if protected.groups else None


def ladder_of(analysis: OpinionAnalysis, protected: Protected) -> list[dict[str, Any]]:
    """Every number of groups that was tried, in steps of 0.05 and without sizes."""
    if not protected.enough:
        return []
    return [
        {
            "k": rung.k,
            "admissible": rung.admissible,
            "steadiness": _stepped(rung.steadiness),
            "explained": _stepped(rung.explained),
        }
        for rung in analysis.ladder
    ]


def groups_shown(group_of: Mapping[Any, int | None], protected: Protected) -> dict[str, int]:
    """The group of each person who is in one that is published, by the person's id as text."""
    return {
        str(person): group
        for person, group in group_of.items()
        if group is not None and group in protected.groups
    }


def change_of(
    last: Mapping[str, Any] | None,
    protected: Protected,
    now: Mapping[str, int],
    before: Mapping[str, int] | None,
    least: int,
) -> dict[str, Any] | None:
    """What is different from the result before, the document `last`: how many groups it had, who moved.

    `now` and `before`: the shown groups of people then. `moved` is one of five coarse words, and None where
    fewer than `least` people were in a group both times.
    """
    if last is None or not (last["groups"] or protected.groups):
        return None
    both = [group != before[name] for name, group in now.items() if name in before] if before else []
    return {
        "before": len(last["groups"]),
        "moved": moved_step(sum(both) / len(both)) if len(both) >= least else None,
    }


def moved_step(share: float) -> str:
    """How many moved, in words: each stands for half of its step to the next."""
    return next((word for most, word in MOVED if share < most), "more")


def _stepped(share: float | None) -> float | None:
    return None if share is None else round(round(min(max(share, 0.0), 1.0) / STEP) * STEP, 2)


def parameters_of(analysis: OpinionAnalysis, number: Mapping[Any, int]) -> dict[str, Any]:
    """What it takes to repeat the result, with statements called by their public numbers (`number`, by id).

    `previous`: whether labels, axes and the number of groups followed an analysis before.
    """
    named = {
        name: sorted(number[id] for id in analysis.parameters.get(name, ()) if id in number)
        for name in ("moderated_out", "meta")
    }
    return dict(sorted({**analysis.parameters, **named, "previous": analysis.change is not None}.items()))
