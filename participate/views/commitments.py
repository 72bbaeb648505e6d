"""What follows from an agreed proposal, by form: answers of bodies, promises, what became of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.commitments import Kept
from charters.enforcement import Refusal
from charters.terms import proposal_notice
from charters.wording import Words
from deliberation.drafting.commitments import (
    LONGEST,
    LONGEST_ANSWER,
    AnswerText,
    Commitment,
    PromiseText,
    answer_proposal,
    commitment_numbered,
    following,
    promise,
    report_promise,
)
from deliberation.drafting.proposals import Proposal
from deliberation.errors import Invalid
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database, now
from participate.follows import SpokenShown, spoken_shown
from participate.forms import LANGUAGES, Wrong, day_typed, typed, wrong_in
from participate.languages import language, said
from participate.views.beginning import speaking
from participate.views.clauses import arrived, place_here
from participate.views.proposals import why_not

pages = Blueprint("commitments", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")

CALLED: Mapping[str, Words] = {"words": Words("your text"), "language": Words("the language")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentPage:
    """One form. `kind` says which: an answer, a promise, or what became of `made`.

    `refusal` says why the reader cannot tell what became of it; None where they can.
    """

    space: Space
    proposal: Proposal
    kind: str
    typed: Mapping[str, str]
    notice: str
    most: int
    made: Commitment | None = None
    promised: SpokenShown | None = None
    refusal: Refusal | None = None
    wrong: Sequence[Wrong] = ()
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGES)


@pages.get("/answer")
@permits(Action.ANSWER_PROPOSAL)
async def answer(space: str, proposal: int) -> ResponseReturnValue:
    """The answer of one's body in a form, with what it said before."""
    belonging = here().facts.belonging
    async with database().reading() as session:
        so_far = await following(session, place_here()[1].id)
        before = so_far.answers.get((belonging.body or "") if belonging is not None else "")
        given = {}
        if before is not None:
            one = await spoken_shown(session, so_far, before.words_id, before.words, before.language)
            given = {"words": one.text, "language": one.language}
    return await _form("answer", given)


@pages.post("/answer")
@permits(Action.ANSWER_PROPOSAL, in_verb=True)
async def answered(space: str, proposal: int) -> ResponseReturnValue:
    """Keep it."""
    stand, asking = await arrived(space, proposal, Action.ANSWER_PROPOSAL)
    place, _ = place_here()

    async def act(given: Mapping[str, str]) -> None:
        text = AnswerText.model_validate(_text(given))
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            await answer_proposal(session, place, proposal, text, speaker=speaker, asking=asking, now=now())

    return await _try("answer", act, "answered")


@pages.get("/promises/add")
@permits(Action.MAKE_COMMITMENT)
async def add(space: str, proposal: int) -> ResponseReturnValue:
    """A promise in a form."""
    return await _form("promise", {})


@pages.post("/promises/add")
@permits(Action.MAKE_COMMITMENT, in_verb=True)
async def added(space: str, proposal: int) -> ResponseReturnValue:
    """Make it."""
    stand, asking = await arrived(space, proposal, Action.MAKE_COMMITMENT)
    place, _ = place_here()

    async def act(given: Mapping[str, str]) -> None:
        text = PromiseText.model_validate(_text(given))
        try:
            due = day_typed(given["due_on"])
        except ValueError as error:
            raise Invalid("due_on", str(error)) from None
        if due is None:
            raise Invalid("due_on", Words("Say by which day."))
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            await promise(session, place, proposal, text, due, speaker=speaker, asking=asking, now=now())

    return await _try("promise", act, "promised")


@pages.get("/promises/<int:number>")
@permits(Action.READ_PAGE)
async def tell(space: str, proposal: int, number: int) -> ResponseReturnValue:
    """What became of a promise, in a form for whoever made it."""
    async with database().reading() as session:
        made = await commitment_numbered(session, place_here()[1], number)
    return await _form("report", {}, made=made)


@pages.post("/promises/<int:number>")
@permits(Action.REPORT_COMMITMENT, in_verb=True)
async def told(space: str, proposal: int, number: int) -> ResponseReturnValue:
    """Tell it."""
    stand, asking = await arrived(space, proposal, Action.READ_PAGE)
    place, found = place_here()
    async with database().reading() as session:
        made = await commitment_numbered(session, found, number)

    async def act(given: Mapping[str, str]) -> None:
        async with database().transaction() as session:
            if given["kept"] not in ("yes", "no"):
                raise Invalid("kept", Words("Say whether it was kept."))
            await report_promise(
                session,
                place,
                proposal,
                number,
                PromiseText.model_validate(_text(given)),
                kept=given["kept"] == "yes",
                speaker=await speaking(session, place, stand.account_id),
                asking=asking,
                now=now(),
            )

    return await _try("report", act, "told", made)


Act = Callable[[Mapping[str, str]], Awaitable[None]]


async def _try(kind: str, act: Act, done: str, made: Commitment | None = None) -> ResponseReturnValue:
    given = {name: await typed(name) for name in ("words", "language", "due_on", "kept")}
    place, proposal = place_here()
    try:
        if given["language"] not in LANGUAGES:
            raise Invalid("language", Words("Choose the language."))
        await act(given)
    except ValidationError as error:
        return await _form(kind, given, wrong_in(error, CALLED), made=made), 422
    except Invalid as error:
        wrong = [Wrong(error.field, said(str(error)))]
        return await _form(kind, given, wrong, made=made), 422
    address = url_for("proposals.show", space=place.slug, proposal=proposal.number, said=done)
    return redirect(f"{address}#follows", 303)


def _text(given: Mapping[str, str]) -> dict[str, str]:
    return {"words": given["words"], "language": given["language"]}


def _why_not_told(made: Commitment) -> Refusal | None:
    """Why whoever asks cannot tell what became of this promise; None where they can."""
    facts = here().facts
    body = facts.belonging.body if facts.belonging is not None else None
    own = facts.side is made.side and made.body in (None, body)
    return why_not(Action.REPORT_COMMITMENT, own_promise=own, promise_open=made.state is Kept.OPEN)


async def _form(
    kind: str, given: Mapping[str, str], wrong: Sequence[Wrong] = (), *, made: Commitment | None = None
) -> str:
    place, proposal = place_here()
    promised = None
    if made is not None:
        async with database().reading() as session:
            so_far = await following(session, proposal.id)
            promised = await spoken_shown(session, so_far, made.words_id, made.words, made.language)
    page = CommitmentPage(
        space=place,
        proposal=proposal,
        kind=kind,
        typed={"language": language(), "words": "", "due_on": "", "kept": "", **given},
        notice=said(proposal_notice(here().policy).text),
        most=LONGEST_ANSWER if kind == "answer" else LONGEST,
        made=made,
        promised=promised,
        refusal=_why_not_told(made) if made is not None else None,
        wrong=wrong,
    )
    return await render_template("commitments/form.html", page=page)
