"""How firmly a statement stands in the list of what most people agree on, in sentences."""

from collections.abc import Mapping
from typing import Any

from participate.languages import gettext, number
from participate.results.words import percent


def firmness(item: Mapping[str, Any], *, several: bool) -> tuple[str, ...]:
    """How many say so in all, which large group says so least, and what it would take to remove it.

    `several`: there are groups. Figures are the published ones, with where the true figure most likely is.
    """
    agrees = item["direction"] == "agree"
    found = [_all(item, agrees=agrees)]
    if several and item["lowest"] is not None:
        found.append(_least(item["lowest"], agrees=agrees))
    if item["hostile"] is not None:
        found.append(_hostile(item["hostile"]))
    return tuple(found)


def how_groups_differ(item: Mapping[str, Any]) -> str:
    """Of a statement in the list that groups differ on: which group is less of that mind."""
    if item["lowest"] is None:
        return gettext("Groups differ on it.")
    letter = item["lowest"]["group"]
    if item["direction"] == "agree":
        return gettext("Groups differ on it: group %(group)s is less in favour.", group=letter)
    return gettext("Groups differ on it: group %(group)s is less against it.", group=letter)


def _all(item: Mapping[str, Any], *, agrees: bool) -> str:
    if item["share_word"]:
        return gettext("Of all: almost all agree.") if agrees else gettext("Of all: almost nobody agrees.")
    if agrees:
        return gettext("Of all: %(share)s agree.", share=in_range(item))
    return gettext("Of all: %(share)s disagree.", share=in_range(item))


def _least(lowest: Mapping[str, Any], *, agrees: bool) -> str:
    letter = lowest["group"]
    if lowest["share_word"] or lowest["share"] is None:
        if agrees:
            return gettext("Group %(group)s agrees least.", group=letter)
        return gettext("Group %(group)s disagrees least.", group=letter)
    if agrees:
        return gettext("Group %(group)s agrees least: %(share)s.", group=letter, share=in_range(lowest))
    return gettext("Group %(group)s disagrees least: %(share)s.", group=letter, share=in_range(lowest))


def in_range(figures: Mapping[str, Any]) -> str:
    """`84% (80–87)`: a share, and where the true figure most likely is."""
    share = percent(figures["share"])
    if figures["interval"] is None:
        return share
    low, high = figures["interval"]
    return f"{share} ({low:g}–{high:g})"


def _hostile(step: int) -> str:
    if step == 0:
        return gettext("A few hostile participants could remove it from this list.")
    if step == 1:
        return gettext("It would take at least 1 hostile participant in 100 to remove it from this list.")
    return gettext(
        "It would take at least %(count)s hostile participants in 100 to remove it from this list.",
        count=number(step),
    )
