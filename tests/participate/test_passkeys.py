"""Passkeys: who may add one, what signs somebody in by one, and all that does not."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from charters.states import Role
from deliberation.own_data.erasing import erase_account
from deliberation.own_data.held import everything_of
from deliberation.people.accounts import account_for, set_operator
from deliberation.people.memberships import end_service
from deliberation.people.passkeys import (
    MOST,
    NewPasskey,
    Passkey,
    SpentChallenge,
    add_passkey,
    forget_challenges,
)
from deliberation.people.sessions import SignedIn
from deliberation.running.outbox import Letter
from participate.app import create_app
from participate.devices import Device
from participate.settings import Settings
from tests.authenticator import PRESENT, Authenticator, changed, raw, text
from tests.participate.conftest import Cast, LinkFor
from tests.people import Clock, Page, Person

PAGE, ENTRY = "/me/passkeys", "/sign-in/passkey"
UNPROVEN, STALE = "Your passkey could not be checked", "This took too long, or was used before."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that can send letters."""
    return replace(settings, smtp_url="smtp://127.0.0.1:1", mail_sender="no-reply@example.org")


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


async def asked(person: Person, path: str = ENTRY) -> dict[str, Any]:
    """What the page's script is told."""
    reply = await person.client.get(f"{path}/options")
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert "Content-Language" not in reply.headers
    return dict(await reply.get_json())


async def add(person: Person, device: Authenticator, name: str = "") -> Page:
    form = (await person.get(PAGE)).form(PAGE)
    return await person.send(form, credential=device.make(await asked(person, PAGE)), name=name, follow=False)


async def show(person: Person, answer: str, onward: str = "") -> Page:
    form = (await person.get("/sign-in" + (f"?next={onward}" if onward else ""))).form(ENTRY)
    return await person.send(form, credential=answer, follow=False)


async def come(app: Quart, device: Authenticator, onward: str = "") -> tuple[Person, Page]:
    """Somebody on a new device who shows the passkey; the person, and what they got."""
    person = Person(app)
    await person.get("/sign-in")
    return person, await show(person, device.show(await asked(person)), onward)


async def rows(app: Quart, table: Any) -> list[Any]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(table))).all())


async def sessions(app: Quart) -> int:
    return len(await rows(app, SignedIn))


async def test_a_facilitator_adds_one_signs_in_by_it_and_takes_it_away(
    app: Quart, cast: Cast, device: Authenticator, clock: Clock
) -> None:
    page = await add(cast.flo, device, "Small grey key")
    assert (page.status, page.headers["Location"]) == (303, f"{PAGE}?done=added")
    page = await cast.flo.get(f"{PAGE}?done=added")
    assert "Your passkey is added." in page.text
    assert "Small grey key Not used yet. Added on Monday 2 March 2026." in page.text
    assert "It is your only one. A link by e-mail signs you in as before." in page.text
    clock.pass_(days=3)
    before = await sessions(app)
    person, page = await come(app, device, "/about")
    assert (page.status, page.headers["Location"]) == (303, "/about")
    assert await sessions(app) == before + 1
    assert "flo@example.org" in (await person.get("/me")).text
    page = await person.get(PAGE)
    assert "Last used on Thursday 5 March 2026." in page.text
    page = await person.send(page.form("/remove"))
    assert "The passkey is removed. It signs nobody in any more. A link by e-mail signs you in" in page.text
    _, page = await come(app, device)
    assert page.status == 422
    assert "This passkey is not known here. Perhaps it was removed." in page.text
    assert await sessions(app) == before + 1


async def test_no_address_is_asked_for_and_everybody_is_asked_the_same(app: Quart, cast: Cast) -> None:
    first, second = await asked(cast.stranger), await asked(cast.stranger)
    assert first.pop("challenge") != second.pop("challenge")
    assert first == second
    assert (first["rpId"], first["userVerification"], first.get("allowCredentials", [])) == (
        "localhost",
        "required",
        [],
    )
    assert await rows(app, SpentChallenge) == []


