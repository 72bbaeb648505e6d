"""An imported conversation is all there or not to be seen, and importing it again changes nothing."""

import asyncio
import csv
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Reason, Refused
from charters.states import Stage, Standing, StatementState
from deliberation.errors import Invalid, NotFound
from deliberation.opinion import analyses
from deliberation.opinion.incoming import FILES, digest_of, imported_pseudonym, prepare
from deliberation.opinion.loading import batches
from deliberation.opinion.polis_export import ExportError
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Answer, Ballot, Vote, cast_vote
from deliberation.people.participants import Participant, device_pseudonym, space_key
from deliberation.publishing.record import acts_of
from deliberation.running.jobs import newest
from deliberation.spaces.consultations import Consultation, consultation_named, everywhere
from deliberation.spaces.spaces import Space, SpaceText, found, space_named
from participate import batches as writing
from participate.db import Database
from participate.importing import Imported, bring_in
from participate.settings import Settings
from tests.populate import row_counts

Cells = dict[tuple[int, int], int]
SETTINGS = Settings(pseudonym_key="a pseudonym key for tests, long enough")
REAL = ["brexit-consensus", "football-concussions", "london.youth.policing"]
REAL += ["scoop-biodiversity", "scoop-biodiversity-2025", "vtaiwan.uberx"]


@pytest.fixture
def town(data: Path) -> Path:
    return data / "polis" / "town-square"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows to a transaction, so that a small conversation takes many."""
    monkeypatch.setattr(writing, "batches", partial(batches, size=2))


@pytest.fixture
def bring(database: Database, now: datetime) -> Callable[..., Any]:
    async def bring(folder: Path, *, space: str = "archive", **said: Any) -> Imported:
        return await bring_in(database, SETTINGS, prepare(folder, space=space, **said), now=now)

    return bring


async def cells(session: AsyncSession, space: str, slug: str, voters: set[int]) -> Cells:
    """The votes of an imported conversation, by the export's own numbers."""
    place, consultation = await consultation_named(session, space, slug)
    assert place.id is not None
    key = space_key(SETTINGS.pseudonym_master, place.id)
    who = {imported_pseudonym(key, consultation.source_digest or "", voter): voter for voter in voters}
    query = (
        select(Participant.key, Statement.number, Vote.value)
        .join(Vote, Vote.participant_id == Participant.id)  # type: ignore[arg-type]
        .join(Statement, Statement.id == Vote.votable_id)  # type: ignore[arg-type]
        .where(Statement.consultation_id == consultation.id)
    )
    return {(who[name], number): value for name, number, value in await session.exec(query)}


def table_beside(folder: Path) -> Cells:
    """The filled cells of the table of people and statements that Polis wrote beside the votes."""
    with (folder / "participants-votes.csv").open(newline="", encoding="utf-8") as file:
        return {
            (int(row["participant"]), int(column)): int(cell)
            for row in csv.DictReader(file)
            for column, cell in row.items()
            if column.isdigit() and cell
        }


async def test_every_statement_comes_with_its_number_its_state_and_its_whole_text(
    database: Database, bring: Callable[..., Any], town: Path
) -> None:
    imported = await bring(town)
    async with database.reading() as session:
        _, consultation = await consultation_named(session, "archive", imported.slug)
        rows = await session.exec(
            select(Statement).where(Statement.consultation_id == consultation.id).order_by("number")
        )
        kept = {row.number: (row.state.value, row.removed_for, row.text) for row in rows}
    assert kept == {
        0: ("published", None, "Close the square on Sundays."),
        1: ("published", None, 'Buses first.\n\nThen bicycles, "always".'),
        3: ("removed", "imported-rejected", "Rude words"),
        4: ("removed", "imported-empty", ""),
        7: ("published", None, "星期日請關閉廣場。"),
        9: ("published", None, "Plant trees."),
        12: ("removed", "imported-empty", ""),
    }
    assert consultation.statements_made == 12
    assert imported.path == "/spaces/archive/should-the-town-square-be-closed-to-cars"


async def test_the_votes_in_the_database_equal_the_hand_written_table(
    database: Database, bring: Callable[..., Any], town: Path
) -> None:
    imported = await bring(town)
    async with database.reading() as session:
        assert await cells(session, "archive", imported.slug, {0, 1, 2, 5}) == table_beside(town)


