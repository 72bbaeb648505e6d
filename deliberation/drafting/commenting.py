"""Writing a comment, changing it or taking it back before anybody replies. The same rules for both sides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, Reason, Refused, first_state, refusal
from charters.states import Role, StatementState
from charters.terms import Policy
from charters.wording import Words
from deliberation.drafting.clauses import clause_with_id, standing_of
from deliberation.drafting.comment_reports import decide_comment_reports
from deliberation.drafting.comments import (
    OWN_FORMS,
    Comment,
    CommentText,
    Form,
    Stance,
    comment_in,
    discussion_of,
    has_replies,
    held_comment,
    no_comment,
)
from deliberation.drafting.live.purging import purge_live_text_of
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.cautions import HIDDEN, cautions_in
from deliberation.opinion.reports import Decision as Decided
from deliberation.opinion.statements import WITHDRAWN
from deliberation.people.participants import join_on, participant_if_any
from deliberation.publishing.record import Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.charters import given_under
from deliberation.spaces.decisions import Decision, decision_with_id, locked
from deliberation.spaces.putting import role_of
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space

NO_PARENT = Words("The comment that you reply to is no longer there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks: their pseudonym in the space, and the name they act under there, if they gave one."""

    key: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A checked comment. `shown` is the hash of the text that its author had before them.

    `parent` is the comment that it replies to; a reply has no stance.
    """

    speaker: Speaker
    text: CommentText
    stance: Stance | None = None
    parent: int | None = None
    shown: str


def stance_of(code: str) -> Stance:
    """The stance with this code. Raises Invalid for none, or for one that does not exist."""
    try:
        return Stance(code)
    except ValueError:
        raise Invalid("stance", Words("Choose how you stand to it.")) from None


async def write_comment(
    session: AsyncSession, space: Space, decision_id: int, saying: Saying, *, asking: Facts, now: datetime
) -> Comment:
    """Say something about a decision under way, or to a comment on it.

    Raises Refused, also where the text has moved since it was shown; Invalid for a reply to what is gone.
    """
    assert space.id is not None
    decision = await locked(session, space.id, decision_id)
    policy = await _require(session, Action.WRITE_COMMENT, space, decision, asking, now)
    refuse_moved(policy, Action.WRITE_COMMENT, decision.text, saying.shown)
    discussion = await discussion_of(session, space.id, decision_id)
    return await said_in(session, space, discussion, saying, policy, asking, now)


async def said_in(
    session: AsyncSession,
    space: Space,
    discussion: int,
    saying: Saying,
    policy: Policy,
    asking: Facts,
    now: datetime,
) -> Comment:
    """Store what somebody says in a discussion. Whoever calls has asked the rules.

    Raises Invalid for a reply to what is gone.
    """
    assert space.id is not None
    if saying.parent is not None:
        await _hold_parent(session, space.id, discussion, saying.parent)
    author, _ = await session.run_sync(
        lambda plain: join_on(plain.connection(), space.id or 0, saying.speaker.key, now, asking.attestation)
    )
    comment = Comment(
        discussion_id=discussion,
        parent_id=saying.parent,
        text_hash=saying.shown,
        stance=saying.stance if saying.parent is None else None,
        text=saying.text.text,
        language=saying.text.language,
        author_id=author,
        name=saying.speaker.name,
        role=Role.ADVISER if asking.side is None else role_of(asking.side),
        body=asking.belonging.body if asking.belonging is not None else None,
        state=first_state(policy, cautious=bool(cautions_in(saying.text.text).spans)),
        policy=given_under(policy),
        created_at=now,
    )
    session.add(comment)
    await session.flush()
    if asking.side is not None:
        await note_act(session, space.id, asking.side, now=now)
    return comment


async def _hold_parent(session: AsyncSession, space_id: int, discussion: int, parent: int) -> None:
    """The comment above is public, of this discussion, and no reply itself. Raises Invalid, NotFound."""
    await comment_in(session, space_id, parent)
    # Whoever changes or removes it at this moment waits here, or comes first and is seen.
    above = await held_comment(session, parent)
    if (
        above.discussion_id != discussion
        or above.parent_id is not None
        or above.state is not StatementState.PUBLISHED
    ):
        raise Invalid("text", NO_PARENT)


async def revise_comment(
    session: AsyncSession, space: Space, comment_id: int, saying: Saying, *, asking: Facts, now: datetime
) -> Comment:
    """Put other words in place of one's own; they begin as new ones do, and speak of the text as it stands.

    Raises Refused, NotFound.
    """
    comment, text, policy = await _own(
        session, Action.REVISE_COMMENT, space, comment_id, saying.speaker.key, asking, now
    )
    refuse_moved(policy, Action.REVISE_COMMENT, text, saying.shown)
    comment.text, comment.language = saying.text.text, saying.text.language
    comment.stance = saying.stance if comment.parent_id is None else None
    comment.text_hash, comment.edited_at, comment.read_at = saying.shown, now, None
    comment.state = first_state(policy, cautious=bool(cautions_in(saying.text.text).spans))
    comment.policy = given_under(policy)
    await session.flush()
    return comment


async def withdraw_comment(
    session: AsyncSession, space: Space, comment_id: int, key: str, *, asking: Facts, now: datetime
) -> Comment:
    """Take one's own comment back for good: its words are erased. Raises Refused, NotFound."""
    comment, _, _ = await _own(session, Action.WITHDRAW_COMMENT, space, comment_id, key, asking, now)
    await take_comment_back(session, space.id or 0, comment, now=now)
    return comment


