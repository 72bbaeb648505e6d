"""What a page says about the groups as a whole: why there are none, or how good a summary they are."""

from collections.abc import Mapping
from typing import Any

from deliberation.publishing.grouping import NONE_LARGE_AND_STEADY, ONLY_AGREEABLENESS, TOO_FEW_PEOPLE
from participate.languages import gettext
from participate.results.words import percent

NEARLY_ALL = 0.92


def about_groups(content: Mapping[str, Any]) -> list[str]:
    """Sentences above the groups, or in their place. A document of format 1 says less."""
    if not content["groups"]:
        return [gettext("We looked for groups of people who vote alike."), *_why_none(content["notes"])]
    found = [gettext("Nobody picked a group. We found them from the votes alone.")]
    explained = content.get("explained")
    return found if explained is None else [*found, *_explained(explained)]


def _explained(share: float) -> list[str]:
    if share > NEARLY_ALL:
        return [gettext("The groups explain nearly all of what the votes predict.")]
    told = percent(100 * share)
    return [
        gettext("The groups explain about %(share)s of what the votes predict.", share=told),
        gettext("The rest is how people within a group differ."),
    ]


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
