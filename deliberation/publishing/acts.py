"""The record as anybody reads it: what was done, by which role, why, newest first. No person is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role, StatementState
from charters.wording import Words
from deliberation.drafting.clauses import Clause
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.moderation import in_words, instead_of
from deliberation.opinion.statements import REPLACED, Statement
from deliberation.publishing.record import Act, Did
from deliberation.spaces.consultations import Consultation

KINDS: Mapping[Did, Words] = MappingProxyType(
    {
        Did.SPACE_MADE: Words("Space made"),
        Did.FACILITATOR_APPOINTED: Words("Facilitator appointed"),
        Did.FACILITATOR_STOPPED: Words("Facilitator stopped"),
        Did.DELEGATE_INVITED: Words("Link made for a body’s delegates"),
        Did.DELEGATE_JOINED: Words("Delegate came"),
        Did.DELEGATE_LEFT: Words("Delegate left"),
        Did.DELEGATE_ENDED: Words("Delegate’s part ended by their body"),
        Did.ADVISER_INVITED: Words("Link made for advisers"),
        Did.ADVISER_JOINED: Words("Adviser came"),
        Did.ADVISER_ENDED: Words("Adviser’s part ended"),
        Did.ADVISER_LEFT: Words("Adviser left"),
        Did.SIDE_LINK_ENDED: Words("Link for delegates or advisers ended"),
        Did.CONSULTATION_MADE: Words("Consultation made"),
        Did.CONSULTATION_OPENED: Words("Consultation opened"),
        Did.CONSULTATION_REVISED: Words("Words or days changed"),
        Did.CONSULTATION_CLOSED: Words("Consultation closed by hand"),
        Did.CONSULTATION_REOPENED: Words("Closing undone"),
        Did.CONSULTATION_PAUSED: Words("Voting paused"),
        Did.CONSULTATION_RESUMED: Words("Voting went on"),
        Did.LAST_DAY_MOVED: Words("Last day moved"),
        Did.ANSWER_DAY_SET: Words("Day of the answer announced"),
        Did.ANSWER_GIVEN: Words("Answer given"),
        Did.ANSWER_OVERDUE: Words("Answer overdue"),
        Did.NOTICE_CHANGED: Words("Notice changed"),
        Did.INVITATION_MADE: Words("Link of invitation made"),
        Did.INVITATION_ENDED: Words("Link of invitation ended"),
        Did.SHEETS_ENTERED: Words("Paper sheets entered"),
        Did.CONSULTATION_IMPORTED: Words("Consultation imported"),
        Did.SEEDS_ADDED: Words("First statements added"),
        Did.STATEMENT_PUBLISHED: Words("Statement published"),
        Did.STATEMENT_REMOVED: Words("Statement removed"),
        Did.STATEMENT_WITHDRAWN: Words("Statement withdrawn"),
        Did.STATEMENT_REPLACED: Words("Statement replaced by a corrected one"),
        Did.STATEMENT_REDACTED: Words("Statement published, with what pointed to a person hidden"),
        Did.STATEMENT_KEPT: Words("Statement read and left as it is"),
        Did.QUESTION_KEPT: Words("Reports about the question read and closed"),
        Did.MODERATION_UNDONE: Words("Act undone"),
        Did.ATTESTATION_CHANGED: Words("Ways of coming in changed"),
        Did.DECISION_PUT: Words("Decision put to both sides"),
        Did.DECISION_MOVED: Words("Text changed while both sides decide"),
        Did.DECISION_AGREED: Words("Agreed by both sides"),
        Did.DECISION_DECLINED: Words("Declined"),
        Did.DECISION_LAPSED: Words("Lapsed without both keys"),
        Did.SPACE_WOKEN: Words("Space woken"),
        Did.STATEMENT_HIDDEN: Words("Statement hidden in an emergency"),
        Did.HIDING_ENDED: Words("Hiding ended: the statement is back"),
        Did.HIDING_CONFIRMED: Words("Hiding confirmed by both sides: the statement stays removed"),
        Did.PROPOSAL_BEGUN: Words("Proposal begun"),
        Did.TITLE_CHANGED: Words("Title of a proposal changed"),
        Did.VERSION_SEALED: Words("Version of a proposal sealed"),
        Did.CLAUSE_ADDED: Words("Clause added to a draft"),
        Did.CLAUSE_CHANGED: Words("Words of a clause changed"),
        Did.CLAUSE_TAKEN_OUT: Words("Clause taken out of a draft"),
        Did.CLAUSE_PUT_BACK: Words("Clause put back into a draft"),
        Did.PROPOSAL_ANSWERED: Words("Agreed proposal answered by a body"),
        Did.PROMISE_MADE: Words("Promise made"),
        Did.PROMISE_KEPT: Words("Promise kept"),
        Did.PROMISE_NOT_KEPT: Words("Promise not kept"),
        Did.EVIDENCE_ADDED: Words("Evidence added to a clause"),
        Did.SOURCE_REMOVED: Words("Source taken away from a clause"),
        Did.STATEMENT_SET_ASIDE: Words("Statement set aside"),
        Did.STATEMENT_TAKEN_UP: Words("Statement no longer set aside"),
        Did.SUGGESTION_MADE: Words("Wording of a clause suggested"),
        Did.SUGGESTION_ACCEPTED: Words("Suggested wording accepted by both sides"),
        Did.SUGGESTION_REJECTED: Words("Suggested wording rejected"),
        Did.COMMENT_PUBLISHED: Words("Comment published"),
        Did.COMMENT_KEPT: Words("Comment read and left as it is"),
        Did.COMMENT_REMOVED: Words("Comment removed"),
        Did.COMMENT_WITHDRAWN: Words("Comment withdrawn"),
        Did.APPEAL_MADE: Words("Appeal against a removal"),
        Did.APPEAL_ANSWERED: Words("Appeal answered by a side"),
        Did.APPEAL_UPHELD: Words("Appeal decided: the text stays removed"),
        Did.APPEAL_RESTORED: Words("Appeal decided: the text is back"),
        Did.APPEAL_SEALED: Words("Appeal ended without agreement: the text stays sealed"),
    }
)
"""Each kind of act as a page names it."""

ROLES: Mapping[Role, Words] = MappingProxyType(
    {
        Role.VISITOR: Words("the rules of this space"),
        Role.PARTICIPANT: Words("the author"),
        Role.MEMBER: Words("the people’s side"),
        Role.DELEGATE: Words("the side of the health bodies"),
        Role.FACILITATOR: Words("a facilitator"),
        Role.ADVISER: Words("an adviser"),
        Role.OPERATOR: Words("the operator"),
    }
)

TOGETHER = frozenset({Did.DECISION_AGREED, Did.DECISION_DECLINED, Did.DECISION_LAPSED})
"""What nobody does alone: how a decision of both sides ended."""
BY_BOTH = ", by both sides."
"""How the words of an appointment end where both sides appointed."""
ANSWERS: Mapping[str, Words] = MappingProxyType(
    {"stands": Words("the removal is right"), "back": Words("the text comes back")}
)
"""What a side may say to an appeal, by the code that is stored."""

_KINDS = {kind.value: words for kind, words in KINDS.items()}


def kind_in_words(code: str) -> str:
    """A stored kind as people read it; one that a newer program wrote stays a code."""
    return _KINDS.get(code, code)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for: acts on the consultation of this slug, and of this kind; empty for all."""

    consultation: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the record. `consultation`, `statement`, `proposal` and `clause` are what it was done to.

    `shown` says that the statement can be read; `instead` is the number of the one that stands for it.
    """

    id: int
    kind: str
    role: Role
    reason: str | None
    words: str
    at: datetime
    consultation: str | None = None
    title: str = ""
    language: str = ""
    statement: int | None = None
    shown: bool = False
    instead: int | None = None
    proposal: int | None = None
    proposal_title: str = ""
    proposal_language: str = ""
    clause: int | None = None
    space_id: int = 0
    consultation_id: int | None = None
    proposal_id: int | None = None
    clause_id: int | None = None

    @property
    def named(self) -> str:
        """What was done."""
        return kind_in_words(self.kind)

    @property
    def together(self) -> bool:
        """Whether both sides did it, and nobody alone."""
        appointed = self.kind == Did.FACILITATOR_APPOINTED and self.words.endswith(BY_BOTH)
        return self.kind in TOGETHER or appointed

    @property
    def acted(self) -> str:
        """The role that did it, as a code: `both-sides` where both ended a decision, `rules` for nobody."""
        if self.together:
            return "both-sides"
        return "rules" if self.role is Role.VISITOR else self.role.value

    @property
    def by(self) -> str:
        """The same, as people read it."""
        return Words("both sides") if self.together else ROLES[self.role]

    @property
    def taken_over(self) -> str:
        """Which statement stands in its place; empty where none does, or for an act before that one."""
        if self.instead is None or self.kind not in (Did.STATEMENT_REMOVED, Did.STATEMENT_REPLACED):
            return ""
        return instead_of("" if self.kind == Did.STATEMENT_REMOVED else REPLACED, self.instead)

    @property
    def why(self) -> str:
        """The rule it was done by, or the act that was undone; empty where none is stored."""
        if self.reason is None:
            return ""
        match self.kind:
            case Did.MODERATION_UNDONE:
                return kind_in_words(self.reason)
            case Did.APPEAL_ANSWERED:
                return ANSWERS[self.reason]
        return in_words(self.reason)


async def entries(
    session: AsyncSession, space_id: int, wanted: Wanted, *, skip: int = 0, most: int | None = None
) -> list[Entry]:
    """A space's acts that were asked for, newest first, at most so many after those skipped."""
    return await entries_where(session, *_asked(space_id, wanted), skip=skip, most=most)


