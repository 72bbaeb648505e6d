"""Appeals: an author asks both sides to look again at a removal, and one from each side answers."""

from dataclasses import dataclass
from datetime import datetime

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.appeals import AppealState
from charters.enforcement import Permitted, Reason, Refusal, decide
from charters.policy import Policy, in_words
from charters.states import Side, StatementState
from deliberation.drafting.comment_appeals import CommentCase, waiting_comment_appeals
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.appealing import (
    Case,
    Deciding,
    answers_due,
    appeal,
    decide_appeal,
    judging,
    may_appeal_until,
    waiting_appeals,
)
from deliberation.opinion.appeals import LONGEST_APPEAL, AppealVerdict, Removal, removal_of, verdicts_on
from deliberation.opinion.cautions import HIDDEN
from deliberation.opinion.hiding import Hiding, hidden_in
from deliberation.opinion.moderation import in_words as rule_in_words
from deliberation.opinion.moderation import instead_of
from deliberation.opinion.own_words import OwnWords
from deliberation.opinion.statements import Statement, no_statement
from deliberation.people.participants import participant_if_any
from deliberation.publishing.acts import ROLES
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.current import database, device, now
from participate.forms import Wrong, typed
from participate.languages import gettext, said
from participate.network import acting, visitor

pages = Blueprint("appealing", __name__, url_prefix="/spaces/<space>")

