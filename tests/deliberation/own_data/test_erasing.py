"""After taking everything back a full scan for the person's key finds nothing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlmodel import func, select

from charters.appeals import AppealState
from charters.states import Role, Side, StatementState
from deliberation.drafting.clause_questions import ClauseBasis, ClauseQuestion
from deliberation.drafting.clauses import Clause, Revision, Source
from deliberation.drafting.comment_reports import CommentReport
from deliberation.drafting.comments import Comment, Discussion, Form, Stance, discussion_of
from deliberation.drafting.live.document import Document, Written
from deliberation.drafting.live.keeping import Change, add_changes, held_text
from deliberation.drafting.live.saving import open_text
from deliberation.drafting.live.tables import Presence
from deliberation.drafting.proposals import CoAuthor, Proposal
from deliberation.drafting.suggestions import Suggestion, SuggestionAnswer
from deliberation.following.following import Place, follow
from deliberation.opinion.appeals import AppealVerdict, CommentRemoval, CommentVerdict, Removal
from deliberation.opinion.cautions import HIDDEN
from deliberation.opinion.frozen import FrozenGroup
from deliberation.opinion.opinion_map import PublishedBasis, WorkingMap
from deliberation.opinion.reports import Report
from deliberation.opinion.statements import Statement, Votable
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Vote
from deliberation.own_data.erasing import erase_account, erase_parts
from deliberation.own_data.held import everything_of
from deliberation.own_data.keys import pseudonyms
from deliberation.own_data.register import REGISTER
from deliberation.people.accounts import Account, account_for
from deliberation.people.addresses import AddressChange
from deliberation.people.memberships import appoint
from deliberation.people.outside import OutsideIdentity
from deliberation.people.participants import Participant, participant_if_any
from deliberation.people.passkeys import Passkey
from deliberation.people.recovery_codes import RecoveryCode
from deliberation.people.sessions import offer_link, sign_in
from deliberation.publishing.ballots import changed_since
from deliberation.publishing.record import Did, acts_in, enter
from deliberation.running.outbox import Cause, Mail, queue_mail
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import Candidate, Decision, KeyAnswer
from deliberation.spaces.invitations import Invitation, InvitationEntry
from deliberation.spaces.paper_sheets import PaperSheet
from deliberation.spaces.spaces import Space
from participate.db import Database
from participate.forgetting import forget_traces
from tests.deliberation.own_data.conftest import Act

Make = Callable[..., Visitor]
SECRET, APPEAL = "Secret words of a report.", "Secret words of an appeal."
COMMENT = "What I think of it, at length."
CLAUSE = "What stands in a clause is common to both sides."
OWN, SHARED = "More benches in the park, please.", "Buses that come when the list says."


@dataclass
class Anne:
    """She has an account and has done everything that is kept of anybody."""

    visitor: Visitor
    keys: Mapping[int, Sequence[str]]
    id: int
    account_id: int


@pytest.fixture
async def anne(
    database: Database,
    space: Space,
    voting: Consultation,
    visitor: Make,
    votes: Act,
    says: Act,
    reports: Act,
    now: datetime,
) -> Anne:
    assert space.id is not None
    assert voting.id is not None
    async with database.transaction() as session:
        account = await account_for(session, "anne@example.org", name="Anne Ashworth", now=now)
        assert account.id is not None
        await appoint(session, space.id, account.id, Role.FACILITATOR, since=now)
        await offer_link(session, account.address, "a" * 64, now=now)
        await offer_link(session, account.address, "b" * 64, now=now)
        await queue_mail(session, Mail("Anne@example.org", "A link", "Open it."), Cause.SIGN_IN, now=now)
        await sign_in(session, "b" * 64, "c" * 64, now=now)
    who = Visitor(
        secret=b"device of anne",
        master=b"a pseudonym key for tests, long enough",
        network="198.51.100.9",
        account_id=account.id,
    )
    await votes(who, {1: "agree", 2: "disagree"})
    await says(who, OWN)
    shared = await says(who, SHARED)
    await votes(visitor("bob"), {shared: "agree", 1: "pass"})
    await reports(who, 1)
    async with database.transaction() as session:
        me = await participant_if_any(session, space.id, who.pseudonym(space.id))
        assert me is not None
        assert me.id is not None
        await _everything_else(session, voting, space.id, me, now)
        decision = (await session.exec(select(Decision.id))).one()
        session.add(
            AddressChange(
                account_id=account.id, token_hash="7" * 64, address="ann@example.org", expires_at=now
            )
        )
        session.add(
            OutsideIdentity(
                account_id=account.id, issuer="https://id.example.org", subject="s-1", created_at=now
            )
        )
        kept = {"credential_id": "passkey-of-anne", "user_handle": "h", "public_key": "k", "name": "Phone"}
        session.add(Passkey(account_id=account.id, created_at=now, **kept))
        await follow(session, account.id, Place(space=space), now=now)
        session.add(RecoveryCode(participant_id=me.id, code_hash="9" * 64))
        session.add(Candidate(decision_id=decision, account_id=account.id, name="Anne Ashworth", salt="s"))
        keys = await pseudonyms(session, who)
    return Anne(who, keys, me.id, account.id)


async def _everything_else(session, voting, space_id, me, now):  # type: ignore[no-untyped-def]
    bob = (await session.exec(select(Participant.id).where(Participant.id != me.id))).one()
    ids = [str(me.id), str(bob)]
    common = {"consultation_id": voting.id, "number": 1}
    working = {"made_at": now, "signature": "", "votes": 2, "participants": 2, "commitment": ""}
    session.add(WorkingMap(**common, **working, content={}, membership=dict.fromkeys(ids, 0)))
    history = {one: [[1, "0" * 32]] for one in ids}
    kinds = {one: [[1, "first"]] for one in ids}
    session.add(
        PublishedBasis(
            **common, history=history, kinds=kinds, groups=dict.fromkeys(ids, 0), place={}, salt=""
        )
    )
    invitation = Invitation(
        consultation_id=voting.id, label="Ward", code_hash="d" * 64, ends_at=now, made_at=now
    )
    session.add(invitation)
    await session.flush()
    session.add(InvitationEntry(invitation_id=invitation.id, key=me.key))
    session.add(PaperSheet(consultation_id=voting.id, key=me.key))
    decision = Decision(
        space_id=space_id,
        about="consultation/1",
        text="e" * 64,
        terms={},
        opened_at=now,
        closes_at=now + timedelta(days=7),
    )
    act = enter(session, Did.STATEMENT_REMOVED, space_id=space_id, statement_id=3, now=now)
    session.add(decision)
    await session.flush()
    answer = {"decision_id": decision.id, "yes": True, "at": now, "text": "e" * 64, "counts_from": now}
    session.add(KeyAnswer(**answer, voter=me.key, name="Anne Ashworth"))
    session.add(Removal(statement_id=3, act_id=act.id, removed_at=now, removed_by=me.key))
    appeal = {"appealed_at": now, "words": APPEAL, "state": AppealState.OPEN}
    session.add(Removal(statement_id=4, act_id=act.id, removed_at=now, removed_by="f" * 64, **appeal))
    await session.flush()
    session.add(AppealVerdict(statement_id=3, side=Side.BODY, decider=me.key, stands=True, reason="", at=now))
    await _in_a_discussion(session, space_id, decision.id, act.id, me, now)


async def _in_a_discussion(session, space_id, decision_id, act_id, me, now):  # type: ignore[no-untyped-def]
    """She has commented, was removed and appealed; she has removed, reported and judged somebody else's."""
    discussion = await discussion_of(session, space_id, decision_id)
    common = {"discussion_id": discussion, "text_hash": "e" * 64, "language": "en", "created_at": now}
    gone = {"state": StatementState.REMOVED, "removed_for": "abusive"}
    comment = Comment(**common, stance=Stance.FOR, text=COMMENT, author_id=me.id, name="Anne Ashworth")
    removed = Comment(**common, stance=Stance.AGAINST, text=COMMENT, author_id=me.id, **gone)
    other = Comment(**common, stance=Stance.QUESTION, text="Of somebody else.", **gone)
    session.add_all([comment, removed, other])
    await session.flush()
    session.add(Comment(**common, parent_id=comment.id, text="A reply to her.", role=Role.DELEGATE))
    appeal = {"appealed_at": now, "words": APPEAL, "state": AppealState.OPEN}
    removal = {"act_id": act_id, "removed_at": now}
    session.add(CommentRemoval(comment_id=removed.id, removed_by="f" * 64, **removal, **appeal))
    session.add(CommentRemoval(comment_id=other.id, removed_by=me.key, **removal))
    await session.flush()
    verdict = {"side": Side.BODY, "stands": True, "reason": "", "at": now}
    session.add(CommentVerdict(comment_id=other.id, decider=me.key, **verdict))
    session.add(
        CommentReport(comment_id=other.id, by=me.key, words=SECRET, made_at=now, due_at=now + timedelta(2))
    )
    await _in_a_proposal(session, space_id, me, now)


