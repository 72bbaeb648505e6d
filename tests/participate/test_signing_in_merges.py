"""What somebody did on a device before signing in is theirs afterwards, on every device."""

from typing import Any

from quart import Quart

from deliberation.spaces.consultations import Consultation
from tests.participate.conftest import Stored
from tests.people import Clock, Person

EVENINGS = "/spaces/avonmere/evenings"


async def vote(somebody: Person, number: int, answer: str) -> None:
    page = await somebody.get(f"{EVENINGS}?statement={number}")
    await somebody.send(page.form("/vote"), vote=answer)


async def sign_in(somebody: Person, link: str) -> None:
    await somebody.send((await somebody.get(link)).forms()[0], follow=False)


async def test_two_devices_of_one_person_become_one(
    app: Quart, voting: Consultation, stored: Stored, link_for: Any, clock: Clock
) -> None:
    phone, laptop = Person(app), Person(app)
    await vote(phone, 1, "agree")
    clock.pass_(minutes=1)
    await vote(laptop, 1, "disagree")
    await vote(laptop, 2, "agree")
    assert await stored.people() == 2
    await sign_in(phone, await link_for("anne@example.org"))
    assert await stored.people() == 2
    await sign_in(laptop, await link_for("anne@example.org"))
    assert await stored.people() == 1
    await vote(phone, 3, "pass")
    await vote(laptop, 2, "disagree")
    assert await stored.people() == 1
    assert await stored.votes() == [(1, -1), (2, -1), (3, 0)]


async def test_after_signing_out_the_device_begins_anew(
    app: Quart, voting: Consultation, stored: Stored, link_for: Any, clock: Clock
) -> None:
    phone = Person(app)
    await vote(phone, 1, "agree")
    await sign_in(phone, await link_for("anne@example.org"))
    page = await phone.get(EVENINGS)
    await phone.send(page.form("/sign-out"))
    clock.pass_(minutes=1)
    await vote(phone, 1, "disagree")
    assert await stored.votes() == [(1, -1), (1, 1)]
    await sign_in(phone, await link_for("anne@example.org"))
    assert await stored.votes() == [(1, -1)]
    page = await phone.get(EVENINGS)
    await phone.send(page.form("/finish"))
    await vote(phone, 2, "agree")
    assert await stored.people() == 2
