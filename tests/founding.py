"""A space that two sides will hold, founded for tests: /spaces/brookside."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, begin
from charters.enforcement import Facts
from charters.states import Role, Side, Standing
from deliberation.people.accounts import account_for, set_operator
from deliberation.people.memberships import appoint
from deliberation.people.organisation_files import Listed
from deliberation.people.organisations import keep_organisations, list_domain
from deliberation.spaces.charters import keep_charter, policy_in_force
from deliberation.spaces.decisions import Decision, terms_of
from deliberation.spaces.founding import Founder, Founding, found_space
from deliberation.spaces.spaces import Space, SpaceText
from tests.chartering import agree

OPERATOR = "olu@example.org"
ANN = Founder("people-1", Side.PEOPLE, "ann@example.org", "Ann Archer", "Brookside Voices")
BO = Founder("people-2", Side.PEOPLE, "bo@example.org", "Bo Baker", "Brookside Carers")
DAI = Founder("body-1", Side.BODY, "dai@trust.example", "Dai Davies", "XX1")
TEXT = SpaceText(
    slug="brookside",
    title="Care in Brookside",
    purpose="To agree **together** what changes in care near home, and to see that it does.",
    host="Brookside Forum",
    people_side="Brookside Voices",
)
TRUST = Listed("XX1", "Brookside Trust", None, None)
OTHER = Listed("XX2", "Valley Health Board", None, None)


async def make_operator(session: AsyncSession, now: datetime) -> None:
    """`olu@example.org` runs the installation, and there are two organisations; XX1 lists a domain."""
    account = await account_for(session, OPERATOR, now=now)
    assert account.id is not None
    await set_operator(session, account.id, True)
    await keep_organisations(session, [TRUST, OTHER])
    await list_domain(session, "XX1", "trust.example")


async def charter_brookside(session: AsyncSession, now: datetime) -> Space:
    """As below, signed and ratified by both sides; `flo@example.org` facilitates it for three months."""
    space = await found_brookside(session, now)
    policy = await policy_in_force(session, space, now)
    await agree(session, space, policy, Kind.ADOPT_CHARTER, now=now)
    space.standing = Standing.RATIFIED
    flo = await account_for(session, "flo@example.org", now=now)
    assert space.id is not None
    assert flo.id is not None
    until = now + timedelta(days=90)
    await appoint(session, space.id, flo.id, Role.FACILITATOR, since=now, until=until)
    return space


async def found_brookside(session: AsyncSession, now: datetime) -> Space:
    """Ann and Bo found it for the people, Dai for XX1; nobody has signed."""
    await make_operator(session, now)
    founding = Founding(text=TEXT, template="open-health-space", founders=(ANN, BO, DAI))
    olu = Facts(now=now, roles=frozenset({Role.OPERATOR}), signed_in=True)
    return await found_space(session, founding, asking=olu, now=now)


async def ask_founders(session: AsyncSession, now: datetime) -> Decision:
    """Found it, and ask both sides to sign its first charter."""
    space = await found_brookside(session, now)
    policy = await policy_in_force(session, space, now)
    assert space.id is not None
    charter = await keep_charter(session, space.id, policy, now=now)
    put = begin(policy, Kind.ADOPT_CHARTER, policy.digest, now=now)
    decision = Decision(
        space_id=space.id,
        charter_id=charter.id,
        kind=Kind.ADOPT_CHARTER,
        about="charter/1",
        text=policy.digest,
        terms=terms_of(put),
        opened_at=put.opened_at,
        closes_at=put.closes_at,
    )
    session.add(decision)
    await session.flush()
    return decision
