"""Suggested wordings on their pages: made, looked at, accepted by both sides, rejected, taken back."""

import pytest
from quart import Quart

from charters.states import ProposalState, Role, StatementState
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.suggestions import Suggestion
from tests.both_sides import Cast
from tests.participate.conftest import LinkFor, Stored
from tests.participate.test_clauses import HERE, ann, deepa, save, sided
from tests.participate.test_proposals import enter
from tests.people import Page, Person

__all__ = ["ann", "deepa", "sided"]

WORDING = "Everybody who goes home has a plan they can keep."
WHY = "Written words alone help nobody who cannot read them."


async def suggest(person: Person, **fields: str) -> Page:
    form = (await person.get(f"{HERE}/clauses/1/suggest")).form("/suggest")
    return await person.send(form, **{"text": WORDING, "why": WHY, "language": "en", **fields})


@pytest.fixture
async def made(ann: Person) -> Page:
    return await suggest(ann)


async def answer(person: Person, number: int = 3, which: str = "accept", **fields: str) -> Page:
    page = await person.get(f"{HERE}/suggestions/{number}")
    form = next(form for form in page.forms() if form.fields.get("answer") == which)
    return await person.send(form, **fields)


async def test_a_suggestion_is_under_its_clause_for_everybody(made: Page, person: Person) -> None:
    assert "Your suggestion is made. Both sides can answer it." in made.text
    page = await person.get(HERE)
    for words in ("Suggested wording", "Waits for both sides", "Ann (People)", WHY, "People: no answer yet"):
        assert words in page.text
    assert f'href="{HERE}/suggestions/3"' in page.html
    page = await person.get(f"{HERE}/suggestions/3")
    assert "Only people on a side of this space can do this." in page.text
    assert not [form for form in page.forms() if form.action.endswith("/answer")]


async def test_what_differs_is_shown_in_one_text_and_side_by_side(made: Page, person: Person) -> None:
    one = await person.get(f"{HERE}/suggestions/3")
    beside = await person.get(f"{HERE}/suggestions/3?view=beside")
    for page in (one, beside):
        assert "removed:" in page.text
        assert "added:" in page.text
        assert WORDING.split()[-1] in page.text
    assert "What is suggested" in beside.text
    assert "What is suggested" not in one.text


async def test_it_stands_when_someone_of_each_side_has_accepted_it(
    made: Page, ann: Person, deepa: Person, person: Person
) -> None:
    assert "The other side has not accepted it yet." in (await answer(deepa)).text
    page = await person.get(HERE)
    assert "Health bodies: accepted, Deepa, Avonmere Trust" in page.text
    assert "Both sides have accepted it." in (await answer(ann)).text
    page = await person.get(HERE)
    assert "1 suggestion that ended" in page.text
    assert "Ann (People), November 2026" in page.text
    history = await person.get(f"{HERE}/clauses/1/history")
    assert "Suggested, and accepted by both sides" in history.text


async def test_a_rejection_needs_a_reason_and_everybody_reads_it(
    made: Page, deepa: Person, ann: Person
) -> None:
    page = await answer(deepa, which="reject", reason="no")
    assert page.status == 422
    assert "Say why in a sentence: everybody can read it." in page.text
    page = await answer(deepa, which="reject", reason="It says less than the words we have.")
    assert "The suggestion is rejected. Everybody can read why." in page.text
    page = await ann.get(f"{HERE}/suggestions/3")
    assert "It says less than the words we have." in page.text
    assert not [form for form in page.forms() if form.action.endswith("/answer")]


async def test_an_outdated_one_says_so_and_is_put_onto_the_words_of_now(
    made: Page, ann: Person, deepa: Person
) -> None:
    await save(deepa, text="Somebody was quicker.")
    page = await ann.get(f"{HERE}/suggestions/3")
    assert "Outdated" in page.text
    assert not [form for form in page.forms() if form.fields.get("answer") == "accept"]
    form = (await ann.get(f"{HERE}/suggestions/3/change")).form("/change")
    page = await ann.send(form, language="en")
    assert "Your suggestion stands on the words of now." in page.text
    assert "Outdated" not in page.text
    assert (await deepa.get(f"{HERE}/suggestions/3/change")).status == 404


async def test_a_clause_that_changed_meanwhile_keeps_what_was_typed(ann: Person, deepa: Person) -> None:
    form = (await ann.get(f"{HERE}/clauses/1/suggest")).form("/suggest")
    await save(deepa, text="Somebody was quicker.")
    page = await ann.send(form, text=WORDING, why=WHY, language="en")
    assert page.status == 409
    assert "The clause changed while you wrote." in page.text
    assert "Somebody was quicker." in page.text
    assert page.form("/suggest").fields["text"].strip() == WORDING
    page = await ann.send(page.form("/suggest"), language="en")
    assert "Your suggestion is made." in page.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": ""}, "Write the text of the clause."),
        ({"why": "x" * 501}, "The reason has 501 characters."),
        (
            {"text": "Everybody who goes home has a **written** plan.", "heading": "A written plan"},
            "The clause says this already.",
        ),
    ],
)
async def test_what_is_wrong_is_said_and_kept(
    ann: Person, stored: Stored, fields: dict[str, str], says: str
) -> None:
    page = await suggest(ann, **fields)
    assert page.status == 422
    assert says in page.text
    if "why" not in fields:
        assert page.form("/suggest").fields["why"].strip() == WHY
    assert await stored.count(Suggestion) == 0


