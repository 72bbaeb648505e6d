"""The facilitator's queue in every state, each act and its undo, one statement, and all of them."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, func, select, update

from charters.states import StatementState
from deliberation.opinion.reports import Report, Reporting, ReportReason, report, report_text
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.opinion.taking_part import Visitor as Reporter
from deliberation.people.accounts import Account
from deliberation.spaces.consultations import consultation_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, SMALL, SPACE, Arrival, State, change, hold, pressing, signed_in

QUEUE, STATEMENT, ALL = "moderating/queue.html", "moderating/statement.html", "moderating/all.html"
WAITING = f"{SMALL}/moderation"
PUBLISH, LEAVE, UNDO = "[data-key=p]", "[data-key=l]", "[data-key=u]"
NUMBER = "I could not get through on 01632 960777."
HARM = "Nobody rings back, and I want to die."


def waiting(*texts: str, hours: int = 3) -> Any:
    """A small consultation with one published statement, and these that wait, an hour between them."""

    def prepare(served: Served) -> None:
        hold("Let people cancel by text message.")(served)

        async def act(database: Database) -> None:
            async with database.transaction() as session:
                _, held = await consultation_named(session, "avonmere", "small")
                for place, text in enumerate(texts):
                    then = served.clock() - timedelta(hours=hours - place)
                    given, pending = StatementText(text=text), StatementState.PENDING
                    await add_statement(session, held, given, state=pending, now=then)

        served.do(act)

    return prepare


def reported(*reasons: ReportReason, number: int | None = 1) -> Any:
    """The small consultation's statement of this number, or its question, reported by as many devices."""

    def prepare(served: Served) -> None:
        waiting("One more.")(served)

        async def act(database: Database) -> None:
            async with database.transaction() as session:
                for place, reason in enumerate(reasons):
                    who = Reporter(secret=b"device %d" % place, master=b"of tests", network="198.51.100.7")
                    reporting = Reporting(
                        visitor=who,
                        space="avonmere",
                        consultation="small",
                        number=number,
                        text=report_text(reason.value, "Please look at this."),
                        now=served.clock(),
                    )
                    await report(session, reporting)

        served.do(act)

    return prepare


def overdue(served: Served) -> None:
    reported(ReportReason.UNLAWFUL)(served)
    change(Report, due_at=served.clock() - timedelta(days=1))(served)


def shown_at_once(served: Served) -> None:
    """As in a space whose statements are shown at once: published, and not read yet."""
    waiting("Ring me back the same day.")(served)

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            _, held = await consultation_named(session, "avonmere", "evenings")
            query = update(Statement).where(Statement.text == "Ring me back the same day.")  # type: ignore[arg-type]
            author = (await session.exec(_an_author(held.id))).one()
            await session.exec(query.values(state=StatementState.PUBLISHED, author_id=author))

    served.do(act)


def _an_author(consultation_id: int | None) -> Any:
    return select(func.min(Statement.author_id)).where(
        Statement.consultation_id == consultation_id, col(Statement.author_id).is_not(None)
    )


def acting(*selectors: str, path: str = WAITING, **typed: str) -> Arrival:
    return pressing(path, *selectors, arrive=signed_in, **typed)


def opening(path: str, *summaries: str) -> Arrival:
    """Go there and open what can be opened."""

    def arrive(visitor: Visitor, served: Served) -> int:
        status = signed_in(path)(visitor, served)
        for summary in summaries:
            visitor.page.click(f"summary:has-text('{summary}')")
        return status

    return arrive


def takes_out_as_the_same(visitor: Visitor, served: Served) -> int:
    """Without saying as which."""
    opening(f"{EVENINGS}/moderation/1", "A note")(visitor, served)
    visitor.page.fill("#note", "Others said it first.")
    return visitor.press("text=Take it out as the same")


def is_beaten(visitor: Visitor, served: Served) -> int:
    """Publish what another facilitator has published meanwhile."""
    signed_in(WAITING)(visitor, served)
    change(Statement, text="Open on Sundays.", state=StatementState.PUBLISHED)(served)
    return visitor.press(PUBLISH)


THREE = waiting("Open on Sundays.", "Let people cancel by text.", NUMBER)

