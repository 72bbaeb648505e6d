"""Keeping everything in one file, and bringing it back.

A backup holds the whole database as it was at one moment, and no key: without PARTICIPATE_PSEUDONYM_KEY
nobody can tell from it which pseudonyms are one person, and it cannot be restored.
"""

import asyncio
import hmac
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import DatabaseError

from deliberation.running.installation import WrongPseudonymKey, check_value
from participate.engines import sqlite_file
from participate.keeping import postgresql, sqlite
from participate.keeping.archive import FORMAT, BackupRefused, Manifest, opened, write
from participate.settings import Settings
from participate.starting import answering, check_keys, knows_revision, newest_revision

__all__ = ["BackupRefused", "Manifest", "backup", "restore"]

Progress = Callable[[float], None]


def backup(settings: Settings, path: Path, *, progress: Progress = lambda _share: None) -> Manifest:
    """Keep the database in a file, while it is written to. Raises BackupRefused, NotReady."""
    if path.exists():
        raise BackupRefused(f"There is a file at {path} already. Choose another name.")
    if not path.absolute().parent.is_dir():
        raise BackupRefused(f"There is no folder {path.absolute().parent}.")
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory(prefix=".participate-backup-", dir=path.absolute().parent) as folder:
        copy = Path(folder) / "database"
        file = sqlite_file(settings.database_url)
        if file is not None:
            kind, server = "sqlite", None
            with _readable(file):
                found = sqlite.dump(file, copy)
        else:
            kind = "postgresql"
            with answering(settings.database_url):
                found, server = asyncio.run(postgresql.dump(settings.database_url, copy))
        if found.revision is None:
            raise BackupRefused("The database has never been migrated, so there is nothing to keep.")
        progress(0.2)
        manifest = Manifest(FORMAT, kind, found.revision, made_at, found.counts, found.key_check, server)
        write(path, manifest, copy, lambda share: progress(0.2 + 0.8 * share))
    return manifest


def restore(
    settings: Settings, path: Path, *, force: bool = False, progress: Progress = lambda _share: None
) -> tuple[Manifest, Path | None]:
    """Bring a backup into the database of the settings, whole or not at all.

    The manifest, and where an SQLite database that was replaced is kept. Raises BackupRefused,
    WrongPseudonymKey, SettingsError, NotReady.
    """
    file = sqlite_file(settings.database_url)
    near = None
    if file is not None:
        near = file.absolute().parent
        near.mkdir(parents=True, exist_ok=True)
    with opened(path, near, lambda share: progress(0.5 * share)) as (manifest, copy):
        _check(settings, manifest, "postgresql" if file is None else "sqlite")
        kept = None
        if file is not None:
            with _readable(file):
                kept = sqlite.restore(copy, file, manifest, force=force, now=datetime.now(UTC))
        else:
            with answering(settings.database_url):
                asyncio.run(postgresql.restore(settings.database_url, copy, manifest, force=force))
    progress(1.0)
    return manifest, kept


def _check(settings: Settings, manifest: Manifest, kind: str) -> None:
    if manifest.kind != kind:
        raise BackupRefused(
            f"The backup is of {_named(manifest.kind)} and PARTICIPATE_DATABASE_URL names {_named(kind)}: "
            "restore it into a database of its own kind."
        )
    if manifest.revision is None or not knows_revision(settings.database_url, manifest.revision):
        raise BackupRefused(
            f"The backup is at migration {manifest.revision}, which this program does not know: "
            f"its newest is {newest_revision(settings.database_url)}. "
            "Restore it with the program that made it."
        )
    if manifest.key_check is None:
        return
    check_keys(settings)
    if not hmac.compare_digest(manifest.key_check, check_value(settings.pseudonym_master)):
        raise WrongPseudonymKey(
            "PARTICIPATE_PSEUDONYM_KEY is not the key this backup was made with: "
            "everybody would lose their own votes. Set the key that was used then."
        )


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise BackupRefused(f"{file} cannot be used as an SQLite database: {error}.") from error


def _named(kind: str) -> str:
    return {"sqlite": "an SQLite database", "postgresql": "a PostgreSQL database"}.get(kind, repr(kind))