async def _in_a_proposal(session, space_id, me, now):  # type: ignore[no-untyped-def]
    """She writes a proposal, linked a source, suggested a wording and answered somebody's."""
    proposal = Proposal(space_id=space_id, number=1, title="Going home", language="en", created_at=now)
    session.add(proposal)
    await session.flush()
    session.add(CoAuthor(proposal_id=proposal.id, author_id=me.id, name="Anne Ashworth", since=now))
    clause = Clause(proposal_id=proposal.id, number=1, position=1)
    session.add(clause)
    await session.flush()
    others = (await session.exec(select(Participant.id))).all()
    history = {str(one): [[1, "0" * 32]] for one in others}
    session.add(ClauseBasis(proposal_id=proposal.id, number=1, history=history, counted_at=now))
    consultation = (await session.exec(select(Consultation.id))).first()
    for one in others:
        session.add(FrozenGroup(participant_id=one, consultation_id=consultation, opinion_group=0, result=1))
    votable = Votable()
    session.add(votable)
    await session.flush()
    session.add(ClauseQuestion(id=votable.id, clause_id=clause.id, hash="e" * 64))
    session.add(Vote(participant_id=me.id, votable_id=votable.id, value=1, cast_at=now, policy=""))
    session.add(Source(clause_id=clause.id, statement_id=3, added_by=me.id, added_at=now))
    discussion = Discussion(space_id=space_id, clause_id=clause.id)
    session.add(discussion)
    await session.flush()
    said = {"discussion_id": discussion.id, "text_hash": "e" * 64, "language": "en", "created_at": now}
    revision = Comment(**said, form=Form.REVISION, text=CLAUSE, author_id=me.id, name="Anne Ashworth")
    mine = Comment(**said, form=Form.SUGGESTION, text=COMMENT, heading=COMMENT, why=SECRET, author_id=me.id)
    other = Comment(**said, form=Form.SUGGESTION, text="Of somebody else.")
    session.add_all([revision, mine, other])
    await session.flush()
    session.add(Revision(comment_id=revision.id, clause_id=clause.id, number=1, hash="e" * 64))
    await session.flush()
    for one in (mine, other):
        session.add(Suggestion(comment_id=one.id, clause_id=clause.id, base_id=revision.id))
    await session.flush()
    answer = {"side": Side.BODY, "accepts": True, "answerer": me.key, "name": "Anne Ashworth", "at": now}
    session.add(SuggestionAnswer(suggestion_id=other.id, **answer))
    await _in_a_shared_text(session, clause, me, now)


