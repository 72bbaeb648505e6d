"""What follows from an agreed proposal: who answers, who promises, who tells, and how far that takes it."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from charters.agreements import Kind, State
from charters.canonical import read
from charters.commitments import Kept
from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import ProposalState, Side
from deliberation.drafting.comments import Comment, Form
from deliberation.drafting.commitments import (
    AnswerText,
    Commitment,
    EarlierAnswer,
    PromiseText,
    ProposalAnswer,
    answer_proposal,
    following,
    promise,
    report_promise,
)
from deliberation.drafting.older_words import move_older_words
from deliberation.drafting.proposals import Proposal
from deliberation.errors import Invalid, NotFound
from deliberation.own_data.letting_go_of_drafts import let_go_of_comments
from deliberation.publishing.record import Act
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.decisions import Decision
from deliberation.spaces.spaces import Space
from tests.charter_history import amended, put_to_both
from tests.charters.avonmere import CHARTER, DAY, NOON
from tests.deliberation.drafting.conftest import Writers
from tests.deliberation.drafting.test_sealing import sealed_by

ANSWER = AnswerText(words="We do it from the first of May.")
WORDS = PromiseText(words="The plan is printed in both languages.")
TOLD = PromiseText(words="It is printed since the tenth of May.")
DUE = date(2027, 5, 1)


@pytest.fixture
async def agreed(writers: Writers) -> Writers:
    """Proposal 1 is agreed by both sides."""
    async with writers.cast.database.transaction() as session:
        (await session.exec(select(Proposal))).one().state = ProposalState.AGREED
    return writers


async def do(writers: Writers, who: str, verb: Any, *values: Any, **more: Any) -> Any:
    return await writers.do(who, verb, *values, **more)


async def state(writers: Writers) -> ProposalState:
    return (await writers.proposal()).state


async def test_it_is_answered_when_each_body_has_answered(agreed: Writers) -> None:
    await do(agreed, "deepa", answer_proposal, 1, ANSWER)
    assert await state(agreed) is ProposalState.AGREED
    again = AnswerText(words="We do it from the first of June.")
    await do(agreed, "deepa", answer_proposal, 1, again)
    await do(agreed, "sam", answer_proposal, 1, ANSWER)
    assert await state(agreed) is ProposalState.ANSWERED
    async with agreed.cast.database.reading() as session:
        so_far = await following(session, (await agreed.proposal()).id)
        acts = list(await session.exec(select(Act.kind)))
    assert {body: so_far.said[one.words_id].text for body, one in so_far.answers.items()} == {
        "ods:XX1": again.words,
        "ods:XX2": ANSWER.words,
    }
    assert acts.count("proposal-answered") == 3
    before = {
        body: [so_far.said[one.words_id].text for one in every] for body, every in so_far.earlier.items()
    }
    assert before == {"ods:XX1": [ANSWER.words]}


async def test_the_same_answer_again_changes_nothing(agreed: Writers) -> None:
    for _ in range(2):
        await do(agreed, "deepa", answer_proposal, 1, ANSWER)
    async with agreed.cast.database.reading() as session:
        so_far = await following(session, (await agreed.proposal()).id)
        acts = list(await session.exec(select(Act.kind)))
    assert (so_far.earlier, acts.count("proposal-answered")) == ({}, 1)


async def test_a_body_that_joins_the_charter_later_owes_no_answer(writers: Writers) -> None:
    parties = [*read(CHARTER.file)["parties"], {"id": "ods:XX3", "kind": "body", "name": "Avonmere Homes"}]
    later = amended(CHARTER, NOON + DAY, {"parties": parties})
    await sealed_by(writers, "maryam")
    async with writers.cast.database.transaction() as session:
        (await session.exec(select(Proposal))).one().state = ProposalState.AGREED
        asked = (await session.exec(select(Decision).where(Decision.kind == Kind.AGREE_PROPOSAL))).one()
        asked.state, asked.ended_at = State.AGREED, NOON
        await put_to_both(session, writers.cast.space, later, Kind.AMEND_CHARTER, now=NOON)
        space = await session.get_one(Space, writers.cast.space.id)
        assert "ods:XX3" in (await policy_in_force(session, space, NOON + 2 * DAY)).bodies
    for who in ("deepa", "sam"):
        await writers.do(who, answer_proposal, 1, ANSWER, now=NOON + 2 * DAY)
    assert await state(writers) is ProposalState.ANSWERED


async def test_both_sides_promise_and_it_is_done_when_all_is_told(agreed: Writers) -> None:
    for who in ("deepa", "sam"):
        await do(agreed, who, answer_proposal, 1, ANSWER)
    made: Commitment = await do(agreed, "deepa", promise, 1, WORDS, DUE)
    assert (made.number, made.side, made.body) == (1, Side.BODY, "ods:XX1")
    made = await do(agreed, "ann", promise, 1, WORDS, DUE)
    assert (made.number, made.side, made.body) == (2, Side.PEOPLE, None)
    await do(agreed, "deepa", report_promise, 1, 1, TOLD, kept=True)
    assert await state(agreed) is ProposalState.ANSWERED
    await do(agreed, "joe", report_promise, 1, 2, TOLD, kept=False)
    assert await state(agreed) is ProposalState.DONE


async def test_no_side_shuts_the_other_out_by_telling_early(agreed: Writers) -> None:
    for who in ("deepa", "sam"):
        await do(agreed, who, answer_proposal, 1, ANSWER)
    await do(agreed, "ann", promise, 1, WORDS, DUE)
    await do(agreed, "ann", report_promise, 1, 1, TOLD, kept=True)
    assert await state(agreed) is ProposalState.DONE
    await do(agreed, "deepa", promise, 1, WORDS, DUE)
    assert await state(agreed) is ProposalState.ANSWERED
    await do(agreed, "deepa", report_promise, 1, 2, TOLD, kept=True)
    assert await state(agreed) is ProposalState.DONE


async def test_what_nobody_reads_beforehand_points_to_nobody(agreed: Writers) -> None:
    pointing = PromiseText(words="Ring Bo Baker on 01632 960001 about it.")
    await do(agreed, "deepa", promise, 1, WORDS, DUE)
    for verb, values, more in (
        (promise, (pointing, DUE), {}),
        (answer_proposal, (AnswerText(words=pointing.words),), {}),
        (report_promise, (1, pointing), {"kept": True}),
    ):
        with pytest.raises(Invalid, match="points to a person"):
            await do(agreed, "deepa", verb, 1, *values, **more)
    assert await state(agreed) is ProposalState.AGREED


async def test_words_of_a_time_before_reports_get_rows_of_their_own(agreed: Writers) -> None:
    proposal = (await agreed.proposal()).id or 0
    async with agreed.cast.database.transaction() as session:
        session.add(
            Commitment(
                proposal_id=proposal,
                number=1,
                side=Side.PEOPLE,
                words=WORDS.words,
                language="en",
                due_on=DUE,
                made_at=NOON,
                state=Kept.KEPT,
                report=TOLD.words,
                report_language="en",
                reported_at=NOON,
            )
        )
        for table in (ProposalAnswer, EarlierAnswer):
            session.add(
                table(proposal_id=proposal, body="ods:XX1", words=ANSWER.words, language="en", at=NOON)
            )
    async with agreed.cast.database.transaction() as session:
        assert [await move_older_words(session) for _ in range(2)] == [3, 0]
    async with agreed.cast.database.reading() as session:
        so_far = await following(session, proposal)
    (made,) = so_far.promises
    assert (made.words, made.report) == ("", "")
    texts = [so_far.said[one].text for one in (made.words_id, made.report_id)]
    assert texts == [WORDS.words, TOLD.words]
    answers = [so_far.answers["ods:XX1"], *so_far.earlier["ods:XX1"]]
    assert [(one.words, so_far.said[one.words_id].text) for one in answers] == [("", ANSWER.words)] * 2


async def test_a_promise_stays_when_its_author_is_forgotten(agreed: Writers) -> None:
    await do(agreed, "ann", promise, 1, WORDS, DUE)
    async with agreed.cast.database.transaction() as session:
        (words,) = (await session.exec(select(Comment).where(Comment.form == Form.PROMISE))).all()
        assert (words.name, words.author_id is not None) == ("Ann", True)
        await let_go_of_comments(session, agreed.cast.space.id or 0, words.author_id or 0, NOON)
    async with agreed.cast.database.reading() as session:
        (words,) = (await session.exec(select(Comment).where(Comment.form == Form.PROMISE))).all()
    assert (words.text, words.name, words.author_id) == (WORDS.words, "", None)


@pytest.mark.parametrize(("who", "number"), [("ann", 1), ("sam", 1), ("deepa", 2)])
async def test_nobody_tells_what_became_of_anothers_promise(agreed: Writers, who: str, number: int) -> None:
    await do(agreed, "deepa", promise, 1, WORDS, DUE)
    await do(agreed, "ann", promise, 1, WORDS, DUE)
    with pytest.raises(Refused) as refused:
        await do(agreed, who, report_promise, 1, number, TOLD, kept=True)
    assert refused.value.reason is Reason.NOT_YOUR_PROMISE


async def test_it_is_told_once(agreed: Writers) -> None:
    await do(agreed, "deepa", promise, 1, WORDS, DUE)
    told: Commitment = await do(agreed, "deepa", report_promise, 1, 1, TOLD, kept=True)
    async with agreed.cast.database.reading() as session:
        so_far = await following(session, told.proposal_id)
    assert (told.state, so_far.said[told.report_id].text) == (Kept.KEPT, TOLD.words)
    with pytest.raises(Refused) as refused:
        await do(agreed, "deepa", report_promise, 1, 1, TOLD, kept=False)
    assert refused.value.reason is Reason.REPORTED
    with pytest.raises(NotFound, match="no promise 9"):
        await do(agreed, "deepa", report_promise, 1, 9, TOLD, kept=False)


async def test_a_promise_has_a_day_to_come_and_is_overdue_after_it(agreed: Writers) -> None:
    with pytest.raises(Invalid, match="still to come"):
        await do(agreed, "deepa", promise, 1, WORDS, NOON.date())
    made: Commitment = await do(agreed, "deepa", promise, 1, WORDS, (NOON + DAY).date())
    assert not made.overdue(NOON + DAY)
    assert made.overdue(NOON + 2 * DAY)


@pytest.mark.parametrize(
    ("who", "verb", "values", "reason"),
    [
        ("ann", answer_proposal, (ANSWER,), Reason.NEEDS_DELEGATE),
        ("flo", promise, (WORDS, DUE), Reason.NEEDS_SIDE),
        ("nobody", promise, (WORDS, DUE), Reason.NEEDS_SIDE),
    ],
)
async def test_who_may(agreed: Writers, who: str, verb: Any, values: tuple[Any, ...], reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        await do(agreed, who, verb, 1, *values)
    assert refused.value.reason is reason


async def test_before_it_is_agreed_nothing_follows(writers: Writers) -> None:
    for who, verb, values in (("deepa", answer_proposal, (ANSWER,)), ("ann", promise, (WORDS, DUE))):
        with pytest.raises(Refused) as refused:
            await do(writers, who, verb, 1, *values)
        assert refused.value.reason is Reason.NOT_AGREED
