"""A new consultation in three screens: what kind of question, its words and days, its first statements.

Nothing is stored before the last button is pressed; every screen carries what was typed on the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.fairness import Finding, Framed, Gate, findings, least_days
from deliberation.errors import Invalid
from deliberation.opinion.seeds import Seed, add_seeds, pointing_in, seeds_of
from deliberation.spaces.consultations import Consultation, consultation_named, create_consultation
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database, now
from participate.forms import LANGUAGES, Wrong, pointing_out, typed
from participate.framing import (
    STATEMENTS,
    Checked,
    Framing,
    begun,
    checked,
    copied_from,
    framing_typed,
    seeds_in,
)
from participate.looking import Look, look_at
from participate.outlines import OUTLINES, Outline, outline_of

pages = Blueprint("new_consultation", __name__, url_prefix="/spaces/<space>/facilitate/new")


@dataclass(frozen=True, slots=True)
class KindsPage:
    """The first screen. `days` has for each kind how long it is open at least."""

    space: Space
    outlines: Sequence[Outline]
    days: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """The second screen: words and days. `carried` is what was typed on the third."""

    space: Space
    outline: Outline
    typed: Framing
    carried: Mapping[str, str]
    least_days: int
    languages: Mapping[str, str]
    wrong: Sequence[Wrong] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsPage:
    """The third screen: first statements, a last look, and the button that makes it.

    `look` shows it as people will see it. `pointing`: an identifier is in them, `kept` as it is.
    `findings` is what is still wanting before it can be opened.
    """

    space: Space
    outline: Outline
    typed: Framing
    carried: Mapping[str, str]
    checked: Checked
    seeds: Sequence[Seed]
    findings: Sequence[Finding]
    look: Look | None = None
    pointing: bool = False
    kept: bool = False
    wrong: Sequence[Wrong] = ()


@dataclass(frozen=True, slots=True)
class Last:
    """What the third screen is to show of the statements: themselves, as people see them, what is wrong."""

    seeds: Sequence[Seed]
    look: bool = False
    wrong: Sequence[Wrong] = ()


@pages.get("")
@permits(Action.CREATE_CONSULTATION)
async def kinds(space: str) -> ResponseReturnValue:
    fairness = here().policy.fairness
    days = {kind: least_days(fairness, kind) for kind in OUTLINES}
    page = KindsPage(_space(), list(OUTLINES.values()), days)
    return await render_template("facilitating/new/kinds.html", page=page)


@pages.get("/<kind>")
@permits(Action.CREATE_CONSULTATION)
async def question(space: str, kind: str) -> ResponseReturnValue:
    """The second screen, begun by an outline, or filled with a consultation of the space to be copied."""
    slug = request.args.get("copy", "")
    return await _question(
        kind, await _copied(slug) if slug else begun(outline_of(kind), here().policy, now())
    )


@pages.post("/<kind>")
@permits(Action.CREATE_CONSULTATION)
async def go_on(space: str, kind: str) -> ResponseReturnValue:
    """Whatever is pressed on the second or the third screen."""
    act = (await request.form).get("act", "")
    framing, unreadable = await framing_typed()
    if act == "back":
        return await _question(kind, framing)
    found = checked(framing, now())
    if isinstance(found, list):
        return await _question(kind, framing, found), 422
    seeds, wrong = seeds_in(framing)
    wrong += pointing_out(seeds, kept=bool(await typed("keep")))
    if act == "question":
        return await _statements(kind, framing, found, Last(seeds))
    if unreadable or wrong:
        return await _statements(kind, framing, found, Last(seeds, wrong=[*unreadable, *wrong])), 422
    if act == "look":
        return await _statements(kind, framing, found, Last(seeds, look=True))
    try:
        consultation = await _make(outline_of(kind).kind, framing, found, seeds)
    except Invalid as error:
        return await _question(kind, framing, [Wrong(error.field, str(error))]), 422
    return redirect(
        url_for("facilitating.run", space=space, consultation=consultation.slug, done="made"), 303
    )


async def _make(kind: str, framing: Framing, found: Checked, seeds: Sequence[Seed]) -> Consultation:
    """The consultation and its first statements together, or neither."""
    async with database().transaction() as session:
        consultation = await create_consultation(
            session,
            _space(),
            found.text,
            opens_at=found.opens_at,
            closes_at=found.closes_at,
            answer_by=found.answer_by,
            kind=kind,
            words=f"Copied from {framing.copied}." if framing.copied else "",
            asking=here().facts,
            now=now(),
        )
        assert consultation.id is not None
        if seeds:
            await add_seeds(session, consultation.id, seeds, asking=here().facts, now=now())
    return consultation


async def _question(kind: str, framing: Framing, wrong: Sequence[Wrong] = ()) -> str:
    page = QuestionPage(
        space=_space(),
        outline=outline_of(kind),
        typed=framing,
        carried={name: getattr(framing, name) for name in (*STATEMENTS, "copied")},
        least_days=least_days(here().policy.fairness, kind),
        languages=LANGUAGES,
        wrong=wrong,
    )
    return await render_template("facilitating/new/question.html", page=page)


async def _statements(kind: str, framing: Framing, found: Checked, last: Last) -> str:
    page = StatementsPage(
        space=_space(),
        outline=outline_of(kind),
        typed=framing,
        carried={name: value for name, value in asdict(framing).items() if name != "seeds"},
        checked=found,
        seeds=last.seeds,
        findings=_wanting(kind, found),
        look=_look(found, last.seeds) if last.look else None,
        pointing=bool(pointing_in(last.seeds)),
        kept=bool(await typed("keep")),
        wrong=last.wrong,
    )
    return await render_template("facilitating/new/statements.html", page=page)


def _look(found: Checked, seeds: Sequence[Seed]) -> Look:
    """A consultation that is not made, as people would see it."""
    asked = Consultation(
        **found.text.model_dump(),
        space_id=0,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        answer_by=found.answer_by,
        created_at=now(),
    )
    first = (seeds[0].text, seeds[0].language) if seeds else None
    return look_at(asked, here().policy, first, len(seeds))


def _wanting(kind: str, found: Checked) -> list[Finding]:
    """What the gates of fairness will ask for, but for what is said on opening itself."""
    framed = Framed(
        kind=kind,
        background=found.text.background,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        answer_by=found.answer_by,
    )
    told = findings(here().policy.fairness, framed, now())
    return [finding for finding in told if finding.holds and finding.gate is not Gate.FORMATIVE]


async def _copied(slug: str) -> Framing:
    """What a consultation of this space asked, with its first statements. Raises NotFound."""
    async with database().reading() as session:
        _, consultation = await consultation_named(session, _space().slug, slug)
        assert consultation.id is not None
        seeds = await seeds_of(session, consultation.id)
    return copied_from(consultation, seeds)


def _space() -> Space:
    place = here().space
    assert place is not None
    return place
