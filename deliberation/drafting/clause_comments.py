"""Speaking about a clause: bound to the words that stand in it, settled with a note by whom it concerns."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.wording import Words
from deliberation.drafting.clauses import clause_numbered, clause_with_id, standing_of
from deliberation.drafting.co_authoring import acted, role_acting
from deliberation.drafting.commenting import Saying, refuse_moved, said_in
from deliberation.drafting.comments import (
    Comment,
    Form,
    comment_in,
    discussion_of_clause,
    held_comment,
    no_comment,
)
from deliberation.drafting.proposals import co_author_with_key, held_proposal
from deliberation.drafting.unread import refuse_pointing
from deliberation.drafting.writing import writing
from deliberation.errors import Invalid, NotFound
from deliberation.people.participants import participant_if_any
from deliberation.spaces.spaces import Space

LONGEST_NOTE = 500


async def comment_on_clause(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    saying: Saying,
    *,
    asking: Facts,
    now: datetime,
) -> Comment:
    """Say something about a clause, or to a comment on it.

    Raises Refused, also where the clause says something else by now; NotFound; Invalid for a reply to what
    is gone.
    """
    proposal, policy = await writing(session, space, number, asking, now, Action.WRITE_COMMENT)
    clause = await clause_numbered(session, proposal, clause_number)
    refuse_moved(policy, Action.WRITE_COMMENT, (await standing_of(session, clause)).hash, saying.shown)
    discussion = await discussion_of_clause(session, clause.id or 0)
    return await said_in(session, space, discussion, saying, policy, asking, now)


async def resolve_comment(
    session: AsyncSession,
    space: Space,
    comment_id: int,
    *,
    note: str,
    again: bool = False,
    key: str,
    asking: Facts,
    now: datetime,
) -> Comment:
    """Say how a comment on a clause was settled; with `again` it is open once more.

    Its author may, and whoever writes the proposal. Raises Refused, NotFound, Invalid for the note.
    """
    comment, discussion = await comment_in(session, space.id or 0, comment_id)
    if discussion.clause_id is None or comment.form is not Form.COMMENT or comment.parent_id is not None:
        raise NotFound(no_comment())
    _, proposal = await clause_with_id(session, discussion.clause_id)
    held = await held_proposal(session, proposal.space_id, proposal.number)
    comment = await held_comment(session, comment_id)
    person = await participant_if_any(session, space.id or 0, key)
    await writing(
        session,
        space,
        proposal.number,
        asking,
        now,
        Action.RESOLVE_COMMENT,
        statement=comment.state,
        is_author=person is not None and person.id == comment.author_id,
        co_author=await co_author_with_key(session, held, key) is not None,
    )
    if again:
        comment.resolved_at, comment.resolved_as, comment.resolved_note = None, None, ""
    else:
        comment.resolved_note = checked_note(note)
        comment.resolved_at, comment.resolved_as = now, role_acting(asking)
    await acted(session, held, asking, now)
    return comment


def checked_note(note: str) -> str:
    """The note without blanks at its ends. Raises Invalid for none, one too long, or a private number."""
    kept = " ".join(note.split())
    if not kept:
        raise Invalid("note", Words("Say how it was settled: everybody can read it."))
    if len(kept) > LONGEST_NOTE:
        raise Invalid(
            "note",
            Words(
                "The note has %(count)s characters. Shorten it to %(most)s or fewer.",
                count=f"{len(kept):,}",
                most=LONGEST_NOTE,
            ),
        )
    refuse_pointing("note", kept)
    return kept
