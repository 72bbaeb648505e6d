"""A space's charter, its versions and how they differ; the templates to begin from."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State
from charters.states import Standing
from deliberation.spaces.charters import keep_charter, policy_in_force
from deliberation.spaces.spaces import Space, space_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import SPACE, Arrival, at, change, signed_in
from tests.browser.state import State as Page
from tests.charter_history import amended, first_charter, put_to_both, sided_space, two_versions
from tests.chartering import join_people

CHARTER, VERSIONS, CHANGES = "charters/charter.html", "charters/versions.html", "charters/changes.html"
HERE = "/spaces/brenmoor/charter"
TEMPLATES = "/charter-templates"

Prepare = Callable[[Served], None]


def holding(make: Callable[[AsyncSession, Served], Awaitable[object]]) -> Prepare:
    def prepare(served: Served) -> None:
        async def act(database: Database) -> None:
            async with database.transaction() as session:
                await make(session, served)

        served.do(act)

    return prepare


async def under_two(session: AsyncSession, served: Served) -> None:
    await two_versions(session, served.clock())


async def being_founded(session: AsyncSession, served: Served) -> None:
    """A text is written, and nobody has been asked to sign it."""
    now = served.clock()
    space = await sided_space(session, now, Standing.FOUNDING)
    assert space.id is not None
    await keep_charter(session, space.id, first_charter(now), now=now)


async def everything(session: AsyncSession, served: Served) -> None:
    """One open, one lapsed, one refused, one to come, one in force, one replaced."""
    now = served.clock()
    space, _, second = await two_versions(session, now)
    to_come = amended(second, now + timedelta(days=30), {"moderation": {"report_days": 5}})
    await put_to_both(
        session, space, to_come, Kind.AMEND_CHARTER, now=now - timedelta(days=5), sums=(40, 2, 1, 0)
    )
    for days, state in ((80, State.DECLINED), (90, State.LAPSED), (100, State.OPEN)):
        other = amended(to_come, now + timedelta(days=days), {"running": {"dormant_days": 120}})
        await put_to_both(session, space, other, Kind.AMEND_CHARTER, now=now, state=state)


async def founded_anew(session: AsyncSession, served: Served) -> None:
    now = served.clock()
    space, begun = await sided_space(session, now), now - timedelta(days=100)
    for days in (0, 80):
        day = begun + timedelta(days=days)
        await put_to_both(session, space, first_charter(day), Kind.ADOPT_CHARTER, now=day)


async def with_people(session: AsyncSession, served: Served) -> None:
    """Brenmoor with Maryam on the people's side."""
    space, _, _ = await two_versions(session, served.clock())
    await join_people(session, space, "maryam", since=served.clock() - timedelta(days=50))


async def being_changed(session: AsyncSession, served: Served) -> None:
    await with_people(session, served)
    space = await space_named(session, "brenmoor")
    now = served.clock()
    second = await policy_in_force(session, space, now)
    third = amended(second, now + timedelta(days=60), {"moderation": {"report_days": 5}})
    why = "Three days are too short for a small team to decide well."
    await put_to_both(
        session, space, third, Kind.AMEND_CHARTER, now=now, state=State.OPEN, words=why, about="charter"
    )


TWO, PEOPLED, CHANGING = holding(under_two), holding(with_people), holding(being_changed)
MARYAM = "maryam@example.org"
PROPOSE = f"{HERE}/propose"


BY_MARYAM = signed_in(PROPOSE, address=MARYAM)
SEE = "main button:text-is('See what it changes')"


def typing(button: str, arrive: Arrival = BY_MARYAM, **typed: str) -> Arrival:
    """Open a group of fields, type, and press a button."""

    def go(visitor: Visitor, served: Served) -> int:
        arrive(visitor, served)
        visitor.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for field, text in typed.items():
            visitor.page.locator(f"[name='{field.replace('__', '.')}']").fill(text)
        return visitor.press(button)

    return go


LOOKED = typing(SEE, moderation__sealed_days="100", moderation__appeal_days="42")
PUT = "main button:text-is('Put it to both sides')"

