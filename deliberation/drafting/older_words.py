"""Promises, reports and answers of before they could be reported: their words get rows of their own."""

from sqlmodel import or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role, Side
from deliberation.drafting.comments import Form
from deliberation.drafting.commitments import Commitment, EarlierAnswer, ProposalAnswer
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.spoken import keep_earlier
from deliberation.spaces.putting import role_of

AT_ONCE = 200


async def move_older_words(session: AsyncSession) -> int:
    """Move the words of so many rows at once; how many. The worker calls it until none is left."""
    moved = 0
    for made in await _commitments(session):
        await _move_promise(session, made)
        moved += 1
    for answer in await _answers(session):
        await _move_answer(session, answer)
        moved += 1
    await session.flush()
    return moved


async def _commitments(session: AsyncSession) -> list[Commitment]:
    older = or_(Commitment.words != "", Commitment.report != "")
    query = select(Commitment).where(older).limit(AT_ONCE).with_for_update()
    return list((await session.exec(query)).all())


async def _answers(session: AsyncSession) -> list[ProposalAnswer | EarlierAnswer]:
    stand = select(ProposalAnswer).where(ProposalAnswer.words != "").limit(AT_ONCE).with_for_update()
    before = select(EarlierAnswer).where(EarlierAnswer.words != "").limit(AT_ONCE).with_for_update()
    return [*(await session.exec(stand)).all(), *(await session.exec(before)).all()]


async def _move_answer(session: AsyncSession, answer: ProposalAnswer | EarlierAnswer) -> None:
    answer.words_id = await keep_earlier(
        session,
        await session.get_one(Proposal, answer.proposal_id),
        Form.ANSWER,
        answer.words,
        answer.language,
        role=Role.DELEGATE,
        body=answer.body,
        at=answer.at,
    )
    answer.words = ""


async def _move_promise(session: AsyncSession, made: Commitment) -> None:
    proposal, role = await session.get_one(Proposal, made.proposal_id), role_of(Side(made.side))
    if made.words:
        made.words_id = await keep_earlier(
            session,
            proposal,
            Form.PROMISE,
            made.words,
            made.language,
            role=role,
            body=made.body,
            at=made.made_at,
        )
    if made.report and made.reported_at is not None:
        made.report_id = await keep_earlier(
            session,
            proposal,
            Form.TELLING,
            made.report,
            made.report_language,
            role=role,
            body=made.body,
            at=made.reported_at,
        )
    made.words, made.report = "", ""
