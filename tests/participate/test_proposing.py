"""Proposing a change of a charter: fields and file, faults by name, a look beforehand, one at a time."""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart

from charters.agreements import Kind, State
from charters.policy import Policy
from deliberation.spaces.decisions import decisions_of
from deliberation.spaces.spaces import space_named
from tests.charter_history import TRUST, amended, put_to_both, two_versions
from tests.chartering import join_body, join_people
from tests.participate.conftest import LinkFor
from tests.people import Clock, Page, Person
from tests.tongues import english_left

CHARTER = "/spaces/brenmoor/charter"
PROPOSE = f"{CHARTER}/propose"
WHY = "Two weeks are too short for an answer."
SignIn = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def held(app: Quart, clock: Clock) -> Policy:
    """Brenmoor with Maryam on the people's side and Deepa for the Trust; its charter in force."""
    async with app.extensions["database"].transaction() as session:
        space, _, second = await two_versions(session, clock())
        since = clock() - timedelta(days=50)
        await join_people(session, space, "maryam", since=since)
        await join_body(session, space, "deepa", since=since, code=TRUST.removeprefix("ods:"))
    return second


@pytest.fixture
async def sign_in(app: Quart, link_for: LinkFor) -> SignIn:
    """Somebody of the cast, signed in."""

    async def come(name: str) -> Person:
        person = Person(app)
        await person.send((await person.get(await link_for(f"{name}@example.org"))).forms()[-1])
        return person

    return come


async def look(person: Person, **typed: str) -> Page:
    """Fill the form with this in it, and press its button."""
    page = await person.get(PROPOSE)
    return await person.send(page.form("/propose"), **typed)


async def decisions(app: Quart) -> list[Any]:
    async with app.extensions["database"].reading() as session:
        space = await space_named(session, "brenmoor")
        assert space.id is not None
        return [one for one in await decisions_of(session, space.id) if one.state is State.OPEN]


@pytest.mark.parametrize("name", ["maryam", "deepa"])
async def test_anybody_on_a_side_can_propose_a_change(
    app: Quart, held: Policy, sign_in: SignIn, name: str
) -> None:
    person = await sign_in(name)
    assert f'href="{PROPOSE}"' in (await person.get(CHARTER)).html
    page = await look(person, **{"duties[0].within_days": "42"})
    assert page.status == 200
    assert "within 8 weeks" in page.text
    assert "within 6 weeks" in page.text
    put = await person.send(page.form("/put"), follow=False, reason=WHY)
    (decision,) = await decisions(app)
    assert (put.status, put.headers["Location"]) == (303, f"{CHARTER}#decision-{decision.id}")
    assert (decision.kind, decision.words) == (Kind.AMEND_CHARTER, WHY)
    for words in ("A change is proposed", WHY, "within 6 weeks", "Vote yes"):
        assert words in (await person.get(CHARTER)).text, words


async def test_who_is_on_no_side_is_told_the_clause(held: Policy, person: Person, sign_in: SignIn) -> None:
    for somebody in (person, await sign_in("stranger")):
        for path in (PROPOSE, f"{PROPOSE}/file"):
            page = await somebody.get(path)
            assert page.status == 403
            assert f'href="{CHARTER}#' in page.html
        assert f'href="{PROPOSE}"' not in (await somebody.get(CHARTER)).html


async def test_a_promise_can_be_reworded_and_another_added(app: Quart, held: Policy, sign_in: SignIn) -> None:
    person = await sign_in("maryam")
    title = f"clauses[{list(held.clauses).index('advisers')}].title"
    new = {"new.title": "Tea is offered", "new.text": "Whoever comes is offered tea."}
    page = await look(person, **{title: "Advisers are asked by both", **new})
    assert "Its title was: Advisers answer, and decide nothing" in page.text
    assert "This promise is new." in page.text
    await person.send(page.form("/put"), reason=WHY)
    assert len(await decisions(app)) == 1


WRONG: list[tuple[dict[str, str], str, str]] = [
    (
        {"moderation.appeal_days": "3"},
        "moderation.appeal_days",
        "moderation.appeal_days is 3: it",
    ),
    ({"moderation.appeal_days": "soon"}, "moderation.appeal_days", "must be a whole number"),
    ({"publication.min_group": "5"}, "publication.min_group", "Write 10 or more."),
    ({"amendment.share": "40"}, "amendment.share", "amendment.share is 0.4: it must be at least 0.5"),
    ({"duties[0].within_days": "999"}, "duties[0].within_days", "duties[0].within_days is 999"),
    ({"clauses[0].text": "At least 3 people."}, "clauses[0].text", "must not have digits"),
    ({"clauses[23].text": "No number."}, "clauses[23].text", "must say the number"),
    ({"new.title": "x", "new.text": "Tea for all."}, "new.title", "must have at least 2"),
    ({"new.title": "Tea", "new.text": "Tea for 3."}, "new.text", "must not have digits"),
    ({"begins": "2026-03-03"}, "begins", "Choose a later day."),
    ({"begins": "soon"}, "begins", "is not a day"),
    ({"begins": ""}, "begins", "Choose the day from which it holds."),
    ({}, "begins", "Nothing is changed yet."),
]


async def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(
    app: Quart, held: Policy, sign_in: SignIn
) -> None:
    person = await sign_in("maryam")
    form = (await person.get(PROPOSE)).form("/propose")
    for typed, field, says in WRONG:
        page = await person.send(form, **typed)
        assert page.status == 422, typed
        assert f'href="#{field}"' in page.html, typed
        assert says in page.text, typed
        for value in typed.values():
            assert value in page.html, typed
    assert await decisions(app) == []


