"""Carrying the web application: by hypercorn here, or by any ASGI server through `application()`."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from participate.fit_to_serve import check_for_serving
from participate.settings import Settings, SettingsError, from_environment

if TYPE_CHECKING:
    from hypercorn.config import Config
    from quart import Quart

Say = Callable[[str], None]


class CannotServe(RuntimeError):
    """The web cannot be served as asked; the message says how to mend that."""


def application() -> "Quart":
    """The application on the settings of the environment, once everything it needs is in place.

    For `hypercorn participate.serving:application()`, or `uvicorn --factory participate.serving:application`.
    """
    from participate.starting import check_database_now

    settings = from_environment()
    # Another server binds where it was told to; demo mode, which must stay on loopback, cannot know.
    if settings.demo:
        raise SettingsError("Demo mode is served by `make run` or `participate demo` alone.")
    for warning in check_for_serving(settings, "0.0.0.0"):  # noqa: S104
        sys.stderr.write(f"Warning: {warning}\n")
    check_database_now(settings)
    return _make(settings)


def serve(settings: Settings, host: str, port: int, *, workers: int = 1, say: Say, warn: Say) -> None:
    """Serve until SIGINT or SIGTERM. Port 0 takes any free one.

    Raises SettingsError, NotReady, WrongPseudonymKey, CannotServe.
    """
    from participate.starting import check_database_now

    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise CannotServe(
            f"SQLite has one writer, so {workers} web processes would only wait for each other: "
            "leave --workers at 1, or use PostgreSQL."
        )
    for warning in check_for_serving(settings, host):
        warn(warning)
    check_database_now(settings)
    address, config = bound(host, port)
    say(f"{settings.site_name} answers at {settings.public_url or address} (stop it with Ctrl-C)")
    if workers == 1:
        asyncio.run(carry(settings, config, stopped_by_signal))
    else:
        _serve_many(config, workers)


async def carry(settings: Settings, config: "Config", stopped: Callable[[], Awaitable[None]]) -> None:
    """Serve in this process until `stopped()` returns, then let requests under way finish."""
    await carry_app(_make(settings), config, stopped)


async def carry_app(app: "Quart", config: "Config", stopped: Callable[[], Awaitable[object]]) -> None:
    """As `carry`, with an application that is made already."""
    from hypercorn.asyncio import serve as hypercorn_serve

    async def stopped_and_told() -> None:
        await stopped()
        # Connections stay open by themselves, and would be waited for.
        await app.extensions["live"].close()
        await app.extensions["newsroom"].close()

    await hypercorn_serve(app, config, shutdown_trigger=stopped_and_told)


async def stopped_by_signal() -> None:
    """Wait for SIGINT or SIGTERM. After that, or when nobody waits any more, this process ignores both.

    Ctrl-C in a terminal reaches a worker twice, once from there and once from the web that it stops with. A
    loop that is closing would report the second, or be ended by it half-way.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    # Not the loop's own handlers: it takes them away while it closes, after what they write to is gone.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    try:
        await stop.wait()
    finally:
        # Not in the handler: Python complains of a signal that waits while another's handler ignores it.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


def bound(host: str, port: int) -> tuple[str, "Config"]:
    """Take the address first, so that one in use is said in words. Raises CannotServe."""
    from hypercorn.config import Config

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotServe(
            f"{host}:{port} cannot be used: {error.strerror}. Choose another with --host and --port."
        ) from None
    taken = listener.getsockname()[1]
    config = Config.from_object("participate.server_limits")
    config.bind = [f"fd://{listener.detach()}"]
    return f"http://{f'[{host}]' if ':' in host else host}:{taken}", config


def _serve_many(config: "Config", workers: int) -> None:
    """Web processes of their own, started afresh on the environment's settings."""
    from hypercorn.run import run

    config.workers = workers
    config.application_path = "participate.serving:application()"
    if code := run(config):
        raise CannotServe(f"A web process ended by itself (exit code {code}).")


def _make(settings: Settings) -> "Quart":
    from participate.app import create_app

    return create_app(settings)
