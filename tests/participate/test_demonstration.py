"""The demonstration is the same for everybody, plainly made up, and has something for every page."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import adjusted_rand_score
from sqlmodel import select

from charters.agreements import Kind, State
from charters.appeals import AppealState
from charters.fairness import EVERY_GATE, opening_held_by
from charters.panels import panel
from charters.policy import load_policy
from charters.states import Phase, ProposalState, Role, Side, Standing, StatementState
from clustering import analyse
from clustering.matrix import VoteMatrix
from deliberation.drafting.clauses import cited_in, standing_clauses
from deliberation.drafting.proposals import co_authors_of, proposals_of
from deliberation.drafting.suggestions import SuggestionState, suggestions_on
from deliberation.drafting.versions import versions_of
from deliberation.opinion.appeals import removal_of
from deliberation.opinion.in_line import in_line, statements_in
from deliberation.opinion.moderation import RemovalReason
from deliberation.opinion.opinion_map import newest_published
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant
from deliberation.publishing.answers import answers_in, mark_overdue, owed_in
from deliberation.publishing.record import acts_of
from deliberation.running.jobs import JobState, counts
from deliberation.spaces.charters import policy_in_force, signed_versions
from deliberation.spaces.consultations import (
    Consultation,
    consultation_named,
    everywhere,
    framed_of,
    phase_of,
)
from deliberation.spaces.days import last_moment
from deliberation.spaces.decisions import answers_to, decisions_of
from deliberation.spaces.spaces import all_spaces, space_named
from participate import analysing
from participate.db import Database
from participate.demonstration.evenings import AS_IT_IS, EVENINGS
from participate.demonstration.harbour import GOING_HOME, QUIET_NIGHTS
from participate.demonstration.making import IN_ORDER_OF_TIME, is_here, make, make_if_empty
from participate.demonstration.signing_in import EVERYBODY, sign_in_links
from participate.demonstration.votes import added_after, group_of_each, invented_votes
from participate.migrations import upgrade
from participate.settings import Settings
from participate.worker import Worker
from tests.databases import copied_database, migrated_database
from tests.populate import row_counts
from tests.sharing import shared_folder

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MASTER = b"a pseudonym key for tests, long enough"
SPAN = timedelta(days=EVENINGS.opened)
ANALYSED = (*IN_ORDER_OF_TIME, GOING_HOME, QUIET_NIGHTS)
HANDLERS = {"analyse": analysing.analyse, "landscape": analysing.draw}


def demonstration(url: str) -> None:
    """A database with the demonstration in it."""
    upgrade(url)
    asyncio.run(_make(url))


async def _make(url: str) -> None:
    database = Database(url)
    async with database.transaction() as session:
        assert await make_if_empty(session, master=MASTER, now=NOW)
    await database.close()


def analysed(url: str) -> None:
    """The same after as many jobs as there are consultations, whichever the worker takes first."""
    demonstration(url)
    asyncio.run(_work(url))


async def _work(url: str) -> None:
    database = Database(url)
    settings = Settings(database_url=url, pseudonym_key=MASTER.decode(), var=str(shared_folder() / "var"))
    worker = Worker(database, settings, handlers=HANDLERS)
    for _ in ANALYSED:
        assert await worker.run_once()
    await database.close()


@pytest.fixture
def filled() -> Callable[[str], None]:
    return demonstration


@pytest.fixture
def database_url(kind: str, filled: Callable[[str], None]) -> str:
    return copied_database(kind, filled.__name__, filled)


@pytest.fixture
def made(database: Database) -> Database:
    """The three lanes on a database that has the demonstration."""
    return database


# The analyses of all its consultations take as long as hundreds of other tests.
after_the_analyses = pytest.mark.parametrize("filled", [pytest.param(analysed, marks=pytest.mark.prove)])


async def story(database: Database) -> list[Any]:
    """What was said and voted, with times counted from the opening and people by their pseudonyms."""
    async with database.reading() as session:
        rows = await session.exec(
            select(Consultation, Statement, Vote, Participant)
            .join(Statement, Statement.consultation_id == Consultation.id)  # type: ignore[arg-type]
            .join(Vote, Vote.votable_id == Statement.id)  # type: ignore[arg-type]
            .join(Participant, Participant.id == Vote.participant_id)  # type: ignore[arg-type]
        )
        return sorted(
            (held.slug, said.number, said.text, person.key, vote.value, vote.cast_at - held.opens_at)
            for held, said, vote, person in rows
        )


async def test_the_same_seed_tells_the_same_story_whatever_the_hour(made: Database) -> None:
    other = Database(migrated_database("sqlite"))
    async with other.transaction() as session:
        await make(session, master=MASTER, now=NOW + timedelta(hours=9, minutes=17))
    assert await story(other) == await story(made)
    await other.close()


def test_another_seed_tells_another() -> None:
    assert invented_votes(EVENINGS, 1, span=SPAN) == invented_votes(EVENINGS, 1, span=SPAN)
    assert invented_votes(EVENINGS, 1, span=SPAN) != invented_votes(EVENINGS, 2, span=SPAN)


def test_forty_statements_are_short_and_all_different_and_six_are_welsh() -> None:
    texts = [one.text for one in EVENINGS.statements]
    assert len(texts) == len({text.casefold() for text in texts}) == 40
    assert max(map(len, texts)) <= 140
    assert sum(one.language == "cy" for one in EVENINGS.statements) == 6
    assert {len(one.leaning) for one in EVENINGS.statements} == {len(EVENINGS.groups)}


async def test_there_is_one_consultation_in_each_phase_and_one_that_has_just_opened(made: Database) -> None:
    async with made.reading() as session:
        held = {consultation.slug: consultation for _, consultation in await everywhere(session)}
        phases = {slug: phase_of(one, NOW) for slug, one in held.items()}
    assert phases == {
        "evenings": Phase.OPEN,
        "waiting-rooms": Phase.OPEN,
        "getting-there": Phase.CLOSED,
        "ringing": Phase.PAUSED,
        "carers-week": Phase.NOT_OPEN,
        "going-home": Phase.CLOSED,
        "quiet-nights": Phase.OPEN,
    }
    assert held["evenings"].closes_at == last_moment(NOW.date() + timedelta(days=21))


async def test_statements_stand_in_every_state_and_removals_are_on_the_record(made: Database) -> None:
    async with made.reading() as session:
        space, held = await consultation_named(session, "avonmere", "evenings")
        assert held.id is not None
        assert space.id is not None
        published = await statements_in(session, held.id, StatementState.PUBLISHED)
        removed = await statements_in(session, held.id, StatementState.REMOVED)
        waiting = await in_line(session, held.id)
        acts = Counter(act.kind for act in await acts_of(session, space.id))
    assert (len(published), len(waiting)) == (40, 9)
    assert len(waiting[0].reports) == 2
    assert [kind.value for one in waiting for kind in one.cautions.kinds] == ["phone"]
    assert all(one.same_as for one in removed if one.removed_for == RemovalReason.DUPLICATE)
    assert {one.removed_for for one in removed} == {
        RemovalReason.IDENTIFYING,
        RemovalReason.SEVERAL_IDEAS,
        RemovalReason.DUPLICATE,
    }
    assert all(one.removed_note and one.author_id for one in removed)
    assert acts["statement-removed"] == 3
    assert (acts["consultation-made"], acts["consultation-opened"]) == (5, 4)
    for kind in ("consultation-paused", "notice-changed", "invitation-made"):
        assert acts[kind] == 1


async def test_harbour_reach_is_held_by_both_sides_and_in_the_middle_of_deciding(made: Database) -> None:
    async with made.reading() as session:
        space = await space_named(session, "harbour-reach")
        assert space.id is not None
        assert space.standing is Standing.RATIFIED
        decisions = await decisions_of(session, space.id)
        [signed] = await signed_versions(session, space.id)
        policy = await policy_in_force(session, space, NOW)
        assert policy.digest == signed.charter.digest
        states = [(one.kind, one.state) for one in reversed(decisions)]
        amendment = next(one for one in decisions if one.kind is Kind.AMEND_CHARTER)
        assert amendment.id is not None
        shown = panel(
            amendment.agreement, [a.answer for a in await answers_to(session, amendment.id)], now=NOW
        )
        _, quiet = await consultation_named(session, "harbour-reach", "quiet-nights")
        assert quiet.id is not None
        [removed] = await statements_in(session, quiet.id, StatementState.REMOVED)
        removal = await removal_of(session, removed.id)
        _, going = await consultation_named(session, "harbour-reach", "going-home")
        assert going.id is not None
        answers = await answers_in(session, going.id)
    agreed = [
        Kind.ADOPT_CHARTER, Kind.RATIFY_CHARTER, Kind.APPOINT_FACILITATOR,
        Kind.OPEN_CONSULTATION, Kind.OPEN_CONSULTATION,
    ]  # fmt: skip
    open_ = [Kind.AMEND_CHARTER, Kind.APPOINT_FACILITATOR, Kind.AGREE_PROPOSAL]
    assert states == [(kind, State.AGREED) for kind in agreed] + [(kind, State.OPEN) for kind in open_]
    assert shown.sides[Side.BODY].quorum_reached
    assert not shown.sides[Side.PEOPLE].quorum_reached
    assert removal is not None
    assert (removal.state, removal.decided_at) == (AppealState.OPEN, None)
    assert [one.body for one in answers] == ["ods:DEMO01"]


async def test_harbour_reach_writes_two_proposals(made: Database) -> None:
    async with made.reading() as session:
        space = await space_named(session, "harbour-reach")
        begun, open_ = await proposals_of(session, space.id or 0)
        assert (begun.state, open_.state) == (ProposalState.DRAFTING, ProposalState.OPEN)
        standing = await standing_clauses(session, open_.id)
        cited = await cited_in(session, open_.id)
        suggestions = await suggestions_on(session, open_)
        roles = {one.role for one in await co_authors_of(session, open_.id)}
        [sealed] = await versions_of(session, open_)
    assert [one.clause.number for one in standing] == [1, 2, 3, 4, 5]
    assert len(cited) == 4, "all but the last began from a statement"
    states = sorted(one.suggestion.state for found in suggestions.values() for one in found)
    assert states == [SuggestionState.ACCEPTED, SuggestionState.OPEN, SuggestionState.REJECTED]
    assert roles == {Role.MEMBER, Role.DELEGATE}
    assert sealed.version.number == 1
    sealed_text = {one.number: one.text for one in sealed.clauses}
    assert sealed_text[4] != standing[3].words.text, "the next draft goes on"


@after_the_analyses
async def test_one_body_of_harbour_reach_is_late_with_its_answer(made: Database) -> None:
    async with made.transaction() as session:
        space, going = await consultation_named(session, "harbour-reach", "going-home")
        policy = await policy_in_force(session, space, NOW)
        owed = await owed_in(session, space, going, policy, now=NOW)
        assert [(one.body, one.overdue) for one in owed] == [("ods:DEMO01", False), ("ods:DEMO02", True)]
        assert await mark_overdue(session, NOW) == 1


async def test_the_draft_is_kept_shut_by_gates_and_the_pause_ends_by_itself(made: Database) -> None:
    async with made.reading() as session:
        _, draft = await consultation_named(session, "avonmere", "carers-week")
        _, ringing = await consultation_named(session, "avonmere", "ringing")
    fairness = load_policy("open-health-space").fairness
    assert opening_held_by(fairness, framed_of(draft), NOW) == EVERY_GATE
    assert ringing.paused_until is not None
    assert phase_of(ringing, ringing.paused_until) is Phase.OPEN


async def test_votes_are_spread_over_six_weeks_and_over_some_of_the_statements(made: Database) -> None:
    by_person: dict[str, list[tuple[int, timedelta]]] = defaultdict(list)
    values: Counter[int] = Counter()
    people = defaultdict(set)
    for slug, _, _, person, value, after in await story(made):
        people[slug].add(person)
        if slug == "evenings":
            by_person[person].append((value, after))
            values[value] += 1
    assert {slug: len(them) for slug, them in people.items()} == {
        "evenings": 258,
        "waiting-rooms": 12,
        "getting-there": 90,
        "going-home": 67,
        "quiet-nights": 31,
    }
    ballots = sorted(len(votes) for votes in by_person.values())
    assert ballots[0] >= 8
    assert ballots[-1] <= 40
    assert 15 <= ballots[len(ballots) // 2] <= 28
    assert 0.05 < values[0] / values.total() < 0.25
    weeks = Counter(after.days // 7 for votes in by_person.values() for _, after in votes)
    assert sorted(weeks) == [0, 1, 2, 3, 4, 5]
    assert min(weeks.values()) > 100


async def test_nobody_votes_before_a_statement_is_there_or_after_now(made: Database) -> None:
    async with made.reading() as session:
        rows = await session.exec(
            select(Statement.created_at, Vote.cast_at).join(Vote, Vote.votable_id == Statement.id)  # type: ignore[arg-type]
        )
        assert all(written <= cast <= NOW for written, cast in rows)
    assert max(added_after(one, n) for n, one in enumerate(EVENINGS.statements)) < SPAN


def test_the_planted_groups_are_found_again() -> None:
    votes = invented_votes(EVENINGS, 1, span=SPAN)
    planted = group_of_each(EVENINGS, 1)
    cast = Counter(vote.person for vote in votes)
    analysis = analyse(
        VoteMatrix.from_votes(
            [vote.person for vote in votes],
            [vote.statement for vote in votes],
            [vote.value for vote in votes],
        )
    )
    people = [who for who in analysis.group_of if cast[who] >= 7]
    found = [analysis.group_of[who] for who in people]
    assert analysis.k == 3
    assert adjusted_rand_score([planted[who] for who in people], found) >= 0.7


def test_a_few_hold_a_view_that_most_do_not() -> None:
    planted = group_of_each(EVENINGS, 1)
    theirs = {EVENINGS.statements.index(one) for one in AS_IT_IS}
    agreed: dict[bool, list[bool]] = {True: [], False: []}
    for vote in invented_votes(EVENINGS, 1, span=SPAN):
        if vote.statement in theirs:
            agreed[planted[vote.person] == "as it is"].append(vote.value == 1)
    assert sum(agreed[True]) / len(agreed[True]) > 0.75
    assert sum(agreed[False]) / len(agreed[False]) < 0.3
    assert planted.count("as it is") == 18


async def test_it_is_made_once_and_never_among_other_things(made: Database, database_url: str) -> None:
    before = row_counts(database_url)
    async with made.transaction() as session:
        assert not await make_if_empty(session, master=MASTER, now=NOW + timedelta(days=1))
        assert await is_here(session)
        assert [space.made_up for space in await all_spaces(session)] == [True, True]
    assert row_counts(database_url) == before


async def test_each_of_the_cast_gets_a_link_of_their_own(made: Database) -> None:
    async with made.transaction() as session:
        links = await sign_in_links(session, now=NOW)
    assert [one for one, _ in links] == list(EVERYBODY)
    assert len({path for _, path in links}) == len(EVERYBODY)
    assert all(one.address.endswith(".example") for one in EVERYBODY)


async def test_every_consultation_waits_for_its_map(made: Database) -> None:
    async with made.reading() as session:
        assert (await counts(session))[JobState.WAITING] == len(ANALYSED)


@after_the_analyses
async def test_the_worker_publishes_a_result_of_those_that_have_enough_people(made: Database) -> None:
    async with made.reading() as session:
        assert (await counts(session))[JobState.FAILED] == 0
        results = {}
        for _, held in await everywhere(session):
            assert held.id is not None
            published = await newest_published(session, held.id)
            results[held.slug] = len(published.content["groups"]) if published is not None else None
            if held.slug == "evenings":
                assert published is not None
                beside = published.content["attestation"]
    nobody_yet = dict.fromkeys(("carers-week", "ringing"))
    trial = {"evenings": 3, "getting-there": 2, "waiting-rooms": None, **nobody_yet}
    assert results == {**trial, "going-home": 2, "quiet-nights": 2}
    assert beside["shown"]
    assert any(not one["attested"]["suppressed"] for one in beside["statements"])


@after_the_analyses
async def test_the_second_picture_comes_after_every_result(
    made: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with made.reading() as session:
        _, held = await consultation_named(session, "avonmere", "evenings")
        assert held.id is not None
        published = await newest_published(session, held.id)
        assert (await counts(session))[JobState.DONE] == len(ANALYSED)
    assert published is not None
    assert published.landscape is None

    async def drawn(*_: Any) -> dict[str, str]:
        """The picture itself takes long and is tested where it is made."""
        return {"drawn": "at once"}

    monkeypatch.setattr(analysing, "limited", drawn)
    worker = Worker(made, settings, handlers=HANDLERS)
    while await worker.run_once():
        pass
    async with made.reading() as session:
        published = await newest_published(session, held.id)
        assert (await counts(session))[JobState.FAILED] == 0
    assert published is not None
    assert published.landscape == {"drawn": "at once"}
