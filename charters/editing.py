"""A charter as a form: its numbers, choices and promises as fields, and what was typed put back into a file.

A field has the path at which its value stands in the file, as in ``assets[0].retention_days``: by that path a
fault finds its field.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from charters.canonical import composed
from charters.places import CHOICES, place_name
from charters.wording import Words

NEW = "new"
"""The fields of a promise that is to be added are `new.title` and `new.text`."""
GROUPS: Mapping[str, Words] = MappingProxyType(
    {
        "publication": Words("What is published"),
        "assets": Words("How long it is kept"),
        "equal_terms": Words("How both sides agree a proposal"),
        "amendment": Words("How the charter changes"),
        "agreements": Words("How both sides decide other things"),
        "moderation": Words("Removing, reporting and appealing"),
        "fairness": Words("How a question is asked"),
        "running": Words("Emergencies, silence and a facilitator's time"),
        "duties": Words("What is owed"),
        "rights": Words("Your data"),
    }
)
"""The parts of a file whose numbers can be changed here, in the order of the form."""
CHOSEN = frozenset({"publication.time_grain", "equal_terms.key.attestation", "moderation.mode"})
FIXED = frozenset({"equal_terms.vote_weight"})
PERCENT = Words("In per cent.")


@dataclass(frozen=True, slots=True)
class Field:
    """A number or a choice. `unit` says in what it is counted."""

    path: str
    name: Words
    value: str
    unit: Words | None = None
    choices: Mapping[str, Words] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    title: Words
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """A clause as it stands in the file, its numbers named in braces."""

    path: str
    id: str
    title: str
    text: str


def groups(document: Mapping[str, Any]) -> tuple[Group, ...]:
    """The numbers and choices of a charter file that a form can change."""
    return tuple(Group(title, tuple(_fields(part, part, document[part]))) for part, title in GROUPS.items())


def promises(document: Mapping[str, Any]) -> tuple[Promise, ...]:
    """The clauses of a charter file."""
    return tuple(
        Promise(f"clauses[{place}]", row["id"], row["title"], row["text"])
        for place, row in enumerate(document["clauses"])
    )


def edited(document: Mapping[str, Any], typed: Mapping[str, str]) -> Any:
    """The file with what was typed in place of what stands there; what is no number stays as it was typed."""
    changed = deepcopy(dict(document))
    for group in groups(document):
        for field in group.fields:
            given = typed.get(field.path, field.value).strip()
            if given != field.value:
                _put(changed, field.path, _value(field, given))
    for promise in promises(document):
        for part in ("title", "text"):
            path = f"{promise.path}.{part}"
            given = _plain(typed.get(path, getattr(promise, part)))
            if given != getattr(promise, part):
                _put(changed, path, given)
    title, text = _plain(typed.get(f"{NEW}.title", "")), _plain(typed.get(f"{NEW}.text", ""))
    if title or text:
        changed["clauses"] = [*changed["clauses"], {"id": _id_of(title), "title": title, "text": text}]
    return composed(changed)


def field_of(path: str, document: Mapping[str, Any]) -> str:
    """The field at which a fault of this path is shown; empty where the form has none."""
    added = f"clauses[{len(document['clauses'])}]"
    if path.startswith(added):
        return f"{NEW}.text" if path.endswith(".text") else f"{NEW}.title"
    known = {field.path for group in groups(document) for field in group.fields}
    known |= {f"{one.path}.{part}" for one in promises(document) for part in ("title", "text")}
    return path if path in known else ""


def _fields(path: str, label: str, value: Any) -> Iterator[Field]:
    """Each number within this part. `label` is its path with ids in place of numbers."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _fields(f"{path}.{name}", f"{label}.{name}", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, row in enumerate(value):
            yield from _fields(f"{path}[{place}]", f"{label}.{_name(row, place)}", row)
    elif label in CHOSEN:
        yield Field(path, place_name(label), value, choices=CHOICES[label.rpartition(".")[2]])
    elif isinstance(value, Decimal):
        yield Field(path, place_name(label), str(int(value * 100)), PERCENT)
    elif isinstance(value, int) and not isinstance(value, bool) and label not in FIXED:
        yield Field(path, place_name(label), str(value), _unit(label))


def _name(row: Any, place: int) -> str:
    if isinstance(row, Mapping) and "do" in row:
        return f"{row['party']}.{row['do']}"
    return str(row["id"]) if isinstance(row, Mapping) and "id" in row else str(place)


def _unit(label: str) -> Words | None:
    for ending, unit in UNITS.items():
        if label.endswith(ending):
            return unit
    return UNITS["days"] if ".least_days." in label else None


UNITS: Mapping[str, Words] = MappingProxyType(
    {"days": Words("In days."), "hours": Words("In hours."), "minutes": Words("In minutes.")}
)


def _value(field: Field, given: str) -> Any:
    if field.choices is not None or not re.fullmatch(r"\d{1,9}", given):
        return given
    return Decimal(given) / 100 if field.unit is PERCENT else int(given)


def _put(document: Any, path: str, value: Any) -> None:
    *steps, last = re.findall(r"[^.\[\]]+", path)
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    document[int(last) if isinstance(document, list) else last] = value


def _plain(text: str) -> str:
    """One line, its blanks made plain: a clause is a paragraph."""
    return " ".join(text.split())


def _id_of(title: str) -> str:
    """A short name from a title, as clauses have one."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(words)[:40].strip("-").lstrip("0123456789-") or "promise"
