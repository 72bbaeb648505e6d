"""What no schema can say: how the parts of a charter file must fit together.

Each check takes a file that may be broken elsewhere, so that all faults are told at once: what is missing or
of another kind is passed over here, for the schema tells of it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import category

from charters.faults import Fault, joined
from charters.profiles import PROFILES
from charters.terms import publication_faults
from charters.texts import clause_faults
from charters.values import VALUES
from charters.wording import Words

# Controls, signs that turn the direction of words or have no width, and those that no table knows.
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})
TEMPLATE = "urn:charter:template:"
HEALTH_BODY = "ods:"


def bounds(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Every fault in how the parts fit together."""
    for check in _CHECKS:
        yield from check(document)


def at(document: Mapping[str, Any], path: str, kind: type = int) -> Any:
    """The value at a dotted path; None where there is none or one of another kind."""
    value: Any = document
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    of_kind = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
    return value if of_kind else None


def rows(document: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    """The objects in a list, each with its place."""
    listed = at(document, name, list) or []
    return [(place, row) for place, row in enumerate(listed) if isinstance(row, Mapping)]


def _publication(document: Mapping[str, Any]) -> Iterator[Fault]:
    part = at(document, "publication", dict) or {}
    profile = PROFILES.get(at(document, "publication.profile", str) or "")
    if profile is None:
        return
    yield from publication_faults(profile, part)
    if profile.ballots and at(document, "subject", str) == "health":
        rule = Words("must not be a profile that publishes ballots where the subject is health")
        names = ", ".join(name for name, other in PROFILES.items() if not other.ballots)
        yield Fault("publication.profile", profile.name, rule, Words("Choose %(names)s.", names=names))


def _parties(document: Mapping[str, Any]) -> Iterator[Fault]:
    parties = rows(document, "parties")
    yield from _unique("parties", parties)
    kinds = [row.get("kind") for _, row in parties]
    if kinds.count("people") != 1:
        rule = Words("must have the people's side exactly once")
        yield Fault("parties", kinds, rule, Words("Leave one party of kind 'people'."))
    if "body" not in kinds:
        yield Fault("parties", kinds, Words("must have a body"), Words("Add a party of kind 'body'."))
    for place, row in parties:
        health = isinstance(row.get("id"), str) and row["id"].startswith(HEALTH_BODY)
        if health and at(document, "subject", str) == "other":
            rule = Words("must not be a health body unless the subject is health")
            yield Fault(f"parties[{place}].id", row["id"], rule, Words("Write health as the subject."))


def _assets(document: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _unique("assets", rows(document, "assets"))


def _unique(name: str, listed: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Fault]:
    seen = set()
    for place, row in listed:
        if isinstance(row.get("id"), str):
            if row["id"] in seen:
                rule = Words("must not stand twice")
                yield Fault(f"{name}[{place}].id", row["id"], rule, Words("Take one of them out."))
            seen.add(row["id"])


def _quorums(document: Mapping[str, Any]) -> Iterator[Fault]:
    """A quorum that can never be reached would leave a side without its key."""
    bodies = sum(row.get("kind") == "body" for _, row in rows(document, "parties"))
    for part in ("equal_terms.adoption", "amendment", *(f"agreements.{kind}" for kind in KINDS)):
        quorum = at(document, f"{part}.quorum.body")
        if bodies and quorum is not None and quorum > bodies:
            rule = Words("must be at most the number of bodies, which is %(bodies)s", bodies=bodies)
            yield Fault(f"{part}.quorum.body", quorum, rule, Words("Lower it, or add a body."))


KINDS = ("consultation", "facilitator", "outcome")


def _amendment(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Changing the rules is never easier than using them."""
    for name, kind in (("share", Decimal), ("quorum.people", int), ("quorum.body", int), ("open_days", int)):
        adoption, own = (
            at(document, f"{part}.{name}", kind) for part in ("equal_terms.adoption", "amendment")
        )
        if adoption is not None and own is not None and own < adoption:
            rule = Words("must be at least that of equal_terms.adoption, which is %(least)s", least=adoption)
            yield Fault(f"amendment.{name}", own, rule, Words("Write %(least)s or more.", least=adoption))
    days, within = at(document, "amendment.open_days"), at(document, "amendment.ratify_days")
    if days is not None and within is not None and within < days:
        rule = Words("must be at least open_days, which is %(least)s: the vote must end in time", least=days)
        yield Fault("amendment.ratify_days", within, rule, Words("Write %(least)s or more.", least=days))


def _moderation(document: Mapping[str, Any]) -> Iterator[Fault]:
    """A text must still be there when an appeal made on the last day is decided on the last day."""
    appeal, sealed = at(document, "moderation.appeal_days"), at(document, "moderation.sealed_days")
    if appeal is not None and sealed is not None and sealed < 2 * appeal:
        least = 2 * appeal
        rule = Words("must be at least twice appeal_days, that is %(least)s", least=least)
        yield Fault("moderation.sealed_days", sealed, rule, Words("Write %(least)s or more.", least=least))


def _duties(document: Mapping[str, Any]) -> Iterator[Fault]:
    bodies = ["body", *(row.get("id") for _, row in rows(document, "parties") if row.get("kind") == "body")]
    for place, row in rows(document, "duties"):
        party = row.get("party")
        if isinstance(party, str) and party not in bodies:
            rule = Words("must be 'body' or the id of a body among the parties")
            yield Fault(f"duties[{place}].party", party, rule, Words("Write body, or add the party."))


def _name(document: Mapping[str, Any]) -> Iterator[Fault]:
    """A template has no day and no forerunner; a charter has both, and its name ends with its version."""
    uid, version = at(document, "uid", str), at(document, "version")
    if uid is None or version is None:
        return
    begins, before = document.get("effective_from"), document.get("supersedes")
    if uid.startswith(TEMPLATE):
        for path, value in (("effective_from", begins), ("supersedes", before)):
            if value is not None:
                yield Fault(path, value, Words("must be null in a template"), Words("Write null."))
        return
    if not uid.endswith(f":{version}"):
        rule = Words("must end with the version, %(version)s", version=version)
        yield Fault("uid", uid, rule, Words("Change the end of it."))
    if begins is None:
        mend = Words("Write the day from which it holds.")
        yield Fault("effective_from", None, Words("must be a day, unless it is a template"), mend)
    if (version == 1) != (before is None):
        rule = Words("must be null in version 1, and the fingerprint of the version before in any other")
        yield Fault("supersedes", before, rule, Words("Take it from the version before."))


def _day(document: Mapping[str, Any]) -> Iterator[Fault]:
    day = at(document, "effective_from", str)
    try:
        date.fromisoformat(day or "2026-12-01")
    except ValueError:
        rule = Words("must be a day of the calendar")
        yield Fault("effective_from", day, rule, Words("Write it like 2026-12-01."))


def _clauses(document: Mapping[str, Any]) -> Iterator[Fault]:
    listed = rows(document, "clauses")
    yield from _unique("clauses", listed)
    if at(document, "clauses", list) is not None:
        microdata = bool(at(document, "publication.microdata", bool))
        yield from clause_faults(listed, frozenset(VALUES), microdata=microdata)


def _visible(document: Any, path: str = "") -> Iterator[Fault]:
    """What is signed must be what is seen: signs that turn or hide words are refused."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield from _visible(value, joined(path, name))
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from _visible(value, joined(path, place))
    elif (
        isinstance(document, str)
        # What can be printed, most texts in a file, has none of them.
        and not document.isprintable()
        and (hidden := [sign for sign in document if category(sign) in HIDDEN])
    ):
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in dict.fromkeys(hidden))
        rule = Words("must have no signs that cannot be seen; it has %(signs)s", signs=signs)
        yield Fault(path, document, rule, Words("Take them out."))


_CHECKS: tuple[Callable[[Mapping[str, Any]], Iterator[Fault]], ...] = (
    _publication,
    _parties,
    _assets,
    _quorums,
    _amendment,
    _moderation,
    _duties,
    _name,
    _day,
    _clauses,
    _visible,
)