async def test_where_it_comes_from_is_kept_and_what_is_said_wins(
    database: Database, bring: Callable[..., Any], town: Path
) -> None:
    plain = await bring(town)
    said = await bring(town, space="other", licence="CC0-1.0", source="A shelf", language="zh")
    async with database.reading() as session:
        _, first = await consultation_named(session, "archive", plain.slug)
        _, second = await consultation_named(session, "other", said.slug)
    assert (first.source, first.licence) == ("https://example.org/2townsquare", "CC BY 4.0")
    assert first.attribution == second.attribution == "Invented for tests, by nobody"
    assert (second.source, second.licence) == ("A shelf", "CC0-1.0")
    assert (first.language, second.language) == ("und", "zh")
    assert first.background == "Say what you think.\n\nOne thought in each statement, please."


async def test_an_archive_takes_no_votes_and_says_when_they_were_cast(
    database: Database, bring: Callable[..., Any], town: Path, visitor: Callable[..., Visitor], now: datetime
) -> None:
    imported = await bring(town)
    async with database.reading() as session:
        place, consultation = await consultation_named(session, "archive", imported.slug)
    assert (place.standing, consultation.stage) == (Standing.ARCHIVE, Stage.ARCHIVED)
    assert consultation.opens_at == datetime.fromtimestamp(1_600_000_001, UTC)
    assert consultation.closes_at == datetime.fromtimestamp(1_600_000_011, UTC)
    with pytest.raises(Refused) as refused:
        await vote(database, visitor("ann"), "archive", imported.slug, 0, now)
    assert refused.value.reason is Reason.ARCHIVE
    assert refused.value.refusal.action is Action.CAST_VOTE


async def test_one_that_is_opened_takes_votes_and_new_statements(
    database: Database, bring: Callable[..., Any], town: Path, visitor: Callable[..., Visitor], now: datetime
) -> None:
    imported = await bring(town, space="again", open=True)
    await vote(database, visitor("ann"), "again", imported.slug, 0, now)
    async with database.transaction() as session:
        place, consultation = await consultation_named(session, "again", imported.slug)
        assert (place.standing, consultation.stage) == (Standing.TRIAL, Stage.VOTING)
        text = StatementText(text="Open it at night.")
        new = await add_statement(session, consultation, text, state=StatementState.PUBLISHED, now=now)
    assert new.number == 13


async def test_importing_again_changes_nothing(
    database: Database, database_url: str, bring: Callable[..., Any], town: Path
) -> None:
    first = await bring(town)
    before = row_counts(database_url), await everything(database)
    again = await bring(town, title="Another title, the same files")
    assert (first.before, again.before, again.slug) == (False, True, first.slug)
    assert (row_counts(database_url), await everything(database)) == before


async def everything(database: Database) -> list[str]:
    """Every row of what an import writes, but for ids that count on."""
    async with database.reading() as session:
        rows: list[str] = []
        for table in (Space, Consultation, Participant, Statement, Vote):
            rows += sorted(row.model_dump_json() for row in await session.exec(select(table)))
    return rows


class Breaking(Database):
    """Breaks off in the transaction after `left` have been committed, as a machine does that stops."""

    left = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with super().transaction() as session:
            yield session
            if self.left == 0:
                raise ConnectionAbortedError
            self.left -= 1


@pytest.mark.usefixtures("small_batches")
async def test_one_that_breaks_off_is_not_seen_and_is_finished_by_doing_it_again(
    database: Database, database_url: str, town: Path, now: datetime, tmp_path: Path
) -> None:
    incoming = prepare(town, space="archive")
    breaking = Breaking(database_url)
    broke = 0
    for allowed in range(30):
        breaking.left = allowed
        try:
            imported = await bring_in(breaking, SETTINGS, incoming, now=now)
            break
        except ConnectionAbortedError:
            broke += 1
            await nothing_is_seen(database, now)
    await breaking.close()
    assert broke > 10
    async with database.reading() as session:
        assert await cells(session, "archive", imported.slug, {0, 1, 2, 5}) == table_beside(town)
    counts = row_counts(database_url)
    assert (counts["statement"], counts["votable"], counts["consultation"], counts["job"]) == (7, 7, 1, 1)
    assert (counts["participant"], counts["vote"], counts["act"]) == (4, len(table_beside(town)), 1)


async def nothing_is_seen(database: Database, now: datetime) -> None:
    async with database.reading() as session:
        assert await everywhere(session) == []
        assert await analyses.stale_consultations(session, now=now) == []
        for consultation in await session.exec(select(Consultation)):
            with pytest.raises(NotFound):
                await consultation_named(session, "archive", consultation.slug)


