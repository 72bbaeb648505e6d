"""Organisations: dated records of bodies and groups, and who followed them. No name of one is in code."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.columns import document, table_of
from deliberation.errors import Invalid, NotFound
from deliberation.people.organisation_files import Followed, Listed

DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


class Organisation(SQLModel, table=True):
    __table_args__ = (CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="dates"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True, description="As in a register of organisations")
    name: str = Field(max_length=200)
    opened_on: date | None = None
    closed_on: date | None = None
    domains: list[str] | None = document(nullable=True)

    @property
    def party(self) -> str:
        """How a charter names it."""
        return f"ods:{self.code}"

    def is_open_on(self, day: date) -> bool:
        """Whether it exists on this day, as far as its dates tell."""
        begun = self.opened_on is None or self.opened_on <= day
        return begun and (self.closed_on is None or day <= self.closed_on)


class Succession(SQLModel, table=True):
    """One organisation followed another."""

    code: str = Field(primary_key=True, max_length=20, foreign_key="organisation.code")
    successor: str = Field(primary_key=True, max_length=20, foreign_key="organisation.code")
    since: date | None = None


async def organisation_coded(session: AsyncSession, code: str) -> Organisation | None:
    """The organisation with this code; None where there is none."""
    return (await session.exec(select(Organisation).where(Organisation.code == code))).first()


async def organisation_with_id(session: AsyncSession, organisation_id: int | None) -> Organisation | None:
    return None if organisation_id is None else await session.get(Organisation, organisation_id)


async def all_organisations(session: AsyncSession) -> list[Organisation]:
    """Every organisation, by name."""
    return list((await session.exec(select(Organisation).order_by(Organisation.name))).all())


async def organisations_with(session: AsyncSession, codes: Collection[str]) -> dict[str, Organisation]:
    """The organisations that have one of these codes."""
    found = await session.exec(select(Organisation).where(col(Organisation.code).in_(codes)))
    return {one.code: one for one in found}


async def organisations_like(
    session: AsyncSession, text: str, *, skip: int = 0, most: int
) -> list[Organisation]:
    """The organisations whose code or name has these words in it, by name; all of them for no words."""
    query = select(Organisation).where(_like(text)).order_by(Organisation.name, Organisation.code)
    return list((await session.exec(query.offset(skip).limit(most))).all())


def _like(text: str) -> ColumnElement[bool]:
    return or_(
        col(Organisation.code) == text.strip().upper(),
        col(Organisation.name).icontains(text.strip(), autoescape=True),
    )


async def organisations_with_domains(session: AsyncSession) -> list[Organisation]:
    """Those that list a domain, by name."""
    query = select(Organisation).where(col(Organisation.domains).is_not(None)).order_by(Organisation.name)
    return [one for one in await session.exec(query) if one.domains]


async def count_of_organisations(session: AsyncSession, text: str = "") -> int:
    """How many organisations have these words in their code or name."""
    query = select(func.count()).select_from(Organisation).where(_like(text))
    return (await session.exec(query)).one()


async def codes_known(session: AsyncSession) -> frozenset[str]:
    """The code of every organisation."""
    return frozenset(await session.exec(select(Organisation.code)))


async def keep_organisations(session: AsyncSession, listed: Sequence[Listed]) -> None:
    """Enter these organisations, or bring what is known of them up to date; their domains stay."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    for one in listed:
        dated = {"name": one.name, "opened_on": one.opened_on, "closed_on": one.closed_on}
        await session.exec(
            insert(table_of(Organisation))
            .values(code=one.code, **dated)
            .on_conflict_do_update(index_elements=["code"], set_=dated)
        )


async def keep_successions(session: AsyncSession, followed: Sequence[Followed]) -> None:
    """Enter who followed whom; their codes are known."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    for one in followed:
        await session.exec(
            insert(table_of(Succession))
            .values(code=one.code, successor=one.successor, since=one.since)
            .on_conflict_do_update(index_elements=["code", "successor"], set_={"since": one.since})
        )


async def successors_of(session: AsyncSession) -> dict[str, list[str]]:
    """The codes of those that followed, by the code of the one before."""
    query = select(Succession.code, Succession.successor).order_by(Succession.code, Succession.successor)
    followed: dict[str, list[str]] = {}
    for code, successor in (await session.exec(query)).all():
        followed.setdefault(code, []).append(successor)
    return followed


async def list_domain(session: AsyncSession, code: str, domain: str) -> Organisation:
    """Say that addresses in this domain, and in those below it, belong to an organisation.

    Raises NotFound for the code, Invalid for the domain.
    """
    organisation = await _coded(session, code)
    domain = domain.strip().lower().removeprefix("@")
    if not DOMAIN.fullmatch(domain):
        raise Invalid("domain", f"{domain[:60]!r} is not a domain. Write it as example.org.")
    organisation.domains = sorted({*(organisation.domains or ()), domain})
    return organisation


async def unlist_domain(session: AsyncSession, code: str, domain: str) -> Organisation:
    """Take a domain off the list again. Raises NotFound where it is not on it."""
    organisation = await _coded(session, code)
    listed, domain = set(organisation.domains or ()), domain.strip().lower().removeprefix("@")
    if domain not in listed:
        raise NotFound(f"{code} does not list the domain {domain[:60]!r}.")
    organisation.domains = sorted(listed - {domain})
    return organisation


async def body_of_address(session: AsyncSession, address: str) -> Organisation | None:
    """The organisation in one of whose domains an address lies; None where it lies in nobody's.

    One that has closed counts as well: its people keep their addresses for a while.
    """
    domain = address.rpartition("@")[2].strip().lower().rstrip(".")
    query = select(Organisation).where(col(Organisation.domains).is_not(None)).order_by(Organisation.code)
    for organisation in await session.exec(query):
        if any(domain == one or domain.endswith(f".{one}") for one in organisation.domains or ()):
            return organisation
    return None


async def _coded(session: AsyncSession, code: str) -> Organisation:
    organisation = await organisation_coded(session, code.strip().upper())
    if organisation is None:
        raise NotFound(f"There is no organisation {code!r}. Import it first: participate organisations FILE.")
    return organisation
