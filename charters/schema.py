"""Whether a charter file is one: every fault at once, each with its place, value, rule and how to mend it.

The bounds that nobody can sign away stand in `schemas/charter-1.json` (JSON Schema 2020-12), which anybody
can use without this program; what a schema cannot say stands in `charters.bounds`.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

from charters.bounds import bounds
from charters.canonical import canonical
from charters.faults import MISSING, Fault, PolicyError, joined
from charters.wording import Words

FORMAT = "charter/1"
SENTENCES = ("description", "x-rule", "x-mend")
"""The keywords of the schema whose texts are said to people."""


def schema_text() -> str:
    """The schema's own text, to be published beside the charters."""
    return (resources.files("charters") / "schemas" / "charter-1.json").read_text(encoding="utf-8")


def faults_of(document: Any) -> tuple[Fault, ...]:
    """Everything that is wrong with a charter file, in the order of their places; empty where it is one."""
    if not isinstance(document, Mapping):
        rule, mend = Words("must be a JSON object"), Words("Begin the file with a brace.")
        return (Fault("policy", type(document).__name__, rule, mend),)
    try:
        canonical(document)
    except PolicyError as error:
        return error.faults
    by_schema = {(fault.path, fault.rule): fault for fault in _by_schema(document)}.values()
    refused = {fault.path for fault in by_schema}
    # A place that the schema refuses is not judged a second time.
    others = [fault for fault in bounds(document) if fault.path not in refused]
    return tuple(sorted((*by_schema, *others), key=lambda fault: fault.path))


def _by_schema(document: Mapping[str, Any]) -> Iterator[Fault]:
    for error in _validator().iter_errors(document):
        path = ""
        for step in error.absolute_path:
            path = joined(path, step)
        yield from _told(path, error)


@cache
def _validator() -> Any:
    # Imported here: nothing else in charters needs more than the standard library.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_schema())


@cache
def _schema() -> Any:
    return json.loads(schema_text(), parse_float=Decimal)


def _told(path: str, error: Any) -> Iterator[Fault]:
    """The schema's error in the words of the schema, or else in ours."""
    match error.validator:
        case "required":
            yield from _missing(path, error)
        case "additionalProperties" | "unevaluatedProperties":
            yield from _unknown(path, error)
        case _:
            own = error.schema.get("x-rule") if error.validator != "type" else None
            rule, mend = (Words(own), Words(error.schema["x-mend"])) if own else _rule(error)
            yield Fault(path, error.instance, rule, mend)


def _missing(path: str, error: Any) -> Iterator[Fault]:
    names = [name for name in error.validator_value if name not in error.instance]
    # The library tells of each missing name in an error of its own.
    name = next(name for name in names if repr(name) in error.message)
    about = _properties(error.schema).get(name, {}).get("description", "")
    mend = Words("Add it. %(about)s", about=Words(about)) if about else Words("Add it.")
    yield Fault(joined(path, name), MISSING, Words("is missing"), mend)


def _unknown(path: str, error: Any) -> Iterator[Fault]:
    known = sorted(_properties(error.schema))
    for name in error.instance:
        if name in known:
            continue
        near = get_close_matches(name, known, n=1)
        mend = Words("Did you mean %(name)s?", name=near[0]) if near else Words("Take it out.")
        rule = Words("is not known here; the names are %(names)s", names=", ".join(known))
        yield Fault(joined(path, name), error.instance[name], rule, mend)


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The names that a part of the schema knows, those of the part it refers to included."""
    own = dict(schema.get("properties", {}))
    if "$ref" in schema:
        target = _schema()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        own = {**_properties(target), **own}
    return own


KINDS = {
    "integer": (Words("must be a whole number"), Words("Write a whole number.")),
    "number": (Words("must be a number"), Words("Write a number.")),
    "string": (Words("must be text"), Words("Write text in quotation marks.")),
    "boolean": (Words("must be true or false"), Words("Write true or false.")),
    "array": (Words("must be a list"), Words("Write a list in square brackets.")),
    "object": (Words("must be an object"), Words("Write an object in braces.")),
}


def _rule(error: Any) -> tuple[Words, Words]:
    value = error.validator_value
    match error.validator:
        case "type":
            return KINDS[value if isinstance(value, str) else value[0]]
        case "const":
            return Words("must be %(value)s", value=_shown(value)), Words("Write it so.")
        case "enum":
            names = ", ".join(map(_shown, value))
            return Words("must be one of %(names)s", names=names), Words("Choose one of them.")
        case "minimum":
            return (
                Words("must be a whole number from %(least)s up", least=value),
                Words("Write %(least)s or more.", least=value),
            )
        case "maximum":
            return (
                Words("must be a whole number up to %(most)s", most=value),
                Words("Write %(most)s or less.", most=value),
            )
        case "minLength" | "minItems":
            return Words("must have at least %(least)s", least=value), Words("Add to it.")
        case "maxLength" | "maxItems":
            return Words("must have at most %(most)s", most=value), Words("Shorten it.")
        case "uniqueItems":
            return Words("must not say the same twice"), Words("Take one of them out.")
    raise NotImplementedError(f"no words for the rule {error.validator}")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
