"""Appeals against the removal of a comment: as for a statement, one from each side decides."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.appeals import AppealState
from charters.enforcement import Facts, Reason, Refused, refusal
from charters.states import Role, Side, StatementState
from charters.terms import Policy
from deliberation.drafting.comments import Comment, Discussion, comment_in
from deliberation.drafting.places import SpokenOf, places_of
from deliberation.opinion.appealing import ENDS, ROLES, STANDS, Deciding, appeal_words, chosen, ended, fact_of
from deliberation.opinion.appeals import CommentRemoval, CommentVerdict, comment_removal, verdicts_on_comment
from deliberation.people.participants import Participant, participant_if_any
from deliberation.publishing.record import Act, Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCase:
    """An appeal that waits: the comment, which role removed it, and which sides have answered."""

    comment: Comment
    about: SpokenOf
    removal: CommentRemoval
    role: Role
    answered: frozenset[Side]
    author: str


async def appeal_comment(
    session: AsyncSession,
    space: Space,
    comment_id: int,
    words: str,
    *,
    key: str,
    asking: Facts,
    now: datetime,
) -> CommentRemoval:
    """Let the author of a removed comment, known by `key`, ask both sides to look again.

    Raises Refused, NotFound, Invalid for no or too many words.
    """
    assert space.id is not None
    comment, _ = await comment_in(session, space.id, comment_id)
    removal = await comment_removal(session, comment_id)
    person = await participant_if_any(session, space.id, key)
    await require_in_space(
        session,
        Action.APPEAL_COMMENT,
        space,
        asking,
        now,
        statement=comment.state,
        is_author=person is not None and person.id == comment.author_id,
        removal=fact_of(removal) if removal is not None else None,
    )
    assert removal is not None
    removal.words, removal.appealed_at, removal.state = appeal_words(words, "words"), now, AppealState.OPEN
    _enter(session, Did.APPEAL_MADE, comment, space.id, Role.PARTICIPANT, now)
    return removal


async def decide_comment_appeal(
    session: AsyncSession, space: Space, comment_id: int, deciding: Deciding, *, asking: Facts, now: datetime
) -> AppealState:
    """Say for one's side whether a removal stands. Raises Refused, NotFound, Invalid."""
    assert space.id is not None
    comment, _ = await comment_in(session, space.id, comment_id)
    removal = await comment_removal(session, comment_id)
    author = await _author(session, comment)
    policy = await require_in_space(
        session,
        Action.DECIDE_APPEAL,
        space,
        asking,
        now,
        is_author=author == deciding.decider,
        removal=fact_of(removal, deciding.decider) if removal is not None else None,
    )
    assert removal is not None
    assert asking.side is not None
    if asking.side in {verdict.side for verdict in await verdicts_on_comment(session, comment_id)}:
        raise Refused(refusal(policy, Action.DECIDE_APPEAL, "appeals", Reason.SIDE_ANSWERED))
    stands, reason = chosen(deciding)
    session.add(
        CommentVerdict(
            comment_id=comment_id,
            side=asking.side,
            decider=deciding.decider,
            stands=stands,
            reason=reason,
            at=now,
        )
    )
    await note_act(session, space.id, asking.side, now=now)
    await session.flush()  # it is settled by what the table has
    return await _settle(session, space.id, policy, comment, removal, now)


async def settle_comment_appeals(session: AsyncSession, now: datetime) -> int:
    """Settle the appeals on which a side was silent to the end; how many. The worker calls it."""
    query = (
        select(CommentRemoval)
        .where(col(CommentRemoval.state) == AppealState.OPEN)
        .order_by(col(CommentRemoval.comment_id))
    )
    settled = 0
    for removal in (await session.exec(query.with_for_update())).all():
        found = select(Comment, Space).join(Discussion, col(Discussion.id) == Comment.discussion_id)
        found = found.join(Space, col(Space.id) == Discussion.space_id)
        comment, space = (await session.exec(found.where(Comment.id == removal.comment_id))).one()
        policy, verifies = await policy_to_read_by(session, space, now)
        if not verifies:
            continue  # nobody knows by which rules
        state = await _settle(session, space.id or 0, policy, comment, removal, now)
        settled += state is not AppealState.OPEN
    return settled


async def _settle(
    session: AsyncSession,
    space_id: int,
    policy: Policy,
    comment: Comment,
    removal: CommentRemoval,
    now: datetime,
) -> AppealState:
    """Store what an appeal has come to, if it has; then it never changes."""
    verdicts = await verdicts_on_comment(session, removal.comment_id)
    author = await _author(session, comment)
    state = ended(policy, removal, verdicts, removed_for=comment.removed_for, author=author, now=now)
    if state is AppealState.OPEN:
        return state
    removal.state, removal.decided_at = state, now
    for one in verdicts:
        said = {"reason": STANDS if one.stands else "back", "words": one.reason}
        _enter(session, Did.APPEAL_ANSWERED, comment, space_id, ROLES[one.side], now, **said)
    _enter(session, ENDS[state], comment, space_id, Role.VISITOR, now)
    if state is AppealState.RESTORED:
        comment.state, comment.read_at = StatementState.PUBLISHED, now
        comment.removed_for, comment.removed_note = None, ""
    await session.flush()  # lines of the record keep the order in which they were entered
    return state


def _enter(
    session: AsyncSession,
    kind: Did,
    comment: Comment,
    space_id: int,
    role: Role,
    now: datetime,
    *,
    reason: str | None = None,
    words: str = "",
) -> None:
    enter(session, kind, space_id=space_id, reason=reason, was=comment.state, words=words, role=role, now=now)


async def _author(session: AsyncSession, comment: Comment) -> str:
    """The author's pseudonym; empty where they have taken it back from the comment."""
    query = select(Participant.key).where(Participant.id == comment.author_id)
    return (await session.exec(query)).first() or ""


async def waiting_comment_appeals(session: AsyncSession, space_id: int) -> list[CommentCase]:
    """The appeals about comments of a space, oldest first. Their texts are for those who may decide."""
    query = (
        select(Comment, CommentRemoval, Act.role)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .join(CommentRemoval, col(CommentRemoval.comment_id) == Comment.id)
        .join(Act, col(Act.id) == CommentRemoval.act_id)
        .where(Discussion.space_id == space_id, CommentRemoval.state == AppealState.OPEN)
        .order_by(col(CommentRemoval.appealed_at))
    )
    rows = (await session.exec(query)).all()
    places = await places_of(session, [comment.discussion_id for comment, _, _ in rows])
    return [
        CommentCase(
            comment=comment,
            about=places[comment.discussion_id],
            removal=removal,
            role=Role(role),
            answered=frozenset(one.side for one in await verdicts_on_comment(session, removal.comment_id)),
            author=await _author(session, comment),
        )
        for comment, removal, role in rows
    ]
