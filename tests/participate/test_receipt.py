"""A receipt says what was given, when, and under which charter: to whoever gave it, and nobody else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart

from charters.agreements import Kind
from charters.policy import load_policy
from charters.states import Standing
from deliberation.spaces.spaces import Space
from tests.chartering import agree, charter_of
from tests.participate.conftest import Stored, hold_evenings
from tests.people import Clock, Person

EVENINGS = "/spaces/avonmere/evenings"
WORDS = "Open on Sundays, too."


@pytest.fixture
async def evenings(app: Quart, cast: Any, clock: Clock) -> None:
    async with app.extensions["database"].transaction() as session:
        await hold_evenings(session, cast.avonmere, clock)


async def give(person: Person, words: str = WORDS) -> int:
    """Vote once and write once; the number of the statement voted on."""
    form = (await person.get(EVENINGS)).form("/vote")
    await person.send(form, vote="agree")
    await person.send((await person.get(EVENINGS)).form("/statements"), text=words)
    return int(form.fields["statement"])


async def receipt(person: Person) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = json.loads((await person.get(f"{EVENINGS}/receipt.json")).html)["given"]
    return given


async def test_what_was_given_stands_on_it_with_the_policy_and_what_was_promised(
    evenings: None, app: Quart, person: Person
) -> None:
    number = await give(person)
    vote, statement = await receipt(person)
    policy = load_policy("open-health-space")
    assert (vote["asset"], vote["statement"], vote["answer"]) == ("vote", number, "agree")
    assert (statement["asset"], statement["text"], statement["answer"]) == ("statement", WORDS, None)
    for one in (vote, statement):
        assert one["policy"]["sha256"] == policy.digest
        assert one["at"] == "2026-03-02T12:00:00+00:00"
    assert "Never your own vote." in vote["promised"]
    page = await person.get(f"{EVENINGS}/receipt.txt")
    assert page.headers["Content-Type"].startswith("text/plain")
    assert "attachment" in page.headers["Content-Disposition"]
    for words in (WORDS, "Your answer: Agree.", policy.digest, "Never your own vote."):
        assert words in page.html
    assert "/receipt.txt" in (await person.get(EVENINGS)).html
    newcomer = Person(app)
    await newcomer.get(EVENINGS)
    page = await newcomer.get(EVENINGS)
    assert "Finish on this device" in page.text
    assert "/receipt.txt" not in page.html  # nothing was given yet


async def test_nobody_else_gets_it(evenings: None, app: Quart, person: Person) -> None:
    await give(person)
    other = Person(app)
    await give(other, "Open before seven.")
    assert len(await receipt(other)) == 2
    assert await receipt(Person(app)) == []


async def test_a_charter_that_comes_into_force_later_changes_no_receipt(
    evenings: None, app: Quart, cast: Any, stored: Stored, person: Person, clock: Clock
) -> None:
    form = (await person.get(EVENINGS)).form("/vote")
    await person.send(form, vote="agree")
    charter = charter_of("avonmere", (clock() - timedelta(days=2)).date())
    async with app.extensions["database"].transaction() as session:
        await agree(session, cast.avonmere, charter, Kind.ADOPT_CHARTER, now=clock() - timedelta(days=1))
    await stored.change(Space, standing=Standing.PROVISIONAL)
    await person.send((await person.get(EVENINGS)).form("/vote"), vote="pass")
    template, chartered = sorted(
        (one["policy"]["sha256"] for one in await receipt(person)),
        key=lambda digest: digest == charter.digest,
    )
    assert (template, chartered) == (load_policy("open-health-space").digest, charter.digest)
