"""The voting page: before a vote, after one, and wherever voting is not possible."""

from datetime import UTC, datetime, timedelta
from typing import Any

from charters.states import Stage, Standing, StatementState
from deliberation.opinion.statements import Statement
from deliberation.running.limits import Acts
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, SMALL, SPACE, Arrival, State, at, change, hold, pressing

VOTING, CHECK, CHANGE = "voting/voting.html", "adding/check.html", "adding/change.html"
AGREE = "button:text-is('Agree')"
ADD = "button:text-is('Add statement')"
NEW = "Open one surgery on bank holidays."
LONG = "All of us need longer opening hours. " * 8


def added(visitor: Visitor, served: Served) -> int:
    """Add a statement of one's own."""
    return pressing(EVENINGS, ADD, text=NEW)(visitor, served)


def without_identifiers(visitor: Visitor, served: Served) -> int:
    """Be warned of a number, and let it be taken out."""
    pressing(EVENINGS, ADD, text="Ring 07700 900123 now.")(visitor, served)
    return visitor.press("button:text-is('Remove it for me and add')")


def to_change(visitor: Visitor, served: Served) -> int:
    added(visitor, served)
    return visitor.press("a:has-text('Change or withdraw it')")


def changed(visitor: Visitor, served: Served, text: str) -> int:
    served.clock.pass_(minutes=1)  # later than the newest result
    to_change(visitor, served)
    visitor.page.fill("#text", text)
    return visitor.press("button:text-is('Keep the change')")


def withdrawn(visitor: Visitor, served: Served) -> int:
    to_change(visitor, served)
    return visitor.press("button:text-is('Withdraw my statement')")


def changes_too_late(visitor: Visitor, served: Served) -> int:
    """Write a change while somebody else votes on the statement."""
    to_change(visitor, served)
    address = visitor.page.url.removeprefix(served.address).removesuffix("/change")
    other = visitor.context.browser.new_context() if visitor.context.browser else visitor.context
    page = other.new_page()
    page.goto(served.address + f"{EVENINGS}?statement={address.rsplit('/', 1)[1]}")
    page.click(AGREE)
    page.locator(".status").first.wait_for()
    other.close()
    visitor.page.fill("#text", "Open two surgeries at Easter.")
    return visitor.press("button:text-is('Keep the change')")


def corrected(visitor: Visitor, served: Served) -> int:
    changes_too_late(visitor, served)
    return visitor.press("button:text-is('Put it in its place')")


def after_votes(count: int) -> Arrival:
    def arrive(visitor: Visitor, served: Served) -> int:
        return pressing(EVENINGS, *[AGREE] * count)(visitor, served)

    return arrive


def offline(visitor: Visitor, served: Served) -> int:
    """Press a button where there is no network."""
    status = visitor.goto(EVENINGS)
    visitor.context.set_offline(True)
    visitor.page.click(AGREE)
    visitor.page.locator(".not-sent").wait_for()
    return status


def without_its_script(visitor: Visitor, served: Served) -> int:
    """Vote where our script did not arrive."""
    visitor.page.route("**/app.js*", lambda route: route.abort())
    return pressing(EVENINGS, AGREE)(visitor, served)


def found_later(**became: Any) -> Arrival:
    """Add a statement, and find at the next visit what became of it."""

    def arrive(visitor: Visitor, served: Served) -> int:
        added(visitor, served)
        change(Statement, text=NEW, **became)(served)
        return visitor.goto(EVENINGS)

    return arrive


def too_late(visitor: Visitor, served: Served) -> int:
    """Leave the page open over night, then vote."""
    visitor.goto(EVENINGS)
    served.clock.pass_(hours=7)
    return visitor.press(AGREE)


def cookies_blocked(visitor: Visitor, served: Served) -> int:
    visitor.goto(EVENINGS)
    visitor.context.clear_cookies()
    return visitor.press(AGREE)


def another_device(visitor: Visitor, served: Served) -> int:
    """Finish in another tab, then press a button that is still there in the first."""
    visitor.goto(EVENINGS)
    first, visitor.page = visitor.page, visitor.context.new_page()
    pressing(EVENINGS, "button:text-is('Finish on this device')")(visitor, served)
    visitor.page = first
    return visitor.press(AGREE)


def one_act_a_minute(served: Served) -> None:
    served.app.extensions["acts"] = Acts(1)


def closed_meanwhile(visitor: Visitor, served: Served) -> int:
    visitor.goto(EVENINGS)
    change(Consultation, slug="evenings", stage=Stage.CLOSED)(served)
    return visitor.press(AGREE)


def removed_meanwhile(visitor: Visitor, served: Served) -> int:
    visitor.goto(EVENINGS)
    change(Statement, state=StatementState.REMOVED, removed_for="off-topic")(served)
    return visitor.press(AGREE)


REMOVAL = {
    "state": StatementState.REMOVED,
    "removed_for": "several-ideas",
    "removed_note": "Send each idea by itself.",
}
LATER = datetime(2026, 3, 9, tzinfo=UTC)
PROBLEM = "errors/problem.html"

