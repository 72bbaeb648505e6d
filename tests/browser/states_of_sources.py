"""Where a clause comes from: the chain for a visitor and for who writes, a fault, and setting aside."""

from datetime import date

from deliberation.drafting.sources import EvidenceText, add_evidence
from tests.both_sides import Cast
from tests.browser.state import State, at, pressing, signed_in
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import HARBOUR, LIST, written
from tests.browser.states_of_suggesting import speaker
from tests.charters.avonmere import NOON

CHAIN, ASIDE = "sources/chain.html", "sources/set_aside.html"
HERE = f"{LIST}/1/clauses/1/sources"


async def given(cast: Cast) -> None:
    await written(cast)
    text = EvidenceText(
        title="Leaving hospital in winter",
        publisher="Avonmere Statistics",
        published_on=date(2026, 3, 1),
        address="https://stats.example/leaving-hospital-in-winter-and-what-becomes-of-people",
    )
    who = {"speaker": speaker(cast, "deepa")}
    await cast.do("deepa", add_evidence, cast.space, 1, 1, text, **who, now=NOON)


SOURCES_STATES = [
    State(
        "chain-of-a-clause", CHAIN, "What people voted on",
        signed_in(f"{HARBOUR}/proposals/1/clauses/3/sources?words=night", address="mari@harbour.example"),
    ),
    State("chain-with-evidence", CHAIN, "Add evidence", by("ann", HERE), prepare=staged(given), empty=True),
    State("chain-for-a-visitor", CHAIN, "Who wrote it", at(HERE), prepare=staged(given), empty=True),
    State(
        "evidence-with-a-fault", CHAIN, "Say when it was published.",
        pressing(HERE, "#give ~ form .button-main", arrive=lambda path: by("ann", path)),
        status=422, prepare=staged(written), empty=True,
    ),
    State(
        "setting-aside", ASIDE, "Say why it becomes no clause",
        signed_in(f"{HARBOUR}/going-home/statements/8/set-aside", address="mari@harbour.example"),
    ),
]  # fmt: skip
