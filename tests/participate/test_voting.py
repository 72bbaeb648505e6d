"""Voting as people meet it: a browser without scripts over the whole application, on both databases."""

import re
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select, update

from charters.states import Stage, Standing, StatementState
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import SpaceText, found
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere/evenings"
TEXTS = ("Open until eight.", "Open on Saturdays.", "Ring back the same day.")


def shown(page: Page) -> int:
    return int(page.form("/vote").fields["statement"])


async def test_the_first_statement_is_on_the_page_at_once_with_three_equal_buttons(
    person: Person, voting: Consultation
) -> None:
    page = await person.get(HERE)
    assert page.status == 200
    form = page.form("/vote")
    buttons = re.findall(
        r'<button class="vote" name="vote" value="(\w+)">.*?</svg> (\w+)</button>', form.html
    )
    assert buttons == [("agree", "Agree"), ("disagree", "Disagree"), ("pass", "Pass")]
    visible = re.findall(r"<(?:input|textarea|select)\b(?![^>]*type=\"hidden\")", form.html)
    assert visible == []
    assert page.html.count("<h1") == 1
    assert "Last day: Wednesday 1 April 2026." in page.text
    assert "<strong>many</strong>" in page.html.split("<details")[1].split("</details>")[0]
    assert "What becomes public: totals only, for 8 people or more." in page.text
    assert "Statement 1 of 3" in page.text
    assert "of 3 so far" not in page.text


async def test_looking_and_skipping_write_nothing(person: Person, voting: Consultation, stored: Any) -> None:
    page = await person.get(HERE)
    skip = re.search(r'href="([^"]*\?skip=[^"]*)"', page.html)
    assert skip is not None
    after = await person.get(skip[1])
    assert shown(after) != shown(page)
    assert await stored.votes() == []
    assert await stored.people() == 0


