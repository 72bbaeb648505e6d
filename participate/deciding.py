"""Decisions of both sides as pages show them: what is decided, which key is turned, what the other needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind, State
from charters.differences import Differences, differences
from charters.disclosure import ProtectedCounts
from charters.discussing import DISCUSSED
from charters.enforcement import Refusal, decide
from charters.panels import SideShown, class_counts, panel, published_sum
from charters.policy import parse_policy
from charters.rules import Way
from charters.sides import WITHOUT_SIDES
from charters.states import Attestation, Side
from charters.terms import Policy
from charters.values import bodies, people, percentage
from charters.wording import Words
from deliberation.drafting.comments import counts_of_comments
from deliberation.drafting.proposals import Proposal, proposal_numbered
from deliberation.drafting.versions import answered_before, version_in
from deliberation.spaces.answering import is_secret
from deliberation.spaces.charters import Charter, charter_with_id, signed_versions
from deliberation.spaces.consultations import Consultation, consultation_with_id
from deliberation.spaces.decisions import Decision, KeyAnswer, answers_to, open_decisions, text_before
from deliberation.spaces.sides import classes_of_people
from deliberation.spaces.subjects import about
from participate.access import here
from participate.charter_versions import KEY_DIGITS
from participate.current import now
from participate.matters import Line, lines_of, moved_lines
from participate.network import visitor

TITLES: Mapping[Kind, Words] = MappingProxyType(
    {
        Kind.ADOPT_CHARTER: Words("Sign the founding charter"),
        Kind.RATIFY_CHARTER: Words("Ratify the charter"),
        Kind.AMEND_CHARTER: Words("Change the charter"),
        Kind.OPEN_CONSULTATION: Words("Open a consultation"),
        Kind.EXTEND_CONSULTATION: Words("Move the last day of voting"),
        Kind.CLOSE_EARLY: Words("End voting early"),
        Kind.CHANGE_ATTESTATION: Words("Change who may vote"),
        Kind.AGREE_PROPOSAL: Words("Agree a proposal"),
        Kind.WITHDRAW_PROPOSAL: Words("Withdraw a proposal"),
        Kind.PUBLISH_OUTCOME: Words("Publish an outcome"),
        Kind.APPOINT_FACILITATOR: Words("Appoint a facilitator"),
        Kind.CONFIRM_HIDING: Words("Keep a statement hidden"),
    }
)
CHECKED: Mapping[Attestation, Words] = MappingProxyType(
    {
        Attestation.OPEN: Words("Not checked"),
        Attestation.ASSISTED: Words("Entered by a named helper"),
        Attestation.EMAIL: Words("E-mail address checked"),
        Attestation.INVITED: Words("Personally invited"),
        Attestation.NHS_LOGIN: Words("Signed in with NHS login"),
        Attestation.STAFF: Words("Named by a body"),
    }
)
"""What was checked about members, as the people's key tells it."""
ONE_EACH = Words("One signature from each side is enough. It is the same for both.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShown:
    """One side's key. `names` are those who signed or declined in public, with yes or no.

    `count` is the people's sum after a vote has ended, None where too few voted to tell. `classes` has about
    how many members there are by what was checked about them, and only what may be told.
    """

    shown: SideShown
    secret: bool
    bodies: Sequence[tuple[str, bool | None]] = ()
    names: Sequence[tuple[str, bool]] = ()
    reasons: Sequence[str] = ()
    count: ProtectedCounts | None = None
    classes: Sequence[tuple[Words, int]] = ()

    @property
    def side(self) -> Side:
        """Whose it is."""
        return self.shown.side


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionShown:
    """A decision on a page. `mine` is this person's answer, `again`: it was to another text.

    `comments` is how many were written about it, None where nobody comments on one of its kind. `proposal`
    and `version` are what it is about, where it is; `answered` is the earlier version that this person has
    answered, None where they have answered none or this one too.

    `refusal` says why they have no key here, None where they have one. Of what has moved since they signed,
    `differences` tells where it is a charter, `moved` where it is not.
    """

    decision: Decision
    state: State
    title: Words
    rule: Words
    lines: Sequence[Line]
    keys: Sequence[KeyShown]
    consultation: Consultation | None = None
    charter: Charter | None = None
    proposal: Proposal | None = None
    version: int | None = None
    answered: int | None = None
    signing: bool = True
    mine: KeyAnswer | None = None
    again: bool = False
    differences: Differences | None = None
    moved: Sequence[Line] = ()
    refusal: Refusal | None = None

    own_side: Side | None = None
    version_key: str = ""
    comments: int | None = None

    @property
    def open(self) -> bool:
        """Whether both sides are deciding."""
        return self.state is State.OPEN


async def pending(
    session: AsyncSession, *, consultation_id: int | None = None, subject: str | None = None
) -> list[DecisionShown]:
    """What is being decided in the present space: of one consultation, about `subject`, or all of it."""
    space = here().space
    if space is None or space.id is None or space.standing in WITHOUT_SIDES:
        return []
    asked = about(consultation_id) if consultation_id is not None else subject
    return [await shown(session, one) for one in await open_decisions(session, space.id, about=asked)]


async def shown(session: AsyncSession, decision: Decision, *, was_shown: str = "") -> DecisionShown:
    """A decision for whoever asks. `was_shown` is the hash of a text they had before them and that moved."""
    assert decision.id is not None
    moment, policy = now(), here().policy
    given = await answers_to(session, decision.id)
    told = panel(decision.agreement, [one.answer for one in given], now=moment, shown=decision.shown)
    state = decision.state if decision.state is not State.OPEN else told.state
    mine = _mine(given)
    before = was_shown or (mine.text if mine is not None else "")
    again = mine is not None and (mine.text != decision.text or mine.at < decision.opened_at)
    consultation = None
    if decision.consultation_id is not None:
        _, consultation = await consultation_with_id(session, decision.consultation_id)
    charter = await charter_with_id(session, decision.charter_id) if decision.charter_id is not None else None
    classes = await _classes(session, decision, policy, moment) if state is State.OPEN else ()
    rule = decision.agreement.rule
    return DecisionShown(
        decision=decision,
        state=state,
        title=TITLES[decision.kind],
        rule=ONE_EACH
        if rule.way is Way.ONE_EACH
        else Words(
            "Each side needs %(share)s of its votes. At least %(people)s and %(bodies)s must vote.",
            share=percentage(rule.share),
            people=people(rule.quorum.people),
            bodies=bodies(rule.quorum.body),
        ),
        lines=await lines_of(session, decision),
        keys=[
            _key(decision, told.sides[side], given, policy, classes if side is Side.PEOPLE else ())
            for side in Side
        ],
        consultation=consultation,
        charter=charter,
        proposal=await _proposal(session, decision),
        version=version_in(decision),
        answered=None if mine is not None else await answered_before(session, decision, own_pseudonym()),
        signing=rule.way is Way.ONE_EACH,
        mine=mine,
        again=again,
        own_side=here().facts.side,
        version_key=await _version_key(session, charter),
        comments=(await counts_of_comments(session, [decision.id]))[decision.id]
        if decision.kind in DISCUSSED
        else None,
        differences=await _differences(session, decision, before),
        moved=await _moved(session, decision, before),
        refusal=_refusal(decision, policy, moment) if state is State.OPEN else None,
    )


async def _version_key(session: AsyncSession, charter: Charter | None) -> str:
    """How the pages of the charter name this version: by its number once it is signed."""
    if charter is None:
        return ""
    signed = await signed_versions(session, charter.space_id)
    is_signed = any(one.charter.digest == charter.digest for one in signed)
    return str(charter.version) if is_signed else charter.digest[:KEY_DIGITS]


async def _proposal(session: AsyncSession, decision: Decision) -> Proposal | None:
    number = (decision.subject or {}).get("proposal")
    return None if number is None else await proposal_numbered(session, decision.space_id, number)


def _mine(given: Sequence[KeyAnswer]) -> KeyAnswer | None:
    voter = own_pseudonym()
    return next((one for one in given if one.voter == voter), None) if voter else None


def own_pseudonym() -> str:
    """The pseudonym of whoever asks in the present space; empty for somebody who is not signed in."""
    space = here().space
    if here().account_id is None or space is None or space.id is None:
        return ""
    return visitor().pseudonym(space.id)


def _refusal(decision: Decision, policy: Policy, moment: datetime) -> Refusal | None:
    facts = replace(
        here().facts,
        now=moment,
        decision=decision.agreement,
        decision_state=decision.state,
        shown=decision.text,
    )
    found = decide(policy, Action.ANSWER_DECISION, facts)
    return found if isinstance(found, Refusal) else None


async def _classes(
    session: AsyncSession, decision: Decision, policy: Policy, moment: datetime
) -> list[tuple[Words, int]]:
    members = await classes_of_people(session, decision.space_id, now=moment)
    counts = class_counts(members, policy.publication)
    return [(CHECKED[checked], count) for checked, count in counts.items() if count]


def _key(
    decision: Decision,
    told: SideShown,
    given: Sequence[KeyAnswer],
    policy: Policy,
    classes: Sequence[tuple[Words, int]],
) -> KeyShown:
    side, secret = told.side, is_secret(decision, told.side)
    named = {party.id: party.name for party in policy.parties}
    current = [one for one in given if one.side is side and one.text == decision.text]
    ended, sums = decision.state is not State.OPEN, decision.sums
    if ended and sums is not None:
        told = replace(told, turned=sums[side].turns(decision.agreement.rule, side), needs=Words(""))
    # A secret vote's reasons, if any, are told when it has ended, in an order that tells nothing.
    open_book = not secret or ended
    return KeyShown(
        shown=told,
        secret=secret,
        bodies=[(named.get(body, body), yes) for body, yes in told.bodies.items()],
        names=[] if secret else [(_name(one, named), one.yes) for one in current],
        reasons=sorted(one.reason for one in current if one.reason) if open_book else (),
        count=published_sum(sums[side], policy.publication) if secret and sums is not None else None,
        classes=classes,
    )


def _name(answer: KeyAnswer, named: Mapping[str, str]) -> str:
    body = named.get(answer.body or "", answer.body or "")
    return ", ".join(part for part in (answer.name, body) if part)


async def _differences(session: AsyncSession, decision: Decision, before: str) -> Differences | None:
    if decision.charter_id is None or not before or before == decision.text or decision.id is None:
        return None
    was = await text_before(session, decision.id, before)
    if was is None or was.charter_id is None:
        return None
    old = await charter_with_id(session, was.charter_id)
    new = await charter_with_id(session, decision.charter_id)
    return differences(parse_policy(old.file), parse_policy(new.file))


async def _moved(session: AsyncSession, decision: Decision, before: str) -> Sequence[Line]:
    if decision.subject is None or not before or before == decision.text or decision.id is None:
        return ()
    was = await text_before(session, decision.id, before)
    return () if was is None or was.subject is None else moved_lines(was.subject, decision.subject)
