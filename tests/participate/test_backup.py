"""Backup and restore: one file of one moment, whole or refused, and never over what is not to be lost."""

import asyncio
import json
import os
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url
from sqlmodel import func, select

from charters.states import Standing
from deliberation.running import jobs
from deliberation.running.installation import WrongPseudonymKey, hold_to_key
from deliberation.spaces.spaces import Space, SpaceText, found
from participate import cli, keeping
from participate.db import Database
from participate.erasures import begin
from participate.keeping import BackupRefused, backup, programs, restore
from participate.keeping.archive import SEAL
from participate.keeping.contents import PASSING
from participate.migrations import downgrade, upgrade
from participate.settings import Settings, SettingsError
from tests.databases import copied_database, empty_database, migrated_database
from tests.populate import populate, row_counts
from tests.sharing import once
from tests.waiting import PATIENCE

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
KEY = "p" * 40
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


def settings_for(url: str, **values: Any) -> Settings:
    return Settings(database_url=url, secret_key="s" * 40, pseudonym_key=KEY, **values)


def populated(url: str) -> None:
    """Rows in every table, under the installation's key."""
    upgrade(url)
    populate(url, rows=5)

    async def hold(database: Database) -> None:
        async with database.transaction() as session:
            await hold_to_key(session, settings_for(url).pseudonym_master)

    on(url, hold)


@pytest.fixture
def settings(kind: str) -> Settings:
    """An installation whose database holds rows in every table, under its key."""
    return settings_for(copied_database(kind, "populated", populated))


@pytest.fixture
def kept(kind: str, settings: Settings, tmp_path: Path) -> Path:
    """A backup of it."""
    made = once(f"kept.{kind}", lambda path: backup(settings, path))
    return Path(shutil.copy(made, tmp_path / "kept.participate"))


@pytest.fixture
def elsewhere(kind: str) -> Settings:
    """The same installation on an empty database."""
    return settings_for(migrated_database(kind))


