"""Making the demonstration: facilitators act through the verbs that keep the rules; votes are loaded as rows.

The same seed makes the same places, people and opinions; only the days depend on when it is made.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Standing
from deliberation.opinion.analyses import Cause, ask_for_analysis
from deliberation.opinion.loading import LoadedParticipant, LoadedVote, load_participants, load_votes
from deliberation.opinion.seeds import Seed, add_seeds
from deliberation.opinion.statements import open_statements
from deliberation.people.participants import space_key
from deliberation.running.installation import take_turn
from deliberation.spaces.attesting import change_attestation
from deliberation.spaces.charters import given_under, policy_in_force
from deliberation.spaces.consultations import (
    Consultation,
    ConsultationText,
    create_consultation,
)
from deliberation.spaces.days import day_in_london, first_moment, last_moment
from deliberation.spaces.opening import Promise, open_consultation
from deliberation.spaces.spaces import Space, all_spaces, found, space_if_any
from participate.demonstration.agreed import Opener, be_deciding, found_harbour, opened_by
from participate.demonstration.cast import SPACE, appoint_cast
from participate.demonstration.clause_voting import vote_on_clauses
from participate.demonstration.evenings import EVENINGS
from participate.demonstration.harbour import GOING_HOME, QUIET_NIGHTS
from participate.demonstration.saying import facilitator, pseudonym, report_all, say_all
from participate.demonstration.script import Script
from participate.demonstration.smaller import GETTING_THERE, WAITING_ROOMS
from participate.demonstration.under_way import be_under_way
from participate.demonstration.votes import InventedVote, checked_of_each, invented_votes
from participate.who_may_vote import CHOICES

POLICY = "open-health-space"
SEED = 1
IN_ORDER_OF_TIME = (GETTING_THERE, EVENINGS, WAITING_ROOMS)
IN_ORDER_OF_INTEREST = (EVENINGS, GETTING_THERE, WAITING_ROOMS)
FRAMED_BEFORE = timedelta(days=3)
ANSWERED_AFTER = timedelta(days=56)
FOUNDED_BEFORE = timedelta(days=100)


async def make_if_empty(session: AsyncSession, *, master: bytes, now: datetime, seed: int = SEED) -> bool:
    """Make the demonstration where there is no space at all; says whether it was made."""
    await (await session.connection()).run_sync(take_turn, "demonstration")
    if await all_spaces(session):
        return False
    await make(session, master=master, now=now, seed=seed)
    return True


async def is_here(session: AsyncSession) -> bool:
    """Whether this database has the demonstration."""
    space = await space_if_any(session, SPACE.slug)
    return space is not None and space.made_up


async def make(session: AsyncSession, *, master: bytes, now: datetime, seed: int = SEED) -> None:
    """Make the space, its cast, three consultations with their votes, two without, and ask for maps.

    All in one transaction: what broke off would otherwise pass for a demonstration.
    """
    founded = now - FOUNDED_BEFORE
    space = await found(session, SPACE, standing=Standing.TRIAL, policy=POLICY, now=founded, made_up=True)
    assert space.id is not None
    await appoint_cast(session, space.id, since=founded, now=now)
    made = {}
    for script in IN_ORDER_OF_TIME:
        made[script.slug] = await _hold(session, space, script, master=master, now=now, seed=seed)
    evenings, waiting_rooms = made[EVENINGS.slug], made[WAITING_ROOMS.slug]
    await be_under_way(session, space, evenings=evenings, waiting_rooms=waiting_rooms, now=now)
    asked = [made[script.slug] for script in IN_ORDER_OF_INTEREST]
    asked += await _make_harbour(session, master=master, now=now, seed=seed)
    for consultation_id in asked:
        await ask_for_analysis(session, consultation_id, cause=Cause.VOTES, now=now)


async def _make_harbour(session: AsyncSession, *, master: bytes, now: datetime, seed: int) -> list[int]:
    """The place that both sides hold; returns its consultations."""
    held = await found_harbour(session, master=master, now=now)
    ids = [
        await _hold(
            session, held.space, script, master=master, now=now, seed=seed, opening_by=opened_by(held)
        )
        for script in (GOING_HOME, QUIET_NIGHTS)
    ]
    await be_deciding(session, held, answered=ids[0], open_=ids[1], now=now)
    await vote_on_clauses(session, held.space, master=master, now=now, seed=seed)
    return ids


async def _hold(
    session: AsyncSession,
    space: Space,
    script: Script,
    *,
    master: bytes,
    now: datetime,
    seed: int,
    opening_by: Opener | None = None,
) -> int:
    today = day_in_london(now)
    opening = first_moment(today - timedelta(days=script.opened))
    # Whole days, so that who votes what does not depend on the hour.
    votes = invented_votes(script, seed, span=timedelta(days=script.opened - script.last_voter))
    closing = last_moment(today + timedelta(days=script.closes))
    consultation = await _framed(session, space, script, opening, closing, opening_by or _alone)
    assert space.id is not None
    assert consultation.id is not None
    people = await _arrive(session, space.id, script, votes, opening, master=master, now=now, seed=seed)
    await say_all(session, consultation, script, votes, people, opening, now)
    ids = {statement.text: statement.id for statement in await open_statements(session, consultation.id)}
    policy = given_under(await policy_in_force(session, space, opening))
    await load_votes(
        session,
        [
            LoadedVote(
                people[vote.person],
                ids[script.statements[vote.statement].text],
                vote.value,
                min(opening + vote.after, now),
                policy,
            )
            for vote in votes
        ],
    )
    await report_all(session, consultation.id, script, space.policy, key=space_key(master, space.id), now=now)
    return consultation.id


async def _framed(
    session: AsyncSession,
    space: Space,
    script: Script,
    opening: datetime,
    closing: datetime,
    opening_by: Opener,
) -> Consultation:
    """Made, seeded and set to open on its day."""
    moment = opening - FRAMED_BEFORE
    consultation = await create_consultation(
        session,
        space,
        ConsultationText(
            slug=script.slug, title=script.title, question=script.question, background=script.background
        ),
        opens_at=opening,
        closes_at=closing,
        answer_by=last_moment(day_in_london(closing) + ANSWERED_AFTER),
        asking=facilitator(moment),
        now=moment,
    )
    assert consultation.id is not None
    first = [one for one in script.statements if one.day == 0]
    seeds = [Seed(f"Line {line}", one.text, one.language) for line, one in enumerate(first, start=1)]
    await add_seeds(session, consultation.id, seeds, asking=facilitator(moment), now=moment)
    if script.checked:
        await change_attestation(
            session,
            consultation.id,
            attested=CHOICES["everybody"],
            headline=CHOICES["known"],
            asking=facilitator(moment),
            now=moment,
        )
    await opening_by(session, space, consultation, moment)
    return consultation


async def _alone(session: AsyncSession, space: Space, consultation: Consultation, moment: datetime) -> None:
    """What a facilitator may do in a trial."""
    assert consultation.id is not None
    promise = Promise(nothing_decided=True)
    await open_consultation(session, consultation.id, promise=promise, asking=facilitator(moment), now=moment)


async def _arrive(
    session: AsyncSession,
    space_id: int,
    script: Script,
    votes: Sequence[InventedVote],
    opening: datetime,
    *,
    master: bytes,
    now: datetime,
    seed: int,
) -> list[int]:
    """The participants' ids, in the order of the people of the script."""
    key = space_key(master, space_id)
    first = {vote.person: vote.after for vote in reversed(votes)}
    people = [
        LoadedParticipant(pseudonym(key, script.first_person + n), min(opening + first[n], now), checked)
        for n, checked in enumerate(checked_of_each(script, seed))
    ]
    ids = await load_participants(session, space_id, people)
    return [ids[person.key] for person in people]
