"""Another text for the first charter while its founders sign it: what to change, a look, and asking again."""

from collections.abc import Mapping
from dataclasses import dataclass

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.agreements import Kind
from charters.canonical import read
from charters.differences import differences
from charters.editing import groups, promises
from charters.policy import Policy, parse_policy
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.spaces.charters import charter_with_id
from deliberation.spaces.decisions import Decision, open_decisions
from deliberation.spaces.moving import replace_charter
from deliberation.spaces.putting_charters import put_founding_charter
from deliberation.spaces.spaces import Space, space_named
from participate.access import here, permits
from participate.current import database, now
from participate.deciding import ONE_EACH
from participate.forms import Wrong, typed
from participate.languages import said
from participate.proposing import BEGINS, FILE, Draft, as_file, fields_typed, from_fields, from_file
from participate.views.proposing import FilePage, LookPage, ProposePage, touched_in, typed_in

pages = Blueprint("replacing", __name__, url_prefix="/spaces/<space>/charter/replace")

WAY = "replacing"
MEANWHILE = Words("Somebody else changed the text meanwhile. Read what stands there now, then go on.")


@dataclass(frozen=True, slots=True)
class Standing:
    """The text that waits for signatures, and the decision in which it is signed, where that has begun."""

    space: Space
    policy: Policy
    decision: Decision | None


@pages.get("")
@permits(Action.FOUND_CHARTER)
async def show(space: str) -> ResponseReturnValue:
    held = await _held()
    return await _form(held, {BEGINS: _begins(held.policy)})


@pages.post("")
@permits(Action.FOUND_CHARTER)
async def look(space: str) -> ResponseReturnValue:
    held, given = await _held(), await fields_typed()
    draft = from_fields(held.policy, given, now(), instead=True)
    if draft.policy is None:
        return await _form(held, given, draft.wrong), 422
    return await _look(held, draft.policy)


@pages.get("/file")
@permits(Action.FOUND_CHARTER)
async def show_file(space: str) -> ResponseReturnValue:
    held = await _held()
    begins = held.policy.effective_from
    assert begins is not None
    return await _file(held, as_file(held.policy, begins))


@pages.post("/file")
@permits(Action.FOUND_CHARTER)
async def look_at_file(space: str) -> ResponseReturnValue:
    held, text = await _held(), await typed(FILE)
    draft = _drafted(held, text)
    if draft.policy is None:
        return await _file(held, text, draft.wrong), 422
    return await _look(held, draft.policy)


@pages.post("/again")
@permits(Action.FOUND_CHARTER)
async def again(space: str) -> ResponseReturnValue:
    """Back to the fields with what was looked at."""
    held, text = await _held(), await typed(FILE)
    draft = _drafted(held, text)
    if draft.policy is None:
        return await _file(held, text, draft.wrong), 422
    return await _form(held, typed_in(held.policy, draft.policy))


@pages.post("/put")
@permits(Action.FOUND_CHARTER)
async def put(space: str) -> ResponseReturnValue:
    """Put it in the place of what was shown; where another text stands there by now, nothing is kept."""
    held, text, shown = await _held(), await typed(FILE), await typed("shown")
    draft = _drafted(held, text)
    if shown != held.policy.digest:
        given = typed_in(held.policy, draft.policy) if draft.policy is not None else {}
        return await _form(held, given, (Wrong(BEGINS, said(MEANWHILE)),)), 409
    if draft.policy is None:
        return await _file(held, text, draft.wrong), 422
    asking, moment = here().facts, now()
    try:
        async with database().transaction() as session:
            place = await space_named(session, space)
            if held.decision is None:
                decision = await put_founding_charter(session, place, draft.policy, asking=asking, now=moment)
            else:
                decision = await replace_charter(
                    session, place, held.decision.id or 0, draft.policy, asking=asking, now=moment
                )
    except Invalid as error:
        return await _file(held, text, (Wrong(FILE, str(error)),)), 422
    return redirect(url_for("decisions.show", space=space, decision=decision.id), 303)


def _drafted(held: Standing, text: str) -> Draft:
    return from_file(held.policy, text, now(), instead=True)


def _begins(policy: Policy) -> str:
    return policy.effective_from.isoformat() if policy.effective_from else ""


async def _held() -> Standing:
    place = here().space
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        (decision, *_) = [*await open_decisions(session, place.id, kind=Kind.ADOPT_CHARTER), None]
        if decision is None or decision.charter_id is None:
            return Standing(place, here().policy, None)
        charter = await charter_with_id(session, decision.charter_id)
        return Standing(place, parse_policy(charter.file), decision)


async def _form(held: Standing, given: Mapping[str, str], wrong: tuple[Wrong, ...] = ()) -> str:
    document = read(held.policy.file)
    page = ProposePage(
        space=held.space,
        policy=held.policy,
        groups=groups(document),
        promises=promises(document),
        typed={BEGINS: _begins(held.policy), **given},
        touched=touched_in(document, given) | {one.field for one in wrong},
        open=None,
        wrong=wrong,
        way=WAY,
    )
    return await render_template("charters/propose.html", page=page)


async def _file(held: Standing, text: str, wrong: tuple[Wrong, ...] = ()) -> str:
    page = FilePage(space=held.space, policy=held.policy, file=text, wrong=wrong, way=WAY)
    return await render_template("charters/propose_file.html", page=page)


async def _look(held: Standing, after: Policy) -> str:
    page = LookPage(
        space=held.space,
        policy=held.policy,
        after=after,
        found=differences(held.policy, after),
        rule=ONE_EACH,
        reason="",
        way=WAY,
    )
    return await render_template("charters/look.html", page=page)