async def test_a_device_is_asked_to_keep_what_needs_no_address_and_must_be_unlocked(
    cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device)
    told = await asked(cast.flo, PAGE)
    assert told["authenticatorSelection"]["residentKey"] == "required"
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert told["attestation"] == "none"
    assert (told["rp"]["id"], told["user"]["name"]) == ("localhost", "flo@example.org")
    assert [one["id"] for one in told["excludeCredentials"]] == [text(device.held[0].id)]
    assert len(raw(told["user"]["id"])) == 32
    assert told["user"]["id"] == device.held[0].handle


async def test_the_session_is_a_new_one_and_an_older_one_on_the_device_ends(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device)
    cookie = next(iter(cast.gus.client.cookie_jar)).value
    # Gus's browser is used by Flo now.
    page = await cast.gus.post(
        ENTRY,
        {"token": (await cast.gus.get(PAGE)).forms()[0].fields["token"]}
        | {"credential": device.show(await asked(cast.gus))},
        follow=False,
    )
    assert page.status == 303
    after = next(iter(cast.gus.client.cookie_jar)).value
    old, new = Device.from_cookie(cookie), Device.from_cookie(after)
    assert old is not None
    assert new is not None
    assert old.session != new.session
    kept = {one.token_hash for one in await rows(app, SignedIn)}
    assert old.session_hash not in kept
    assert new.session_hash in kept


async def test_an_ordinary_account_is_not_offered_one_and_told_why(cast: Cast, device: Authenticator) -> None:
    assert PAGE not in (await cast.cai.get("/me")).html
    page = await cast.cai.get(PAGE)
    assert "Passkeys are for delegates, facilitators and operators." in page.text
    assert "Members, delegates and facilitators sign in by a link" in page.text
    assert 'data-passkey="create"' not in page.html
    assert (await cast.cai.client.get(f"{PAGE}/options")).status_code == 403
    token = page.forms()[0].fields["token"]
    page = await cast.cai.post(PAGE, {"token": token, "credential": "{}"}, follow=False)
    assert page.status == 403
    assert "Passkeys are for delegates, facilitators and operators." in page.text
    assert (await Person(cast.cai.app).get(PAGE)).headers["Location"] == f"/sign-in?next={PAGE}"


async def test_whoever_no_longer_has_a_task_keeps_and_uses_what_they_added(
    app: Quart, cast: Cast, device: Authenticator, clock: Clock
) -> None:
    await add(cast.flo, device)
    async with app.extensions["database"].transaction() as session:
        account = await account_for(session, "flo@example.org", now=clock())
        await end_service(session, cast.avonmere.id, account.id, Role.FACILITATOR, now=clock())
    person, page = await come(app, device)
    assert (page.status, page.headers["Location"]) == (303, "/me")
    page = await person.get(PAGE)
    assert "Those you have go on working." in page.text
    assert PAGE in (await person.get("/me")).html
    assert "The passkey is removed." in (await person.send(page.form("/remove"))).text


async def test_an_operator_may_add_one_too(
    app: Quart, cast: Cast, device: Authenticator, clock: Clock
) -> None:
    async with app.extensions["database"].transaction() as session:
        account = await account_for(session, "cai@example.org", now=clock())
        await set_operator(session, account.id, True)
    assert (await add(cast.cai, device)).status == 303


async def test_its_owner_is_told_by_a_letter_that_does_not_say_its_name(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device, "Win a prize at evil.example")
    (letter,) = await rows(app, Letter)
    assert (letter.address, letter.cause) == ("flo@example.org", "passkey-added")
    assert "A passkey was added to your account" in letter.text
    assert "evil" not in letter.text


def seen(page: Page) -> str:
    """The words of a page without those that its script may say."""
    return replace(page, html=page.html.split("<template")[0] + page.html.split("</template>")[-1]).text


Fault = Callable[[Authenticator, dict[str, Any]], str]


def told(**how: Any) -> Fault:
    """The device says something else, and signs it."""

    def answer(device: Authenticator, asked: dict[str, Any]) -> str:
        return replace(device, **how).show(asked)

    return answer


