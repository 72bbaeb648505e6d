"""Voting on clauses on the pages: by anybody with a device, on what is sealed, blind, and asked again."""

import json

import pytest
from quart import Quart
from sqlmodel import select, update

from charters.canonical import canonical
from charters.states import ProposalState, StatementState
from deliberation.drafting.clause_questions import ClauseResult
from deliberation.drafting.clauses import Source
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.opinion_map import PublishedMap
from deliberation.opinion.statements import Statement, Votable
from deliberation.opinion.voting import Vote
from deliberation.spaces.consultations import Consultation
from participate import tallying
from participate.worker import Worker
from tests.both_sides import Cast
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, Writers
from tests.deliberation.drafting.test_clause_votes import crowd, votes
from tests.deliberation.drafting.test_sealing import edited, sealed_by
from tests.deliberation.drafting.test_writing import hash_of
from tests.participate.conftest import Stored
from tests.participate.test_clauses import HERE, sided  # noqa: F401
from tests.people import Clock, Form, Page, Person

VOTE = f"{HERE}/vote"


@pytest.fixture
async def writers(sided: Cast) -> Writers:  # noqa: F811
    """Version 1 is sealed, with clauses 1 and 2."""
    writers = Writers(sided)
    await sealed_by(writers, "maryam")
    return writers


def ballot(page: Page, clause: int) -> Form:
    return next(
        form
        for form in page.forms()
        if form.action.endswith("/vote") and form.fields["clause"] == str(clause)
    )


async def answers(person: Person, clause: int, answer: str) -> Page:
    return await person.send(ballot(await person.get(VOTE), clause), vote=answer)


async def test_anybody_votes_without_an_account_and_takes_it_back(
    writers: Writers, person: Person, stored: Stored
) -> None:
    page = await person.get(HERE)
    assert f'href="{VOTE}"' in page.html
    page = await person.get(VOTE)
    assert "What becomes public:" in page.text
    assert "You have answered 0 of 2." in page.text
    assert "<strong>written</strong>" in page.html, "as rendered text"
    page = await answers(person, 1, "agree")
    assert "Your answer is kept." in page.text
    assert "You chose Agree." in page.text
    assert "You have answered 1 of 2." in page.text
    page = await answers(person, 1, "disagree")
    assert "You chose Disagree." in page.text
    assert await stored.count(Vote) == 1
    page = await person.send(page.form("/undo"))
    assert "Your answer is taken back. Nothing of it is kept." in page.text
    assert await stored.count(Vote) == 0


async def test_the_page_is_blind_while_it_asks(writers: Writers, person: Person) -> None:
    await crowd(writers, 0, 30, FIRST)
    await tally(person, writers)
    page = await person.get(VOTE)
    for words in ("%", "about 30", "votes"):
        assert words not in page.text
    assert "% agree" in (await person.get(HERE)).text


async def test_before_a_version_is_sealed_there_is_nothing_to_vote_on(
    sided: Cast,  # noqa: F811
    person: Person,
) -> None:
    page = await person.get(VOTE)
    assert "There is nothing to vote on yet." in page.text
    assert VOTE not in (await person.get(HERE)).html
    assert (await person.get(f"{HERE.replace('/1', '/9')}/vote")).status == 404


async def test_whoever_voted_on_words_that_changed_is_asked_again_with_the_change(
    writers: Writers, person: Person, clock: Clock
) -> None:
    await answers(person, 1, "disagree")
    before = ballot(await person.get(VOTE), 1)
    await edited(writers)
    clock.time = NOON + DAY
    await sealed_by(writers, "maryam", now=clock.time)
    page = await person.send(before, vote="agree")
    assert page.status == 409
    assert "The clause says something else now" in page.text
    assert "You chose Agree. Press it again to keep it." in page.text
    assert "These words have changed. You chose Disagree on the earlier ones." in page.text
    assert "removed:" in page.text
    assert "added:" in page.text
    assert "One clause you voted on says something else now." in (await person.get(HERE)).text
    page = await person.send(ballot(page, 1), vote="agree")
    assert "You chose Agree." in page.text
    assert "These words have changed" not in page.text
    stranger = await Person(person.app).get(VOTE)
    assert "These words have changed" not in stranger.text


