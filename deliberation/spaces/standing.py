"""What the rules ask about a space with two sides, and about where somebody belongs in it."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import select as core_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, require
from charters.facts import Belonging, Held
from charters.policy import Policy
from charters.sides import SIDE_ROLES, WITHOUT_SIDES
from charters.states import Attestation, Side, Standing
from deliberation.columns import table_of
from deliberation.people.accounts import Account
from deliberation.people.memberships import Membership, serves_at
from deliberation.people.organisations import Organisation
from deliberation.people.outside import checked_outside
from deliberation.spaces.activity import asleep_on, newcomers_on
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.spaces import Space

_MEMBERSHIPS, _ORGANISATIONS = table_of(Membership), table_of(Organisation)


async def held_of(session: AsyncSession, space: Space, policy: Policy, now: datetime) -> Held:
    """How a space is held at `now`, under the policy that is in force."""
    if space.standing in WITHOUT_SIDES:
        return Held()
    return await session.run_sync(
        lambda plain: held_on(plain.connection(), space.id, space.standing, policy, now)
    )


def held_on(on: Connection, space_id: int | None, standing: Standing, policy: Policy, now: datetime) -> Held:
    """As `held_of`, for a verb that works on the plain connection."""
    if standing in WITHOUT_SIDES:
        return Held()
    signed = {} if standing is Standing.FOUNDING else dict.fromkeys(Side, policy.digest)
    # Founders may take their time: what has not begun cannot fall asleep.
    asleep = {} if standing is Standing.FOUNDING else asleep_on(on, space_id, policy, now)
    how = Held() if standing is Standing.RATIFIED else _sides(on, space_id, policy, now)
    return replace(
        how,
        signatures=signed,
        asleep=frozenset(asleep),
        newcomers=newcomers_on(on, space_id, asleep, now),
    )


def _sides(on: Connection, space_id: int | None, policy: Policy, now: datetime) -> Held:
    """Who has come to each side: people one by one, delegates by their body."""
    rows = on.execute(
        core_select(
            _MEMBERSHIPS.c.role,
            _MEMBERSHIPS.c.account_id,
            _MEMBERSHIPS.c.since,
            _MEMBERSHIPS.c.until,
            _MEMBERSHIPS.c.founder,
            _ORGANISATIONS.c.code,
        )
        .select_from(_MEMBERSHIPS.outerjoin(_ORGANISATIONS))
        .where(_MEMBERSHIPS.c.space_id == space_id, _MEMBERSHIPS.c.role.in_(list(SIDE_ROLES)))
        .order_by(_MEMBERSHIPS.c.since)
    ).all()
    came: dict[Side, dict[object, datetime]] = {side: {} for side in Side}
    here: dict[Side, set[object]] = {side: set() for side in Side}
    founders: Counter[Side] = Counter()
    for row in rows:
        side = SIDE_ROLES[row.role]
        who = row.account_id if side is Side.PEOPLE else f"ods:{row.code}"
        founders[side] += row.founder
        if side is Side.BODY and who not in policy.bodies:
            continue
        came[side].setdefault(who, row.since)
        if row.until is None or row.until > now:
            here[side].add(who)
    quorum = policy.amendment.quorum
    reached = [sorted(came[side].values())[quorum.of(side) - 1 : quorum.of(side)] for side in Side]
    since = max(moment for [moment] in reached) if all(reached) else None
    return Held(
        members={side: len(here[side]) for side in Side}, quorate_since=since, founders=dict(founders)
    )


async def belonging_of(
    session: AsyncSession, space_id: int, account_id: int, *, now: datetime
) -> tuple[Side, Belonging] | None:
    """The side that an account stands on in a space, and its place there; None where it is on neither."""
    query = (
        select(Membership, Organisation.code)
        .outerjoin(Organisation)
        .where(
            Membership.space_id == space_id,
            Membership.account_id == account_id,
            col(Membership.role).in_(list(SIDE_ROLES)),
            serves_at(now),
        )
    )
    row = (await session.exec(query)).first()
    if row is None:
        return None
    member, code = row
    body = f"ods:{code}" if code is not None else None
    return SIDE_ROLES[member.role], Belonging(joined_at=member.since, body=body, founder=member.founder)


async def facts_about(
    session: AsyncSession, facts: Facts, space: Space, policy: Policy, account_id: int | None
) -> Facts:
    """The facts about who asks, with how the space is held and where they belong in it."""
    facts = replace(facts, standing=space.standing, held=await held_of(session, space, policy, facts.now))
    if account_id is None:
        return facts
    known = await checked_outside(session, account_id)
    facts = replace(facts, attestation=known)
    if space.standing in WITHOUT_SIDES:
        return facts
    assert space.id is not None
    there = await belonging_of(session, space.id, account_id, now=facts.now)
    if there is None:
        return facts
    side, belonging = there
    checked = Attestation.STAFF if side is Side.BODY else known
    return replace(facts, side=side, belonging=belonging, attestation=checked)


async def is_operator(session: AsyncSession, account_id: int) -> bool:
    """Whether this account runs the installation."""
    return bool((await session.exec(select(Account.operator).where(Account.id == account_id))).first())


async def require_in_space(
    session: AsyncSession, action: Action, space: Space, asking: Facts, now: datetime, **more: Any
) -> Policy:
    """Ask whether something may be done in a space, as the database has it now. Raises Refused."""
    policy = await policy_in_force(session, space, now)
    held = await held_of(session, space, policy, now)
    require(policy, action, replace(asking, now=now, standing=space.standing, held=held, **more))
    return policy
