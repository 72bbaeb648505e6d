"""The published page of what a charter file holds, made from its schema, so that the two cannot disagree."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from charters.schema import schema_text
from charters.templates import template_names
from charters.texts import BALLOTS, NEEDED_CLAUSES
from charters.values import VALUES

_HEAD = """# The charter file

One JSON file per version is the source of both what people read and what the program obeys. This page is made
from its schema, `charters/schemas/charter-1.json` (JSON Schema 2020-12), by `charters.fields.fields_page()`.
The bounds hold for whoever signs: a file that promises less is refused, with the place, the value, the rule
and how to mend it, all faults at once.

Templates to begin from: {templates}. A template may be `based_on` another and then holds only what differs.

## How it is hashed

The file is brought into one form (RFC 8785: names sorted, no space between) and hashed with SHA-256. Two
files that differ only in order or spacing are the same charter. Text must be in Unicode's composed form
(NFC) and hold no signs that cannot be seen. Fractions are decimal, as in `0.6`. `supersedes` holds the hash
of the version before, with `sha256:` before it.

## Fields

| field | what it is | allowed |
| --- | --- | --- |
"""
_ACROSS = """
## Rules across fields

- A result needs at least twice as many people as a group.
- Ballots are published only under a profile that has them, and in no space about health. A body whose id is
  an ODS code makes the subject health. Later versions cannot change either.
- There is exactly one people's side, and at least one body. A quorum asks for no more bodies than there are.
- Changing the charter is never easier than agreeing a proposal: not in share, quorum or days. A ratification
  has at least as long as its vote.
- A removed text is kept for at least twice the time to appeal, so that it is there when an appeal is decided.
- All prohibited uses stay prohibited, and every body owes an answer.
- A template has no day and no forerunner. A charter has a day, ends its name with its version, and from the
  second version on names the hash of the one before.
"""
_CLAUSES = """
## Clauses that must be there

Pages and refusals quote them. Beside each stand the numbers that its text must say, in braces. No digit may
stand in a text.

| clause | numbers |
| --- | --- |
"""
_VALUES = """
## Numbers that a text may say

"""


def fields_page() -> str:
    """The Markdown of docs/reference/charter-file.md."""
    schema = json.loads(schema_text())
    rows = [f"| `{path}` | {about} | {allowed} |" for path, about, allowed in _fields(schema, schema, "")]
    clauses = [f"| `{id}` | {', '.join(f'`{name}`' for name in ns)} |" for id, ns in NEEDED_CLAUSES.items()]
    clauses.append(f"| `{BALLOTS}`, only where ballots are published | |")
    head = _HEAD.format(templates=", ".join(f"`{name}`" for name in template_names()))
    names = ", ".join(f"`{{{name}}}`" for name in VALUES)
    return (
        head
        + "\n".join(rows)
        + "\n"
        + _ACROSS
        + _CLAUSES
        + "\n".join(clauses)
        + "\n"
        + _VALUES
        + names
        + "\n"
    )


def _fields(schema: Mapping[str, Any], node: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    node = _whole(schema, node)
    for name, part in node.get("properties", {}).items():
        whole = _whole(schema, part)
        here = f"{path}.{name}" if path else name
        yield here, whole.get("description", ""), _allowed(whole)
        yield from _fields(schema, whole, here)
        if isinstance(whole.get("items"), dict):
            yield from _fields(schema, whole["items"], f"{here}[]")


def _whole(schema: Mapping[str, Any], node: Mapping[str, Any]) -> dict[str, Any]:
    """A part of the schema with the part that it refers to; its own words win, bounds and names add up."""
    whole = dict(node)
    if "$ref" in whole:
        target: Any = schema
        for step in whole.pop("$ref").removeprefix("#/").split("/"):
            target = target[step]
        whole = {**_whole(schema, target), **whole}
        names = _whole(schema, target).get("properties", {})
        own = node.get("properties", {})
        whole["properties"] = {n: {**names.get(n, {}), **own.get(n, {})} for n in (*names, *own)}
    if "if" in whole:
        both = [_whole(schema, whole[branch]) for branch in ("then", "else")]
        names = {name: part for branch in both for name, part in branch.get("properties", {}).items()}
        whole["properties"] = {**names, **whole.get("properties", {})}
    return whole


def _allowed(node: Mapping[str, Any]) -> str:
    if "const" in node:
        return f"always {_shown(node['const'])}"
    if "enum" in node:
        return ", ".join(map(_shown, node["enum"]))
    if "x-rule" in node and "pattern" in node:
        return str(node["x-rule"]).removeprefix("must be ")
    if "enum" in node.get("items", {}):
        return f"a list of {', '.join(map(_shown, node['items']['enum']))}"
    kind = node.get("type", "")
    least, most = node.get("minimum"), node.get("maximum")
    if "exclusiveMaximum" in node:
        return f"{least} to below {node['exclusiveMaximum']}"
    if least is not None:
        return f"{least} and more" if most is None else f"{least} to {most}"
    return {"string": "text", "boolean": "true or false", "array": "a list", "object": "an object"}.get(
        kind, ""
    )


def _shown(value: Any) -> str:
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"
