"""Web and worker in one terminal, started and stopped together: for demonstrations and for trying things."""

import asyncio
import os
import subprocess
import sys
from dataclasses import fields
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from participate.settings import Settings

PATIENCE = 10.0


def serve_with_worker(settings: "Settings", host: str, port: int) -> None:
    """Serve the web here and run a worker as a child, until SIGINT or SIGTERM, or until either ends.

    The worker holds the other end of a pipe from us, so that it stops even when we are killed.
    Raises what `participate.serving.serve` raises.
    """
    from participate.fit_to_serve import check_for_serving
    from participate.serving import CannotServe, bound, carry
    from participate.starting import check_database_now

    for warning in check_for_serving(settings, host):
        click.echo(f"Warning: {warning}", err=True)
    check_database_now(settings)
    address, config = bound(host, port)
    worker = _start_worker(settings)
    click.echo(f"{settings.site_name} answers at {settings.public_url or address} (stop it with Ctrl-C)")
    try:
        asyncio.run(carry(settings, config, lambda: _stopped_or_alone(worker)))
        if (code := worker.poll()) not in (None, 0):
            raise CannotServe(f"The worker ended by itself (exit code {code}), so the web was stopped too.")
    finally:
        _end(worker)


def environment(settings: "Settings") -> dict[str, str]:
    """The environment that gives another process these settings, whatever ours says."""
    from participate.settings import variable

    others = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATE_")}
    ours = {variable(column.name): str(getattr(settings, column.name)) for column in fields(settings)}
    return {**others, **ours}


def _start_worker(settings: "Settings") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "participate", "worker", "--with-parent"],
        stdin=subprocess.PIPE,
        env=environment(settings),
    )


async def _stopped_or_alone(worker: "subprocess.Popen[bytes]") -> None:
    from participate.serving import stopped_by_signal

    stopped = asyncio.create_task(stopped_by_signal())
    while not stopped.done() and worker.poll() is None:
        await asyncio.wait({stopped}, timeout=0.5)
    stopped.cancel()


def _end(worker: "subprocess.Popen[bytes]") -> None:
    if worker.stdin is not None:
        worker.stdin.close()
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
