"""Suggesting a wording: by whom, on which words, and what becomes of it when the sides have answered."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import Role, StatementState
from deliberation.drafting.clauses import ClauseText, revisions_of, words_hash
from deliberation.drafting.commenting import withdraw_comment
from deliberation.drafting.judging_comments import remove_comment
from deliberation.drafting.proposals import Proposal, co_authors_of
from deliberation.drafting.suggesting import Suggesting, answer_suggestion, rebase_suggestion, suggest
from deliberation.drafting.suggestions import (
    Suggested,
    Suggestion,
    SuggestionState,
    suggestion_in,
    suggestions_on,
)
from deliberation.drafting.writing import Clash, revise_clause
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.moderation import RemovalReason
from deliberation.publishing.record import Act, Did
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, Writers

WORDING = ClauseText(heading="A written plan", text="Everybody who goes home has a plan they can keep.")
HASH = words_hash(WORDING.heading, WORDING.text, WORDING.language)
SHOWN = words_hash(FIRST.heading, FIRST.text, FIRST.language)
WHY = "Written words alone help nobody who cannot read them."
NO = "It says less than the words we have."
GIVEN = Suggesting(text=WORDING, why=WHY, shown=SHOWN)


async def suggested(writers: Writers, who: str = "ann", given: Suggesting = GIVEN) -> int:
    found: Suggestion = await writers.do(who, suggest, 1, 1, given)
    return found.comment_id


async def say(writers: Writers, who: str, number: int, yes: bool = True, **more: Any) -> Suggestion:
    more = {"accepts": yes, "shown": HASH, "reason": "" if yes else NO} | more
    found: Suggestion = await writers.do(who, answer_suggestion, number, **more)
    return found


async def look(writers: Writers, number: int) -> Suggested:
    proposal = await writers.proposal()
    async with writers.cast.database.reading() as session:
        return await suggestion_in(session, proposal, number)


async def test_accepted_by_someone_of_each_side_it_is_what_the_clause_says(writers: Writers) -> None:
    number = await suggested(writers)
    assert (await say(writers, "joe", number)).state is SuggestionState.OPEN
    assert await writers.texts() == [FIRST.text, SECOND.text], "one side alone changes nothing"
    assert (await say(writers, "deepa", number)).state is SuggestionState.ACCEPTED
    assert await writers.texts() == [WORDING.text, SECOND.text]
    (first, _) = await writers.draft()
    assert first.words is not None
    assert first.revision is not None
    assert (first.words.name, first.words.role) == ("Ann", Role.MEMBER), "credited to who suggested it"
    assert first.revision.suggestion_id == number
    async with writers.cast.database.reading() as session:
        names = [one.name for one in await co_authors_of(session, first.clause.proposal_id)]
        acts = list(await session.exec(select(Act.kind)))
    assert set(names) == {"Maryam", "Joe", "Deepa", "Ann"}
    assert Did.SUGGESTION_ACCEPTED in acts


async def test_many_are_read_in_as_few_queries_as_one(writers: Writers) -> None:
    async def queries() -> int:
        asked: list[str] = []
        async with writers.cast.database.reading() as session:
            proposal = await session.get_one(Proposal, 1)
            connection = (await session.connection()).sync_connection
            event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
            await suggestions_on(session, proposal)
        return len(asked)

    await suggested(writers)
    one = await queries()
    for _ in range(4):
        await suggested(writers)
    assert 0 < await queries() == one


@pytest.mark.parametrize(("first", "second"), [("joe", "deepa"), ("deepa", "joe")])
async def test_the_order_of_the_sides_does_not_matter(writers: Writers, first: str, second: str) -> None:
    number = await suggested(writers, "sam")
    await say(writers, first, number)
    assert (await say(writers, second, number)).state is SuggestionState.ACCEPTED


async def test_two_of_one_side_are_still_one_side(writers: Writers) -> None:
    number = await suggested(writers)
    await say(writers, "deepa", number)
    assert (await say(writers, "sam", number)).state is SuggestionState.OPEN
    assert (await say(writers, "ann", number)).state is SuggestionState.ACCEPTED, "her own side, by herself"


@pytest.mark.parametrize("who", ["joe", "deepa"])
async def test_either_side_rejects_with_a_reason_that_everybody_reads(writers: Writers, who: str) -> None:
    number = await suggested(writers)
    with pytest.raises(Invalid, match="Write the reason"):
        await say(writers, who, number, yes=False, reason="  ")
    assert (await say(writers, who, number, yes=False)).state is SuggestionState.REJECTED
    (answer,) = (await look(writers, number)).answers
    assert (answer.reason, answer.accepts) == (NO, False)
    with pytest.raises(Refused) as refused:
        await say(writers, "sam", number)
    assert refused.value.reason is Reason.SUGGESTION_OVER
    assert await writers.texts() == [FIRST.text, SECOND.text]


async def test_the_reason_of_a_rejection_points_to_nobody(writers: Writers) -> None:
    number = await suggested(writers)
    with pytest.raises(Invalid, match="points to a person"):
        await say(writers, "joe", number, yes=False, reason="Ring Bo Baker on 01632 960001 about it.")


async def test_both_sides_at_one_moment_make_one_revision(writers: Writers) -> None:
    number = await suggested(writers)
    people = ("joe", "maryam", "deepa", "sam")
    done = await asyncio.gather(*(say(writers, who, number) for who in people), return_exceptions=True)
    late = [one for one in done if isinstance(one, BaseException)]
    assert all(isinstance(one, Refused) and one.reason is Reason.SUGGESTION_OVER for one in late)
    (first, _) = await writers.draft()
    async with writers.cast.database.reading() as session:
        assert len(await revisions_of(session, first.clause)) == 2


async def test_an_outdated_one_waits_until_it_is_put_onto_the_new_words(writers: Writers) -> None:
    number = await suggested(writers)
    await say(writers, "deepa", number)
    newer = ClauseText(heading="A written plan", text="Somebody was quicker.")
    await writers.do("joe", revise_clause, 1, 1, newer, shown=SHOWN)
    assert (await look(writers, number)).outdated
    with pytest.raises(Invalid, match="The clause has changed since"):
        await say(writers, "joe", number)
    now_shown = words_hash(newer.heading, newer.text, newer.language)
    again = Suggesting(text=WORDING, why=WHY, shown=now_shown)
    with pytest.raises(Refused) as refused:
        await writers.do("joe", rebase_suggestion, number, again)
    assert refused.value.reason is Reason.NOT_YOUR_COMMENT
    await writers.do("ann", rebase_suggestion, number, again, now=NOON + DAY)
    found = await look(writers, number)
    assert not found.outdated
    assert found.answers == [], "whoever had said yes said it to something else"
    await say(writers, "joe", number)
    assert (await say(writers, "sam", number)).state is SuggestionState.ACCEPTED


async def test_nobody_accepts_words_they_were_not_shown(writers: Writers) -> None:
    number = await suggested(writers)
    with pytest.raises(Clash):
        await say(writers, "joe", number, shown="0" * 64)


async def test_a_suggestion_is_made_for_the_words_that_stand(writers: Writers) -> None:
    with pytest.raises(Clash):
        await suggested(writers, given=Suggesting(text=WORDING, shown="0" * 64))
    with pytest.raises(Invalid, match="The clause says this already"):
        await suggested(writers, given=Suggesting(text=FIRST, shown=SHOWN))
    with pytest.raises(Invalid, match="501 characters"):
        await suggested(writers, given=Suggesting(text=WORDING, why="x" * 501, shown=SHOWN))


async def test_an_adviser_suggests_and_is_credited_but_writes_nothing_and_accepts_nothing(
    writers: Writers,
) -> None:
    await writers.cast.join("ada", Role.ADVISER)
    number = await suggested(writers, "ada")
    with pytest.raises(Refused) as refused:
        await say(writers, "ada", number)
    assert refused.value.reason is Reason.NEEDS_SIDE
    await say(writers, "joe", number)
    await say(writers, "sam", number)
    (first, _) = await writers.draft()
    assert first.words is not None
    assert (first.words.name, first.words.role) == ("Ada", Role.ADVISER)
    async with writers.cast.database.reading() as session:
        names = [one.name for one in await co_authors_of(session, first.clause.proposal_id)]
    assert "Ada" not in names


@pytest.mark.parametrize("who", ["nobody", "flo"])
async def test_who_stands_on_no_side_suggests_nothing(writers: Writers, who: str) -> None:
    with pytest.raises(Refused) as refused:
        await suggested(writers, who)
    assert refused.value.reason is Reason.NEEDS_VOICE


async def test_one_with_a_private_number_waits_and_is_not_accepted_unread(writers: Writers) -> None:
    text = ClauseText(text="Ring Ann on 01632 960001.")
    number = await suggested(writers, given=Suggesting(text=text, shown=SHOWN))
    assert (await look(writers, number)).words.state is StatementState.PENDING
    with pytest.raises(Refused) as refused:
        await say(writers, "joe", number, shown=words_hash("", text.text, "en"))
    assert refused.value.reason is Reason.SUGGESTION_OVER


async def test_a_removed_one_and_one_taken_back_are_not_accepted(writers: Writers) -> None:
    removed, back = await suggested(writers), await suggested(writers)
    cast = writers.cast
    rule = RemovalReason.OFF_TOPIC
    await cast.do("flo", remove_comment, cast.space, removed, reason=rule, by="flo", now=NOON)
    await cast.do("ann", withdraw_comment, cast.space, back, cast.voter("ann"), now=NOON)
    for number in (removed, back):
        with pytest.raises(Refused):
            await say(writers, "joe", number)
    assert (await look(writers, back)).words.why == ""


async def test_what_is_not_there_is_named(writers: Writers) -> None:
    for number in (1, 999, 10**12):
        with pytest.raises(NotFound, match="no suggestion"):
            await say(writers, "joe", number)
