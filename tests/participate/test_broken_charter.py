"""A charter that was changed behind the program: its space is read, nothing is done, others go on."""

from datetime import timedelta

import pytest
from quart import Quart
from sqlalchemy import text

from charters.policy import Policy
from deliberation.opinion.sealed import erase_sealed
from deliberation.own_data.retention import limits
from deliberation.publishing.answers import mark_overdue
from deliberation.spaces.spaces import space_named
from tests.charter_history import TRUST, two_versions
from tests.chartering import break_chain, join_body, join_people
from tests.participate.conftest import LinkFor
from tests.people import Clock, Person

SPACE = "/spaces/brenmoor"
BROKEN = "The charter of this space does not verify."


@pytest.fixture(params=[1, 2])
async def broken(app: Quart, clock: Clock, request: pytest.FixtureRequest) -> Policy:
    """One of two versions says something else than it did when it was signed."""
    async with app.extensions["database"].transaction() as session:
        space, first, _ = await two_versions(session, clock())
        since = clock() - timedelta(days=50)
        await join_people(session, space, "maryam", since=since)
        await join_body(session, space, "deepa", since=since, code=TRUST.removeprefix("ods:"))
    async with app.extensions["database"].transaction() as session:
        await break_chain(session, request.param)
    return first


async def test_what_is_published_is_read_and_the_page_says_what_is_wrong(
    broken: Policy, person: Person
) -> None:
    for path in ("", "/charter", "/charter/versions", "/decisions", "/record", "/appeals", "/join"):
        page = await person.get(f"{SPACE}{path}")
        assert page.status == 200, path
        assert (BROKEN in page.text) is (path != "/charter/versions"), path
        assert "do not hang together" in page.text, path
        assert f'href="{SPACE}/charter/versions"' in page.html or path == "/charter/versions"
        assert "back-up-and-restore" not in page.html
    assert (await person.get("/")).status == 200
    assert (await person.get("/spaces/")).status == 200


async def test_nothing_is_done_there_and_the_operator_is_told_how_to_mend_it(
    app: Quart, broken: Policy, link_for: LinkFor, clock: Clock
) -> None:
    maryam = Person(app)
    await maryam.send((await maryam.get(await link_for("maryam@example.org"))).forms()[-1])
    page = await maryam.get(SPACE)
    token = next(form.fields["token"] for form in page.forms())
    assert (await maryam.get(f"{SPACE}/charter/propose")).status == 403
    assert (await maryam.post(f"{SPACE}/join/leave", {"token": token})).status == 403
    sent = await maryam.post(f"{SPACE}/decisions/1", {"token": token, "answer": "yes", "shown": "x"})
    assert sent.status == 503
    assert "nothing can be done in this space" in sent.text
    async with app.extensions["database"].transaction() as session:
        await session.exec(text("UPDATE account SET operator = true"))  # type: ignore[call-overload]
    assert "back-up-and-restore" in (await maryam.get(SPACE)).html


async def test_the_worker_goes_on_with_other_spaces(app: Quart, broken: Policy, clock: Clock) -> None:
    async with app.extensions["database"].transaction() as session:
        assert await erase_sealed(session, clock()) == 0
        assert await limits(session, clock()) == []
        assert await mark_overdue(session, clock()) == 0
        assert (await space_named(session, "brenmoor")).slug == "brenmoor"
