"""Two pseudonyms of one person in a space become one: when they sign in, or bring their part to a device.

Both participants are held while it is done. Somebody's vote that comes at the same moment waits, and finds
the one that is left.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, and_, delete, exists, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Attestation
from deliberation.columns import table_of
from deliberation.drafting.clauses import Source
from deliberation.drafting.comment_reports import CommentReport
from deliberation.drafting.comments import Comment
from deliberation.drafting.live.tables import ClauseUpdate, Presence
from deliberation.drafting.proposals import CoAuthor
from deliberation.drafting.suggestions import SuggestionAnswer
from deliberation.opinion.appeals import AppealVerdict, CommentRemoval, CommentVerdict, Removal
from deliberation.opinion.frozen import FrozenGroup
from deliberation.opinion.reports import Report, ReportState
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Vote
from deliberation.own_data.gone import sweep
from deliberation.people.participants import Participant, join_on
from deliberation.people.recovery_codes import RecoveryCode
from deliberation.spaces.decisions import KeyAnswer
from deliberation.spaces.invitations import InvitationEntry
from deliberation.spaces.paper_sheets import PaperSheet

_people, _votes, _statements = table_of(Participant), table_of(Vote), table_of(Statement)
_reports, _entries, _answers = table_of(Report), table_of(InvitationEntry), table_of(KeyAnswer)
_codes, _sheets = table_of(RecoveryCode), table_of(PaperSheet)
_comments, _told = table_of(Comment), table_of(CommentReport)
_authors, _sources = table_of(CoAuthor), table_of(Source)
_typed = table_of(ClauseUpdate)
_groups = table_of(FrozenGroup)
_MOVED = (
    table_of(Removal).c.removed_by,
    table_of(AppealVerdict).c.decider,
    table_of(CommentRemoval).c.removed_by,
    table_of(CommentVerdict).c.decider,
    table_of(SuggestionAnswer).c.answerer,
    table_of(Presence).c.key,
)
"""Where a pseudonym stands that takes the other's place as it is."""
OPEN = "open"
"""The attestation of somebody of whom nothing was checked."""


async def merge_all(session: AsyncSession, keys: Mapping[int, tuple[str, str]]) -> int:
    """In each space, let all that the first pseudonym has be the second's; how many people became fewer."""
    sources = [source for source, _ in keys.values()]
    known = await known_among(session, sources)
    fewer = 0
    for space_id, (source, target) in keys.items():
        if source in known:
            fewer += await merge(session, space_id, source, target)
    return fewer


