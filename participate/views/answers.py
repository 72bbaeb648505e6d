"""What bodies answer to what people agreed on: for everybody to read, and for their delegates to write."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.wording import Words
from deliberation.publishing.answers import AnswerWords, Owed, give_answer, owed_in
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.forms import LANGUAGES, Wrong, typed, wrong_in
from participate.results.answers import Answered
from participate.results.published import newest_shown

pages = Blueprint("answers", __name__, url_prefix="/spaces/<space>/<consultation>/answers")

MOST_SHARED = 6
NAMES = {"words": Words("the answer"), "language": Words("the language")}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersPage:
    """`shared` is what people agreed on. `answering` is the body that this person answers for, or None."""

    space: Space
    consultation: Consultation
    owed: Sequence[Owed]
    shared: Sequence[Answered]
    answering: Owed | None
    languages: dict[str, str]
    words: str
    language: str
    wrong: Sequence[Wrong] = ()


@pages.get("")
@permits(Action.READ_PAGE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    return await _page("", consultation_here()[1].language)


@pages.post("")
@permits(Action.GIVE_ANSWER)
async def give(space: str, consultation: str) -> ResponseReturnValue:
    words, language = await typed("words"), await typed("language")
    try:
        text = AnswerWords.model_validate({"words": words, "language": language})
        async with database().transaction() as session:
            await give_answer(session, consultation_here()[2], text, asking=here().facts, now=now())
    except ValidationError as error:
        return await _page(words, language, wrong_in(error, NAMES)), 422
    return redirect(url_for("answers.show", space=space, consultation=consultation), 303)


async def _page(words: str, language: str, wrong: Sequence[Wrong] = ()) -> str:
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        owed = await owed_in(session, place, held, here().policy, now=now())
        shown = await newest_shown(session, held_id)
    numbers = [*shown.content["agree"], *shown.content["disagree"]] if shown is not None else []
    page = AnswersPage(
        space=place,
        consultation=held,
        owed=owed,
        shared=shown.list_of(numbers, MOST_SHARED) if shown is not None else [],
        answering=_answering(owed),
        languages=dict(LANGUAGES),
        words=words,
        language=language,
        wrong=wrong,
    )
    return await render_template("answering/answers.html", page=page)


def _answering(owed: Sequence[Owed]) -> Owed | None:
    """What the person who asks may answer."""
    belonging = here().facts.belonging
    if belonging is None or not here().may(Action.GIVE_ANSWER):
        return None
    return next((one for one in owed if one.body == belonging.body), None)
