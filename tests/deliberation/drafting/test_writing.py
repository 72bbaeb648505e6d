"""Writing a proposal together: what a clause says, who wrote it, and what a clash leaves."""

import asyncio

import pytest
from sqlmodel import select

from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import ProposalState, Role, Standing, StatementState
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clauses import (
    ClauseText,
    draft_hash,
    revisions_of,
    words_hash,
)
from deliberation.drafting.proposals import Proposal, co_authors_of
from deliberation.drafting.supporting import stop_support, support
from deliberation.drafting.writing import (
    MOST_CLAUSES,
    Clash,
    add_clause,
    move_clause,
    put_back_clause,
    revise_clause,
    take_out_clause,
)
from deliberation.errors import Invalid, NotFound
from deliberation.publishing.record import Act, Did
from participate.db import Database
from tests.both_sides import two_sides
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, TITLE, Writers

OTHER = ClauseText(heading="A written plan", text="Everybody has a plan in words they can read.")


def hash_of(text: ClauseText) -> str:
    return words_hash(text.heading, text.text, text.language)


async def test_a_proposal_begins_with_its_clauses_in_order(writers: Writers) -> None:
    draft = await writers.draft()
    assert [(one.clause.number, one.hash) for one in draft] == [(1, hash_of(FIRST)), (2, hash_of(SECOND))]
    proposal = await writers.proposal()
    assert (proposal.number, proposal.state) == (1, ProposalState.DRAFTING)
    again = await writers.do("deepa", begin_proposal, TITLE)
    assert again.number == 2
    assert await writers.draft(2) == []


async def test_both_sides_write_in_the_same_clause(writers: Writers) -> None:
    revised = await writers.do("deepa", revise_clause, 1, 1, OTHER, shown=hash_of(FIRST))
    assert revised.number == 2
    (first, _) = await writers.draft()
    assert first.words is not None
    assert (first.words.text, first.words.role, first.words.body) == (OTHER.text, Role.DELEGATE, "ods:XX1")
    async with writers.cast.database.reading() as session:
        history = await revisions_of(session, first.clause)
        names = [(one.name, one.role) for one in await co_authors_of(session, first.clause.proposal_id)]
    assert [words.name for _, words in history] == ["Maryam", "Deepa"]
    assert names == [("Maryam", Role.MEMBER), ("Deepa", Role.DELEGATE)]


async def test_of_two_who_change_one_text_the_second_is_told_and_nothing_is_written(writers: Writers) -> None:
    await writers.do("deepa", revise_clause, 1, 1, OTHER, shown=hash_of(FIRST))
    mine = ClauseText(heading="Mine", text="Something else.")
    with pytest.raises(Clash) as clash:
        await writers.do("ann", revise_clause, 1, 1, mine, shown=hash_of(FIRST))
    assert clash.value.number == 1
    assert await writers.texts() == [OTHER.text, SECOND.text]
    # Having seen it, she may put hers in its place.
    await writers.do("ann", revise_clause, 1, 1, mine, shown=hash_of(OTHER))
    assert await writers.texts() == [mine.text, SECOND.text]


async def test_two_at_one_moment_do_not_both_win(writers: Writers) -> None:
    texts = [ClauseText(heading="One", text=f"Words number {at}.") for at in range(4)]
    done = await asyncio.gather(
        *(writers.do("ann", revise_clause, 1, 1, one, shown=hash_of(FIRST)) for one in texts),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Clash) for one in done) == 3
    (first, _) = await writers.draft()
    assert first.revision is not None
    assert first.revision.number == 2


async def test_saving_what_stands_already_makes_no_revision(writers: Writers) -> None:
    assert await writers.do("deepa", revise_clause, 1, 1, FIRST, shown="long gone") is None
    (first, _) = await writers.draft()
    assert first.revision is not None
    assert first.revision.number == 1


async def test_clauses_are_added_moved_taken_out_and_put_back(writers: Writers) -> None:
    third = ClauseText(text="Between the two.")
    added = await writers.do("sam", add_clause, 1, third, after=1)
    assert added.number == 3
    assert await writers.texts() == [FIRST.text, third.text, SECOND.text]
    assert await writers.do("ann", move_clause, 1, 3, up=True)
    assert await writers.texts() == [third.text, FIRST.text, SECOND.text]
    assert not await writers.do("ann", move_clause, 1, 3, up=True), "it is the first already"
    await writers.do("ann", take_out_clause, 1, 1, shown=hash_of(FIRST))
    assert await writers.texts() == [third.text, SECOND.text]
    assert [one.clause.number for one in await writers.draft(taken_out=True)] == [1]
    with pytest.raises(Clash):
        await writers.do("deepa", revise_clause, 1, 1, OTHER, shown=hash_of(FIRST))
    with pytest.raises(Clash):
        await writers.do("deepa", take_out_clause, 1, 1, shown=hash_of(FIRST))
    await writers.do("deepa", put_back_clause, 1, 1)
    assert await writers.texts() == [third.text, SECOND.text, FIRST.text]
    async with writers.cast.database.reading() as session:
        acts = list(await session.exec(select(Act.kind, Act.role, Act.words).order_by("id")))
    assert [tuple(one) for one in acts if one[0] in (Did.CLAUSE_TAKEN_OUT, Did.CLAUSE_PUT_BACK)] == [
        (Did.CLAUSE_TAKEN_OUT, Role.MEMBER, "Proposal 1, clause 1."),
        (Did.CLAUSE_PUT_BACK, Role.DELEGATE, "Proposal 1, clause 1."),
    ]


