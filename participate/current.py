"""What belongs to the request being answered: the settings, the database, the clock, the device."""

from datetime import datetime
from typing import cast

from quart import current_app, g

from participate.db import Database
from participate.devices import Device
from participate.settings import Settings


def settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def database() -> Database:
    return cast(Database, current_app.extensions["database"])


def now() -> datetime:
    """The application's clock, aware UTC. Tests set another."""
    return cast(datetime, current_app.extensions["clock"]())


def device() -> Device | None:
    """The device that sent the cookie, if one came."""
    return cast(Device | None, g.get("device"))


def account_id() -> int | None:
    """The account that is signed in on the device, once `permits` has looked."""
    return cast(int | None, g.get("account_id"))


def remember_device() -> Device:
    """The device, with a new secret if it had none; the cookie goes out with this reply.

    For the GET of any page that shows buttons. Writes nothing to the database.
    """
    if g.get("device") is None:
        g.device = Device.new()
        g.device_changed = True
    return cast(Device, g.device)


def forget_device() -> None:
    """Begin this device anew, for whoever uses it next; what it is read in stays."""
    current = device()
    replace_device(Device.new().speaking(current.language if current is not None else ""))


def replace_device(new: Device) -> None:
    """Send another cookie with this reply: after signing in or out, or finishing on this device."""
    g.device = new
    g.device_changed = True
