"""The facilitator's pages: the space, a new consultation in three screens, running one."""

from collections.abc import Callable
from datetime import timedelta

from charters.states import Stage
from deliberation.opinion.opinion_map import newest_published
from deliberation.opinion.screenings import replace_screening
from deliberation.spaces.consultations import Consultation, consultation_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, SMALL, SPACE, State, change, hold, pressing, signed_in
from tests.framing import BACKGROUND

RUN = "facilitating/run.html"
KINDS, QUESTION = "facilitating/new/kinds.html", "facilitating/new/question.html"
SEEDS, OPENING, WORDS = (
    "facilitating/new/statements.html",
    "facilitating/opening.html",
    "facilitating/words.html",
)
DAYS, NOTICE, STATEMENTS = (
    "facilitating/days.html",
    "facilitating/notice.html",
    "facilitating/statements.html",
)
NEW = f"{SPACE}/facilitate/new"
GO_ON, MAKE, LOOK = "button[value=question]", "button[value=make]", "button[value=look]"
NOTICE_WORDS = "**New:** the library at Fernley helps you to vote, Tuesdays from ten to twelve."


def framed(**dates: object) -> Callable[[Served], None]:
    """A small consultation that is not open yet."""
    return hold("Open late.", "Stay as it is.", opened=False, **dates)  # type: ignore[arg-type]


def paused(served: Served) -> None:
    now = served.clock()
    change(
        Consultation,
        slug="evenings",
        paused_at=now,
        paused_until=now + timedelta(hours=20),
        pause_reason="Two statements name a person. We are reading them all again.",
    )(served)


def just_closed(served: Served) -> None:
    now = served.clock()
    until = now + timedelta(hours=1)
    change(Consultation, slug="evenings", stage=Stage.CLOSED, closed_at=now, reopen_until=until)(served)


def with_notice(served: Served) -> None:
    change(Consultation, slug="evenings", notice=NOTICE_WORDS, noticed_at=served.clock())(served)


def with_unusual_voting(served: Served) -> None:
    """What the screen would say of some copies, and one of each change in the result."""

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            _, held = await consultation_named(session, "avonmere", "evenings")
            assert held.id is not None
            published = await newest_published(session, held.id)
            assert published is not None
            first, *_, last = (one["number"] for one in published.content["statements"])
            same: dict[str, list[int]] = {"go": [], "come": []}
            beside = {"enough": True, "groups": [2, 2], "sizes": {"A": "same", "B": "half"}}
            lists = {"agree": {"go": [first], "come": [last]}, "disagree": same, "differ": same}
            kinds = {"straight": None, "twins": 15, "burst": None}
            content = {
                "timed": True,
                "people": 15,
                "kinds": kinds,
                "wave": None,
                "beside": {**beside, **lists},
            }
            await replace_screening(session, held.id, published.number, content)

    served.do(act)


def is_forestalled(visitor: Visitor, served: Served) -> int:
    """Change the words that somebody else has changed since the page was opened."""
    signed_in(f"{SMALL}/facilitate/words")(visitor, served)
    change(Consultation, slug="small", title="A smaller one", question="What should change last?")(served)
    visitor.page.fill("#background", BACKGROUND + " More of it.")
    return visitor.press("main form button")


def last_screen(*selectors: str, seeds: str = "", **typed: str) -> Callable[[Visitor, Served], int]:
    """Fill the second screen, go on, and press more on the third."""
    filled = {
        "title": "Opening hours",
        "question": "When should the surgery be open?",
        "background": BACKGROUND,
        **typed,
    }

    def arrive(visitor: Visitor, served: Served) -> int:
        status = pressing(f"{NEW}/improve-service", GO_ON, arrive=signed_in, **filled)(visitor, served)
        if seeds:
            visitor.page.fill("#seeds", seeds)
        for selector in selectors:
            status = visitor.press(selector)
        return status

    return arrive


