"""Results, every statement, one statement, the report, and open data."""

from collections.abc import Callable
from typing import Any

from charters.states import Stage, StatementState
from deliberation.opinion.analyses import Cause, ask_for_analysis, newest_analysis
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.running.jobs import JobState
from deliberation.spaces.consultations import consultation_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, SMALL, SPACE, Arrival, State, at, change, hold, pressing
from tests.browser.states_of_voting import NEW, added
from tests.browser.valley import analyse
from tests.crowds import move_in, planted

MAP, ONE, EVERY, REPORT = (
    f"results/{name}.html" for name in ("results", "statement", "statements", "report")
)
HALL = "/spaces/town/hall"
TOWN = f"{HALL}/map"
PROBLEM = "errors/problem.html"
SEARCH = "main form.search button"
MOST_AGREE = "a.filter:text-is('Most agree')"


def town(sizes: tuple[int, ...], *, statements: int = 12, **how: Any) -> Callable[[Served], None]:
    """Another space with a crowd of planted groups, and its map."""

    def prepare(served: Served) -> None:
        async def act(database: Database) -> None:
            async with database.transaction() as session:
                held = await move_in(session, planted(sizes, statements=statements), **how)
            assert held.id is not None
            await analyse(database, served.settings, held.id, served.clock())

        served.do(act)

    return prepare


def asked(cause: Cause, state: JobState = JobState.WAITING) -> Callable[[Served], None]:
    """A small consultation whose analysis is asked for."""

    def prepare(served: Served) -> None:
        hold("Answer the telephone.")(served)

        async def act(database: Database) -> None:
            async with database.transaction() as session:
                _, held = await consultation_named(session, "avonmere", "small")
                assert held.id is not None
                await ask_for_analysis(session, held.id, cause=cause, now=served.clock())
                job = await newest_analysis(session, held.id)
                assert job is not None
                job.state = state

        served.do(act)

    return prepare


def removed_since(served: Served) -> None:
    """A statement of the published result is removed."""

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            _, held = await consultation_named(session, "avonmere", "evenings")
            statement = await statement_numbered(session, held.id or 0, 1)
            statement.state, statement.removed_for = StatementState.REMOVED, "identifying"

    served.do(act)


def voted(times: int) -> Callable[[Visitor, Served], int]:
    """Vote as often, then look at the map."""
    return pressing(EVENINGS, *["button:text-is('Agree')"] * times, "text=See the results")


def later(**how_long: float) -> Callable[[Served], None]:
    return lambda served: served.clock.pass_(**how_long)


def unfolded(path: str) -> Arrival:
    """Go there, and open what is folded."""

    def arrive(visitor: Visitor, served: Served) -> int:
        status = visitor.goto(path)
        visitor.page.click("main summary")
        return status

    return arrive


def answered(number: int, answer: str) -> Arrival:
    """Answer a statement, then look at its page."""

    def arrive(visitor: Visitor, served: Served) -> int:
        pressing(f"{EVENINGS}?statement={number}", f"button:text-is('{answer}')")(visitor, served)
        return visitor.goto(f"{EVENINGS}/statements/{number}")

    return arrive


def newest(served: Served) -> int:
    """The number of the statement that was added last."""

    async def look(database: Database) -> int:
        async with database.reading() as session:
            _, held = await consultation_named(session, "avonmere", "evenings")
            return held.statements_made

    return int(served.do(look))


def own(**became: Any) -> Arrival:
    """Add a statement, and look at its page when something has become of it."""

    def arrive(visitor: Visitor, served: Served) -> int:
        added(visitor, served)
        if became:
            change(Statement, text=NEW, **became)(served)
        return visitor.goto(f"{EVENINGS}/statements/{newest(served)}")

    return arrive


def many(count: int) -> Callable[[Served], None]:
    """A town with so many statements."""

    def prepare(served: Served) -> None:
        town((60, 45), statements=count)(served)

    return prepare