@pytest.mark.usefixtures("small_batches")
async def test_one_that_breaks_off_holds_no_address_for_corrected_files(
    database: Database,
    database_url: str,
    bring: Callable[..., Any],
    town: Path,
    now: datetime,
    changed_export: Callable[..., Path],
) -> None:
    breaking = Breaking(database_url)
    breaking.left = 4
    with pytest.raises(ConnectionAbortedError):
        await bring_in(breaking, SETTINGS, prepare(town, space="archive"), now=now)
    await breaking.close()
    imported = await bring(changed_export("comments.csv", "Plant trees.", "Plant more trees."))
    assert imported.slug == "should-the-town-square-be-closed-to-cars"


async def test_the_same_files_go_into_another_space_under_other_pseudonyms(
    database: Database, bring: Callable[..., Any], town: Path
) -> None:
    await bring(town)
    assert not (await bring(town, space="other")).before
    async with database.reading() as session:
        keys = list(await session.exec(select(Participant.key)))
    assert len(set(keys)) == len(keys) == 8


async def test_a_changed_export_is_refused_where_the_first_one_stands(
    database_url: str, bring: Callable[..., Any], town: Path, changed_export: Callable[..., Path]
) -> None:
    await bring(town)
    before = row_counts(database_url)
    changed = changed_export("votes.csv", "1600000001000,x,4,5,-1", "1600000001000,x,4,5,1")
    with pytest.raises(Invalid, match="from other files, at 'should-the-town-square"):
        await bring(changed)
    assert row_counts(database_url) == before
    assert (await bring(changed, title="The square, as counted later")).slug == "the-square-as-counted-later"


async def test_what_is_not_read_does_not_make_other_files(town: Path, tmp_path: Path) -> None:
    for name in FILES:
        if (town / name).exists():
            (tmp_path / name).write_bytes((town / name).read_bytes())
    (tmp_path / "notes.txt").write_text("mine")
    assert digest_of(tmp_path) == digest_of(town)
    (tmp_path / "format.json").write_text("{}")
    assert digest_of(tmp_path) != digest_of(town)


async def test_a_title_that_two_conversations_share_in_latin_letters_gets_two_addresses(
    bring: Callable[..., Any], changed_export: Callable[..., Path], data: Path
) -> None:
    topic = "Should the town square be closed to cars?"
    first = await bring(changed_export("summary.csv", topic, "廣場應該禁止汽車嗎"))
    second = await bring(data / "polis" / "turned-sign", title="公園需要更多長椅嗎")
    assert (first.slug, second.slug) == ("consultation", "consultation-2")


async def test_a_text_longer_than_ours_stays_whole(
    database: Database, bring: Callable[..., Any], changed_export: Callable[..., Path]
) -> None:
    long = "Trees give shade. " * 40
    await bring(changed_export("comments.csv", "Plant trees.", long))
    async with database.reading() as session:
        assert long in list(await session.exec(select(Statement.text)))


async def test_nothing_is_opened_in_an_archive_and_an_archive_may_stand_among_trials(
    database: Database, database_url: str, bring: Callable[..., Any], town: Path, data: Path
) -> None:
    await bring(town)
    before = row_counts(database_url)
    with pytest.raises(Invalid, match="is an archive, where nobody can vote"):
        await bring(data / "polis" / "turned-sign", open=True, title="More benches?")
    assert row_counts(database_url) == before
    await bring(town, space="trial", open=True)
    beside = await bring(data / "polis" / "turned-sign", space="trial")
    async with database.reading() as session:
        place, consultation = await consultation_named(session, "trial", beside.slug)
    assert (place.standing, consultation.stage) == (Standing.TRIAL, Stage.ARCHIVED)


async def test_what_was_said_is_not_put_where_nothing_is_real(
    database: Database, bring: Callable[..., Any], town: Path, now: datetime
) -> None:
    async with database.transaction() as session:
        text = SpaceText(slug="invented", title="Invented", host="Nobody")
        await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=now, made_up=True)
    with pytest.raises(Invalid, match="nothing in it is real"):
        await bring(town, space="invented")


