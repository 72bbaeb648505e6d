"""Limits on their real path: many people at one address, newcomers, one device, forged addresses."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from quart import Quart

from deliberation.spaces.consultations import Consultation
from participate.app import create_app
from participate.settings import Settings
from tests.people import Clock, Person

HERE = "/spaces/avonmere/evenings"


async def _token(person: Person) -> str:
    return (await person.get(HERE)).forms()[0].fields["token"]


@asynccontextmanager
async def _roomy(settings: Settings, clock: Clock, **limits: Any) -> AsyncIterator[Quart]:
    app = create_app(replace(settings, **limits), clock=clock)
    try:
        yield app
    finally:
        await app.extensions["database"].close()


@pytest.fixture
async def fast(settings: Settings, clock: Clock) -> AsyncIterator[Quart]:
    """The application where one device may do a thousand acts in a minute."""
    async with _roomy(settings, clock, acts_a_minute=1_000) as app:
        yield app


@pytest.mark.parametrize("answers", [("agree",), ("agree", "disagree", "pass")])
async def test_200_parallel_votes_of_one_person_make_one_row(
    fast: Quart, voting: Consultation, stored: Any, answers: tuple[str, ...]
) -> None:
    person = Person(fast)
    form = (await person.get(HERE)).form("/vote")
    pages = await asyncio.gather(
        *(person.send(form, vote=answers[n % len(answers)], follow=False) for n in range(200))
    )
    assert Counter(page.status for page in pages) == {303: 200}
    assert len(await stored.votes()) == 1
    assert await stored.people() == 1


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)])
async def test_200_people_from_one_address_in_five_minutes_all_succeed(
    app: Quart, voting: Consultation, stored: Any, clock: Clock
) -> None:
    for _ in range(5):
        crowd = [Person(app) for _ in range(40)]
        forms = [(await person.get(HERE)).form("/vote") for person in crowd]
        pages = await asyncio.gather(
            *(
                person.send(form, vote="agree", follow=False)
                for person, form in zip(crowd, forms, strict=True)
            )
        )
        assert Counter(page.status for page in pages) == {303: 40}
        clock.pass_(minutes=1)
    assert await stored.people() == 200


async def test_one_newcomer_too_many_is_told_how_long_and_keeps_the_choice_and_nobody_else_suffers(
    settings: Settings, clock: Clock, voting: Consultation, stored: Any
) -> None:
    async with _roomy(settings, clock, new_participants_an_hour=5) as app:
        clock.pass_(minutes=25)
        early = [Person(app) for _ in range(5)]
        for person in early:
            await person.send((await person.get(HERE + "?statement=1")).form("/vote"), vote="agree")
        late = Person(app)
        form = (await late.get(HERE + "?statement=1")).form("/vote")
        refused = await late.send(form, vote="disagree")
        assert refused.status == 429
        assert refused.headers["Retry-After"] == str(35 * 60)
        assert "in about 35 minutes" in refused.text
        assert "Very many people began from your network" in refused.text
        assert refused.forms()[0].fields["vote"] == "disagree"
        # Somebody who returns, and somebody from another network, are not touched.
        back = await early[0].send((await early[0].get(HERE + "?statement=2")).form("/vote"), vote="pass")
        elsewhere = Person(app, address="203.0.113.9")
        there = await elsewhere.send((await elsewhere.get(HERE + "?statement=1")).form("/vote"), vote="pass")
        assert (back.status, there.status) == (200, 200)
        added = await early[1].send(
            back.form("/statements"), text="Let people book online.", token=await _token(early[1])
        )
        assert "Your statement is added." in added.text
        assert await stored.people() == 6
        # An hour later the kept form is still good.
        clock.pass_(minutes=35)
        kept = await late.send(replace(refused.forms()[0], action=HERE + "/vote"))
        assert kept.status == 200
        assert await stored.people() == 7


async def crowd_of(app: Quart, size: int) -> Counter[int]:
    """The answers to as many newcomers who vote at once from one address."""
    crowd = [Person(app) for _ in range(size)]
    forms = [(await person.get(HERE)).form("/vote") for person in crowd]
    pages = await asyncio.gather(
        *(person.send(form, vote="agree", follow=False) for person, form in zip(crowd, forms, strict=True))
    )
    return Counter(page.status for page in pages)


@pytest.mark.prove
async def test_the_301st_newcomer_of_the_hour_is_refused_by_default(
    app: Quart, voting: Consultation, stored: Any
) -> None:
    assert await crowd_of(app, 301) == {303: 300, 429: 1}
    assert await stored.people() == 300


async def test_of_many_newcomers_at_once_those_over_the_limit_alone_are_refused(
    settings: Settings, clock: Clock, voting: Consultation, stored: Any
) -> None:
    assert settings.new_participants_an_hour == 300
    async with _roomy(settings, clock, new_participants_an_hour=30) as app:
        assert await crowd_of(app, 32) == {303: 30, 429: 2}
    assert await stored.people() == 30


async def test_a_device_over_its_limit_is_told_how_long_and_may_go_on_a_minute_later(
    settings: Settings, clock: Clock, voting: Consultation, stored: Any
) -> None:
    async with _roomy(settings, clock, acts_a_minute=2) as app:
        person = Person(app)
        for number in (1, 2):
            page = await person.get(f"{HERE}?statement={number}")
            await person.send(page.form("/vote"), vote="agree")
        refused = await person.send((await person.get(HERE)).form("/vote"), vote="agree")
        assert refused.status == 429
        assert "That was too many in a short time." in refused.text
        assert "in a minute" in refused.text
        refused = await person.send((await person.get(HERE)).form("/statements"), text="One more idea.")
        assert refused.status == 429
        assert "One more idea." in refused.text
        clock.pass_(minutes=1)
        kept = await person.send(replace(refused.forms()[0], action=HERE + "/statements"))
        assert "Your statement is added." in kept.text


async def test_taking_back_counts_for_the_limit_as_voting_does(
    settings: Settings, clock: Clock, voting: Consultation, stored: Any
) -> None:
    async with _roomy(settings, clock, acts_a_minute=3) as app:
        person = Person(app)
        page = await person.send((await person.get(f"{HERE}?statement=1")).form("/vote"), vote="agree")
        undo = page.form("/undo")
        await person.send(undo)
        page = await person.send((await person.get(f"{HERE}?statement=1")).form("/vote"), vote="agree")
        refused = await person.send(undo)
        assert refused.status == 429
        assert await stored.votes() == [(1, 1)]
        clock.pass_(minutes=1)
        await person.send(replace(refused.forms()[0], action=HERE + "/undo"))
        assert await stored.votes() == []


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 303)])
async def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(
    settings: Settings,
    clock: Clock,
    voting: Consultation,
    proxies: int,
    status: int,
) -> None:
    async with _roomy(settings, clock, new_participants_an_hour=1, trusted_proxies=proxies) as app:
        last = 0
        for client in ("192.0.2.1", "192.0.2.2"):
            person = Person(app, address="10.0.0.1")
            form = (await person.get(HERE)).form("/vote")
            headers = {"X-Forwarded-For": client}
            page = await person.post(
                form.action, {**form.fields, "vote": "agree"}, follow=False, headers=headers
            )
            last = page.status
        assert last == status


async def test_an_address_that_the_client_wrote_itself_does_not_count_behind_one_proxy(
    settings: Settings, clock: Clock, voting: Consultation
) -> None:
    async with _roomy(settings, clock, new_participants_an_hour=1, trusted_proxies=1) as app:
        statuses = []
        for forged in ("192.0.2.1", "192.0.2.2"):
            person = Person(app, address="10.0.0.1")
            form = (await person.get(HERE)).form("/vote")
            headers = {"X-Forwarded-For": f"{forged}, 198.51.100.7"}
            page = await person.post(
                form.action, {**form.fields, "vote": "agree"}, follow=False, headers=headers
            )
            statuses.append(page.status)
        assert statuses == [303, 429]
