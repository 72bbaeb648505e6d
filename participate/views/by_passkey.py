"""Signing in by a passkey: what a browser is asked, and what it answers. Nobody types an address."""

import logging

from quart import Blueprint, jsonify, redirect
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.wording import Words
from deliberation.people.passkeys import CounterWentBack, PasskeyUnknown, passkey_called, use_passkey
from deliberation.people.sessions import begin_session
from participate.access import permits
from participate.challenged import Answer, NotTaken, challenge_for, not_taken, site, taken
from participate.current import database, now, remember_device
from participate.entering import Entering, bring_in, come_in
from participate.forms import typed
from participate.signin.challenges import Use
from participate.signin.links import local_path
from participate.signin.passkeys import NotProven, asked_to_show, shown
from participate.views.link_by_mail import told_of_trouble

pages = Blueprint("by_passkey", __name__, url_prefix="/sign-in/passkey")

log = logging.getLogger("participate")

UNKNOWN = Words("This passkey is not known here. Perhaps it was removed. Use another way to sign in.")
WENT_BACK = Words(
    "This passkey’s count of uses went back. Perhaps somebody has a copy of it. "
    "Sign in another way, then remove it under My data."
)


@pages.get("/options")
@permits(Action.BEGIN_SESSION)
async def ask() -> ResponseReturnValue:
    """What the browser is to answer; the same for everybody, and nothing is written."""
    return jsonify(asked_to_show(site(), challenge_for(Use.ENTER, None)))


@pages.post("")
@permits(Action.BEGIN_SESSION)
async def enter() -> ResponseReturnValue:
    """Sign in whoever has the private half of a passkey that is known here."""
    onward = local_path(await typed("next")) or ""
    try:
        usual = await _entered(await taken(Use.ENTER, None))
    except NotTaken as error:
        return await told_of_trouble(error.words, error.status, onward)
    except PasskeyUnknown:
        return await told_of_trouble(UNKNOWN, 422, onward)
    except CounterWentBack:
        log.warning("a passkey was refused: its count went back")
        return await told_of_trouble(WENT_BACK, 422, onward)
    return redirect(onward or usual, 303)


async def _entered(answer: Answer) -> str:
    """Begin the session; the page to go on to. Raises NotTaken, PasskeyUnknown and CounterWentBack."""
    async with database().reading() as session:
        known = await passkey_called(session, str(answer.document.get("id"))[:2000])
    assert known.id is not None
    try:
        count = shown(site(), answer.document, answer.challenge, known.public_key, known.user_handle)
    except NotProven as error:
        raise not_taken(error) from None
    entering = Entering.on(remember_device())
    async with database().transaction() as session:
        account_id = await use_passkey(session, known.id, count, now=now())
        await begin_session(session, account_id, entering.after.session_hash, now=now(), label=entering.label)
        entered = await bring_in(session, account_id, entering)
    return come_in(entering, entered)
