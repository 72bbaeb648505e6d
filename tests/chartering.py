"""Spaces with two sides for tests: a charter that was signed, and people on both sides."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State, begin
from charters.drafts import founding_charter
from charters.policy import Policy, policy_of
from charters.states import Role
from deliberation.people.accounts import account_for
from deliberation.people.memberships import Membership
from deliberation.people.organisations import Organisation, organisation_coded
from deliberation.spaces.charters import keep_charter
from deliberation.spaces.decisions import Decision, terms_of
from deliberation.spaces.spaces import Space
from tests.charters.avonmere import BODIES

SMALL = {"quorum": {"people": 3, "body": 1}}


def charter_of(slug: str, begins: date, people: str = "Avonmere Voices", **changes: object) -> Policy:
    """A space's first charter, with quorums that a test can reach."""
    document = founding_charter(
        "open-health-space",
        slug=slug,
        people=people,
        bodies=BODIES,
        begins=begins,
        changes={"equal_terms": {"adoption": SMALL}, "amendment": SMALL, **changes},
    )
    return policy_of(document)


async def agree(
    session: AsyncSession, space: Space, policy: Policy, kind: Kind, *, now: datetime
) -> Decision:
    """Have both sides agree to a version of the charter, whatever the way they came to it."""
    assert space.id is not None
    charter = await keep_charter(session, space.id, policy, now=now)
    put = begin(policy, kind, policy.digest, now=now)
    decision = Decision(
        space_id=space.id,
        charter_id=charter.id,
        kind=kind,
        about=f"charter/{policy.version}",
        text=policy.digest,
        terms=terms_of(put),
        opened_at=put.opened_at,
        closes_at=put.closes_at,
        state=State.AGREED,
        ended_at=put.closes_at,
        people_yes=3,
        people_no=0,
        body_yes=1,
        body_no=0,
    )
    session.add(decision)
    await session.flush()
    return decision


async def break_chain(session: AsyncSession, version: int = 1) -> None:
    """Change a letter of a stored charter behind the program, past the trigger that forbids it."""
    connection = await session.connection()
    kind = connection.dialect.name
    await connection.execute(
        text("DROP TRIGGER charter_update" if kind == "sqlite" else "DROP TRIGGER charter_kept ON charter")
    )
    await connection.execute(
        text("UPDATE charter SET file = replace(file, :old, :new) WHERE version = :version"),
        {"old": '"report_days":3', "new": '"report_days":9', "version": version},
    )


async def join_people(
    session: AsyncSession, space: Space, *names: str, since: datetime, founder: bool = False
) -> list[int]:
    """Put accounts `<name>@example.org` on the people's side; their ids."""
    return [
        await _belong(session, space, name, Role.MEMBER, since, founder=founder, organisation=None)
        for name in names
    ]


async def join_body(
    session: AsyncSession,
    space: Space,
    *names: str,
    since: datetime,
    code: str = "XX1",
    founder: bool = False,
) -> list[int]:
    """Make accounts `<name>@example.org` delegates of the body with this code; their ids."""
    body = await organisation_coded(session, code)
    if body is None:
        body = Organisation(code=code, name=BODIES[f"ods:{code}"])
        session.add(body)
        await session.flush()
    return [
        await _belong(session, space, name, Role.DELEGATE, since, founder=founder, organisation=body.id)
        for name in names
    ]


async def _belong(
    session: AsyncSession,
    space: Space,
    name: str,
    role: Role,
    since: datetime,
    *,
    founder: bool,
    organisation: int | None,
) -> int:
    account = await account_for(session, f"{name}@example.org", now=since - timedelta(days=1))
    assert account.id is not None
    assert space.id is not None
    session.add(
        Membership(
            space_id=space.id,
            account_id=account.id,
            role=role,
            since=since,
            name=name.title(),
            interests="None.",
            organisation_id=organisation,
            founder=founder,
        )
    )
    await session.flush()
    return account.id
