"""Writing by form: the form, a fault, a look before, a private number, a clash, taking out, the history."""

from deliberation.drafting.clauses import ClauseText, words_hash
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.writing import revise_clause, take_out_clause
from tests.both_sides import Cast
from tests.browser.conftest import Served
from tests.browser.conftest import Visitor as Browser
from tests.browser.state import State, at, pressing
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import CLAUSES, LIST, ONE, written
from tests.charters.avonmere import NOON

FORM, CLASH = "drafting/clause_form.html", "drafting/clash.html"
OUT, HISTORY = "drafting/take_out.html", "drafting/history.html"
HERE = f"{LIST}/1"
NEWER = ClauseText(
    heading="A plan in plain words",
    text="Everybody who goes home has a **plan of their own**:\n\n- what to take, and when\n- whom to ring",
)
SAVE = "main form .button-main"


async def revised(cast: Cast) -> None:
    """Deepa has changed clause 1."""
    await written(cast)
    speaker = Speaker(key=cast.voter("deepa"), name="Deepa")
    first = CLAUSES[0]
    shown = words_hash(first.heading, first.text, first.language)
    await cast.do("deepa", revise_clause, cast.space, 1, 1, NEWER, shown=shown, speaker=speaker, now=NOON)


async def shortened(cast: Cast) -> None:
    """Deepa has taken clause 3 out."""
    await revised(cast)
    speaker = Speaker(key=cast.voter("deepa"), name="Deepa")
    third = CLAUSES[2]
    shown = words_hash(third.heading, third.text, third.language)
    await cast.do("deepa", take_out_clause, cast.space, 1, 3, shown=shown, speaker=speaker, now=NOON)


def _clashing(visitor: Browser, served: Served) -> int:
    """In a browser that cannot write together: there the form knows only what it was made from."""
    # Said to the browser itself: a file that is held back on its way may still come.
    visitor.context.add_init_script("delete window.WebSocket")
    by("ann", f"{HERE}/clauses/1/change")(visitor, served)
    visitor.page.fill("#text", "Everybody has a plan that they wrote themselves.")
    assert not visitor.page.evaluate("'WebSocket' in window")
    visitor.page.locator("input[name=shown]").evaluate("field => field.value = '0'.repeat(64)")
    return int(visitor.press(SAVE))


CLAUSE_STATES = [
    State(
        "changing-a-clause", FORM, "Take it out of the draft", by("ann", f"{HERE}/clauses/1/change"),
        prepare=staged(written), empty=True,
    ),
    State(
        "changing-a-title", "drafting/title.html", "Sealed versions keep the title",
        by("ann", f"{HERE}/title"), prepare=staged(written), empty=True,
    ),
    State(
        "clause-with-a-fault", FORM, "Write the text of the clause.",
        pressing(f"{HERE}/clauses/1/change", SAVE, arrive=lambda path: by("ann", path), text=""),
        status=422, prepare=staged(written), empty=True,
    ),
    State(
        "clause-looked-at", FORM, "How it reads. It is not saved yet.",
        pressing(f"{HERE}/clauses/1/change", "button[name=preview]", arrive=lambda path: by("ann", path)),
        prepare=staged(written), empty=True,
    ),
    State(
        "clause-with-a-private-number", FORM, "This may point to a person",
        pressing(
            f"{HERE}/clauses/add", SAVE, arrive=lambda path: by("ann", path), text="Ring 07700 900123 for it."
        ),
        prepare=staged(written), empty=True,
    ),
    State("adding-a-clause", FORM, "Add a clause", by("ann", f"{HERE}/clauses/add"),
        prepare=staged(written), empty=True,
    ),
    State(
        "clash", CLASH, "Put your words in its place", _clashing,
        status=409, prepare=staged(revised), empty=True,
    ),
    State(
        "clause-taken-out-meanwhile", CLASH, "Put it back as it was", by("ann", f"{HERE}/clauses/3/change"),
        prepare=staged(shortened), empty=True,
    ),
    State(
        "taking-a-clause-out", OUT, "Take it out", by("ann", f"{HERE}/clauses/1/take-out"),
        prepare=staged(written), empty=True,
    ),
    State(
        "history-of-a-clause", HISTORY, "Stands now", at(f"{HERE}/clauses/1/history"),
        prepare=staged(revised), empty=True,
    ),
    State(
        "proposal-with-a-clause-out", ONE, "Clauses that were taken out", by("ann", HERE),
        prepare=staged(shortened), empty=True,
    ),
]  # fmt: skip
