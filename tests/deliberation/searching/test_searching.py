"""Searching: each kind is found, what is not public never is, and what is gone leaves no letter behind."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, delete, select, update

from charters.enforcement import Facts, Refused
from charters.states import Role, Standing, StatementState
from deliberation.drafting.clauses import ClauseText, words_hash
from deliberation.drafting.commenting import withdraw_comment
from deliberation.drafting.comments import Comment, CommentText, Form
from deliberation.drafting.judging_comments import remove_comment
from deliberation.drafting.writing import put_back_clause, revise_clause, take_out_clause
from deliberation.errors import Invalid
from deliberation.opinion.hiding import hide_statement
from deliberation.opinion.moderation import RemovalReason
from deliberation.opinion.statements import Statement
from deliberation.searching.published import COLUMNS
from deliberation.searching.searching import AT_ONCE, Kind, search
from deliberation.searching.typed import COMMON, LONGEST, looked_for
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space, SpaceText, found
from participate.db import Database
from participate.forgetting import forget_traces
from participate.keeping.sqlite import dump
from tests.charters.avonmere import NOON
from tests.deliberation.searching.conftest import CLAUSE, COMMENT, HOUR, Place

SHOWN = words_hash(CLAUSE.heading, CLAUSE.text, CLAUSE.language)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Avonmere", Kind.SPACE),
        ("dunnock", Kind.SPACE),
        ("nuthatch", Kind.CONSULTATION),
        ("firecrest", Kind.CONSULTATION),
        ("wheatear", Kind.STATEMENT),
        ("whimbrel", Kind.PROPOSAL),
        ("kingfisher", Kind.CLAUSE),
        ("lapwing", Kind.CLAUSE),
        ("goldcrest", Kind.COMMENT),
        ("dotterel", Kind.SUGGESTION),
        ("fulmar", Kind.SUGGESTION),
    ],
)
async def test_each_kind_is_found_by_its_words(place: Place, words: str, what: Kind) -> None:
    [passage] = await place.passages(words)
    assert (passage.kind, passage.space_id) == (what, place.cast.space.id)
    marked = [piece.text for piece in (*passage.title, *passage.excerpt) if piece.found]
    assert [one.lower() for one in marked] == [words.lower()]
    assert await place.passages(words, place.cast.space) == [passage]


async def test_all_words_must_be_there_in_any_order_and_form(place: Place) -> None:
    assert await place.finds("eight wheatears OPENING") == ["statement"]
    assert await place.finds("wheatear and the eight") == ["statement"]
    assert await place.finds("wheatear nine") == []
    assert await place.finds("hardly") == []


async def test_what_says_it_in_its_title_comes_first(place: Place) -> None:
    await place.add("A whimbrel here.")
    assert await place.finds("whimbrel") == ["proposal", "statement"]


async def test_welsh_is_found_as_it_is_written_with_its_accents_or_without(place: Place) -> None:
    await place.add("Dylai’r tŷ gael gŵyl i’r plant.", "cy")
    await place.add("Apwyntiadau gyda'r nos.", "cy")
    for words in ("tŷ", "ty", "TŶ gŵyl", "gwyl plant"):
        [passage] = await place.passages(words)
        assert passage.language == "cy"
    marked = [piece.text for piece in (await place.passages("gwyl ty"))[0].excerpt if piece.found]
    assert marked == ["tŷ", "gŵyl"]
    # An English stem says nothing about a Welsh word.
    assert await place.finds("apwyntiad") == []
    assert await place.finds("apwyntiadau") == ["statement"]


async def test_what_waits_is_found_when_it_is_published(place: Place) -> None:
    waiting = await place.add("A bittern waits.", state=StatementState.PENDING)
    assert await place.finds("bittern") == []
    await change(place.database, Statement, waiting.id, state=StatementState.PUBLISHED)
    assert await place.finds("bittern") == ["statement"]


async def change(database: Database, table: type[SQLModel], row: int | None, **values: Any) -> None:
    async with database.transaction() as session:
        found = await session.get(table, row)
        assert found is not None
        for name, value in values.items():
            setattr(found, name, value)


async def test_a_trial_and_what_is_being_loaded_are_not_found(place: Place) -> None:
    space, consultation = place.cast.space, place.consultation
    await change(place.database, Consultation, consultation.id, arriving=True)
    assert await place.finds("wheatear") == []
    assert await place.finds("nuthatch") == []
    await change(place.database, Consultation, consultation.id, arriving=False)
    assert await place.finds("wheatear") == ["statement"]
    await change(place.database, Space, space.id, standing=Standing.TRIAL)
    for words in ("Avonmere", "wheatear", "whimbrel", "goldcrest"):
        assert await place.finds(words) == []
        assert await place.finds(words, space) == []


async def test_in_one_space_nothing_of_another_is_found(place: Place) -> None:
    async with place.database.transaction() as session:
        words = SpaceText(slug="other", title="The wheatear of others", host="Somebody else")
        other = await found(session, words, standing=Standing.RATIFIED, policy="open-health-space", now=NOON)
    assert await place.finds("wheatear") == ["space", "statement"]
    assert await place.finds("wheatear", other) == ["space"]
    assert await place.finds("wheatear", place.cast.space) == ["statement"]


async def withdrawn_comment(place: Place) -> None:
    comment = await only(place.database, Comment, Comment.text == COMMENT.text)
    await place.cast.do(
        "ann",
        withdraw_comment,
        place.cast.space,
        comment.id,
        place.cast.voter("ann"),
        now=NOON + 2 * HOUR,
    )


async def withdrawn_suggestion(place: Place) -> None:
    made = await only(place.database, Comment, Comment.form == Form.SUGGESTION)
    key = place.cast.voter("sam")
    await place.cast.do("sam", withdraw_comment, place.cast.space, made.id, key, now=NOON + 2 * HOUR)


async def only(database: Database, table: type[Any], where: Any) -> Any:
    async with database.reading() as session:
        return (await session.exec(select(table).where(where))).one()


async def removed_comment(place: Place) -> None:
    comment = await only(place.database, Comment, Comment.text == COMMENT.text)
    await place.cast.do(
        "flo",
        remove_comment,
        place.cast.space,
        comment.id,
        reason=RemovalReason.ABUSIVE,
        now=NOON + 2 * HOUR,
    )


async def hidden_statement(place: Place) -> None:
    statement = await only(place.database, Statement, Statement.number == 1)
    async with place.database.transaction() as session:
        asking = Facts(now=NOON, roles=frozenset({Role.OPERATOR}), signed_in=True)
        await hide_statement(session, statement.id, "A court forbids it.", asking=asking, now=NOON)


async def erased_statement(place: Place) -> None:
    async with place.database.transaction() as session:
        await session.exec(delete(Statement))


async def other_words_in_a_clause(place: Place) -> None:
    other = ClauseText(heading="A plan", text="Something else.")
    await place.cast.do(
        "deepa",
        revise_clause,
        place.cast.space,
        1,
        1,
        other,
        shown=SHOWN,
        speaker=place.speaker("deepa"),
        now=NOON + HOUR,
    )


async def clause_taken_out(place: Place) -> None:
    await place.cast.do(
        "deepa",
        take_out_clause,
        place.cast.space,
        1,
        1,
        shown=SHOWN,
        speaker=place.speaker("deepa"),
        now=NOON + HOUR,
    )


GONE: list[tuple[Callable[[Place], Awaitable[None]], str]] = [
    (withdrawn_comment, "goldcrest"),
    (removed_comment, "goldcrest"),
    (withdrawn_suggestion, "dotterel"),
    (hidden_statement, "wheatear"),
    (erased_statement, "wheatear"),
    (other_words_in_a_clause, "lapwing"),
    (clause_taken_out, "kingfisher"),
]


@pytest.mark.parametrize(("act", "words"), GONE)
async def test_what_is_gone_is_found_no_more_and_in_no_table_of_the_index(
    place: Place, act: Callable[[Place], Awaitable[None]], words: str, kind: str
) -> None:
    assert await place.finds(words) != []
    await act(place)
    assert await place.finds(words) == []
    await forget_traces(place.database)
    assert await tables_with(place.database, words[:6], kind) == []


async def tables_with(database: Database, word: str, kind: str) -> list[str]:
    """The tables of the index with a row in which the word stands, as bytes or as text."""
    tables = ["search_passage"]
    if kind == "sqlite":
        tables += [f"search_{one}_{part}" for one in ("english", "plain") for part in ("data", "idx")]
    found = []
    async with database.reading() as session:
        for table in tables:
            rows = (await session.exec(text(f"SELECT * FROM {table}"))).all()  # type: ignore[call-overload]
            if word.encode() in b"".join(
                cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row
            ):
                found.append(table)
    return found


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_erased_word_leaves_no_letter_in_the_files(place: Place) -> None:
    path = Path(str(make_url(place.database.url).database))

    def files() -> bytes:
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    # An index keeps only the end of a word whose beginning stands before it: the end is what is looked for.
    assert b"dcrest" in files()
    await withdrawn_comment(place)
    await forget_traces(place.database)
    assert b"dcrest" not in files()


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_erased_word_is_in_no_backup_made_at_once(place: Place, tmp_path: Path) -> None:
    await withdrawn_comment(place)
    path = Path(str(make_url(place.database.url).database))
    await asyncio.to_thread(dump, path, tmp_path / "copy")
    assert b"dcrest" not in (tmp_path / "copy").read_bytes()


async def test_a_clause_put_back_is_found_again(place: Place) -> None:
    await clause_taken_out(place)
    await place.cast.do(
        "deepa",
        put_back_clause,
        place.cast.space,
        1,
        1,
        speaker=place.speaker("deepa"),
        now=NOON + HOUR,
    )
    assert await place.finds("kingfisher") == ["clause"]


async def test_when_newer_words_of_a_clause_are_removed_those_before_are_found_again(place: Place) -> None:
    await other_words_in_a_clause(place)
    newest = await only(place.database, Comment, Comment.text == "Something else.")
    await change(place.database, Comment, newest.id, state=StatementState.REMOVED, removed_for="abusive")
    assert await place.finds("lapwing") == ["clause"]


async def test_the_index_is_what_is_published_whatever_is_done_at_once(place: Place) -> None:
    texts = [CommentText(text=f"Number {at} of the goldcrest.") for at in range(4)]
    done = await asyncio.gather(
        *(place.comment(one, who) for one, who in zip(texts, ("ann", "joe", "deepa", "sam"), strict=True)),
        hidden_statement(place),
        other_words_in_a_clause(place),
        return_exceptions=True,
    )
    # Whoever spoke to the words before is told that they have changed.
    assert {type(one) for one in done if isinstance(one, Exception)} <= {Refused}
    kept, said = [await rows_of(place.database, name) for name in ("search_passage", "search_published")]
    assert kept == said
    assert len(kept) >= 4


async def rows_of(database: Database, name: str) -> list[Any]:
    query = text(f"SELECT {COLUMNS} FROM {name} ORDER BY kind, subject_id")
    async with database.reading() as session:
        return list((await session.exec(query)).all())  # type: ignore[call-overload]


async def test_more_than_a_page_is_told_and_found_on_the_next(place: Place) -> None:
    for at in range(AT_ONCE + 1):
        await place.add(f"A pipit number {at}.")
    async with place.database.reading() as session:
        first = await search(session, None, looked_for("pipit"))
        second = await search(session, None, looked_for("pipit"), page=2)
        third = await search(session, None, looked_for("pipit"), page=3)
    assert (len(first.passages), first.more) == (AT_ONCE, True)
    assert (len(second.passages), second.more) == (1, False)
    assert (len(third.passages), third.more) == (0, False)
    both = {one.subject_id for one in (*first.passages, *second.passages)}
    assert len(both) == AT_ONCE + 1


async def test_a_long_text_is_cut_about_the_word(place: Place) -> None:
    await place.comment(CommentText(text="first words " * 60 + "then a ruff " + "last words " * 60))
    [passage] = await place.passages("ruff")
    said = "".join(piece.text for piece in passage.excerpt)
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert " a ruff last words" in said
    assert len(said) < 300


async def test_an_excerpt_of_a_clause_is_without_the_signs_of_markdown(place: Place) -> None:
    [passage] = await place.passages("lapwing")
    said = "".join(piece.text for piece in passage.excerpt)
    assert said == "Everybody goes home with a lapwing of their own."
    rich = "# On\n\n- **One** `ruff`\n- [two](https://a.example/b)\n1. three"
    space = place.cast.space
    await change(place.database, Space, space.id, purpose=rich)
    [passage] = await place.passages("ruff")
    assert "".join(piece.text for piece in passage.excerpt) == " On – One ruff – two – three"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "Type a word to look for."),
        ("  ?!*\x00 ", "Type a word to look for."),
        ("of the And", "These words stand almost everywhere. Add another word."),
        ("x" * (LONGEST + 1), "You typed 101 characters. Shorten it to 100 or fewer."),
    ],
)
def test_what_cannot_be_looked_for_is_told(words: str, message: str) -> None:
    with pytest.raises(Invalid, match=message.replace("?", r"\?")) as told:
        looked_for(words)
    assert told.value.field == "q"


ODD = [
    '"',
    "'",
    "*",
    "NEAR(",
    "AND",
    "OR",
    "NOT",
    "^",
    ":",
    "title:",
    "\\",
    "%",
    "_",
    "--",
    ";",
    "<->",
    "&",
    "|",
]


SAID = st.text("aê’ŵÉ.,/<>&'-_@ \n12:ǿ病", max_size=80)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SAID, SAID, st.sampled_from(["en", "cy"]))
async def test_whatever_stands_about_it_exactly_the_word_is_marked(
    place: Place, before: str, behind: str, language: str
) -> None:
    said = f"{before} Zébra {behind}"
    async with place.database.transaction() as session:
        await session.exec(
            update(Comment).where(Comment.text == COMMENT.text).values(text=said, language=language)
        )
    [passage] = await place.passages("zebra")
    async with place.database.transaction() as session:
        await session.exec(update(Comment).where(Comment.text == said).values(text=COMMENT.text))
    assert [piece.text for piece in passage.excerpt if piece.found] == ["Zébra"]
    assert "".join(piece.text for piece in passage.excerpt) == said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=12)), max_size=8).map("".join))
async def test_whatever_is_typed_is_harmless(place: Place, typed: str) -> None:
    try:
        looked = looked_for(typed)
    except Invalid:
        return
    assert not any(word in COMMON for word in looked.words)
    async with place.database.reading() as session:
        await search(session, None, looked)
        await search(session, place.cast.space, looked)


async def test_an_update_that_changes_many_rows_keeps_the_index_too(place: Place) -> None:
    await place.add("Another wheatear.")
    async with place.database.transaction() as session:
        await session.exec(update(Statement).values(text="The siskin."))
    assert await place.finds("wheatear") == []
    assert await place.finds("siskin") == ["statement", "statement"]
