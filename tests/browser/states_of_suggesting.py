"""Suggested wordings: under their clause, looked at both ways, answered, outdated, and the form."""

from deliberation.drafting.clauses import ClauseText, words_hash
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.suggesting import Suggesting, answer_suggestion, suggest
from deliberation.drafting.writing import revise_clause
from tests.both_sides import Cast
from tests.browser.state import State, at, pressing
from tests.browser.states_of_clauses import NEWER
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import CLAUSES, LIST, ONE, written
from tests.charters.avonmere import NOON

FORM, LOOK = "suggesting/form.html", "suggesting/suggestion.html"
HERE = f"{LIST}/1"
WORDING = ClauseText(
    heading="A plan in plain words",
    text="Everybody who goes home has a **written plan in their own language**:\n\n- what to take, and when",
)
HASH = words_hash(WORDING.heading, WORDING.text, WORDING.language)
SHOWN = words_hash(CLAUSES[0].heading, CLAUSES[0].text, CLAUSES[0].language)
WHY = "Two in ten of us read another language better."


def speaker(cast: Cast, name: str) -> Speaker:
    return Speaker(key=cast.voter(name), name=name.title())


async def suggested(cast: Cast) -> None:
    """Ann has suggested a wording for clause 1, and the bodies' side has accepted it."""
    await written(cast)
    given = Suggesting(text=WORDING, why=WHY, shown=SHOWN)
    await cast.do("ann", suggest, cast.space, 1, 1, given, speaker=speaker(cast, "ann"), now=NOON)
    said = {"accepts": True, "shown": HASH, "speaker": speaker(cast, "deepa")}
    await cast.do("deepa", answer_suggestion, cast.space, 4, **said, now=NOON)


async def rejected(cast: Cast) -> None:
    await suggested(cast)
    said = {"accepts": False, "reason": "It leaves out whom to ring, which matters most.", "shown": HASH}
    await cast.do("joe", answer_suggestion, cast.space, 4, **said, speaker=speaker(cast, "joe"), now=NOON)


async def outdated(cast: Cast) -> None:
    await suggested(cast)
    more = {"shown": SHOWN, "speaker": speaker(cast, "sam")}
    await cast.do("sam", revise_clause, cast.space, 1, 1, NEWER, **more, now=NOON)


SUGGESTING_STATES = [
    State(
        "proposal-with-a-suggestion", ONE, "Suggested wording", by("joe", HERE),
        prepare=staged(suggested), empty=True,
    ),
    State(
        "suggestion", LOOK, "Accept it for your side", by("joe", f"{HERE}/suggestions/4"),
        prepare=staged(suggested), empty=True,
    ),
    State(
        "suggestion-side-by-side", LOOK, "What is suggested", at(f"{HERE}/suggestions/4?view=beside"),
        prepare=staged(suggested), empty=True,
    ),
    State(
        "suggestion-rejected-without-a-reason", LOOK, "Write the reason: everybody can read it.",
        pressing(f"{HERE}/suggestions/4", "form:has(#reason) .button", arrive=lambda path: by("joe", path)),
        status=422, prepare=staged(suggested), empty=True,
    ),
    State(
        "suggestion-rejected", LOOK, "which matters most", at(f"{HERE}/suggestions/4"),
        prepare=staged(rejected), empty=True,
    ),
    State(
        "suggestion-outdated", LOOK, "Put it onto the words of now", by("ann", f"{HERE}/suggestions/4"),
        prepare=staged(outdated), empty=True,
    ),
    State(
        "suggesting", FORM, "Why (you may leave it out)", by("ann", f"{HERE}/clauses/1/suggest"),
        prepare=staged(written), empty=True,
    ),
    State(
        "suggesting-anew", FORM, "What both sides have said so far falls away",
        by("ann", f"{HERE}/suggestions/4/change"), prepare=staged(outdated), empty=True,
    ),
]  # fmt: skip
