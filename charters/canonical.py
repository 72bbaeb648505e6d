"""One form of bytes for a document, and its SHA-256: what is signed, chained and cited.

The form is that of RFC 8785 (JSON Canonicalization Scheme), for a smaller set of documents, so that every
library for that scheme gives the same bytes. Allowed are objects, lists, text, true, false, null, whole
numbers and exact decimal fractions. Refused are binary floats, whose digits depend on who writes them, and
text that is not in Unicode's composed form (NFC). Text is refused, not mended in silence: two files that
differ must never have one hash, and nobody may sign other bytes than the ones they sent.
`composed` mends a document openly, before it is shown and signed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized, normalize

from charters.faults import PolicyError, joined
from charters.wording import Words

DEEPEST = 32
LONGEST = 200_000
GREATEST = 2**53 - 1
MOST_DECIMALS = 6
MOST_DIGITS = 15
PREFIX = "sha256:"
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def read(text: str) -> Any:
    """The document in JSON text; fractions come as `Decimal`, exactly as they were written.

    Raises PolicyError for what is no JSON, for a name that stands twice in one object, and for numbers that
    are none (NaN).
    """
    if len(text) > LONGEST:
        rule = Words("must have at most %(most)s characters", most=LONGEST)
        raise PolicyError("file", len(text), rule, Words("Shorten it."))
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_names_once
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        mend = Words("Mend the file at this place.")
        raise PolicyError(place, error.msg, Words("must be JSON"), mend) from None
    except RecursionError:
        raise _too_deep("file") from None


def canonical(document: Any) -> bytes:
    """The document's one form of bytes. Raises PolicyError for what has none, naming the place."""
    return "".join(_written(document, "", 0)).encode()


def digest(document: Any) -> str:
    """SHA-256 of the document's canonical bytes: 64 hexadecimal digits."""
    return sha256(canonical(document)).hexdigest()


def composed(document: Any) -> Any:
    """The same document with every text and name in NFC, to be shown to the writer before it is signed."""
    if isinstance(document, str):
        return normalize("NFC", document)
    if isinstance(document, Mapping):
        return {composed(name): composed(value) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [composed(value) for value in document]
    return document


def _written(value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise _too_deep(path)
    match value:
        case None | True | False:
            yield json.dumps(value)
        case str():
            yield _text(value, path)
        case int() | Decimal():
            yield _number(value, path)
        case list() | tuple():
            yield from _list(value, path, depth)
        case Mapping():
            yield from _object(value, path, depth)
        case float():
            rule = Words("must be an exact decimal fraction, not a binary float")
            raise PolicyError(path, value, rule, Words("Read the file with charters.canonical.read."))
        case _:
            raise PolicyError(path, value, Words("must be something that JSON knows"), Words("Take it out."))


def _list(values: list[Any] | tuple[Any, ...], path: str, depth: int) -> Iterator[str]:
    yield "["
    for place, value in enumerate(values):
        if place:
            yield ","
        yield from _written(value, joined(path, place), depth + 1)
    yield "]"


def _object(values: Mapping[Any, Any], path: str, depth: int) -> Iterator[str]:
    for name in values:
        if not isinstance(name, str):
            rule, mend = Words("must be text, being a name"), Words("Put it in quotation marks.")
            raise PolicyError(joined(path, str(name)), name, rule, mend)
    written = {name: _text(name, joined(path, name)) for name in values}
    yield "{"
    # By UTF-16 code units, as the scheme says: it differs from Python's order beyond U+FFFF.
    for place, name in enumerate(sorted(values, key=lambda name: name.encode("utf-16-be"))):
        yield f"{',' if place else ''}{written[name]}:"
        yield from _written(values[name], joined(path, name), depth + 1)
    yield "}"


def _text(value: str, path: str) -> str:
    if _HALF_A_PAIR.search(value):
        rule = Words("must be whole characters, without half a pair")
        raise PolicyError(path, value, rule, Words("Type it again."))
    if not is_normalized("NFC", value):
        rule = Words("must be in Unicode's composed form (NFC)")
        mend = Words("Let the program compose it, look at it, and send it again.")
        raise PolicyError(path, value, rule, mend)
    return _quoted(value)


def _number(value: int | Decimal, path: str) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise PolicyError(path, value, Words("must be a number"), Words("Write a number."))
        if value != value.to_integral_value():
            return _fraction(value, path)
        value = int(value) if abs(value) <= GREATEST else GREATEST + 1
    if abs(value) > GREATEST:
        rule = Words("must be at most %(most)s, so that every program reads it alike", most=GREATEST)
        raise PolicyError(path, value, rule, Words("Write a smaller number, or text."))
    return str(value)


def _fraction(value: Decimal, path: str) -> str:
    text = format(value.normalize(), "f")
    whole, _, decimals = text.lstrip("-").partition(".")
    if len(decimals) > MOST_DECIMALS or len((whole + decimals).lstrip("0")) > MOST_DIGITS:
        rule = Words(
            "must have at most %(decimals)s decimals and %(digits)s digits",
            decimals=MOST_DECIMALS,
            digits=MOST_DIGITS,
        )
        raise PolicyError(path, value, rule, Words("Round it."))
    return text


def _too_deep(path: str) -> PolicyError:
    rule = Words("may be nested %(most)s deep", most=DEEPEST)
    return PolicyError(path, "…", rule, Words("Flatten it."))


def _no_constant(name: str) -> None:
    raise PolicyError("file", name, Words("must be a number that JSON knows"), Words("Write a number."))


def _names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            rule = Words("must not stand twice in one object")
            raise PolicyError(name, value, rule, Words("Keep one of the two."))
        found[name] = value
    return found