async def test_a_private_number_in_the_reason_is_shown_first(ann: Person, stored: Stored) -> None:
    page = await suggest(ann, why="Ring Bo on 01632 960001.")
    assert "This may point to a person" in page.text
    assert await stored.count(Suggestion) == 0
    page = await ann.send(page.form("/suggest"), language="en", hide="yes")
    assert "Ring Bo on […]." in page.text


async def test_one_that_waits_is_its_authors_alone(
    made: Page, ann: Person, person: Person, stored: Stored
) -> None:
    await stored.change(Comment, state=StatementState.PENDING)
    assert (await person.get(f"{HERE}/suggestions/3")).status == 404
    assert WHY not in (await person.get(HERE)).text
    assert "Only you can read this yet." in (await ann.get(f"{HERE}/suggestions/3")).text


async def test_what_the_bodies_have_not_answered_waits_for_their_delegates(
    made: Page, ann: Person, deepa: Person, stored: Stored
) -> None:
    waiting = "/spaces/avonmere/waiting"
    assert f'href="{HERE}/suggestions/3"' in (await deepa.get(waiting)).html
    await answer(deepa)
    assert f'href="{HERE}/suggestions/3"' not in (await deepa.get(waiting)).html
    await stored.change(Proposal, state=ProposalState.AGREED)
    assert "Your body has not answered it." in (await deepa.get(waiting)).text
    form = (await deepa.get(f"{HERE}/answer")).form("/answer")
    await deepa.send(form, words="We do it from the first of May.", language="en")
    assert "Your body has not answered it." not in (await deepa.get(waiting)).text


async def test_its_author_takes_it_back(made: Page, ann: Person, person: Person) -> None:
    page = await ann.send((await ann.get(f"{HERE}/suggestions/3")).form("/comments/3/withdraw"))
    assert "Your suggestion is taken back, and its words are erased." in page.text
    assert WORDING not in (await person.get(f"{HERE}/suggestions/3")).text
    assert "Suggested wording" not in (await person.get(HERE)).text


async def test_it_is_reported_removed_and_appealed_as_a_comment_is(
    app: Quart, made: Page, ann: Person, sided: Cast, link_for: LinkFor, person: Person
) -> None:
    report = (await person.get("/spaces/avonmere/comments/3/report")).form("/report")
    assert f'href="{HERE}#suggestion-3"' in (await person.get("/spaces/avonmere/comments/3/report")).html
    await person.send(report, reason="off-topic")
    flo = await enter(app, link_for, "flo")
    queue = await flo.get("/spaces/avonmere/comments")
    for words in ("A suggested wording", "The words of a clause", WHY):
        assert words in queue.text
    await flo.send(queue.form("/comments/3/remove"), reason="off-topic")
    page = await person.get(f"{HERE}/suggestions/3")
    assert "These words were removed." in page.text
    assert WHY not in page.text
    own = await ann.get("/spaces/avonmere/comments/3/appeal")
    assert own.status == 200
    await ann.send(own.form("/appeal"), words="It speaks of the plan and of nothing else.")
    assert (
        "It speaks of the plan"
        in (await (await enter(app, link_for, "joe")).get("/spaces/avonmere/appeals")).text
    )


async def test_a_removed_revision_gives_way_to_the_words_before(
    app: Quart, ann: Person, sided: Cast, link_for: LinkFor, person: Person
) -> None:
    await save(ann, text="Not about this at all.")
    flo = await enter(app, link_for, "flo")
    await flo.send(
        (await flo.get("/spaces/avonmere/comments")).form("/comments/3/remove"), reason="off-topic"
    )
    page = await person.get(HERE)
    assert "Not about this at all." not in page.text
    assert "Everybody who goes home has a written plan." in page.text


async def test_an_adviser_suggests_and_neither_accepts_nor_writes(
    app: Quart, sided: Cast, link_for: LinkFor, made: Page
) -> None:
    await sided.join("ada", Role.ADVISER)
    ada = await enter(app, link_for, "ada")
    assert "Your suggestion is made." in (await suggest(ada, text="An adviser's words.")).text
    page = await ada.get(f"{HERE}/suggestions/3")
    assert not [form for form in page.forms() if form.action.endswith("/answer")]
    assert f'href="{HERE}/clauses/1/change"' not in (await ada.get(HERE)).html
