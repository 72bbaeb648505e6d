"""One's own passkeys: what they are called and when they were used last; add one, remove one."""

from collections.abc import Sequence
from dataclasses import dataclass

from quart import Blueprint, jsonify, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Refusal, decide
from deliberation.errors import Invalid
from deliberation.people.accounts import account_with_id
from deliberation.people.passkeys import (
    LONGEST_NAME,
    MOST,
    NewPasskey,
    Passkey,
    add_passkey,
    passkeys_of,
    remove_passkey,
)
from deliberation.running.outbox import Cause, queue_mail
from participate.access import here, permits
from participate.challenged import (
    Answer,
    NotTaken,
    challenge_for,
    has_passkeys,
    not_taken,
    site,
    taken,
)
from participate.current import database, now, remember_device, settings
from participate.forms import Wrong, typed
from participate.languages import gettext, said
from participate.mail_server import can_send
from participate.security import own_origin
from participate.signin.challenges import Use
from participate.signin.labels import JOINT, label_of
from participate.signin.letters import passkey_added_mail
from participate.signin.passkeys import NotProven, Owner, as_text, asked_to_make, handle_of, made

LONGEST_NUMBER = 10

pages = Blueprint("passkeys", __name__, url_prefix="/me/passkeys")


@dataclass(frozen=True, slots=True)
class PasskeysPage:
    """`works` says whether passkeys can be used at this address at all, `refusal` why none can be added.

    `address` is the one at which they do. `name` is what was typed, `suggested` what a new one is called
    where nobody gives a name. `done` names what was just done.
    """

    works: bool
    address: str
    can_send: bool
    passkeys: Sequence[Passkey]
    refusal: Refusal | None
    suggested: str
    name: str = ""
    done: str = ""
    wrong: Sequence[Wrong] = ()

    @property
    def may_add(self) -> bool:
        return self.works and self.refusal is None and len(self.passkeys) < MOST


@pages.get("")
@permits(Action.READ_OWN_DATA)
async def show() -> ResponseReturnValue:
    if here().account_id is None:
        return redirect(url_for("link_by_mail.ask", next=url_for(".show")))
    return await _page(done=request.args.get("done", ""))


@pages.get("/options")
@permits(Action.ADD_PASSKEY)
async def ask() -> ResponseReturnValue:
    """What the browser is asked, to make a passkey for whoever is signed in. Writes nothing."""
    mine = _account()
    async with database().reading() as session:
        account = await account_with_id(session, mine)
        held = await passkeys_of(session, mine)
    assert account is not None
    owner = Owner(account.address, account.name, _handle())
    known = [one.credential_id for one in held]
    return jsonify(asked_to_make(site(), owner, known, challenge_for(Use.ADD, mine)))


@pages.post("")
@permits(Action.ADD_PASSKEY)
async def add() -> ResponseReturnValue:
    """Keep the public half of a passkey that the device has made, and tell its owner by a letter."""
    mine, name = _account(), (await typed("name")).strip()
    try:
        new = _new(await taken(Use.ADD, mine), name or _suggested())
    except NotTaken as error:
        return await _page(name=name, wrong=(Wrong("name", said(error.words)),)), error.status
    try:
        async with database().transaction() as session:
            await add_passkey(session, mine, new, now=now())
            account = await account_with_id(session, mine)
            assert account is not None
            if can_send(settings()):
                mail = passkey_added_mail(settings(), account.address)
                await queue_mail(session, mail, Cause.PASSKEY_ADDED, now=now())
    except Invalid as error:
        return await _page(name=name, wrong=(Wrong("name", said(error.args[0])),)), 422
    return redirect(url_for(".show", done="added"), 303)


@pages.post("/remove")
@permits(Action.REMOVE_PASSKEY)
async def remove() -> ResponseReturnValue:
    chosen = await typed("passkey")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < LONGEST_NUMBER:
        async with database().transaction() as session:
            await remove_passkey(session, _account(), int(chosen))
    return redirect(url_for(".show", done="removed"), 303)


def _new(answer: Answer, name: str) -> NewPasskey:
    """What is kept of it. Raises NotTaken. A name that is too long is cut: the device has made the key."""
    try:
        new = made(site(), answer.document, answer.challenge)
    except NotProven as error:
        raise not_taken(error) from None
    return NewPasskey(
        credential_id=new.credential_id,
        user_handle=as_text(_handle()),
        public_key=new.public_key,
        sign_count=new.sign_count,
        name=name[:LONGEST_NAME],
    )


def _handle() -> bytes:
    return handle_of(settings().pseudonym_master, _account())


def _account() -> int:
    mine = here().account_id
    assert mine is not None
    return mine


def _suggested() -> str:
    """The kind of the device in hand."""
    browser, _, system = label_of(request.headers.get("User-Agent", "")).partition(JOINT)
    if system:
        return gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or gettext("My passkey")


async def _page(*, name: str = "", done: str = "", wrong: Sequence[Wrong] = ()) -> str:
    remember_device()
    async with database().reading() as session:
        held = await passkeys_of(session, _account())
    decision = decide(here().policy, Action.ADD_PASSKEY, here().facts)
    page = PasskeysPage(
        works=has_passkeys(),
        address=own_origin(),
        can_send=can_send(settings()),
        passkeys=held,
        refusal=decision if isinstance(decision, Refusal) else None,
        suggested=_suggested(),
        name=name,
        done=done,
        wrong=wrong,
    )
    return await render_template("my_data/passkeys.html", page=page)
