"""Proposing a change of a charter: what to change, a look at what it comes to, putting it to both sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.canonical import read
from charters.differences import Differences, differences
from charters.editing import Group, Promise, groups, promises
from charters.policy import Policy
from charters.tables import way
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.spaces.putting_charters import put_amendment
from deliberation.spaces.spaces import Space, space_named
from participate.access import here, permits
from participate.charter_versions import Chain, VersionShown, VersionState, chain_of
from participate.current import database, now
from participate.forms import Wrong, typed
from participate.proposing import (
    BEGINS,
    FILE,
    REASON,
    as_file,
    fields_typed,
    from_fields,
    from_file,
    suggested_day,
)

pages = Blueprint("proposing", __name__, url_prefix="/spaces/<space>/charter/propose")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePage:
    """The form. `typed` is what stands in its fields, `touched` are those that were changed or are wrong.

    `open` is a change that both sides are deciding about. `way` is the blueprint that its buttons lead to.
    """

    space: Space
    policy: Policy
    groups: tuple[Group, ...]
    promises: tuple[Promise, ...]
    typed: Mapping[str, str]
    touched: frozenset[str]
    open: VersionShown | None
    wrong: tuple[Wrong, ...] = ()
    way: str = "proposing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """The same, as a file to be changed by hand."""

    space: Space
    policy: Policy
    file: str
    wrong: tuple[Wrong, ...] = ()
    way: str = "proposing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPage:
    """What would change, before it is put to both sides."""

    space: Space
    policy: Policy
    after: Policy
    found: Differences
    rule: Words
    reason: str
    wrong: tuple[Wrong, ...] = ()
    way: str = "proposing"


@pages.get("")
@permits(Action.AMEND_CHARTER)
async def show(space: str) -> ResponseReturnValue:
    policy = here().policy
    return await _form({BEGINS: suggested_day(policy, now()).isoformat()})


@pages.post("")
@permits(Action.AMEND_CHARTER)
async def look(space: str) -> ResponseReturnValue:
    given = await fields_typed()
    draft = from_fields(here().policy, given, now())
    if draft.policy is None:
        return await _form(given, draft.wrong), 422
    return await _look(draft.policy)


@pages.get("/file")
@permits(Action.AMEND_CHARTER)
async def show_file(space: str) -> ResponseReturnValue:
    policy = here().policy
    return await _file(as_file(policy, suggested_day(policy, now())))


@pages.post("/file")
@permits(Action.AMEND_CHARTER)
async def look_at_file(space: str) -> ResponseReturnValue:
    text = await typed(FILE)
    draft = from_file(here().policy, text, now())
    if draft.policy is None:
        return await _file(text, draft.wrong), 422
    return await _look(draft.policy)


@pages.post("/again")
@permits(Action.AMEND_CHARTER)
async def again(space: str) -> ResponseReturnValue:
    """Back to the fields with what was looked at."""
    text = await typed(FILE)
    draft = from_file(here().policy, text, now())
    if draft.policy is None:
        return await _file(text, draft.wrong), 422
    return await _form(typed_in(here().policy, draft.policy))


@pages.post("/put")
@permits(Action.AMEND_CHARTER)
async def put(space: str) -> ResponseReturnValue:
    text, reason = await typed(FILE), await typed(REASON)
    draft = from_file(here().policy, text, now())
    if draft.policy is None:
        return await _file(text, draft.wrong), 422
    try:
        async with database().transaction() as session:
            decision = await put_amendment(
                session,
                await space_named(session, space),
                draft.policy,
                reason=reason,
                asking=here().facts,
                now=now(),
            )
    except Invalid as error:
        wrong = (Wrong(REASON if error.field == REASON else FILE, str(error)),)
        return await _look(draft.policy, reason, wrong), 422
    return redirect(url_for("charter.show", space=space, _anchor=f"decision-{decision.id}"), 303)


def typed_in(before: Policy, after: Policy) -> dict[str, str]:
    """The fields of `before` as they stand in `after`; what has no field is left out."""
    given = {BEGINS: after.effective_from.isoformat() if after.effective_from else ""}
    changed = read(after.file)
    given |= {field.path: field.value for group in groups(changed) for field in group.fields}
    known = {one.id: one for one in promises(changed)}
    for one in promises(read(before.file)):
        now_there = known.pop(one.id, one)
        given |= {f"{one.path}.title": now_there.title, f"{one.path}.text": now_there.text}
    for added in known.values():
        given |= {"new.title": added.title, "new.text": added.text}
    return given


async def _form(given: Mapping[str, str], wrong: tuple[Wrong, ...] = ()) -> str:
    document = read(here().policy.file)
    place, chain = await _held()
    page = ProposePage(
        space=place,
        policy=here().policy,
        groups=groups(document),
        promises=promises(document),
        typed=given,
        touched=touched_in(document, given) | {one.field for one in wrong},
        open=open_change(chain),
        wrong=wrong,
    )
    return await render_template("charters/propose.html", page=page)


def touched_in(document: Mapping[str, Any], given: Mapping[str, str]) -> frozenset[str]:
    """The fields in which something else stands than in the file."""
    held = {field.path: field.value for group in groups(document) for field in group.fields}
    for one in promises(document):
        held |= {f"{one.path}.title": one.title, f"{one.path}.text": one.text}
    return frozenset(path for path, value in held.items() if given.get(path, value).strip() != value)


async def _file(text: str, wrong: tuple[Wrong, ...] = ()) -> str:
    place, _ = await _held()
    page = FilePage(space=place, policy=here().policy, file=text, wrong=wrong)
    return await render_template("charters/propose_file.html", page=page)


async def _look(after: Policy, reason: str = "", wrong: tuple[Wrong, ...] = ()) -> str:
    place, _ = await _held()
    before = here().policy
    page = LookPage(
        space=place,
        policy=before,
        after=after,
        found=differences(before, after),
        rule=way(before.amendment),
        reason=reason,
        wrong=wrong,
    )
    return await render_template("charters/look.html", page=page)


async def _held() -> tuple[Space, Chain]:
    place = here().space
    assert place is not None
    async with database().reading() as session:
        return place, await chain_of(session, place, now())


def open_change(chain: Chain) -> VersionShown | None:
    """The version that both sides are deciding about, if there is one."""
    return next((one for one in chain.versions if one.state is VersionState.OPEN), None)
