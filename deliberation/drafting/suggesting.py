"""Suggesting a wording for a clause, and what becomes of it: accepted by someone of each side, or rejected.

Whoever may comment may suggest. What is accepted becomes the words of the clause, in the name of whoever
suggested it. A suggestion rests on the words it was made for: when those change it waits to be made anew.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, Reason, Refused, first_state, refusal
from charters.states import Role, Side, StatementState
from charters.terms import Policy
from charters.wording import Words
from deliberation.drafting.clauses import (
    Clause,
    ClauseText,
    clause_numbered,
    clause_with_id,
    standing_of,
    words_hash,
)
from deliberation.drafting.co_authoring import acted, credit, entered, joined
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.comments import Comment, Form, held_comment
from deliberation.drafting.proposals import Proposal, held_proposal
from deliberation.drafting.suggestions import Suggestion, SuggestionAnswer, SuggestionState, no_suggestion
from deliberation.drafting.unread import refuse_pointing
from deliberation.drafting.wording import words_row, write_revision
from deliberation.drafting.writing import Clash, writing
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.cautions import cautions_in
from deliberation.people.participants import Participant, join_on
from deliberation.publishing.record import Did
from deliberation.spaces.charters import given_under
from deliberation.spaces.decisions import GREATEST_ID
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.spaces import Space

SAME = Words("The clause says this already. Change something, or leave it as it is.")
OUTDATED = Words("The clause has changed since. Whoever suggested it can put it onto the new words.")
LONGEST_WHY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggesting:
    """A checked wording, and why. `shown` is the hash of the words that its author had before them."""

    text: ClauseText
    why: str = ""
    shown: str


async def suggest(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    given: Suggesting,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Suggestion:
    """Suggest a wording for one clause.

    Raises Refused, NotFound, Clash where the clause says something else by now, Invalid for its own words.
    """
    proposal, policy = await writing(session, space, number, asking, now, Action.SUGGEST_WORDING)
    clause = await clause_numbered(session, proposal, clause_number)
    base = await _base(session, clause, given)
    author, _ = await session.run_sync(
        lambda plain: join_on(plain.connection(), proposal.space_id, speaker.key, now, asking.attestation)
    )
    why = _checked_why(given.why)
    words = await words_row(
        session, clause, Form.SUGGESTION, given.text, author, speaker, policy, asking, now, why=why
    )
    session.add(words)
    await session.flush()
    assert words.id is not None
    suggestion = Suggestion(comment_id=words.id, clause_id=clause.id or 0, base_id=base)
    session.add(suggestion)
    if words.state is StatementState.PUBLISHED:  # others can read it already
        entered(session, Did.SUGGESTION_MADE, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)
    return suggestion


async def rebase_suggestion(
    session: AsyncSession,
    space: Space,
    suggestion_id: int,
    given: Suggesting,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Suggestion:
    """Put one's own suggestion, changed or not, onto the words that stand now. Answers so far fall away.

    Raises Refused, NotFound, Clash, Invalid.
    """
    suggestion, words, clause, proposal, policy = await _held(
        session, space, suggestion_id, asking, now, Action.SUGGEST_WORDING
    )
    if not await _wrote(session, proposal, words, speaker.key):
        raise Refused(refusal(policy, Action.SUGGEST_WORDING, "own-words", Reason.NOT_YOUR_COMMENT))
    if suggestion.state is not SuggestionState.OPEN:
        raise Refused(refusal(policy, Action.SUGGEST_WORDING, "adoption", Reason.SUGGESTION_OVER))
    suggestion.base_id = await _base(session, clause, given)
    words.heading, words.text, words.language = given.text.heading, given.text.text, given.text.language
    words.why, words.text_hash = _checked_why(given.why), given.shown
    words.edited_at, words.read_at, words.policy = now, None, given_under(policy)
    words.state = first_state(policy, cautious=_cautious(words))
    await session.exec(
        delete(SuggestionAnswer).where(col(SuggestionAnswer.suggestion_id) == suggestion.comment_id)
    )
    await acted(session, proposal, asking, now)
    return suggestion


async def answer_suggestion(
    session: AsyncSession,
    space: Space,
    suggestion_id: int,
    *,
    accepts: bool,
    reason: str = "",
    shown: str,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Suggestion:
    """Accept a suggestion for one's side, or reject it with a reason, which ends it.

    `shown` is the hash of the words that were suggested. Accepted by both sides it becomes what the clause
    says. Raises Refused, NotFound, Clash where the suggestion changed since, Invalid without a reason, or
    where the clause has changed.
    """
    suggestion, words, clause, proposal, policy = await _held(
        session, space, suggestion_id, asking, now, Action.ANSWER_SUGGESTION
    )
    if words_hash(words.heading, words.text, words.language) != shown:
        raise Clash(clause.number)
    said = "" if accepts else public_reason(reason)
    refuse_pointing("reason", said)
    if accepts and (await standing_of(session, clause)).hash != words.text_hash:
        raise Invalid("answer", OUTDATED)
    assert asking.side is not None
    await _keep_answer(session, suggestion, accepts, said, speaker, asking, now)
    await joined(session, proposal, speaker, asking, now)
    if not accepts:
        _end(suggestion, SuggestionState.REJECTED, now)
        entered(session, Did.SUGGESTION_REJECTED, proposal, asking, now, _named(proposal, clause), clause.id)
    elif await _accepted_by(session, suggestion) == frozenset(Side):
        _end(suggestion, SuggestionState.ACCEPTED, now)
        await _carry_over(session, suggestion, words, clause, proposal, policy, asking, now)
        entered(session, Did.SUGGESTION_ACCEPTED, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)
    return suggestion


async def _carry_over(
    session: AsyncSession,
    suggestion: Suggestion,
    words: Comment,
    clause: Clause,
    proposal: Proposal,
    policy: Policy,
    asking: Facts,
    now: datetime,
) -> None:
    """The words become the clause's, in the name and for the side of whoever suggested them."""
    text = ClauseText(heading=words.heading, text=words.text, language=words.language)
    speaker = Speaker(key="", name=words.name)
    revision = await write_revision(
        session,
        proposal,
        clause,
        text,
        words.author_id,
        speaker,
        policy,
        asking,
        now,
        suggestion_id=suggestion.comment_id,
    )
    row = await session.get(Comment, revision.comment_id)
    assert row is not None
    row.role, row.body = words.role, words.body
    # Both sides have read it: it is published whatever it holds.
    row.state, row.read_at = StatementState.PUBLISHED, words.read_at
    if words.author_id is not None and words.role is not Role.ADVISER:
        await credit(session, proposal, words.author_id, words.name, words.role, words.body, now)


