"""Words of JSON Schema that the description of the interface is written in."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def an_object(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """An object with exactly these members, all there unless named optional."""
    needed = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": dict(properties),
        "required": needed,
        "additionalProperties": False,
    }


def a_list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Schema = {"type": "string"}
SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
YES_NO: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
ID: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
COUNT: Schema = {"type": ["integer", "null"], "minimum": 0, "description": "Rounded; null where withheld"}
PERCENT: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": 100}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
GROUP: Schema = {"type": "string", "pattern": "^[A-Z]$"}
INTERVAL: Schema = {"type": ["array", "null"], "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
WORD: Schema = {"enum": ["almost all", "almost none", None]}
