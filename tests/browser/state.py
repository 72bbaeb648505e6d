"""What a registered state is, and the acts that bring states about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlmodel import SQLModel, update

from charters.enforcement import Facts
from charters.states import Role
from deliberation.opinion.seeds import Seed, add_seeds
from deliberation.people.accounts import account_for
from deliberation.spaces.consultations import ConsultationText, create_consultation
from deliberation.spaces.opening import open_consultation
from deliberation.spaces.spaces import space_named
from participate.db import Database
from participate.signin.links import new_sign_in_link
from tests.browser.conftest import Served, Visitor
from tests.framing import BACKGROUND, PROMISE

SPACE = "/spaces/avonmere"
EVENINGS = f"{SPACE}/evenings"
SMALL = f"{SPACE}/small"
FACILITATOR = "fern@avonmere.example"

Arrival = Callable[[Visitor, Served], int]


@dataclass(frozen=True)
class State:
    """A page in a state: its template, what must stand in <main>, and how a visitor gets there.

    `arrive` returns the status of the page reached. A state is met in the demonstration's valley, or,
    where `empty`, in an installation with nothing in it.
    """

    name: str
    template: str
    says: str
    arrive: Arrival
    status: int = 200
    prepare: Callable[[Served], Any] | None = None
    empty: bool = False


def at(path: str) -> Arrival:
    return lambda visitor, served: visitor.goto(path)


def signed_in(path: str, *, address: str = FACILITATOR) -> Arrival:
    """Sign in by a link, then go there."""

    def arrive(visitor: Visitor, served: Served) -> int:
        visitor.goto(sign_in_link(served, address))
        visitor.press("main button")
        return visitor.goto(path)

    return arrive


def pressing(path: str, *selectors: str, arrive: Callable[[str], Arrival] = at, **typed: str) -> Arrival:
    """Go there, fill fields by their id, press one thing after another."""

    def go(visitor: Visitor, served: Served) -> int:
        status = arrive(path)(visitor, served)
        for field, text in typed.items():
            visitor.page.locator(f"#{field}").evaluate("field => field.removeAttribute('maxlength')")
            visitor.page.fill(f"#{field}", text)
        for selector in selectors:
            status = visitor.press(selector)
        return status

    return go


def sign_in_link(served: Served, address: str = FACILITATOR) -> str:
    async def make(database: Database) -> str:
        async with database.transaction() as session:
            account = await account_for(session, address, now=served.clock())
            return await new_sign_in_link(session, account, now=served.clock())

    return str(served.do(make))


def change(table: type[SQLModel], **values: Any) -> Callable[[Served], None]:
    """Change rows behind the pages' back: all of a table, or those with this `slug` or `text`."""
    which = {name: values.pop(name) for name in ("slug", "text") if name in values}

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            where = [getattr(table, name) == value for name, value in which.items()]
            await session.exec(update(table).where(*where).values(**values))

    return lambda served: served.do(act)


def hold(
    *texts: str, opened: bool = True, slug: str = "small", **dates: datetime | None
) -> Callable[[Served], None]:
    """A small consultation of the valley with these statements."""

    def prepare(served: Served) -> None:
        asking = Facts(now=served.clock(), roles=frozenset({Role.FACILITATOR}), signed_in=True)
        now = served.clock()

        async def act(database: Database) -> None:
            async with database.transaction() as session:
                held = await create_consultation(
                    session,
                    await space_named(session, "avonmere"),
                    ConsultationText(
                        slug=slug,
                        title="A small one",
                        question="What should change first?",
                        background=BACKGROUND,
                    ),
                    opens_at=dates.get("opens_at"),
                    closes_at=dates.get("closes_at", now + timedelta(days=9)),
                    answer_by=dates.get("answer_by"),
                    asking=asking,
                    now=now,
                )
                assert held.id is not None
                seeds = [Seed(f"Line {line}", text, "en") for line, text in enumerate(texts, start=1)]
                await add_seeds(session, held.id, seeds, asking=asking, now=now)
                if opened:
                    await open_consultation(session, held.id, promise=PROMISE, asking=asking, now=now)

        served.do(act)

    return prepare


def failing(endpoint: str, error: Exception) -> Callable[[Served], None]:
    """Let a view of this one application raise."""

    async def broken(**_: Any) -> NoReturn:
        raise error

    def prepare(served: Served) -> None:
        served.app.view_functions[endpoint] = broken

    return prepare