FAULTS: dict[str, tuple[Fault, str]] = {
    "another site": (told(origin="http://elsewhere.example"), "Passkeys work at http://localhost alone."),
    "another port": (told(origin="http://localhost:81"), "Passkeys work at http://localhost alone."),
    "within a page of another site": (told(cross_origin=True), "Passkeys work at http://localhost alone."),
    "bound to another host": (told(host="elsewhere.example"), UNPROVEN),
    "not unlocked": (told(flags=PRESENT), UNPROVEN),
    "nobody there": (told(flags=4), UNPROVEN),
    "made, not shown": (lambda d, a: d.show(a, type="webauthn.create"), UNPROVEN),
    "another challenge": (lambda d, a: d.show({"challenge": text(b"x" * 56)}), STALE),
    "no challenge": (lambda d, a: d.show({"challenge": ""}), STALE),
    "a wrong signature": (
        lambda d, a: changed(d.show(a), signature=text(b"0" * 70)),
        UNPROVEN,
    ),
    "another account": (lambda d, a: changed(d.show(a), userHandle=text(b"x" * 32)), UNPROVEN),
    "no account": (lambda d, a: changed(d.show(a), userHandle=None), UNPROVEN),
    "one byte of what was signed": (
        lambda d, a: changed(
            answer := d.show(a),
            authenticatorData=text(
                raw(json.loads(answer)["response"]["authenticatorData"])[:-1] + bytes([9])
            ),
        ),
        UNPROVEN,
    ),
    "nothing": (lambda d, a: "", UNPROVEN),
    "no document": (lambda d, a: "[" * 9000, UNPROVEN),
    "a list": (lambda d, a: "[1]", UNPROVEN),
    "words": (lambda d, a: changed(d.show(a), clientDataJSON="ünïcode"), UNPROVEN),
    "a number": (lambda d, a: changed(d.show(a), clientDataJSON=text(b"7")), UNPROVEN),
    "too much": (lambda d, a: changed(d.show(a), signature="x" * 40_000), UNPROVEN),
}


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_proves_nothing_lets_nobody_in(app: Quart, cast: Cast, device: Authenticator) -> None:
    await add(cast.flo, device)
    before = await sessions(app)
    person = Person(app)
    for name, (fault, words) in FAULTS.items():
        await person.get("/sign-in")
        page = await show(person, fault(device, await asked(person)), "/about")
        assert page.status in (410, 422), name
        assert words in seen(page), name
        assert 'name="next" value="/about"' in page.html, name
    assert await sessions(app) == before
    assert (await come(app, device))[1].status == 303


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_proves_nothing_adds_nothing(app: Quart, cast: Cast, device: Authenticator) -> None:
    for how, words in (
        ({"origin": "http://elsewhere.example"}, "Passkeys work at http://localhost alone."),
        ({"host": "elsewhere.example"}, UNPROVEN),
        ({"flags": PRESENT}, UNPROVEN),
    ):
        page = await add(cast.flo, replace(device, **how), "Small grey key")  # type: ignore[arg-type]
        assert page.status == 422
        assert words in seen(page)
        # What was typed stays.
        assert page.form(PAGE).fields["name"] == "Small grey key"
    shown = device.make(await asked(cast.flo, PAGE), type="webauthn.get")
    assert (await cast.flo.send((await cast.flo.get(PAGE)).form(PAGE), credential=shown)).status == 422
    assert await rows(app, Passkey) == await rows(app, Letter) == []


async def test_a_challenge_works_once_for_five_minutes_on_its_own_device_and_for_its_use(
    app: Quart, cast: Cast, device: Authenticator, clock: Clock
) -> None:
    await add(cast.flo, device)
    person, other = Person(app), Person(app)
    for one in (person, other):
        await one.get("/sign-in")
    before = await sessions(app)
    answer = device.show(await asked(person))
    assert STALE in (await show(other, answer)).text
    assert (await show(person, answer)).status == 303
    # The header says that somebody is signed in; the form is sent all the same.
    again = {"token": (await person.get("/me")).forms()[0].fields["token"], "credential": answer}
    page = await person.post(ENTRY, again, follow=False)
    assert (page.status, STALE in page.text) == (410, True)
    late = device.show(await asked(other))
    clock.pass_(minutes=5)
    assert (await show(other, late)).status == 410
    for_adding = device.show(await asked(cast.flo, PAGE))
    token = (await cast.flo.get("/me")).forms()[0].fields["token"]
    page = await cast.flo.post(ENTRY, {"token": token, "credential": for_adding}, follow=False)
    assert page.status == 410
    assert await sessions(app) == before + 1
    clock.pass_(minutes=4, seconds=59)
    async with app.extensions["database"].transaction() as session:
        assert await forget_challenges(session, now=clock()) == 0
        clock.pass_(seconds=2)
        assert await forget_challenges(session, now=clock()) == 2


