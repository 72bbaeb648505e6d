"""Retention: votes leave when they have been kept for as long as was promised, and with them who gave them.

Each goes by the stricter of the charter it was given under and the one in force. Where the charters say that
totals remain, what a consultation that is over has published stands, and nothing new is worked out of fewer
votes. Where they say that nothing remains, the next result is without them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import tuple_
from sqlmodel import col, delete, exists, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.policy import Policy
from charters.promises import Fate, fate, leaves_at
from deliberation.drafting.clauses import Source
from deliberation.drafting.comment_reports import CommentReport
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import CoAuthor
from deliberation.drafting.suggestions import SuggestionAnswer
from deliberation.drafting.tallying import let_tallies_stand
from deliberation.opinion.analyses import LET_GO, is_settled
from deliberation.opinion.appeals import AppealVerdict, CommentRemoval, CommentVerdict, Removal
from deliberation.opinion.opinion_map import WorkingMap
from deliberation.opinion.reports import Report
from deliberation.opinion.statements import Statement, Votable
from deliberation.opinion.voting import Vote
from deliberation.own_data.erasing import erase_parts
from deliberation.people.participants import Participant
from deliberation.spaces.charters import policies_given_under, policy_to_read_by
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import KeyAnswer
from deliberation.spaces.invitations import Invitation, InvitationEntry
from deliberation.spaces.paper_sheets import PaperMark, PaperSheet
from deliberation.spaces.spaces import Space, all_spaces

VOTE = "vote"
Cell: TypeAlias = tuple[int, int]
"""Participant and votable: one vote."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Votes of a space that were given under this policy by `before` have been kept long enough."""

    space_id: int
    given_under: str
    before: datetime
    totals_remain: bool


async def limits(session: AsyncSession, now: datetime) -> list[Limit]:
    """For each space and each policy that votes there may have been given under, what has had its time."""
    found = []
    for space in await all_spaces(session):
        policy, verifies = await policy_to_read_by(session, space, now)
        if not verifies:
            continue  # nobody knows for how long
        for name, given in (await _policies(session, space, policy)).items():
            found += _limit(space, name, policy, given, now)
    return found


async def _policies(session: AsyncSession, space: Space, policy: Policy) -> Mapping[str, Policy]:
    """By the names that votes have; one that nobody knows any more counts as the policy in force."""
    known = await policies_given_under(session, space)
    query = (
        select(Vote.policy)
        .join(Participant, col(Participant.id) == Vote.participant_id)
        .where(Participant.space_id == space.id)
        .distinct()
    )
    return {name: known.get(name, policy) for name in (await session.exec(query)).all()}


def _limit(space: Space, name: str, policy: Policy, given: Policy, now: datetime) -> list[Limit]:
    ends = leaves_at(policy, given, VOTE, now)
    if ends is None or space.id is None:
        return []
    before = now - (ends - now)
    remain = fate(policy, given, VOTE, before, now=now) is Fate.AGGREGATE
    return [Limit(space.id, name, before, remain)]


async def votes_past(session: AsyncSession, limit: Limit, most: int) -> list[Cell]:
    """Some of the votes that have had their time. One that was imported began its time when it came here."""
    query = (
        select(Vote.participant_id, Vote.votable_id)
        .join(Participant, col(Participant.id) == Vote.participant_id)
        .join(Votable, col(Votable.id) == Vote.votable_id)
        .outerjoin(Consultation, col(Consultation.id) == Votable.consultation_id)
        .where(
            Participant.space_id == limit.space_id,
            Vote.policy == limit.given_under,
            col(Vote.cast_at) <= limit.before,
            or_(col(Consultation.id).is_(None), col(Consultation.created_at) <= limit.before),
        )
        .limit(most)
    )
    return list((await session.exec(query)).all())


async def let_go_votes(session: AsyncSession, limit: Limit, votes: Sequence[Cell], *, now: datetime) -> None:
    """Delete these votes. What a consultation that is over has published stands, where totals remain."""
    if limit.totals_remain:
        await _let_results_stand(session, {votable for _, votable in votes}, now)
    which = tuple_(col(Vote.participant_id), col(Vote.votable_id)).in_(votes)
    await session.exec(delete(Vote).where(which, col(Vote.cast_at) <= limit.before))


async def _let_results_stand(session: AsyncSession, votables: set[int], now: datetime) -> None:
    query = (
        select(Consultation)
        .join(Votable, col(Votable.consultation_id) == Consultation.id)
        .where(col(Votable.id).in_(votables))
        .distinct()
    )
    over = [one.id for one in (await session.exec(query)).all() if is_settled(one, now)]
    await session.exec(
        update(WorkingMap).where(col(WorkingMap.consultation_id).in_(over)).values(signature=LET_GO)
    )
    await let_tallies_stand(session, votables)


async def let_go_people(session: AsyncSession, limit: Limit, most: int, *, now: datetime) -> int:
    """Erase pseudonyms under which nothing is kept any more; how many."""
    here = (
        select(Participant.key)
        .where(
            Participant.space_id == limit.space_id,
            col(Participant.joined_at) <= limit.before,
            *(~exists().where(points) for points in _POINTING),
        )
        .limit(most)
    )
    keys = list((await session.exec(here)).all())
    if keys:
        await erase_parts(session, {limit.space_id: keys}, now=now, until=limit.before)
    return len(keys)


_POINTING: tuple[Any, ...] = (
    col(Vote.participant_id) == Participant.id,
    col(Statement.author_id) == Participant.id,
    col(Report.by) == Participant.key,
    col(KeyAnswer.voter) == Participant.key,
    col(Removal.removed_by) == Participant.key,
    col(AppealVerdict.decider) == Participant.key,
    col(Comment.author_id) == Participant.id,
    col(CommentReport.by) == Participant.key,
    col(CommentRemoval.removed_by) == Participant.key,
    col(CommentVerdict.decider) == Participant.key,
    col(CoAuthor.author_id) == Participant.id,
    col(Source.added_by) == Participant.id,
    col(SuggestionAnswer.answerer) == Participant.key,
)


async def let_go_entries(session: AsyncSession, limit: Limit) -> int:
    """Forget who came by links of invitation that ended so long ago; how many."""
    ended = (
        select(Invitation.id)
        .join(Consultation, col(Consultation.id) == Invitation.consultation_id)
        .where(Consultation.space_id == limit.space_id, col(Invitation.ends_at) <= limit.before)
    )
    gone = await session.exec(delete(InvitationEntry).where(col(InvitationEntry.invitation_id).in_(ended)))
    return int(gone.rowcount)


async def let_go_sheets(session: AsyncSession, limit: Limit) -> None:
    """Forget who answered on paper, and that sheets were entered, where voting ended so long ago."""
    ended = select(Consultation.id).where(
        Consultation.space_id == limit.space_id,
        func.coalesce(Consultation.closed_at, Consultation.closes_at) <= limit.before,
    )
    for table in (PaperSheet, PaperMark):
        await session.exec(delete(table).where(col(table.consultation_id).in_(ended)))