def on(url: str, act: Callable[[Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        database = Database(url)
        try:
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(run())


def found_a_space(url: str, slug: str) -> None:
    async def make(database: Database) -> None:
        async with database.transaction() as session:
            text = SpaceText(slug=slug, title=slug.title(), host="Brenmoor Borough")
            await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=NOON)

    on(url, make)


def spaces(url: str) -> list[tuple[int | None, str]]:
    async def read(database: Database) -> list[tuple[int | None, str]]:
        async with database.reading() as session:
            return sorted((space.id, space.slug) for space in await session.exec(select(Space)))

    return list(on(url, read))


def lasting(url: str) -> dict[str, int]:
    """The rows of each table, none for what is left out of a backup."""
    return {table: 0 if table in PASSING else rows for table, rows in row_counts(url).items()}


def brought(url: str) -> dict[str, int]:
    """The rows of a restored database but for the note that erasures since have to be applied."""
    counts = row_counts(url)
    return {**counts, "installation_fact": counts["installation_fact"] - 1}


def test_networks_sessions_and_links_are_in_no_backup(
    settings: Settings, kept: Path, elsewhere: Settings
) -> None:
    assert all(row_counts(settings.database_url)[table] for table in PASSING)
    restore(elsewhere, kept)
    assert not any(row_counts(elsewhere.database_url)[table] for table in PASSING)
    assert all(row_counts(settings.database_url)[table] for table in PASSING)


def test_what_was_kept_comes_back_row_for_row_and_can_be_written_to(
    settings: Settings, kept: Path, elsewhere: Settings
) -> None:
    manifest, replaced = restore(elsewhere, kept)
    assert replaced is None
    assert brought(elsewhere.database_url) == lasting(settings.database_url)
    assert spaces(elsewhere.database_url) == spaces(settings.database_url)
    told = {table: rows for table, rows in manifest.counts.items() if table != "alembic_version"}
    assert told == lasting(settings.database_url)
    found_a_space(elsewhere.database_url, "after-the-restore")  # its number follows on from those kept


def test_a_database_that_has_no_table_yet_can_be_restored_into(
    settings: Settings, kept: Path, kind: str
) -> None:
    fresh = settings_for(empty_database(kind))
    restore(fresh, kept)
    assert brought(fresh.database_url) == lasting(settings.database_url)


def test_the_file_opens_with_any_unzip_and_is_for_its_owner_alone(kept: Path, kind: str) -> None:
    with zipfile.ZipFile(kept) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert sorted(archive.namelist()) == ["database", "manifest.json"]
        assert archive.testzip() is None
    assert manifest["format"] == 1
    assert manifest["kind"] == kind
    assert manifest["counts"]["space"] == 5
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [kept.name], "nothing unfinished stays"


def test_no_key_is_in_the_file(settings: Settings, kept: Path) -> None:
    with zipfile.ZipFile(kept) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (settings.secret_key, settings.pseudonym_key, settings.pseudonym_master.decode()):
        assert secret.encode() not in content


async def test_a_backup_amid_writes_is_of_one_moment_and_holds_nobody_up(
    database: Database, database_url: str, kind: str, tmp_path: Path
) -> None:
    """Each act writes a space and a job together, so any copy has as many of one as of the other."""
    written = 0
    stop = asyncio.Event()

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            name = f"space-{written}"
            async with database.transaction() as session:
                text = SpaceText(slug=name, title=name, host="Brenmoor")
                await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=NOON)
                await jobs.enqueue(session, "analyse", name, payload={}, run_at=NOON, now=NOON)
            written += 1
            await asyncio.sleep(0)

    async def first_written() -> None:
        while not written:
            await asyncio.sleep(0.01)

    writing = asyncio.create_task(write())
    await asyncio.wait_for(first_written(), PATIENCE)
    amid = 0
    for number in range(50):  # a copy may be so quick, or the disk so slow, that nobody wrote meanwhile
        file, before = tmp_path / f"{number}.participate", written
        manifest = await asyncio.to_thread(backup, settings_for(database_url), file)
        assert before <= manifest.counts["space"] <= written
        assert manifest.counts["space"] == manifest.counts["job"]
        amid += written > before
        if amid == 3:
            break
    assert amid == 3, "writers went on meanwhile"
    stop.set()
    await writing
    target = settings_for(migrated_database(kind))
    await asyncio.to_thread(restore, target, file)
    counts = await asyncio.to_thread(row_counts, target.database_url)
    assert (counts["space"], counts["job"]) == (manifest.counts["space"], manifest.counts["job"])


def test_a_file_that_is_there_already_is_not_written_over(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("keep me")
    with pytest.raises(BackupRefused, match=r"There is a file at .*precious already"):
        backup(settings, file)
    assert file.read_text() == "keep me"
    with pytest.raises(BackupRefused, match="There is no folder"):
        backup(settings, tmp_path / "nowhere" / "kept")


def test_a_database_never_migrated_is_not_kept(kind: str, tmp_path: Path) -> None:
    url = migrated_database(kind)
    downgrade(url, "base")
    with pytest.raises(BackupRefused, match="never been migrated"):
        backup(settings_for(url), tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_file_cut_short_is_refused(kept: Path, elsewhere: Settings, share: float) -> None:
    content = kept.read_bytes()
    kept.write_bytes(content[: int(share * len(content))])
    with pytest.raises(BackupRefused, match="not a whole backup"):
        restore(elsewhere, kept)
    assert not any(row_counts(elsewhere.database_url).values())


def test_a_file_altered_anywhere_is_refused(kept: Path, elsewhere: Settings) -> None:
    content = kept.read_bytes()
    chance = random.Random(7)
    places = [0, len(content) - 1, len(content) - SEAL, *(chance.randrange(len(content)) for _ in range(40))]
    for place in places:
        altered = bytearray(content)
        altered[place] ^= 1 << chance.randrange(8)
        kept.write_bytes(altered)
        with pytest.raises(BackupRefused, match="not a whole backup"):
            restore(elsewhere, kept)
    assert not any(row_counts(elsewhere.database_url).values())


def test_what_is_no_backup_at_all_is_refused(elsewhere: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="There is no backup at"):
        restore(elsewhere, tmp_path / "nothing")
    (tmp_path / "letter").write_text("Dear all")
    with pytest.raises(BackupRefused, match="not a whole backup"):
        restore(elsewhere, tmp_path / "letter")


def test_a_database_with_something_in_it_is_not_replaced_without_force(
    kept: Path, elsewhere: Settings
) -> None:
    found_a_space(elsewhere.database_url, "already-here")
    with pytest.raises(BackupRefused, match=r"is not empty.*--force"):
        restore(elsewhere, kept)
    assert [slug for _, slug in spaces(elsewhere.database_url)] == ["already-here"]


def test_with_force_it_is_replaced_whole(settings: Settings, kept: Path, elsewhere: Settings) -> None:
    found_a_space(elsewhere.database_url, "already-here")
    _, replaced = restore(elsewhere, kept, force=True)
    assert spaces(elsewhere.database_url) == spaces(settings.database_url)
    if elsewhere.database_url.startswith("sqlite"):
        assert replaced is not None
        assert [slug for _, slug in spaces(f"sqlite:///{replaced}")] == ["already-here"]


def test_a_database_in_use_is_not_replaced(kept: Path, elsewhere: Settings) -> None:
    async def attempt(database: Database) -> None:
        async with database.reading() as session:
            await session.exec(select(func.count()).select_from(Space))
            with pytest.raises(BackupRefused, match="Stop web and worker"):
                await asyncio.to_thread(restore, elsewhere, kept)

    on(elsewhere.database_url, attempt)
    assert not any(row_counts(elsewhere.database_url).values())


def test_a_log_left_by_a_deleted_database_is_not_replayed(tmp_path: Path) -> None:
    source = settings_for(migrated_database("sqlite"))
    found_a_space(source.database_url, "kept")
    backup(source, tmp_path / "kept")
    target = tmp_path / "target.db"
    with closing(sqlite3.connect(migrated_database("sqlite").removeprefix("sqlite:///"))) as other:
        other.execute("PRAGMA journal_mode=wal")
        other.execute("CREATE TABLE astray (x)")
        other.commit()
        log = Path(other.execute("PRAGMA database_list").fetchone()[2] + "-wal").read_bytes()
    assert log
    target.with_name("target.db-wal").write_bytes(log)
    restore(settings_for(f"sqlite:///{target}"), tmp_path / "kept")
    assert "astray" not in row_counts(f"sqlite:///{target}")
    assert [slug for _, slug in spaces(f"sqlite:///{target}")] == ["kept"]


def test_another_pseudonym_key_is_refused_before_anything_changes(kept: Path, elsewhere: Settings) -> None:
    with pytest.raises(WrongPseudonymKey, match="is not the key this backup was made with"):
        restore(replace(elsewhere, pseudonym_key="q" * 40), kept)
    with pytest.raises(SettingsError, match="has 0 bytes"):
        restore(replace(elsewhere, pseudonym_key="", secret_key=""), kept)
    assert not any(row_counts(elsewhere.database_url).values())
    restore(replace(elsewhere, secret_key="t" * 40), kept)  # this one may change


def test_a_backup_of_the_other_kind_is_refused_in_one_sentence(kept: Path, kind: str) -> None:
    other = settings_for(migrated_database(OTHER[kind]))
    with pytest.raises(BackupRefused, match=r"^The backup is of an? \w+ database and .* of its own kind\.$"):
        restore(other, kept)
    assert not any(row_counts(other.database_url).values())


def resealed(file: Path, **changes: Any) -> None:
    """Rewrite the manifest as another program might have, with a seal that fits."""
    with zipfile.ZipFile(file) as archive:
        manifest = {**json.loads(archive.read("manifest.json")), **changes}
        database = archive.read("database")
    content = file.with_name("database")
    content.write_bytes(database)
    file.unlink()
    keeping.write(file, keeping.Manifest(**manifest), content, lambda _share: None)
    content.unlink()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format": 2}, "has format 2 and this program reads format 1"),
        ({"revision": "8888"}, "at migration 8888, which this program does not know"),
        ({"revision": None}, "at migration None, which this program does not know"),
    ],
)
def test_a_backup_from_a_newer_program_is_refused(
    kept: Path, elsewhere: Settings, changes: dict[str, Any], complaint: str
) -> None:
    resealed(kept, **changes)
    with pytest.raises(BackupRefused, match=complaint):
        restore(elsewhere, kept)


def test_a_database_that_is_not_what_the_manifest_tells_leaves_everything_as_it_was(
    kept: Path, elsewhere: Settings
) -> None:
    found_a_space(elsewhere.database_url, "already-here")
    with zipfile.ZipFile(kept) as archive:
        counts = json.loads(archive.read("manifest.json"))["counts"]
    resealed(kept, counts={**counts, "vote": 99})
    with pytest.raises(BackupRefused, match=r"not what its manifest says|99 rows the backup tells of"):
        restore(elsewhere, kept, force=True)
    assert [slug for _, slug in spaces(elsewhere.database_url)] == ["already-here"]


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_backup_of_a_newer_server_is_refused(kept: Path, elsewhere: Settings) -> None:
    resealed(kept, server=99)
    with pytest.raises(BackupRefused, match=r"made from PostgreSQL 99 and this server is version \d+"):
        restore(elsewhere, kept)


@pytest.fixture
def programs_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[int, Path]]:
    """Put pretended PostgreSQL programs of these versions on PATH (the first) and in the wheel (the rest)."""

    def pretend(*versions: int) -> dict[int, Path]:
        folders = {version: tmp_path / str(version) for version in versions}
        for version, folder in folders.items():
            folder.mkdir()
            for name in programs.NAMES:
                (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}.3 (Debian)'\n")
                (folder / name).chmod(0o755)
        monkeypatch.setattr(programs, "_folders", lambda: list(folders.values()))
        return folders

    return pretend


