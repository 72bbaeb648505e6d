"""What people of the demonstration say: statements in order of time, what waits, what was reported."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.enforcement import Facts
from charters.policy import load_policy
from charters.states import Role, StatementState
from deliberation.opinion.moderation import remove_statement
from deliberation.opinion.reports import Report
from deliberation.opinion.statements import StatementText, add_statement, open_statements
from deliberation.spaces.consultations import Consultation
from participate.demonstration.script import Planted, Removed, Script
from participate.demonstration.votes import InventedVote, added_after


async def say_all(
    session: AsyncSession,
    consultation: Consultation,
    script: Script,
    votes: Sequence[InventedVote],
    people: Sequence[int],
    opening: datetime,
    now: datetime,
) -> None:
    """What people added meanwhile, in order of time; what was taken out again; what waits."""
    later: list[tuple[timedelta, Planted | Removed]] = [
        (added_after(one, place), one) for place, one in enumerate(script.statements) if one.day > 0
    ]
    later += [(timedelta(days=one.day, hours=10), one) for one in script.removed]
    for place, (after, one) in enumerate(sorted(later, key=lambda pair: pair[0])):
        author = people[_author(votes, after, place)]
        await _say(session, consultation, one, author, opening + after)
    for place, waiting in enumerate(script.waiting):
        await add_statement(
            session,
            consultation,
            StatementText(text=waiting.text, language=waiting.language),
            author_id=people[-1 - 7 * place],
            state=StatementState.PENDING,
            now=now - timedelta(hours=3 * (len(script.waiting) - place)),
        )


async def _say(
    session: AsyncSession,
    consultation: Consultation,
    said: Planted | Removed,
    author_id: int,
    moment: datetime,
) -> None:
    language = said.language if isinstance(said, Planted) else "en"
    statement = await add_statement(
        session,
        consultation,
        StatementText(text=said.text, language=language),
        author_id=author_id,
        state=StatementState.PUBLISHED,
        now=moment,
    )
    then = moment + timedelta(hours=20)
    statement.read_at = then
    if isinstance(said, Removed):
        await remove_statement(
            session,
            statement.id,
            reason=said.reason,
            note=said.note,
            same_as=await _number_of(session, consultation, said.same_as),
            asking=facilitator(then),
            now=then,
        )


async def _number_of(session: AsyncSession, consultation: Consultation, text: str) -> int | None:
    assert consultation.id is not None
    published = await open_statements(session, consultation.id)
    return next((one.number for one in published if one.text == text), None)


def _author(votes: Sequence[InventedVote], after: timedelta, place: int) -> int:
    """Somebody who had voted by then."""
    there = sorted({vote.person for vote in votes if vote.after < after})
    return there[7 * place % len(there)]


async def report_all(
    session: AsyncSession, consultation_id: int, script: Script, policy: str, *, key: bytes, now: datetime
) -> None:
    """Open the reports that nobody has decided on yet, each of a device of its own."""
    published = {one.text: one for one in await open_statements(session, consultation_id)}
    allowed = timedelta(days=load_policy(policy).moderation.report_days)
    for reported in script.reported:
        for place, (reason, words, hours) in enumerate(reported.reports):
            made_at = now - timedelta(hours=hours)
            session.add(
                Report(
                    consultation_id=consultation_id,
                    statement_id=published[reported.text].id,
                    about=published[reported.text].number,
                    reason=reason,
                    words=words,
                    by=pseudonym(key, script.first_person + place),
                    made_at=made_at,
                    due_at=made_at + allowed,
                )
            )


def pseudonym(key: bytes, number: int) -> str:
    """That of an invented person; no device and no account ever has it."""
    return hmac.digest(key, f"demonstration\0{number}".encode(), sha256).hex()


def facilitator(moment: datetime) -> Facts:
    return Facts(now=moment, roles=frozenset({Role.FACILITATOR}), signed_in=True)
