"""Who votes how on the clauses that are sealed in the demonstration: drawn from a seed, as for statements."""

from datetime import datetime, timedelta
from random import Random

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.clause_questions import asked_of
from deliberation.drafting.proposals import proposal_numbered
from deliberation.opinion.loading import LoadedParticipant, LoadedVote, load_participants, load_votes
from deliberation.people.participants import space_key
from deliberation.spaces.charters import given_under, policy_in_force
from deliberation.spaces.spaces import Space
from participate.demonstration.harbour import GOING_HOME
from participate.demonstration.saying import pseudonym
from participate.demonstration.script import LEANINGS
from participate.demonstration.votes import group_of_each

CLAUSES = {1: ("Y", "Y", "y"), 2: ("Y", "Y", "Y"), 3: ("Y", "y", "y"), 4: ("y", "Y", "."), 5: ("Y", "n", ".")}
"""For each clause the leaning of those who live alone, of those with somebody at home, and of newcomers."""
NEWCOMERS = range(100, 136)
"""People who vote on clauses and have answered no question before, so they are in no group."""
STAY_AWAY = 0.1


async def vote_on_clauses(
    session: AsyncSession, space: Space, *, master: bytes, now: datetime, seed: int
) -> None:
    """Let most of those who answered the question, and some newcomers, vote on what is sealed."""
    assert space.id is not None
    chance = Random(f"{seed} clauses")  # noqa: S311  invented people
    key, since = space_key(master, space.id), now - timedelta(days=3)
    groups = list(GOING_HOME.groups)
    leaning = [groups.index(group) for group in group_of_each(GOING_HOME, seed)]
    coming = [(GOING_HOME.first_person + n, group) for n, group in enumerate(leaning)]
    coming += [(n, len(groups)) for n in NEWCOMERS]
    people = [LoadedParticipant(pseudonym(key, n), since) for n, _ in coming]
    ids = await load_participants(session, space.id, people)
    _, asked = await asked_of(session, await proposal_numbered(session, space.id, 1))
    policy = given_under(await policy_in_force(session, space, now))
    votes = []
    for n, group in coming:
        moment = since + timedelta(minutes=chance.uniform(1, 3 * 24 * 60 - 1))
        for one in asked:
            if chance.random() >= STAY_AWAY:
                value = _value(CLAUSES[one.clause.number][group], chance)
                votes.append(LoadedVote(ids[pseudonym(key, n)], one.question.id, value, moment, policy))
    await load_votes(session, votes)


def _value(leaning: str, chance: Random) -> int:
    agree, disagree = LEANINGS[leaning]
    drawn = chance.random()
    return 1 if drawn < agree else -1 if drawn < agree + disagree else 0
