"""Signing in by e-mail, and one's own pages."""

from dataclasses import replace

from charters.states import Attestation
from deliberation.people.sessions import sign_in
from deliberation.running.limits import LINKS_AN_ADDRESS
from deliberation.running.outbox import last_letters
from participate.db import Database
from participate.settings import Mode
from participate.signin.links import link_hash
from participate.signin.openid import OpenID
from participate.signin.outside import Service
from tests.browser.conftest import Served, Visitor
from tests.browser.state import Arrival, State, at, pressing, sign_in_link, signed_in

LINK, SENT, OUTBOX = "signing_in/link.html", "signing_in/sent.html", "signing_in/outbox.html"
DEVICES = "my_data/devices.html"
LONG = "angharad-gwenllian.morgan-llewelyn.llanfairpwllgwyngyll@cymryd-rhan.avonmere.example"


def with_mail(served: Served) -> None:
    served.app.extensions["settings"] = replace(
        served.settings, smtp_url="smtp://127.0.0.1:1", mail_sender="no-reply@avonmere.example"
    )


def in_demo(served: Served) -> None:
    served.app.extensions["settings"] = replace(served.settings, mode=Mode.DEMO)


def with_service(served: Served) -> None:
    """A second way to sign in, by a service at whose address nobody answers."""
    service = Service("http://127.0.0.1:9", "Mewngofnodi Avonmere", "here", "", Attestation.EMAIL)
    served.app.extensions["outside"] = OpenID(service)


def with_both(served: Served) -> None:
    with_mail(served)
    with_service(served)


def asking(address: str, times: int = 1) -> Arrival:
    """Ask for links to an address."""

    def arrive(visitor: Visitor, served: Served) -> int:
        status = 0
        for _ in range(times):
            status = pressing("/sign-in", "main form button", address=address)(visitor, served)
        return status

    return arrive


def asks_in_a_demonstration(visitor: Visitor, served: Served) -> int:
    asking(LONG)(visitor, served)
    return visitor.goto("/outbox")


def comes_back_late(visitor: Visitor, served: Served) -> int:
    visitor.goto("/sign-in")
    return visitor.goto("/sign-in/back?code=1&state=2")


DEVICES_BEFORE = {"Samsung Internet on Android": 5, "": 3, "Safari on iPad": 1, "Firefox on Android": 0}


def signed_in_elsewhere(served: Served) -> None:
    """The facilitator has signed in on other devices, days apart."""
    for label, days in DEVICES_BEFORE.items():
        link = sign_in_link(served).rpartition("/")[2]

        async def enter(database: Database, link: str = link, label: str = label) -> None:
            async with database.transaction() as session:
                hash = link_hash(f"session of {label}")
                await sign_in(session, link_hash(link), hash, now=served.clock(), label=label)

        served.do(enter)
        served.clock.pass_(days=days)


def changing(address: str, last: str = "main form button") -> Arrival:
    """Signed in, ask for another address."""

    def arrive(visitor: Visitor, served: Served) -> int:
        signed_in("/me/address")(visitor, served)
        visitor.page.fill("#address", address)
        return visitor.press(last)

    return arrive


def opens_the_link(sign_out: bool = False, press: bool = False) -> Arrival:
    """Ask for another address, and open the link in the letter."""

    def arrive(visitor: Visitor, served: Served) -> int:
        changing(LONG)(visitor, served)
        found: list[str] = []

        async def read(database: Database) -> None:
            async with database.reading() as session:
                text = (await last_letters(session))[0].text
                found.append(next(part for part in text.split() if "/me/address/" in part))

        served.do(read)
        path = found[0][found[0].index("/me/address/") :]
        if sign_out:
            visitor.press("button:text-is('Sign out')")
        status = visitor.goto(path)
        return visitor.press("main form button") if press else status

    return arrive


CHANGE, CHANGE_SENT, CHANGE_LINK = (f"my_data/address{end}.html" for end in ("", "_sent", "_link"))

SIGNING_STATES = [
    State("sign-in-by-mail", LINK, "We send you a link", at("/sign-in"), prepare=with_mail),
    State(
        "sign-in-no-address",
        LINK,
        "Write it as name@example.org",
        asking("jo at example"),
        status=422,
        prepare=with_mail,
    ),
    State(
        "sign-in-too-many",
        LINK,
        "You can ask again in",
        asking(LONG, LINKS_AN_ADDRESS + 1),
        status=429,
        prepare=with_mail,
    ),
    State("sign-in-two-ways", LINK, "Another way", at("/sign-in?next=/about"), prepare=with_both),
    State(
        "sign-in-by-service", LINK, "It learns that you sign in here", at("/sign-in"), prepare=with_service
    ),
    State(
        "sign-in-service-away",
        LINK,
        "does not answer at the moment",
        at("/sign-in/with?next=/about"),
        status=502,
        prepare=with_both,
    ),
    State(
        "sign-in-used-before",
        LINK,
        "This sign-in was used before",
        comes_back_late,
        status=410,
        prepare=with_both,
    ),
    State("sign-in-no-mail", LINK, "cannot send letters yet", at("/sign-in")),
    State("sign-in-sent", SENT, "A link is on its way", asking(LONG), prepare=with_mail),
    State("sign-in-sent-demo", SENT, "Read the letter here", asking(LONG), prepare=in_demo),
    State("outbox", OUTBOX, "Your link to sign in", asks_in_a_demonstration, prepare=in_demo),
    State("outbox-empty", OUTBOX, "No letter has been written yet", at("/outbox"), prepare=in_demo),
    State("address-change", CHANGE, "You sign in as", signed_in("/me/address"), prepare=with_mail),
    State("address-no-mail", CHANGE, "addresses cannot be changed here", signed_in("/me/address")),
    State(
        "address-wrong",
        CHANGE,
        "Write it as name@example.org",
        changing("jo at example"),
        status=422,
        prepare=with_mail,
    ),
    State("address-sent", CHANGE_SENT, "A link is on its way", changing(LONG), prepare=with_mail),
    State("address-sent-demo", CHANGE_SENT, "Read the letter here", changing(LONG), prepare=in_demo),
    State("address-link", CHANGE_LINK, "Change my address", opens_the_link(), prepare=with_mail),
    State(
        "address-link-signed-out",
        CHANGE_LINK,
        "You are not signed in on this device",
        opens_the_link(sign_out=True),
        prepare=with_mail,
    ),
    State(
        "address-link-spent",
        CHANGE_LINK,
        "another account asked for it",
        signed_in("/me/address/spent"),
        status=410,
    ),
    State(
        "address-changed",
        "my_data/my_data.html",
        "Your address is changed",
        opens_the_link(press=True),
        prepare=with_mail,
    ),
    State("devices", DEVICES, "This device", signed_in("/me/devices", address=LONG)),
    State("devices-many", DEVICES, "End all others", signed_in("/me/devices"), prepare=signed_in_elsewhere),
]
