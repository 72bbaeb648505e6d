"""Appeals: the author's page in every state, and what waits for both sides."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import select, update

from charters.agreements import Kind
from charters.appeals import AppealState
from charters.enforcement import Facts
from charters.states import Role, Side, Standing, StatementState
from deliberation.opinion.appealing import appeal
from deliberation.opinion.appeals import AppealVerdict, Removal
from deliberation.opinion.hiding import hide_statement
from deliberation.opinion.moderation import RemovalReason, remove_statement
from deliberation.opinion.own_words import OwnWords
from deliberation.opinion.statements import Statement, StatementText, statement_numbered
from deliberation.opinion.submitting import Draft, submit_statement
from deliberation.opinion.taking_part import Visitor as Author
from deliberation.people.accounts import Account
from deliberation.spaces.consultations import consultation_named
from deliberation.spaces.spaces import Space, space_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, SPACE, Arrival, State, at, change, pressing, signed_in
from tests.chartering import agree, charter_of, join_body, join_people

OWN, APPEALS = "appealing/own.html", "appealing/appeals.html"
WAITING = f"{SPACE}/appeals"
TEXT = "The people at the desk do not listen."
MIA = "mia@example.org"


def two_sides(served: Served) -> None:
    """Both sides have signed; mia is a member, dan a delegate."""
    before = served.clock() - timedelta(days=20)

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            space = await space_named(session, "avonmere")
            await session.exec(
                update(Space).where(Space.slug == "avonmere").values(standing=Standing.RATIFIED)  # type: ignore[arg-type]
            )
            policy = charter_of("avonmere", before.date())
            await agree(session, space, policy, Kind.ADOPT_CHARTER, now=before)
            await join_people(session, space, "mia", since=before)
            await join_body(session, space, "dan", since=before)

    served.do(act)


def removing(served: Served, reason: RemovalReason, note: str = "") -> str:
    """Remove the statement; the address of its author's page."""

    async def act(database: Database) -> int:
        async with database.transaction() as session:
            one = (await session.exec(select(Statement).where(Statement.text == TEXT))).one()
            asking = Facts(now=served.clock(), roles=frozenset({Role.FACILITATOR}), signed_in=True)
            await remove_statement(
                session, one.id, reason=reason, note=note, by="flo", asking=asking, now=served.clock()
            )
            return one.number

    return f"{EVENINGS}/statements/{served.do(act)}/appeal"


def own(*, reason: RemovalReason = RemovalReason.ABUSIVE, lang: str = "", **removal: Any) -> Arrival:
    """Add a statement that is then removed, and look at it; `removal` is how the row stands by then."""

    def arrive(visitor: Visitor, served: Served) -> int:
        visitor.goto(EVENINGS)
        visitor.page.fill("#text", TEXT)
        visitor.press("text=Add statement")
        path = removing(served, reason, "It attacks the staff. Say what should change instead.")
        if removal:
            change(Removal, **removal)(served)
        return visitor.goto(f"{path}{lang}")

    return arrive


def too_late(visitor: Visitor, served: Served) -> int:
    return own(removed_at=served.clock() - timedelta(days=15))(visitor, served)


def appeals(visitor: Visitor, served: Served) -> int:
    own()(visitor, served)
    visitor.page.fill("#words", "I speak of how they work, not of who they are.")
    return visitor.press("main form button")


def appeals_without_words(visitor: Visitor, served: Served) -> int:
    own()(visitor, served)
    return visitor.press("main form button")


def settled(state: AppealState, *, people: bool, body: bool) -> Arrival:
    """Appeal, and come again when both sides have answered."""

    def arrive(visitor: Visitor, served: Served) -> int:
        appeals(visitor, served)
        path = urlsplit(visitor.page.url).path
        served.do(lambda database: _settle(database, served, state, {Side.PEOPLE: people, Side.BODY: body}))
        return visitor.goto(path)

    return arrive


async def _settle(database: Database, served: Served, state: AppealState, said: dict[Side, bool]) -> None:
    reasons = {Side.PEOPLE: "It is about how they work.", Side.BODY: "It says nothing of one person."}
    async with database.transaction() as session:
        removal = (await session.exec(select(Removal).where(Removal.removed_by == "flo"))).one()
        removal.state, removal.decided_at = state, served.clock()
        for side, stands in said.items():
            session.add(
                AppealVerdict(
                    statement_id=removal.statement_id,
                    side=side,
                    decider=side,
                    stands=stands,
                    reason=reasons[side],
                    at=served.clock(),
                )
            )
        if state is AppealState.RESTORED:
            one = (await session.exec(select(Statement).where(Statement.id == removal.statement_id))).one()
            one.state, one.removed_for, one.removed_note = StatementState.PUBLISHED, None, ""


