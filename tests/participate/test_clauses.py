"""Writing in a proposal by form: saving, a look before, a clash, places in the draft, and the history."""

import pytest
from quart import Quart

from charters.states import StatementState
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clauses import Revision
from deliberation.drafting.comments import Comment
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, TITLE, Writers
from tests.participate.conftest import LinkFor, Stored
from tests.participate.test_proposals import enter
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere/proposals/1"
MINE = "Everybody has a plan in words they can read."


@pytest.fixture
async def sided(app: Quart, clock: Clock) -> Cast:
    """Maryam has begun proposal 1 with two clauses."""
    clock.time = NOON
    cast = await two_sides(app.extensions["database"])
    cast.master = app.extensions["settings"].pseudonym_master
    planned = [Planned(text=FIRST), Planned(text=SECOND)]
    await Writers(cast).do("maryam", begin_proposal, TITLE, planned)
    return cast


@pytest.fixture
async def ann(app: Quart, sided: Cast, link_for: LinkFor) -> Person:
    return await enter(app, link_for, "ann")


@pytest.fixture
async def deepa(app: Quart, sided: Cast, link_for: LinkFor) -> Person:
    return await enter(app, link_for, "deepa")


async def save(person: Person, clause: int = 1, text: str = MINE, **fields: str) -> Page:
    form = (await person.get(f"{HERE}/clauses/{clause}/change")).form(f"{HERE}/clauses/{clause}/change")
    return await person.send(form, text=text, language="en", **fields)


async def test_from_reading_a_clause_to_co_author_in_two_presses(ann: Person, person: Person) -> None:
    page = await ann.get(HERE)
    assert f'href="{HERE}/clauses/1/change"' in page.html
    form = (await ann.get(f"{HERE}/clauses/1/change")).form("/change")
    assert "What becomes public:" in form.html
    assert FIRST.text in form.fields["text"]
    page = await ann.send(form, text=MINE, language="en", heading="A plan")
    assert "Your words stand in the clause now." in page.text
    page = await person.get(HERE)
    assert MINE in page.text
    assert "Ann (People)" in page.text
    assert FIRST.text not in page.text


async def test_the_words_stand_in_both_orders_of_sides(ann: Person, deepa: Person, person: Person) -> None:
    await save(deepa, text="The body's words.")
    await save(ann, text="The people's words.")
    assert "The people's words." in (await person.get(HERE)).text
    await save(deepa, text="The body's words again.")
    assert "The body's words again." in (await person.get(HERE)).text


async def test_a_look_before_saves_nothing_and_keeps_what_was_typed(ann: Person, stored: Stored) -> None:
    page = await save(ann, text="Words in **bold**.\n\n- one\n- two", preview="yes")
    assert "How it reads. It is not saved yet." in page.text
    assert "<strong>bold</strong>" in page.html
    assert "Words in **bold**.\n\n- one\n- two" in page.form("/change").fields["text"]
    assert await stored.count(Revision) == 2
    page = await ann.send(page.form("/change"), language="en", save="yes")
    assert "Your words stand in the clause now." in page.text
    assert await stored.count(Revision) == 3


async def test_a_clash_shows_both_texts_and_loses_neither(ann: Person, deepa: Person, stored: Stored) -> None:
    form = (await ann.get(f"{HERE}/clauses/1/change")).form("/change")
    await save(deepa, text="The body was quicker.")
    page = await ann.send(form, text=MINE, language="en")
    assert page.status == 409
    assert "This clause changed while you wrote" in page.text
    assert "Deepa, Avonmere Trust (Health bodies)" in page.text
    assert "The body was quicker." in page.text
    assert MINE in page.form("/change").fields["text"]
    for word in ("removed:", "added:"):
        assert word in page.text
    assert await stored.count(Revision) == 3
    page = await ann.send(page.form("/change"), language="en")
    assert "Your words stand in the clause now." in page.text
    assert await stored.count(Revision) == 4


async def test_words_that_were_removed_are_on_no_page_of_a_clash(
    ann: Person, deepa: Person, stored: Stored, app: Quart
) -> None:
    form = (await ann.get(f"{HERE}/clauses/1/change")).form("/change")
    await save(deepa, text="Not to be read any more.")
    async with app.extensions["database"].transaction() as session:
        words = await session.get(Comment, 3)
        words.state, words.removed_for = StatementState.REMOVED, "abusive"
    page = await ann.send(form, text=MINE, language="en")
    assert page.status == 200, "the words before stand again, and the form was made from those"
    for path in (HERE, f"{HERE}/clauses/1/history", f"{HERE}/clauses/1/change"):
        assert "Not to be read any more." not in (await ann.get(path)).text
    assert "These words were removed." in (await ann.get(f"{HERE}/clauses/1/history")).text


async def test_saving_what_stands_already_says_so(ann: Person, stored: Stored) -> None:
    page = await save(ann, text=FIRST.text, heading=FIRST.heading)
    assert "The clause says this already. Nothing was changed." in page.text
    assert await stored.count(Revision) == 2