async def known_among(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Those of the pseudonyms under which anything is held."""
    return await session.run_sync(lambda plain: _known(plain.connection(), keys))


def _known(on: Connection, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    named = (_people.c.key, _reports.c.by, _entries.c.key, _sheets.c.key, _answers.c.voter)
    for column in (*named, *_MOVED, _told.c.by):
        for start in range(0, len(keys), 500):
            found.update(on.execute(select(column).where(column.in_(keys[start : start + 500]))).scalars())
    return found


async def merge(session: AsyncSession, space_id: int, source: str, target: str) -> int:
    """As `merge_all`, in one space: the newest vote on each statement stays."""
    fewer = await session.run_sync(lambda plain: _merge(plain.connection(), space_id, source, target))
    if fewer:
        await sweep(session, space_id)
    return fewer


def _merge(on: Connection, space_id: int, source: str, target: str) -> int:
    if source == target:
        return 0
    _move_reports(on, source, target)
    _move_entries(on, source, target)
    _move_sheets(on, source, target)
    _move_answers(on, source, target)
    for column in _MOVED:
        on.execute(update(column.table).where(column == source).values({column.name: target}))
    held = (
        select(_people)
        .where(_people.c.space_id == space_id, _people.c.key.in_([source, target]))
        .order_by(_people.c.id)
        .with_for_update()
    )
    there = {row["key"]: row for row in on.execute(held).mappings()}
    if source not in there:
        return 0
    return _join(on, space_id, there[source], target)


def _join(on: Connection, space_id: int, source: RowMapping, target: str) -> int:
    target_id, new = join_on(on, space_id, target, source["joined_at"], Attestation.EMAIL)
    if new:
        # Nobody to be joined with: the one that is there takes the other name, and keeps its number.
        on.execute(delete(_people).where(_people.c.id == target_id))
        on.execute(update(_people).where(_people.c.id == source["id"]).values(key=target))
        return 0
    _move_votes(on, source["id"], target_id)
    _move_groups(on, source["id"], target_id)
    _move_authorship(on, source["id"], target_id)
    for written in (_statements, _comments, _typed):
        on.execute(update(written).where(written.c.author_id == source["id"]).values(author_id=target_id))
    _move_code(on, source["id"], target_id)
    _take_over(on, source, target_id)
    on.execute(delete(_people).where(_people.c.id == source["id"]))
    return 1


def _move_votes(on: Connection, source: int, target: int) -> None:
    other = _votes.alias()
    same = and_(other.c.votable_id == _votes.c.votable_id)
    newer_there = exists().where(same, other.c.participant_id == source, other.c.cast_at > _votes.c.cast_at)
    on.execute(delete(_votes).where(_votes.c.participant_id == target, newer_there))
    there = exists().where(same, other.c.participant_id == target)
    on.execute(delete(_votes).where(_votes.c.participant_id == source, there))
    on.execute(update(_votes).where(_votes.c.participant_id == source).values(participant_id=target))


def _move_groups(on: Connection, source: int, target: int) -> None:
    """Who was in a group at the close stays in it; where both were in one, that of the one who is left."""
    other = _groups.alias()
    there = exists().where(
        other.c.consultation_id == _groups.c.consultation_id, other.c.participant_id == target
    )
    on.execute(delete(_groups).where(_groups.c.participant_id == source, there))
    on.execute(update(_groups).where(_groups.c.participant_id == source).values(participant_id=target))


def _move_authorship(on: Connection, source: int, target: int) -> None:
    """Who writes a proposal is named once in it."""
    other = _authors.alias()
    there = exists().where(other.c.proposal_id == _authors.c.proposal_id, other.c.author_id == target)
    on.execute(delete(_authors).where(_authors.c.author_id == source, there))
    on.execute(update(_authors).where(_authors.c.author_id == source).values(author_id=target))
    on.execute(update(_sources).where(_sources.c.added_by == source).values(added_by=target))


def _move_code(on: Connection, source: int, target: int) -> None:
    """Words that somebody wrote down go on working, unless they were given others since."""
    other = _codes.alias()
    there = exists().where(other.c.participant_id == target)
    on.execute(delete(_codes).where(_codes.c.participant_id == source, there))
    on.execute(update(_codes).where(_codes.c.participant_id == source).values(participant_id=target))


def _take_over(on: Connection, source: RowMapping, target: int) -> None:
    """They came when they first came, and what was checked of either holds."""
    mine = _people.c.id == target
    on.execute(
        update(_people)
        .where(mine, _people.c.joined_at > source["joined_at"])
        .values(joined_at=source["joined_at"])
    )
    on.execute(
        update(_people).where(mine, _people.c.attestation == OPEN).values(attestation=source["attestation"])
    )


def _move_reports(on: Connection, source: str, target: str) -> None:
    """One open report about a thing is enough."""
    other = _reports.alias()
    twice = exists().where(
        other.c.consultation_id == _reports.c.consultation_id,
        other.c.about == _reports.c.about,
        other.c.by == target,
        other.c.state == ReportState.OPEN,
    )
    on.execute(delete(_reports).where(_reports.c.by == source, _reports.c.state == ReportState.OPEN, twice))
    on.execute(update(_reports).where(_reports.c.by == source).values(by=target))
    told = _told.alias()
    both = exists().where(
        told.c.comment_id == _told.c.comment_id, told.c.by == target, told.c.state == ReportState.OPEN
    )
    on.execute(delete(_told).where(_told.c.by == source, _told.c.state == ReportState.OPEN, both))
    on.execute(update(_told).where(_told.c.by == source).values(by=target))


def _move_entries(on: Connection, source: str, target: str) -> None:
    other = _entries.alias()
    twice = exists().where(other.c.invitation_id == _entries.c.invitation_id, other.c.key == target)
    on.execute(delete(_entries).where(_entries.c.key == source, twice))
    on.execute(update(_entries).where(_entries.c.key == source).values(key=target))


def _move_sheets(on: Connection, source: str, target: str) -> None:
    other = _sheets.alias()
    twice = exists().where(other.c.consultation_id == _sheets.c.consultation_id, other.c.key == target)
    on.execute(delete(_sheets).where(_sheets.c.key == source, twice))
    on.execute(update(_sheets).where(_sheets.c.key == source).values(key=target))


def _move_answers(on: Connection, source: str, target: str) -> None:
    """One answer to a decision; the newest."""
    other = _answers.alias()
    same = other.c.decision_id == _answers.c.decision_id
    newer = exists().where(same, other.c.voter == source, other.c.at > _answers.c.at)
    on.execute(delete(_answers).where(_answers.c.voter == target, newer))
    there = exists().where(same, other.c.voter == target)
    on.execute(delete(_answers).where(_answers.c.voter == source, there))
    on.execute(update(_answers).where(_answers.c.voter == source).values(voter=target))
