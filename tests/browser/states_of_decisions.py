"""Decisions of both sides: open, one key turned, agreed, declined, lapsed, moved, secret, and no key."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from charters.enforcement import Refused
from charters.states import Role, Side, Standing
from deliberation.spaces.activity import SideActivity, note_act
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import Decision
from deliberation.spaces.opening import revise_consultation
from deliberation.spaces.putting_charters import put_amendment
from deliberation.spaces.putting_consultations import put_last_day, put_opening
from deliberation.spaces.putting_people import put_facilitator
from deliberation.spaces.spaces import Space, space_named
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.browser.conftest import Served
from tests.browser.state import State as Page
from tests.browser.state import at, change, pressing, signed_in
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.spaces.test_deciding import FRAMED, REASON, amended, framed
from tests.framing import PROMISE

ALL, ONE = "deciding/decisions.html", "deciding/decision.html"
HERE = "/spaces/avonmere"
LIST, FIRST = f"{HERE}/decisions", f"{HERE}/decisions/2"
RUN = f"{HERE}/evenings/facilitate"

Prepare = Callable[[Served], None]
Scene = Callable[[Cast], Awaitable[object]]


def staged(
    *scenes: Scene, standing: Standing = Standing.RATIFIED, later: timedelta = timedelta(hours=2)
) -> Prepare:
    """The cast in its space, these scenes played, and the clock some hours later."""

    def prepare(served: Served) -> None:
        served.clock.time = NOON

        async def act(database: Database) -> None:
            cast = await two_sides(database, standing)
            cast.master = served.settings.pseudonym_master
            for scene in scenes:
                await scene(cast)

        served.do(act)
        served.clock.time = NOON + later

    return prepare


async def asked(cast: Cast) -> tuple[Consultation, Decision]:
    consultation = await framed(cast)
    return consultation, await cast.do("flo", put_opening, consultation.id, promise=PROMISE, now=NOON)


def signed(*names: str, yes: bool = True) -> Scene:
    async def scene(cast: Cast) -> None:
        _, decision = await asked(cast)
        for name in names:
            await cast.says(name, decision, yes, now=NOON + timedelta(hours=1))

    return scene


async def declined(cast: Cast) -> None:
    _, decision = await asked(cast)
    for name in ("deepa", "ann", "maryam", "joe"):
        with suppress(Refused):
            await cast.says(name, decision, yes=name == "ann", now=NOON + timedelta(hours=1))


async def moved(cast: Cast) -> None:
    consultation, decision = await asked(cast)
    await cast.says("maryam", decision, now=NOON + timedelta(minutes=30))
    other = FRAMED.model_copy(update={"question": "When should the surgery on Mill Lane be open?"})
    days: dict[str, Any] = {"opens_at": None, "closes_at": NOON + 70 * DAY, "answer_by": NOON + 90 * DAY}
    later = NOON + timedelta(hours=1)
    await cast.do("flo", revise_consultation, consultation.id, other, **days, now=later)


async def amending(cast: Cast) -> None:
    decision = await cast.do("ann", put_amendment, cast.space, amended(), reason=REASON, now=NOON)
    for name in ("ann", "joe", "sam"):
        await cast.says(name, decision, yes=name != "sam", now=NOON + timedelta(hours=1))


async def crowded(cast: Cast) -> None:
    """So many members that the panel may tell what was checked about them."""
    await amending(cast)
    for number in range(22):
        await cast.join(f"member{number}", Role.MEMBER, named=False)


async def appointing(cast: Cast) -> None:
    await cast.do(
        "ann",
        put_facilitator,
        cast.space,
        "gwen@example.org",
        name="Gwen Parry",
        until=NOON + 200 * DAY,
        reason="She has done this well before.",
        now=NOON,
    )


async def steering(cast: Cast) -> None:
    """Open, with another last day asked for."""
    consultation, decision = await asked(cast)
    for name in ("maryam", "deepa"):
        await cast.says(name, decision, now=NOON + timedelta(hours=1))
    asking: dict[str, Any] = {"closes_at": NOON + 74 * DAY, "reason": REASON}
    await cast.do("flo", put_last_day, consultation.id, **asking, now=NOON + timedelta(hours=1))


async def asleep(cast: Cast) -> None:
    async with cast.database.transaction() as session:
        assert cast.space.id is not None
        for side in Side:
            await note_act(session, cast.space.id, side, now=NOON - 100 * DAY)
    for name in ("new", "newer"):
        await cast.join(name, Role.MEMBER, since=NOON)
        await cast.join(f"{name}-d", Role.DELEGATE, body="XX1", since=NOON)


def opened_and_asleep(served: Served) -> None:
    """Voting is open in a space whose sides have both been silent since."""
    staged(signed("maryam", "deepa"))(served)
    change(SideActivity, day=(NOON - 100 * DAY).date())(served)


async def ended(cast: Cast) -> None:
    _, decision = await asked(cast)
    await cast.tick(decision, decision.closes_at)


def by(name: str, path: str = FIRST) -> Callable[..., int]:
    return signed_in(path, address=f"{name}@example.org")


def _pressed(name: str, *selectors: str, **typed: str) -> Callable[..., int]:
    return pressing(
        FIRST, *selectors, arrive=lambda path: signed_in(path, address=f"{name}@example.org"), **typed
    )


def _declining(name: str) -> Callable[..., int]:
    """Decline without a reason."""

    def arrive(visitor: Any, served: Served) -> int:
        by(name)(visitor, served)
        visitor.page.locator(".turning-form summary").click()
        return int(visitor.press("button[value=no]"))

    return arrive


def _while_read(name: str) -> Callable[..., int]:
    """The text moves while somebody has the page before them."""

    def arrive(visitor: Any, served: Served) -> int:
        by(name)(visitor, served)

        async def act(database: Database) -> None:
            cast = Cast(database, await _space(database))
            await cast.join("flo2", Role.FACILITATOR, until=NOON + 300 * DAY)
            other = FRAMED.model_copy(update={"title": "Evenings and mornings"})
            days: dict[str, Any] = {"opens_at": None, "closes_at": NOON + 60 * DAY, "answer_by": None}
            now = served.clock()
            await cast.do("flo2", revise_consultation, 1, other, **days, now=now)

        served.do(act)
        return int(visitor.press("button[value=yes]"))

    return arrive


async def _space(database: Database) -> Space:
    async with database.reading() as session:
        return await space_named(session, "avonmere")


SIGNED, OPEN = staged(signed("maryam")), staged(signed())

DECISION_STATES = [
    Page("decisions-none", ALL, "Nothing waits for both sides now", at(LIST), prepare=staged(), empty=True),
    Page("decisions-open", ALL, "Not turned yet", at(LIST), prepare=OPEN, empty=True),
    Page("decisions-ended", ALL, "Lapsed", at(LIST), prepare=staged(ended, later=20 * DAY), empty=True),
    Page(
        "space-asleep", "spaces/space.html", "The two sides", at(HERE), prepare=opened_and_asleep, empty=True
    ),
    Page(
        "space-looked-at",
        "spaces/space.html",
        "Sign for your side",
        by("flo", f"{HERE}/look-as/member"),
        prepare=OPEN,
        empty=True,
    ),
    Page(
        "voting-asleep",
        "voting/voting.html",
        "Nobody can vote here now",
        at(f"{HERE}/evenings"),
        prepare=opened_and_asleep,
        empty=True,
    ),
    Page("decisions-asleep", ALL, "Wake the space", by("new", LIST), prepare=staged(asleep), empty=True),
    Page(
        "decisions-to-ratify",
        ALL,
        "Ask both sides to ratify it",
        by("ann", LIST),
        prepare=staged(standing=Standing.PROVISIONAL),
        empty=True,
    ),
    Page(
        "facilitator-proposed",
        "deciding/facilitator.html",
        "Until when",
        by("ann", f"{LIST}/facilitator"),
        prepare=staged(),
        empty=True,
    ),
    Page(
        "facilitator-wrong",
        "deciding/facilitator.html",
        "Say until when",
        pressing(
            f"{LIST}/facilitator",
            "main form button",
            arrive=lambda path: by("ann", path),
            name="Gwen Parry",
        ),
        status=422,
        prepare=staged(),
        empty=True,
    ),
    Page("decision-open", ONE, "You have no key here", at(FIRST), prepare=OPEN, empty=True),
    Page("decision-one-key", ONE, "Signed: Maryam", by("deepa"), prepare=SIGNED, empty=True),
    Page("decision-mine", ONE, "You have signed this", by("ann"), prepare=staged(signed("ann")), empty=True),
    Page(
        "decision-just-signed",
        ONE,
        "Your answer is kept",
        _pressed("ann", "button[value=yes]"),
        prepare=OPEN,
        empty=True,
    ),
    Page(
        "decision-no-reason",
        ONE,
        "Write the reason",
        _declining("ann"),
        status=422,
        prepare=OPEN,
        empty=True,
    ),
    Page(
        "decision-agreed",
        ONE,
        "Agreed by both sides",
        at(FIRST),
        prepare=staged(signed("maryam", "deepa")),
        empty=True,
    ),
    Page("decision-declined", ONE, "Why some decline", at(FIRST), prepare=staged(declined), empty=True),
    Page("decision-lapsed", ONE, "Lapsed", at(FIRST), prepare=staged(ended, later=20 * DAY), empty=True),
    Page(
        "decision-moved",
        ONE,
        "The text has changed since you answered",
        by("maryam"),
        prepare=staged(moved),
        empty=True,
    ),
    Page(
        "decision-moved-while-read",
        ONE,
        "The text changed while you read it",
        _while_read("ann"),
        status=409,
        prepare=OPEN,
        empty=True,
    ),
    Page("decision-secret", ONE, "Secret until the end", by("maryam"), prepare=staged(amending), empty=True),
    Page(
        "decision-many-members",
        ONE,
        "E-mail address checked: about",
        by("maryam"),
        prepare=staged(crowded),
        empty=True,
    ),
    Page("decision-facilitator", ONE, "Gwen Parry", by("joe"), prepare=staged(appointing), empty=True),
    Page(
        "space-deciding",
        "spaces/space.html",
        "Being decided now",
        by("joe", HERE),
        prepare=SIGNED,
        empty=True,
    ),
    Page(
        "charter-deciding",
        "charters/charter.html",
        "What it would change",
        at(f"{HERE}/charter"),
        prepare=staged(amending),
        empty=True,
    ),
    Page(
        "question-deciding",
        "voting/voting.html",
        "It opens when both sides have agreed to it",
        at(f"{HERE}/evenings"),
        prepare=SIGNED,
        empty=True,
    ),
    Page(
        "opening-asked",
        "facilitating/opening.html",
        "Both sides are asked",
        by("flo", f"{RUN}/open"),
        prepare=SIGNED,
        empty=True,
    ),
    Page(
        "run-asked",
        "facilitating/run.html",
        "Both sides are asked to open it, until",
        by("flo", f"{RUN}?done=asked"),
        prepare=SIGNED,
        empty=True,
    ),
    Page(
        "facilitate-together",
        "facilitating/space.html",
        "Both sides appoint facilitators.",
        by("flo", f"{HERE}/facilitate?done=made"),
        prepare=SIGNED,
        empty=True,
    ),
    Page(
        "decisions-asked",
        ALL,
        "Both sides are asked now.",
        at(f"{LIST}?done=asked"),
        prepare=SIGNED,
        empty=True,
    ),
    Page(
        "my-data-of-a-side",
        "my_data/my_data.html",
        "1 decision is open without your answer",
        by("joe", "/me"),
        prepare=SIGNED,
        empty=True,
    ),
    Page(
        "days-asked",
        "facilitating/days.html",
        "Move the last day of voting",
        by("flo", f"{RUN}/days"),
        prepare=staged(steering),
        empty=True,
    ),
]
