"""Making the place that both sides hold: founded, signed, ratified, and in the middle of several decisions.

Everybody acts through the verbs that keep the rules, each at their own moment in the past.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.appeals import AppealState
from charters.canonical import read
from charters.drafts import next_version
from charters.enforcement import Facts
from charters.facts import Belonging
from charters.policy import policy_of
from charters.states import Role, Side
from deliberation.opinion.appeals import removal_of
from deliberation.opinion.statements import statement_saying
from deliberation.people.accounts import account_for
from deliberation.people.memberships import Membership
from deliberation.people.organisations import Organisation
from deliberation.people.participants import account_pseudonym, space_key
from deliberation.publishing.answers import AnswerWords, give_answer
from deliberation.publishing.record import Did, enter
from deliberation.spaces.answering import Reply, answer_decision
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.days import day_in_london
from deliberation.spaces.decisions import Decision
from deliberation.spaces.founding import Founder, Founding, found_space
from deliberation.spaces.opening import Promise
from deliberation.spaces.putting_charters import put_amendment, put_founding_charter, put_ratification
from deliberation.spaces.putting_consultations import put_opening
from deliberation.spaces.putting_people import put_facilitator
from deliberation.spaces.settling import settle_due
from deliberation.spaces.spaces import Space
from participate.demonstration import harbour
from participate.demonstration.cast import Character
from participate.demonstration.discussing import discuss
from participate.demonstration.drafting import write_together
from participate.demonstration.saying import facilitator
from participate.demonstration.sides import Standing

FOUNDED_BEFORE = timedelta(days=200)
Opener = Callable[[AsyncSession, Space, Consultation, datetime], Awaitable[None]]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Held:
    """The space with everybody on its sides."""

    space: Space
    members: Sequence[Standing]
    delegates: Sequence[Standing]

    @property
    def founder(self) -> Standing:
        """Mari, who puts things for the people's side."""
        return self.members[0]


async def found_harbour(session: AsyncSession, *, master: bytes, now: datetime) -> Held:
    """Found the space, sign and ratify its charter, and agree on a facilitator."""
    founded = now - FOUNDED_BEFORE
    operator = await account_for(session, harbour.ODA.address, name=harbour.ODA.name, now=founded)
    operator.operator = True
    session.add(operator)
    session.add_all(Organisation(code=code, name=name) for code, name in harbour.BODIES.items())
    await session.flush()
    asking = Facts(now=founded, roles=frozenset({Role.OPERATOR}), signed_in=True)
    founding = Founding(text=harbour.SPACE, template="open-health-space", founders=_founders())
    space = await found_space(session, founding, asking=asking, now=founded)
    space.made_up = True
    held = await _belong(session, space, master=master, founded=founded)
    await _sign_charter(session, held, founded + DAY)
    await _ratify(session, held, founded + 12 * DAY)
    await _agree_on_facilitator(session, held, founded + 45 * DAY, now)
    return held


def _founders() -> list[Founder]:
    people = [
        Founder(f"people-{n}", Side.PEOPLE, one.address, one.name, "Harbour Reach Patients' Table")
        for n, one in enumerate((harbour.MARI, harbour.SEL), start=1)
    ]
    bodies = ((harbour.IDRIS, harbour.HOSPITAL), (harbour.PIA, harbour.COUNCIL))
    return people + [
        Founder(f"body-{n}", Side.BODY, one.address, one.name, code)
        for n, (one, code) in enumerate(bodies, start=1)
    ]


async def _belong(session: AsyncSession, space: Space, *, master: bytes, founded: datetime) -> Held:
    """The founders as they were named, and members who joined within a week."""
    assert space.id is not None
    key = space_key(master, space.id)

    async def standing(one: Character, side: Side, belonging: Belonging) -> Standing:
        account = await account_for(session, one.address, name=one.name, now=founded)
        assert account.id is not None
        if not belonging.founder:
            session.add(
                Membership(
                    space_id=space.id or 0,
                    account_id=account.id,
                    role=Role.MEMBER,
                    since=belonging.joined_at,
                    interests="None.",
                )
            )
        return Standing(account_pseudonym(key, account.id), one.name, side, belonging)

    at_once = Belonging(joined_at=founded, founder=True)
    members = [await standing(one, Side.PEOPLE, at_once) for one in (harbour.MARI, harbour.SEL)]
    for n in range(harbour.MEMBERS):
        one = Character("", f"member-{n + 1}@harbour.example", "member")
        belonging = Belonging(joined_at=founded + DAY + n * 6 * HOUR)
        members.append(await standing(one, Side.PEOPLE, belonging))
    delegates = [
        await standing(one, Side.BODY, Belonging(joined_at=founded, body=f"ods:{code}", founder=True))
        for one, code in ((harbour.IDRIS, harbour.HOSPITAL), (harbour.PIA, harbour.COUNCIL))
    ]
    return Held(space, members, delegates)


async def _answer(
    session: AsyncSession,
    space: Space,
    decision: Decision,
    who: Standing,
    moment: datetime,
    *,
    yes: bool = True,
) -> None:
    assert decision.id is not None
    reply = Reply(
        voter=who.voter,
        yes=yes,
        shown=decision.text,
        reason="" if yes else "I would rather leave it as it is.",
        name=who.name,
    )
    await answer_decision(session, space, decision.id, reply, asking=who.asking(moment), now=moment)


