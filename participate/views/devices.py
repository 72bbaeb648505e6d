"""Where somebody is signed in, and how to end it: one device, or all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.people.accounts import address_of
from deliberation.people.sessions import (
    ABSOLUTE,
    IDLE,
    SignedIn,
    end_session,
    end_sessions_of,
    sessions_of,
)
from deliberation.spaces.days import day_in_london
from participate.access import here, permits
from participate.current import database, device, now, remember_device
from participate.entering import go_out
from participate.forms import typed
from participate.languages import gettext, ngettext
from participate.signin.labels import JOINT

pages = Blueprint("devices", __name__, url_prefix="/me/devices")

WEEK = 7


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A session: what its device is called, when it was used in coarse words, whether it is this one."""

    handle: str
    name: str
    used: str
    since: datetime
    this_one: bool


@dataclass(frozen=True, slots=True)
class DevicesPage:
    address: str
    devices: Sequence[DeviceRow]
    idle_days: int
    longest_days: int

    @property
    def others(self) -> int:
        return sum(not row.this_one for row in self.devices)


@pages.get("")
@permits(Action.READ_PAGE)
async def show() -> ResponseReturnValue:
    account_id = here().account_id
    if account_id is None:
        return redirect(url_for("link_by_mail.ask", next=url_for("devices.show")))
    async with database().reading() as session:
        address = await address_of(session, account_id)
        held = await sessions_of(session, account_id, now=now())
    # The one in hand comes first, so that nobody ends it by mistake.
    rows = sorted((_row(one) for one in held), key=lambda row: not row.this_one)
    remember_device()
    page = DevicesPage(address, rows, IDLE.days, ABSOLUTE.days)
    return await render_template("my_data/devices.html", page=page)


@pages.post("/end")
@permits(Action.END_SESSION)
async def end_one() -> ResponseReturnValue:
    """End one device's session; ending the one in use is signing out."""
    account_id, handle, current = here().account_id, await typed("device"), here().session
    if account_id is not None and current is not None and current.handle == handle:
        await go_out()
        return redirect(url_for("signing_in.ended"), 303)
    if account_id is not None:
        async with database().transaction() as session:
            await end_session(session, account_id, handle)
    return redirect(url_for("devices.show"), 303)


@pages.post("/end-others")
@permits(Action.END_SESSION)
async def end_others() -> ResponseReturnValue:
    account_id, current = here().account_id, device()
    if account_id is not None and current is not None:
        async with database().transaction() as session:
            await end_sessions_of(session, account_id, but=current.session_hash)
    return redirect(url_for("devices.show"), 303)


def _row(one: SignedIn) -> DeviceRow:
    mine = here().session
    return DeviceRow(
        handle=one.handle,
        name=_name(one.label),
        used=_used(one.last_seen_at),
        since=one.created_at,
        this_one=mine is not None and one.token_hash == mine.token_hash,
    )


def _name(label: str) -> str:
    browser, _, system = label.partition(JOINT)
    if system:
        return gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or gettext("A browser")


def _used(at: datetime) -> str:
    """By the day: the hour of somebody's last visit is nobody's business, and not noted exactly."""
    days = (day_in_london(now()) - day_in_london(at)).days
    if days <= 0:
        return gettext("Last used today")
    if days == 1:
        return gettext("Last used yesterday")
    if days < WEEK:
        return ngettext("Last used %(n)s day ago", "Last used %(n)s days ago", days)
    return gettext("Last used more than a week ago")
