"""An agreed proposal and what follows: promises kept, not kept and overdue, an answer, and the forms."""

from datetime import date

from sqlmodel import update

from charters.states import ProposalState
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.commitments import (
    AnswerText,
    PromiseText,
    answer_proposal,
    promise,
    report_promise,
)
from deliberation.drafting.proposals import Proposal
from tests.both_sides import Cast
from tests.browser.state import State, pressing
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import LIST, ONE, written
from tests.charters.avonmere import NOON

FORM = "commitments/form.html"
HERE = f"{LIST}/1"


def speaker(cast: Cast, who: str) -> Speaker:
    return Speaker(key=cast.voter(who), name=who.title())


async def agreed(cast: Cast) -> None:
    """Both sides have agreed; two promise, one of them tells; one body answers."""
    await written(cast)
    async with cast.database.transaction() as session:
        await session.exec(update(Proposal).values(state=ProposalState.AGREED))
    for who, words in (
        ("deepa", "The plan is printed in both languages and stands on the ward."),
        ("ann", "We go through ten plans each month and say what we found."),
    ):
        text = PromiseText(words=words)
        await cast.do(
            who, promise, cast.space, 1, text, date(2027, 5, 1), speaker=speaker(cast, who), now=NOON
        )
    told = PromiseText(words="Printed since the tenth of November, in English only so far.")
    own = speaker(cast, "deepa")
    await cast.do("deepa", report_promise, cast.space, 1, 1, told, kept=False, speaker=own, now=NOON)
    answer = AnswerText(words="We do all of it from the first of May.")
    await cast.do("deepa", answer_proposal, cast.space, 1, answer, speaker=own, now=NOON)


COMMITMENT_STATES = [
    State(
        "agreed-proposal", ONE, "Who does what, by when", by("ann", HERE),
        prepare=staged(agreed), empty=True,
    ),
    State(
        "promising", FORM, "By which day", by("ann", f"{HERE}/promises/add"),
        prepare=staged(agreed), empty=True,
    ),
    State(
        "promising-with-a-fault", FORM, "Say by which day.",
        pressing(
            f"{HERE}/promises/add", "main form .button-main",
            arrive=lambda path: by("ann", path), words="We read ten plans.",
        ),
        status=422, prepare=staged(agreed), empty=True,
    ),
    State(
        "telling-of-a-promise", FORM, "Was it kept?", by("ann", f"{HERE}/promises/2"),
        prepare=staged(agreed), empty=True,
    ),
    State(
        "answering-a-proposal", FORM, "Give the answer", by("sam", f"{HERE}/answer"),
        prepare=staged(agreed), empty=True,
    ),
]  # fmt: skip
