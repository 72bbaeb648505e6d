"""What waits for a body, on one page, on both databases."""

from datetime import timedelta

import pytest
from quart import Quart

from charters.states import Attestation, Side
from deliberation.spaces.decisions import Decision, KeyAnswer
from tests.founding import ask_founders
from tests.participate.conftest import LinkFor
from tests.people import Clock, Person

WAITING = "/spaces/brookside/waiting"


@pytest.fixture
async def deciding(app: Quart, clock: Clock) -> Decision:
    """Brookside, whose founders are asked to sign the first charter."""
    async with app.extensions["database"].transaction() as session:
        return await ask_founders(session, clock())


async def come(app: Quart, link_for: LinkFor, address: str) -> Person:
    somebody = Person(app)
    page = await somebody.get(await link_for(address))
    await somebody.send(page.forms()[0], follow=False)
    return somebody


async def test_a_decision_waits_until_the_body_has_answered_to_this_very_text(
    app: Quart, clock: Clock, link_for: LinkFor, deciding: Decision
) -> None:
    dai = await come(app, link_for, "dai@trust.example")
    assert "Sign the founding charter" in (await dai.get(WAITING)).text
    assert "What waits for your body" in (await dai.get("/spaces/brookside")).text
    for text, waits in (("0" * 64, True), (deciding.text, False)):
        async with app.extensions["database"].transaction() as session:
            session.add(
                KeyAnswer(
                    decision_id=deciding.id or 0,
                    voter=text,
                    side=Side.BODY,
                    yes=True,
                    at=clock(),
                    text=text,
                    attestation=Attestation.STAFF,
                    body="ods:XX1",
                    counts_from=clock() - timedelta(days=30),
                )
            )
        page = await dai.get(WAITING)
        assert ("Sign the founding charter" in page.text) is waits
        assert ("Nothing waits for you at present." in page.text) is not waits


@pytest.mark.parametrize("address", ["ann@example.org", "eve@example.org"])
async def test_the_page_is_for_delegates(
    app: Quart, link_for: LinkFor, deciding: Decision, address: str
) -> None:
    somebody = await come(app, link_for, address)
    assert (await somebody.get(WAITING)).status == 403
    assert "What waits for your body" not in (await somebody.get("/spaces/brookside")).text
