"""Spaces that two sides hold: founding one, who is on each side, joining, leaving, a body's own page."""

from collections.abc import Callable
from datetime import timedelta

from charters.states import Role
from deliberation.people.accounts import account_for, set_operator
from deliberation.people.memberships import Membership
from deliberation.people.organisations import organisation_coded
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.invitations import hash_of, new_code
from deliberation.spaces.side_invitations import SideInvitation
from deliberation.spaces.spaces import space_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, SMALL, Arrival, State, at, change, hold, pressing, signed_in
from tests.founding import OPERATOR, ask_founders, charter_brookside, found_brookside, make_operator

SPACE = "/spaces/brookside"
OPERATING, FOUNDING, SPACE_PAGE = "operating/index.html", "operating/found.html", "spaces/space.html"
NEW = "/operating/spaces/new"
TYPED = {
    "title": "Care in Brookside",
    "slug": "brookside",
    "purpose": "To agree what changes.",
    "host": "Brookside Forum",
    "people-1-name": "Ann Archer",
    "people-1-group": "Brookside Voices",
    "people-1-address": "ann@example.org",
    "people-2-name": "Bo Baker",
    "people-2-group": "Brookside Carers",
    "people-2-address": "bo@example.org",
    "body-1-name": "Dai Davies",
    "body-1-code": "XX1",
    "body-1-address": "dai@trust.example",
}


def brookside(served: Served) -> None:
    """The space, founded a moment ago."""

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            await found_brookside(session, served.clock())

    served.do(act)


def operator(served: Served) -> None:
    async def act(database: Database) -> None:
        async with database.transaction() as session:
            await make_operator(session, served.clock())

    served.do(act)


def only_operator(served: Served) -> None:
    """No organisation is known."""

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            account = await account_for(session, OPERATOR, now=served.clock())
            await set_operator(session, account.id or 0, True)

    served.do(act)


def as_operator(path: str) -> Arrival:
    return signed_in(path, address=OPERATOR)


def founds(visitor: Visitor, served: Served) -> int:
    """Fill the form and send it."""
    as_operator(NEW)(visitor, served)
    for field, text in TYPED.items():
        visitor.page.fill(f"#{field}", text)
    visitor.page.check("#agreed")
    return visitor.press("main form .button-main")


def chartered(served: Served) -> None:
    """Both sides have signed and ratified; `flo` facilitates, and Ines advises."""

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            now = served.clock()
            space = await charter_brookside(session, now)
            account = await account_for(session, "ines@example.org", now=now)
            ines = Membership(
                space_id=space.id or 0,
                account_id=account.id or 0,
                role=Role.ADVISER,
                since=now,
                name="Ines",
                interests="I teach nursing.",
            )
            session.add(ines)

    served.do(act)


def as_(name: str) -> Callable[[str], Arrival]:
    return lambda path: signed_in(path, address=name)


def asked_by(role: Role, address: str, *, most: int = 1, came: int = 0) -> Arrival:
    """Somebody opens a link that was made for them."""

    def arrive(visitor: Visitor, served: Served) -> int:
        async def act(database: Database) -> str:
            async with database.transaction() as session:
                space = await space_named(session, "brookside")
                code = new_code()
                body = await organisation_coded(session, "XX1") if role is Role.DELEGATE else None
                session.add(
                    SideInvitation(
                        space_id=space.id or 0,
                        role=role,
                        organisation_id=body.id if body is not None else None,
                        label="Eve, who runs the wards",
                        code_hash=hash_of(code),
                        most=most,
                        came=came,
                        ends_at=served.clock() + timedelta(days=7),
                        made_at=served.clock(),
                    )
                )
                return code

        path = f"{SPACE}/join/{served.do(act)}"
        return signed_in(path, address=address)(visitor, served) if address else visitor.goto(path)

    return arrive


JOIN, INVITED, BODY = "sides/join.html", "sides/invited.html", "sides/body.html"
ADVISERS = "facilitating/advisers.html"
DAI, FLO = "dai@trust.example", "flo@example.org"

framed = hold("One.", opened=False)


def unsettled(served: Served) -> None:
    """Some other choice holds, so that none is ticked."""
    framed(served)
    change(Consultation, slug="small", attested=["email"])(served)


WHO = "facilitating/who.html"
WHO_PATH = f"{SMALL}/facilitate/who"

WAITING = "sides/waiting.html"


def asked(served: Served) -> None:
    """The founders are asked to sign the first charter."""

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            await ask_founders(session, served.clock())

    served.do(act)


