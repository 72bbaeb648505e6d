"""JSON twins of the public pages, with the same ids; and the one act, a vote.

Described at /api/v1/openapi.json. Reading is open to every site; a vote needs our own page and its cookie.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from quart import Blueprint, jsonify, request
from quart.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from charters.actions import Action
from charters.states import Phase, Standing
from deliberation.errors import Invalid
from deliberation.opinion.opinion_map import removed_numbers
from deliberation.opinion.voting import Ballot, answer_named, cast_vote
from deliberation.publishing.public_statements import PublicStatement, public_statements
from deliberation.publishing.releases import published
from deliberation.publishing.sentences import without_texts
from deliberation.spaces.consultations import Consultation, consultations_of
from deliberation.spaces.spaces import Space, all_spaces
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.listing import entry
from participate.network import acting
from participate.openapi import document
from participate.public import SHORT, open_to_all, public_json
from participate.security import UnsupportedBody

pages = Blueprint("api", __name__, url_prefix="/api/v1")
pages.after_request(open_to_all)

MOST_AT_ONCE = 200
BEFORE: dict[str, Any] = {
    "participation": [],
    "attestation": None,
    "consensus": None,
    "explained": None,
    "ladder": [],
    "change": None,
}
"""What a document from before these parts were published says of them."""


class Vote(BaseModel):
    """The body of a vote: nothing else is taken."""

    model_config = ConfigDict(extra="forbid", strict=True)

    statement_id: int = Field(ge=1, le=2**31 - 1)
    vote: Literal["agree", "pass", "disagree"]


@pages.get("/openapi.json")
@permits(Action.READ_DATA, in_verb=True)
async def openapi() -> ResponseReturnValue:
    return public_json(document(), keep=SHORT)


@pages.get("/spaces")
@permits(Action.READ_DATA)
async def spaces() -> ResponseReturnValue:
    async with database().reading() as session:
        found = await all_spaces(session)
    return public_json({"spaces": [_space(one) for one in found]})


@pages.get("/spaces/<space>")
@permits(Action.READ_DATA)
async def space(space: str) -> ResponseReturnValue:
    place = here().space
    assert place is not None
    async with database().reading() as session:
        held = await consultations_of(session, place)
    policy = here().policy
    return public_json(
        {
            **_space(place),
            "purpose": place.purpose,
            "sides": {"people": place.people_side, "body": place.body_side},
            "language": place.language,
            "policy": {"uid": policy.uid, "version": policy.version, "title": policy.title},
            "consultations": [_in_list(place, one) for one in held],
        }
    )


@pages.get("/spaces/<space>/<consultation>")
@permits(Action.READ_DATA)
async def consultation(space: str, consultation: str) -> ResponseReturnValue:
    where, held, _ = consultation_here()
    return public_json(
        {
            **_in_list(where, held),
            "background": held.background,
            "opens_at": _moment(held.opens_at),
            "closes_at": _moment(held.closes_at),
            "source": held.source,
            "licence": held.licence,
            "attribution": held.attribution,
        }
    )


@pages.get("/spaces/<space>/<consultation>/statements")
@permits(Action.READ_DATA)
async def statements(space: str, consultation: str) -> ResponseReturnValue:
    """Statements by number. `next` is the cursor for the following page, null on the last."""
    _, _, held_id = consultation_here()
    limit = _number("limit", 50, least=1, most=MOST_AT_ONCE)
    after = _number("cursor", 0, least=0, most=2**31 - 1)
    async with database().reading() as session:
        found = await public_statements(session, held_id, after=after, limit=limit + 1)
    page = found[:limit]
    cursor = str(page[-1].number) if len(found) > limit else None
    return public_json({"statements": [_statement(one) for one in page], "next": cursor})


@pages.get("/spaces/<space>/<consultation>/map")
@permits(Action.READ_DATA)
async def opinion_map(space: str, consultation: str) -> ResponseReturnValue:
    """The newest published result. 404 while there is none."""
    _, _, held_id = consultation_here()
    async with database().reading() as session:
        result = await published(session, held_id, None)
        removed = await removed_numbers(session, held_id)
    content = {**BEFORE, **without_texts(result.content, removed)}
    return public_json({**content, "landscape": result.landscape}, keep=SHORT, changed=result.published_at)


@pages.post("/spaces/<space>/<consultation>/votes")
@permits(Action.CAST_VOTE, in_verb=True)
async def vote(space: str, consultation: str) -> ResponseReturnValue:
    """Cast or change a vote; answers once it is kept."""
    if request.mimetype != "application/json":
        raise UnsupportedBody
    given = _read_vote(await request.get_data())
    ballot = Ballot(
        visitor=acting(),
        space=space,
        consultation=consultation,
        number=given.statement_id,
        answer=answer_named(given.vote),
        now=now(),
    )
    await database().grouped(cast_vote, ballot)
    return jsonify(statement_id=given.statement_id, vote=given.vote)


def _read_vote(body: str | bytes) -> Vote:
    """The vote that a body of JSON says. Raises BadRequest for what is no JSON, else ValidationError."""
    try:
        return Vote.model_validate_json(body)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise BadRequest from None
        raise


def _space(space: Space) -> dict[str, Any]:
    return {
        "slug": space.slug,
        "title": space.title,
        "host": space.host,
        "standing": space.standing.value,
        "archive": space.standing is Standing.ARCHIVE,
        "made_up": space.made_up,
    }


def _in_list(space: Space, held: Consultation) -> dict[str, Any]:
    phase: Phase = entry(space, held, now()).phase
    return {
        "slug": held.slug,
        "title": held.title,
        "question": held.question,
        "language": held.language,
        "stage": held.stage.value,
        "phase": phase.value,
    }


def _statement(one: PublicStatement) -> dict[str, Any]:
    return {
        "statement_id": one.number,
        "text": one.text,
        "language": one.language,
        "state": one.state.value,
        "seed": one.seed,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _number(name: str, default: int, *, least: int, most: int) -> int:
    raw = request.args.get(name)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and least <= int(raw[:12]) <= most):
        raise Invalid(name, f"{name} is {raw[:20]!r}. Write a whole number from {least} to {most}.")
    return int(raw)