async def test_removed_words_are_neither_shown_nor_asked(
    writers: Writers, person: Person, app: Quart
) -> None:
    form = ballot(await person.get(VOTE), 1)
    async with app.extensions["database"].transaction() as session:
        await session.exec(
            update(Comment)
            .where(Comment.heading == FIRST.heading)
            .values(state=StatementState.REMOVED, removed_for="abusive")
        )
    page = await person.get(VOTE)
    assert FIRST.heading not in page.text
    assert "The words of this clause were removed by a rule of the space." in page.text
    refused = await person.send(form, vote="agree")
    assert refused.status == 403


async def test_nobody_votes_once_it_is_agreed_but_everybody_may_read(
    writers: Writers, person: Person, app: Quart
) -> None:
    form = ballot(await person.get(VOTE), 1)
    await person.send(form, vote="agree")
    async with app.extensions["database"].transaction() as session:
        await session.exec(update(Proposal).values(state=ProposalState.AGREED))
    page = await person.get(VOTE)
    assert "Voting on its clauses is over." in page.text
    assert "You chose Agree." in page.text
    assert 'name="vote"' not in page.html
    assert (await person.send(form, vote="pass")).status == 403


async def test_who_may_vote_on_the_question_is_said_where_not_everybody_may(
    writers: Writers, person: Person, app: Quart
) -> None:
    async with app.extensions["database"].transaction() as session:
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
    page = await person.get(VOTE)
    assert FIRST.heading in page.text
    assert 'name="vote"' not in page.html
    assert "Who may vote" in page.text


@pytest.mark.parametrize("fields", [{"clause": ""}, {"clause": "one"}, {"vote": "perhaps"}, {"vote": ""}])
async def test_a_form_that_says_no_clause_or_no_answer_is_told_how_to_mend_it(
    writers: Writers, person: Person, stored: Stored, fields: dict[str, str]
) -> None:
    page = await person.send(ballot(await person.get(VOTE), 1), **({"vote": "agree"} | fields))
    assert page.status == 422
    assert "Go back to the page and vote there." in page.text or "Choose Agree, Disagree" in page.text
    assert await stored.count(Vote) == 0


async def tally(person: Person, writers: Writers) -> None:
    """What the worker does."""
    app = person.app
    async with app.extensions["database"].reading() as session:
        proposal = (await session.exec(select(Proposal.id))).one()
    await tallying.tally_proposal(
        app.extensions["database"], app.extensions["settings"], proposal or 0, now=NOON
    )


async def test_the_worker_counts_what_is_waiting(writers: Writers, app: Quart, stored: Stored) -> None:
    await crowd(writers, 0, 24, FIRST)
    database, settings = app.extensions["database"], app.extensions["settings"]
    worker = Worker(database, settings, clock=lambda: NOON)
    assert await worker.run_until_idle() > 0
    assert await stored.count(ClauseResult) == 1
    assert await worker.run_until_idle() == 0


async def test_the_strip_says_the_support_and_its_figures_can_be_checked(
    writers: Writers, person: Person, app: Quart
) -> None:
    assert "It is shown once 20 people have voted." in (await person.get(HERE)).text
    await crowd(writers, 0, 30, FIRST)
    await tally(person, writers)
    for path in (HERE, f"{HERE}/versions/1"):
        page = await person.get(path)
        assert "67% agree" in page.text
        assert "About 30 votes." in page.text
        assert "nobody has voted" in page.text, "on the second clause"
        assert f'href="{HERE}/support/1.json"' in page.html
    page = await person.get(f"{HERE}/support/1.json")
    found = json.loads(page.html)
    assert page.html.encode() == canonical(found)
    assert found["clauses"][0]["hash"] == hash_of(FIRST)
    assert found["clauses"][0]["totals"]["votes"] == 30
    assert (found["space"]["slug"], found["proposal"]["number"], found["version"]) == ("avonmere", 1, 1)
    assert found["policy"]["sha256"]
    assert (await person.get(f"{HERE}/support/2.json")).status == 404
    assert (await person.get(f"{HERE}/support/99999999999999999999.json")).status == 404