SIDES_STATES = [
    State("operating", OPERATING, "Found a space", as_operator("/operating"), prepare=operator),
    State(
        "operating-empty",
        OPERATING,
        "None is known yet",
        as_operator("/operating"),
        prepare=only_operator,
        empty=True,
    ),
    State(
        "operating-found", OPERATING, "Brookside Trust", as_operator("/operating?q=trust"), prepare=operator
    ),
    State(
        "operating-not-found", OPERATING, "Nothing was found", as_operator("/operating?q=x"), prepare=operator
    ),
    State("found-a-space", FOUNDING, "Delegates of the bodies", as_operator(NEW), prepare=operator),
    State(
        "found-a-space-wrong",
        FOUNDING,
        "Something needs changing",
        pressing(NEW, "main form .button-main", arrive=as_operator, title="x"),
        status=422,
        prepare=operator,
    ),
    State(
        "founded",
        OPERATING,
        "is founded",
        founds,
        prepare=operator,
    ),
    State(
        "decisions-founding",
        "deciding/decisions.html",
        "Ask the founders of both sides",
        signed_in(f"{SPACE}/decisions", address=DAI),
        prepare=brookside,
    ),
    State("space-founding", SPACE_PAGE, "Ann Archer", at(SPACE), prepare=brookside),
    State("space-ratified", SPACE_PAGE, "Adviser: Ines.", at(SPACE), prepare=chartered),
    State("space-delegate", SPACE_PAGE, "Your side", signed_in(SPACE, address=DAI), prepare=brookside),
    State(
        "join", JOIN, "I have none", signed_in(f"{SPACE}/join", address="eve@example.org"), prepare=brookside
    ),
    State("join-signed-out", JOIN, "You must be signed in", at(f"{SPACE}/join"), prepare=brookside),
    State(
        "join-wrong",
        JOIN,
        "Something needs changing",
        pressing(f"{SPACE}/join", "main form .button-main", arrive=as_("eve@example.org")),
        status=422,
        prepare=brookside,
    ),
    State(
        "join-body-address",
        JOIN,
        "with this address",
        signed_in(f"{SPACE}/join", address="eve@trust.example"),
        prepare=brookside,
    ),
    State(
        "side-of-a-founder",
        JOIN,
        "You are on the people’s side",
        signed_in(f"{SPACE}/join", address="ann@example.org"),
        prepare=brookside,
    ),
    State(
        "join-of-an-adviser",
        JOIN,
        "You advise this space",
        signed_in(f"{SPACE}/join", address="ines@example.org"),
        prepare=chartered,
    ),
    State(
        "side-of-a-delegate",
        JOIN,
        "You speak for",
        signed_in(f"{SPACE}/join", address=DAI),
        prepare=brookside,
    ),
    State(
        "invited-delegate",
        INVITED,
        "Speak for",
        asked_by(Role.DELEGATE, "eve@trust.example"),
        prepare=brookside,
    ),
    State(
        "invited-signed-out", INVITED, "You must be signed in", asked_by(Role.DELEGATE, ""), prepare=brookside
    ),
    State(
        "invited-adviser",
        INVITED,
        "Be an adviser",
        asked_by(Role.ADVISER, "eve@example.org"),
        prepare=chartered,
    ),
    State("invited-spent", INVITED, "does not work", asked_by(Role.DELEGATE, "", came=1), prepare=brookside),
    State("body", BODY, "Invite a delegate", signed_in(f"{SPACE}/body", address=DAI), prepare=brookside),
    State(
        "body-link-made",
        BODY,
        "The link is made",
        pressing(f"{SPACE}/body", "main form.card button", arrive=as_(DAI), label="Eve, who runs the wards"),
        prepare=brookside,
    ),
    State(
        "body-wrong",
        BODY,
        "Something needs changing",
        pressing(f"{SPACE}/body", "main form.card button", arrive=as_(DAI), most="99"),
        status=422,
        prepare=brookside,
    ),
    State(
        "advisers",
        ADVISERS,
        "I teach nursing",
        signed_in(f"{SPACE}/facilitate/advisers", address=FLO),
        prepare=chartered,
    ),
    State(
        "advisers-link-made",
        ADVISERS,
        "The link is made",
        pressing(
            f"{SPACE}/facilitate/advisers", "main form.card button", arrive=as_(FLO), label="Dr Ines Iqbal"
        ),
        prepare=chartered,
    ),
    State("who-may-vote", WHO, "Personally invited people alone", signed_in(WHO_PATH), prepare=framed),
    State("who-may-vote-set", WHO, "Voting has begun", signed_in(f"{EVENINGS}/facilitate/who")),
    State(
        "who-may-vote-wrong",
        WHO,
        "Choose who may vote",
        pressing(WHO_PATH, "main form .button-main", arrive=signed_in),
        status=422,
        prepare=unsettled,
    ),
    State(
        "voting-come-in-first",
        "voting/voting.html",
        "Come in first",
        at(EVENINGS),
        prepare=change(Consultation, slug="evenings", attested=["email", "invited", "staff"]),
    ),
    State(
        "front-come-in-first",
        "front/front.html",
        "What is open asks you to come in first",
        at("/"),
        prepare=change(Consultation, attested=["invited"]),
    ),
    State(
        "waiting",
        WAITING,
        "Sign the founding charter",
        signed_in(f"{SPACE}/waiting", address=DAI),
        prepare=asked,
    ),
    State(
        "waiting-nothing",
        WAITING,
        "Nothing waits for you",
        signed_in(f"{SPACE}/waiting", address=DAI),
        prepare=brookside,
    ),
]
