"""Passkeys on one's own page, and beside the letter."""

from collections.abc import Callable
from dataclasses import replace

from deliberation.people.accounts import account_for
from deliberation.people.passkeys import NewPasskey, add_passkey, passkeys_of, use_passkey
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import FACILITATOR, State, at, signed_in
from tests.browser.states_of_signing_in import LINK, LONG, with_mail

PASSKEYS = "my_data/passkeys.html"
NAMES = ("Safari ar iPhone", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch")


def at_a_name(served: Served) -> None:
    """People use it at a name, which browsers keep passkeys for; so far it was a number."""
    with_mail(served)
    own = served.app.extensions["settings"]
    named = served.address.replace("127.0.0.1", "localhost")
    served.app.extensions["settings"] = replace(own, public_url=named)


def holding(address: str, *names: str) -> Callable[[Served], None]:
    """An account with passkeys, the first of which was used."""

    def prepare(served: Served) -> None:
        at_a_name(served)

        async def act(database: Database) -> None:
            async with database.transaction() as session:
                account = await account_for(session, address, now=served.clock())
                assert account.id is not None
                for name in names:
                    new = NewPasskey(
                        credential_id=f"id{len(name)}", user_handle="aaaa", public_key="aaaa", name=name
                    )
                    await add_passkey(session, account.id, new, now=served.clock())
                first = (await passkeys_of(session, account.id))[0]
                await use_passkey(session, first.id or 0, 0, now=served.clock())

        served.do(act)

    return prepare


def elsewhere(visitor: Visitor, served: Served) -> int:
    """Open the site at its number and press the button: the browser refuses by itself."""
    status = visitor.goto("/sign-in")
    visitor.page.click("button:text-is('Sign in with a passkey')")
    visitor.page.wait_for_selector("[data-trouble]:visible")
    return status


PASSKEY_STATES = [
    State("passkeys-none", PASSKEYS, "You have none.", signed_in("/me/passkeys"), prepare=at_a_name),
    State(
        "passkeys",
        PASSKEYS,
        "Last used on",
        signed_in("/me/passkeys?done=added"),
        prepare=holding(FACILITATOR, *NAMES),
    ),
    State(
        "passkeys-no-task",
        PASSKEYS,
        "Those you have go on working.",
        signed_in("/me/passkeys", address=LONG),
        prepare=holding(LONG, NAMES[0]),
    ),
    State("passkeys-number", PASSKEYS, "a number for an address", signed_in("/me/passkeys")),
    State("sign-in-passkey", LINK, "No letter, and no address to type.", at("/sign-in"), prepare=at_a_name),
    State("sign-in-passkey-elsewhere", LINK, "Open that page.", elsewhere, prepare=at_a_name),
]
