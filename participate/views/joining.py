"""Coming to a side of a space: the people's side by oneself, a body's or an adviser's part by a link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quart import Blueprint, current_app, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Reason, Refusal, Refused, decide
from charters.facts import Joining
from charters.policy import in_words
from charters.states import InvitationState, Role, Side
from charters.wording import Words
from deliberation.errors import Invalid, NotFound
from deliberation.people.accounts import address_of
from deliberation.people.memberships import Membership
from deliberation.people.organisations import Organisation, body_of_address, organisation_with_id
from deliberation.people.participants import account_pseudonym, space_key
from deliberation.people.sessions import end_sessions_of
from deliberation.spaces.joining import (
    LONGEST_NAME,
    Declaration,
    accept_invitation,
    declare_interests,
    join_people,
    leave_side,
    place_of,
    stop_advising,
)
from deliberation.spaces.side_invitations import Offered, side_invitation_with
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.compression import keep_plain
from participate.current import database, device, now, remember_device, settings
from participate.forms import Wrong, typed
from participate.languages import said

pages = Blueprint("joining", __name__, url_prefix="/spaces/<space>/join")

NONE = "None."
"""What is kept of somebody who says that they have no interests."""
LONGEST_INTERESTS = 1_000
DONE = {
    "joined": Words("You are on the people’s side now."),
    "came": Words("You are a delegate now. Your name stands on the space’s page."),
    "advises": Words("You are an adviser now. Your name stands on the space’s page."),
    "declared": Words("Your interests are kept."),
    "left": Words("You have left your side."),
    "advised": Words("You advise here no longer."),
}
CHOOSE = Words("Say what interests you have, or that you have none.")
TOO_LONG = Words("Shorten your interests to 1,000 characters or fewer.")
NAME = Words("Write the name that you act under. Everybody can read it.")
WRITE_THEM = Words("Write which interests you have.")


@dataclass(frozen=True, slots=True)
class Typed:
    """`has` is "none", "some" or empty."""

    has: str = ""
    interests: str = ""
    name: str = ""

    @property
    def declaration(self) -> Declaration:
        return Declaration(interests=NONE if self.has == "none" else self.interests, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinPage:
    """`mine` is the reader's place on a side, `body` the body they speak for; `advises`: they are an adviser.

    `refusal` says why they cannot join the people's side; `sign_in` is where to sign in, empty where nobody
    can by themselves.
    """

    space: Space
    mine: Membership | None
    body: Organisation | None
    refusal: Refusal | None
    sign_in: str
    advises: bool
    tenure: str
    typed: Typed
    wrong: Sequence[Wrong]
    done: str

    @property
    def needs_sign_in(self) -> bool:
        return self.refusal is not None and self.refusal.reason is Reason.NEEDS_SIGN_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedPage:
    """Who offers a part, and what the link is now; the form needs somebody who is signed in."""

    space: Space
    role: Role
    body: Organisation | None
    state: InvitationState
    signed_in: bool
    sign_in: str
    typed: Typed
    wrong: Sequence[Wrong] = ()


@pages.get("")
@permits(Action.READ_PAGE)
async def show(space: str) -> ResponseReturnValue:
    return await _page(Typed())


@pages.post("")
@permits(Action.JOIN_SIDE, in_verb=True)
async def do(space: str) -> ResponseReturnValue:
    await arrive(space=space)
    filled, account_id = await _typed(), here().account_id
    if account_id is None:
        return await _page(filled), 403
    wrong = _wrong(filled)
    if wrong:
        return await _page(filled, wrong), 422
    async with database().transaction() as session:
        await join_people(session, _space(), account_id, filled.declaration, asking=here().facts, now=now())
        await changed_roles(session, account_id)
    return _back("joined")


@pages.post("/interests")
@permits(Action.DECLARE_INTERESTS)
async def declare(space: str) -> ResponseReturnValue:
    filled = await _typed()
    wrong = _wrong(filled)
    if wrong:
        return await _page(filled, wrong), 422
    async with database().transaction() as session:
        await declare_interests(
            session, _space(), _account(), filled.declaration, asking=here().facts, now=now()
        )
    return _back("declared")


@pages.post("/leave")
@permits(Action.LEAVE_SIDE)
async def leave(space: str) -> ResponseReturnValue:
    place = _space()
    voter = voter_of(place, _account())
    async with database().transaction() as session:
        await leave_side(session, place, _account(), voter, asking=here().facts, now=now())
        await changed_roles(session, _account())
    return _back("left")


@pages.post("/stop-advising")
@permits(Action.STOP_ADVISING)
async def stop(space: str) -> ResponseReturnValue:
    async with database().transaction() as session:
        await stop_advising(session, _space(), _account(), asking=here().facts, now=now())
        await changed_roles(session, _account())
    return _back("advised")


@pages.get("/<code>")
@permits(Action.READ_PAGE)
async def invited(space: str, code: str) -> ResponseReturnValue:
    return await _invited(code, Typed())


@pages.post("/<code>")
@permits(Action.JOIN_SIDE, in_verb=True)
async def accept(space: str, code: str) -> ResponseReturnValue:
    await arrive(space=space)
    filled = await _typed()
    if here().account_id is None:
        return await _invited(code, filled), 403
    wrong = _wrong(filled)
    if not 2 <= len(filled.name) <= LONGEST_NAME:
        wrong.insert(0, Wrong("name", said(NAME)))
    if wrong:
        return await _invited(code, filled, wrong), 422
    try:
        async with database().transaction() as session:
            role = await accept_invitation(
                session, _space(), _account(), code, filled.declaration, asking=here().facts, now=now()
            )
            await changed_roles(session, _account())
    except Invalid as error:
        return await _invited(code, filled, [Wrong(error.field, str(error))]), 422
    if role is Role.ADVISER:
        return redirect(url_for("spaces.space", space=space), 303)
    return _back("came")


async def changed_roles(session: AsyncSession, account_id: int) -> None:
    """What was open on other devices does not go on under new roles; this one's token is replaced."""
    current = device()
    mine = current.session_hash if current is not None and account_id == here().account_id else ""
    await end_sessions_of(session, account_id, but=mine)