async def test_writing_into_a_clause_that_was_taken_out_keeps_the_words(ann: Person, deepa: Person) -> None:
    form = (await ann.get(f"{HERE}/clauses/1/change")).form("/change")
    await deepa.send((await deepa.get(f"{HERE}/clauses/1/take-out")).form("/take-out"))
    page = await ann.send(form, text=FIRST.text, language="en")
    assert page.status == 409
    assert "This clause was taken out" in page.text
    page = await ann.send(page.form("/clauses/add"), language="en")
    assert "The clause is added." in page.text
    assert "Clause 3" in page.text
    page = await ann.get(f"{HERE}/clauses/1/change")
    assert "Put it back as it was" in page.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": ""}, "Write the text of the clause."),
        ({"text": "x" * 2001}, "The text of the clause has 2,001 characters. Shorten it to 2,000 or fewer."),
        ({"heading": "h" * 121}, "The heading has 121 characters. Shorten it to 120 or fewer."),
        ({"language": "xx"}, "Choose the language of the clause."),
    ],
)
async def test_what_is_wrong_is_said_and_kept(
    ann: Person, stored: Stored, fields: dict[str, str], says: str
) -> None:
    form = (await ann.get(f"{HERE}/clauses/1/change")).form("/change")
    page = await ann.send(form, **{"language": "en", "text": "Kept words.", **fields})
    assert page.status == 422
    assert says in page.text
    if "text" not in fields:
        assert "Kept words." in page.form("/change").fields["text"]
    assert await stored.count(Revision) == 2


async def test_a_private_number_is_shown_first_and_the_author_decides(
    ann: Person, stored: Stored, person: Person
) -> None:
    page = await save(ann, text="Ring Bo on 01632 960001.")
    assert "It is not saved yet." in page.text
    assert "This may point to a person" in page.text
    assert await stored.count(Revision) == 2
    hidden = await ann.send(page.form("/change"), language="en", hide="yes")
    assert "Your words stand in the clause now." in hidden.text
    assert "Ring Bo on […]." in (await person.get(HERE)).text
    page = await save(ann, text="Ring Bo on 01632 960002.")
    waits = await ann.send(page.form("/change"), language="en", anyway="yes")
    assert "A facilitator reads them before others can." in waits.text
    for path in (HERE, f"{HERE}/clauses/1/history"):
        assert "01632 960002" not in (await person.get(path)).text


async def test_clauses_are_added_behind_another_moved_taken_out_and_put_back(
    ann: Person, deepa: Person, person: Person
) -> None:
    form = (await ann.get(f"{HERE}/clauses/add?after=1")).form("/clauses/add")
    await ann.send(form, text="Between.", language="en")
    page = await person.get(HERE)
    assert (
        page.html.index("clause-1-title") < page.html.index("clause-3-title") < page.html.index("clause-2-")
    )
    place = (await deepa.get(f"{HERE}/clauses/3/change")).form("/move")
    assert "The clause is moved." in (await deepa.send(place, way="up")).text
    assert "It is the first clause already." in (await deepa.send(place, way="up")).text
    last = (await deepa.get(f"{HERE}/clauses/2/change")).form("/move")
    assert "It is the last clause already." in (await deepa.send(last, way="down")).text
    page = await ann.send((await ann.get(f"{HERE}/clauses/3/take-out")).form("/take-out"))
    assert "The clause is taken out." in page.text
    assert "Clauses that were taken out" in (await person.get(HERE)).text
    assert "is out of the draft, so it was not moved" in (await deepa.send(place, way="up")).text
    page = await deepa.send((await deepa.get(HERE)).form("/3/put-back"))
    assert "The clause is back, at the end of the draft." in page.text


async def test_a_clause_that_changed_is_shown_before_it_is_taken_out(ann: Person, deepa: Person) -> None:
    asked = (await ann.get(f"{HERE}/clauses/1/take-out")).form("/take-out")
    await save(deepa, text="Everybody who goes home has two plans.")
    page = await ann.send(asked)
    assert page.status == 409
    assert "The clause has changed since you asked. It is still in the draft." in page.text
    assert "removed:" in page.text
    page = await ann.send(page.form("/take-out"))
    assert "The clause is taken out." in page.text
    assert (await ann.send(asked)).text.count("It is out of the draft already.") == 1


async def test_the_history_says_who_when_and_what(ann: Person, deepa: Person, person: Person) -> None:
    await save(ann, text="Everybody who goes home has a plan.", heading="A plan")
    page = await person.get(f"{HERE}/clauses/1/history")
    order = ["Revision 2", "Stands now", "Ann (People), November 2026", "removed:", "Revision 1", "Maryam"]
    places = [page.text.index(words) for words in order]
    assert places == sorted(places)
    assert "<del>" in page.html
    assert "<ins>" in page.html


async def test_who_may_not_write_is_told_before_what_they_typed_is_looked_at(
    app: Quart, sided: Cast, link_for: LinkFor, stored: Stored, ann: Person
) -> None:
    cai = await enter(app, link_for, "cai")
    token = (await cai.get("/spaces/avonmere/join")).form("/join").fields["token"]
    for path in ("1/change", "add", "1/move", "1/take-out", "1/put-back"):
        page = await cai.post(f"{HERE}/clauses/{path}", {"token": token, "text": "", "language": "xx"})
        assert page.status == 403, path
        assert "Everybody stands on a side" in page.text
    assert (await ann.get(f"{HERE}/clauses/9/change")).status == 404
    assert await stored.count(Revision) == 2
