"""Decisions of both sides, and the keys turned for them.

A decision is bound to the hash of what is signed. While it is open its answers can change; once it has ended
its state and its sums are stored, the database refuses to change them, and answers may be forgotten.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from charters.agreements import Agreement, Kind, State, Sum
from charters.keys import Answer
from charters.panels import ShownShare
from charters.rules import Key, Quorum, Rule, Way
from charters.states import Attestation, Side
from charters.wording import Words
from deliberation.columns import document
from deliberation.columns import state as state_column
from deliberation.errors import NotFound

LONGEST_REASON = 500
GREATEST_ID = 2**31 - 1


class Decision(SQLModel, table=True):
    __table_args__ = (
        # One at a time about one thing, so that nobody signs twice for different texts.
        Index(
            "uq_decision_open",
            "space_id",
            "kind",
            "about",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("closes_at > opened_at", name="dates"),
    )

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id", index=True)
    charter_id: int | None = Field(default=None, foreign_key="charter.id")
    statement_id: int | None = Field(default=None, foreign_key="statement.id")
    kind: Kind = state_column(Kind, Kind.ADOPT_CHARTER)
    about: str = Field(max_length=80, description="The one thing decided, such as consultation/5")
    subject: dict[str, Any] | None = document(nullable=True)
    text: str = Field(max_length=64, description="SHA-256 of what is signed, hex")
    terms: dict[str, Any] = document()
    words: str = Field(default="", max_length=LONGEST_REASON, description="Why it is asked, in public")
    put_by: Side | None = state_column(Side, None, nullable=True)
    opened_at: datetime
    closes_at: datetime
    state: State = state_column(State, State.OPEN)
    ended_at: datetime | None = None
    people_yes: int | None = None
    people_no: int | None = None
    body_yes: int | None = None
    body_no: int | None = None
    shown_voters: int | None = Field(default=None, description="How many had voted at the shown share")
    shown_tenths: int | None = None

    @property
    def agreement(self) -> Agreement:
        """The decision as `charters.agreements` knows it."""
        rule, key = self.terms["rule"], self.terms["key"]
        return Agreement(
            kind=self.kind,
            rule=Rule(Way(rule["way"]), rule["open_days"], Fraction(rule["share"]), Quorum(**rule["quorum"])),
            key=Key(Attestation(key["attestation"]), key["tenure_days"]),
            bodies=frozenset(self.terms["bodies"]),
            founders_only=self.terms["founders_only"],
            text=self.text,
            opened_at=self.opened_at,
            closes_at=self.closes_at,
        )

    @property
    def sums(self) -> Mapping[Side, Sum] | None:
        """What it came to; None while it is open."""
        if self.people_yes is None or self.people_no is None or self.body_yes is None or self.body_no is None:
            return None
        return {
            Side.PEOPLE: Sum(self.people_yes, self.people_no),
            Side.BODY: Sum(self.body_yes, self.body_no),
        }

    @property
    def proposal_id(self) -> int | None:
        """The proposal that it is about; None for anything else."""
        kind, _, number = self.about.partition("/")
        return int(number) if kind == "proposal" else None

    @property
    def ended_early(self) -> bool:
        """Whether a version was no longer asked about: a newer one was sealed, or the proposal withdrawn."""
        lapsed = self.kind is Kind.AGREE_PROPOSAL and self.state is State.LAPSED
        return lapsed and self.ended_at is not None and self.ended_at < self.closes_at

    @property
    def shown(self) -> ShownShare | None:
        """The share of the people's side as it was last shown."""
        if self.shown_voters is None or self.shown_tenths is None:
            return None
        return ShownShare(self.shown_voters, self.shown_tenths)


class KeyAnswer(SQLModel, table=True):
    """The newest yes or no of one person about one decision."""

    __tablename__ = "key_answer"

    decision_id: int = Field(primary_key=True, foreign_key="decision.id")
    voter: str = Field(primary_key=True, max_length=64, description="Personal: a pseudonym in the space")
    side: Side = state_column(Side, Side.PEOPLE)
    yes: bool
    at: datetime
    text: str = Field(max_length=64, description="The hash of what they were shown")
    attestation: Attestation = state_column(Attestation, Attestation.EMAIL)
    body: str | None = Field(default=None, max_length=40, description="The body they answer for")
    founder: bool = False
    name: str = Field(
        default="", max_length=120, description="Personal: under which name they sign, if public"
    )
    reason: str = Field(default="", max_length=LONGEST_REASON, description="Why they decline, in public")
    # Not when they joined: with that, a secret vote could be traced to a membership.
    counts_from: datetime = Field(description="A moment from which they belonged, late enough to tell nobody")

    @property
    def answer(self) -> Answer:
        """The answer as `charters.keys` knows it."""
        return Answer(
            voter=self.voter,
            key=self.side,
            yes=self.yes,
            at=self.at,
            text=self.text,
            side=self.side,
            joined_at=self.counts_from,
            attestation=self.attestation,
            body=self.body,
            founder=self.founder,
        )


