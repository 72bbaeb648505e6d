"""Words for a clause as they are typed: their limits, a look before, what may point to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from pydantic import ValidationError
from quart import request

from charters.wording import Words
from deliberation.drafting.clauses import ClauseText
from deliberation.drafting.comments import Comment
from deliberation.errors import Invalid
from deliberation.opinion.cautions import cautions_in, without_identifiers
from participate.checking import Found
from participate.forms import LANGUAGES, Wrong, typed, wrong_in
from participate.languages import said
from participate.markdown import render

CALLED: Mapping[str, Words] = {
    "heading": Words("the heading"),
    "text": Words("the text of the clause"),
    "language": Words("its language"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A clause as it was typed. `shown` is the hash of the words that the form was made from.

    `after` is the clause that a new one comes behind, `why` the reason of a suggestion. `live` is there for
    words that were written together: how often these had begun; `was` is what was sent first, where the page
    has come back since.
    """

    heading: str = ""
    text: str = ""
    language: str = ""
    shown: str = ""
    after: int = 0
    why: str = ""
    live: int = 0
    was: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How words would read, and what was found in them that their author has not been shown yet."""

    html: Markup
    found: Found | None


async def typed_draft() -> Draft:
    """What was typed."""
    return Draft(
        heading=await typed("heading"),
        text=await typed("text"),
        language=await typed("language"),
        shown=await typed("shown"),
        after=number_in(await typed("after")),
        why=await typed("why"),
        live=number_in(await typed("live")),
        was=await typed("was"),
    )


def first_sent(draft: Draft) -> Draft:
    """The draft of a form that goes back to its author: what they had sent first stays known."""
    together = f"{draft.heading}\n{draft.text}"
    return replace(draft, was=draft.was or together) if draft.live else draft


def draft_of(words: Comment | None, shown: str, language: str) -> Draft:
    """A form that begins with these words, or empty in this language."""
    if words is None:
        return Draft(language=language, shown=shown)
    return Draft(heading=words.heading, text=words.text, language=words.language, shown=shown)


def number_in(text: str) -> int:
    """A number of a clause; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


async def checked(draft: Draft) -> ClauseText:
    """The words with their limits; with identifiers hidden where that was asked for.

    Raises ValidationError and Invalid.
    """
    if draft.language not in LANGUAGES:
        raise Invalid("language", Words("Choose the language of the clause."))
    heading, text = draft.heading, draft.text
    if "hide" in await request.form:
        heading, text = without_identifiers(heading), without_identifiers(text)
    return ClauseText(heading=heading, text=text, language=draft.language)


async def reason_typed(draft: Draft) -> str:
    """Why a wording is suggested; with identifiers hidden where that was asked for."""
    return without_identifiers(draft.why) if "hide" in await request.form else draft.why


async def first_look(text: ClauseText, why: str = "") -> Look | None:
    """How it reads and what was found in it, where its author asked or has not seen that; else None."""
    form = await request.form
    whole = _whole(text.heading, text.text, why)
    found = Found(whole, cautions_in(whole), ())
    typed_now = _whole(await typed("heading"), await typed("text"), await typed("why"))
    seen = (await typed("seen")).split() == typed_now.split()
    decided = seen and ("anyway" in form or "hide" in form)
    unseen = found if found.anything and not decided else None
    return Look(render(text.text), unseen) if "preview" in form or unseen is not None else None


def _whole(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def wrong_with(error: ValidationError | Invalid) -> Sequence[Wrong]:
    """What to change in the form."""
    if isinstance(error, Invalid):
        return [Wrong(error.field, said(str(error)))]
    return wrong_in(error, CALLED)


def as_one(words: Comment | Draft) -> str:
    """Heading and words as one text, to be compared."""
    return f"{words.heading}\n\n{words.text}".strip()
