"""Proposals: none, several, one being written as different people meet it, and beginning one."""

from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clauses import ClauseText
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import ProposalText
from deliberation.drafting.supporting import stop_support
from deliberation.drafting.writing import move_clause
from tests.both_sides import Cast
from tests.browser.state import State, at, pressing, signed_in
from tests.browser.states_of_decisions import HERE, by, staged
from tests.charters.avonmere import NOON

ALL, ONE, BEGIN = "drafting/proposals.html", "drafting/proposal.html", "drafting/begin.html"
LIST = f"{HERE}/proposals"
HARBOUR = "/spaces/harbour-reach"
CLAUSES = (
    ClauseText(
        heading="A plan in plain words",
        text="Everybody who goes home has a **written plan**:\n\n- what to take, and when\n- whom to ring",
    ),
    ClauseText(heading="One number for both bodies", text="The plan names one number, day and night."),
    ClauseText(text="Nobody goes home after eight in the evening unless they ask to."),
)


async def written(cast: Cast) -> None:
    """Maryam has begun proposal 1 with three clauses, and Deepa has moved one."""
    text, planned = ProposalText(title="Going home with a plan"), [Planned(text=one) for one in CLAUSES]
    speaker = Speaker(key=cast.voter("maryam"), name="Maryam")
    await cast.do("maryam", begin_proposal, cast.space, text, planned, speaker=speaker, now=NOON)
    speaker = Speaker(key=cast.voter("deepa"), name="Deepa")
    await cast.do("deepa", move_clause, cast.space, 1, 2, up=False, speaker=speaker, now=NOON)


async def left(cast: Cast) -> None:
    await written(cast)
    key = cast.voter("maryam")
    await cast.do("maryam", stop_support, cast.space, 1, key=key, now=NOON)


PROPOSAL_STATES = [
    State("no-proposals", ALL, "None yet.", at(LIST), prepare=staged(), empty=True),
    State("proposals", ALL, "Begin a proposal", by("ann", LIST), prepare=staged(written), empty=True),
    State(
        "proposal", ONE, "One number for both bodies", by("maryam", f"{LIST}/1"),
        prepare=staged(written), empty=True,
    ),
    State(
        "proposal-for-a-visitor", ONE, "Only people on a side of this space", at(f"{LIST}/1"),
        prepare=staged(written), empty=True,
    ),
    State(
        "proposal-left", ONE, "stand behind it no longer", by("maryam", f"{LIST}/1"),
        prepare=staged(left), empty=True,
    ),
    State(
        "beginning-a-proposal", BEGIN, "What it begins from", by("ann", f"{LIST}/new"),
        prepare=staged(), empty=True,
    ),
    State(
        "beginning-with-a-fault", BEGIN, "Write the title.",
        pressing(f"{LIST}/new", "main form .button-main", arrive=lambda path: by("ann", path)),
        status=422, prepare=staged(), empty=True,
    ),
    State(
        "beginning-from-the-map", BEGIN, "Each statement that you choose begins a clause",
        signed_in(f"{HARBOUR}/proposals/new?from=going-home", address="mari@harbour.example"),
    ),
]  # fmt: skip