class DecisionText(SQLModel, table=True):
    """What was put under a decision, each text it has had: the difference can be shown to who signed one."""

    __tablename__ = "decision_text"

    decision_id: int = Field(primary_key=True, foreign_key="decision.id")
    text: str = Field(primary_key=True, max_length=64, description="SHA-256 of what is signed, hex")
    charter_id: int | None = Field(default=None, foreign_key="charter.id")
    subject: dict[str, Any] | None = document(nullable=True)
    since: datetime


class Candidate(SQLModel, table=True):
    """Who is to be appointed. A decision that has ended stays; this row can be erased."""

    decision_id: int = Field(primary_key=True, foreign_key="decision.id")
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str = Field(max_length=120, description="Personal: the name they would act under in public")
    salt: str = Field(max_length=32, description="So that nobody can guess the name from what is signed")


def terms_of(agreement: Agreement) -> dict[str, Any]:
    """The rule of a decision as it is stored beside it: a later charter does not change it."""
    rule, key = agreement.rule, agreement.key
    return {
        "rule": {
            "way": rule.way.value,
            "open_days": rule.open_days,
            "share": str(rule.share),
            "quorum": {"people": rule.quorum.people, "body": rule.quorum.body},
        },
        "key": {"attestation": key.attestation.value, "tenure_days": key.tenure_days},
        "bodies": sorted(agreement.bodies),
        "founders_only": agreement.founders_only,
    }


async def decision_with_id(session: AsyncSession, space_id: int, decision_id: int) -> Decision:
    """Raises NotFound, also for one of another space."""
    query = _one(space_id, decision_id)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound(_none(decision_id))
    return found


async def decisions_of(session: AsyncSession, space_id: int) -> list[Decision]:
    """A space's decisions, newest first."""
    query = select(Decision).where(Decision.space_id == space_id).order_by(col(Decision.id).desc())
    return list((await session.exec(query)).all())


async def locked(session: AsyncSession, space_id: int, decision_id: int) -> Decision:
    """As `decision_with_id`, holding the row, so that of two simultaneous answers one sees the other."""
    query = _one(space_id, decision_id).with_for_update().execution_options(populate_existing=True)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound(_none(decision_id))
    return found


def _one(space_id: int, decision_id: int) -> SelectOfScalar[Decision]:
    if decision_id > GREATEST_ID:  # a database would refuse to look for it
        raise NotFound(_none(decision_id))
    return select(Decision).where(Decision.id == decision_id, Decision.space_id == space_id)


def _none(decision_id: int) -> Words:
    return Words("There is no decision %(number)s in this space.", number=f"{decision_id}")


async def open_decisions(
    session: AsyncSession, space_id: int, *, about: str | None = None, kind: Kind | None = None
) -> list[Decision]:
    """What is being decided in a space, the one that ends first at the head."""
    query = select(Decision).where(Decision.space_id == space_id, Decision.state == State.OPEN)
    if about is not None:
        query = query.where(Decision.about == about)
    if kind is not None:
        query = query.where(Decision.kind == kind)
    return list((await session.exec(query.order_by(col(Decision.closes_at), col(Decision.id)))).all())


async def due_decisions(session: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """The open decisions whose time is over: the space and the decision."""
    query = (
        select(Decision.space_id, Decision.id)
        .where(Decision.state == State.OPEN, Decision.closes_at <= now)
        .order_by(col(Decision.closes_at), col(Decision.id))
    )
    return [(space_id, decision_id) for space_id, decision_id in await session.exec(query) if decision_id]


async def text_before(session: AsyncSession, decision_id: int, text: str) -> DecisionText | None:
    """What was put under a decision with this hash; None where it never was."""
    return await session.get(DecisionText, (decision_id, text))


async def candidate_of(session: AsyncSession, decision_id: int | None) -> Candidate | None:
    """Who would be appointed; None for another kind of decision, or where they have been erased."""
    return await session.get(Candidate, decision_id)


async def answers_to(session: AsyncSession, decision_id: int) -> list[KeyAnswer]:
    """The answers so far, in a steady order."""
    query = select(KeyAnswer).where(KeyAnswer.decision_id == decision_id)
    return list((await session.exec(query.order_by(col(KeyAnswer.at), col(KeyAnswer.voter)))).all())