async def test_a_draft_that_moved_on_shows_no_support_that_is_not_its_own(
    writers: Writers, person: Person
) -> None:
    await crowd(writers, 0, 30, FIRST)
    await tally(person, writers)
    await edited(writers)
    page = await person.get(HERE)
    assert "No vote is on these words yet: they are newer than the sealed version." in page.text
    assert "67" not in page.text.split("Support is from")[1]
    assert "67" in (await person.get(f"{HERE}/versions/1")).text


async def test_a_newer_version_has_no_strip_of_the_older_words(
    writers: Writers, person: Person, clock: Clock
) -> None:
    await crowd(writers, 0, 30, FIRST)
    await crowd_on_second(writers)
    await tally(person, writers)
    await edited(writers)
    clock.time = NOON + DAY
    await sealed_by(writers, "maryam", now=clock.time)
    page = await person.get(f"{HERE}/versions/2")
    assert "These words are newer than the last result." in page.text
    assert "almost all agree" in page.text, "the second clause says what it said"
    assert "Support" not in (await person.get(f"{HERE}/versions/1")).text


async def crowd_on_second(writers: Writers) -> None:
    for one in range(30):
        await votes(writers, f"p{one}", 2, SECOND)


async def test_a_clause_that_all_groups_support_is_a_bridge_where_they_differ_on_its_source(
    writers: Writers, person: Person, app: Quart
) -> None:
    """Groups and figures as published; statement 1 stands behind clause 1."""
    row = {
        "agrees": 40, "disagrees": 10, "passes": 10, "votes": 60,
        "share_word": None, "suppressed": False, "share": 67, "interval": [54, 78],
    }  # fmt: skip
    clause = {
        "clause": 1, "question": 1, "hash": hash_of(FIRST), "totals": row, "shared": True, "least": "B",
        "groups": {"A": row, "B": row | {"share": 62}, "none": row}, "changed": False,
        "carried": 30, "renewed": None, "lapsed": None,
    }  # fmt: skip
    async with app.extensions["database"].transaction() as session:
        held = Consultation(
            space_id=writers.cast.space.id or 0,
            slug="gp",
            title="GP care",
            question="What is a good surgery like?",
            created_at=NOON,
        )
        session.add(held)
        await session.flush()
        votable = Votable(consultation_id=held.id)
        session.add(votable)
        await session.flush()
        session.add(
            Statement(
                id=votable.id,
                consultation_id=held.id,
                number=1,
                text="I would travel.",
                language="en",
                state=StatementState.PUBLISHED,
                created_at=NOON,
            )
        )
        await session.flush()
        session.add(Source(clause_id=1, statement_id=votable.id, added_at=NOON))
        session.add(
            PublishedMap(consultation_id=held.id, number=1, published_at=NOON, content={"differ": [1]})
        )
        await session.exec(update(Proposal).values(consultation_id=held.id))
        content = {
            "profile": "open-8-5/1",
            "groups_from": {"consultation": "gp", "result": 1},
            "clauses": [clause],
        }
        session.add(ClauseResult(proposal_id=1, number=1, published_at=NOON, content=content))
    page = await person.get(HERE)
    assert "A bridge: groups differ on statement 1. All of them support this clause." in page.text
    assert "Least in favour: Group B." in page.text
    assert "In no group:" in page.text
    assert "About 30 votes stand from an earlier version: its words were the same." in page.text