async def _sign_charter(session: AsyncSession, held: Held, moment: datetime) -> None:
    assert held.space.id is not None
    policy = await policy_in_force(session, held.space, moment)
    asking = held.founder.asking(moment)
    decision = await put_founding_charter(session, held.space, policy, asking=asking, now=moment)
    await _answer(session, held.space, decision, held.founder, moment + HOUR)
    await _answer(session, held.space, decision, held.delegates[0], moment + 2 * HOUR)


async def _ratify(session: AsyncSession, held: Held, moment: datetime) -> None:
    """By a double majority: two say no, and both bodies yes."""
    asking = held.founder.asking(moment)
    decision = await put_ratification(session, held.space, asking=asking, now=moment)
    for n, member in enumerate(held.members):
        await _answer(session, held.space, decision, member, moment + 4 * DAY + n * HOUR, yes=n % 11 != 7)
    for delegate in held.delegates:
        await _answer(session, held.space, decision, delegate, moment + 5 * DAY)
    assert decision.id is not None
    assert held.space.id is not None
    await settle_due(session, held.space.id, decision.id, decision.closes_at)


async def _agree_on_facilitator(session: AsyncSession, held: Held, moment: datetime, now: datetime) -> None:
    one = harbour.TANSY
    decision = await put_facilitator(
        session,
        held.space,
        one.address,
        name=one.name,
        until=now + 90 * DAY,
        reason="Tansy has run meetings for both sides before.",
        asking=held.founder.asking(moment),
        now=moment,
    )
    await _answer(session, held.space, decision, held.founder, moment + HOUR)
    await _answer(session, held.space, decision, held.delegates[0], moment + DAY)


def opened_by(held: Held) -> Opener:
    """Opens a consultation as both sides agree to it."""

    async def open_(
        session: AsyncSession, space: Space, consultation: Consultation, moment: datetime
    ) -> None:
        assert consultation.id is not None
        promise = Promise(nothing_decided=True)
        asking = facilitator(moment)
        decision = await put_opening(session, consultation.id, promise=promise, asking=asking, now=moment)
        await _answer(session, space, decision, held.founder, moment + HOUR)
        await _answer(session, space, decision, held.delegates[1], moment + 2 * HOUR)

    return open_


async def be_deciding(session: AsyncSession, held: Held, *, answered: int, open_: int, now: datetime) -> None:
    """An answer given and one overdue, a removal under appeal, decisions with one key turned, proposals."""
    hospital = held.delegates[0].asking(now - 40 * DAY)
    words = AnswerWords(words=harbour.ANSWER)
    await give_answer(session, answered, words, asking=hospital, now=now - 40 * DAY)
    await _appeal(session, held.space, open_, now - DAY)
    await _amend(session, held, now - 10 * DAY)
    await _second_facilitator(session, held, now - 3 * DAY, now)
    await write_together(session, held.space, [*held.members], [*held.delegates], answered, now)


async def _appeal(session: AsyncSession, space: Space, consultation_id: int, moment: datetime) -> None:
    statement = await statement_saying(session, consultation_id, harbour.QUIET_NIGHTS.removed[0].text)
    removal = await removal_of(session, statement.id)
    assert removal is not None
    assert space.id is not None
    removal.words, removal.appealed_at, removal.state = harbour.APPEAL, moment, AppealState.OPEN
    enter(
        session,
        Did.APPEAL_MADE,
        space_id=space.id,
        consultation_id=consultation_id,
        statement_id=statement.id,
        role=Role.PARTICIPANT,
        now=moment,
    )


async def _amend(session: AsyncSession, held: Held, moment: datetime) -> None:
    """Longer to appeal: both bodies have said yes, and fewer people have voted than the quorum asks."""
    policy = await policy_in_force(session, held.space, moment)
    after = policy_of(
        next_version(
            read(policy.file),
            begins=day_in_london(moment + 45 * DAY),
            changes={"moderation": {"appeal_days": 21}},
        )
    )
    asking = held.delegates[0].asking(moment)
    decision = await put_amendment(
        session, held.space, after, reason=harbour.WHY_AMEND, asking=asking, now=moment
    )
    for delegate in held.delegates:
        await _answer(session, held.space, decision, delegate, moment + DAY)
    for n, member in enumerate(held.members[4:16]):
        await _answer(session, held.space, decision, member, moment + 2 * DAY + n * HOUR, yes=n % 5 != 4)
    await discuss(session, held.space, decision, [*held.members[:3], *held.delegates], moment + DAY)


async def _second_facilitator(session: AsyncSession, held: Held, moment: datetime, now: datetime) -> None:
    """The people's key is turned; the bodies' is not."""
    one = harbour.WREN
    decision = await put_facilitator(
        session,
        held.space,
        one.address,
        name=one.name,
        until=now + 120 * DAY,
        reason=harbour.WHY_FACILITATOR,
        asking=held.founder.asking(moment),
        now=moment,
    )
    await _answer(session, held.space, decision, held.founder, moment + HOUR)