def test_the_oldest_programs_that_are_new_enough_are_taken(programs_of: Callable[..., Any]) -> None:
    folders = programs_of(15, 18, 16)
    assert programs.folder_of_programs(15) == folders[15]
    assert programs.folder_of_programs(16) == folders[16]
    assert programs.folder_of_programs(17) == folders[18]


def test_programs_older_than_the_server_are_refused_with_both_versions(
    programs_of: Callable[..., Any],
) -> None:
    programs_of(15, 16)
    with pytest.raises(BackupRefused, match=r"server is version 18, .* found 15, 16\. Install"):
        programs.folder_of_programs(18)
    programs_of()
    with pytest.raises(BackupRefused, match="found none"):
        programs.folder_of_programs(15)


def test_a_password_reaches_the_programs_by_their_environment_alone() -> None:
    url = make_url("postgresql://me:hidden@db.example.org:5433/house?ssl=require")
    reached = {name: value for name, value in programs.environment(url).items() if name.startswith("PG")}
    assert reached == {
        "PGHOST": "db.example.org",
        "PGPORT": "5433",
        "PGUSER": "me",
        "PGPASSWORD": "hidden",
        "PGDATABASE": "house",
        "PGSSLMODE": "require",
    }
    socket = make_url("postgresql://postgres:@/test?host=/run/postgresql")
    assert programs.environment(socket)["PGHOST"] == "/run/postgresql"