async def _keep_answer(
    session: AsyncSession,
    suggestion: Suggestion,
    accepts: bool,
    reason: str,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> None:
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    values = {
        "accepts": accepts,
        "reason": reason,
        "answerer": speaker.key,
        "name": speaker.name,
        "body": asking.belonging.body if asking.belonging is not None else None,
        "at": now,
    }
    made = insert(SuggestionAnswer).values(suggestion_id=suggestion.comment_id, side=asking.side, **values)
    await session.exec(made.on_conflict_do_update(index_elements=["suggestion_id", "side"], set_=values))


async def _accepted_by(session: AsyncSession, suggestion: Suggestion) -> frozenset[Side]:
    query = select(SuggestionAnswer.side).where(
        SuggestionAnswer.suggestion_id == suggestion.comment_id, col(SuggestionAnswer.accepts)
    )
    return frozenset(Side(side) for side in (await session.exec(query)).all())


async def _held(
    session: AsyncSession, space: Space, suggestion_id: int, asking: Facts, now: datetime, action: Action
) -> tuple[Suggestion, Comment, Clause, Proposal, Policy]:
    """The suggestion with all it is about, its proposal held. Raises Refused, NotFound."""
    found = await session.get(Suggestion, suggestion_id) if suggestion_id <= GREATEST_ID else None
    if found is None:
        raise NotFound(no_suggestion(suggestion_id))
    clause, proposal = await clause_with_id(session, found.clause_id)
    if proposal.space_id != space.id:
        raise NotFound(no_suggestion(suggestion_id))
    # Whoever else answers at this moment waits here; only then is it read how far it has come.
    await held_proposal(session, proposal.space_id, proposal.number)
    await session.refresh(found)
    words = await held_comment(session, suggestion_id)
    waits = found.state is SuggestionState.OPEN and words.state is StatementState.PUBLISHED
    held, policy = await writing(session, space, proposal.number, asking, now, action, suggestion_open=waits)
    return found, words, clause, held, policy


async def _base(session: AsyncSession, clause: Clause, given: Suggesting) -> int:
    """The revision that it rests on. Raises Clash, Invalid."""
    standing = await standing_of(session, clause)
    if clause.taken_out_at is not None or standing.hash != given.shown or standing.revision is None:
        raise Clash(clause.number)
    if standing.hash == words_hash(given.text.heading, given.text.text, given.text.language):
        raise Invalid("text", SAME)
    return standing.revision.comment_id


async def _wrote(session: AsyncSession, proposal: Proposal, words: Comment, key: str) -> bool:
    query = select(Participant.id).where(Participant.space_id == proposal.space_id, Participant.key == key)
    return words.author_id is not None and words.author_id == (await session.exec(query)).first()


def _checked_why(why: str) -> str:
    kept = why.strip()
    if len(kept) > LONGEST_WHY:
        raise Invalid(
            "why",
            Words(
                "The reason has %(count)s characters. Shorten it to %(most)s or fewer.",
                count=f"{len(kept):,}",
                most=LONGEST_WHY,
            ),
        )
    return kept


def _cautious(words: Comment) -> bool:
    return bool(cautions_in(f"{words.heading}\n{words.text}\n{words.why}").spans)


def _end(suggestion: Suggestion, state: SuggestionState, now: datetime) -> None:
    suggestion.state, suggestion.ended_at = state, now


def _named(proposal: Proposal, clause: Clause) -> str:
    return f"Proposal {proposal.number}, clause {clause.number}."
