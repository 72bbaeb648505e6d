"""Dumping a PostgreSQL database as of one moment, amid writes; restoring one in one transaction."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from participate.engines import async_url
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
from participate.keeping.programs import folder_of_programs, run

# Programs from version 17 on set this, which older servers do not know.
TOO_NEW = b"SET transaction_timeout = 0;\n"

# Drop every table and what keeps its rows, within the transaction that brings the others.
CLEAR = """
SET lock_timeout = '10s';
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'SCHEMA' LOOP
    EXECUTE format('DROP TABLE %I.%I CASCADE', 'SCHEMA', name);
  END LOOP;
  FOR name IN SELECT proname FROM pg_proc JOIN pg_type ON pg_type.oid = prorettype
    WHERE pronamespace = 'SCHEMA'::regnamespace AND typname = 'trigger' LOOP
    EXECUTE format('DROP FUNCTION %I.%I CASCADE', 'SCHEMA', name);
  END LOOP;
END $$;
"""


async def dump(url: str, target: Path) -> tuple[Contents, int]:
    """Write pg_dump's archive of one moment; its contents and the server's major version.

    Counting and dumping share a snapshot. Raises BackupRefused.
    """
    async with _connected(url) as connection:
        server = await _server_version(connection)
        programs = folder_of_programs(server)
        contents = await _contents(connection)
        contents.counts.update((table, 0) for table in PASSING if table in contents.counts)
        snapshot = await _value(connection, "SELECT pg_export_snapshot()")
        await run(
            make_url(url),
            programs / "pg_dump",
            *("--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--no-password"),
            *(f"--exclude-table-data={table}" for table in PASSING),
            *(f"--snapshot={snapshot}", "--file", target),
        )
    return contents, server


async def restore(url: str, archive: Path, manifest: Manifest, *, force: bool) -> None:
    """Replace what is in the database by the archive, in one transaction. Raises BackupRefused."""
    async with _connected(url) as connection:
        server = await _server_version(connection)
        _check_versions(manifest, server)
        others = await _value(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
        )
        if others:
            raise BackupRefused(
                f"The database is in use by {others} other connections. Stop web and worker, then restore."
            )
        if not force and not is_empty((await _contents(connection)).counts):
            raise BackupRefused(
                "The database is not empty. Restore into another one, or use --force to replace it."
            )
        schema = str(await _value(connection, "SELECT current_schema()"))
    programs = folder_of_programs(max(server, manifest.server or server))
    script = archive.with_name("restore.sql")
    await run(
        make_url(url),
        programs / "pg_restore",
        *("--no-owner", "--no-privileges", "--file", script, archive),
    )
    before, after = archive.with_name("before.sql"), archive.with_name("after.sql")
    before.write_text(_clear(schema))
    # pg_restore leaves no schema to be searched.
    mark = f"SET search_path = {schema};\n{mark_query(manifest)};\n"
    after.write_text(_count(schema, manifest.counts) + mark)
    _suit(script, server)
    await run(
        make_url(url),
        programs / "psql",
        *("--no-psqlrc", "--quiet", "--no-password", "--single-transaction", "--set=ON_ERROR_STOP=1"),
        *("--file", before, "--file", script, "--file", after),
    )


def _check_versions(manifest: Manifest, server: int) -> None:
    if manifest.server is not None and server < manifest.server:
        raise BackupRefused(
            f"The backup was made from PostgreSQL {manifest.server} and this server is version {server}. "
            f"Restore it into version {manifest.server} or newer."
        )


def _clear(schema: str) -> str:
    _check_names(schema)
    return CLEAR.replace("SCHEMA", schema)


def _check_names(*names: str) -> None:
    if wrong := [name for name in names if not re.fullmatch(r"[a-z_][a-z0-9_]*", name)]:
        raise BackupRefused(f"{wrong[0]!r} is not a name that we give: nothing was changed.")


def _count(schema: str, counts: dict[str, int]) -> str:
    """Fail, and so undo everything, unless every table has the rows the manifest tells."""
    _check_names(schema, *counts)
    checks = "".join(
        f"IF (SELECT count(*) FROM {schema}.{name}) <> {int(rows)} THEN "  # noqa: S608
        f"RAISE EXCEPTION 'table {name} has not the {int(rows)} rows the backup tells of'; END IF;\n"
        for name, rows in counts.items()
    )
    return f"DO $$ BEGIN\n{checks}END $$;\n"


def _suit(script: Path, server: int) -> None:
    """Leave out what newer programs write and an older server does not know."""
    if server >= 17:
        return
    suited = script.with_suffix(".suited")
    with script.open("rb") as lines, suited.open("wb") as kept:
        head = True
        for line in lines:
            head = head and not line.startswith(b"COPY ")
            if not (head and line == TOO_NEW):
                kept.write(line)
    suited.replace(script)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(async_url(url), poolclass=NullPool, isolation_level="REPEATABLE READ")
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _server_version(connection: AsyncConnection) -> int:
    return int(str(await _value(connection, "SHOW server_version_num"))) // 10_000


async def _contents(connection: AsyncConnection) -> Contents:
    named = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    every = [str(row[0]) for row in await connection.exec_driver_sql(named)]
    tables = [name for name in every if is_counted(name)]
    counts = {name: int(str(await _value(connection, f'SELECT count(*) FROM "{name}"'))) for name in tables}  # noqa: S608
    revision = await _value(connection, revision_query(tables))
    check = await _value(connection, key_check_query(tables))
    return Contents(revision and str(revision), counts, check and str(check))  # type: ignore[arg-type]


async def _value(connection: AsyncConnection, query: str | None) -> object:
    return None if query is None else (await connection.exec_driver_sql(query)).scalar()
