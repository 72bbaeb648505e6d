"""Signing in by a link that works once, and signing out."""

from dataclasses import dataclass

from quart import Blueprint, Response, g, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from deliberation.people.sessions import (
    LinkSpent,
    SessionState,
    look_at_link,
    replace_token,
    sign_in,
)
from participate.access import permits
from participate.compression import keep_plain
from participate.current import database, device, now, remember_device, replace_device
from participate.devices import Device
from participate.entering import Entered, Entering, bring_in, come_in, go_out
from participate.signin.links import link_hash, local_path

pages = Blueprint("signing_in", __name__)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`address` is whom the link signs in; `next` is a path on this site, or empty."""

    address: str
    next: str


@pages.get("/sign-in/<link>")
@permits(Action.BEGIN_SESSION)
async def ask(link: str) -> ResponseReturnValue:
    """One button. Mail programs open links to look at them, so opening one spends nothing."""
    async with database().reading() as session:
        try:
            address = await look_at_link(session, link_hash(link), now=now())
        except LinkSpent:
            return await _spent()
    remember_device()
    keep_plain()  # the link stands in the page's own address, and so in what leads back to it
    page = SignInPage(address=address, next=local_path(request.args.get("next", "")) or "")
    return told_to_nobody(await render_template("signing_in/ask.html", page=page))


@pages.post("/sign-in/<link>")
@permits(Action.BEGIN_SESSION)
async def begin(link: str) -> ResponseReturnValue:
    """Spend the link. What the device has done joins what the account has; an older session on it ends."""
    form = await request.form
    entering = Entering.on(remember_device())
    try:
        entered = await database().grouped(_enter, (link_hash(link), entering))
    except LinkSpent:
        return await _spent()
    usual = come_in(entering, entered)
    return redirect(local_path(form.get("next", "")) or usual, 303)


async def _enter(session: AsyncSession, wish: tuple[str, Entering]) -> Entered:
    spent, entering = wish
    account_id = await sign_in(
        session, spent, entering.after.session_hash, now=entering.now, label=entering.label
    )
    return await bring_in(session, account_id, entering)


@pages.post("/sign-out")
@permits(Action.END_SESSION)
async def end() -> ResponseReturnValue:
    """End the session, and begin the device anew: whoever uses it next is somebody else."""
    await go_out()
    return redirect(url_for("signing_in.ended"), 303)


@pages.get("/signed-out")
@permits(Action.READ_PAGE)
async def ended() -> ResponseReturnValue:
    return await render_template("signing_in/ended.html")


@pages.after_app_request
async def renew(response: Response) -> Response:
    """Give a session its new token where one is due. Only pages carry cookies: anybody may keep a file."""
    here, current = g.get("here"), device()
    held = here.session if here is not None else None
    if held is None or current is None or held.state is not SessionState.TO_REPLACE:
        return response
    if response.mimetype == "text/html" and current.session_hash == held.token_hash:
        renewed = current.signed_in(Device.new().secret)
        async with database().transaction() as session:
            done = await replace_token(session, held, renewed.session_hash, now=now())
        if done:
            replace_device(renewed)
    return response


async def _spent() -> ResponseReturnValue:
    """Unknown, used or too old: the same words, for they are nobody else's business."""
    return told_to_nobody(await render_template("signing_in/spent.html"), 410)


def told_to_nobody(html: str, status: int = 200) -> Response:
    """The link stands in the address, so not even this site's own logs are told where a click came from."""
    response = Response(html, status, content_type="text/html; charset=utf-8")
    # Not `no-referrer`: browsers would then send `Origin: null` with the button.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
