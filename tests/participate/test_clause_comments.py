"""Speaking about a clause: by whom, in which order, bound to its words, settled, changed, taken back."""

import pytest
from quart import Quart

from charters.states import ProposalState, Role
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from tests.both_sides import Cast
from tests.participate.conftest import LinkFor, Stored
from tests.participate.test_clauses import HERE, ann, deepa, save, sided
from tests.participate.test_proposals import enter
from tests.people import Page, Person

__all__ = ["ann", "deepa", "sided"]

TALK = f"{HERE}/clauses/1/comments"
WORDS = "Who writes the plan, and when?"


async def say(person: Person, text: str = WORDS, **fields: str) -> Page:
    forms = [form for form in (await person.get(TALK)).forms() if form.action.endswith("/comments")]
    form = next(form for form in forms if form.fields["parent"] == fields.get("parent", "0"))
    return await person.send(form, **{"text": text, "stance": "question", "language": "en", **fields})


async def settle(person: Person, number: int = 3, **fields: str) -> Page:
    return await person.send((await person.get(TALK)).form(f"/comments/{number}/settle"), **fields)


async def test_both_sides_and_an_adviser_speak_in_the_order_of_time(
    app: Quart, sided: Cast, ann: Person, deepa: Person, link_for: LinkFor, person: Person
) -> None:
    await sided.join("ada", Role.ADVISER)
    ada = await enter(app, link_for, "ada")
    assert "Your comment is added." in (await say(ann)).text
    await say(deepa, "The ward does, the day before.", stance="for")
    await say(ada, "Elsewhere the pharmacy does.", parent="3")
    page = await person.get(TALK)
    order = [
        "A question",
        "Ann",
        WORDS,
        "Ada",
        "Elsewhere the pharmacy",
        "For it",
        "Deepa, Avonmere",
        "The ward",
    ]
    places = [page.text.index(words) for words in order]
    assert places == sorted(places)
    assert "3 comments" in (await person.get(HERE)).text
    assert "Only people on a side of this space, and its advisers, can comment." in page.text


async def test_revisions_and_suggestions_are_no_comments(ann: Person, person: Person) -> None:
    form = (await ann.get(f"{HERE}/clauses/1/suggest")).form("/suggest")
    await ann.send(form, text="Another wording.", language="en")
    page = await person.get(TALK)
    assert "Nobody has said anything yet." in page.text
    assert "Another wording." not in page.text


async def test_a_comment_stays_with_the_words_that_it_spoke_of(ann: Person, deepa: Person) -> None:
    await say(ann)
    assert "It speaks of an earlier text" not in (await ann.get(TALK)).text
    await save(deepa, text="Everybody gets a plan from their ward.")
    page = await ann.get(TALK)
    assert "It speaks of an earlier text" in page.text
    assert f'href="{HERE}/clauses/1/history#revision-1"' in page.html


async def test_a_clause_that_changed_meanwhile_keeps_what_was_typed(
    ann: Person, deepa: Person, stored: Stored
) -> None:
    form = (await ann.get(TALK)).form("/comments")
    await save(deepa, text="Somebody was quicker.")
    before = await stored.count(Comment)
    page = await ann.send(form, text=WORDS, stance="for", language="en")
    assert page.status == 409
    assert "The clause changed while you wrote." in page.text
    assert WORDS in page.form("/comments").fields["text"]
    assert await stored.count(Comment) == before
    assert "Your comment is added." in (await ann.send(page.form("/comments"), language="en")).text


async def test_a_comment_is_settled_with_a_note_by_whom_it_concerns(
    app: Quart, ann: Person, deepa: Person, link_for: LinkFor, person: Person
) -> None:
    await say(ann)
    # Deepa writes nothing here yet, so it is not hers to settle.
    assert not [form for form in (await deepa.get(TALK)).forms() if form.action.endswith("/settle")]
    maryam = await enter(app, link_for, "maryam")
    page = await settle(maryam, note="  ")
    assert page.status == 422
    assert "Say how it was settled: everybody can read it." in page.text
    page = await settle(maryam, note="Ring 01632 960001 about it.")
    assert page.status == 422
    assert "Ring 01632 960001 about it." in page.html
    page = await settle(maryam, note="Clause 2 says it now.")
    assert "The comment is marked as settled." in page.text
    assert "Settled: Clause 2 says it now." in (await person.get(TALK)).text
    page = await settle(ann, again="yes")
    assert "The comment is open again." in page.text
    assert "Clause 2 says it now." not in (await person.get(TALK)).text


async def test_somebody_who_neither_wrote_it_nor_the_text_does_not_settle_it(
    ann: Person, deepa: Person, stored: Stored
) -> None:
    await say(ann)
    token = (await deepa.get(TALK)).form("/comments").fields["token"]
    page = await deepa.post(f"{HERE}/comments/3/settle", {"token": token, "note": "It is settled, I say."})
    assert page.status == 403
    for number in (1, 99):
        page = await deepa.post(f"{HERE}/comments/{number}/settle", {"token": token, "note": "No comment."})
        assert page.status == 404


async def test_its_author_changes_it_and_takes_it_back(ann: Person, person: Person) -> None:
    await say(ann)
    form = (await ann.get("/spaces/avonmere/comments/3/change")).form("/change")
    page = await ann.send(form, text="Who writes it, and by when?", stance="neutral", language="en")
    assert "Your change is kept." in page.text
    assert page.path.startswith(TALK)
    form = (await ann.get("/spaces/avonmere/comments/3/change")).form("/withdraw")
    page = await ann.send(form)
    assert "Your comment is taken back, and its words are erased." in page.text
    assert "Who writes it" not in (await person.get(TALK)).text


async def test_a_private_number_is_shown_first(ann: Person, stored: Stored) -> None:
    before = await stored.count(Comment)
    page = await say(ann, "Ring Bo on 01632 960001.")
    assert "Look at your comment first" in page.text
    assert await stored.count(Comment) == before
    page = await ann.send(page.form("/comments"), hide="yes")
    assert "Ring Bo on […]." in page.text


async def test_it_is_removed_by_a_rule_and_the_rest_stays(
    app: Quart, ann: Person, link_for: LinkFor, person: Person
) -> None:
    await say(ann)
    flo = await enter(app, link_for, "flo")
    queue = await flo.get("/spaces/avonmere/comments")
    assert f'href="{TALK}#comment-3"' in queue.html
    await flo.send(queue.form("/comments/3/remove"), reason="off-topic")
    page = await person.get(TALK)
    assert WORDS not in page.text
    assert "This comment is not there any more." in page.text


@pytest.mark.parametrize("state", [ProposalState.AGREED, ProposalState.WITHDRAWN])
async def test_about_what_is_settled_nothing_more_is_said(
    ann: Person, stored: Stored, state: ProposalState
) -> None:
    await stored.change(Proposal, state=state)
    page = await ann.get(TALK)
    assert "This proposal is not being written any more." in page.text
    assert not [form for form in page.forms() if form.action.endswith("/comments")]
