"""The front page, spaces, signing in, and what goes wrong anywhere."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError

from charters.states import Stage, Standing
from deliberation.people.memberships import Membership
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space, SpaceText, found
from participate.db import Database
from participate.migrations import downgrade
from tests.browser.conftest import Served, Visitor
from tests.browser.state import (
    SPACE,
    State,
    at,
    change,
    failing,
    hold,
    pressing,
    sign_in_link,
    signed_in,
)

FRONT, SPACES, PROBLEM = "front/front.html", "spaces/index.html", "errors/problem.html"
NEW_PATH = f"{SPACE}/facilitate/new/blank"


def bare_space(served: Served) -> None:
    async def act(database: Database) -> None:
        async with database.transaction() as session:
            text = SpaceText(slug="bare", title="A bare space", host="Somebody")
            await found(
                session, text, standing=Standing.TRIAL, policy="open-health-space", now=served.clock()
            )

    served.do(act)


def asks_to_sign_in(visitor: Visitor, served: Served) -> int:
    return visitor.goto(sign_in_link(served))


def comes_again(visitor: Visitor, served: Served) -> int:
    """Use a link twice."""
    link = sign_in_link(served)
    visitor.goto(link)
    visitor.press("main button")
    return visitor.goto(link)


def comes_from_another_device(visitor: Visitor, served: Served) -> int:
    """Use a link, then open it where nothing is known of that."""
    comes_again(visitor, served)
    address = visitor.page.url.removeprefix(served.address)
    visitor.context.clear_cookies()
    return visitor.goto(address)


def comes_too_late(visitor: Visitor, served: Served) -> int:
    link = sign_in_link(served)
    served.clock.pass_(minutes=16)
    return visitor.goto(link)


def older(served: Served) -> None:
    """The database has not been brought to this program's shape yet."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(downgrade, served.settings.database_url, "0003").result()


def votes_meanwhile(visitor: Visitor, served: Served) -> int:
    """Have the question open while a new version is put in, then vote."""
    visitor.goto(f"{SPACE}/evenings")
    older(served)
    return visitor.press("button[value=agree]")


def signs_out(visitor: Visitor, served: Served) -> int:
    signed_in("/")(visitor, served)
    return visitor.press("button:text-is('Sign out')")


def sends_too_much(visitor: Visitor, served: Served) -> int:
    # In words: one of that length takes a browser a minute to lay out.
    return pressing(NEW_PATH, "main form button", arrive=signed_in, background="word " * 60_000)(
        visitor, served
    )


ENDED, ARCHIVED = Stage.CLOSED, Stage.ARCHIVED
ARCHIVE_ONE = change(Consultation, slug="getting-there", stage=ARCHIVED)


def only_coming(served: Served) -> None:
    """All is over, and one is still being framed."""
    change(Consultation, stage=ENDED)(served)
    hold("One.", opened=False)(served)


def only_small(served: Served) -> None:
    """One that is open, with one statement."""
    change(Consultation, stage=ENDED)(served)
    hold("Answer the telephone.")(served)


def answered_all(visitor: Visitor, served: Served) -> int:
    pressing("/", "main button:text-is('Agree')")(visitor, served)
    return visitor.goto("/")


def hold_many(count: int) -> Callable[[Served], None]:
    def prepare(served: Served) -> None:
        for number in range(count):
            hold("One.", slug=f"small-{number}")(served)

    return prepare


BROKEN = RuntimeError("broken on purpose")
AWAY = OperationalError("SELECT 1", {}, RuntimeError("away"))
NEW_VERSION = "Try again in a few minutes"
DUE = "Nothing was lost"

PLACE_STATES = [
    State("front-empty", FRONT, "The first question will stand here.", at("/"), empty=True),
    State("front", FRONT, "Open now: start with one answer", at("/")),
    State(
        "front-one",
        FRONT,
        "21 days left",
        at("/"),
        prepare=change(Consultation, slug="waiting-rooms", stage=ENDED),
    ),
    State("front-many", FRONT, "See 6 more in their spaces", at("/"), prepare=hold_many(8)),
    State(
        "front-nothing-open",
        FRONT,
        "You can read what people said before.",
        at("/"),
        prepare=change(Consultation, stage=ENDED),
    ),
    State("front-archives", FRONT, "Kept to be read", at("/"), prepare=change(Consultation, stage=ARCHIVED)),
    State(
        "front-some-archived", FRONT, "1 conversation that was held elsewhere", at("/"), prepare=ARCHIVE_ONE
    ),
    State("front-coming", FRONT, "Not open yet", at("/"), prepare=hold("One.", opened=False)),
    State("front-only-coming", FRONT, "Something is about to open", at("/"), prepare=only_coming),
    State(
        "front-answered-all", FRONT, "You have answered all that is open", answered_all, prepare=only_small
    ),
    State("spaces-empty", SPACES, "There are no spaces yet", at("/spaces/"), empty=True),
    State("spaces", SPACES, "GP care in Avonmere", at("/spaces/")),
    State("space", "spaces/space.html", "A template that nobody has signed", at(SPACE)),
    State("space-bare", "spaces/space.html", "None yet", at("/spaces/bare"), prepare=bare_space),
    State(
        "space-archive",
        "spaces/space.html",
        "The two sides",
        at(SPACE),
        prepare=change(Space, standing=Standing.ARCHIVE),
    ),
    State("space-facilitator", "spaces/space.html", "Facilitate this space", signed_in(SPACE)),
    State("sign-in", "signing_in/ask.html", "This link signs you in once", asks_to_sign_in),
    State("sign-in-spent", "signing_in/spent.html", "works once", comes_again, status=410),
    State(
        "sign-in-on-another-device",
        "signing_in/spent.html",
        "you are signed in there, and not here",
        comes_from_another_device,
        status=410,
    ),
    State("sign-in-expired", "signing_in/spent.html", "only for a short time", comes_too_late, status=410),
    State("signed-out", "signing_in/ended.html", "This device starts afresh", signs_out),
    State("refused", PROBLEM, "The operator gives out", at(f"{SPACE}/facilitate"), status=403),
    State(
        "service-ended",
        PROBLEM,
        "This cannot be done here",
        signed_in(f"{SPACE}/facilitate"),
        status=403,
        prepare=change(Membership, until=datetime(2026, 2, 1, tzinfo=UTC)),
    ),
    State("not-found", PROBLEM, "Check the address", at("/nowhere"), status=404, empty=True),
    State("no-such-space", PROBLEM, "There is no space", at("/spaces/nowhere"), status=404, empty=True),
    State("no-such-consultation", PROBLEM, "There is no consultation", at(f"{SPACE}/nothing"), status=404),
    State("no-release", PROBLEM, "Page not found", at("/data/avonmere/waiting-rooms/1/"), status=404),
    State("too-large", PROBLEM, "At most 256 kB can be sent at once", sends_too_much, status=413),
    State(
        "failed",
        PROBLEM,
        "give this reference",
        at("/"),
        status=500,
        prepare=failing("front.front", BROKEN),
    ),
    State("busy", PROBLEM, DUE, at("/"), status=503, prepare=failing("front.front", AWAY)),
    State("migrating", PROBLEM, NEW_VERSION, at(f"{SPACE}/evenings"), status=503, prepare=older),
    State("migrating-while-voting", PROBLEM, "You sent: Agree", votes_meanwhile, status=503),
]