OWN = "/<consultation>/statements/<int:statement>/appeal"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """The author's own removed statement. `until`: the end of the time to appeal; `due`: of that to decide.

    `verdicts` are there when the appeal is settled. `sided`: whether the space has sides to appeal to.
    `sealed`: for how long a removed text is kept; `erased`: whether that time is over.
    """

    space: Space
    consultation: Consultation
    policy: Policy
    statement: Statement
    rule: str
    instead: str
    removal: Removal | None
    verdicts: list[AppealVerdict]
    sided: bool
    may_appeal: bool
    until: datetime | None
    due: datetime | None
    time: str
    sealed: str
    erased: bool
    most: int
    words: str
    wrong: list[Wrong]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An appeal as one who may decide it sees it. `waits` says why somebody may not, and then has no text."""

    case: Case
    rule: str
    role: str
    due: datetime
    may_decide: bool
    waits: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAppeal:
    """As `Shown`, about a comment."""

    case: CommentCase
    rule: str
    role: str
    due: datetime
    may_decide: bool
    waits: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealsPage:
    """`wrong` is about the appeal named by `at`: a statement's id, or `comment-` and a comment's.

    `hidden`: what the operator hides now, each with the id of the decision about it. `done` is what an appeal
    has come to that was just answered, `back` the address of its statement where that is back.
    """

    space: Space
    policy: Policy
    sided: bool
    side: Side | None
    shown: list[Shown]
    comments: list[CommentAppeal]
    hidden: list[tuple[Hiding, int | None]]
    time: str
    most: int
    done: AppealState | None
    back: str
    at: int | str | None
    answer: str
    reason: str
    wrong: list[Wrong]


@pages.get(OWN)
@permits(Action.READ_PAGE)
async def own(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    return await _own_page()


@pages.post(OWN)
@permits(Action.APPEAL, in_verb=True)
async def ask(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    """Without words nothing is sent, and what was typed is kept."""
    await arrive(space=space, consultation=consultation, statement=statement)
    words = await typed("words")
    asking = OwnWords(visitor=acting(), space=space, consultation=consultation, number=statement, now=now())
    try:
        async with database().transaction() as session:
            await appeal(session, asking, words)
    except Invalid as error:
        return await _own_page(words, [Wrong(error.field, said(str(error)))]), 422
    return redirect(url_for(".own", space=space, consultation=consultation, statement=statement), 303)


async def _own_page(words: str = "", wrong: list[Wrong] | None = None) -> str:
    """The page for the author alone; for anybody else there is no such page."""
    (place, held, _), statement = consultation_here(), here().statement
    assert statement is not None
    policy = here().policy
    async with database().reading() as session:
        if not await _is_mine(session, place, statement):
            raise NotFound(no_statement(statement.number))
        removal = await removal_of(session, statement.id)
        settled = removal is not None and removal.decided_at is not None
        verdicts = await verdicts_on(session, statement.id) if settled else []
    sided = place.held_by_both
    until = may_appeal_until(policy, removal) if removal is not None else None
    appealed = removal is not None and removal.appealed_at is not None
    removed = statement.state is StatementState.REMOVED
    page = OwnPage(
        space=place,
        consultation=held,
        policy=policy,
        statement=statement,
        rule=said(rule_in_words(statement.removed_for)) if statement.removed_for else "",
        instead=said(instead_of(statement.removed_for or "", statement.same_as)) if statement.same_as else "",
        removal=removal,
        verdicts=verdicts,
        sided=sided,
        may_appeal=sided and removed and not appealed and until is not None and now() < until,
        until=until,
        due=answers_due(policy, removal) if removal is not None and appealed else None,
        time=said(in_words(policy.moderation.appeal_days)),
        sealed=said(in_words(policy.moderation.sealed_days)),
        erased=statement.text == HIDDEN,
        most=LONGEST_APPEAL,
        words=words,
        wrong=wrong or [],
    )
    return await render_template("appealing/own.html", page=page)


async def _is_mine(session: AsyncSession, space: Space, statement: Statement) -> bool:
    if device() is None or space.id is None or statement.author_id is None:
        return False
    person = await participant_if_any(session, space.id, visitor().pseudonym(space.id))
    return person is not None and person.id == statement.author_id


@pages.get("/appeals")
@permits(Action.READ_PAGE)
async def waiting(space: str) -> ResponseReturnValue:
    return await appeals_page()


@pages.post("/<consultation>/statements/<int:statement>/appeal/decide")
@permits(Action.DECIDE_APPEAL, in_verb=True)
async def answer(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    """Without an answer or a reason nothing is decided, and what was typed is kept."""
    stand = await arrive(space=space, consultation=consultation, statement=statement)
    assert stand.statement is not None
    assert stand.space is not None
    assert stand.space.id is not None
    chosen, reason = await typed("answer"), await typed("reason")
    try:
        deciding = Deciding(decider=visitor().pseudonym(stand.space.id), answer=chosen, reason=reason)
        async with database().transaction() as session:
            ended = await decide_appeal(session, stand.statement.id, deciding, asking=stand.facts, now=now())
    except Invalid as error:
        wrong = [Wrong(error.field, said(str(error)))]
        return await appeals_page(stand.statement.id, chosen, reason, wrong), 422
    back = ended is AppealState.RESTORED
    told = url_for(
        ".waiting",
        space=space,
        done=ended.value,
        consultation=consultation if back else None,
        statement=statement if back else None,
    )
    return redirect(told, 303)


async def appeals_page(
    at: int | str | None = None, answer: str = "", reason: str = "", wrong: list[Wrong] | None = None
) -> str:
    place = here().space
    assert place is not None
    assert place.id is not None
    me = visitor().pseudonym(place.id) if device() is not None else ""
    async with database().reading() as session:
        cases = await waiting_appeals(session, place.id)
        comments = await waiting_comment_appeals(session, place.id)
        hidings = await hidden_in(session, place.id)
    page = AppealsPage(
        space=place,
        policy=here().policy,
        sided=place.held_by_both,
        side=here().facts.side,
        shown=[_shown(case, me) for case in cases],
        comments=[_comment(case, me) for case in comments],
        hidden=hidings,
        time=said(in_words(here().policy.moderation.appeal_days)),
        most=LONGEST_APPEAL,
        done=_ended(),
        back=_address_of_statement(place),
        at=at,
        answer=answer,
        reason=reason,
        wrong=wrong or [],
    )
    return await render_template("appealing/appeals.html", page=page)


def _ended() -> AppealState | None:
    try:
        return AppealState(request.args.get("done", ""))
    except ValueError:
        return None


def _address_of_statement(space: Space) -> str:
    """Where what is back can be read."""
    comment = request.args.get("comment", 0, type=int)
    if comment and _ended() is AppealState.RESTORED:
        return url_for("decisions.index", space=space.slug)
    slug, number = (
        request.args.get("consultation", "").replace("\x00", ""),
        request.args.get("statement", 0, type=int),
    )
    if not number or _ended() is not AppealState.RESTORED or not slug:
        return ""
    return url_for("statements.statement", space=space.slug, consultation=slug, statement=number)


def _shown(case: Case, me: str) -> Shown:
    space = here().space
    assert space is not None
    may, waits = _may(case, me)
    return Shown(
        case=case,
        rule=said(rule_in_words(case.statement.removed_for or "")),
        role=said(ROLES[case.role]),
        due=answers_due(here().policy, case.removal),
        may_decide=may,
        waits=waits,
        address=url_for(
            ".answer",
            space=space.slug,
            consultation=case.consultation.slug,
            statement=case.statement.number,
        ),
    )


def _may(case: Case | CommentCase, me: str) -> tuple[bool, str]:
    """Whether the reader may decide, and why not."""
    asking = judging(here().facts, case.author, case.removal, me)
    decision = decide(here().policy, Action.DECIDE_APPEAL, asking)
    may = isinstance(decision, Permitted) and here().facts.side not in case.answered
    return may, "" if may else _why_not(decision)


def _comment(case: CommentCase, me: str) -> CommentAppeal:
    space = here().space
    assert space is not None
    may, waits = _may(case, me)
    return CommentAppeal(
        case=case,
        rule=said(rule_in_words(case.comment.removed_for or "")),
        role=said(ROLES[case.role]),
        due=answers_due(here().policy, case.removal),
        may_decide=may,
        waits=waits,
        address=url_for("comment_appeals.answer", space=space.slug, comment=case.comment.id),
    )


def _why_not(decision: Permitted | Refusal) -> str:
    if isinstance(decision, Permitted):
        return gettext("Your side has answered. The other side has not yet.")
    if decision.reason in (Reason.OWN_CASE, Reason.APPEAL_OVER):
        return said(decision.sentence)
    return gettext("One person from each side decides. Only they are shown the words.")
