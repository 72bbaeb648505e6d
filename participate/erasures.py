"""The file beside the database that notes every erasure: a backup that is restored must not undo one.

Its first line says since when it is kept; each further line is a space, a pseudonym and the moment. Space 0
stands for an account, under a pseudonym of its own. Only the owner can read it. It is never in the database.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from deliberation.people.participants import account_pseudonym, space_key
from participate.engines import sqlite_file
from participate.settings import Settings

ACCOUNTS = 0


class ErasuresMissing(RuntimeError):
    """Erasures have to be applied, and the file that notes them is not there or not whole."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody's part in a space, or their account, was erased."""

    space_id: int
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """What the file says: since when it is kept, and the erasures in it."""

    begun: datetime
    erasures: tuple[Erasure, ...]


def erasures_file(settings: Settings) -> Path:
    """Where erasures are noted."""
    if settings.erasures:
        return Path(settings.erasures)
    file = sqlite_file(settings.database_url)
    return file.with_suffix(".erasures") if file is not None else Path(settings.var) / "erasures"


def account_key(settings: Settings, account_id: int) -> str:
    """The pseudonym of an account itself, as the file has it."""
    return account_pseudonym(space_key(settings.pseudonym_master, ACCOUNTS), account_id)


def begin(settings: Settings, now: datetime) -> None:
    """Make the file if there is none, so that it tells since when it is kept. Raises OSError."""
    with _opened(settings, now):
        pass


def note(settings: Settings, erasures: Iterable[Erasure], *, now: datetime) -> None:
    """Add erasures; they are on the disk when this returns. Raises OSError."""
    with _opened(settings, now) as file:
        file.write(b"".join(_line(space=one.space_id, key=one.key, at=one.at) for one in erasures))


def read(settings: Settings) -> Noted:
    """What is noted. Raises ErasuresMissing."""
    path = erasures_file(settings)
    try:
        text = path.read_text(encoding="utf-8")
        first, *lines = text[: text.rfind("\n") + 1].splitlines()
        entries = [json.loads(line) for line in lines]
        erasures = [
            Erasure(int(entry["space"]), str(entry["key"]), datetime.fromisoformat(entry["at"]))
            for entry in entries
        ]
        return Noted(datetime.fromisoformat(json.loads(first)["begun"]), tuple(erasures))
    except FileNotFoundError:
        raise ErasuresMissing(f"There is no file of erasures at {path}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ErasuresMissing(f"The file of erasures at {path} cannot be read: {error}.") from error


@contextmanager
def _opened(settings: Settings, now: datetime) -> Iterator[BinaryIO]:
    path = erasures_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # several processes write whole lines, and one writes the first
        new = os.fstat(file.fileno()).st_size == 0
        if new:
            file.write(_line(begun=now.replace(microsecond=0)))
        else:
            _mend(file)
        yield file
        file.flush()
        os.fsync(file.fileno())
        if new:
            _keep_name(path.parent)


def _mend(file: BinaryIO) -> None:
    """Cut off a line that was never finished, and so never answered for."""
    file.seek(0)
    whole = file.read()
    if not whole.endswith(b"\n"):
        file.truncate(whole.rfind(b"\n") + 1)


def _keep_name(folder: Path) -> None:
    """Let the file's name be on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _line(**values: object) -> bytes:
    plain = {name: one.isoformat() if isinstance(one, datetime) else one for name, one in values.items()}
    return json.dumps(plain).encode() + b"\n"
