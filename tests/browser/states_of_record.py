"""The record of a space, from nothing done to many pages, and how long reports wait."""

from datetime import timedelta

from deliberation.opinion.reports import Report, ReportReason
from deliberation.publishing.record import Did, enter
from deliberation.spaces.spaces import space_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import SPACE, State, at, change
from tests.browser.states_of_moderation import acting, reported, waiting
from tests.browser.states_of_places import bare_space

RECORD, PATH = "record/record.html", f"{SPACE}/record"


def overdue(served: Served) -> None:
    reported(ReportReason.ABUSIVE)(served)
    change(Report, due_at=served.clock() - timedelta(days=1))(served)


def decided(visitor: Visitor, served: Served) -> int:
    acting("[data-key=p]")(visitor, served)
    return visitor.goto(PATH)


def moderated(visitor: Visitor, served: Served) -> int:
    """Somebody removes a statement, takes that back and publishes it."""
    acting("[data-key='4']", "[data-key=u]", "[data-key=p]")(visitor, served)
    return visitor.goto(PATH)


def long_record(served: Served) -> None:
    async def act(database: Database) -> None:
        async with database.transaction() as session:
            space = await space_named(session, "avonmere")
            for number in range(120):
                words = f"From Friday to Sunday. {'Because so many asked. ' * (number % 12)}"
                enter(session, Did.LAST_DAY_MOVED, space_id=space.id or 0, words=words, now=served.clock())

    served.do(act)


RECORD_STATES = [
    State("record", RECORD, "Nobody can change or delete a line", at(PATH)),
    State("record-welsh", RECORD, "Ni all neb newid na dileu llinell", at(f"{PATH}?lang=cy")),
    State("record-empty", RECORD, "Nothing was done yet", at("/spaces/bare/record"), prepare=bare_space),
    State(
        "record-moderated",
        RECORD,
        "Undone: Statement removed",
        moderated,
        prepare=waiting("Open on Sundays.", "Let people cancel by text."),
    ),
    State("record-decided", RECORD, "The longest took", decided, prepare=reported(ReportReason.ABUSIVE)),
    State("record-overdue", RECORD, "waited for longer than promised", at(PATH), prepare=overdue),
    State("record-many", RECORD, "51 to 100 of", at(f"{PATH}?page=2"), prepare=long_record),
    State("record-one-kind", RECORD, "Statement removed", at(f"{PATH}?kind=statement-removed")),
    State("record-nothing-found", RECORD, "No act was found", at(f"{PATH}?consultation=small")),
]