async def entries_where(
    session: AsyncSession, *where: ColumnElement[bool], skip: int = 0, most: int | None = None
) -> list[Entry]:
    """The acts of which all this is true, newest first."""
    query = (
        select(  # type: ignore[call-overload]
            Act,
            Consultation.slug,
            Consultation.title,
            Consultation.language,
            Statement.number,
            Statement.state,
            Statement.same_as,
            Proposal.number,
            Proposal.title,
            Proposal.language,
            Clause.number,
        )
        .join(Consultation, col(Act.consultation_id) == Consultation.id, isouter=True)
        .join(Statement, col(Act.statement_id) == Statement.id, isouter=True)
        .join(Proposal, col(Act.proposal_id) == Proposal.id, isouter=True)
        .join(Clause, col(Act.clause_id) == Clause.id, isouter=True)
        .where(*where)
        .order_by(col(Act.id).desc())
        .offset(skip)
        .limit(most)
    )
    return [_entry(*row) for row in await session.exec(query)]


def _entry(
    act: Act,
    slug: str | None,
    title: str | None,
    language: str | None,
    number: int | None,
    state: StatementState | None,
    same_as: int | None,
    proposal: int | None,
    proposal_title: str | None,
    proposal_language: str | None,
    clause: int | None,
) -> Entry:
    assert act.id is not None
    return Entry(
        id=act.id,
        kind=act.kind,
        role=Role(act.role),
        reason=act.reason,
        words=act.words,
        at=act.at,
        consultation=slug,
        title=title or "",
        language=language or "",
        statement=number,
        shown=state is not None and StatementState(state) is StatementState.PUBLISHED,
        instead=same_as,
        proposal=proposal,
        proposal_title=proposal_title or "",
        proposal_language=proposal_language or "",
        clause=clause,
        space_id=act.space_id,
        consultation_id=act.consultation_id,
        proposal_id=act.proposal_id,
        clause_id=act.clause_id,
    )


async def how_many(session: AsyncSession, space_id: int, wanted: Wanted) -> int:
    query = (
        select(func.count(col(Act.id)))
        .join(Consultation, col(Act.consultation_id) == Consultation.id, isouter=True)
        .where(*_asked(space_id, wanted))
    )
    return (await session.exec(query)).one()


async def kinds_done(session: AsyncSession, space_id: int) -> list[str]:
    """The kinds of act that the record of a space has."""
    query = select(Act.kind).where(Act.space_id == space_id).distinct().order_by(Act.kind)
    return list(await session.exec(query))


def _asked(space_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    where = [col(Act.space_id) == space_id]
    if wanted.consultation:
        where.append(col(Consultation.slug) == wanted.consultation)
    if wanted.kind:
        where.append(col(Act.kind) == wanted.kind)
    return where
