"""Who may vote: chosen before the first vote, checked at every vote, and said on the page."""

import re
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from charters.policy import load_policy
from charters.states import Attestation
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from participate.who_may_vote import CHOICES
from tests.founding import charter_brookside
from tests.participate.conftest import LinkFor
from tests.participate.consulting import HOURS, RUN, make, open_it, token_of
from tests.people import Clock, Page, Person

WHO = f"{RUN}/who"
CLAUSE = load_policy("open-health-space").clause("who-may-vote").text


async def choose(flo: Person, who: str, first: str = "all") -> Page:
    return await flo.send((await flo.get(WHO)).form("/who"), who=who, first=first)


async def votes(somebody: Person) -> Page:
    return await somebody.send((await somebody.get(HOURS)).form("/vote"), vote="agree", follow=False)


async def classes(app: Quart) -> list[str]:
    async with app.extensions["database"].reading() as session:
        return sorted(await session.exec(select(Participant.attestation)))


async def test_whoever_was_checked_may_vote_and_others_are_told_how(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    assert (await choose(cast.flo, "known")).status == 200
    await open_it(cast.flo)
    page = await cast.stranger.get(HOURS)
    assert "Come in first" in page.text
    assert "You vote once you are signed in or personally invited." in page.text
    assert not [form for form in page.forms() if form.action.endswith(("/vote", "/statements"))]
    borrowed = (await cast.cai.get(HOURS)).form("/vote").fields
    fields = {**borrowed, "vote": "agree", "token": token_of(cast.stranger)}
    page = await cast.stranger.post(f"{HOURS}/vote", fields)
    assert page.status == 403
    assert CLAUSE in page.text
    assert (await votes(cast.cai)).status == 303
    assert await classes(app) == ["email"]


@pytest.mark.parametrize("personal", ["yes", ""])
async def test_only_a_personal_link_makes_somebody_invited(app: Quart, cast: Any, personal: str) -> None:
    await make(cast.flo)
    await choose(cast.flo, "invited")
    await open_it(cast.flo)
    form = (await cast.flo.get(f"{RUN}/share")).form("/invitations")
    made = await cast.flo.send(form, label="Letter", personal=personal)
    found = re.search(r"http://localhost(/spaces/avonmere/opening-hours/invite/[a-z0-9-]+)", made.html)
    assert found is not None
    await cast.stranger.send((await cast.stranger.get(found[1])).forms()[-1])
    page = await cast.stranger.get(HOURS)
    if personal:
        assert "You vote once you came in by a personal invitation." in page.text
        assert (await votes(cast.stranger)).status == 303
        assert await classes(app) == ["invited"]
    else:
        assert "Come in first" in page.text
    assert "Come in first" in (await cast.cai.get(HOURS)).text


async def test_it_cannot_change_once_voting_has_begun(cast: Any) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    assert "Anybody may vote." in (await cast.stranger.get(HOURS)).text
    page = await cast.flo.get(WHO)
    assert "Voting has begun" in page.text
    page = await cast.flo.post(WHO, {"who": "known", "token": token_of(cast.flo)})
    assert page.status == 403


async def headline_of(app: Quart) -> tuple[list[str] | None, list[str] | None]:
    async with app.extensions["database"].reading() as session:
        (held,) = (await session.exec(select(Consultation))).all()
        return held.attested, held.headline


async def test_whose_answers_come_first_is_settled_with_it(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    assert (await choose(cast.flo, "everybody", "known")).status == 200
    attested, headline = await headline_of(app)
    assert attested == sorted(one.value for one in CHOICES["everybody"])
    assert headline == sorted(one.value for one in CHOICES["known"])
    page = await cast.flo.get(WHO)
    fields = page.form("/who").fields
    assert (fields["who"], fields["first"]) == ("everybody", "known")
    record = await cast.stranger.get("/spaces/avonmere/record")
    assert (
        "Counted for the headline: a named helper, a checked e-mail address, an invitation, an NHS login, "
        "staff of a body." in record.text
    )


@pytest.mark.parametrize("first", ["everybody", "nobody"])
async def test_whoever_may_not_vote_does_not_come_first(app: Quart, cast: Any, first: str) -> None:
    await make(cast.flo)
    page = await choose(cast.flo, "known", first)
    assert page.status == 422
    assert '<a href="#first">' in page.html
    assert await headline_of(app) == (None, None)


async def test_something_must_be_chosen(cast: Any) -> None:
    await make(cast.flo)
    page = await choose(cast.flo, "nobody")
    assert page.status == 422
    assert '<a href="#who">' in page.html


async def test_nobody_but_the_facilitator_chooses(cast: Any) -> None:
    await make(cast.flo)
    for somebody in (cast.stranger, cast.cai, cast.gus):
        assert (await somebody.get(WHO)).status == 403
        assert (await somebody.post(WHO, {"who": "known", "token": token_of(somebody)})).status == 403


def test_no_choice_favours_a_side() -> None:
    for chosen in CHOICES.values():
        assert (Attestation.STAFF in chosen) is (Attestation.EMAIL in chosen)


async def test_where_two_sides_hold_the_space_both_are_asked(
    app: Quart, clock: Clock, link_for: LinkFor
) -> None:
    async with app.extensions["database"].transaction() as session:
        space = await charter_brookside(session, clock())
        session.add(
            Consultation(
                space_id=space.id or 0,
                slug="beds",
                title="Beds",
                question="Where should the beds be?",
                created_at=clock(),
            )
        )
    flo = Person(app)
    await flo.send((await flo.get(await link_for("flo@example.org"))).forms()[0], follow=False)
    form = (await flo.get("/spaces/brookside/beds/facilitate/who")).form("/who")
    assert (await flo.send(form, who="everybody", first="known", reason="")).status == 422
    page = await flo.send(
        form, who="everybody", first="known", reason="So that nobody votes twice by chance."
    )
    assert page.status == 200
    assert "Change who may vote" in page.text
    headline = page.text[page.text.index("Who counts for the headline") :]
    assert "an e-mail address that was checked" in headline
    assert "anybody" not in headline[: headline.index("key")]
    async with app.extensions["database"].reading() as session:
        (held,) = (await session.exec(select(Consultation))).all()
        assert held.attested is None
