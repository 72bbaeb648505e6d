"""Signing in by an outside service: what lets somebody in, and all that does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from quart import Quart
from sqlmodel import select

from charters.states import Attestation
from deliberation.opinion.checked import class_of
from deliberation.own_data.erasing import erase_account
from deliberation.own_data.held import everything_of
from deliberation.people.accounts import Account, account_for
from deliberation.people.outside import JourneyBack, OutsideIdentity, checked_outside, forget_journeys
from deliberation.people.sessions import SignedIn
from participate.app import create_app
from participate.fit_to_serve import check_for_serving
from participate.settings import Settings, SettingsError
from participate.signin.openid import OpenID
from tests.outside import CLIENT, ISSUER, KEYS, NAME, SECRET, STRANGERS, Outside
from tests.participate.conftest import LinkFor
from tests.people import Clock, Page, Person

TRUST, AGAIN = "could not be trusted, so nobody was signed in", "Start again."
AWAY = f"{NAME} does not answer at the moment"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings,
        outside_issuer=ISSUER,
        outside_name=NAME,
        outside_client_id=CLIENT,
        outside_client_secret=SECRET,
    )


@pytest.fixture
def outside(clock: Clock) -> Outside:
    return Outside(clock)


@pytest.fixture
async def app(settings: Settings, clock: Clock, outside: Outside) -> AsyncIterator[Quart]:
    app = create_app(settings, clock=clock)
    with_service(app, outside)
    yield app
    await app.extensions["database"].close()


def with_service(app: Quart, outside: Outside) -> None:
    app.extensions["outside"] = OpenID(app.extensions["outside"].service, outside.transport)


async def set_out(person: Person, onward: str = "") -> str:
    """The address at the service that the button leads to."""
    page = await person.get("/sign-in/with" + (f"?next={onward}" if onward else ""))
    assert page.status == 302
    return str(page.headers["Location"])


async def sign_in(person: Person, outside: Outside, onward: str = "") -> Page:
    return await person.get(f"/sign-in/back?{outside.agree(await set_out(person, onward))}")


async def rows(app: Quart, table: Any) -> list[Any]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(table))).all())


async def test_the_way_there_asks_for_the_address_alone_and_writes_nothing(
    app: Quart, person: Person
) -> None:
    page = await person.get("/sign-in?next=/about")
    assert f"Sign in by {NAME}" in page.text
    assert 'href="/sign-in/with?next=/about"' in page.html
    asked = urlsplit(await set_out(person, "/about"))
    query = {name: values[0] for name, values in parse_qs(asked.query).items()}
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{ISSUER}/ask"
    assert query["scope"] == "openid email"
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["client_id"] == CLIENT
    assert query["redirect_uri"] == "http://localhost/sign-in/back"
    assert len(query["nonce"]) == len(query["code_challenge"]) == 43
    assert query["nonce"] not in query["state"]
    assert SECRET not in asked.query
    assert await rows(app, JourneyBack) == await rows(app, Account) == []


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
async def test_whoever_the_service_knows_is_signed_in_and_led_on(
    app: Quart, person: Person, outside: Outside, alg: str
) -> None:
    outside.alg = alg
    page = await sign_in(person, outside, "/about")
    assert (page.status, page.headers["Location"]) == (303, "/about")
    (account,), (identity,) = await rows(app, Account), await rows(app, OutsideIdentity)
    assert account.address == "flo@example.org"
    assert (identity.account_id, identity.issuer, identity.subject) == (account.id, ISSUER, "person-7")
    assert identity.attestation is Attestation.EMAIL
    assert "flo@example.org" in (await person.get("/me")).text
    assert len(await rows(app, SignedIn)) == 1


async def test_they_are_known_by_the_service_s_name_for_them_and_not_by_an_address(
    app: Quart, outside: Outside, link_for: LinkFor
) -> None:
    await link_for("flo@example.org")
    assert (await sign_in(Person(app), outside)).status == 303
    # The address moves on to somebody else there; the first stays who they are here.
    outside.claims = {"email": "new@example.org", "email_verified": False}
    assert (await sign_in(Person(app), outside)).status == 303
    (account,) = await rows(app, Account)
    assert {one.account_id for one in await rows(app, SignedIn)} == {account.id}
    outside.claims = {"sub": "person-8", "email": "gus@example.org"}
    await sign_in(Person(app), outside)
    assert len(await rows(app, Account)) == 2


async def test_simultaneous_first_sign_ins_make_one_account(app: Quart, outside: Outside) -> None:
    people = [Person(app) for _ in range(4)]
    ways = [outside.agree(await set_out(one)) for one in people]
    pages = await asyncio.gather(
        *(one.get(f"/sign-in/back?{way}") for one, way in zip(people, ways, strict=True))
    )
    assert [page.status for page in pages] == [303] * 4
    assert len(await rows(app, OutsideIdentity)) == len(await rows(app, Account)) == 1


FAULTS: dict[str, Callable[[Outside], Any]] = {
    "expired": lambda o: o.claims.update(exp=int(o.clock().timestamp()) - 61),
    "no expiry": lambda o: o.claims.update(exp=None),
    "wrong audience": lambda o: o.claims.update(aud="somebody-else"),
    "several audiences, no party": lambda o: o.claims.update(aud=[CLIENT, "somebody-else"]),
    "another party": lambda o: o.claims.update(aud=[CLIENT, "somebody-else"], azp="somebody-else"),
    "wrong nonce": lambda o: o.claims.update(nonce="x" * 43),
    "no nonce": lambda o: o.claims.update(nonce=None),
    "wrong issuer": lambda o: o.claims.update(iss="https://elsewhere.example"),
    "no issuer": lambda o: o.claims.update(iss=None),
    "from the future": lambda o: o.claims.update(iat=int(o.clock().timestamp()) + 120),
    "made long ago": lambda o: o.claims.update(iat=int(o.clock().timestamp()) - 3600),
    "not a moment": lambda o: o.claims.update(iat="now"),
    "nobody": lambda o: o.claims.update(sub=""),
    "no subject": lambda o: o.claims.update(sub=None),
    "a number": lambda o: o.claims.update(sub=7),
    "too long a name": lambda o: o.claims.update(sub="x" * 256),
    "wrong signature": lambda o: o.signs_with.update(STRANGERS),
    "alg none": lambda o: setattr(o, "alg", "none"),
    "alg HS256": lambda o: setattr(o, "alg", "HS256"),
    "no token": lambda o: setattr(o, "forged", "a.b"),
    "other words": lambda o: setattr(o, "forged", "ünicode.b.c"),
}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_token_that_proves_nothing_lets_nobody_in(
    app: Quart, person: Person, outside: Outside, fault: str
) -> None:
    FAULTS[fault](outside)
    page = await sign_in(person, outside, "/about")
    assert page.status == 403
    assert TRUST in page.text
    assert 'href="/sign-in/with?next=/about"' in page.html
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert await rows(app, SignedIn) == await rows(app, Account) == []


async def test_clocks_may_differ_by_a_little(app: Quart, person: Person, outside: Outside) -> None:
    moment = int(outside.clock().timestamp())
    outside.claims = {"iat": moment + 40, "exp": moment - 40, "aud": [CLIENT, "other"], "azp": CLIENT}
    assert (await sign_in(person, outside)).status == 303


async def test_a_state_works_once_for_ten_minutes_and_on_its_own_device(
    app: Quart, person: Person, outside: Outside, clock: Clock
) -> None:
    query = outside.agree(await set_out(person))
    other = Person(app)
    await other.get("/sign-in")
    assert (await other.get(f"/sign-in/back?{query}")).status == 410
    assert (await Person(app).get(f"/sign-in/back?{query}")).status == 403
    assert (await person.get(f"/sign-in/back?{query}x")).status == 410
    assert (await person.get(f"/sign-in/back?{query}")).status == 303
    code = outside.agree(await set_out(person)).split("&")[0]
    replayed = await person.get(f"/sign-in/back?{code}&{query.split('&')[1]}")
    assert replayed.status == 410
    assert AGAIN in replayed.text
    assert len(await rows(app, SignedIn)) == 1
    late = outside.agree(await set_out(person))
    clock.pass_(minutes=10, seconds=1)
    assert (await person.get(f"/sign-in/back?{late}")).status == 410
    for state in ("", ".", "%C3%A9.%C3%A9", "%00.", "x" * 4000):
        assert (await person.get(f"/sign-in/back?code=1&state={state}")).status == 410


async def test_one_state_pressed_twice_at_once_signs_in_once(
    app: Quart, person: Person, outside: Outside
) -> None:
    query = outside.agree(await set_out(person))
    pages = await asyncio.gather(*(person.get(f"/sign-in/back?{query}") for _ in range(4)))
    assert sorted(page.status for page in pages) == [303, 410, 410, 410]


async def test_a_code_that_was_used_or_made_up_lets_nobody_in(
    app: Quart, person: Person, outside: Outside
) -> None:
    query = outside.agree(await set_out(person))
    await person.get(f"/sign-in/back?{query}")
    for code in (query.split("&")[0], "code=made-up"):
        state = outside.agree(await set_out(person)).split("&")[1]
        page = await person.get(f"/sign-in/back?{code}&{state}")
        assert (page.status, TRUST in page.text) == (403, True)
    assert len(await rows(app, SignedIn)) == 1


async def test_another_device_s_code_does_not_fit_the_verifier(
    app: Quart, person: Person, outside: Outside
) -> None:
    thief = Person(app)
    code = outside.agree(await set_out(person)).split("&")[0]
    state = outside.agree(await set_out(thief)).split("&")[1]
    assert (await thief.get(f"/sign-in/back?{code}&{state}")).status == 403


async def test_an_address_that_was_not_checked_is_not_taken(
    app: Quart, outside: Outside, link_for: LinkFor
) -> None:
    await link_for("flo@example.org")
    for checked in (False, None, "true", 1):
        outside.claims = {"email_verified": checked}
        page = await sign_in(Person(app), outside)
        assert page.status == 403
        assert "has not checked your e-mail address" in page.text
    outside.claims = {"email": "not an address"}
    assert (await sign_in(Person(app), outside)).status == 403
    assert await rows(app, SignedIn) == await rows(app, OutsideIdentity) == []


async def test_an_address_may_be_told_apart_from_the_token(
    app: Quart, person: Person, outside: Outside
) -> None:
    outside.claims = {"email": None, "email_verified": None}
    outside.told = {"sub": "person-9", "email": "flo@example.org", "email_verified": True}
    assert (await sign_in(person, outside)).status == 403
    outside.told["sub"] = "person-7"
    assert (await sign_in(person, outside)).status == 303


async def test_saying_no_there_is_no_error_here(person: Person, outside: Outside) -> None:
    state = parse_qs(urlsplit(await set_out(person, "/about")).query)["state"][0]
    page = await person.get(f"/sign-in/back?error=access_denied&error_description=<b>x&state={state}")
    assert page.status == 403
    assert "You did not finish signing in" in page.text
    assert 'href="/sign-in/with?next=/about"' in page.html
    assert "<b>x" not in page.html


async def test_a_service_that_is_away_is_said_to_be_and_not_asked_for_a_while(
    person: Person, outside: Outside, clock: Clock
) -> None:
    outside.gone = True
    for _ in range(3):
        page = await person.get("/sign-in/with?next=/about")
        assert (page.status, AWAY in page.text) == (502, True)
    assert len(outside.asked) == 1
    outside.gone = False
    clock.pass_(seconds=21)
    way = outside.agree(await set_out(person))
    outside.gone = True
    page = await person.get(f"/sign-in/back?{way}")
    assert (page.status, AWAY in page.text) == (502, True)


ELSEWHERE = "https://elsewhere.example/keys"


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://elsewhere.example"},
        {"jwks_uri": ELSEWHERE},
        {"token_endpoint": ELSEWHERE},
        {"authorization_endpoint": ELSEWHERE},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": f"{ISSUER}:8443/keys"},
        {"jwks_uri": None},
    ],
)
async def test_nothing_is_fetched_but_from_the_issuer(
    person: Person, outside: Outside, about: dict[str, Any]
) -> None:
    outside.about = about
    assert (await person.get("/sign-in/with")).status == 502
    assert outside.asked == [f"GET {ISSUER}/.well-known/openid-configuration"]


async def test_what_the_service_says_is_kept_and_new_keys_are_fetched(
    app: Quart, outside: Outside, clock: Clock
) -> None:
    for _ in range(3):
        await sign_in(Person(app), outside)
    gets = [one for one in outside.asked if one.startswith("GET")]
    assert gets == [f"GET {ISSUER}/.well-known/openid-configuration", f"GET {ISSUER}/keys"]
    outside.keys = {"RS256": STRANGERS["RS256"].__class__.generate_key(2048, {"kid": "new"})}
    outside.signs_with = dict(outside.keys)
    clock.pass_(minutes=1)
    assert (await sign_in(Person(app), outside)).status == 303
    assert outside.asked.count(f"GET {ISSUER}/keys") == 2
    # Unknown keys cannot let it be asked without end.
    outside.signs_with = dict(KEYS)
    for _ in range(3):
        assert (await sign_in(Person(app), outside)).status == 403
    assert outside.asked.count(f"GET {ISSUER}/keys") == 2


async def test_the_next_page_is_on_this_site(app: Quart, person: Person, outside: Outside) -> None:
    for elsewhere in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        assert (await sign_in(Person(app), outside, elsewhere)).headers["Location"] == "/me"


@pytest.mark.parametrize("attests", ["email", "nhs-login"])
async def test_what_was_checked_is_what_the_settings_say_now(
    settings: Settings, clock: Clock, outside: Outside, attests: str
) -> None:
    app = create_app(replace(settings, outside_attests=attests), clock=clock)
    with_service(app, outside)
    await sign_in(Person(app), outside)
    (account,) = await rows(app, Account)
    async with app.extensions["database"].reading() as session:
        assert await checked_outside(session, account.id) == attests
        connection = await session.connection()
        for may_vote in (None, {"nhs-login"}, {"email"}, {"email", "nhs-login"}):
            asked = partial(class_of, space_id=1, consultation_id=1, key="", account_id=account.id)
            counted = await connection.run_sync(partial(asked, may_vote=may_vote, now=clock()))
            assert counted == ("email" if may_vote == {"email"} else attests)
    app.extensions["outside"] = OpenID(
        replace(app.extensions["outside"].service, attestation=Attestation.EMAIL), outside.transport
    )
    await sign_in(Person(app), outside)
    async with app.extensions["database"].reading() as session:
        assert await checked_outside(session, account.id) is Attestation.EMAIL
    await app.extensions["database"].close()


async def test_it_is_shown_to_its_owner_and_goes_with_the_account(
    app: Quart, person: Person, outside: Outside
) -> None:
    await sign_in(person, outside)
    assert "Who you are to a service you sign in by" in (await person.get("/me")).text
    (account,) = await rows(app, Account)
    async with app.extensions["database"].transaction() as session:
        assert "outside_identity" in (await everything_of(session, {}, account.id)).account
        await erase_account(session, account.id)
    assert await rows(app, OutsideIdentity) == []
    # And whoever comes again begins anew.
    await sign_in(Person(app), outside)
    assert len(await rows(app, Account)) == 1


async def test_states_are_forgotten_once_their_time_is_over(
    app: Quart, person: Person, outside: Outside, clock: Clock
) -> None:
    await sign_in(person, outside)
    clock.pass_(minutes=19)
    async with app.extensions["database"].transaction() as session:
        assert await forget_journeys(session, now=clock()) == 0
        clock.pass_(minutes=2)
        assert await forget_journeys(session, now=clock()) == 1


async def test_one_network_cannot_let_the_service_be_asked_without_end(
    app: Quart, person: Person, outside: Outside
) -> None:
    app.extensions["outside_tries"].a_minute = 1
    assert (await sign_in(person, outside)).status == 303
    page = await sign_in(person, outside)
    assert (page.status, "Try again in a minute" in page.text) == (429, True)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"outside_issuer": "http://sign-in.avonmere.example"},
        {"outside_issuer": "https://user@sign-in.avonmere.example"},
        {"outside_issuer": "https://sign-in.avonmere.example?x=1"},
        {"outside_issuer": "https:///nowhere"},
        {"outside_name": ""},
        {"outside_name": "x" * 41},
        {"outside_client_id": ""},
        {"outside_attests": "staff"},
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings: Settings, wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(SettingsError, match=f"PARTICIPATE_{name.upper()}"):
        check_for_serving(replace(settings, **wrong), "127.0.0.1")


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_without_a_service_there_is_no_such_way(settings: Settings, clock: Clock) -> None:
    app = create_app(replace(settings, outside_issuer=""), clock=clock)
    person = Person(app)
    for path in ("/sign-in/with", "/sign-in/back"):
        assert (await person.get(path)).status == 404
    assert "Another way" not in (await person.get("/sign-in")).text
    async with app.extensions["database"].transaction() as session:
        assert await account_for(session, "flo@example.org", now=clock()) is not None
    await app.extensions["database"].close()
