"""Withdrawing a proposal: both sides decide it, whoever began it."""

from typing import Any

import pytest
from sqlmodel import select

from charters.agreements import Kind, State
from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import ProposalState
from deliberation.drafting.withdrawing import put_withdrawal
from deliberation.errors import EditConflict, Invalid
from deliberation.publishing.record import Act, Did
from deliberation.spaces.decisions import Decision
from tests.charters.avonmere import NOON
from tests.deliberation.drafting.conftest import Writers
from tests.deliberation.drafting.test_sealing import decision_on, edited, sealed_by

WHY = "The ward has closed, so nobody goes home from it."
ALL = ("maryam", "joe", "ann", "deepa", "sam")


async def asked(writers: Writers, who: str = "maryam", reason: str = WHY, now: Any = NOON) -> Decision:
    key = writers.cast.voter(who)
    found: Decision = await writers.cast.do(
        who, put_withdrawal, writers.cast.space, 1, reason, key=key, now=now
    )
    return found


async def test_both_sides_withdraw_it_and_what_was_asked_ends(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    agreement, withdrawal = await decision_on(writers), await asked(writers)
    assert (withdrawal.kind, withdrawal.words) == (Kind.WITHDRAW_PROPOSAL, WHY)
    for who in ALL:
        await writers.cast.says(who, withdrawal, now=NOON)
    assert (await writers.proposal()).state is ProposalState.OPEN, "nobody withdraws it before the end"
    # Both end at the same moment: the one that is settled first counts.
    assert (await writers.cast.tick(withdrawal, withdrawal.closes_at)).state is State.AGREED
    assert (await writers.proposal()).state is ProposalState.WITHDRAWN
    assert (await writers.cast.kept(agreement)).state is State.LAPSED
    async with writers.cast.database.reading() as session:
        acts = [(one.kind, one.words) for one in await session.exec(select(Act).order_by("id"))]
    assert acts[-2:] == [
        (
            Did.DECISION_LAPSED,
            "Agree a proposal. Proposal 1, version 1. Both sides have withdrawn the proposal.",
        ),
        (Did.DECISION_AGREED, "Withdraw a proposal. Proposal 1."),
    ]
    with pytest.raises(Refused) as refused:
        await edited(writers)
    assert refused.value.reason is Reason.NOT_WRITTEN


async def test_one_key_withdraws_nothing(writers: Writers) -> None:
    withdrawal = await asked(writers)
    for who in ("maryam", "joe", "ann"):
        await writers.cast.says(who, withdrawal, now=NOON)
    for who in ("deepa", "sam"):
        await writers.cast.says(who, withdrawal, yes=False, now=NOON)
    assert (await writers.cast.tick(withdrawal, withdrawal.closes_at)).state is State.DECLINED
    assert (await writers.proposal()).state is ProposalState.DRAFTING
    await edited(writers)


async def test_what_was_agreed_meanwhile_is_not_withdrawn(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    agreement, withdrawal = await decision_on(writers), await asked(writers)
    for who in ALL:
        await writers.cast.says(who, agreement, now=NOON)
        await writers.cast.says(who, withdrawal, now=NOON)
    assert (await writers.cast.tick(agreement, agreement.closes_at)).state is State.AGREED
    assert (await writers.cast.tick(withdrawal, withdrawal.closes_at)).state is State.LAPSED
    assert (await writers.proposal()).state is ProposalState.AGREED


async def test_who_asks_writes_the_proposal_and_says_why(writers: Writers) -> None:
    with pytest.raises(Refused) as refused:
        await asked(writers, "ann")
    assert refused.value.reason is Reason.NOT_A_CO_AUTHOR
    with pytest.raises(Invalid):
        await asked(writers, reason="")
    await asked(writers)
    with pytest.raises(EditConflict):
        await asked(writers)
