"""Coming in: what happens on a device when somebody has shown who they are, whichever way they did."""

from dataclasses import dataclass, replace

from quart import request, url_for
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.own_data.keys import bring_to_account
from deliberation.people.accounts import language_of
from deliberation.people.memberships import facilitates
from deliberation.people.sessions import sign_out
from participate.current import now, replace_device
from participate.devices import Device
from participate.network import visitor
from participate.signin.labels import label_of


@dataclass(frozen=True, slots=True)
class Entering:
    """`before` is the device as it came, `after` the same with a session of its own."""

    before: Device
    after: Device

    @classmethod
    def on(cls, device: Device) -> "Entering":
        return cls(device, device.signed_in(Device.new().secret))

    @property
    def label(self) -> str:
        return label_of(request.headers.get("User-Agent", ""))


@dataclass(frozen=True, slots=True)
class Entered:
    facilitates: bool
    language: str


async def bring_in(session: AsyncSession, account_id: int, entering: Entering) -> Entered:
    """What the device has done joins what the account has; an older session on it ends."""
    await sign_out(session, entering.before.session_hash)
    await bring_to_account(session, replace(visitor(), account_id=account_id))
    return Entered(await facilitates(session, account_id, now=now()), await language_of(session, account_id))


def come_in(entering: Entering, entered: Entered) -> str:
    """Send the new cookie, once all is kept; the page to go on to where nobody asked for another."""
    replace_device(entering.after.speaking(entered.language) if entered.language else entering.after)
    return url_for("facilitating.index") if entered.facilitates else url_for("my_data.show")
