"""What the processes of one test run share: a folder, things made once in it, and ports.

`make test` runs several processes. The first to need a shared thing makes it while the others wait; the
process that began the run puts everything away when it ends.
"""

import atexit
import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from tests import postgresql

FOLDER = "TESTS_SHARED_FOLDER"
"""The variable through which the processes that the first one starts find its folder."""

SERVER = "postgresql"
"""What the database server is called, which goes on running until the end."""

# Below the ports that systems give to whoever asks for any, so that none of those is ever one of ours.
FIRST_PORT, PORTS = 18_000, 12_000


@cache
def shared_folder() -> Path:
    """The folder of this run, outside the repository; the first process asks before it starts others."""
    if FOLDER in os.environ:
        return Path(os.environ[FOLDER])
    folder = Path(tempfile.mkdtemp(prefix="participate-tests-"))
    folder.chmod(0o711)  # the database server is somebody else where we are root
    os.environ[FOLDER] = str(folder)
    atexit.register(_put_away, folder)
    return folder


def _put_away(folder: Path) -> None:
    try:
        postgresql.stop(folder / SERVER)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Only one process of this run at a time does this."""
    with (shared_folder() / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(what: str, make: Callable[[Path], object]) -> Path:
    """The path of what `make` puts there, made by whichever process of this run needs it first."""
    path, made = shared_folder() / what, shared_folder() / f"{what}.made"
    with alone(what):
        if not made.exists():
            make(path)
            made.touch()
    return path


def free_port() -> int:
    """A port of this machine that nobody uses and no other test of this run is given."""
    counter = shared_folder() / "ports"
    with alone("ports"):
        given = int(counter.read_text()) if counter.exists() else os.getpid() * 37
        while not _is_free(port := FIRST_PORT + given % PORTS):
            given += 1
        counter.write_text(str(given + 1))
    return port


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
