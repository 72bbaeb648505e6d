"""Following: nothing yet, a proposal followed from its page, the list with news, mail chosen, a stop."""

from participate.digests import DEMONSTRATION, stop_link
from tests.browser.conftest import Served, Visitor
from tests.browser.state import Arrival, State, pressing, signed_in
from tests.browser.states_of_decisions import HERE, by, staged
from tests.browser.states_of_proposals import written

PAGE, STOP, LIST = "following/following.html", "following/stop.html", "/me/following"
PROPOSAL, CLAUSE = f"{HERE}/proposals/1", f"{HERE}/proposals/1/clauses/1/history"
PRESS = "#follow button"


def following(*selectors: str, path: str = LIST) -> Arrival:
    """Follow the space, the proposal and a clause, change the clause, go there and press these."""

    def arrive(visitor: Visitor, served: Served) -> int:
        by("ann", HERE)(visitor, served)
        for place in (HERE, PROPOSAL, CLAUSE):
            visitor.goto(place)
            visitor.press(PRESS)
        visitor.goto(f"{PROPOSAL}/clauses/1/change")
        visitor.page.fill("#text", "Everybody who goes home has a plan that they understand.")
        visitor.press("button[name='save']")
        status = visitor.goto(path)
        for selector in selectors:
            status = visitor.press(selector)
        return status

    return arrive


def stopping(*selectors: str) -> Arrival:
    """The link of a letter, opened by whoever has it, and these pressed."""

    def arrive(visitor: Visitor, served: Served) -> int:
        link = stop_link(served.settings, 1).removeprefix(served.settings.origin)
        status = visitor.goto(link.removeprefix(DEMONSTRATION))
        for selector in selectors:
            status = visitor.press(selector)
        return status

    return arrive


FOLLOWING_STATES = [
    State("stop-letters", STOP, "You need not sign in.", stopping()),
    State("letters-stopped", STOP, "are stopped.", stopping("main form button")),
    State("following", PAGE, "Words of a clause changed", following(), prepare=staged(written), empty=True),
    State("following-nothing", PAGE, "You follow nothing yet.", signed_in(LIST)),
    State(
        "following-stopped", PAGE, "You follow it no longer.", following("#what li:first-child button"),
        prepare=staged(written), empty=True,
    ),
    State(
        "following-mail", PAGE, "How often mail comes is kept.", following("#mail-form button"),
        prepare=staged(written), empty=True,
    ),
    State(
        "proposal-followed", "drafting/proposal.html", "You follow this proposal.",
        pressing(PROPOSAL, PRESS, arrive=lambda path: by("ann", path)), prepare=staged(written), empty=True,
    ),
    State(
        "history-followed", "drafting/history.html", "You follow this clause.",
        pressing(CLAUSE, PRESS, arrive=lambda path: by("ann", path)), prepare=staged(written), empty=True,
    ),
]  # fmt: skip
