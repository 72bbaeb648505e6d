"""Sealed versions: sealing, a version while it is decided and after, two compared, withdrawing."""

from datetime import timedelta

from sqlmodel import select

from charters.agreements import Kind
from deliberation.drafting.clauses import ClauseText, draft_hash, standing_clauses, words_hash
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import proposal_numbered
from deliberation.drafting.sealing import seal
from deliberation.drafting.withdrawing import put_withdrawal
from deliberation.drafting.writing import add_clause, move_clause, revise_clause, take_out_clause
from deliberation.spaces.decisions import Decision
from tests.both_sides import Cast
from tests.browser.conftest import Served, Visitor
from tests.browser.state import State, at, pressing
from tests.browser.states_of_decisions import HERE, by, staged
from tests.browser.states_of_proposals import CLAUSES, written
from tests.charters.avonmere import DAY, NOON

ONE = f"{HERE}/proposals/1"
ALL, VERSION, COMPARE = "versions/versions.html", "versions/version.html", "versions/compare.html"
SEAL, WITHDRAW = "versions/seal.html", "versions/withdrawal.html"
HOUR = timedelta(hours=1)
EVERYBODY = ("maryam", "joe", "ann", "deepa", "sam")


async def sealed(cast: Cast) -> None:
    """Maryam has sealed the draft as it stands."""
    async with cast.database.reading() as session:
        proposal = await proposal_numbered(session, cast.space.id or 0, 1)
        shown = draft_hash(proposal, await standing_clauses(session, proposal.id))
    await cast.do("maryam", seal, cast.space, 1, shown=shown, key=cast.voter("maryam"), now=NOON + HOUR)


async def first(cast: Cast) -> None:
    await written(cast)
    await sealed(cast)


async def asked(cast: Cast, kind: Kind = Kind.AGREE_PROPOSAL) -> Decision:
    async with cast.database.reading() as session:
        return (await session.exec(select(Decision).where(Decision.kind == kind).order_by("id"))).all()[-1]


async def rewritten(cast: Cast) -> None:
    """Version 1 was answered by two; since then one clause of each fate."""
    await first(cast)
    await reworded(cast)


async def reworded(cast: Cast) -> None:
    """Two answer, and Sam writes on in the draft."""
    decision = await asked(cast)
    for who in ("ann", "deepa"):
        await cast.says(who, decision, now=NOON + HOUR)
    speaker = Speaker(key=cast.voter("sam"), name="Sam")
    do = {"speaker": speaker, "now": NOON + HOUR}
    text, was = CLAUSES[0].text.replace("plan**:", "plan** in plain words:"), CLAUSES[0]
    new = ClauseText(heading=was.heading, text=text)
    shown = words_hash(was.heading, was.text, was.language)
    await cast.do("sam", revise_clause, cast.space, 1, 1, new, shown=shown, **do)
    gone = words_hash(CLAUSES[2].heading, CLAUSES[2].text, CLAUSES[2].language)
    await cast.do("sam", take_out_clause, cast.space, 1, 3, shown=gone, **do)
    more = ClauseText(
        heading="A call the next day", text="Somebody who knows the plan rings on the next day."
    )
    await cast.do("sam", add_clause, cast.space, 1, more, **do)
    await cast.do("sam", move_clause, cast.space, 1, 2, up=False, **do)


async def second(cast: Cast) -> None:
    await rewritten(cast)
    await sealed(cast)


async def agreed(cast: Cast) -> None:
    await second(cast)
    decision = await asked(cast)
    for who in EVERYBODY:
        await cast.says(who, decision, now=NOON + 2 * HOUR)
    await cast.tick(decision, decision.closes_at)


async def withdrawal(cast: Cast) -> None:
    await first(cast)
    reason = "The ward has closed, so nobody goes home from it."
    key = cast.voter("maryam")
    await cast.do("maryam", put_withdrawal, cast.space, 1, reason, key=key, now=NOON + HOUR)


def _moved(visitor: Visitor, served: Served) -> int:
    """Maryam reads the draft, and it changes before she seals it."""
    by("maryam", f"{ONE}/seal")(visitor, served)
    visitor.page.eval_on_selector("input[name=shown]", "field => { field.value = '0'.repeat(64) }")
    return int(visitor.press("main form .button-main"))


VERSION_STATES = [
    State(
        "sealing", SEAL, "What both keys will need", by("maryam", f"{ONE}/seal"),
        prepare=staged(written), empty=True,
    ),
    State(
        "sealing-a-newer-version", SEAL, "Sealing a newer one ends that", by("maryam", f"{ONE}/seal"),
        prepare=staged(rewritten), empty=True,
    ),
    State(
        "sealing-what-moved", SEAL, "The draft has changed since you read it.", _moved,
        status=409, prepare=staged(written), empty=True,
    ),
    State(
        "sealed-already", SEAL, "This text is sealed already.", by("maryam", f"{ONE}/seal"),
        prepare=staged(first), empty=True,
    ),
    State(
        "no-versions", ALL, "None is sealed yet.", at(f"{ONE}/versions"),
        prepare=staged(written), empty=True,
    ),
    State(
        "versions", ALL, "What differs from version 1", at(f"{ONE}/versions"),
        prepare=staged(second), empty=True,
    ),
    State(
        "version-for-a-member", VERSION, "Vote yes", by("joe", f"{ONE}/versions/1"),
        prepare=staged(first), empty=True,
    ),
    State(
        "version-asked-again", VERSION, "You answered version 1.", by("ann", f"{ONE}/versions/2"),
        prepare=staged(second), empty=True,
    ),
    State(
        "version-of-before", VERSION, "This is not the newest version.", at(f"{ONE}/versions/1"),
        prepare=staged(second), empty=True,
    ),
    State(
        "version-agreed", VERSION, "Agreed by both sides", at(f"{ONE}/versions/2"),
        prepare=staged(agreed, later=60 * DAY), empty=True,
    ),
    State(
        "versions-compared", COMPARE, "Taken out", at(f"{ONE}/versions/2/compare?with=1"),
        prepare=staged(second), empty=True,
    ),
    State(
        "withdrawing", WITHDRAW, "nobody withdraws it alone", by("maryam", f"{ONE}/withdrawal"),
        prepare=staged(first), empty=True,
    ),
    State(
        "withdrawing-without-a-reason", WITHDRAW, "Write the reason",
        pressing(f"{ONE}/withdrawal", "main form .button-main", arrive=lambda path: by("maryam", path)),
        status=422, prepare=staged(written), empty=True,
    ),
    State(
        "withdrawal-asked", WITHDRAW, "Both sides are asked already.", by("maryam", f"{ONE}/withdrawal"),
        prepare=staged(withdrawal), empty=True,
    ),
]  # fmt: skip