def voter_of(space: Space, account_id: int) -> str:
    """The pseudonym under which an account turns keys in a space."""
    assert space.id is not None
    return account_pseudonym(space_key(settings().pseudonym_master, space.id), account_id)


def sign_in_address() -> str:
    """Where to sign in, coming back to this page; empty where nobody can sign in by themselves."""
    if "link_by_mail.ask" not in current_app.view_functions:
        return ""
    return url_for("link_by_mail.ask", next=request.path)


async def _typed() -> Typed:
    return Typed(
        (await typed("has")).strip(), (await typed("interests")).strip(), (await typed("name")).strip()
    )


def _wrong(filled: Typed) -> list[Wrong]:
    if filled.has not in ("none", "some"):
        return [Wrong("has", said(CHOOSE))]
    if filled.has == "some" and not filled.interests:
        return [Wrong("interests", said(WRITE_THEM))]
    return [Wrong("interests", said(TOO_LONG))] if len(filled.interests) > LONGEST_INTERESTS else []


async def _page(filled: Typed, wrong: Sequence[Wrong] = ()) -> str:
    place, account_id, refusal = _space(), here().account_id, None
    mine = body = None
    in_body = False
    if account_id is not None:
        async with database().reading() as session:
            mine = await place_of(session, place, account_id, now=now())
            body = await organisation_with_id(session, mine.organisation_id if mine is not None else None)
            in_body = await body_of_address(session, await address_of(session, account_id)) is not None
    if mine is None:
        # With the interests declared: whether they are is asked of the form alone.
        asked = Joining(side=Side.PEOPLE, interests=True, body_address=in_body)
        decision = decide(here().policy, Action.JOIN_SIDE, replace(here().facts, joining=asked))
        refusal = decision if isinstance(decision, Refusal) else None
        if refusal is not None and refusal.reason not in (Reason.NEEDS_SIGN_IN, Reason.BODY_ADDRESS):
            raise Refused(refusal)
    elif not filled.has:
        filled = _declared(mine)
    remember_device()
    page = JoinPage(
        space=place,
        mine=mine,
        body=body,
        refusal=refusal,
        sign_in=sign_in_address(),
        advises=here().may(Action.STOP_ADVISING),
        tenure=said(in_words(here().policy.key.tenure_days)),
        typed=filled,
        wrong=wrong,
        done=said(DONE[done]) if (done := request.args.get("done", "")) in DONE else "",
    )
    return await render_template("sides/join.html", page=page)


def _declared(mine: Membership) -> Typed:
    has = {"": "", NONE: "none"}.get(mine.interests, "some")
    return Typed(has, mine.interests if has == "some" else "", mine.name)


async def _invited(code: str, filled: Typed, wrong: Sequence[Wrong] = ()) -> str:
    """Raises NotFound for a secret that no link of this space has."""
    async with database().reading() as session:
        offered: Offered | None = await side_invitation_with(session, _space(), code)
    if offered is None:
        raise NotFound(Words("There is no such link of invitation. Check that it was copied whole."))
    remember_device()
    keep_plain()  # the link stands in the page's own address, and so in its form
    page = InvitedPage(
        space=_space(),
        role=offered.invitation.role,
        body=offered.organisation,
        state=offered.invitation.state_at(now()),
        signed_in=here().account_id is not None,
        sign_in=sign_in_address(),
        typed=filled,
        wrong=wrong,
    )
    return await render_template("sides/invited.html", page=page)


def _back(done: str) -> ResponseReturnValue:
    return redirect(url_for("joining.show", space=_space().slug, done=done), 303)


def _account() -> int:
    account_id = here().account_id
    assert account_id is not None
    return account_id


def _space() -> Space:
    place = here().space
    assert place is not None
    return place