async def test_a_clause_that_changed_is_not_taken_out_unseen(writers: Writers) -> None:
    await writers.do("deepa", revise_clause, 1, 1, OTHER, shown=hash_of(FIRST))
    with pytest.raises(Clash):
        await writers.do("ann", take_out_clause, 1, 1, shown=hash_of(FIRST))
    assert len(await writers.draft()) == 2


async def test_the_hash_of_a_draft_tells_words_and_order(writers: Writers) -> None:
    before = draft_hash(await writers.proposal(), await writers.draft())
    await writers.do("ann", move_clause, 1, 1, up=False)
    moved = draft_hash(await writers.proposal(), await writers.draft())
    await writers.do("ann", move_clause, 1, 1, up=True)
    assert draft_hash(await writers.proposal(), await writers.draft()) == before != moved


async def test_words_with_a_private_number_wait_and_the_words_before_stand(writers: Writers) -> None:
    private = ClauseText(heading="A number", text="Ring Ann on 01632 960001.")
    await writers.do("ann", revise_clause, 1, 1, private, shown=hash_of(FIRST))
    (first, _) = await writers.draft()
    assert first.hash == hash_of(FIRST)
    async with writers.cast.database.reading() as session:
        states = [words.state for _, words in await revisions_of(session, first.clause)]
    assert states == [StatementState.PUBLISHED, StatementState.PENDING]


async def test_support_is_ones_own_to_take_back_and_give_again(writers: Writers) -> None:
    key = writers.cast.voter("maryam")
    await writers.cast.do("maryam", stop_support, writers.cast.space, 1, key=key, now=NOON)
    async with writers.cast.database.reading() as session:
        (author,) = await co_authors_of(session, (await writers.proposal()).id)
    assert author.stopped_at == NOON
    # Writing on does not give it again behind her back.
    await writers.do("maryam", revise_clause, 1, 1, OTHER, shown=hash_of(FIRST), now=NOON + DAY)
    await writers.cast.do("maryam", support, writers.cast.space, 1, key=key, now=NOON + DAY)
    async with writers.cast.database.reading() as session:
        (author,) = await co_authors_of(session, (await writers.proposal()).id)
    assert author.stopped_at is None
    with pytest.raises(Refused) as refused:
        key = writers.cast.voter("ann")
        await writers.cast.do("ann", stop_support, writers.cast.space, 1, key=key, now=NOON)
    assert refused.value.reason is Reason.NOT_A_CO_AUTHOR


@pytest.mark.parametrize(
    ("who", "reason"), [("nobody", Reason.NEEDS_SIDE), ("flo", Reason.NEEDS_SIDE), ("sam", None)]
)
async def test_who_may_write(writers: Writers, who: str, reason: Reason | None) -> None:
    if reason is None:
        await writers.do(who, add_clause, 1, OTHER)
        return
    with pytest.raises(Refused) as refused:
        await writers.do(who, add_clause, 1, OTHER)
    assert refused.value.reason is reason


async def test_in_a_trial_nothing_is_written_together(database: Database) -> None:
    writers = Writers(await two_sides(database, Standing.TRIAL))
    with pytest.raises(Refused) as refused:
        await writers.do("maryam", begin_proposal, TITLE)
    assert refused.value.reason is Reason.TRIAL_DECIDES_NOTHING


async def test_what_is_agreed_or_withdrawn_is_not_written_in(writers: Writers) -> None:
    for state in ProposalState:
        async with writers.cast.database.transaction() as session:
            (await session.exec(select(Proposal))).one().state = state
        if state in (ProposalState.DRAFTING, ProposalState.OPEN):
            await writers.do("ann", add_clause, 1, OTHER)
            continue
        with pytest.raises(Refused) as refused:
            await writers.do("ann", add_clause, 1, OTHER)
        assert refused.value.reason is Reason.NOT_WRITTEN


async def test_what_is_not_there_is_named(writers: Writers) -> None:
    with pytest.raises(NotFound, match="no proposal 9"):
        await writers.do("ann", add_clause, 9, OTHER)
    with pytest.raises(NotFound, match="no clause 9"):
        await writers.do("ann", revise_clause, 1, 9, OTHER, shown="")


async def test_a_proposal_has_no_more_clauses_than_somebody_can_read(writers: Writers) -> None:
    with pytest.raises(Invalid, match=f"at most {MOST_CLAUSES} clauses"):
        await writers.do("ann", begin_proposal, TITLE, [Planned(text=OTHER)] * (MOST_CLAUSES + 1))
