"""The parts of a published result, in JSON Schema."""

from participate.schemas import (
    GROUP,
    ID,
    INTERVAL,
    NUMBER,
    PERCENT,
    WORD,
    YES_NO,
    Schema,
    a_list,
    an_object,
    or_null,
    ref,
)

PICTURE = an_object(
    {
        "size": {"type": ["number", "null"], "description": "Centre to corner of a hexagon"},
        "hexagons": a_list(ref("Hexagon")),
        "outlines": {
            "type": "object",
            "description": "Smoothed borders of each group's hexagons: rings of points",
            "additionalProperties": a_list(a_list({"type": "array", "items": NUMBER})),
        },
        "ends": {
            "type": "object",
            "description": "Statements that people towards each end of the axes agree with",
            "additionalProperties": a_list(ID),
        },
    }
)
LANDSCAPE = an_object(
    {
        **PICTURE["properties"],
        "statements": {
            "description": "Each statement in the statements' own picture, in whole steps of its longer side",
            **a_list(an_object({"number": ID, "x": {"type": "integer"}, "y": {"type": "integer"}})),
        },
    },
    optional=("statements",),
)
_SHARE = {"share": PERCENT, "interval": INTERVAL, "share_word": WORD}
_PART: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1, "description": "In steps of 0.05"}
CONSENSUS = an_object(
    {
        "statement": ID,
        "direction": {"enum": ["agree", "disagree"]},
        **_SHARE,
        "lowest": {
            "description": "The large group that says so least; null where there is none or it is withheld",
            **or_null(an_object({"group": GROUP, **_SHARE})),
        },
        "hostile": {
            "enum": [0, 1, 5, 10, 20, None],
            "description": "It takes at least so many hostile participants in 100 to remove the statement",
        },
    }
)
ABOUT_GROUPS: Schema = {
    "explained": {**_PART, "description": "The part of what the votes predict that the groups explain"},
    "ladder": a_list(
        an_object({"k": {"type": "integer"}, "admissible": YES_NO, "steadiness": _PART, "explained": _PART})
    ),
    "change": or_null(
        an_object(
            {
                "before": {"type": "integer", "description": "Groups in the result before"},
                "moved": {
                    "enum": ["few", "1 in 20", "1 in 10", "1 in 5", "more", None],
                    "description": "People who were in a group both times and are in another one now",
                },
            }
        )
    ),
}
