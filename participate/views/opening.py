"""Before it opens: changing the words and days, a look at it as people will see it, and the gates."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.agreements import Kind
from charters.enforcement import require
from charters.fairness import EVERY_GATE, Finding, Gate, Verdict, findings, least_days
from charters.sides import WITHOUT_SIDES
from deliberation.errors import EditConflict, Invalid
from deliberation.opinion.statements import open_statements
from deliberation.spaces.consultations import Consultation, consultation_with_id, framed_of
from deliberation.spaces.opening import Promise, mark_of, open_consultation, revise_consultation
from deliberation.spaces.putting_consultations import put_opening
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.current import database, now
from participate.deciding import DecisionShown, pending
from participate.forms import LANGUAGES, Wrong, typed
from participate.framing import Framing, checked, differing, framing_of, framing_typed
from participate.looking import Look, look_at
from participate.outlines import Outline, outline_of
from participate.views.facilitating import back

pages = Blueprint("opening", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate")

REPLACED = "In place of what another facilitator had just written, which was read first."
"""What the record says, and so whoever was first learns, where one change replaces another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPage:
    """`reasons` has what was typed at a gate that falls short. `later`: it opens on its day, not at once."""

    space: Space
    consultation: Consultation
    findings: Sequence[Finding]
    nothing_decided: bool
    reasons: Mapping[str, str]
    statements: int
    later: bool
    wrong: Sequence[Wrong] = ()
    decisions: Sequence[DecisionShown] = ()

    @property
    def together(self) -> bool:
        """Whether both sides open it, and no facilitator does."""
        return self.space.held_by_both

    @property
    def missing(self) -> bool:
        """Whether something is wanting that cannot be said here."""
        return any(f.verdict is Verdict.MISSING for f in self.findings if f.gate is not Gate.FORMATIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPage:
    """`seen` is the mark of what stands there, `meanwhile` what others wrote there since.

    `clash`: what is kept next takes the place of theirs.
    """

    space: Space
    consultation: Consultation
    outline: Outline
    typed: Framing
    least_days: int
    languages: Mapping[str, str]
    seen: str
    wrong: Sequence[Wrong] = ()
    meanwhile: Mapping[str, str] = field(default_factory=dict)
    clash: bool = False


@dataclass(frozen=True, slots=True)
class LookPage:
    """The consultation as people will see it."""

    space: Space
    consultation: Consultation
    look: Look


@pages.get("/open")
@permits(Action.READ_QUEUE)
async def ask(space: str, consultation: str) -> ResponseReturnValue:
    return await _opening(Promise())


@pages.post("/open")
@permits(Action.OPEN_CONSULTATION, in_verb=True)
async def open_(space: str, consultation: str) -> ResponseReturnValue:
    """What is said here counts for the gates, so the verb asks and not the address."""
    stand = await arrive(space=space, consultation=consultation)
    require(stand.policy, Action.READ_QUEUE, stand.facts)
    reasons: dict[Gate, str] = {}
    for gate in EVERY_GATE - {Gate.FORMATIVE}:
        reasons[gate] = await typed(gate.value)
    promise = Promise(bool(await typed(Gate.FORMATIVE.value)), reasons)
    wrong = _wanting(promise)
    if wrong:
        return await _opening(promise, wrong), 422
    together = stand.facts.standing not in WITHOUT_SIDES
    verb: Callable[..., Awaitable[object]] = put_opening if together else open_consultation
    try:
        async with database().transaction() as session:
            await verb(session, consultation_here()[2], promise=promise, asking=stand.facts, now=now())
    except Invalid as error:
        return await _opening(promise, [Wrong(error.field, str(error))]), 422
    return back("asked" if together else "opened")


@pages.get("/words")
@permits(Action.REVISE_CONSULTATION)
async def words(space: str, consultation: str) -> ResponseReturnValue:
    return await _words(framing_of(consultation_here()[1]))


@pages.post("/words")
@permits(Action.REVISE_CONSULTATION)
async def revise(space: str, consultation: str) -> ResponseReturnValue:
    framing, _ = await framing_typed()
    found = checked(framing, now())
    if isinstance(found, list):
        return await _words(framing, found), 422
    try:
        async with database().transaction() as session:
            await revise_consultation(
                session,
                consultation_here()[2],
                found.text,
                opens_at=found.opens_at,
                closes_at=found.closes_at,
                answer_by=found.answer_by,
                seen=await typed("seen"),
                words=REPLACED if await typed("clash") else "",
                asking=here().facts,
                now=now(),
            )
    except EditConflict:
        return await _clash(framing)
    return back("revised")


async def _clash(framing: Framing) -> ResponseReturnValue:
    """What was typed, and beside it what somebody else has written: nothing of either is lost."""
    async with database().reading() as session:
        _, stands = await consultation_with_id(session, consultation_here()[2])
    meanwhile = differing(framing, framing_of(stands))
    if not meanwhile:
        return back("revised")  # both wrote the same
    return await _words(framing, meanwhile=meanwhile, stands=stands), 409


@pages.get("/look")
@permits(Action.READ_QUEUE)
async def look(space: str, consultation: str) -> ResponseReturnValue:
    """The consultation as people will see it, with buttons that do nothing."""
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        statements = await open_statements(session, held_id)
    first = (statements[0].text, statements[0].language) if statements else None
    page = LookPage(place, held, look_at(held, here().policy, first, len(statements)))
    return await render_template("facilitating/look.html", page=page)


def _findings(promise: Promise) -> Sequence[Finding]:
    """What the gates say, once this is promised."""
    framed = replace(
        framed_of(consultation_here()[1]),
        nothing_decided=promise.nothing_decided,
        departures={gate.value: reason for gate, reason in promise.departures.items()},
    )
    return findings(here().policy.fairness, framed, now())


def _wanting(promise: Promise) -> list[Wrong]:
    """What is to be said before it opens, at its own field."""
    return [
        Wrong(finding.gate.value, finding.mend if finding.gate is Gate.FORMATIVE else _why(finding))
        for finding in _findings(promise)
        if finding.holds
    ]


def _why(finding: Finding) -> str:
    if finding.verdict is Verdict.MISSING:
        return f"{finding.found} {finding.mend}"
    return f"{finding.found} Say why that is fair, or mend it."


async def _opening(promise: Promise, wrong: Sequence[Wrong] = ()) -> str:
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        statements = await open_statements(session, held_id)
        decisions = await pending(session, consultation_id=held_id)
    page = OpeningPage(
        space=place,
        consultation=held,
        findings=_findings(replace(promise, departures={})),
        nothing_decided=promise.nothing_decided,
        reasons={gate.value: reason for gate, reason in promise.departures.items()},
        statements=len(statements),
        later=held.opens_at is not None and held.opens_at > now(),
        wrong=wrong,
        decisions=[one for one in decisions if one.decision.kind is Kind.OPEN_CONSULTATION],
    )
    return await render_template("facilitating/opening.html", page=page)


async def _words(
    framing: Framing,
    wrong: Sequence[Wrong] = (),
    *,
    meanwhile: Mapping[str, str] | None = None,
    stands: Consultation | None = None,
) -> str:
    place, held, _ = consultation_here()
    page = WordsPage(
        space=place,
        consultation=held,
        outline=outline_of(held.kind),
        typed=framing,
        least_days=least_days(here().policy.fairness, held.kind),
        languages=LANGUAGES,
        # With something wrong, the mark that was sent: what others write meanwhile must not go unread.
        seen=await typed("seen") if wrong else mark_of(stands or held),
        wrong=wrong,
        meanwhile=meanwhile or {},
        clash=bool(meanwhile or (wrong and await typed("clash"))),
    )
    return await render_template("facilitating/words.html", page=page)