VOTING_STATES = [
    State("first-statement", VOTING, "Statement 1 of 40", at(EVENINGS)),
    State("in-welsh", VOTING, "Hoffwn i gael apwyntiad", at(f"{EVENINGS}?statement=8")),
    State("after-a-vote", VOTING, "You agreed with", pressing(EVENINGS, AGREE)),
    State("six-done", VOTING, "After 1 more we can show where you stand", after_votes(6)),
    State("where-you-stand", VOTING, "You vote most like group", after_votes(8)),
    State("offline", VOTING, "This is not sent yet: Agree.", offline),
    State("scripts-failed", VOTING, "You agreed with", without_its_script),
    State("after-a-pass", VOTING, "You passed on", pressing(EVENINGS, "button:text-is('Pass')")),
    State(
        "after-undo", VOTING, "Your answer is taken back", pressing(EVENINGS, AGREE, "button:text-is('Undo')")
    ),
    State("skipped", VOTING, "You skipped 1", pressing(EVENINGS, "text=Skip for now")),
    State(
        "all-skipped",
        VOTING,
        "You have been through all of them",
        pressing(SMALL, "text=Skip for now"),
        prepare=hold("Answer the telephone."),
    ),
    State(
        "nothing-left",
        VOTING,
        "Nothing left to vote on",
        pressing(SMALL, AGREE),
        prepare=hold("Answer the telephone."),
    ),
    State("no-statements", VOTING, "No statements yet", at(SMALL), prepare=hold()),
    State("in-framing", VOTING, "Not open yet", at(SMALL), prepare=hold("One.", opened=False)),
    State(
        "opens-later",
        VOTING,
        "Come back on the first day: Monday 9 March 2026",
        at(SMALL),
        prepare=hold("One.", opens_at=LATER, closes_at=LATER + timedelta(days=7)),
    ),
    State("closed", VOTING, "Voting is closed", at(f"{SPACE}/getting-there")),
    State(
        "archive",
        VOTING,
        "This is an archive",
        at(EVENINGS),
        prepare=change(Space, standing=Standing.ARCHIVE, made_up=False),
    ),
    State("own-waits", VOTING, "It waits to be read", found_later(state=StatementState.PENDING)),
    State("own-removed", VOTING, "The facilitator writes: Send each idea by itself.", found_later(**REMOVAL)),
    State("own-published", VOTING, "It is published. Others can vote on it.", added),
    State("change-own", CHANGE, "You can change or withdraw it", to_change),
    State(
        "change-own-wrong",
        CHANGE,
        "Something needs changing",
        lambda visitor, served: changed(visitor, served, ""),
        status=422,
    ),
    State(
        "own-changed",
        VOTING,
        "Your statement is changed.",
        lambda visitor, served: changed(visitor, served, "Open two surgeries at Easter."),
    ),
    State("change-own-too-late", CHANGE, "What you wrote is kept below", changes_too_late, status=403),
    State("replaced-own", VOTING, "Your corrected statement stands in place", corrected),
    State("own-withdrawn", VOTING, "Your statement is withdrawn.", withdrawn),
    State(
        "crisis-words",
        CHECK,
        "Help is there for you now",
        pressing(EVENINGS, ADD, text="I waited so long that I want to die."),
    ),
    State(
        "identifiers",
        CHECK,
        "This may point to a person",
        pressing(EVENINGS, ADD, text="Ring 07700 900123 or jo@example.org, NHS 943 476 5919."),
    ),
    State(
        "everything-found",
        CHECK,
        "Something like this is here already",
        pressing(
            EVENINGS, ADD, text="07700 900123. I want to die. Staff who work late should get home safely."
        ),
    ),
    State("identifier-removed", VOTING, "Ring […] now.", without_identifiers),
    State(
        "near-copy",
        CHECK,
        "Something like this is here already",
        pressing(
            EVENINGS,
            ADD,
            text="The free appointments of all the six surgeries should be listed in one single place.",
        ),
    ),
    State(
        "same-words",
        VOTING,
        "Something needs changing",
        pressing(EVENINGS, ADD, text="Staff who work late should be able to get home safely."),
        status=422,
    ),
    State(
        "text-too-long", VOTING, "Something needs changing", pressing(EVENINGS, ADD, text=LONG), status=422
    ),
    State("text-missing", VOTING, "Something needs changing", pressing(EVENINGS, ADD), status=422),
    State("open-too-long", VOTING, "Press it again to keep it", too_late, status=403),
    State(
        "finished",
        VOTING,
        "You have finished on this device",
        pressing(EVENINGS, "button:text-is('Finish on this device')"),
    ),
    State("cookies-blocked", PROBLEM, "Your browser blocks our cookie", cookies_blocked, status=403),
    State("stale-form", PROBLEM, "This page was out of date", another_device, status=403),
    State(
        "too-many",
        PROBLEM,
        "Too many at once",
        pressing(EVENINGS, AGREE, AGREE),
        status=429,
        prepare=one_act_a_minute,
    ),
    State("closed-meanwhile", PROBLEM, "This is closed.", closed_meanwhile, status=403),
    State("removed-meanwhile", PROBLEM, "This statement was removed.", removed_meanwhile, status=403),
]