async def test_one_account_s_challenge_adds_nothing_to_another(
    app: Quart, cast: Cast, device: Authenticator, link_for: LinkFor
) -> None:
    answer = device.make(await asked(cast.flo, PAGE))
    page = await cast.flo.get(await link_for("gus@example.org"))
    await cast.flo.send(page.form(page.path), follow=False)
    page = await cast.flo.send((await cast.flo.get(PAGE)).form(PAGE), credential=answer)
    assert (page.status, STALE in page.text) == (410, True)
    assert await rows(app, Passkey) == []


async def test_one_answer_sent_twice_at_once_signs_in_once(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device)
    person = Person(app)
    form = (await person.get("/sign-in")).form(ENTRY)
    answer = device.show(await asked(person))
    before = await sessions(app)
    pages = await asyncio.gather(*(person.send(form, credential=answer, follow=False) for _ in range(3)))
    assert sorted(page.status for page in pages) == [303, 410, 410]
    assert await sessions(app) == before + 1


async def test_a_count_that_goes_back_or_stands_still_is_refused_and_told(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device)
    device.held[0].count = 6
    assert (await come(app, device))[1].status == 303
    for count in (6, 2, -1):
        device.held[0].count = count
        _, page = await come(app, device)
        assert page.status == 422
        assert "count of uses went back" in page.text
        assert "remove it under My data" in page.text
    device.held[0].count = 7
    assert (await come(app, device))[1].status == 303
    assert [one.sign_count for one in await rows(app, Passkey)] == [8]


async def test_of_two_copies_that_count_the_same_at_one_moment_one_is_refused(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device)

    async def use() -> int:
        person = Person(app)
        form = (await person.get("/sign-in")).form(ENTRY)
        told = await asked(person)
        device.held[0].count = 3
        return (await person.send(form, credential=device.show(told), follow=False)).status

    assert sorted(await asyncio.gather(use(), use())) == [303, 422]