async def test_a_field_that_is_wrong_is_not_hidden(held: Policy, sign_in: SignIn) -> None:
    page = await look(await sign_in("maryam"), **{"moderation.appeal_days": "3"})
    opened = re.findall(r"<details class=\"edit-group\" open>.*?</details>", page.html, re.S)
    assert ["moderation.appeal_days" in one for one in opened] == [True]


async def test_the_whole_file_can_be_changed_and_its_faults_are_told(
    app: Quart, held: Policy, sign_in: SignIn
) -> None:
    person = await sign_in("maryam")
    page = await person.get(f"{PROPOSE}/file")
    document = json.loads(page.form("/file").fields["file"])
    for broken, says in (
        ("{", "must be JSON"),
        ("[]", "one JSON object"),
        (json.dumps({**document, "running": {}}), "running.hide_hours is missing"),
        (json.dumps({**document, "title": "Cafe\u0301 2"}).replace("\\u0301", "\u0301"), "Nothing"),
    ):
        wrong = await person.send(page.form("/file"), file=broken)
        if says != "Nothing":
            assert (wrong.status, says in wrong.text) == (422, True), broken[:20]
    document["parties"].append({"id": "ods:XX3", "kind": "body", "name": "Brenmoor Council"})
    seen = await person.send(page.form("/file"), file=json.dumps(document))
    assert "Who signs, ods:XX3" in seen.text
    await person.send(seen.form("/put"), reason=WHY)
    assert len(await decisions(app)) == 1


async def test_what_was_looked_at_can_be_changed_again(held: Policy, sign_in: SignIn) -> None:
    person = await sign_in("maryam")
    new = {"new.title": "Tea", "new.text": "Tea for all."}
    seen = await look(person, **{"moderation.sealed_days": "100", **new})
    again = await person.post(f"{PROPOSE}/again", seen.form("/put").fields)
    fields = again.form("/propose").fields
    assert fields["moderation.sealed_days"] == "100"
    assert fields["new.text"].strip() == "Tea for all."


async def test_a_reason_is_needed_and_the_change_stays_on_the_page(
    app: Quart, held: Policy, sign_in: SignIn
) -> None:
    person = await sign_in("maryam")
    seen = await look(person, **{"moderation.sealed_days": "100"})
    page = await person.send(seen.form("/put"), reason="")
    assert page.status == 422
    assert 'href="#reason"' in page.html
    assert "100 days" in page.text
    assert await decisions(app) == []


async def test_a_file_that_was_tampered_with_is_refused(app: Quart, held: Policy, sign_in: SignIn) -> None:
    person = await sign_in("maryam")
    seen = await look(person, **{"moderation.sealed_days": "100"})
    form = seen.form("/put")
    page = await person.send(
        form, reason=WHY, file=form.fields["file"].replace('"min_group":10', '"min_group":2')
    )
    assert page.status == 422
    assert "publication.min_group" in page.text
    assert await decisions(app) == []


async def test_while_one_change_is_decided_there_is_no_second(
    app: Quart, clock: Clock, held: Policy, sign_in: SignIn
) -> None:
    person = await sign_in("maryam")
    seen = await look(person, **{"moderation.sealed_days": "100"})
    async with app.extensions["database"].transaction() as session:
        space = await space_named(session, "brenmoor")
        third = amended(held, clock() + timedelta(days=60), {"moderation": {"report_days": 5}})
        await put_to_both(
            session, space, third, Kind.AMEND_CHARTER, now=clock(), state=State.OPEN, about="charter"
        )
    page = await person.send(seen.form("/put"), reason=WHY)
    assert page.status == 409
    assert WHY in page.text
    form = await person.get(PROPOSE)
    assert "Wait until that has ended." in form.text
    assert not [one for one in form.forms() if one.action.endswith("/propose")]


async def test_the_form_and_the_look_are_in_welsh_and_mark_what_is_not(held: Policy, sign_in: SignIn) -> None:
    person = await sign_in("maryam")
    page = await person.get(f"{PROPOSE}?lang=cy")
    wrong = await person.send(page.form("/propose"), **{"begins": "heddiw"})
    faulty = await person.send(page.form("/propose"), **{"moderation.appeal_days": "3"})
    seen = await person.send(page.form("/propose"), **{"moderation.sealed_days": "100"})
    unsaid = await person.send(seen.form("/put"), reason="")
    file = await person.get(f"{PROPOSE}/file")
    short = json.loads(file.form("/file").fields["file"])
    short["publication"]["min_group"] = 9
    del short["rights"]["access_days"]
    mended = await person.send(file.form("/file"), file=json.dumps(short))
    assert ">9</span>: rhaid iddo fod yn rhif cyfan, 10 neu fwy. Ysgrifennwch 10 neu fwy." in mended.html
    assert "rights.access_days</span> ar goll. Ychwanegwch ef. Dyddiau i ateb cais." in mended.html
    broken = await person.send(file.form("/file"), file="{")
    assert "rhaid iddo fod yn JSON. Trwsiwch y ffeil yn y man hwn." in broken.html
    for one in (page, wrong, faulty, seen, unsaid, file, mended, await person.get(CHARTER)):
        assert english_left(one.html, names=("Brenmoor",)) == [], one.path
