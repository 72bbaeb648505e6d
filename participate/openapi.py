"""The description of the programs' interface, in OpenAPI 3.1. Tests hold every real answer to it."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from participate.schemas import (
    COUNT,
    GROUP,
    ID,
    INTERVAL,
    MOMENT,
    NUMBER,
    PERCENT,
    SLUG,
    TEXT,
    WORD,
    YES_NO,
    Schema,
    a_list,
    an_object,
    or_null,
    ref,
)
from participate.schemas_of_results import ABOUT_GROUPS, CONSENSUS, LANDSCAPE, PICTURE

_IN_LIST = {
    "slug": SLUG,
    "title": TEXT,
    "question": TEXT,
    "language": TEXT,
    "stage": {"enum": ["framing", "voting", "closed", "archived"]},
    "phase": {"enum": ["not open yet", "open", "paused", "closed", "archived"]},
}
_SPACE = {
    "slug": SLUG,
    "title": TEXT,
    "host": TEXT,
    "standing": {"enum": ["trial", "archive"]},
    "archive": YES_NO,
    "made_up": YES_NO,
}
_POLICY = an_object({"uid": TEXT, "version": {"type": "integer"}, "title": TEXT})
_CLASSES = a_list({"enum": ["open", "email", "invited", "nhs-login", "assisted", "staff"]})
_SIDE_BY_SIDE = an_object(
    {
        "headline": _CLASSES,
        "may_vote": _CLASSES,
        "shown": {"type": "boolean", "description": "Whether both results may stand side by side"},
        "result": {"type": ["integer", "null"], "description": "The result these figures were counted for"},
        "counted": {"type": ["string", "null"], "format": "date"},
        "profile": {"type": ["string", "null"]},
        "min_participants": {"type": ["integer", "null"]},
        "people": or_null(an_object({"all": {"type": "integer"}, "attested": {"type": "integer"}})),
        "agree": a_list(ID),
        "disagree": a_list(ID),
        "statements": a_list(an_object({"number": ID, "all": ref("Row"), "attested": ref("Row")})),
    }
)

SCHEMAS: Mapping[str, Schema] = {
    "Error": an_object(
        {"error": an_object({"code": TEXT, "message": TEXT, "field": TEXT}, optional=("field",))},
    ),
    "Spaces": an_object({"spaces": a_list(an_object(_SPACE))}),
    "Space": an_object(
        {
            **_SPACE,
            "purpose": TEXT,
            "sides": an_object({"people": TEXT, "body": TEXT}),
            "language": TEXT,
            "policy": _POLICY,
            "consultations": a_list(an_object(_IN_LIST)),
        }
    ),
    "Consultation": an_object(
        {
            **_IN_LIST,
            "background": TEXT,
            "opens_at": MOMENT,
            "closes_at": MOMENT,
            "source": TEXT,
            "licence": TEXT,
            "attribution": TEXT,
        }
    ),
    "Statements": an_object(
        {
            "statements": a_list(
                an_object(
                    {
                        "statement_id": ID,
                        "text": {"type": "string", "description": "Empty where it was removed"},
                        "language": TEXT,
                        "state": {"enum": ["published", "removed"]},
                        "seed": YES_NO,
                    }
                )
            ),
            "next": {"type": ["string", "null"], "description": "Cursor of the following page"},
        }
    ),
    "Row": an_object(
        {
            "agrees": COUNT,
            "disagrees": COUNT,
            "passes": COUNT,
            "votes": COUNT,
            "share_word": WORD,
            "suppressed": YES_NO,
            "share": PERCENT,
            "interval": INTERVAL,
        }
    ),
    "Hexagon": an_object(
        {
            "q": {"type": "integer"},
            "r": {"type": "integer"},
            "x": NUMBER,
            "y": NUMBER,
            "count": {"type": "integer", "minimum": 10, "multipleOf": 5},
            "group": or_null(GROUP),
        }
    ),
    "Picture": PICTURE,
    "Map": an_object(
        {
            "format": {"enum": [1, 2]},
            "number": ID,
            "published": {"type": "string", "format": "date"},
            "closing": YES_NO,
            "profile": TEXT,
            "enough": {"const": True},
            "participants": {"type": "integer", "minimum": 20},
            "engine": an_object({"name": TEXT, "version": TEXT, "seed": {"type": "integer"}}),
            "parameters": {"type": "object"},
            "commitment": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "policy": an_object({"uid": TEXT, "version": {"type": "integer"}, "title": TEXT, "sha256": TEXT}),
            "licence": TEXT,
            "space": an_object({"slug": SLUG, "title": TEXT, "host": TEXT, "made_up": YES_NO}),
            "consultation": an_object(
                dict.fromkeys(("slug", "title", "question", "language", "source", "attribution"), TEXT)
            ),
            "groups": a_list(
                an_object(
                    {
                        "id": GROUP,
                        "size": {"type": "integer", "minimum": 10, "multipleOf": 5},
                        "description": TEXT,
                        "representative": a_list(
                            an_object(
                                {
                                    "statement": ID,
                                    "direction": {"enum": ["agree", "disagree"]},
                                    "share": PERCENT,
                                    "interval": INTERVAL,
                                    "share_word": WORD,
                                }
                            )
                        ),
                    }
                )
            ),
            **ABOUT_GROUPS,
            "consensus": or_null(a_list(CONSENSUS)),
            "agree": a_list(ID),
            "disagree": a_list(ID),
            "differ": a_list(ID),
            "statements": a_list(
                an_object(
                    {
                        "number": ID,
                        "text": TEXT,
                        "language": TEXT,
                        "month": TEXT,
                        "state": {"enum": ["published", "removed"]},
                        "seed": YES_NO,
                        "meta": YES_NO,
                        "totals": ref("Row"),
                        "groups": {"type": "object", "additionalProperties": ref("Row")},
                        "agreement": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
                        "agreement_interval": {"type": ["array", "null"], "items": NUMBER},
                    }
                )
            ),
            "map": ref("Picture"),
            "landscape": or_null(LANDSCAPE),
            "participation": a_list(
                an_object(
                    {
                        "until": {"type": "string", "format": "date"},
                        "people": {"type": "integer", "minimum": 20, "multipleOf": 5},
                        "complete": YES_NO,
                    }
                )
            ),
            "attestation": or_null(ref("Attestation")),
            "notes": a_list(TEXT),
        }
    ),
    "Attestation": _SIDE_BY_SIDE,
    "Vote": an_object({"statement_id": ID, "vote": {"enum": ["agree", "pass", "disagree"]}}),
}


def _answer(description: str, schema: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": ref(schema)}}}


def _errors(*statuses: int) -> Schema:
    return {str(status): _answer(PROBLEMS[status], "Error") for status in statuses}


PROBLEMS = {
    400: "The request cannot be read",
    403: "Refused: not from our page, no cookie, or a rule of the charter",
    404: "There is no such thing",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "A value cannot be accepted; `field` names it",
    429: "Too many in a short time; see Retry-After",
    503: "Very busy; see Retry-After",
}


def _read(summary: str, schema: str, parameters: list[Schema]) -> Schema:
    known = {"304": {"description": "Not changed since the ETag that was sent"}}
    problems = (404, 422) if any(p["in"] == "query" for p in parameters) else (404,)
    answers = {"200": _answer(summary, schema), **known, **_errors(*problems, 503)}
    return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}


def _in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": SLUG}


def _in_query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


SPACE, CONSULTATION = _in_path("space"), _in_path("consultation")
PAGING = [
    _in_query("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "How many at most"),
    _in_query("cursor", {"type": "string", "pattern": "^[0-9]{1,9}$"}, "`next` of the page before"),
]
HELD = "/spaces/{space}/{consultation}"


@cache
def document() -> Schema:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Participate",
            "version": version("participate"),
            "description": "What the public pages say, for programs. Reading needs nothing. A vote needs the "
            "cookie that the consultation's page sets, and comes from a page of this site.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": {
            "/spaces": _read("All spaces", "Spaces", []),
            "/spaces/{space}": _read("One space and what is held in it", "Space", [SPACE]),
            HELD: _read("One consultation", "Consultation", [SPACE, CONSULTATION]),
            f"{HELD}/statements": _read("Statements by number", "Statements", [SPACE, CONSULTATION, *PAGING]),
            f"{HELD}/map": _read("The newest published result", "Map", [SPACE, CONSULTATION]),
            f"{HELD}/votes": {"post": _voting()},
        },
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "device": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-participate",
                    "description": "Called `participate` where the site is served without TLS",
                }
            },
        },
    }


def _voting() -> Schema:
    kept = "The vote is kept: it was committed before this answer"
    return {
        "summary": "Cast or change your vote on a statement",
        "security": [{"device": []}],
        "parameters": [SPACE, CONSULTATION],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref("Vote")}}},
        "responses": {
            "200": _answer(kept, "Vote"),
            **_errors(400, 403, 404, 413, 415, 422, 429, 503),
        },
    }