async def _in_a_shared_text(session, clause, me, now):  # type: ignore[no-untyped-def]
    """She has typed something that nobody has saved, and has the clause open."""
    await open_text(session, clause.id, now=now)
    there = await held_text(session, clause.id)
    typed = Document().put(Written("", SECRET))
    await add_changes(session, there, [Change(me.id, "c" * 22, typed)], now=now)
    who = {"key": me.key, "name": "Anne Ashworth", "role": "member"}
    session.add(Presence(connection="c" * 22, clause_id=clause.id, since=now, seen_at=now, **who))


async def erase(database: Database, anne: Anne, now: datetime) -> None:
    async with database.transaction() as session:
        await erase_parts(session, anne.keys, now=now)
        await erase_account(session, anne.account_id)


async def test_what_is_shown_is_everything_that_the_register_names(database: Database, anne: Anne) -> None:
    async with database.reading() as session:
        held = await everything_of(session, anne.keys, anne.account_id)
    (part,) = held.parts
    shown = {**part.rows, **held.account}
    for entry in REGISTER:
        if entry.exported:
            assert any(set(entry.columns) <= set(row) for row in shown[entry.table]), entry
    assert {row["text"] for row in shown["statement"]} == {OWN, SHARED}
    assert [(row["statement"], row["value"]) for row in shown["vote"]] == [(1, 1), (2, -1), (None, 1)]
    assert (shown["vote"][2]["proposal"], shown["vote"][2]["clause"]) == (1, 1)
    assert shown["working_map"] == [
        {"membership": 0, "consultation_id": 1, "consultation": "evenings"},
    ]


async def test_what_is_shown_is_of_nobody_else(database: Database, anne: Anne, visitor: Make) -> None:
    async with database.reading() as session:
        held = await everything_of(session, await pseudonyms(session, visitor("bob")))
    (part,) = held.parts
    assert set(part.rows) == {
        "participant",
        "vote",
        "working_map",
        "published_basis",
        "frozen_group",
        "clause_basis",
    }
    assert [row["statement"] for row in part.rows["vote"]] == [1, 5]
    assert held.account == {}


