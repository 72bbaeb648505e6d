"""The one file a backup is: a zip of `manifest.json` and the database, sealed by a hash of the whole.

The seal is the zip's comment, the last bytes of the file, so any unzip opens it; a file that was cut short
or altered anywhere does not match it.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO

FORMAT = 1
CHUNK = 1 << 20
SEAL = len("sha256:") + 64
DATABASE, MANIFEST = "database", "manifest.json"

Progress = Callable[[float], None]


class BackupRefused(RuntimeError):
    """A backup cannot be made or used as asked; nothing was changed. The message says how to mend that."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, told before it is opened."""

    format: int
    kind: str
    """`sqlite` or `postgresql`."""
    revision: str | None
    made_at: str
    counts: dict[str, int]
    """Rows per table."""
    key_check: str | None
    """The check value of the pseudonym key that the data was made with; not the key."""
    server: int | None = None
    """The major version of the PostgreSQL server it was made from."""


def write(path: Path, manifest: Manifest, database: Path, progress: Progress) -> None:
    """Make the file, whole or not at all. Raises BackupRefused when there is one already."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with private(unfinished) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = b"0" * SEAL
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2, sort_keys=True))
            with archive.open(DATABASE, "w", force_zip64=True) as content, database.open("rb") as source:
                _copy(source, content, database.stat().st_size, lambda share: progress(0.8 * share))
        with unfinished.open("r+b") as file:
            seal = _seal(file, lambda share: progress(0.8 + 0.2 * share))
            file.seek(-SEAL, os.SEEK_END)
            file.write(seal)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)  # unlike a rename it never replaces a file made meanwhile
        except FileExistsError:
            raise BackupRefused(f"There is a file at {path} already. Choose another name.") from None
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def opened(path: Path, near: Path | None, progress: Progress) -> Iterator[tuple[Manifest, Path]]:
    """The manifest, and the database in a temporary folder (in `near`), once the seal is found whole.

    Raises BackupRefused.
    """
    if not path.is_file():
        raise BackupRefused(f"There is no backup at {path}.")
    with path.open("rb") as file:
        sealed = _last(file)
        if sealed != _seal(file, lambda share: progress(0.5 * share)):
            raise BackupRefused(
                f"{path} is not a whole backup: it was cut short or altered, or is something else. "
                "Take another copy of it."
            )
        with tempfile.TemporaryDirectory(prefix=".participate-restore-", dir=near) as folder:
            database = Path(folder) / DATABASE
            with zipfile.ZipFile(file) as archive:
                manifest = _manifest(path, archive)
                size = archive.getinfo(DATABASE).file_size
                with archive.open(DATABASE) as content, private(database) as target:
                    _copy(content, target, size, lambda share: progress(0.5 + 0.5 * share))
            yield manifest, database


@contextmanager
def private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that its owner alone may read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    content = json.loads(archive.read(MANIFEST))
    if content.get("format") != FORMAT:
        raise BackupRefused(
            f"{path} has format {content.get('format')} and this program reads format {FORMAT}. "
            "Use the program that made it, or a newer one."
        )
    return Manifest(**{column.name: content[column.name] for column in fields(Manifest)})


def _last(file: IO[bytes]) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - SEAL, 0))
    return file.read(SEAL)


def _seal(file: IO[bytes], progress: Progress) -> bytes:
    """The hash of all but the seal itself."""
    left = size = max(file.seek(0, os.SEEK_END) - SEAL, 0)
    file.seek(0)
    digest = hashlib.sha256()
    while left:
        chunk = file.read(min(CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
        progress(1 - left / size)
    return b"sha256:" + digest.hexdigest().encode()


def _copy(source: IO[bytes], target: IO[bytes], size: int, progress: Progress) -> None:
    done = 0
    while chunk := source.read(CHUNK):
        target.write(chunk)
        done += len(chunk)
        progress(done / size if size else 1.0)
