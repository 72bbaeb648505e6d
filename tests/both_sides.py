"""A space with two sides in the database, and its cast: who asks, answers, and what it comes to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State, begin
from charters.enforcement import Facts
from charters.policy import Policy
from charters.states import Role, Standing
from deliberation.people.accounts import account_for
from deliberation.people.memberships import Membership, roles_in
from deliberation.people.organisations import Organisation, organisation_coded
from deliberation.people.participants import account_pseudonym, space_key
from deliberation.spaces.answering import Reply, answer_decision
from deliberation.spaces.charters import keep_charter, policy_in_force
from deliberation.spaces.decisions import Decision, decision_with_id, terms_of
from deliberation.spaces.settling import settle_due
from deliberation.spaces.spaces import Space, SpaceText, found
from deliberation.spaces.standing import facts_about
from participate.db import Database
from tests.charters.avonmere import BODIES, CHARTER, DAY, NOON

BEFORE = NOON - 30 * DAY
TEXT = SpaceText(slug="avonmere", title="GP care in Avonmere", host="Avonmere Forum")


@dataclass
class Cast:
    """The space, and its people by name: `maryam`, `joe`, `ann` on the people's side, `deepa` and `sam`."""

    database: Database
    space: Space
    accounts: dict[str, int] = field(default_factory=dict)
    master: bytes | None = None
    """The installation's pseudonym key, where the same people come to its pages too."""

    def voter(self, name: str) -> str:
        """Somebody's pseudonym in the space."""
        if self.master is None or self.space.id is None:
            return f"pseudonym of {name}"
        return account_pseudonym(space_key(self.master, self.space.id), self.accounts.get(name, 0))

    async def join(
        self,
        name: str,
        role: Role,
        *,
        body: str = "",
        since: datetime = BEFORE,
        until: datetime | None = None,
        founder: bool = False,
        named: bool = True,
    ) -> int:
        """Put somebody into a role, as the verbs of joining do."""
        assert self.space.id is not None
        async with self.database.transaction() as session:
            account = await account_for(session, f"{name}@example.org", name=name, now=since)
            organisation = await organisation_coded(session, body) if body else None
            assert account.id is not None
            session.add(
                Membership(
                    space_id=self.space.id,
                    account_id=account.id,
                    role=role,
                    since=since,
                    until=until,
                    name=name.title() if named else "",
                    founder=founder,
                    organisation_id=organisation.id if organisation is not None else None,
                )
            )
            self.accounts[name] = account.id
            return account.id

    async def facts(self, name: str, session: AsyncSession, now: datetime) -> Facts:
        """What is true of somebody at this moment, as a request would load it."""
        space = await session.get(Space, self.space.id, populate_existing=True)
        assert space is not None
        assert space.id is not None
        account_id = self.accounts.get(name)
        roles = frozenset({Role.VISITOR})
        if account_id is not None:
            roles |= await roles_in(session, account_id=account_id, space_id=space.id, now=now)
        facts = Facts(now=now, roles=roles, signed_in=account_id is not None, has_device=True)
        policy = await policy_in_force(session, space, now)
        return await facts_about(session, facts, space, policy, account_id)

    async def do(self, who: str, verb: Any, /, *values: Any, now: datetime, **more: Any) -> Any:
        """Let somebody call a verb, in a transaction of its own."""
        async with self.database.transaction() as session:
            asking = await self.facts(who, session, now)
            return await verb(session, *values, asking=asking, now=now, **more)

    async def says(
        self,
        name: str,
        decision: Decision,
        yes: bool = True,
        *,
        now: datetime,
        shown: str | None = None,
        reason: str = "",
    ) -> Decision:
        """Sign or decline."""
        async with self.database.transaction() as session:
            asking = await self.facts(name, session, now)
            reply = Reply(
                voter=self.voter(name),
                yes=yes,
                shown=decision.text if shown is None else shown,
                reason="" if yes else reason or "This is not what we spoke about.",
                name=name.title(),
            )
            assert decision.id is not None
            space = await session.get(Space, self.space.id)
            assert space is not None
            return await answer_decision(session, space, decision.id, reply, asking=asking, now=now)

    async def tick(self, decision: Decision, now: datetime) -> Decision:
        """What the worker does at this moment."""
        assert decision.id is not None
        async with self.database.transaction() as session:
            return await settle_due(session, decision.space_id, decision.id, now)

    async def kept(self, decision: Decision) -> Decision:
        """The decision as the database has it."""
        assert decision.id is not None
        async with self.database.reading() as session:
            return await decision_with_id(session, decision.space_id, decision.id)

    async def standing(self) -> Standing:
        """How the space stands now."""
        async with self.database.reading() as session:
            space = await session.get(Space, self.space.id)
            assert space is not None
            return space.standing


async def two_sides(
    database: Database, standing: Standing = Standing.RATIFIED, policy: Policy = CHARTER
) -> Cast:
    """The space and its cast. Unless it is being founded, its charter is signed by both sides."""
    async with database.transaction() as session:
        space = await found(session, TEXT, standing=standing, policy="open-health-space", now=BEFORE)
        for party, name in BODIES.items():
            session.add(Organisation(code=party.removeprefix("ods:"), name=name))
        if standing is not Standing.FOUNDING:
            await adopted(session, space, policy)
    cast = Cast(database, space)
    await cast.join("maryam", Role.MEMBER, founder=True)
    await cast.join("joe", Role.MEMBER, founder=True)
    await cast.join("ann", Role.MEMBER)
    await cast.join("deepa", Role.DELEGATE, body="XX1", founder=True)
    await cast.join("sam", Role.DELEGATE, body="XX2")
    await cast.join("flo", Role.FACILITATOR, until=NOON + 300 * DAY)
    return cast


async def adopted(session: AsyncSession, space: Space, policy: Policy = CHARTER) -> None:
    """Both sides have signed this charter."""
    assert space.id is not None
    charter = await keep_charter(session, space.id, policy, now=BEFORE)
    put = begin(policy, Kind.ADOPT_CHARTER, policy.digest, now=BEFORE)
    session.add(
        Decision(
            space_id=space.id,
            charter_id=charter.id,
            kind=Kind.ADOPT_CHARTER,
            about="charter",
            text=policy.digest,
            terms=terms_of(put),
            opened_at=BEFORE,
            closes_at=put.closes_at,
            state=State.AGREED,
            ended_at=BEFORE + timedelta(days=1),
            people_yes=2,
            people_no=0,
            body_yes=1,
            body_no=0,
        )
    )