async def test_a_bad_file_is_refused_before_anything_is_written(
    database_url: str, bring: Callable[..., Any], changed_export: Callable[..., Path]
) -> None:
    before = row_counts(database_url)
    with pytest.raises(ExportError, match=r"votes\.csv, line 15, column vote: found '7'"):
        await bring(changed_export("votes.csv", "12,5,-1", "12,5,7"))
    assert row_counts(database_url) == before


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"space": "Not A Slug"}, "The space 'Not A Slug' must be"),
        ({"title": "Hm"}, "The title 'Hm' has 2 characters, expected 5 to 200"),
        ({"title": "x" * 201}, "has 201 characters, expected 5 to 200"),
        ({"language": "English!"}, "is no language tag"),
        ({"licence": "x" * 201}, "The licence has 201 characters, expected at most 200"),
    ],
)
def test_what_is_said_is_checked_as_well(town: Path, said: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        prepare(town, **{"space": "archive", **said})


async def test_the_map_is_asked_for_and_the_act_is_on_the_record(
    database: Database, bring: Callable[..., Any], town: Path
) -> None:
    imported = await bring(town)
    async with database.reading() as session:
        place, consultation = await consultation_named(session, "archive", imported.slug)
        assert place.id is not None
        job = await newest(session, "analyse", str(consultation.id))
        acts = await acts_of(session, place.id)
    assert job is not None
    assert job.payload == {"consultation_id": consultation.id, "cause": "import"}
    assert [(act.kind, act.role.value) for act in acts] == [("consultation-imported", "operator")]


def test_no_device_has_the_pseudonym_of_somebody_imported() -> None:
    key, digest = b"k" * 32, "ab" * 32
    assert imported_pseudonym(key, digest, 7) != imported_pseudonym(key, digest, 8)
    assert imported_pseudonym(key, digest, 7) != device_pseudonym(key, bytes.fromhex(digest) + b"7")


async def vote(
    database: Database, visitor: Visitor, space: str, consultation: str, number: int, now: datetime
) -> None:
    ballot = Ballot(
        visitor=visitor, space=space, consultation=consultation, number=number, answer=Answer.AGREE, now=now
    )
    await database.grouped(cast_vote, ballot)


async def votes_during(
    folder: Path, database: Database, database_url: str, visitor: Callable[..., Visitor], now: datetime
) -> tuple[int, int]:
    """Import through connections of its own while people vote; (votes cast meanwhile, voters found kept)."""
    importer = Database(database_url)
    work = asyncio.create_task(bring_in(importer, SETTINGS, prepare(folder, space="archive"), now=now))
    cast = 0
    while not work.done():
        # A quick machine casts more votes meanwhile than one network may bring newcomers in an hour.
        voter = visitor(f"voter {cast}", newcomers=10**6)
        await vote(database, voter, "avonmere", "evenings", 1, now + timedelta(seconds=cast))
        cast += not work.done()
        await asyncio.sleep(0.005)
    await work
    await importer.close()
    async with database.reading() as session:
        place = await space_named(session, "avonmere")
        rows = await session.exec(
            select(Vote.participant_id)
            .join(Participant, Participant.id == Vote.participant_id)  # type: ignore[arg-type]
            .where(Participant.space_id == place.id)
        )
        return cast, len(list(rows))


@pytest.mark.usefixtures("voting", "small_batches")
async def test_votes_succeed_while_an_import_runs(
    database: Database, database_url: str, visitor: Callable[..., Visitor], now: datetime, town: Path
) -> None:
    cast, kept = await votes_during(town, database, database_url, visitor, now)
    assert cast >= 3
    assert kept >= cast


@pytest.mark.conversations
@pytest.mark.usefixtures("voting")
async def test_votes_succeed_while_a_large_conversation_is_imported(
    database: Database, database_url: str, visitor: Callable[..., Visitor], now: datetime, conversations: Path
) -> None:
    cast, kept = await votes_during(conversations / "vtaiwan.uberx", database, database_url, visitor, now)
    assert cast >= 20
    assert kept >= cast


@pytest.mark.conversations
@pytest.mark.parametrize("name", REAL)
async def test_a_real_conversation_is_in_the_database_cell_for_cell(
    database: Database, bring: Callable[..., Any], conversations: Path, name: str
) -> None:
    folder = conversations / name
    imported = await bring(folder)
    votes = prepare(folder, space="archive").export.votes
    read = dict(zip(zip(votes.participant_ids, votes.statement_ids, strict=True), votes.values, strict=True))
    async with database.reading() as session:
        kept = await cells(session, "archive", imported.slug, set(votes.participant_ids))
    assert kept == read
    if (folder / "participants-votes.csv").exists():
        assert kept == table_beside(folder)
