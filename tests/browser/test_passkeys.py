"""Passkeys in a browser, with a device that it makes up itself: added, used, removed, refused."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession

from deliberation.people.accounts import account_for, set_operator
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import sign_in_link
from tests.browser.states_of_passkeys import at_a_name
from tests.browser.test_journeys import enter, fit, tab_to

pytestmark = pytest.mark.browser

OPERATOR = "ola@example.org"
PAGE = "/me/passkeys"
SIGN_IN = "button:text-is('Sign in with a passkey')"


@dataclass
class Made:
    """The device that Chromium makes up: it counts its uses, and its owner is always there to unlock it."""

    wire: CDPSession
    id: str

    def ask(self, method: str, **more: Any) -> Any:
        return self.wire.send(f"WebAuthn.{method}", {"authenticatorId": self.id, **more})

    def passkeys(self) -> list[dict[str, Any]]:
        return list(self.ask("getCredentials")["credentials"])


def with_device(visitor: Visitor) -> Made:
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Made(wire, made["authenticatorId"])


@pytest.fixture
def named(served: Served) -> Served:
    """Served at a name, with somebody who runs it."""
    at_a_name(served)

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            account = await account_for(session, OPERATOR, now=served.clock())
            assert account.id is not None
            await set_operator(session, account.id, True)

    served.do(act)
    return served


def here(visitor: Visitor, served: Served) -> Visitor:
    visitor.address = served.address.replace("127.0.0.1", "localhost")
    # Everything but this one site is foreign still; `visiting` knows it by its number alone.
    own = visitor.address
    visitor.page.on(
        "request", lambda request: request.url.startswith(own) and visitor.foreign.remove(request.url)
    )
    return visitor


def said(visitor: Visitor) -> str:
    """What the script of the page says went wrong, once it does."""
    visitor.page.wait_for_selector("[data-trouble]:visible")
    return visitor.page.inner_text("[data-trouble]")


def test_by_keyboard_a_passkey_is_added_used_removed_and_then_refused(
    named: Served, visit: Callable[..., Visitor]
) -> None:
    visitor = here(visit(width=320), named)
    device = with_device(visitor)
    visitor.goto(sign_in_link(named, OPERATOR))
    visitor.press("main button")
    visitor.goto("/me")
    tab_to(visitor, "Sign in without a letter: passkeys")
    enter(visitor)
    fit(visitor, scripts=True)

    tab_to(visitor, "name")
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.type("Small grey key")
    enter(visitor)
    assert visitor.page.inner_text(".status") == "Your passkey is added. Next time you can sign in with it."
    assert "Small grey key" in visitor.page.inner_text("main")
    fit(visitor, scripts=True)
    (kept,) = device.passkeys()
    assert (kept["isResidentCredential"], kept["rpId"]) == (True, "localhost")

    # Once more on the same device: the browser says that it has one, and what was typed stays.
    visitor.page.fill("#name", "Another")
    visitor.page.click("button:text-is('Add a passkey')")
    assert said(visitor) == "This device has a passkey for your account already."
    assert visitor.page.input_value("#name") == "Another"
    fit(visitor, scripts=True)

    visitor.press("button:text-is('Sign out')")
    visitor.goto("/sign-in?next=/about")
    tab_to(visitor, "Sign in with a passkey")
    enter(visitor)
    visitor.page.wait_for_url(f"{visitor.address}/about")
    assert visitor.page.locator("button:text-is('Sign out')").count() == 1
    visitor.goto(PAGE)
    assert "Last used on" in visitor.page.inner_text("main")

    visitor.press("button:has-text('Remove')")
    assert visitor.page.inner_text(".status").startswith("The passkey is removed.")
    fit(visitor, scripts=True)
    visitor.press("button:text-is('Sign out')")
    visitor.goto("/sign-in")
    visitor.press(SIGN_IN)
    assert "This passkey is not known here. Perhaps it was removed." in visitor.page.inner_text("main")
    assert visitor.page.locator("button:text-is('Sign out')").count() == 0
    fit(visitor, scripts=True)


def test_what_goes_wrong_on_the_device_is_said_on_the_page(
    named: Served, visit: Callable[..., Visitor]
) -> None:
    visitor = here(visit(), named)
    device = with_device(visitor)
    visitor.goto("/sign-in")
    visitor.page.click(SIGN_IN)
    assert "It was cancelled, or this device has no passkey for this site." in said(visitor)
    fit(visitor, scripts=True)
    # Pressed again, the words of before go, and the device is asked again.
    visitor.page.route("**/options", lambda route: route.abort())
    visitor.page.click(SIGN_IN)
    visitor.page.wait_for_selector("[data-why=unanswered]:visible")
    visitor.page.unroute("**/options")

    visitor.goto(sign_in_link(named, OPERATOR))
    visitor.press("main button")
    visitor.goto(PAGE)
    device.ask("setUserVerified", isUserVerified=False)
    visitor.page.click("button:text-is('Add a passkey')")
    assert said(visitor).startswith("No passkey was added.")
    assert device.passkeys() == []
    device.ask("setUserVerified", isUserVerified=True)
    visitor.press("button:text-is('Add a passkey')")
    (kept,) = device.passkeys()

    # A copy that was made before: it counts on from less than the site has seen.
    visitor.press("button:text-is('Sign out')")
    visitor.goto("/sign-in")
    visitor.press(SIGN_IN)
    visitor.press("button:text-is('Sign out')")
    device.ask("removeCredential", credentialId=kept["credentialId"])
    device.ask("addCredential", credential={**kept, "signCount": 0})
    visitor.goto("/sign-in")
    visitor.press(SIGN_IN)
    assert "count of uses went back" in visitor.page.inner_text("main [role=alert]:visible")
    fit(visitor, scripts=True)


def test_without_scripts_the_pages_say_that_a_letter_works(
    named: Served, visit: Callable[..., Visitor], photographs: Path | None
) -> None:
    visitor = here(visit(width=320, scripts=False), named)
    visitor.goto("/sign-in")
    assert "The link by e-mail works all the same." in visitor.page.inner_text("main")
    assert not visitor.page.is_visible(SIGN_IN)
    fit(visitor, scripts=False)
    if photographs is not None:
        visitor.page.screenshot(path=photographs / "sign-in-passkey-plain-320.png", full_page=True)
    visitor.goto(sign_in_link(named, OPERATOR))
    visitor.press("main button")
    visitor.goto(PAGE)
    assert "A link by e-mail signs you in as before." in visitor.page.inner_text("[data-passkey-else]")
    assert not visitor.page.is_visible("#name")
    fit(visitor, scripts=False)


def test_no_other_page_loads_the_script(named: Served, visit: Callable[..., Visitor]) -> None:
    visitor = here(visit(), named)
    loaded: list[str] = []
    visitor.page.on("request", lambda request: loaded.append(request.url))
    visitor.goto("/")
    visitor.goto("/about")
    assert [url for url in loaded if "passkeys" in url] == []
    visitor.goto("/sign-in")
    assert [url for url in loaded if "passkeys" in url] != []
    script = visitor.page.request.get(next(url for url in loaded if "passkeys" in url))
    assert len(script.body()) < 4_000
