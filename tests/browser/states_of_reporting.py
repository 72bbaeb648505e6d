"""Reporting a statement, or the words of a question, and what becomes of a report."""

from datetime import timedelta

from sqlmodel import update

from charters.states import Stage, StatementState
from deliberation.opinion.reports import Report, ReportState
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, SMALL, Arrival, State, at, change, hold, pressing

REPORT, SENT, PROBLEM = "reporting/report.html", "reporting/sent.html", "errors/problem.html"
PATH = f"{EVENINGS}/statements/3/report"
QUESTION = f"{EVENINGS}/question/report"
SEND = "main form button"


def sends(path: str, reason: str, words: str = "") -> Arrival:
    def arrive(visitor: Visitor, served: Served) -> int:
        visitor.goto(path)
        visitor.page.check(f"input[name=reason][value={reason}]")
        visitor.page.locator("#words").fill(words)
        return visitor.press(SEND)

    return arrive


def then(path: str, decision: str | None = None, *, removed: bool = False) -> Arrival:
    """Report, wait until it is decided, and come again."""

    def arrive(visitor: Visitor, served: Served) -> int:
        sends(path.split("?")[0], "abusive")(visitor, served)
        served.do(lambda database: _decided(database, served, decision, removed))
        return visitor.goto(path)

    return arrive


async def _decided(database: Database, served: Served, decision: str | None, removed: bool) -> None:
    async with database.transaction() as session:
        if decision is not None:
            then = served.clock() + timedelta(hours=4)
            values = {"state": ReportState.DECIDED, "decided_at": then, "decision": decision}
            await session.exec(update(Report).values(**values))
        if removed:
            gone = {"state": StatementState.REMOVED, "removed_for": "abusive"}
            await session.exec(update(Statement).values(**gone))


REPORTING_STATES = [
    State("report", REPORT, "What is wrong with it?", at(PATH)),
    State("report-welsh", REPORT, "999", at(f"{PATH}?lang=cy")),
    State("report-question", REPORT, "Report the words of this question", at(QUESTION)),
    State(
        "report-question-before",
        REPORT,
        "Report the words of this question",
        at(f"{SMALL}/question/report"),
        prepare=hold("One.", opened=False),
    ),
    State("report-no-reason", REPORT, "Choose what is wrong with it", pressing(PATH, SEND), status=422),
    State(
        "report-other-without-words",
        REPORT,
        "Write what is wrong with it",
        sends(PATH, "other"),
        status=422,
    ),
    State(
        "report-too-long",
        REPORT,
        "Shorten it to 500",
        sends(PATH, "abusive", "x" * 501),
        status=422,
    ),
    State("report-sent", SENT, "A facilitator decides by Thursday 5 March", sends(PATH, "danger", "Look.")),
    State("report-sent-question", SENT, "Your report is sent", sends(QUESTION, "other", "Not neutral.")),
    State("report-kept", SENT, "The statement stays", then(PATH, "kept")),
    State("report-removed", SENT, "took the statement out", then(PATH, "removed", removed=True)),
    State("report-again", REPORT, "What is wrong with it?", then(f"{PATH}?again=yes", "kept")),
    State("report-question-read", SENT, "A facilitator read it", then(QUESTION, "kept")),
    State(
        "report-of-removed",
        PROBLEM,
        "Statement 3 was removed. Reason: Not about this question.",
        at(PATH),
        status=410,
        prepare=change(Statement, state=StatementState.REMOVED, removed_for="off-topic"),
    ),
    State(
        "report-of-nothing",
        PROBLEM,
        "There is no statement 3",
        at(PATH),
        status=404,
        prepare=change(Statement, state=StatementState.PENDING, removed_for=None, same_as=None),
    ),
    State(
        "report-too-early",
        PROBLEM,
        "This is not open yet",
        at(f"{SMALL}/statements/1/report"),
        status=403,
        prepare=hold("One.", opened=False),
    ),
    State(
        "report-in-an-archive",
        SENT,
        "Your report is sent",
        sends(PATH, "unlawful"),
        prepare=change(Consultation, slug="evenings", stage=Stage.ARCHIVED),
    ),
]
