"""The words of a charter's clauses: which must be there, which numbers each must say, how they are filled in.

A number stands once, as data. A text names it in braces, and a digit typed into a text is refused: it would
go on saying what it says when the number changes.
"""

import re
import string
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from charters.faults import Fault
from charters.wording import Words

# Refusals and pages quote these, so a charter without one of them cannot be enforced. Beside each stand the
# numbers that it must say: a rule that binds people must be readable where it is promised.
NEEDED_CLAUSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "open-reading": (),
        "equal-votes": ("vote_weight",),
        "own-device": (),
        "own-words": (),
        "open-dates": (),
        "fair-consultation": ("least_days",),
        "pausing": ("pause_hours",),
        "last-day": ("undo_close_minutes",),
        "invitations": (),
        "who-may-vote": (),
        "sides": (),
        "founding": ("founders_people", "founders_body", "ratify_days"),
        "signatures": (),
        "keys": ("key_class", "key_tenure"),
        "adoption": ("adoption_share", "adoption_people", "adoption_bodies", "adoption_days"),
        "amendment": ("amendment_share", "amendment_people", "amendment_bodies", "amendment_days"),
        "versions": (),
        "old-promises": (),
        "facilitator": ("facilitator_days",),
        "running": (),
        "advisers": (),
        "moderation": ("moderation", "sealed_days", "appeal_days"),
        "reports": ("report_days",),
        "appeals": ("appeal_days",),
        "emergency": ("hide_hours",),
        "silence": ("dormant_days",),
        "duties": ("answer_days",),
        "archive": (),
        "trial": (),
        "publication": (
            "min_participants",
            "min_group",
            "largest_hidden",
            "round_to",
            "word_base",
            "min_new_participants",
            "time_grain",
        ),
        "purposes": (),
        "votes-are-kept": ("vote_retention",),
        "withdrawal": ("access_days",),
        "fair-limits": (),
        "sign-in": (),
        "operator": (),
        "text-is-data": (),
    }
)
BALLOTS = "ballots"
"""The clause that a charter has where it has whole ballots published, and only there."""


def filled(text: str, values: Mapping[str, object]) -> Words:
    """The text with its numbers, which remembers their places: `{min_group}` is `%(min_group)s` in it.

    Raises KeyError for a name that is no number, ValueError for braces that do not match.
    """
    parts = [(literal, name) for literal, name, _, _ in string.Formatter().parse(text)]
    names = [name for _, name in parts if name is not None]
    if not names:
        return Words("".join(literal for literal, _ in parts))
    places = [literal.replace("%", "%%") + (f"%({name})s" if name else "") for literal, name in parts]
    return Words("".join(places), **{name: values[name] for name in names})


def clause_faults(
    listed: list[tuple[int, Mapping[str, Any]]], known: frozenset[str], *, microdata: bool
) -> Iterator[Fault]:
    """What is wrong with the clauses' words. `known`: the names of all numbers."""
    ids = [row["id"] for _, row in listed if isinstance(row.get("id"), str)]
    for needed in (*NEEDED_CLAUSES, *((BALLOTS,) if microdata else ())):
        if needed not in ids:
            rule = Words("must have the clause %(clause)s", clause=repr(needed))
            yield Fault("clauses", ids, rule, Words("Add it: pages and refusals quote it."))
    if not microdata and BALLOTS in ids:
        rule = Words("must not have the clause %(clause)s while microdata is false", clause=repr(BALLOTS))
        yield Fault("clauses", ids, rule, Words("Take it out."))
    for place, row in listed:
        for part in ("title", "text"):
            if isinstance(row.get(part), str):
                yield from _text_faults(f"clauses[{place}].{part}", row, part, known)


def _text_faults(path: str, row: Mapping[str, Any], part: str, known: frozenset[str]) -> Iterator[Fault]:
    text = row[part]
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        rule = Words("has a brace that does not match")
        yield Fault(path, text, rule, Words("Close it, or write it twice to show it."))
        return
    names = {name for _, name, _, _ in parts if name is not None}
    listed = ", ".join(sorted(known))
    for name in sorted(names - known):
        mend = Words("Known are %(names)s.", names=listed)
        yield Fault(path, name, Words("names no number of this charter"), mend)
    if any(form or turned for _, _, form, turned in parts):
        rule = Words("must name a number alone, without signs after it")
        yield Fault(path, text, rule, Words("Write the name alone in the braces."))
    if any(re.search(r"\d", literal) for literal, _, _, _ in parts):
        rule = Words("must not have digits: a number stands once, as data")
        yield Fault(path, text, rule, Words("Write its name in braces, as in {min_group}."))
    clause = row.get("id")
    needed = NEEDED_CLAUSES.get(clause, ()) if isinstance(clause, str) and part == "text" else ()
    unsaid = set(needed) - names
    for name in sorted(unsaid):
        mend = Words("Write {%(name)s} where it belongs.", name=name)
        yield Fault(path, text, Words("must say the number %(name)s", name=name), mend)
