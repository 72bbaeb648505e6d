"""Waiting for what another process or thread does: on a condition, never for a time."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 120.0
"""Seconds until something is held to be broken: ample, since other tests keep the machine busy meanwhile."""


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Return once this holds; fail when it does not come about."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what} did not come about within {seconds:g} s"
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether anybody answers at this port. A socket is bound, and refuses, before it listens."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=PATIENCE):
        return True
    return False