def test_progress_goes_from_nothing_to_done(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    shares: list[float] = []
    backup(settings, tmp_path / "kept", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    shares.clear()
    restore(elsewhere, tmp_path / "kept", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def command(settings: Settings, *words: str) -> tuple[int, str]:
    surroundings = {
        "PARTICIPATE_DATABASE_URL": settings.database_url,
        "PARTICIPATE_SECRET_KEY": settings.secret_key,
        "PARTICIPATE_PSEUDONYM_KEY": settings.pseudonym_key,
        "PARTICIPATE_ERASURES": settings.erasures,
    }
    ours = [name for name in os.environ if name.startswith("PARTICIPATE_")]
    run = CliRunner(env={**dict.fromkeys(ours), **surroundings}).invoke(cli.cli, list(words))
    return run.exit_code, run.output


def test_the_commands_say_what_they_did_and_what_they_did_not(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    file = str(tmp_path / "kept")
    elsewhere = replace(elsewhere, erasures=str(tmp_path / "erasures"))
    begin(elsewhere, datetime(2020, 1, 1, tzinfo=UTC))
    code, said = command(settings, "backup", file)
    assert code == 0
    assert said.startswith(f"{file} holds ")
    code, said = command(elsewhere, "restore", file)
    assert code == 0
    assert said.startswith("Restored ")
    assert said.splitlines()[1:] == ["Applied 0 erasures that were made since."]
    for words in (["backup", file], ["restore", file]):
        code, said = command(elsewhere, *words)
        assert code == 1
        assert said.startswith("Error: ")
        assert len(said.splitlines()) == 1
    code, said = command(elsewhere, "restore", "--force", file)
    assert code == 0
    assert ("delete it once you are sure" in said) == elsewhere.database_url.startswith("sqlite")


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    other = tmp_path / "letter.db"
    other.write_text("Dear all, " * 100)
    with pytest.raises(BackupRefused, match="cannot be used as an SQLite database"):
        backup(settings_for(f"sqlite:///{other}"), tmp_path / "kept")
    with pytest.raises(BackupRefused, match="There is no database at"):
        backup(settings_for(f"sqlite:///{tmp_path / 'none.db'}"), tmp_path / "kept")