async def take_comment_back(session: AsyncSession, space_id: int, comment: Comment, *, now: datetime) -> None:
    """Erase a comment's words, and enter that its author took it back, which decides its open reports."""
    was, comment.state, comment.removed_for = comment.state, StatementState.REMOVED, WITHDRAWN
    without_words(comment)
    act = enter(session, Did.COMMENT_WITHDRAWN, space_id=space_id, was=was, role=Role.PARTICIPANT, now=now)
    await session.flush()  # the reports name the act that decided them
    assert act.id is not None
    assert comment.id is not None
    comment.act_id = act.id
    await decide_comment_reports(session, comment.id, Decided.REMOVED, act_id=act.id, now=now)
    await purge_live_text_of(session, comment, now=now)


def without_words(comment: Comment) -> None:
    """Erase all that was said in it."""
    comment.text, comment.heading, comment.why = HIDDEN, "", ""
    comment.resolved_note = ""


async def _own(
    session: AsyncSession,
    action: Action,
    space: Space,
    comment_id: int,
    key: str,
    asking: Facts,
    now: datetime,
) -> tuple[Comment, str, Policy]:
    """The comment, held, and the hash of what it speaks of, where its author may do this.

    Raises Refused, NotFound.
    """
    assert space.id is not None
    _, discussion = await comment_in(session, space.id, comment_id)
    decision, text, more = None, "", dict[str, Any]()
    if discussion.decision_id is not None:
        decision = await decision_with_id(session, space.id, discussion.decision_id)
        text = decision.text
    elif discussion.clause_id is not None:
        clause, proposal = await clause_with_id(session, discussion.clause_id)
        text, more = (await standing_of(session, clause)).hash, {"proposal": proposal.state}
    comment = await held_comment(session, comment_id)
    # What stands in a clause is common to both sides; a suggestion is changed on the page of its own.
    if comment.form not in OWN_FORMS or (comment.form is Form.SUGGESTION and action is Action.REVISE_COMMENT):
        raise NotFound(no_comment())
    author = await participant_if_any(session, space.id, key)
    more |= {
        "statement": comment.state,
        "is_author": author is not None and author.id == comment.author_id,
        "answered": await has_replies(session, comment.id),
    }
    policy = await _require(session, action, space, decision, asking, now, **more)
    return comment, text, policy


async def _require(
    session: AsyncSession,
    action: Action,
    space: Space,
    decision: Decision | None,
    asking: Facts,
    now: datetime,
    **more: Any,
) -> Policy:
    here = await session.get(Space, space.id, populate_existing=True)
    assert here is not None
    if decision is not None:
        more |= {"decision": decision.agreement, "decision_state": decision.state}
    return await require_in_space(session, action, here, asking, now, **more)


def refuse_moved(policy: Policy, action: Action, text: str, shown: str) -> None:
    """Raises Refused where what somebody had before them is not what stands now."""
    if shown != text:
        raise Refused(refusal(policy, action, "signatures", Reason.TEXT_MOVED))