CHARTER_STATES = [
    Page("charter-trial", CHARTER, "Trial space: unsigned template", at(f"{SPACE}/charter")),
    Page(
        "charter-archive",
        CHARTER,
        "Archive: unsigned template",
        at(f"{SPACE}/charter"),
        prepare=change(Space, standing=Standing.ARCHIVE),
    ),
    Page("charter-signed", CHARTER, "In force", at(HERE), prepare=TWO),
    Page("charter-demonstration", CHARTER, "In force", at("/spaces/harbour-reach/charter")),
    Page(
        "charter-versions-demonstration", VERSIONS, "In force", at("/spaces/harbour-reach/charter/versions")
    ),
    Page("charter-clause", CHARTER, "Both sides decide an appeal", at(f"{HERE}#appeals"), prepare=TWO),
    Page("charter-founding", CHARTER, "Not put to both sides yet", at(HERE), prepare=holding(being_founded)),
    Page("charter-older", CHARTER, "Nia Hughes", at(f"{HERE}/versions/1"), prepare=TWO),
    Page("charter-versions-trial", VERSIONS, "no chain to check", at(f"{SPACE}/charter/versions")),
    Page("charter-versions", VERSIONS, "all 2 signed versions", at(f"{HERE}/versions"), prepare=TWO),
    Page(
        "charter-versions-all-states",
        VERSIONS,
        "Lapsed: the time ran out",
        at(f"{HERE}/versions"),
        prepare=holding(everything),
    ),
    Page(
        "charter-versions-founded-anew",
        VERSIONS,
        "nobody ratified it in time",
        at(f"{HERE}/versions"),
        prepare=holding(founded_anew),
    ),
    Page("charter-changes", CHANGES, "3 places differ", at(f"{HERE}/changes"), prepare=TWO),
    Page(
        "charter-changes-none",
        CHANGES,
        "They say the same",
        at(f"{HERE}/changes?before=1&after=1"),
        prepare=TWO,
    ),
    Page("charter-templates", "charters/templates.html", "Where most begin", at(TEMPLATES), empty=True),
    Page("charter-template", CHARTER, "Unsigned template", at(f"{TEMPLATES}/open-ballots"), empty=True),
    Page(
        "charter-template-changes",
        CHANGES,
        "Whole ballots are published",
        at(f"{TEMPLATES}/open-ballots/changes"),
        empty=True,
    ),
    Page("charter-changing", CHARTER, "See how both sides decide", at(HERE), prepare=CHANGING),
    Page(
        "charter-member",
        CHARTER,
        "Propose a change",
        signed_in(HERE, address=MARYAM),
        prepare=PEOPLED,
    ),
    Page("propose", "charters/propose.html", "See what it changes", BY_MARYAM, prepare=PEOPLED),
    Page(
        "propose-wrong",
        "charters/propose.html",
        "moderation.appeal_days is 3",
        typing(SEE, moderation__appeal_days="3", new__title="Tea", new__text="Tea for 3."),
        status=422,
        prepare=PEOPLED,
    ),
    Page(
        "propose-being-decided",
        "charters/propose.html",
        "Wait until that has ended",
        BY_MARYAM,
        prepare=CHANGING,
    ),
    Page(
        "propose-look",
        "charters/look.html",
        "6 weeks",
        LOOKED,
        prepare=PEOPLED,
    ),
    Page(
        "propose-without-reason",
        "charters/look.html",
        "Write the reason",
        typing(PUT, arrive=LOOKED),
        status=422,
        prepare=PEOPLED,
    ),
    Page(
        "propose-file",
        "charters/propose_file.html",
        "The file",
        signed_in(f"{PROPOSE}/file", address=MARYAM),
        prepare=PEOPLED,
    ),
    Page(
        "propose-file-wrong",
        "charters/propose_file.html",
        "must be JSON",
        typing(SEE, arrive=signed_in(f"{PROPOSE}/file", address=MARYAM), file="{"),
        status=422,
        prepare=PEOPLED,
    ),
    Page(
        "propose-refused",
        "errors/problem.html",
        "Only people on a side of this space",
        signed_in(PROPOSE, address="nobody@example.org"),
        status=403,
        prepare=PEOPLED,
    ),
    Page(
        "no-such-version",
        "errors/problem.html",
        "There is no version 9",
        at(f"{HERE}/versions/9"),
        status=404,
        prepare=TWO,
    ),
]
