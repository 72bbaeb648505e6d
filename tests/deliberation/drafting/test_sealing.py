"""Sealing a version: what is frozen, what both sides are asked, and what an edit afterwards changes."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError
from sqlmodel import select, update

from charters.agreements import Kind, State, text_of
from charters.canonical import canonical, digest
from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import ProposalState, Role, Standing, StatementState
from deliberation.drafting.beginning import begin_proposal
from deliberation.drafting.clauses import ClauseText, draft_hash
from deliberation.drafting.comments import Comment
from deliberation.drafting.judging_comments import remove_comment
from deliberation.drafting.proposals import Proposal, about_proposal
from deliberation.drafting.sealing import DraftMoved, seal
from deliberation.drafting.supporting import stop_support
from deliberation.drafting.versions import (
    Sealed,
    Version,
    VersionClause,
    answered_before,
    counts_of_versions,
    file_of,
    version_numbered,
    versions_of,
)
from deliberation.drafting.writing import move_clause, revise_clause
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.cautions import HIDDEN
from deliberation.opinion.moderation import RemovalReason
from deliberation.opinion.sealed import erase_sealed
from deliberation.publishing.record import Act, Did
from deliberation.spaces.decisions import Decision
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.both_sides import two_sides
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, TITLE, Writers
from tests.deliberation.drafting.test_writing import OTHER, hash_of


async def read_hash(writers: Writers, number: int = 1) -> str:
    return draft_hash(await writers.proposal(number), await writers.draft(number))


async def sealed_by(writers: Writers, who: str, *, shown: str | None = None, now: Any = NOON) -> Any:
    """Let somebody seal what they have read."""
    read = await read_hash(writers) if shown is None else shown
    key = writers.cast.voter(who)
    return await writers.cast.do(who, seal, writers.cast.space, 1, shown=read, key=key, now=now)


async def decision_on(writers: Writers, kind: Kind = Kind.AGREE_PROPOSAL) -> Decision:
    """The newest decision about proposal 1."""
    async with writers.cast.database.reading() as session:
        query = select(Decision).where(Decision.kind == kind).order_by(Decision.id.desc())  # type: ignore[union-attr]
        found = (await session.exec(query)).first()
    assert found is not None
    return found


async def version(writers: Writers, number: int = 1) -> Sealed:
    async with writers.cast.database.reading() as session:
        return await version_numbered(session, await writers.proposal(), number)


async def edited(writers: Writers, text: ClauseText = OTHER, shown: ClauseText = FIRST) -> None:
    await writers.do("maryam", revise_clause, 1, 1, text, shown=hash_of(shown))


async def test_a_version_has_the_words_and_the_hash_that_were_read(writers: Writers) -> None:
    read = await read_hash(writers)
    made = await sealed_by(writers, "maryam")
    assert (made.number, made.hash, made.title, made.sealed_as) == (1, read, TITLE.title, Role.MEMBER)
    sealed = await version(writers)
    assert [(one.number, one.heading, one.text, one.hash) for one in sealed.clauses] == [
        (1, FIRST.heading, FIRST.text, hash_of(FIRST)),
        (2, SECOND.heading, SECOND.text, hash_of(SECOND)),
    ]
    assert all(one.holds for one in sealed.clauses)
    assert sealed.state is State.OPEN
    assert (await writers.proposal()).state is ProposalState.OPEN


async def test_both_sides_are_asked_to_agree_exactly_this(writers: Writers) -> None:
    made = await sealed_by(writers, "maryam")
    decision = await decision_on(writers)
    assert decision.about == about_proposal(made.proposal_id)
    assert decision.subject == {
        "proposal": 1,
        "version": 1,
        "title": TITLE.title,
        "language": "en",
        "hash": made.hash,
        "clauses": [{"clause": 1, "hash": hash_of(FIRST)}, {"clause": 2, "hash": hash_of(SECOND)}],
    }
    assert decision.text == text_of(Kind.AGREE_PROPOSAL, decision.subject)
    async with writers.cast.database.reading() as session:
        acts = [(one.kind, one.words, one.role) for one in await session.exec(select(Act).order_by("id"))]
    assert acts[-2:] == [
        (Did.VERSION_SEALED, f"Proposal 1, version 1. SHA-256: {made.hash}.", Role.MEMBER),
        (Did.DECISION_PUT, "Agree a proposal. Proposal 1, version 1.", Role.MEMBER),
    ]


async def test_whoever_has_the_file_can_compute_its_hashes(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    proposal, sealed = await writers.proposal(), await version(writers)
    file = file_of(proposal, sealed, space="avonmere")
    assert canonical(file)
    for clause in file["clauses"]:
        words = {part: clause[part] for part in ("heading", "text", "language")}
        assert digest(words) == clause["hash"]
    whole = {part: file[part] for part in ("proposal", "title", "language")}
    named = [{"clause": one["clause"], "hash": one["hash"]} for one in file["clauses"]]
    assert digest(whole | {"clauses": named}) == file["hash"]


async def test_a_draft_that_has_moved_is_not_sealed_unseen(writers: Writers) -> None:
    read = await read_hash(writers)
    await writers.do("deepa", revise_clause, 1, 1, OTHER, shown=hash_of(FIRST))
    with pytest.raises(DraftMoved, match="has changed since you read it"):
        await sealed_by(writers, "maryam", shown=read)
    await writers.do("deepa", revise_clause, 1, 1, FIRST, shown=hash_of(OTHER))
    await writers.do("deepa", move_clause, 1, 1, up=False)
    with pytest.raises(DraftMoved):
        await sealed_by(writers, "maryam", shown=read)
    async with writers.cast.database.reading() as session:
        assert await versions_of(session, await writers.proposal()) == []
    assert (await writers.proposal()).state is ProposalState.DRAFTING


async def test_edits_go_to_the_next_draft_and_touch_no_signature(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    decision = await decision_on(writers)
    await writers.cast.says("ann", decision, now=NOON)
    before = await version(writers)
    await edited(writers)
    await writers.do("sam", move_clause, 1, 1, up=False)
    after = await version(writers)
    assert after.clauses == before.clauses
    kept = await writers.cast.kept(decision)
    assert (kept.text, kept.state, kept.closes_at) == (decision.text, State.OPEN, decision.closes_at)
    await writers.cast.says("deepa", decision, now=NOON + DAY)


async def test_a_newer_version_ends_what_was_asked_and_signers_are_asked_again(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    first = await decision_on(writers)
    await writers.cast.says("ann", first, now=NOON)
    await writers.cast.says("deepa", first, yes=False, now=NOON)
    await edited(writers)
    made = await sealed_by(writers, "maryam", now=NOON + DAY)
    assert made.number == 2
    ended = await writers.cast.kept(first)
    assert (ended.state, ended.ended_at) == (State.LAPSED, NOON + DAY)
    assert (ended.people_yes, ended.people_no, ended.body_yes, ended.body_no) == (1, 0, 0, 1)
    second = await decision_on(writers)
    assert second.id != first.id
    assert (await writers.proposal()).state is ProposalState.OPEN
    async with writers.cast.database.reading() as session:
        asked = {
            who: await answered_before(session, second, writers.cast.voter(who)) for who in ("ann", "joe")
        }
        lapsed = (await session.exec(select(Act).where(Act.kind == Did.DECISION_LAPSED.value))).one()
        assert await counts_of_versions(session, [made.proposal_id, 9]) == {made.proposal_id: 2, 9: 0}
        states = [
            (one.version.number, one.state) for one in await versions_of(session, await writers.proposal())
        ]
    assert asked == {"ann": 1, "joe": None}
    assert lapsed.words == "Agree a proposal. Proposal 1, version 1. A newer version was sealed."
    assert states == [(2, State.OPEN), (1, State.LAPSED)]


async def test_the_same_text_is_not_sealed_twice(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    with pytest.raises(Invalid, match="sealed already"):
        await sealed_by(writers, "maryam")


async def test_of_two_who_seal_at_one_moment_one_does(writers: Writers) -> None:
    await writers.do("deepa", revise_clause, 1, 2, OTHER, shown=hash_of(SECOND))
    done = await asyncio.gather(
        sealed_by(writers, "maryam"), sealed_by(writers, "deepa"), return_exceptions=True
    )
    assert sum(isinstance(one, Invalid | DraftMoved) for one in done) == 1
    async with writers.cast.database.reading() as session:
        assert len(await versions_of(session, await writers.proposal())) == 1


async def test_a_draft_without_words_is_not_sealed(writers: Writers) -> None:
    await writers.do("maryam", begin_proposal, TITLE)
    key, read = writers.cast.voter("maryam"), await read_hash(writers, 2)
    with pytest.raises(Invalid, match="no clause yet"):
        await writers.cast.do("maryam", seal, writers.cast.space, 2, shown=read, key=key, now=NOON)
    async with writers.cast.database.transaction() as session:
        await session.exec(
            update(Comment)
            .where(Comment.text == SECOND.text)  # type: ignore[arg-type]
            .values(state=StatementState.REMOVED, removed_for="off-topic")
        )
    with pytest.raises(Invalid, match="Clause 2 says nothing"):
        await sealed_by(writers, "maryam")


async def test_only_those_who_write_it_and_stand_behind_it_seal(writers: Writers) -> None:
    for who, reason in (
        ("ann", Reason.NOT_A_CO_AUTHOR),
        ("flo", Reason.NEEDS_SIDE),
        ("nobody", Reason.NEEDS_SIDE),
    ):
        with pytest.raises(Refused) as refused:
            await sealed_by(writers, who)
        assert refused.value.reason is reason
    key = writers.cast.voter("maryam")
    await writers.cast.do("maryam", stop_support, writers.cast.space, 1, key=key, now=NOON)
    with pytest.raises(Refused) as refused:
        await sealed_by(writers, "maryam")
    assert refused.value.reason is Reason.NOT_A_CO_AUTHOR
    with pytest.raises(NotFound):
        await version(writers, 9)


@pytest.mark.parametrize(
    ("standing", "clause", "reason"),
    [
        (Standing.PROVISIONAL, "founding", Reason.PROVISIONAL),
        (Standing.TRIAL, "trial", Reason.TRIAL_DECIDES_NOTHING),
    ],
)
async def test_where_nothing_can_be_agreed_yet_the_clause_says_why(
    writers: Writers, standing: Standing, clause: str, reason: Reason
) -> None:
    async with writers.cast.database.transaction() as session:
        await session.exec(update(Space).values(standing=standing))
    async with writers.cast.database.reading() as session:
        space = await session.get(Space, writers.cast.space.id)
    assert space is not None
    writers.cast = replace(writers.cast, space=space)
    with pytest.raises(Refused) as refused:
        await sealed_by(writers, "maryam")
    assert (refused.value.clause, refused.value.reason) == (clause, reason)


async def test_with_both_keys_turned_it_is_agreed_and_written_no_more(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    decision = await decision_on(writers)
    for who in ("maryam", "joe", "ann", "deepa", "sam"):
        await writers.cast.says(who, decision, now=NOON)
    assert (await writers.cast.tick(decision, decision.closes_at)).state is State.AGREED
    assert (await writers.proposal()).state is ProposalState.AGREED
    with pytest.raises(Refused) as refused:
        await edited(writers)
    assert refused.value.reason is Reason.NOT_WRITTEN
    with pytest.raises(Refused) as refused:
        await sealed_by(writers, "maryam", now=decision.closes_at)
    assert refused.value.reason is Reason.NOT_WRITTEN


@pytest.mark.parametrize(
    "votes", [{}, {"maryam": True, "joe": True, "ann": True, "deepa": False, "sam": False}]
)
async def test_without_both_keys_writing_goes_on(writers: Writers, votes: dict[str, bool]) -> None:
    await sealed_by(writers, "maryam")
    decision = await decision_on(writers)
    for who, yes in votes.items():
        await writers.cast.says(who, decision, yes=yes, now=NOON)
    ended = await writers.cast.tick(decision, decision.closes_at)
    assert ended.state is (State.DECLINED if votes else State.LAPSED)
    assert (await writers.proposal()).state is ProposalState.DRAFTING
    # The same text may be put again.
    assert (await sealed_by(writers, "maryam", now=decision.closes_at)).number == 2


async def test_what_has_just_been_agreed_is_not_ended_by_a_newer_version(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    decision = await decision_on(writers)
    for who in ("maryam", "joe", "ann", "deepa", "sam"):
        await writers.cast.says(who, decision, now=NOON)
    await edited(writers)
    with pytest.raises(Refused) as refused:
        await sealed_by(writers, "maryam", now=decision.closes_at)
    assert refused.value.reason is Reason.NOT_WRITTEN
    assert (await writers.cast.tick(decision, decision.closes_at)).state is State.AGREED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE version SET hash = 'x'",
        "DELETE FROM version",
        "DELETE FROM version_clause",
        "UPDATE version_clause SET text = 'Something else.'",
        "UPDATE version_clause SET heading = 'x', text = ''",
        "UPDATE version_clause SET hash = 'x', heading = '', text = ''",
    ],
)
async def test_the_database_refuses_to_change_a_version(writers: Writers, change: str) -> None:
    await sealed_by(writers, "maryam")
    with pytest.raises(DatabaseError, match="never changed"):
        async with writers.cast.database.transaction() as session:
            await session.exec(sql(change))  # type: ignore[call-overload]


async def test_words_that_were_removed_are_withheld_and_their_hash_stays(writers: Writers) -> None:
    await sealed_by(writers, "maryam")
    async with writers.cast.database.transaction() as session:
        await session.exec(
            update(Comment)
            .where(Comment.text == FIRST.text)  # type: ignore[arg-type]
            .values(state=StatementState.REMOVED, removed_for="privacy")
        )
    (first, second) = (await version(writers)).clauses
    assert (first.text, first.withheld, first.holds, first.hash) == ("", True, False, hash_of(FIRST))
    assert second.holds
    file = file_of(await writers.proposal(), await version(writers), space="avonmere")
    assert file["clauses"][0] == {"clause": 1, "hash": hash_of(FIRST), "withheld": True}
    # Where they may not even be kept, they are blanked: the one change that the database lets through.
    async with writers.cast.database.transaction() as session:
        await session.exec(update(VersionClause).values(text="", heading=""))
    assert all(one.withheld for one in (await version(writers)).clauses)


async def test_words_that_a_facilitator_removed_are_erased_from_every_version_in_time(
    writers: Writers,
) -> None:
    await sealed_by(writers, "maryam")
    (first, _) = await writers.draft()
    assert first.words is not None
    asked = {"reason": RemovalReason.IDENTIFYING, "by": "flo", "now": NOON}
    await writers.cast.do("flo", remove_comment, writers.cast.space, first.words.id, **asked)
    for days, kept in ((80, FIRST.text), (91, "")):
        async with writers.cast.database.transaction() as session:
            await erase_sealed(session, NOON + days * DAY)
        async with writers.cast.database.reading() as session:
            texts = list(await session.exec(select(VersionClause.text).order_by("position")))
        assert texts == [kept, SECOND.text]
    async with writers.cast.database.reading() as session:
        row = await session.get(Comment, first.words.id)
    assert row is not None
    assert (row.heading, row.text) == ("", HIDDEN)


async def test_in_a_space_that_was_never_sided_nothing_is_sealed(database: Database) -> None:
    writers = Writers(await two_sides(database, Standing.TRIAL))
    async with database.transaction() as session:
        session.add(
            Proposal(
                space_id=writers.cast.space.id or 0, number=1, title="Given", language="en", created_at=NOON
            )
        )
    with pytest.raises(Refused) as refused:
        await sealed_by(writers, "maryam", shown="any")
    assert refused.value.reason is Reason.TRIAL_DECIDES_NOTHING


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_sealing_and_the_end_of_the_older_decision_at_one_moment_do_not_wait_for_each_other(
    writers: Writers,
) -> None:
    await sealed_by(writers, "maryam")
    decision = await decision_on(writers)
    for who in ("maryam", "joe", "ann", "deepa", "sam"):
        await writers.cast.says(who, decision, now=NOON)
    await edited(writers)
    moment = decision.closes_at
    done = await asyncio.gather(
        *(writers.cast.tick(decision, moment) for _ in range(3)),
        *(sealed_by(writers, "maryam", now=moment - DAY) for _ in range(3)),
        return_exceptions=True,
    )
    assert all(isinstance(one, Decision | Version | Refused | Invalid | DraftMoved) for one in done)
    ended = await writers.cast.kept(decision)
    state = (await writers.proposal()).state
    assert (ended.state, state) in [
        (State.AGREED, ProposalState.AGREED),
        (State.LAPSED, ProposalState.OPEN),
    ]
    async with writers.cast.database.reading() as session:
        count = len(await versions_of(session, await writers.proposal()))
    assert count == (1 if state is ProposalState.AGREED else 2)
