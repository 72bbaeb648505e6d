"""The server under measurement: `create_app` with one more route, in a process of its own.

`POST /bench/empty` goes through the whole middleware, its form is parsed, and it answers 204 without
touching a database: the floor under every other figure.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from hypercorn.config import Config
from quart import Blueprint, Quart, request
from quart.typing import ResponseReturnValue

from charters.actions import Action
from participate.access import permits
from participate.app import create_app
from participate.settings import from_environment

SECRET = "a secret key for benchmarks, long enough"
pages = Blueprint("bench", __name__, url_prefix="/bench")


@pages.post("/empty")
@permits(Action.READ_HEALTH, in_verb=True)
async def empty() -> ResponseReturnValue:
    await request.form
    return "", 204


def app_under_measurement() -> Quart:
    """The application with the floor's route; only this module registers it."""
    app = create_app(from_environment())
    app.register_blueprint(pages)
    return app


def _serve(port: int) -> None:
    import asyncio

    from hypercorn.asyncio import serve

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.errorlog = None
    asyncio.run(serve(app_under_measurement(), config))


@dataclass
class Server:
    """A running server: its port, and the CPU seconds it has used so far."""

    port: int
    process: psutil.Process

    @property
    def cpu(self) -> float:
        return cpu_of(self.process)

    @property
    def megabytes(self) -> float:
        return float(self.process.memory_info().rss) / 1e6


def cpu_of(process: psutil.Process) -> float:
    """User and system seconds of a process and everything it started."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(database_url: str, var: str) -> Iterator[Server]:
    """The application served by hypercorn on one worker, until the block ends."""
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("PARTICIPATE_")},
        "PARTICIPATE_DATABASE_URL": database_url,
        "PARTICIPATE_SECRET_KEY": SECRET,
        "PARTICIPATE_PSEUDONYM_KEY": SECRET,
        "PARTICIPATE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PARTICIPATE_VAR": var,
        "PARTICIPATE_CONTROLLER": "Nobody: a benchmark",
        "PARTICIPATE_CONTACT": "nobody@example.org",
        "PARTICIPATE_COMPLAINTS": "nobody@example.org",
        # Limits stay in force, but a benchmark is one network and must not be stopped by them.
        "PARTICIPATE_NEW_PARTICIPANTS_AN_HOUR": "1000000",
        "PARTICIPATE_ACTS_A_MINUTE": "1000000",
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.serving", str(port)], env=environment, start_new_session=True
    )
    try:
        _wait(port, started)
        yield Server(port, psutil.Process(started.pid))
    finally:
        started.terminate()
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _wait(port: int, started: "subprocess.Popen[bytes]") -> None:
    from benchmarks.load import burst
    from benchmarks.load import request as message

    until = time.monotonic() + 60
    while time.monotonic() < until:
        if started.poll() is not None:
            raise RuntimeError(f"the server ended with {started.returncode} before it answered")
        try:
            burst(port, [message("GET", "/healthz", host=f"127.0.0.1:{port}", headers={})], 1)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within 60 s")


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
