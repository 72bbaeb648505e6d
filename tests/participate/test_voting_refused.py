"""Votes that are refused: what the page says then, and what it keeps."""

from dataclasses import replace
from typing import Any

import pytest
from quart import Quart
from sqlmodel import update

from charters.states import Stage, Standing, StatementState
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere/evenings"


def shown(page: Page) -> int:
    return int(page.form("/vote").fields["statement"])


@pytest.mark.parametrize("answer", ["", "maybe", "1"])
async def test_an_answer_that_is_none_of_the_three_is_refused(
    person: Person, voting: Consultation, stored: Any, answer: str
) -> None:
    page = await person.get(HERE)
    refused = await person.send(page.form("/vote"), vote=answer)
    assert refused.status == 422
    assert "Choose Agree, Disagree or Pass." in refused.text
    assert await stored.votes() == []


@pytest.mark.parametrize("note", ["", "rubbish", "other statement", "changed", "old"])
async def test_a_form_without_its_own_fresh_note_is_refused_and_keeps_the_choice(
    person: Person, voting: Consultation, stored: Any, clock: Clock, note: str
) -> None:
    form = (await person.get(HERE + "?statement=1")).form("/vote")
    other = (await person.get(HERE + "?statement=2")).form("/vote").fields["exposure"]
    mine = form.fields["exposure"]
    notes = {"other statement": other, "changed": mine[:-1] + ("A" if mine[-1] != "A" else "B"), "old": mine}
    if note == "old":
        clock.pass_(hours=6, seconds=1)
    refused = await person.send(form, vote="disagree", exposure=notes.get(note, note))
    assert refused.status == 403
    assert await stored.votes() == []
    assert "your answer is not kept yet" in refused.text
    assert "You chose Disagree. Press it again to keep it." in refused.text
    assert shown(refused) == 1
    kept = await person.send(refused.form("/vote"), vote="disagree")
    assert kept.status == 200
    assert await stored.votes() == [(1, -1)]


async def test_a_note_for_another_consultation_is_refused(
    person: Person, voting: Consultation, stored: Any, clock: Clock
) -> None:
    async with stored.database.transaction() as session:
        other = Consultation(
            space_id=voting.space_id,
            slug="other",
            title="Other",
            question="And what else?",
            stage=Stage.VOTING,
            created_at=clock(),
        )
        session.add(other)
        await session.flush()
        text = StatementText(text="Something else.")
        await add_statement(session, other, text, state=StatementState.PUBLISHED, now=clock())
    form = (await person.get(HERE + "?statement=1")).form("/vote")
    refused = await person.post("/spaces/avonmere/other/vote", {**form.fields, "vote": "agree"})
    assert refused.status == 403
    assert await stored.votes() == []


async def test_without_a_cookie_nothing_is_kept_but_the_choice(
    app: Quart, voting: Consultation, stored: Any
) -> None:
    person, blocked = Person(app), Person(app)
    form = (await person.get(HERE)).form("/vote")
    refused = await blocked.send(form, vote="agree")
    assert refused.status == 403
    assert "Your browser blocks our cookie" in refused.text
    assert await stored.votes() == []
    # The refusal brought a cookie; where it is allowed now, one press is enough.
    kept = await blocked.send(replace(refused.forms()[0], action=HERE + "/vote"))
    assert kept.status == 200
    assert len(await stored.votes()) == 1


async def test_a_removed_or_waiting_statement_is_refused_with_the_clause(
    person: Person, voting: Consultation, stored: Any
) -> None:
    form = (await person.get(HERE)).form("/vote")
    async with stored.database.transaction() as session:
        gone = {"state": StatementState.REMOVED, "removed_for": "off-topic"}
        await session.exec(update(Statement).values(**gone))
    refused = await person.send(form, vote="agree")
    assert refused.status == 403
    assert "This statement was removed." in refused.text
    assert "Removing needs a reason" in refused.text
    assert await stored.votes() == []
    assert "No statements yet" in (await person.get(HERE)).text


async def test_a_waiting_statement_is_never_offered(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await person.get(HERE + "?statement=4")
    assert shown(page) in (1, 2, 3)
    assert "This one waits." not in page.text


@pytest.mark.parametrize("hours", [2, 7])
async def test_after_the_close_a_vote_is_refused_and_the_page_says_what_to_do(
    person: Person, voting: Consultation, stored: Any, clock: Clock, hours: int
) -> None:
    clock.pass_(days=29, hours=23)
    page = await person.get(HERE)
    clock.pass_(hours=hours)  # after seven the form itself is too old as well
    refused = await person.send(page.form("/vote"), vote="agree")
    assert refused.status == 403
    assert "This is closed." in refused.text
    assert "Voting has published dates" in refused.text
    closed = await person.get(HERE)
    assert "Voting is closed" in closed.text
    assert "You can read the results." in closed.text
    assert f'href="{HERE}/map"' in closed.html
    assert await stored.votes() == []
    with pytest.raises(LookupError):
        closed.form("/vote")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"stage": Stage.FRAMING, "opens_at": None}, "Come back later: the day will stand here."),
        ({"stage": Stage.FRAMING}, "Come back on the first day: Sunday 1 March 2026."),
        ({"stage": Stage.CLOSED}, "Voting is closed"),
        ({"stage": Stage.ARCHIVED}, "This is an archive"),
    ],
)
async def test_a_consultation_that_is_not_open_refuses_votes_and_says_why(
    person: Person, voting: Consultation, stored: Any, values: dict[str, object], said: str
) -> None:
    form = (await person.get(HERE)).form("/vote")
    await stored.change(Consultation, **values)
    page = await person.get(HERE)
    assert said in page.text
    assert "/vote" not in " ".join(f.action for f in page.forms())
    refused = await person.send(form, vote="agree")
    assert refused.status == 403
    assert 'class="clause"' in refused.html
    assert await stored.votes() == []


async def test_an_archived_space_refuses_votes_and_says_so(
    person: Person, voting: Consultation, stored: Any
) -> None:
    form = (await person.get(HERE)).form("/vote")
    await stored.change(Space, standing=Standing.ARCHIVE)
    assert "This is an archive" in (await person.get(HERE)).text
    assert (await person.send(form, vote="agree")).status == 403
    assert await stored.votes() == []


async def test_a_consultation_that_is_not_there_is_not_found(person: Person, voting: Consultation) -> None:
    assert (await person.get("/spaces/avonmere/nothing")).status == 404
    await person.get(HERE)
    form = (await person.get(HERE)).form("/vote")
    gone = await person.post("/spaces/avonmere/nothing/vote", {**form.fields, "vote": "agree"})
    assert gone.status == 404