MODERATION_STATES = [
    State("queue", QUEUE, "Waiting to be read: 9", signed_in(f"{EVENINGS}/moderation")),
    State("queue-empty", QUEUE, "Nothing waits", signed_in(f"{SPACE}/waiting-rooms/moderation")),
    State("queue-one", QUEUE, "Nothing more", signed_in(WAITING), prepare=waiting("Open on Sundays.")),
    State("queue-many", QUEUE, "Waiting for 3 hours", signed_in(WAITING), prepare=THREE),
    State("queue-number", QUEUE, "Has a phone number", signed_in(WAITING), prepare=waiting(NUMBER)),
    State(
        "queue-several-found",
        QUEUE,
        "Hide them all, then publish",
        signed_in(WAITING),
        prepare=waiting("Ring 01632 960777 or write to flo@avonmere.example, NHS number 943 476 5919."),
    ),
    State(
        "queue-urgent",
        QUEUE,
        "Somebody may be in danger",
        signed_in(WAITING),
        prepare=waiting("Open on Sundays.", HARM),
    ),
    State(
        "queue-duplicate",
        QUEUE,
        "What is underlined stands in one of them only",
        opening(WAITING, "See both"),
        prepare=waiting("Let people cancel by a text message."),
    ),
    State(
        "queue-reported",
        QUEUE,
        "Decide by Thursday 5 March",
        signed_in(WAITING),
        prepare=reported(ReportReason.ABUSIVE, ReportReason.OTHER),
    ),
    State(
        "queue-overdue",
        QUEUE,
        "Overdue.",
        signed_in(WAITING),
        prepare=overdue,
    ),
    State(
        "queue-question-reported",
        QUEUE,
        "Your own words are reported",
        signed_in(WAITING),
        prepare=reported(ReportReason.OTHER, number=None),
    ),
    State(
        "queue-question-read",
        QUEUE,
        "The reports about the question are closed",
        acting("text=Close the reports"),
        prepare=reported(ReportReason.OTHER, number=None),
    ),
    State("queue-shown-at-once", QUEUE, "Leave it published", signed_in(WAITING), prepare=shown_at_once),
    State("queue-note", QUEUE, "Only they can read it", opening(WAITING, "A note"), prepare=THREE),
    State("queue-keys-off", QUEUE, "One-key acts are off", acting("text=Turn off"), prepare=THREE),
    State(
        "queue-keys-on-again",
        QUEUE,
        "One-key acts are on",
        acting("text=Turn on"),
        prepare=lambda served: (THREE(served), change(Account, one_key=False)(served)),
    ),
    State("queue-published", QUEUE, "Statement 2 is published.", acting(PUBLISH), prepare=THREE),
    State("queue-hidden", QUEUE, "hidden.", acting("[data-key=h]"), prepare=waiting(NUMBER)),
    State(
        "queue-same",
        QUEUE,
        "Says the same as another statement",
        acting("[data-key=s]"),
        prepare=waiting("Let people cancel by a text message."),
    ),
    State("queue-removed", QUEUE, "Rule: Not about this question", acting("[data-key='4']"), prepare=THREE),
    State("queue-kept", QUEUE, "stays as it is", acting(PUBLISH), prepare=reported(ReportReason.ABUSIVE)),
    State("queue-left", QUEUE, "Statement 2 is left for later", acting(LEAVE), prepare=THREE),
    State(
        "queue-all-left",
        QUEUE,
        "You have left 1 statement for later",
        acting(LEAVE),
        prepare=waiting("Open on Sundays."),
    ),
    State("queue-undone", QUEUE, "Undone. Statement 2", acting(PUBLISH, UNDO), prepare=THREE),
    State("queue-beaten", QUEUE, "was dealt with already: it is published", is_beaten, prepare=THREE),
    State(
        "duplicate-of-nothing",
        STATEMENT,
        "Write the number of the published statement that says the same",
        takes_out_as_the_same,
        status=422,
    ),
    State("statement", STATEMENT, "Or take it out", signed_in(f"{EVENINGS}/moderation/1")),
    State(
        "statement-removed",
        STATEMENT,
        "Only you and the author can read it",
        signed_in(f"{EVENINGS}/moderation/1"),
        prepare=change(Statement, state=StatementState.REMOVED, removed_for="off-topic"),
    ),
    State("statements-all", ALL, "All statements", signed_in(f"{EVENINGS}/moderation/all")),
    State(
        "statements-none",
        ALL,
        "None yet",
        signed_in(f"{WAITING}/all"),
        prepare=hold(opened=False),
    ),
]
