"""What each place of a charter file is called, and how the value that stands there is said.

With these a page names a difference between two charters, and a form asks for a number, in plain words.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from charters import sentences, tables
from charters.faults import MISSING
from charters.terms import in_words
from charters.values import CLASSES, GRAINS, MODES, bodies, hours, minutes, people, percentage
from charters.wording import Words

NOTHING = Words("Nothing")
YES, NO = Words("Yes"), Words("No")
EVERY = Words("Every body")

DECISIONS: Mapping[str, Words] = MappingProxyType(
    {
        "equal_terms.adoption": Words("To agree a proposal"),
        "agreements.consultation": Words("To open a consultation, extend it or close it early"),
        "agreements.facilitator": Words("To appoint a facilitator"),
        "agreements.outcome": Words("To publish an outcome"),
        "amendment": Words("To change the charter"),
        "founding": Words("To found the space"),
    }
)
"""The parts of a file that are a rule by which both sides decide."""
RULE: Mapping[str, Words] = MappingProxyType(
    {
        "rule": Words("in which way"),
        "share": Words("how many must say yes on each side"),
        "quorum": Words("how many must vote"),
        "quorum.people": Words("how many people must vote"),
        "quorum.body": Words("how many bodies must vote"),
        "open_days": Words("how long it is open"),
        "ratify_days": Words("how long there is to ratify the first one"),
        "people": Words("founders on the people's side"),
        "body": Words("founders for the bodies"),
    }
)
ASSETS: Mapping[str, Words] = MappingProxyType(
    {
        "vote": Words("Your votes"),
        "statement": Words("Your statements"),
        "story": Words("Your story"),
        "proposal": Words("The proposals we write"),
        "aggregate": Words("The totals"),
    }
)
ASSET: Mapping[str, Words] = MappingProxyType(
    {
        "id": Words("what it is"),
        "personal": Words("whether it is about a person"),
        "owner": Words("who owns it"),
        "licence": Words("who may use it again"),
        "opt_in_licence": Words("who may use it again, if you choose"),
        "retention_days": Words("how long it is kept"),
        "after_retention": Words("what becomes of it then"),
    }
)
DUTIES: Mapping[str, Words] = MappingProxyType(
    {
        "answer-consensus-item": Words("how long an answer to what people agree on may take"),
        "report-commitments": Words("how long until the next report on what was promised"),
        "name-delegates": Words("how long it may take to name a new delegate"),
    }
)
PARTY: Mapping[str, Words] = MappingProxyType(
    {"id": Words("short name"), "kind": Words("side"), "name": Words("name")}
)
NAMES: Mapping[str, Words] = MappingProxyType(
    {
        "format": Words("The format of the file"),
        "uid": Words("The name of this version"),
        "version": Words("The number of this version"),
        "supersedes": Words("The fingerprint of the version before"),
        "effective_from": Words("The day from which it holds"),
        "title": Words("What the charter is called"),
        "language": Words("The language that counts"),
        "translation_of": Words("What it is a translation of"),
        "subject": Words("What the space is about"),
        "parties": Words("Who signs"),
        "assets": Words("What people give"),
        "purposes": Words("What it is used for"),
        "prohibited_uses": Words("What nobody may do with it"),
        "publication.profile": Words("The rules for each figure"),
        "publication.min_group": Words("The smallest group that is shown"),
        "publication.min_participants": Words("People who must take part before a result"),
        "publication.min_new_participants": Words("People who must be new before a new result"),
        "publication.time_grain": Words("The finest time that is published"),
        "publication.microdata": Words("Whether whole ballots are published"),
        "equal_terms.vote_weight": Words("What each vote counts"),
        "equal_terms.same_rate_limits": Words("Whether the same limits hold on both sides"),
        "equal_terms.key.attestation": Words("What must be checked before you turn a key"),
        "equal_terms.key.tenure_days": Words("How long you belong to a side before you turn a key"),
        "moderation.mode": Words("When a new statement is shown"),
        "moderation.appeal_days": Words("How long an appeal is open"),
        "moderation.sealed_days": Words("How long a removed text is kept sealed"),
        "moderation.report_days": Words("How long there is to decide on a report"),
        "fairness.reasons_words": Words("Words that the reasons for a question must have"),
        "fairness.pause_hours": Words("How long voting may be paused"),
        "fairness.undo_close_minutes": Words("How long closing by hand can be undone"),
        "running.hide_hours": Words("How long the operator may hide something"),
        "running.dormant_days": Words("How long a side is silent before the space sleeps"),
        "running.facilitator_days": Words("How long a facilitator may serve"),
        "duties": Words("What is owed"),
        "rights.access_days": Words("How long an answer about your data may take"),
        "rights.withdraw": Words("When you may take back what you gave"),
        "clauses": Words("The promises, word by word"),
    }
)


def place_name(path: str) -> Words:
    """What the place is called. A path has ids in place of numbers: `assets.story.licence`."""
    if path in NAMES:
        return NAMES[path]
    for rule, what in DECISIONS.items():
        if path == rule:
            return what
        step = path.removeprefix(f"{rule}.")
        if step != path and step in RULE:
            return _of(what, RULE[step])
    return _listed(path)


def _listed(path: str) -> Words:
    match path.split("."):
        case ["assets", asset]:
            return ASSETS.get(asset, _bare(asset))
        case ["assets", asset, step]:
            return _of(ASSETS.get(asset, _bare(asset)), ASSET.get(step, _bare(step)))
        case ["fairness", "least_days", kind]:
            return _of(tables.KINDS.get(kind, _bare(kind)), Words("how long it is open"))
        case ["duties", party, duty, "within_days"]:
            return _of(EVERY if party == "body" else _bare(party), DUTIES.get(duty, _bare(duty)))
        case ["parties", *party]:
            return _party(party)
    return _bare(path)


def _party(steps: list[str]) -> Words:
    # An id may have a dot of its own.
    party, part = ".".join(steps[:-1]), steps[-1]
    if part in PARTY and party:
        return Words("Who signs, %(party)s: %(part)s", party=party, part=PARTY[part])
    return Words("Who signs, %(party)s", party=".".join(steps))


def _bare(text: str) -> Words:
    """What has no words of its own, as it stands in the file."""
    return Words("%(text)s", text=text)


def _of(what: Words, part: Words) -> Words:
    return Words("%(what)s: %(part)s", what=what, part=part)


def said_at(path: str, value: Any) -> tuple[Words, ...]:
    """The value that stands at a place as people say it, in one line or several; empty where none stands."""
    if value is MISSING or value is None:
        return ()
    name = path.rpartition(".")[2]
    if name in _LISTS:
        return tuple(_LISTS[name](row) for row in value)
    if name == "quorum":
        return tuple(_said(part, value[part]) for part in ("people", "body"))
    if isinstance(value, Mapping):
        rows = ((part, inner) for part, inner in value.items() if part != "id")
        return tuple(_of(_part(path, part), in_a_line(said_at(part, inner))) for part, inner in rows)
    return (_said(name, value),)


def _part(path: str, part: str) -> Words:
    known = {**RULE, **ASSET, **PARTY}
    return known.get(part) or place_name(f"{path}.{part}")


def in_a_line(lines: tuple[Words, ...]) -> Words:
    """Several lines as one; the word for nothing where there is none."""
    if not lines:
        return NOTHING
    said = lines[0]
    for line in lines[1:]:
        said = Words("%(first)s; %(then)s", first=said, then=line)
    return said


def _said(name: str, value: Any) -> Words:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | Decimal | Fraction) and (say := _unit(name)):
        return say(value)
    if known := CHOICES.get(name, {}).get(value):
        return known
    if name == "effective_from":
        return Words("%(day)s", day=date.fromisoformat(value))
    return _bare(str(value))


def _unit(name: str) -> Callable[[Any], Words] | None:
    if name.endswith("days") or name in tables.KINDS:
        return in_words
    return _UNITS.get(name)


_UNITS: Mapping[str, Callable[[Any], Words]] = MappingProxyType(
    {
        "share": percentage,
        "people": people,
        "body": bodies,
        "pause_hours": hours,
        "hide_hours": hours,
        "undo_close_minutes": minutes,
        "min_group": people,
        "min_participants": people,
        "min_new_participants": people,
    }
)
CHOICES: Mapping[str, Mapping[Any, Words]] = MappingProxyType(
    {
        "attestation": {checked.value: said for checked, said in CLASSES.items()},
        "mode": MODES,
        "time_grain": GRAINS,
        "owner": tables.OWNERS,
        "licence": tables.REUSE,
        "opt_in_licence": tables.REUSE,
        "rule": {
            "one-each": Words("a signature from each side"),
            "double-majority": Words("a majority on each side"),
        },
        "subject": {"health": Words("Health"), "other": Words("Something other than health")},
        "after_retention": {"delete": Words("It is deleted"), "aggregate": Words("Only totals remain")},
        "kind": {
            "people": Words("People"),
            "body": Words("Health bodies"),
            "steward": Words("Neither: it helps, and has no key"),
        },
        "withdraw": {"any-time": Words("At any time")},
        "language": {"en": Words("English"), "cy": Words("Welsh")},
    }
)


def _duty(row: Mapping[str, Any]) -> Words:
    party = EVERY if row["party"] == "body" else row["party"]
    return tables.duty(row["do"], party, in_words(row["within_days"]))


_LISTS: Mapping[str, Callable[[Any], Words]] = MappingProxyType(
    {
        "purposes": lambda name: sentences.PURPOSES[name],
        "prohibited_uses": lambda name: sentences.PROHIBITED[name],
        "duties": _duty,
    }
)
