"""Votes on clauses: bound to the words that were sealed, asked again where these change."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import ProposalState, Standing, StatementState
from deliberation.drafting.clause_questions import (
    Asked,
    ClauseBasis,
    ClauseQuestion,
    ClauseResult,
    ask_about,
    asked_of,
    newest_result,
    questions_of,
    unasked_versions,
    words_asked,
)
from deliberation.drafting.clause_support import support_of
from deliberation.drafting.clause_votes import (
    ClauseBallot,
    ClauseUndoing,
    OtherWords,
    OwnVote,
    own_clause_votes,
    undo_clause_vote,
    vote_on_clause,
)
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.tallying import (
    REST,
    Outcome,
    let_tallies_stand,
    read_tally,
    record_tally,
    stale_proposals,
)
from deliberation.drafting.versions import Version
from deliberation.drafting.writing import revise_clause
from deliberation.errors import NotFound
from deliberation.opinion.frozen import FrozenGroup
from deliberation.opinion.statements import Votable
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Answer, Vote, vote_matrix
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.tallying import count
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, Writers
from tests.deliberation.drafting.test_sealing import edited, sealed_by
from tests.deliberation.drafting.test_writing import OTHER, hash_of

LATER = NOON + DAY


def visitor(name: str) -> Visitor:
    return Visitor(
        secret=name.encode(), master=b"a pseudonym key for tests, long enough", network="198.51.100.7"
    )


async def votes(
    writers: Writers, name: str, clause: int, words: Any, answer: str = "agree", now: datetime = NOON
) -> None:
    ballot = ClauseBallot(
        visitor=visitor(name),
        space="avonmere",
        proposal=1,
        clause=clause,
        hash=hash_of(words),
        answer=Answer(answer),
        now=now,
    )
    async with writers.cast.database.transaction() as session:
        await vote_on_clause(session, ballot)


async def undoes(writers: Writers, name: str, clause: int, now: datetime = NOON) -> bool:
    undoing = ClauseUndoing(visitor=visitor(name), space="avonmere", proposal=1, clause=clause, now=now)
    async with writers.cast.database.transaction() as session:
        return await undo_clause_vote(session, undoing)


async def asked(writers: Writers) -> list[Asked]:
    async with writers.cast.database.reading() as session:
        return (await asked_of(session, await writers.proposal()))[1]


async def own(writers: Writers, name: str) -> list[OwnVote]:
    """What somebody answers, clause by clause."""
    async with writers.cast.database.reading() as session:
        now = await asked(writers)
        key = visitor(name).pseudonym(writers.cast.space.id or 0)
        person = (await session.exec(select(Participant.id).where(Participant.key == key))).first()
        mine = await own_clause_votes(session, now, person)
        return [mine[one.question.id] for one in now]


async def counted(writers: Writers, now: datetime) -> ClauseResult | None:
    """Count as the worker does, here and now."""
    async with writers.cast.database.reading() as session:
        task = await read_tally(session, (await writers.proposal()).id or 0, now)
    outcome = count(task, b"key", b"0" * 16)
    async with writers.cast.database.transaction() as session:
        return await record_tally(session, task, outcome, now=now)


async def stale(writers: Writers, now: datetime) -> list[int]:
    async with writers.cast.database.reading() as session:
        return await stale_proposals(session, now=now)


async def test_the_clauses_of_a_sealed_version_are_questions_and_no_statements(writers: Writers) -> None:
    assert await asked(writers) == []
    await sealed_by(writers, "maryam")
    found = await asked(writers)
    assert [(one.number, one.clause.number, one.clause.hash, one.earlier) for one in found] == [
        (1, 1, hash_of(FIRST), []),
        (2, 2, hash_of(SECOND), []),
    ]
    async with writers.cast.database.reading() as session:
        votables = (await session.exec(select(Votable))).all()
    assert [one.consultation_id for one in votables] == [None, None]


async def test_a_vote_is_kept_changed_and_taken_back(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await votes(writers, "ann", 1, FIRST)
    assert [one.answer for one in await own(writers, "ann")] == [Answer.AGREE, None]
    await votes(writers, "ann", 1, FIRST, "pass")
    assert [one.answer for one in await own(writers, "ann")] == [Answer.PASS, None]
    async with writers.cast.database.reading() as session:
        (row,) = (await session.exec(select(Vote))).all()
    assert row.value == 0
    assert row.policy.endswith("/1"), "it is known under which charter it was given"
    assert await undoes(writers, "ann", 1)
    assert not await undoes(writers, "ann", 1)
    assert [one.answer for one in await own(writers, "ann")] == [None, None]


async def test_what_is_not_sealed_is_not_voted_on(writers: Writers) -> None:
    with pytest.raises(NotFound, match="No sealed version of this proposal has a clause 1"):
        await votes(writers, "ann", 1, FIRST)
    await sealed_by(writers, "maryam")
    with pytest.raises(NotFound, match="No sealed version of this proposal has a clause 3"):
        await votes(writers, "ann", 3, FIRST)
    with pytest.raises(NotFound):
        await votes(writers, "ann", 10**20, FIRST)


async def test_an_edit_of_the_draft_changes_nothing_that_is_voted_on(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await edited(writers)
    await votes(writers, "ann", 1, FIRST)
    assert [one.asked_again for one in await own(writers, "ann")] == [False, False]


async def test_other_words_are_another_question_and_only_voters_are_asked_again(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await votes(writers, "ann", 1, FIRST)
    await votes(writers, "ann", 2, SECOND, "disagree")
    await votes(writers, "bob", 2, SECOND)
    await edited(writers)
    await sealed_by(writers, "maryam", now=LATER)
    with pytest.raises(OtherWords):
        await votes(writers, "bob", 1, FIRST, now=LATER)
    ann, bob = await own(writers, "ann"), await own(writers, "bob")
    assert [one.asked_again for one in ann] == [True, False]
    assert (ann[0].before_answer, ann[1].answer) == (Answer.AGREE, Answer.DISAGREE)
    assert [one.asked_again for one in bob] == [False, False]
    assert ann[0].before is not None
    async with writers.cast.database.reading() as session:
        words = await words_asked(session, ann[0].before)
    assert words is not None
    assert words.text == FIRST.text
    await votes(writers, "ann", 1, OTHER, "disagree", now=LATER)
    assert [one.asked_again for one in await own(writers, "ann")] == [False, False]
    async with writers.cast.database.reading() as session:
        rows = (await session.exec(select(Vote.votable_id, Vote.value).order_by(Vote.votable_id))).all()  # type: ignore[arg-type]
    assert len(rows) == 4, "what was said of the earlier words is still what it was"


async def test_words_that_come_back_are_the_earlier_question(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await votes(writers, "ann", 1, FIRST)
    await edited(writers)
    await sealed_by(writers, "maryam", now=LATER)
    await writers.do("maryam", revise_clause, 1, 1, FIRST, shown=hash_of(OTHER), now=LATER)
    await sealed_by(writers, "maryam", now=LATER + DAY)
    assert [one.number for one in await asked(writers)] == [1, 2]
    assert (await own(writers, "ann"))[0].answer is Answer.AGREE


async def test_no_vote_is_taken_once_it_is_agreed_nor_in_a_space_that_is_not_held(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    async with writers.cast.database.transaction() as session:
        await session.exec(update(Proposal).values(state=ProposalState.AGREED))
    with pytest.raises(Refused) as refused:
        await votes(writers, "ann", 1, FIRST)
    assert refused.value.reason is Reason.NOT_WRITTEN
    with pytest.raises(Refused):
        await undoes(writers, "ann", 1)
    async with writers.cast.database.transaction() as session:
        await session.exec(update(Proposal).values(state=ProposalState.OPEN))
        await session.exec(update(Space).values(standing=Standing.ARCHIVE))
    with pytest.raises(Refused) as refused:
        await votes(writers, "ann", 1, FIRST)
    assert refused.value.clause == "archive"


async def test_words_that_were_removed_are_not_voted_on(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    async with writers.cast.database.transaction() as session:
        await session.exec(update(Comment).values(state=StatementState.REMOVED, removed_for="abusive"))
    with pytest.raises(Refused) as refused:
        await votes(writers, "ann", 1, FIRST)
    assert refused.value.clause == "moderation"
    assert all(one.clause.withheld for one in await asked(writers))


async def test_who_may_vote_on_the_question_may_vote_on_its_clauses(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sealed_by(writers, "maryam")
    async with writers.cast.database.transaction() as session:
        held = Consultation(
            space_id=writers.cast.space.id or 0,
            slug="gp",
            title="GP care",
            question="What is a good surgery like?",
            attested=["invited"],
            created_at=NOON,
        )
        session.add(held)
        await session.flush()
        await session.exec(update(Proposal).values(consultation_id=held.id))
    with pytest.raises(Refused) as refused:
        await votes(writers, "ann", 1, FIRST)
    assert refused.value.reason is Reason.NEEDS_ATTESTATION


async def test_versions_sealed_before_there_were_questions_get_them_once(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    async with writers.cast.database.transaction() as session:
        for one in (await session.exec(select(ClauseQuestion))).all():
            await session.delete(one)
    async with writers.cast.database.transaction() as session:
        (version,) = await unasked_versions(session)
        await ask_about(session, version)
        await ask_about(session, version)
    assert len(await asked(writers)) == 2
    async with writers.cast.database.reading() as session:
        assert await unasked_versions(session) == []


async def test_votes_on_clauses_are_in_no_analysis_of_statements(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await votes(writers, "ann", 1, FIRST)
    async with writers.cast.database.reading() as session:
        for consultation in (await session.exec(select(Consultation.id))).all():
            assert (await vote_matrix(session, consultation or 0)).n_votes == 0


async def crowd(writers: Writers, first: int, last: int, words: Any, now: datetime = NOON) -> None:
    """People of these numbers vote on clause 1; every third disagrees."""
    for one in range(first, last):
        await votes(writers, f"p{one}", 1, words, "disagree" if one % 3 == 0 else "agree", now=now)


async def test_a_result_is_published_at_twenty_and_again_after_ten(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await crowd(writers, 0, 19, FIRST)
    assert await counted(writers, NOON) is None
    await crowd(writers, 19, 24, FIRST)
    first = await counted(writers, NOON)
    assert first is not None
    assert (first.number, first.content["version"], first.content["participants"]) == (1, 1, 25)
    row = first.content["clauses"][0]["totals"]
    assert (row["agrees"], row["disagrees"], row["votes"]) == (15, 10, 25)  # 16, 8 and 24 in truth
    await crowd(writers, 24, 33, FIRST)
    assert await counted(writers, NOON) is None, "nine have come"
    await crowd(writers, 33, 34, FIRST)
    second = await counted(writers, NOON)
    assert second is not None
    assert second.number == 2


async def test_no_tally_mixes_two_hashes_and_what_became_of_the_votes_is_said(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await crowd(writers, 0, 30, FIRST)
    for one in range(30):
        await votes(writers, f"p{one}", 2, SECOND)
    await counted(writers, NOON)
    await edited(writers)
    await sealed_by(writers, "maryam", now=LATER)
    await crowd(writers, 0, 12, OTHER, now=LATER)
    found = await counted(writers, LATER)
    assert found is not None
    first, second = found.content["clauses"]
    assert (first["question"], first["hash"]) == (3, hash_of(OTHER))
    assert first["totals"]["votes"] == 10, "twelve, of thirty who voted on the earlier words"
    assert (first["changed"], first["renewed"], first["lapsed"]) == (True, 10, 20)
    assert (second["changed"], second["carried"]) == (False, 30)


async def test_groups_are_those_at_the_close_of_the_question(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await crowd(writers, 0, 40, FIRST)
    async with writers.cast.database.transaction() as session:
        held = Consultation(
            space_id=writers.cast.space.id or 0,
            slug="gp",
            title="GP care",
            question="What is a good surgery like?",
            created_at=NOON,
        )
        session.add(held)
        await session.flush()
        await session.exec(update(Proposal).values(consultation_id=held.id))
        people = (await session.exec(select(Participant.id).order_by(Participant.id))).all()  # type: ignore[arg-type]
        for place, person in enumerate(people[:30]):
            row = {"opinion_group": place // 15, "result": 4, "consultation_id": held.id}
            session.add(FrozenGroup(participant_id=person, **row))
    found = await counted(writers, NOON)
    assert found is not None
    assert [group["id"] for group in found.content["groups"]] == ["A", "B", "none"]
    assert found.content["groups_from"] == {"consultation": "gp", "result": 4}


async def test_a_proposal_is_counted_when_there_is_something_new_and_not_more_often(
    writers: Writers,
) -> None:
    assert await stale(writers, NOON) == []
    await sealed_by(writers, "maryam")
    assert await stale(writers, NOON) == [], "nobody has voted"
    await crowd(writers, 0, 3, FIRST)
    (proposal,) = await stale(writers, NOON)
    await counted(writers, NOON)
    assert await stale(writers, NOON) == []
    await crowd(writers, 3, 4, FIRST)
    assert await stale(writers, NOON + REST - timedelta(seconds=1)) == [], "not more than once a minute"
    assert await stale(writers, NOON + REST) == [proposal]
    await counted(writers, NOON + REST)
    await edited(writers)
    await sealed_by(writers, "maryam", now=LATER)
    assert await stale(writers, LATER) == [proposal], "a newer version"


async def test_results_of_an_ended_proposal_stand_when_votes_leave_for_their_age(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await crowd(writers, 0, 24, FIRST)
    await counted(writers, NOON)
    async with writers.cast.database.transaction() as session:
        questions = [one.id for one in await questions_of(session, (await writers.proposal()).id or 0)]
        await session.exec(update(Proposal).values(state=ProposalState.AGREED))
        await let_tallies_stand(session, questions)
    assert await stale(writers, LATER) == []
    async with writers.cast.database.reading() as session:
        assert await newest_result(session, (await writers.proposal()).id) is not None


async def test_of_two_workers_one_publishes(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await crowd(writers, 0, 24, FIRST)
    async with writers.cast.database.reading() as session:
        task = await read_tally(session, (await writers.proposal()).id or 0, NOON)
    content = support_of(task.votes, task.counted, task.groups, task.publication)
    outcome = Outcome(content=content, participants=24, changed=None, history={})
    for expected in (True, False):
        async with writers.cast.database.transaction() as session:
            made = await record_tally(session, task, outcome, now=NOON)
            assert (made is not None) is expected
    async with writers.cast.database.reading() as session:
        (basis,) = (await session.exec(select(ClauseBasis))).all()
    assert basis.number == 1


async def test_a_version_that_came_meanwhile_waits_for_a_tally_of_its_own(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    await crowd(writers, 0, 24, FIRST)
    async with writers.cast.database.reading() as session:
        task = await read_tally(session, (await writers.proposal()).id or 0, NOON)
    await edited(writers)
    await sealed_by(writers, "maryam", now=LATER)
    content = support_of(task.votes, task.counted, task.groups, task.publication)
    outcome = Outcome(content=content, participants=24, changed=None, history={})
    async with writers.cast.database.transaction() as session:
        assert await record_tally(session, replace(task), outcome, now=LATER) is None
        assert (await session.exec(select(Version.number).order_by(Version.number))).all() == [1, 2]  # type: ignore[arg-type]
