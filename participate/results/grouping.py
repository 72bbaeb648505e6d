"""What a page says about the groups as a whole: why there are none, or how good a summary they are."""

from collections.abc import Mapping
from typing import Any

from deliberation.publishing.grouping import NONE_LARGE_AND_STEADY, ONLY_AGREEABLENESS, TOO_FEW_PEOPLE
from participate.languages import gettext, ngettext
from participate.results.words import percent

NEARLY_ALL = 0.92


def about_groups(content: Mapping[str, Any]) -> list[str]:
    """Sentences above the groups, or in their place. A document of format 1 says less."""
    changed = _changed(content.get("change"), len(content["groups"]))
    if not content["groups"]:
        looked = gettext("We looked for groups of people who vote alike.")
        return [looked, *_why_none(content["notes"]), *changed]
    found = [gettext("Nobody picked a group. We found them from the votes alone.")]
    explained = content.get("explained")
    return [*found, *(_explained(explained) if explained is not None else ()), *changed]


def _explained(share: float) -> list[str]:
    if share > NEARLY_ALL:
        return [gettext("The groups explain nearly all of what the votes predict.")]
    told = percent(100 * share)
    return [
        gettext("The groups explain about %(share)s of what the votes predict.", share=told),
        gettext("The rest is how people within a group differ."),
    ]


def _changed(change: Mapping[str, Any] | None, groups: int) -> list[str]:
    """What is different from the result before, in words alone."""
    if change is None:
        return []
    before, found = change["before"], []
    if not before:
        found.append(gettext("In the result before, there were no clear groups."))
    elif before != groups:
        found.append(
            ngettext(
                "In the result before, there was %(num)s group.",
                "In the result before, there were %(num)s groups.",
                before,
            )
        )
    moved = {
        "few": gettext("Since then, few people have changed group."),
        "1 in 20": gettext("Since then, about 1 person in 20 has changed group."),
        "1 in 10": gettext("Since then, about 1 person in 10 has changed group."),
        "1 in 5": gettext("Since then, about 1 person in 5 has changed group."),
        "more": gettext("Since then, more than 1 person in 5 has changed group."),
    }
    if change["moved"] in moved:
        if not found:
            found.append(gettext("As many groups were found in the result before."))
        found.append(moved[change["moved"]])
    return found


def _why_none(notes: list[str]) -> list[str]:
    reasons = {
        TOO_FEW_PEOPLE: gettext("Too few people have voted on enough statements to find any."),
        ONLY_AGREEABLENESS: gettext("The votes show no more than how readily each person agrees."),
        NONE_LARGE_AND_STEADY: gettext("We found none that are large and steady enough to show."),
    }
    found = [reasons[note] for note in notes if note in reasons]
    return [
        *(found or [gettext("We found none that are clear and large enough to show.")]),
        gettext("So every figure is for everybody together."),
    ]
