"""What follows from an agreed proposal, on its page: answers of bodies, promises, what became of them."""

import re
from datetime import date

import pytest
from quart import Quart

from charters.states import ProposalState, StatementState
from deliberation.drafting.comments import Comment
from deliberation.drafting.commitments import Commitment
from deliberation.drafting.proposals import Proposal
from tests.participate.conftest import LinkFor, Stored
from tests.participate.test_clauses import HERE, ann, deepa, sided
from tests.participate.test_proposals import enter
from tests.people import Page, Person

__all__ = ["ann", "deepa", "sided"]

WORDS = "The plan is printed in both languages."


@pytest.fixture(autouse=True)
async def agreed(sided: object, stored: Stored) -> None:
    await stored.change(Proposal, state=ProposalState.AGREED)


async def promise(person: Person, **fields: str) -> Page:
    form = (await person.get(f"{HERE}/promises/add")).form("/promises/add")
    return await person.send(form, **{"words": WORDS, "due_on": "2027-05-01", "language": "en", **fields})


async def test_a_promise_is_made_shown_and_told_of(ann: Person, deepa: Person, person: Person) -> None:
    page = await promise(deepa)
    assert "The promise is made. Everybody can read it." in page.text
    page = await person.get(HERE)
    for words in (WORDS, "Avonmere Trust", "Saturday 1 May 2027", "Promised"):
        assert words in page.text
    assert "Tell what became of it" not in page.text
    assert "Tell what became of it" not in (await ann.get(HERE)).text
    for somebody in (ann, person):
        page = await somebody.get(f"{HERE}/promises/1")
        assert WORDS in page.text
        assert 'name="kept"' not in page.html
    form = (await deepa.get(f"{HERE}/promises/1")).form("/promises/1")
    page = await deepa.send(form, words="Only in English so far.", language="en", kept="no")
    assert "What became of the promise is told." in page.text
    page = await person.get(HERE)
    assert "Not kept" in page.text
    assert "Only in English so far." in page.text


async def test_a_promise_is_reported_removed_by_a_rule_and_appealed(
    app: Quart, link_for: LinkFor, ann: Person, person: Person
) -> None:
    await promise(ann)
    page = await person.get(HERE)
    (report,) = re.findall(r'href="(/spaces/avonmere/comments/\d+/report)"', page.html)
    page = await person.get(report)
    assert "Report these words" in page.text
    assert WORDS in page.text
    await person.send(page.form("/report"), reason="abusive")
    flo = await enter(app, link_for, "flo")
    queue = await flo.get("/spaces/avonmere/comments")
    assert "A promise" in queue.text
    await flo.send(queue.form("/remove"), reason="off-topic")
    for somebody in (person, ann):
        page = await somebody.get(HERE)
        assert "These words are not there any more." in page.text
        assert WORDS not in page.text
    assert WORDS not in (await person.get(f"{HERE}/promises/1")).text
    (own,) = re.findall(r'href="(/spaces/avonmere/comments/\d+/appeal)"', (await ann.get(HERE)).html)
    page = await ann.get(own)
    assert WORDS in page.text
    page = await ann.send(page.form("/appeal"), words="It breaks no rule.")
    assert "You have appealed." in page.text
    assert (await person.get(own)).status == 404


async def test_where_words_are_read_first_a_promise_waits(
    app: Quart, ann: Person, person: Person, stored: Stored
) -> None:
    await promise(ann)
    await stored.change(Comment, state=StatementState.PENDING)
    assert "A facilitator reads it first." in (await person.get(HERE)).text
    assert WORDS not in (await person.get(HERE)).text
    assert WORDS in (await ann.get(HERE)).text


async def test_a_promise_is_overdue_when_its_day_is_over(ann: Person, person: Person, stored: Stored) -> None:
    await promise(ann, due_on="2026-11-05")
    assert "Overdue" not in (await person.get(HERE)).text
    await stored.change(Commitment, due_on=date(2026, 10, 1))
    assert "Overdue" in (await person.get(HERE)).text


async def test_a_promise_waits_for_its_body_until_it_is_told_of(
    ann: Person, deepa: Person, stored: Stored
) -> None:
    waiting = "/spaces/avonmere/waiting"
    await promise(ann, words="The members hand the plan out.")
    await promise(deepa)
    page = await deepa.get(waiting)
    assert WORDS in page.text
    assert "The members hand the plan out." not in page.text
    assert "Overdue" not in page.text
    await stored.change(Commitment, due_on=date(2026, 10, 1))
    assert "Overdue" in (await deepa.get(waiting)).text
    form = (await deepa.get(f"{HERE}/promises/2")).form("/promises/2")
    await deepa.send(form, words="It is printed.", language="en", kept="yes")
    assert WORDS not in (await deepa.get(waiting)).text


async def test_a_body_answers_and_changes_its_answer(deepa: Person, person: Person) -> None:
    form = (await deepa.get(f"{HERE}/answer")).form("/answer")
    await deepa.send(form, words="We do it from the first of May.", language="en")
    page = await deepa.get(f"{HERE}/answer")
    assert "We do it from the first of May." in page.form("/answer").fields["words"]
    page = await person.get(HERE)
    assert "Avonmere Trust : We do it from the first of May." in page.text
    assert "What it said before" not in page.text
    await deepa.send(form, words="We do it from the first of June.", language="en")
    page = await person.get(HERE)
    assert "Avonmere Trust : We do it from the first of June." in page.text
    assert "What it said before" in page.text
    assert "We do it from the first of May." in page.text
    assert "Avonmere Board : no answer yet" in page.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"words": ""}, "Write your text."),
        ({"words": "x" * 501}, "Your text has 501 characters."),
        ({"due_on": ""}, "Say by which day."),
        ({"due_on": "soon"}, "is not a day"),
        ({"due_on": "2026-01-01"}, "Choose a day that is still to come."),
        ({"language": "xx"}, "Choose the language."),
    ],
)
async def test_what_is_wrong_is_said_and_kept(
    ann: Person, stored: Stored, fields: dict[str, str], says: str
) -> None:
    page = await promise(ann, **fields)
    assert page.status == 422
    assert says in page.text
    if "words" not in fields:
        assert WORDS in page.form("/promises/add").fields["words"]
    assert await stored.count(Commitment) == 0


async def test_a_member_answers_for_no_body_and_an_empty_telling_is_told_so(ann: Person) -> None:
    assert (await ann.get(f"{HERE}/answer")).status == 403
    await promise(ann)
    form = (await ann.get(f"{HERE}/promises/1")).form("/promises/1")
    page = await ann.send(form, words="It is done.", language="en")
    assert page.status == 422
    assert "Say whether it was kept." in page.text
    assert (await ann.get(f"{HERE}/promises/9")).status == 404