async def test_after_taking_everything_back_a_full_scan_finds_nothing(
    database: Database, anne: Anne, stored: Act, now: datetime
) -> None:
    (key, device) = anne.keys[1]
    words = [key, "anne@example.org", "Anne Ashworth", OWN, SECRET, APPEAL, COMMENT]
    words += ["a" * 64, "c" * 64, "9" * 64, "passkey-of-anne"]
    before = await stored()
    for word in words:
        assert any(word in value for _, value in before), word
    await erase(database, anne, now)
    after = await stored()
    for word in (*words, device):
        assert [(table, value) for table, value in after if word in value] == []
    async with database.reading() as session:
        left = (await session.exec(select(Comment.text, Comment.removed_for).order_by(Comment.id))).all()
        assert left == [
            (HIDDEN, "withdrawn"),
            (HIDDEN, "abusive"),
            ("Of somebody else.", "abusive"),
            ("A reply to her.", None),
            # Common to both sides: it stays, and nobody is told who wrote it.
            (CLAUSE, None),
            (HIDDEN, "withdrawn"),
            ("Of somebody else.", None),
        ]
        assert (await session.exec(select(Comment.author_id).where(Comment.text == CLAUSE))).one() is None
        history = (await session.exec(select(PublishedBasis.history))).one()
        membership = (await session.exec(select(WorkingMap.membership))).one()
        kinds = (await session.exec(select(PublishedBasis.kinds))).one()
        groups = (await session.exec(select(PublishedBasis.groups))).one()
        assert str(anne.id) not in {**history, **membership, **(kinds or {}), **(groups or {})}
        assert set(history) == set(kinds or {})
        for table in (Account, Candidate, InvitationEntry, KeyAnswer, PaperSheet):
            assert (await session.exec(select(func.count()).select_from(table))).one() == 0
        assert (await session.exec(select(func.count()).select_from(Vote))).one() == 2


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_files_keep_no_trace_either(database: Database, anne: Anne, now: datetime) -> None:
    (key, _) = anne.keys[1]
    traces = [
        key.encode(),
        b"anne@example.org",
        b"Anne Ashworth",
        OWN.encode(),
        SECRET.encode(),
        APPEAL.encode(),
    ]
    path = Path(str(make_url(database.url).database))
    there = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert [trace for trace in traces if trace not in there] == []
    await erase(database, anne, now)
    await forget_traces(database)
    left = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert [trace for trace in traces if trace in left] == []


async def test_a_statement_that_others_voted_on_stays_without_its_author(
    database: Database, anne: Anne, voting: Consultation, now: datetime
) -> None:
    await erase(database, anne, now)
    async with database.reading() as session:
        own, shared = (await session.exec(select(Statement).order_by(Statement.number).offset(3))).all()
        acts = await acts_in(session, voting.id or 0)
    assert (shared.text, shared.state, shared.author_id) == (SHARED, StatementState.PUBLISHED, None)
    assert (own.state, own.removed_for, own.author_id) == (StatementState.REMOVED, "withdrawn", None)
    assert OWN not in own.text
    assert [act.kind for act in acts] == [Did.STATEMENT_WITHDRAWN]


async def test_a_report_is_still_looked_at_but_nobody_knows_who_sent_it(
    database: Database, anne: Anne, now: datetime
) -> None:
    await erase(database, anne, now)
    async with database.reading() as session:
        (left,) = (await session.exec(select(Report))).all()
    assert (left.state, left.words) == ("open", "")
    assert left.by.startswith("gone-")


async def test_whoever_left_still_counts_as_somebody_who_changed(
    database: Database, anne: Anne, now: datetime
) -> None:
    async with database.reading() as session:
        before = (await session.exec(select(PublishedBasis.history))).one()
    await erase(database, anne, now)
    async with database.reading() as session:
        after = (await session.exec(select(PublishedBasis.history))).one()
    left = {name: "0" * 32 for name in before if name != str(anne.id)}
    assert changed_since(before, left, 1) == changed_since(after, left, 1) == [1]


async def test_somebody_who_came_back_after_the_erasure_keeps_what_they_gave_since(
    database: Database, anne: Anne, votes: Act, now: datetime
) -> None:
    await erase(database, anne, now)
    later = now + timedelta(days=1)
    await votes(anne.visitor, {1: "agree"}, later)
    async with database.transaction() as session:
        assert await erase_parts(session, anne.keys, now=later, until=now) == 0
        assert await erase_parts(session, anne.keys, now=later, until=later) == 1


async def test_a_vote_at_the_moment_of_leaving_begins_anew_and_fails_nobody(
    database: Database, anne: Anne, votes: Act, now: datetime
) -> None:
    await asyncio.gather(
        votes(anne.visitor, {1: "agree"}), erase(database, anne, now), votes(anne.visitor, {2: "agree"})
    )
    async with database.reading() as session:
        rows = (await session.exec(select(Vote.participant_id))).all()
        people = (await session.exec(select(Participant.id))).all()
    assert set(rows) <= set(people)