def under_appeal(served: Served) -> None:
    """Somebody else's statement was removed, and they have appealed."""
    two_sides(served)
    who = Author(secret=b"the author", master=b"of tests", network="198.51.100.7")

    async def say(database: Database) -> None:
        async with database.transaction() as session:
            given = StatementText(text=TEXT)
            draft = Draft(
                visitor=who, space="avonmere", consultation="evenings", text=given, now=served.clock()
            )
            await submit_statement(session, draft)

    async def ask(database: Database) -> None:
        async with database.transaction() as session:
            case = OwnWords(
                visitor=who, space="avonmere", consultation="evenings", number=number, now=served.clock()
            )
            await appeal(session, case, "I speak of how they work, not of who they are.")

    served.do(say)
    number = int(removing(served, RemovalReason.ABUSIVE).split("/")[-2])
    served.do(ask)


def as_member(path: str) -> Arrival:
    return signed_in(path, address=MIA)


def answers(visitor: Visitor, served: Served) -> int:
    as_member(WAITING)(visitor, served)
    visitor.page.check("input[name=answer][value=back]")
    visitor.page.fill("#reason", "It is about the work, not about a person.")
    return visitor.press("main form button")


def as_operator(path: str) -> Arrival:
    def arrive(visitor: Visitor, served: Served) -> int:
        signed_in("/", address="ola@example.org")(visitor, served)
        served.do(_let_operate)
        return visitor.goto(path)

    return arrive


async def _let_operate(database: Database) -> None:
    async with database.transaction() as session:
        ola = Account.address == "ola@example.org"
        await session.exec(update(Account).where(ola).values(operator=True))  # type: ignore[arg-type]


HIDE, HIDING = "moderating/hide.html", f"{EVENINGS}/statements/3/hide"


def hides(served: Served) -> None:
    """The operator has hidden statement 3."""
    two_sides(served)

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            _, held = await consultation_named(session, "avonmere", "evenings")
            one = await statement_numbered(session, held.id or 0, 3)
            asking = Facts(now=served.clock(), roles=frozenset({Role.OPERATOR}), signed_in=True)
            ground = "A court has forbidden to publish this."
            await hide_statement(session, one.id, ground, asking=asking, now=served.clock())

    served.do(act)


APPEAL_STATES = [
    State("appeals-hidden", APPEALS, "Only the two sides are shown", at(WAITING), prepare=hides),
    State("appeals-hidden-member", APPEALS, "A court has forbidden", as_member(WAITING), prepare=hides),
    State("hide", HIDE, "It is hidden for 72 hours at most", as_operator(HIDING), prepare=two_sides),
    State("hide-in-a-trial", HIDE, "This space has no sides that could confirm it", as_operator(HIDING)),
    State(
        "hide-without-ground",
        HIDE,
        "Write the reason",
        pressing(HIDING, "main form button", arrive=as_operator),
        status=422,
        prepare=two_sides,
    ),
    State(
        "hidden",
        "record/record.html",
        "Statement hidden in an emergency",
        pressing(
            HIDING, "main form button", arrive=as_operator, ground="A court has forbidden to publish this."
        ),
        prepare=two_sides,
    ),
    State("appeal", OWN, "You can appeal until", own(), prepare=two_sides),
    State("appeal-welsh", OWN, "Cewch apelio tan ddydd", own(lang="?lang=cy"), prepare=two_sides),
    State("appeal-without-words", OWN, "Write why", appeals_without_words, status=422, prepare=two_sides),
    State("appeal-made", OWN, "You have appealed", appeals, prepare=two_sides),
    State(
        "appeal-won",
        OWN,
        "the statement is back",
        settled(AppealState.RESTORED, people=False, body=False),
        prepare=two_sides,
    ),
    State(
        "appeal-lost",
        OWN,
        "Both sides say that the removal is right",
        settled(AppealState.UPHELD, people=True, body=True),
        prepare=two_sides,
    ),
    State(
        "appeal-sealed",
        OWN,
        "it stays sealed",
        settled(AppealState.SEALED, people=False, body=True),
        prepare=two_sides,
    ),
    State("appeal-too-late", OWN, "The time to appeal was over on", too_late, prepare=two_sides),
    State("appeal-in-a-trial", OWN, "This space has no two sides", own()),
    State("appeals-none", APPEALS, "No appeal waits now", at(WAITING), prepare=two_sides),
    State("appeals-in-a-trial", APPEALS, "This space has no two sides", at(WAITING)),
    State("appeals-waiting", APPEALS, "Only they are shown the words", at(WAITING), prepare=under_appeal),
    State("appeals-to-decide", APPEALS, TEXT, as_member(WAITING), prepare=under_appeal),
    State(
        "appeals-nothing-chosen",
        APPEALS,
        "Choose whether it stays removed",
        pressing(WAITING, "main form button", arrive=as_member),
        status=422,
        prepare=under_appeal,
    ),
    State("appeals-answered", APPEALS, "Your answer is kept", answers, prepare=under_appeal),
]
