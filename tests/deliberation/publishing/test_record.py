"""The record is only added to, and nothing is hidden without a line in it."""

import ast
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import deliberation
from charters.enforcement import Facts
from charters.states import StatementState
from deliberation.opinion import moderation
from deliberation.opinion.moderation import RemovalReason, remove_statement
from deliberation.opinion.statements import statement_numbered
from deliberation.publishing.record import Did, acts_of, enter
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.db import Database

CHANGES = (
    "UPDATE act SET reason = 'off-topic'",
    "UPDATE act SET at = at",
    "DELETE FROM act",
    "INSERT INTO act (id, space_id, kind, words, role, at) SELECT id, space_id, kind, 'x', role, at FROM act"
    " WHERE true ON CONFLICT (id) DO UPDATE SET words = 'x'",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_the_database_refuses_to_change_or_delete_an_act(
    database: Database, space: Space, now: datetime, change: str
) -> None:
    async with database.transaction() as session:
        enter(session, Did.SPACE_MADE, space_id=space.id or 0, reason="abusive", now=now)
    before = await _record(database, space)
    with pytest.raises(DBAPIError, match="the record is only added to"):
        async with database.transaction() as session:
            await session.exec(text(change))  # type: ignore[call-overload]
    assert await _record(database, space) == before


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_postgresql_refuses_to_empty_it(database: Database, space: Space) -> None:
    with pytest.raises(DBAPIError, match="the record is only added to"):
        async with database.transaction() as session:
            await session.exec(text("TRUNCATE act CASCADE"))  # type: ignore[call-overload]


async def _record(database: Database, space: Space) -> list[dict[str, Any]]:
    async with database.reading() as session:
        return [act.model_dump() for act in await acts_of(session, space.id or 0)]


async def test_without_a_line_in_the_record_nothing_is_hidden(
    database: Database,
    voting: Consultation,
    flo: Facts,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert voting.id is not None

    def broken(*_: Any, **__: Any) -> None:
        raise OSError("the record cannot be written")

    monkeypatch.setattr(moderation, "enter", broken)
    async with database.reading() as session:
        statement = await statement_numbered(session, voting.id, 2)
    with pytest.raises(OSError, match="cannot be written"):
        async with database.transaction() as session:
            await remove_statement(session, statement.id, reason=RemovalReason.ABUSIVE, asking=flo, now=now)
    async with database.reading() as session:
        assert (await statement_numbered(session, voting.id, 2)).state is StatementState.PUBLISHED


def test_whatever_hides_a_statement_enters_that_in_the_record() -> None:
    hiding = {
        f"{path.stem}.{function.name}": "enter(" in ast.unparse(function)
        for path in Path(deliberation.__path__[0]).rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and _hides(function)
    }
    assert {"moderation.remove_statement", "own_words.withdraw"} <= set(hiding)
    assert [name for name, enters in hiding.items() if not enters] == []


def _hides(function: ast.AST) -> bool:
    """Whether it gives some `state` the value of a removed statement."""
    return any(
        "StatementState.REMOVED" in ast.unparse(node.value)
        and any(".state" in ast.unparse(target) for target in node.targets)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
    )
