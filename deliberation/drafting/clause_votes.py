"""Votes on the clauses of the newest sealed version: cast, taken back, and one's own.

Whoever voted on earlier words of a clause is asked again about the new ones; nobody else is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func
from sqlalchemy import select as core_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Refusal, Refused
from charters.wording import Words
from clustering.matrix import VoteMatrix
from deliberation.columns import table_of
from deliberation.drafting.clause_questions import Asked, ClauseQuestion
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal, no_proposal
from deliberation.drafting.versions import Version, VersionClause
from deliberation.errors import EditConflict, NotFound
from deliberation.opinion.taking_part import Place, Visitor, require_act
from deliberation.opinion.voting import Answer, Vote, answer_of, keep_answer, take_back
from deliberation.spaces.charters import policy_on
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import GREATEST_ID
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import held_on

OTHER_WORDS = Words("The clause says something else now, so your answer is not kept yet. Read it again.")


class OtherWords(EditConflict):
    """A newer version says something else in the clause; no vote was kept."""

    def __init__(self) -> None:
        super().__init__(OTHER_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseBallot:
    """One answer to one clause, checked. `hash` is that of the words that were shown."""

    visitor: Visitor
    space: str
    proposal: int
    clause: int
    hash: str
    answer: Answer
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseUndoing:
    """Whose answer to which clause is to be taken back."""

    visitor: Visitor
    space: str
    proposal: int
    clause: int
    now: datetime


@dataclass(frozen=True, slots=True)
class OwnVote:
    """What somebody answers to a question, and what they answered to earlier words of the clause.

    `before` is the newest of those earlier questions. Who has it and no `answer` is asked again.
    """

    answer: Answer | None = None
    before: ClauseQuestion | None = None
    before_answer: Answer | None = None

    @property
    def asked_again(self) -> bool:
        """Whether the words they voted on have changed since."""
        return self.answer is None and self.before is not None


_spaces, _proposals, _consultations = table_of(Space), table_of(Proposal), table_of(Consultation)
_versions, _clauses = table_of(Version), table_of(VersionClause)
_questions, _comments = table_of(ClauseQuestion), table_of(Comment)
_later = _versions.alias()
_NEWEST = (
    core_select(func.max(_later.c.number))
    .where(_later.c.proposal_id == _versions.c.proposal_id)
    .scalar_subquery()
)
_PLACE = (
    core_select(
        _spaces.c.id.label("space_id"),
        _spaces.c.standing,
        _spaces.c.policy.label("template"),
        _proposals.c.state.label("proposal"),
        func.coalesce(_proposals.c.consultation_id, 0).label("consultation_id"),
        _consultations.c.attested,
        _questions.c.id.label("votable_id"),
        _questions.c.hash,
        _comments.c.state,
    )
    .select_from(
        _spaces.join(_proposals, _proposals.c.space_id == _spaces.c.id)
        .outerjoin(_consultations, _consultations.c.id == _proposals.c.consultation_id)
        .outerjoin(_versions, and_(_versions.c.proposal_id == _proposals.c.id, _versions.c.number == _NEWEST))
        .outerjoin(
            _clauses,
            and_(_clauses.c.version_id == _versions.c.id, _clauses.c.number == bindparam("clause")),
        )
        .outerjoin(_comments, _comments.c.id == _clauses.c.revision_id)
        .outerjoin(
            _questions,
            and_(_questions.c.clause_id == _clauses.c.clause_id, _questions.c.hash == _clauses.c.hash),
        )
    )
    .where(_spaces.c.slug == bindparam("space"), _proposals.c.number == bindparam("proposal"))
)


def clause_place(
    on: Connection, space: str, proposal: int, clause: int, *, now: datetime
) -> tuple[Place, str]:
    """The place of a clause of the newest sealed version, and the hash of its words. Raises NotFound."""
    if proposal > GREATEST_ID or clause > GREATEST_ID:
        raise NotFound(no_clause(clause))
    row = on.execute(_PLACE, {"space": space, "proposal": proposal, "clause": clause}).one_or_none()
    if row is None:
        raise NotFound(no_proposal(proposal))
    found: dict[str, Any] = dict(row._mapping)
    words, standing = found.pop("hash"), found["standing"]
    if words is None:
        raise NotFound(no_clause(clause))
    policy = policy_on(on, found["space_id"], standing, found.pop("template"), now)
    held = held_on(on, found["space_id"], standing, policy, now)
    return Place(**found, policy=policy, held=held), words


def no_clause(clause: int) -> Words:
    """What is said of a number that no clause of the newest version has."""
    return Words("No sealed version of this proposal has a clause %(number)s to vote on.", number=f"{clause}")


async def vote_on_clause(session: AsyncSession, ballot: ClauseBallot) -> None:
    """Keep an answer to a clause, in place of an earlier one.

    Raises Refused, NotFound, OtherWords where the clause does not say any more what was shown.
    """
    await session.run_sync(lambda plain: _cast(plain.connection(), ballot))


def _cast(on: Connection, ballot: ClauseBallot) -> None:
    where, words = clause_place(on, ballot.space, ballot.proposal, ballot.clause, now=ballot.now)
    require_act(Action.VOTE_ON_CLAUSE, where, ballot.visitor, now=ballot.now, on=on)
    if words != ballot.hash:
        raise OtherWords
    keep_answer(on, Action.VOTE_ON_CLAUSE, where, ballot.visitor, ballot.answer, now=ballot.now)


async def vote_refused(
    session: AsyncSession, visitor: Visitor, space: str, proposal: int, clause: int, *, now: datetime
) -> Refusal | None:
    """Why somebody may not vote on a clause; None where they may. Raises NotFound."""

    def ask(on: Connection) -> Refusal | None:
        where, _ = clause_place(on, space, proposal, clause, now=now)
        try:
            require_act(Action.VOTE_ON_CLAUSE, where, visitor, now=now, on=on)
        except Refused as refused:
            return refused.refusal
        return None

    return await session.run_sync(lambda plain: ask(plain.connection()))


async def undo_clause_vote(session: AsyncSession, undoing: ClauseUndoing) -> bool:
    """Take an answer back, as if it had never been given; whether there was one. Raises Refused, NotFound."""
    return await session.run_sync(lambda plain: _undo(plain.connection(), undoing))


def _undo(on: Connection, undoing: ClauseUndoing) -> bool:
    where, _ = clause_place(on, undoing.space, undoing.proposal, undoing.clause, now=undoing.now)
    require_act(Action.UNDO_CLAUSE_VOTE, where, undoing.visitor, now=undoing.now)
    return take_back(on, where, undoing.visitor)


async def own_clause_votes(
    session: AsyncSession, asked: Sequence[Asked], participant_id: int | None
) -> dict[int, OwnVote]:
    """What somebody has answered to each question, by the id of the question."""
    ids = [one.question.id for one in asked] + [former.id for one in asked for former in one.earlier]
    query = select(Vote.votable_id, Vote.value).where(
        Vote.participant_id == participant_id, col(Vote.votable_id).in_(ids)
    )
    mine = {votable: answer_of(value) for votable, value in await session.exec(query)}
    return {one.question.id: _own(one, mine) for one in asked}


def _own(asked: Asked, mine: dict[int, Answer]) -> OwnVote:
    before = next((one for one in asked.earlier if one.id in mine), None)
    return OwnVote(mine.get(asked.question.id), before, mine[before.id] if before is not None else None)


async def clause_matrix(session: AsyncSession, question_ids: Sequence[int]) -> VoteMatrix:
    """The votes on these questions; participants and votables by their ids."""
    query = (
        select(Vote.participant_id, Vote.votable_id, Vote.value)
        .where(col(Vote.votable_id).in_(question_ids))
        .order_by(col(Vote.participant_id), col(Vote.votable_id))
    )
    rows = (await session.exec(query)).all()
    people, votables, values = zip(*rows, strict=True) if rows else ((), (), ())
    return VoteMatrix.from_votes(people, votables, values)