async def test_one_press_is_a_vote_and_the_next_statement_follows(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await person.get(HERE)
    first = shown(page)
    after = await person.send(page.form("/vote"), vote="disagree")
    assert after.status == 200
    assert await stored.votes() == [(first, -1)]
    assert f"You disagreed with “ {TEXTS[first - 1]} ”." in after.text
    assert "1 of 3 so far" in after.text
    assert "Statement 2 of 3" in after.text
    assert shown(after) != first


async def test_how_a_statement_was_drawn_is_stored_with_its_vote(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await person.get(HERE)
    await person.send(page.form("/vote"), vote="agree")
    async with stored.database.reading() as session:
        vote = (await session.exec(select(Vote))).one()
    assert vote.probability == pytest.approx(1 / 3)
    assert vote.draw is not None
    assert vote.policy == "open-health-space/1"


async def test_before_a_vote_no_author_role_or_tally_is_shown(
    person: Person, app: Quart, voting: Consultation, stored: Any
) -> None:
    await stored.change(Statement, seed=True)
    plain = await person.get(HERE)
    for _ in range(9):
        other = Person(app)
        await other.send((await other.get(HERE + "?statement=1")).form("/vote"), vote="agree")
    page = await person.get(HERE + "?statement=1")
    blind = page.html.split('id="statement"')[1].split("</form>")[0]
    assert "9" not in re.sub(r'value="[^"]*"', "", blind)
    assert not re.search(r"author|seed|facilitator|official|people agree", blind, re.I)
    assert [f.action for f in page.forms()] == [f.action for f in plain.forms()]


async def test_undo_takes_the_vote_back_and_shows_the_statement_again(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await person.get(HERE)
    first = shown(page)
    after = await person.send(page.form("/vote"), vote="agree")
    undone = await person.send(after.form("/undo"))
    assert await stored.votes() == []
    assert shown(undone) == first
    assert "Your answer is taken back" in undone.text
    again = await person.send(undone.form("/vote"), vote="pass")
    assert await stored.votes() == [(first, 0)]
    assert "You passed on" in again.text


async def test_all_three_then_nothing_is_left_and_each_was_shown_once(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await person.get(HERE)
    for _ in TEXTS:
        page = await person.send(page.form("/vote"), vote="agree")
    assert await stored.votes() == [(1, 1), (2, 1), (3, 1)]
    assert "Nothing left to vote on" in page.text
    assert "You have answered all 3 statements." in page.text
    assert "3 of 3 so far" in page.text


async def test_what_was_skipped_stays_skipped_while_voting_and_can_be_shown_again(
    person: Person, voting: Consultation
) -> None:
    page = await person.get(HERE)
    skipped = shown(page)
    page = await person.get(f"{HERE}?skip={skipped}")
    for _ in range(2):
        assert shown(page) != skipped
        page = await person.send(page.form("/vote"), vote="agree")
    assert "You have been through all of them" in page.text
    assert "1 statement you skipped" in page.text
    assert "2 of 3 so far" in page.text
    page = await person.get(HERE)
    assert shown(page) == skipped


@pytest.mark.parametrize("skip", ["x", "1-x-99999999999999999999", "-", "%C2%B2", "1-1-1", "1-" * 3000])
async def test_a_skip_that_nobody_wrote_here_does_no_harm(
    person: Person, voting: Consultation, skip: str
) -> None:
    assert (await person.get(f"{HERE}?skip={skip}")).status == 200


async def test_the_address_cannot_make_the_page_claim_a_vote(person: Person, voting: Consultation) -> None:
    page = await person.get(HERE + "?voted=1&added=2&undone=99")
    assert page.status == 200
    assert 'class="status"' not in page.html


async def test_after_a_statement_was_removed_no_address_shows_its_words(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await person.send((await person.get(HERE + "?statement=2")).form("/vote"), vote="agree")
    assert TEXTS[1] in page.text
    async with stored.database.transaction() as session:
        gone = {"state": StatementState.REMOVED, "removed_for": "off-topic"}
        await session.exec(update(Statement).where(Statement.number == 2).values(**gone))
    page = await person.get(HERE + "?voted=2&undone=2&statement=2")
    assert page.status == 200
    assert TEXTS[1] not in page.text
    assert 'class="status"' not in page.html


async def test_a_text_is_never_rendered_as_html_and_carries_its_language(
    person: Person, voting: Consultation, stored: Any
) -> None:
    await stored.change(Statement, text="<script>alert(1)</script> & <b>bold</b>", language="cy")
    page = await person.get(HERE)
    assert "<script>alert" not in page.html
    assert "<b>bold</b>" not in page.html
    assert 'lang="cy">&lt;script&gt;alert(1)' in page.html


async def test_finishing_replaces_the_secret_and_says_so(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await person.send((await person.get(HERE + "?statement=1")).form("/vote"), vote="agree")
    old_form = page.form("/vote")
    done = await person.send(page.form("/finish"))
    assert "You have finished on this device." in done.text
    assert "Statement 1 of 3" in done.text
    stale = await person.send(old_form, vote="agree")
    assert stale.status == 403
    assert "out of date" in stale.text
    fresh = await person.get(HERE + "?statement=1")
    await person.send(fresh.form("/vote"), vote="disagree")
    assert await stored.votes() == [(1, -1), (1, 1)]
    assert await stored.people() == 2


async def test_a_consultation_in_another_space_knows_nothing_of_this_person(
    person: Person, voting: Consultation, stored: Any, clock: Clock
) -> None:
    async with stored.database.transaction() as session:
        space = await found(
            session,
            SpaceText(slug="elsewhere", title="Elsewhere", host="Somebody"),
            standing=Standing.TRIAL,
            policy="open-health-space",
            now=clock(),
        )
        held = Consultation(
            space_id=space.id or 0,
            slug="evenings",
            title="Evenings",
            question="How should it work there?",
            stage=Stage.VOTING,
            created_at=clock(),
        )
        session.add(held)
        await session.flush()
        text = StatementText(text="Something there.")
        await add_statement(session, held, text, state=StatementState.PUBLISHED, now=clock())
    await person.send((await person.get(HERE)).form("/vote"), vote="agree")
    there = await person.get("/spaces/elsewhere/evenings")
    assert "Statement 1 of 1" in there.text
    await person.send(there.form("/vote"), vote="agree")
    async with stored.database.reading() as session:
        keys = (await session.exec(select(Participant.key))).all()
    assert len(set(keys)) == 2


async def test_a_statement_in_another_language_than_the_page_says_so(
    person: Person, voting: Consultation
) -> None:
    assert "You may skip it." not in (await person.get(HERE)).text
    assert "Mae hwn yn Saesneg. Cewch ei adael am y tro." in (await person.get(f"{HERE}?lang=cy")).text
    assert "Mae hwn yn Saesneg." in (await person.get("/?lang=cy")).text
