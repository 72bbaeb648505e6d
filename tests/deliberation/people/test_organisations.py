"""Organisations and their domains, on both databases."""

from datetime import date

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.errors import Invalid, NotFound
from deliberation.people.organisation_files import Followed, Listed
from deliberation.people.organisations import (
    all_organisations,
    body_of_address,
    keep_organisations,
    keep_successions,
    list_domain,
    organisation_coded,
    successors_of,
    unlist_domain,
)
from participate.db import Database

TRUST = Listed("XX1", "Avonmere Trust", date(2001, 4, 1), None)
OLD = Listed("YY2", "Old Trust", date(1999, 4, 1), date(2020, 3, 31))


async def listed(session: AsyncSession) -> None:
    await keep_organisations(session, [TRUST, OLD])
    await keep_successions(session, [Followed("YY2", "XX1", date(2020, 4, 1), 1)])


async def test_a_second_import_brings_up_to_date_and_keeps_domains(database: Database) -> None:
    async with database.transaction() as session:
        await listed(session)
        await list_domain(session, "xx1", "@Trust.Example ")
    async with database.transaction() as session:
        await keep_organisations(session, [Listed("XX1", "Avonmere Care Trust", None, date(2026, 3, 31))])
        await keep_successions(session, [Followed("YY2", "XX1", None, 1)])
    async with database.reading() as session:
        trust = await organisation_coded(session, "XX1")
        assert trust is not None
        assert (trust.name, trust.closed_on, trust.domains) == (
            "Avonmere Care Trust",
            date(2026, 3, 31),
            ["trust.example"],
        )
        assert [one.code for one in await all_organisations(session)] == ["XX1", "YY2"]
        assert await successors_of(session) == {"YY2": ["XX1"]}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ann@trust.example", "XX1"),
        ("Ann@Mail.TRUST.example", "XX1"),
        ("ann@nottrust.example", None),
        ("ann@trust.example.org", None),
        ("ann@example", None),
    ],
)
async def test_an_address_belongs_to_the_body_that_lists_its_domain(
    database: Database, address: str, code: str | None
) -> None:
    async with database.transaction() as session:
        await listed(session)
        await list_domain(session, "XX1", "trust.example")
    async with database.reading() as session:
        body = await body_of_address(session, address)
    assert (body.code if body is not None else None) == code


async def test_a_domain_goes_off_the_list_again(database: Database) -> None:
    async with database.transaction() as session:
        await listed(session)
        await list_domain(session, "XX1", "trust.example")
    async with database.transaction() as session:
        await unlist_domain(session, "XX1", "TRUST.example")
        with pytest.raises(NotFound):
            await unlist_domain(session, "XX1", "trust.example")
    async with database.reading() as session:
        assert await body_of_address(session, "ann@trust.example") is None


@pytest.mark.parametrize(
    "domain", ["", "example", "a b.example", "http://a.example", "-a.example", ".example"]
)
async def test_what_is_no_domain_is_refused(database: Database, domain: str) -> None:
    async with database.transaction() as session:
        await listed(session)
        with pytest.raises(Invalid, match="not a domain"):
            await list_domain(session, "XX1", domain)


@pytest.mark.parametrize(
    ("day", "open_"), [(date(1999, 3, 31), False), (date(1999, 4, 1), True), (date(2020, 4, 1), False)]
)
async def test_an_organisation_exists_between_its_dates(database: Database, day: date, open_: bool) -> None:
    async with database.transaction() as session:
        await listed(session)
        old = await organisation_coded(session, "YY2")
        assert old is not None
        assert old.is_open_on(day) is open_
