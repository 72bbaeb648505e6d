"""Coming in and going out: what happens on a device when somebody has shown who they are, or leaves.

Both join people, whose votes may be on their way at that moment; so both are verbs for `grouped()`, which
begins anew where the two held what the other needed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from quart import request, url_for
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.opinion.taking_part import Visitor
from deliberation.own_data.keys import bring_to_account
from deliberation.people.accounts import language_of
from deliberation.people.memberships import facilitates
from deliberation.people.sessions import sign_out
from participate.current import database, device, forget_device, now, replace_device
from participate.devices import Device
from participate.network import visitor
from participate.signin.labels import label_of


@dataclass(frozen=True, slots=True)
class Entering:
    """`before` is the device as it came, `after` the same with a session of its own."""

    before: Device
    after: Device
    label: str
    who: Visitor
    now: datetime

    @classmethod
    def on(cls, device: Device) -> "Entering":
        """Read from the present request."""
        label = label_of(request.headers.get("User-Agent", ""))
        return cls(device, device.signed_in(Device.new().secret), label, visitor(), now())


@dataclass(frozen=True, slots=True)
class Entered:
    facilitates: bool
    language: str


@dataclass(frozen=True, slots=True)
class Leaving:
    session_hash: str
    who: Visitor


async def bring_in(session: AsyncSession, account_id: int, entering: Entering) -> Entered:
    """What the device has done joins what the account has; an older session on it ends."""
    await sign_out(session, entering.before.session_hash)
    await bring_to_account(session, replace(entering.who, account_id=account_id))
    return Entered(
        await facilitates(session, account_id, now=entering.now), await language_of(session, account_id)
    )


def come_in(entering: Entering, entered: Entered) -> str:
    """Send the new cookie, once all is kept; the page to go on to where nobody asked for another."""
    replace_device(entering.after.speaking(entered.language) if entered.language else entering.after)
    return url_for("facilitating.index") if entered.facilitates else url_for("my_data.show")


async def go_out() -> None:
    """End the session in hand, and begin the device anew: whoever uses it next is somebody else."""
    current = device()
    if current is not None and current.session:
        await database().grouped(leave, Leaving(current.session_hash, visitor()))
    forget_device()


async def leave(session: AsyncSession, leaving: Leaving) -> None:
    """What the device sent while it was signing in joins the account; then its session ends."""
    await bring_to_account(session, leaving.who)
    await sign_out(session, leaving.session_hash)
