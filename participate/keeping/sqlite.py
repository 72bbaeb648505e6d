"""Copying an SQLite database while it is written to, and putting a copy in its place."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from deliberation.searching.forgetting import INDEXES
from participate.keeping.archive import BackupRefused, Manifest
from participate.keeping.contents import (
    PASSING,
    Contents,
    is_counted,
    is_empty,
    key_check_query,
    mark_query,
    revision_query,
)


def dump(source: Path, target: Path) -> Contents:
    """Copy a database in one read transaction: writers go on meanwhile, and the copy is of one moment."""
    with closing(_connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        # In one step: in several, every write in between would start it over.
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # the copy is one file
        _leave_out_what_passes(copy)
        return _contents(copy)


def _leave_out_what_passes(copy: sqlite3.Connection) -> None:
    copy.execute("PRAGMA secure_delete=ON")  # no trace in the file's free pages either
    there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in there.intersection(PASSING):
        copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
    for table in there.intersection(INDEXES):
        # What was removed a minute ago may still be in older parts of the index.
        copy.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
    copy.commit()


def restore(copy: Path, target: Path, manifest: Manifest, *, force: bool, now: datetime) -> Path | None:
    """Put a copy in the place of a database, in one step; the one that was there stays beside it.

    The path of the one that was there, if it had anything in it. Raises BackupRefused.
    """
    _verify(copy, manifest)
    with closing(_connect(copy)) as connection:
        connection.execute(mark_query(manifest))
        connection.commit()
    kept = _make_room(target, force=force, now=now) if target.exists() else None
    for stale in ("-wal", "-shm"):  # of a database deleted by hand; SQLite would replay them
        target.with_name(target.name + stale).unlink(missing_ok=True)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    copy.replace(target)
    return kept


def _verify(copy: Path, manifest: Manifest) -> None:
    with closing(_connect(copy)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        astray = connection.execute("PRAGMA foreign_key_check").fetchall()
        found = _contents(connection)
    if sound != "ok" or astray or found != Contents.of(manifest):
        raise BackupRefused("The database in the backup is not what its manifest says: nothing was changed.")


def _make_room(target: Path, *, force: bool, now: datetime) -> Path | None:
    with closing(_connect(target)) as there:
        empty = is_empty(_contents(there).counts)
        if not empty and not force:
            raise BackupRefused(
                f"The database at {target} is not empty. Restore elsewhere, or use --force to replace it."
            )
        try:
            # Needs to be alone with the file, and leaves no log beside it that belongs to the old one.
            there.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise BackupRefused(
                f"The database at {target} is in use. Stop web and worker, then restore."
            ) from None
    if empty:
        return None
    kept = target.with_name(f"{target.name}.replaced-{now:%Y%m%dT%H%M%S}")
    os.link(target, kept)  # the name is never without a database
    return kept


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise BackupRefused(f"There is no database at {path}.")
    return sqlite3.connect(path.absolute().as_uri() + "?mode=rw", uri=True, timeout=5)


def _contents(connection: sqlite3.Connection) -> Contents:
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    tables = sorted(name for (name,) in connection.execute(named) if is_counted(name))
    counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608

    def value(query: str | None) -> str | None:
        row = connection.execute(query).fetchone() if query else None
        return row[0] if row else None

    return Contents(value(revision_query(tables)), counts, value(key_check_query(tables)))