FACILITATING_STATES = [
    State(
        "facilitate-none",
        "facilitating/index.html",
        "You facilitate no space at present",
        signed_in("/facilitate", address="nobody@example.org"),
    ),
    State("facilitate", "facilitating/space.html", "wait to be read", signed_in(f"{SPACE}/facilitate")),
    State(
        "hand-over",
        "facilitating/hand_over.html",
        "And you?",
        signed_in(f"{SPACE}/facilitate/hand-over"),
    ),
    State(
        "hand-over-wrong",
        "facilitating/hand_over.html",
        "Choose whether you go on.",
        pressing(f"{SPACE}/facilitate/hand-over", "main form button", arrive=signed_in),
        status=422,
    ),
    State("new-kinds", KINDS, "What kind of question is it?", signed_in(NEW)),
    State("new-question", QUESTION, "Step 2 of 3", signed_in(f"{NEW}/improve-service")),
    State("new-copy", QUESTION, "a copy of “", signed_in(f"{NEW}/blank?copy=evenings")),
    State(
        "new-question-wrong",
        QUESTION,
        "Something needs changing",
        pressing(f"{NEW}/blank", GO_ON, arrive=signed_in, closes=""),
        status=422,
    ),
    State("new-statements", SEEDS, "Step 3 of 3", last_screen()),
    State(
        "new-look",
        SEEDS,
        "This is how it will look",
        last_screen(LOOK, seeds="Open on Saturdays.\nOpen until eight."),
    ),
    State(
        "new-statements-wrong",
        SEEDS,
        "the same as line 1",
        last_screen(MAKE, seeds="Open late.\nopen late"),
        status=422,
    ),
    State(
        "run-made", RUN, "Nobody can vote until it is open.", last_screen(MAKE, seeds="Open on Saturdays.")
    ),
    State("run-framing", RUN, "Check and open", signed_in(f"{SMALL}/facilitate"), prepare=framed()),
    State(
        "run-opens-later",
        RUN,
        "It opens by itself",
        signed_in(f"{EVENINGS}/facilitate"),
        prepare=lambda served: change(
            Consultation, slug="evenings", opens_at=served.clock() + timedelta(days=3)
        )(served),
    ),
    State("run-open", RUN, "Share it", signed_in(f"{EVENINGS}/facilitate")),
    State("run-paused", RUN, "Let voting go on now", signed_in(f"{EVENINGS}/facilitate"), prepare=paused),
    State(
        "run-notice", RUN, "the library at Fernley", signed_in(f"{EVENINGS}/facilitate"), prepare=with_notice
    ),
    State("run-closed", RUN, "Voting is over", signed_in(f"{SPACE}/getting-there/facilitate")),
    State(
        "run-just-closed",
        RUN,
        "Undo the close",
        signed_in(f"{EVENINGS}/facilitate"),
        prepare=just_closed,
    ),
    State(
        "opening-short",
        OPENING,
        "Why it is fair all the same",
        signed_in(f"{SMALL}/facilitate/open"),
        prepare=framed(),
    ),
    State(
        "opening-wrong",
        OPENING,
        "Something needs changing",
        pressing(f"{SMALL}/facilitate/open", "main form button", arrive=signed_in),
        status=422,
        prepare=framed(),
    ),
    State(
        "opening-missing",
        OPENING,
        "It cannot be opened yet.",
        signed_in(f"{SMALL}/facilitate/open"),
        prepare=framed(closes_at=None),
    ),
    State(
        "words", WORDS, "The address stays the same", signed_in(f"{SMALL}/facilitate/words"), prepare=framed()
    ),
    State("words-clash", WORDS, "What should change last?", is_forestalled, status=409, prepare=framed()),
    State(
        "words-wrong",
        WORDS,
        "Something needs changing",
        pressing(f"{SMALL}/facilitate/words", "main form button", arrive=signed_in, title=""),
        status=422,
        prepare=framed(),
    ),
    State(
        "look", "facilitating/look.html", "This is how it will look", signed_in(f"{EVENINGS}/facilitate/look")
    ),
    State("days-open", DAYS, "Propose another last day", signed_in(f"{EVENINGS}/facilitate/days")),
    State("days-framing", DAYS, "The answer", signed_in(f"{SMALL}/facilitate/days"), prepare=framed()),
    State(
        "days-paused", DAYS, "Let voting go on now", signed_in(f"{EVENINGS}/facilitate/days"), prepare=paused
    ),
    State(
        "days-closed", DAYS, "Undo the close", signed_in(f"{EVENINGS}/facilitate/days"), prepare=just_closed
    ),
    State(
        "pause-wrong",
        DAYS,
        "Write the reason",
        pressing(f"{EVENINGS}/facilitate/days", "button:has-text('Pause voting')", arrive=signed_in),
        status=422,
    ),
    State("notice", NOTICE, "Leave it empty to take it down", signed_in(f"{EVENINGS}/facilitate/notice")),
    State(
        "notice-wrong",
        NOTICE,
        "Something needs changing",
        pressing(f"{EVENINGS}/facilitate/notice", "main form button", arrive=signed_in),
        status=422,
    ),
    State(
        "unusual",
        "facilitating/unusual.html",
        "Not there any more:",
        signed_in(f"{EVENINGS}/facilitate/unusual"),
        prepare=with_unusual_voting,
    ),
    State("statements", STATEMENTS, "Add statements", signed_in(f"{EVENINGS}/facilitate/statements")),
    State(
        "statements-unseen",
        STATEMENTS,
        "2 first statements have no answer yet.",
        signed_in(f"{SMALL}/facilitate/statements"),
        prepare=framed(),
    ),
    State(
        "statements-wrong",
        STATEMENTS,
        "Write a statement, or choose a file",
        pressing(f"{EVENINGS}/facilitate/statements", "text=Add the statements", arrive=signed_in),
        status=422,
    ),
]
