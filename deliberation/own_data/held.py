"""Everything that is held of a person, read by the register: for that person alone."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from deliberation.columns import table_of
from deliberation.drafting.clause_questions import ClauseQuestion
from deliberation.drafting.clauses import Clause
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.statements import Statement
from deliberation.own_data.register import REGISTER, Goes, Held, Whose
from deliberation.people.accounts import Account
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, list[Row]]
"""The name of a table -> what is held in it."""

_accounts = table_of(Account)
_spaces, _consultations = table_of(Space), table_of(Consultation)
_statements, _people = table_of(Statement), table_of(Participant)
_comments = table_of(Comment)
_questions, _drafted, _proposals = table_of(ClauseQuestion), table_of(Clause), table_of(Proposal)


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody has in one space."""

    space_id: int
    slug: str
    title: str
    language: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is held of a person: in each space, and of their account where there is one."""

    parts: list[Part] = field(default_factory=list)
    account: Rows = field(default_factory=dict)


async def everything_of(
    session: AsyncSession, keys: Mapping[int, Sequence[str]], account_id: int | None = None
) -> Everything:
    """What is held of whoever is known by these pseudonyms in these spaces, and by this account."""
    return await session.run_sync(lambda plain: _everything(plain.connection(), keys, account_id))


def _everything(on: Connection, keys: Mapping[int, Sequence[str]], account_id: int | None) -> Everything:
    rows = on.execute(select(_spaces).where(_spaces.c.id.in_(list(keys))).order_by(_spaces.c.title))
    parts = [
        Part(space["id"], space["slug"], space["title"], space["language"], held)
        for space in rows.mappings()
        if (held := _in_space(on, space["id"], keys[space["id"]]))
    ]
    account: Rows = {}
    if account_id is not None:
        address = on.execute(select(_accounts.c.address).where(_accounts.c.id == account_id)).scalars().all()
        for whose, known in ((Whose.ACCOUNT, [account_id]), (Whose.ADDRESS, address)):
            for entry in _entered(whose):
                if found := _rows(on, entry, known):
                    account[entry.table] = found
    return Everything(parts, account)


def _entered(whose: Whose) -> Iterable[Held]:
    return (held for held in REGISTER if held.whose is whose)


def _in_space(on: Connection, space_id: int, keys: Sequence[str]) -> Rows:
    query = select(_people.c.id).where(_people.c.space_id == space_id, _people.c.key.in_(keys))
    ids = list(on.execute(query).scalars())
    held: Rows = {}
    for entry in REGISTER:
        found: list[Row] = []
        if entry.goes is Goes.WITH_THE_PERSON:
            found = _in_documents(on, entry, space_id, ids)
        elif entry.whose is Whose.PARTICIPANT:
            found = _rows(on, entry, ids)
        elif entry.whose is Whose.KEY:
            found = _rows(on, entry, keys)
        elif entry.whose is Whose.AUTHOR:
            found = _rows(on, entry, _written_by(on, _statements, ids))
        elif entry.whose is Whose.COMMENTER:
            found = _rows(on, entry, _written_by(on, _comments, ids))
        if found:
            held[entry.table] = held.get(entry.table, []) + found
    _explain(on, [row for rows in held.values() for row in rows])
    return held


def _rows(on: Connection, held: Held, values: Sequence[Any]) -> list[Row]:
    table = _table(held)
    columns = [table.c[name] for name in dict.fromkeys((*held.columns, *held.beside))]
    query = select(*columns).where(table.c[held.by].in_(values)).order_by(*table.primary_key.columns)
    return [dict(row) for row in on.execute(query).mappings()]


def _written_by(on: Connection, table: Table, ids: Sequence[int]) -> list[int]:
    return list(on.execute(select(table.c.id).where(table.c.author_id.in_(ids))).scalars())


def _in_documents(on: Connection, held: Held, space_id: int, ids: Sequence[int]) -> list[Row]:
    """What the documents of a space say of these participants, and of nobody else."""
    table = _table(held)
    about, others = (
        ("proposal_id", _proposals) if "proposal_id" in table.c else ("consultation_id", _consultations)
    )
    query = (
        select(table.c[about], table.c[held.by])
        .join(others, others.c.id == table.c[about])
        .where(others.c.space_id == space_id)
    )
    return [
        {held.by: document[str(one)], about: which}
        for which, document in on.execute(query)
        for one in ids
        if document is not None and str(one) in document
    ]


def _table(held: Held) -> Table:
    return SQLModel.metadata.tables[held.table]


def _explain(on: Connection, rows: Sequence[Row]) -> None:
    """Beside each number of a statement or a consultation, what it is: numbers alone say nothing."""
    named = on.execute(select(_consultations.c.id, _consultations.c.slug))
    slugs = {one.id: one.slug for one in named}
    votables = [row["votable_id"] for row in rows if "votable_id" in row]
    voted, clauses = _published(on, votables), _clauses(on, votables)
    for row in rows:
        if row.get("votable_id") in clauses:
            row.update(consultation=None, statement=None, statement_text=None)
            row.update(clauses[row["votable_id"]])
        elif "votable_id" in row:
            consultation_id, number, text = voted.get(row["votable_id"], (None, None, None))
            row.update(consultation=slugs.get(consultation_id), statement=number, statement_text=text)
        elif "consultation_id" in row:
            row["consultation"] = slugs.get(row["consultation_id"])


def _published(on: Connection, ids: Sequence[int]) -> dict[int, tuple[int | None, int | None, str | None]]:
    """Of statements that anybody may read: where, which and what."""
    found: dict[int, tuple[int | None, int | None, str | None]] = {}
    for start in range(0, len(ids), 500):
        some = _statements.c.id.in_(ids[start : start + 500])
        query = select(
            _statements.c.id, _statements.c.consultation_id, _statements.c.number, _statements.c.text
        ).where(some, _statements.c.state == StatementState.PUBLISHED)
        found |= {id: (where, number, text) for id, where, number, text in on.execute(query)}
    return found


def _clauses(on: Connection, ids: Sequence[int]) -> dict[int, Row]:
    """Of clauses that were voted on: which proposal, which clause, and the hash of the words."""
    found: dict[int, Row] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(
                _questions.c.id,
                _proposals.c.number.label("proposal"),
                _drafted.c.number.label("clause"),
                _questions.c.hash.label("words_sha256"),
            )
            .join(_drafted, _drafted.c.id == _questions.c.clause_id)
            .join(_proposals, _proposals.c.id == _drafted.c.proposal_id)
            .where(_questions.c.id.in_(ids[start : start + 500]))
        )
        for row in on.execute(query).mappings():
            found[row["id"]] = {name: row[name] for name in ("proposal", "clause", "words_sha256")}
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it: times in ISO 8601, bytes in base64."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value