async def test_a_device_that_does_not_count_may_be_used_again_and_again(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    device.counts = False
    await add(cast.flo, device)
    for _ in range(2):
        assert (await come(app, device))[1].status == 303
    # A count as large as any fits.
    device.counts, device.held[0].count = True, 2**32 - 2
    assert (await come(app, device))[1].status == 303


async def test_somebody_else_s_passkey_signs_in_nobody_but_them(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    other = Authenticator()
    await add(cast.flo, device)
    await add(cast.gus, other)
    person = Person(app)
    await person.get("/sign-in")
    told = await asked(person)
    mine, theirs = json.loads(device.show(told)), json.loads(other.show(told))
    # One's own signature under another's name, with either account.
    for handle in (mine["response"]["userHandle"], theirs["response"]["userHandle"]):
        forged = {**mine, "id": theirs["id"], "rawId": theirs["rawId"]}
        forged["response"] = {**mine["response"], "userHandle": handle}
        page = await show(person, json.dumps(forged))
        assert page.status in (410, 422)
        told = await asked(person)
        mine = json.loads(device.show(told))
    assert (await come(app, other))[0] is not None
    person, page = await come(app, other)
    assert "gus@example.org" in (await person.get("/me")).text


async def test_nobody_removes_another_s(app: Quart, cast: Cast, device: Authenticator) -> None:
    await add(cast.flo, device)
    form = (await cast.flo.get(PAGE)).form("/remove")
    await add(cast.gus, Authenticator())
    mine = (await cast.gus.get(PAGE)).form("/remove")
    for number in (form.fields["passkey"], "x", "", "9" * 40, "²"):
        await cast.gus.send(mine, passkey=number)
    assert len(await rows(app, Passkey)) == 2


async def test_the_same_passkey_is_kept_once(app: Quart, cast: Cast, device: Authenticator) -> None:
    await add(cast.flo, device)
    for person in (cast.flo, cast.gus):
        told = await asked(person, PAGE)
        again = Authenticator()
        answer = again.make(told)
        known, new = text(device.held[0].id), text(again.held[0].id)
        attested = raw(json.loads(answer)["response"]["attestationObject"]).replace(raw(new), raw(known))
        forged = changed(answer.replace(new, known), attestationObject=text(attested))
        page = await person.send((await person.get(PAGE)).form(PAGE), credential=forged)
        assert (page.status, "has been added already" in page.text) == (422, True)
    assert len(await rows(app, Passkey)) == 1


async def test_an_account_has_so_many_and_no_more(
    app: Quart, cast: Cast, device: Authenticator, clock: Clock
) -> None:
    await add(cast.flo, device)
    form = (await cast.flo.get(PAGE)).form(PAGE)
    (one,) = await rows(app, Passkey)
    async with app.extensions["database"].transaction() as session:
        new = one.model_dump(include={"credential_id", "user_handle", "public_key", "sign_count", "name"})
        for number in range(MOST - 1):
            copied = NewPasskey(**{**new, "credential_id": text(bytes([number]))})
            await add_passkey(session, one.account_id, copied, now=clock())
    page = await cast.flo.send(form, credential=Authenticator().make(await asked(cast.flo, PAGE)))
    assert (page.status, "You have 20 passkeys already." in page.text) == (422, True)
    assert "as many as one account may have" in page.text
    assert 'data-passkey="create"' not in page.html


async def test_a_name_is_the_device_s_kind_unless_one_is_given(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    page = await cast.flo.get(PAGE, **{"User-Agent": "Mozilla/5.0 (Linux; Android 14) Firefox/130.0"})
    assert page.form(PAGE).fields["name"] == "Firefox on Android"
    await add(cast.flo, device)
    await add(cast.flo, Authenticator(), f"  <b>{'x' * 90}")
    assert [one.name for one in await rows(app, Passkey)] == ["My passkey", f"<b>{'x' * 57}"]
    assert "<b>x" not in (await cast.flo.get(PAGE)).html


async def test_it_is_shown_to_its_owner_and_goes_with_the_account(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device, "Small grey key")
    page = await cast.flo.get("/me")
    assert "Your passkeys: 1" in page.text
    assert "Small grey key" in page.text
    (one,) = await rows(app, Passkey)
    async with app.extensions["database"].transaction() as session:
        (held,) = (await everything_of(session, {}, one.account_id)).account["passkey"]
        assert held["credential_id"] == text(device.held[0].id)
        await erase_account(session, one.account_id)
    assert await rows(app, Passkey) == []
    _, page = await come(app, device)
    assert (page.status, "not known here" in page.text) == (422, True)


async def test_one_network_may_try_so_often_in_a_minute(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device)
    app.extensions["passkey_tries"].a_minute = 2
    assert (await come(app, device))[1].status == 303
    _, page = await come(app, device)
    assert (page.status, "Try again in a minute" in page.text) == (429, True)


async def test_signing_in_brings_along_what_the_device_did(
    app: Quart, cast: Cast, device: Authenticator
) -> None:
    await add(cast.flo, device)
    for elsewhere in ("https://elsewhere.example", "//elsewhere.example"):
        _, page = await come(app, device, elsewhere)
        assert page.headers["Location"] == "/facilitate"


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("address", "works"),
    [("https://localhost", True), ("http://127.0.0.1:8000", False), ("https://[2001:db8::1]", False)],
)
async def test_under_a_number_for_an_address_none_are_offered(
    settings: Settings, clock: Clock, address: str, works: bool
) -> None:
    app = create_app(replace(settings, public_url=address), clock=clock)
    person = Person(app)
    page = await person.get("/sign-in")
    assert ("With a passkey" in page.text) is works
    status = (await person.client.get(f"{ENTRY}/options")).status_code
    assert status == (200 if works else 404)
    await app.extensions["database"].close()


async def test_without_a_cookie_nothing_is_asked(app: Quart) -> None:
    assert (await Person(app).client.get(f"{ENTRY}/options")).status_code == 403
