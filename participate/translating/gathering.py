"""Every sentence that a page can say in another language: of templates, code, policies and their schema."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2.ext import babel_extract

from charters.policy import load_policy, policy_names
from charters.schema import SENTENCES, schema_text
from charters.wording import Words

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = Path("participate/templates")
PACKAGES = ("charters", "deliberation", "participate")
ENGLISH_TEMPLATES = ("facilitating", "moderating", "operating")
"""Folders of templates for facilitators and operators, which say everything in English alone."""
CALLS = {"gettext": 1, "ngettext": 2, "Words": 1, "counted": 2}
"""What marks a sentence in Python, and how many of its first arguments are forms of the sentence."""
HANDED_ON = frozenset(
    {
        "charters/policy.py",
        "charters/schema.py",
        "charters/texts.py",
        "charters/wording.py",
        "participate/catalogues.py",
        "participate/languages.py",
        "participate/translating/gathering.py",
    }
)
"""Modules that also say sentences which were marked elsewhere."""


class Unmarked(ValueError):
    """A call whose sentence stands nowhere in the source, so that nobody can translate it."""


@dataclass(slots=True)
class Sentence:
    """A text as it stands in the source: `many` is its form for other numbers than one, or empty."""

    one: str
    many: str = ""
    places: set[str] = field(default_factory=set)


def gathered() -> dict[str, Sentence]:
    """Every sentence by its English. Raises Unmarked for one that is put together while the program runs."""
    found: dict[str, Sentence] = {}
    for place, one, many in _everywhere():
        sentence = found.setdefault(one, Sentence(one))
        sentence.many = sentence.many or many
        sentence.places.add(place)
    return found


def _everywhere() -> Iterator[tuple[str, str, str]]:
    for path in sorted((ROOT / TEMPLATES).rglob("*.html")):
        if path.relative_to(ROOT / TEMPLATES).parts[0] not in ENGLISH_TEMPLATES:
            yield from _in_template(path.relative_to(ROOT).as_posix(), path)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            yield from in_code(place, path.read_text(encoding="utf-8"), place not in HANDED_ON)
    yield from _in_policies()
    yield from _in_schema("charters/schemas/charter-1.json", json.loads(schema_text()))


def _in_template(place: str, path: Path) -> Iterator[tuple[str, str, str]]:
    options: dict[str, Any] = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
    with path.open("rb") as file:
        for line, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext"), (), options):
            forms = message if isinstance(message, tuple) else (message,)
            if forms[0] is None:
                raise Unmarked(f"{place}, line {line}: write the sentence itself between the brackets")
            yield place, forms[0], (forms[1] if len(forms) > 1 else None) or ""


def in_code(place: str, source: str, strict: bool = True) -> Iterator[tuple[str, str, str]]:
    """(place, one, many) of every marked sentence of a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        forms = node.args[: CALLS.get(node.func.id, 0)]
        texts = [form.value for form in forms if isinstance(form, ast.Constant)]
        if texts == [""]:
            continue
        if forms and len(texts) == len(forms):
            yield place, str(texts[0]), str(texts[1]) if len(texts) > 1 else ""
        elif forms and strict:
            raise Unmarked(f"{place}, line {node.lineno}: write the sentence itself between the brackets")


def _in_policies() -> Iterator[tuple[str, str, str]]:
    for name in policy_names():
        policy, place = load_policy(name), f"charters/policies/{name}.json"
        words: list[Words] = [policy.title]
        for clause in policy.clauses.values():
            words += [clause.title, clause.text]
        yield from ((place, said.template, said.one) for said in words)


def _in_schema(place: str, part: Any) -> Iterator[tuple[str, str, str]]:
    """What the schema says of a fault: what a name is for, the rule, how to mend it."""
    if isinstance(part, dict):
        for name, inner in part.items():
            if name in SENTENCES and isinstance(inner, str):
                yield place, inner, ""
            else:
                yield from _in_schema(place, inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _in_schema(place, inner)