RESULT_STATES = [
    State("map-three-groups", MAP, "They form three groups", at(f"{EVENINGS}/map")),
    State("map-landscape", MAP, "for looking only", at(f"{EVENINGS}/map?view=landscape")),
    State("map-statements", MAP, "Each dot is a statement", at(f"{EVENINGS}/map?view=statements")),
    State("map-switched", MAP, "for looking only", pressing(f"{EVENINGS}/map", "text=Landscape")),
    State("map-own-place", MAP, "Only you can see this", voted(7)),
    State("map-own-place-soon", MAP, "After 4 more votes we can show where you stand", voted(3)),
    State("map-two-groups", MAP, "They form two groups", at(TOWN), prepare=town((60, 45))),
    State("map-one-group", MAP, "There are no clear groups of opinion", at(TOWN), prepare=town((40,))),
    State(
        "map-six-groups", MAP, "They form", at(TOWN), prepare=town((40, 38, 36, 34, 32, 30), statements=36)
    ),
    State("map-under-20", MAP, "once 20 people have voted", at(f"{SPACE}/waiting-rooms/map")),
    State("map-nobody-yet", MAP, "There is no map yet", at(f"{SMALL}/map"), prepare=hold("One.")),
    State("map-being-made", MAP, "The map is being made", at(f"{SMALL}/map"), prepare=asked(Cause.IMPORT)),
    State(
        "map-failed",
        MAP,
        "The last analysis did not finish",
        at(f"{SMALL}/map"),
        prepare=asked(Cause.MODERATION, JobState.FAILED),
    ),
    State(
        "map-worker-not-seen",
        MAP,
        "New figures will be late",
        at(f"{EVENINGS}/map"),
        prepare=later(minutes=6),
    ),
    State("map-statement-removed", MAP, "of 39 statements", at(f"{EVENINGS}/map"), prepare=removed_since),
    State("map-closed", MAP, "Voting is over.", at(f"{SPACE}/getting-there/map")),
    State(
        "map-imported",
        MAP,
        "Where these votes come from",
        at(TOWN),
        prepare=town(
            (60, 45),
            stage=Stage.ARCHIVED,
            language="und",
            source="https://example.org/conversation",
            licence="CC BY 4.0",
            attribution="The town's own export",
        ),
    ),
    State("map-all", MAP, "40 statements.", pressing(f"{EVENINGS}/map", "text=Show all 40 statements")),
    State("map-filtered", MAP, "statements of 40.", pressing(f"{EVENINGS}/map", MOST_AGREE)),
    State(
        "map-searched",
        MAP,
        "Found 1 statement of 40.",
        pressing(f"{EVENINGS}/map", SEARCH, q="list cancelled"),
    ),
    State("map-nothing-found", MAP, "No statement was found", pressing(f"{EVENINGS}/map", SEARCH, q="zebra")),
    State("map-second-page", MAP, "Page 2 of 2.", pressing(f"{TOWN}?page=1", "text=Next"), prepare=many(60)),
    State("all-statements", EVERY, "Removed. Reason: Names or points to", at(f"{EVENINGS}/statements")),
    State("statements-found", EVERY, "Found 4", pressing(f"{EVENINGS}/statements", SEARCH, q="evening")),
    State("statements-nothing-found", EVERY, "No statement was found", at(f"{EVENINGS}/statements?q=zebra")),
    State(
        "statements-without-result", EVERY, "There is no result yet", at(f"{SPACE}/waiting-rooms/statements")
    ),
    State("statements-not-yet", EVERY, "There are no statements", at(f"{SMALL}/statements"), prepare=hold()),
    State("statements-pages", EVERY, "Page 1 of 2.", at(f"{HALL}/statements"), prepare=many(60)),
    State("statement-before-voting", ONE, "See how people voted", at(f"{EVENINGS}/statements/12")),
    State("statement-unfolded", ONE, "It marks out group A.", unfolded(f"{EVENINGS}/statements/12")),
    State("statement-agreed", ONE, "You agreed with it.", answered(3, "Agree")),
    State("statement-disagreed", ONE, "You disagreed with it.", answered(12, "Disagree")),
    State("statement-passed", ONE, "You passed on it.", answered(5, "Pass")),
    State("statement-closed", ONE, "How each group voted on it", at(f"{SPACE}/getting-there/statements/1")),
    State(
        "statement-one-group",
        ONE,
        "How people voted on it",
        unfolded(f"{HALL}/statements/1"),
        prepare=town((40,)),
    ),
    State(
        "statement-without-result",
        ONE,
        "It is not in a result yet",
        at(f"{SPACE}/waiting-rooms/statements/1"),
    ),
    State("statement-own", ONE, "You added it. Only you can see this.", own()),
    State("statement-own-waiting", ONE, "It waits to be read", own(state=StatementState.PENDING)),
    State(
        "statement-own-removed",
        ONE,
        "Has more than one idea",
        own(state=StatementState.REMOVED, removed_for="several-ideas", removed_note="Send each by itself."),
    ),
    State("statement-gone", PROBLEM, "was removed. Reason:", at(f"{EVENINGS}/statements/27"), status=410),
    State("statement-unknown", PROBLEM, "no statement 99", at(f"{EVENINGS}/statements/99"), status=404),
    State("results-report", REPORT, "Figure 1", at(f"{EVENINGS}/report")),
    State(
        "report-one-group",
        REPORT,
        "There are no clear groups of opinion",
        at(f"{HALL}/report"),
        prepare=town((40,)),
    ),
    State("report-closing", REPORT, "the closing result", at(f"{SPACE}/getting-there/report")),
    State("report-none-yet", REPORT, "There is no report yet", at(f"{SPACE}/waiting-rooms/report")),
    State("data-empty", "data/index.html", "Nothing has been released yet", at("/data/"), empty=True),
    State("data", "data/index.html", "Evening and weekend appointments", at("/data/")),
    State("release", "data/release.html", "never change", at("/data/avonmere/evenings/1/")),
    State("release-closing", "data/release.html", "the closing result", at("/data/avonmere/getting-there/")),
    State(
        "release-withheld",
        "data/release.html",
        "are withheld",
        at("/data/avonmere/evenings/1/"),
        prepare=removed_since,
    ),
]
