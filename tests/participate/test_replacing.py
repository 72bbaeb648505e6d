"""Changing the first charter while its founders sign it: a look before, faults by name, signing again."""

import pytest
from quart import Quart

from charters.states import Standing
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.spaces import space_named
from tests.participate.conftest import LinkFor
from tests.participate.test_founding_journey import DECISIONS, SPACE, come, founded, standing  # noqa: F401
from tests.people import Clock, Page, Person

REPLACE = f"{SPACE}/charter/replace"


@pytest.fixture
async def founders(founded: None, app: Quart, link_for: LinkFor) -> dict[str, Person]:  # noqa: F811
    """Ann and Bo for the people, Dai for the Trust, and Olu who runs the installation."""
    addresses = ("ann@example.org", "bo@example.org", "dai@trust.example", "olu@example.org")
    return {address.partition("@")[0]: await come(app, link_for, address) for address in addresses}


async def changed(person: Person, **typed: str) -> Page:
    """Fill the form with this in it and look at what it comes to."""
    return await person.send((await person.get(REPLACE)).form("/replace"), **typed)


async def sign(person: Person) -> Page:
    return await person.send((await person.get(f"{DECISIONS}/1")).form("/decisions/1"), answer="yes")


async def test_signatures_fall_away_and_the_founders_are_asked_again_with_the_difference(
    app: Quart, clock: Clock, founders: dict[str, Person]
) -> None:
    ann, dai = founders["ann"], founders["dai"]
    page = await ann.send((await ann.get(DECISIONS)).form("/decisions/found"))
    assert f'href="{REPLACE}"' in page.html
    assert "You have signed this." in (await sign(dai)).text
    page = await changed(ann, **{"moderation.appeal_days": "21"})
    assert page.status == 200
    assert "2 weeks" in page.text
    assert "3 weeks" in page.text
    page = await ann.send(page.form("/put"))
    assert page.status == 200
    assert await standing(app) is Standing.FOUNDING
    again = await dai.get(f"{DECISIONS}/1")
    assert "The text has changed since you answered." in again.text
    assert "3 weeks" in again.text
    for founder in (dai, ann):
        await sign(founder)
    assert await standing(app) is Standing.PROVISIONAL
    async with app.extensions["database"].reading() as session:
        policy = await policy_in_force(session, await space_named(session, "brookside"), clock())
    assert (policy.version, policy.moderation.appeal_days) == (1, 21)
    assert (await ann.get(REPLACE)).status == 403
    assert f'href="{REPLACE}"' not in (await ann.get(DECISIONS)).html


async def test_before_anybody_was_asked_the_changed_text_is_what_they_are_asked_to_sign(
    app: Quart, clock: Clock, founders: dict[str, Person]
) -> None:
    bo = founders["bo"]
    page = await changed(bo, **{"moderation.appeal_days": "21"})
    page = await bo.send(page.form("/put"))
    assert "Sign the founding charter" in page.text
    async with app.extensions["database"].reading() as session:
        policy = await policy_in_force(session, await space_named(session, "brookside"), clock())
    assert policy.moderation.appeal_days == 21
    # Back to the text that was there first: that one is what waits now, though it was written earlier.
    page = await changed(bo, **{"moderation.appeal_days": "14"})
    await bo.send(page.form("/put"))
    async with app.extensions["database"].reading() as session:
        policy = await policy_in_force(session, await space_named(session, "brookside"), clock())
    assert policy.moderation.appeal_days == 14


async def test_what_is_wrong_names_its_place_value_and_rule_and_keeps_what_was_typed(
    founders: dict[str, Person],
) -> None:
    ann = founders["ann"]
    for typed, field, says in (
        ({"publication.min_group": "5"}, "publication.min_group", "publication.min_group is 5"),
        ({"amendment.share": "40"}, "amendment.share", "it must be at least 0.5"),
        ({}, "begins", "Nothing is changed yet."),
    ):
        page = await changed(ann, **typed)
        assert page.status == 422
        assert f'href="#{field}"' in page.html
        assert says in page.text
        for value in typed.values():
            assert f'value="{value}"' in page.html
    form = (await ann.get(f"{REPLACE}/file")).form("/file")
    page = await ann.send(form, file="{")
    assert page.status == 422
    assert "must be JSON" in page.text


async def test_what_another_founder_changed_meanwhile_is_not_lost(founders: dict[str, Person]) -> None:
    ann, bo = founders["ann"], founders["bo"]
    mine = await changed(ann, **{"moderation.appeal_days": "21"})
    theirs = await changed(bo, **{"moderation.report_days": "5"})
    await bo.send(theirs.form("/put"))
    page = await ann.send(mine.form("/put"))
    assert page.status == 409
    assert "Somebody else changed the text meanwhile." in page.text
    assert 'value="21"' in page.html
    assert "Now it is 5." in page.text


async def test_nobody_but_a_founder_changes_it(founders: dict[str, Person], person: Person) -> None:
    for one in (founders["olu"], person):
        for path in (REPLACE, f"{REPLACE}/file"):
            assert (await one.get(path)).status == 403
        assert f'href="{REPLACE}"' not in (await one.get(DECISIONS)).html
