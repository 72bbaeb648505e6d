"""Sharing a consultation: link, invitations, poster; and what people see of a pause and a notice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from charters.enforcement import Facts
from charters.states import Role
from deliberation.spaces.consultations import consultation_named
from deliberation.spaces.invitations import Invitation, InvitationText, make_invitation
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, State, at, change, hold, pressing, signed_in
from tests.browser.states_of_facilitating import just_closed, paused, with_notice

SHARE, INVITATION, POSTER = (
    "facilitating/share.html",
    "inviting/invitation.html",
    "inviting/poster.html",
)
VOTING = "voting/voting.html"
SHARE_PATH = f"{EVENINGS}/facilitate/share"
FOR = "Letter to the Riverbank Carers"


def invited(
    *, slug: str = "evenings", most: int | None = None, **became: Any
) -> Callable[[Visitor, Served], int]:
    """Make a link, change it, and open it."""

    def arrive(visitor: Visitor, served: Served) -> int:
        now = served.clock()
        flo = Facts(now=now, roles=frozenset({Role.FACILITATOR}), signed_in=True)

        async def act(database: Database) -> str:
            async with database.transaction() as session:
                _, held = await consultation_named(session, "avonmere", slug)
                assert held.id is not None
                text = InvitationText(label=FOR, most=most)
                ends = now + timedelta(days=7)
                _, code = await make_invitation(session, held.id, text, ends_at=ends, asking=flo, now=now)
                return code

        code = served.do(act)
        if became:
            change(Invitation, **became)(served)
        return visitor.goto(f"/spaces/avonmere/{slug}/invite/{code}")

    return arrive


def spent(visitor: Visitor, served: Served) -> int:
    """Somebody uses a link for one; somebody else comes after."""
    invited(most=1)(visitor, served)
    address = visitor.page.url.removeprefix(served.address)
    visitor.press("main form button")
    visitor.context.clear_cookies()
    return visitor.goto(address)


def poster_of_an_invitation(visitor: Visitor, served: Served) -> int:
    """The form opens it in a new window; here it stays in this one."""
    pressing(SHARE_PATH, "text=Make the link", arrive=signed_in, label=FOR)(visitor, served)
    visitor.page.locator("form[target]").evaluate("form => form.removeAttribute('target')")
    return visitor.press("text=Poster for this link")


def meanwhile(
    arrive: Callable[[Visitor, Served], int], happens: Callable[[Served], None]
) -> Callable[[Visitor, Served], int]:
    """Go there, let something happen, and load the page again."""

    def again(visitor: Visitor, served: Served) -> int:
        arrive(visitor, served)
        happens(served)
        return visitor.goto(visitor.page.url.removeprefix(served.address))

    return again


def paused_meanwhile(visitor: Visitor, served: Served) -> int:
    """Have the page open while it is paused, then vote."""
    visitor.goto(EVENINGS)
    paused(served)
    return visitor.press("button[value=agree]")


PAST = datetime.fromisoformat("2026-02-01T12:00:00+00:00")

SHARING_STATES = [
    State("share", SHARE, "The open link", signed_in(SHARE_PATH)),
    State(
        "share-made",
        SHARE,
        "We keep only a fingerprint of it",
        pressing(SHARE_PATH, "text=Make the link", arrive=signed_in, label=FOR, most="200"),
    ),
    State(
        "share-wrong",
        SHARE,
        "Something needs changing",
        pressing(SHARE_PATH, "text=Make the link", arrive=signed_in, most="many"),
        status=422,
    ),
    State("poster", POSTER, "Without a phone", signed_in(f"{EVENINGS}/facilitate/poster")),
    State("poster-invitation", POSTER, "invite/", poster_of_an_invitation),
    State(
        "paper",
        "facilitating/paper.html",
        "Type the six words that stand on the sheet",
        pressing(f"{EVENINGS}/facilitate/paper", "text=Enter the sheet", arrive=signed_in),
        status=422,
    ),
    State(
        "paper-sheets",
        "inviting/sheets.html",
        "Tear off and keep",
        signed_in(f"{EVENINGS}/facilitate/paper/sheets?copies=2"),
    ),
    State("invited", INVITATION, "You are invited to take part", invited()),
    State(
        "invited-early",
        INVITATION,
        "Keep this link",
        invited(slug="small"),
        prepare=hold("One.", opened=False),
    ),
    State("invited-paused", INVITATION, "Voting is paused", invited(), prepare=paused),
    State(
        "invited-closed",
        INVITATION,
        "Voting is closed",
        meanwhile(invited(), just_closed),
    ),
    State(
        "invitation-on-another-device",
        INVITATION,
        "Did you come in on another device? Your votes are there",
        spent,
        status=410,
    ),
    State("invitation-spent", INVITATION, "As many people as this link", spent, status=410),
    State("invitation-ended", INVITATION, "ended by the people", invited(ended_at=PAST), status=410),
    State("invitation-expired", INVITATION, "come to its last day", invited(ends_at=PAST), status=410),
    State(
        "no-invitation",
        "errors/problem.html",
        "no such link of invitation",
        at(f"{EVENINGS}/invite/abcde-fghjk"),
        status=404,
    ),
    State("paused", VOTING, "Voting is paused", at(EVENINGS), prepare=paused),
    State("notice-on-the-question", VOTING, "the library at Fernley", at(EVENINGS), prepare=with_notice),
    State(
        "notice-on-the-results",
        "results/results.html",
        "the library at Fernley",
        at(f"{EVENINGS}/map"),
        prepare=with_notice,
    ),
    State("closed-by-hand", VOTING, "Voting is closed", at(EVENINGS), prepare=just_closed),
    State("vote-while-paused", "errors/problem.html", "It goes on by itself", paused_meanwhile, status=403),
]
