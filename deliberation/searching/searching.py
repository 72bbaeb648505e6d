"""Looking for words in everything that is published, in one space or in all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Standing
from deliberation.searching.forgetting import INDEXES
from deliberation.searching.marking import LEFT, RIGHT, Piece, excerpt, pieces, spans, without_markup
from deliberation.searching.published import DICTIONARY, folded_by
from deliberation.searching.typed import Looked
from deliberation.spaces.spaces import Space

AT_ONCE = 20
LAST_PAGE = 50
"""Whoever has looked through a thousand places needs other words."""


@unique
class Kind(StrEnum):
    """What was found, as the index names it."""

    SPACE = "space"
    CONSULTATION = "consultation"
    STATEMENT = "statement"
    PROPOSAL = "proposal"
    CLAUSE = "clause"
    COMMENT = "comment"
    SUGGESTION = "suggestion"


IN_MARKDOWN = frozenset({Kind.SPACE, Kind.CONSULTATION, Kind.CLAUSE, Kind.SUGGESTION})


@dataclass(frozen=True, slots=True)
class Passage:
    """A place where the words stand: what it is, the id of its row, and its words in pieces."""

    kind: Kind
    subject_id: int
    space_id: int
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found, the best first, and whether there is more."""

    passages: Sequence[Passage]
    more: bool


# What is being loaded is shown to nobody yet, and a trial is not for others to find.
_PUBLIC = """
  JOIN space ON space.id = passage.space_id
  LEFT JOIN consultation ON consultation.id = passage.consultation_id
  WHERE space.standing <> :trial AND (consultation.id IS NULL OR consultation.arriving = :no)
    AND (:everywhere OR passage.space_id = :space)
"""
_SQLITE = f"""
SELECT passage.id, passage.english FROM (
    SELECT rowid AS id, bm25(search_english, 4.0, 1.0) AS rank FROM search_english
      WHERE search_english MATCH :words
    UNION ALL
    SELECT rowid, bm25(search_plain, 4.0, 1.0) FROM search_plain WHERE search_plain MATCH :words
  ) AS hit JOIN search_passage AS passage ON passage.id = hit.id {_PUBLIC}
  ORDER BY hit.rank, passage.id DESC LIMIT :limit OFFSET :offset
"""  # noqa: S608
_POSTGRESQL = f"""
SELECT passage.id, passage.english FROM search_passage AS passage
  CROSS JOIN (SELECT plainto_tsquery('english', :words) AS stems, plainto_tsquery('simple', :words) AS words)
    AS wanted {_PUBLIC}
    AND ((passage.english AND passage.words @@ wanted.stems)
      OR (NOT passage.english AND passage.words @@ wanted.words))
  ORDER BY ts_rank(passage.words, CASE WHEN passage.english THEN wanted.stems ELSE wanted.words END) DESC,
    passage.id DESC LIMIT :limit OFFSET :offset
"""  # noqa: S608


async def search(session: AsyncSession, space: Space | None, looked: Looked, *, page: int = 1) -> Page:
    """Where all these words stand, in this space or in all. `page` counts from 1."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    rows = await _rows(
        session,
        _SQLITE if sqlite else _POSTGRESQL,
        words=looked.quoted if sqlite else looked.plain,
        trial=Standing.TRIAL.value,
        no=False,
        everywhere=space is None,
        space=space.id if space is not None and space.id is not None else 0,
        limit=AT_ONCE + 1,
        offset=(page - 1) * AT_ONCE,
    )
    shown = rows[:AT_ONCE]
    ids = [row.id for row in shown]
    marked = await (_marked_sqlite if sqlite else _marked_postgresql)(session, looked, ids)
    return Page([marked[one] for one in ids if one in marked], more=len(rows) > AT_ONCE and page < LAST_PAGE)


_WHOLE = "passage.id, kind, subject_id, space_id, language, passage.title, passage.text"


async def _marked_sqlite(session: AsyncSession, looked: Looked, ids: Sequence[int]) -> dict[int, Passage]:
    found = dict[int, Passage]()
    for table in INDEXES:
        marks = ", ".join(f"highlight({table}, {at}, :left, :right) AS in_{at}" for at in (0, 1))
        rows = await _rows(
            session,
            f"SELECT {_WHOLE}, {marks} FROM {table} JOIN search_passage AS passage "  # noqa: S608
            f"ON passage.id = {table}.rowid WHERE {table} MATCH :words AND {table}.rowid IN :ids",
            words=looked.quoted,
            ids=ids,
            left=LEFT,
            right=RIGHT,
        )
        found |= {row.id: _passage(row, LEFT, RIGHT) for row in rows}
    return found


async def _marked_postgresql(session: AsyncSession, looked: Looked, ids: Sequence[int]) -> dict[int, Passage]:
    # No folded text has a sign like these. Marks are put into the folded text, which is as long as the text.
    left, right = "<", ">"
    how = f"'HighlightAll=true, StartSel={left}, StopSel={right}'"
    marks = ", ".join(
        f"ts_headline({DICTIONARY}, {folded_by(name)}, plainto_tsquery({DICTIONARY}, CAST(:words AS text)), "
        f"{how}) AS in_{at}"
        for at, name in enumerate(("title", "text"))
    )
    query = f"SELECT {_WHOLE}, {marks} FROM search_passage AS passage WHERE passage.id IN :ids"  # noqa: S608
    rows = await _rows(session, query, words=looked.plain, ids=ids)
    return {row.id: _passage(row, left, right) for row in rows}


def _passage(row: Any, left: str, right: str) -> Passage:
    kind, said = Kind(row.kind), excerpt(row.text, spans(row.in_1, left, right))
    return Passage(
        kind,
        row.subject_id,
        row.space_id,
        pieces(row.title, spans(row.in_0, left, right)),
        without_markup(said) if kind in IN_MARKDOWN else said,
        row.language,
    )


async def _rows(session: AsyncSession, query: str, **values: Any) -> list[Any]:
    made = text(query)
    if "ids" in values:
        made = made.bindparams(bindparam("ids", expanding=True))
    return list((await session.exec(made, params=values)).all())  # type: ignore[call-overload]
