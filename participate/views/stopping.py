"""Stopping letters by the link in each of them: a page with one button, and one press by a mail program.

RFC 8058: a mail program posts to the address without cookie or token, so nothing but the address is asked.
"""

from dataclasses import dataclass

from quart import Blueprint, Response, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.wording import Words
from deliberation.errors import NotFound
from deliberation.following.digests import stop_digests
from participate.access import permits
from participate.compression import keep_plain
from participate.current import database, settings
from participate.digests import stopped_by
from participate.views.signing_in import told_to_nobody

pages = Blueprint("stopping", __name__, url_prefix="/stop")


@dataclass(frozen=True, slots=True)
class StopPage:
    """Whether the letters are stopped now."""

    stopped: bool


@pages.get("/<link>")
@permits(Action.READ_PAGE)
async def ask(link: str) -> ResponseReturnValue:
    """One button: a program that looks at every link of a letter stops nothing."""
    _account(link)
    return await _page(stopped=False)


@pages.post("/<link>")
@permits(Action.STOP_DIGESTS)
async def stop(link: str) -> ResponseReturnValue:
    """Stop them. It is answered without a redirect: a mail program follows none."""
    account_id = _account(link)
    async with database().transaction() as session:
        await stop_digests(session, account_id)
    return await _page(stopped=True)


def _account(link: str) -> int:
    found = stopped_by(settings(), link)
    if found is None:
        raise NotFound(Words("This link stops no letters. Take it whole, as it stands in the letter."))
    return found


async def _page(*, stopped: bool) -> Response:
    keep_plain()  # the link stands in the page's own address
    return told_to_nobody(await render_template("following/stop.html", page=StopPage(stopped)))
