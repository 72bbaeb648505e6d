"""What was typed into a form, and what is wrong with it in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from pydantic import ValidationError
from quart import request

from charters.wording import Words
from deliberation.opinion.seeds import Seed, from_csv, pasted, pointing_in
from participate.languages import gettext, number, said

# What can be chosen as a language: tag and name, each named in its own language first.
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "cy": "Cymraeg (Welsh)"})
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing to change: the field's id on the page, and how to mend it."""

    field: str
    message: str


async def typed(name: str) -> str:
    """A field as it was typed, with line ends as `\\n`. A database cannot keep the character 0."""
    text: str = (await request.form).get(name, "")
    return text.replace("\r\n", "\n").replace("\x00", "")


def wrong_in(error: ValidationError, names: Mapping[str, str]) -> list[Wrong]:
    """The faults in words; `names` says what each field is called within a sentence."""
    return [
        Wrong(str(fault["loc"][0]), _sentence(said(names[str(fault["loc"][0])]), fault))
        for fault in error.errors()
    ]


def _sentence(name: str, fault: Mapping[str, object]) -> str:
    context, given = fault.get("ctx", {}), str(fault.get("input", "")).strip()
    assert isinstance(context, dict)
    match fault["type"]:
        case "string_too_short" if not given:
            return gettext("Write %(name)s.", name=name)
        case "string_too_short":
            least = context["min_length"]
            return gettext(
                "%(name)s has %(given)s characters. Write at least %(least)s.",
                name=_first(name),
                given=number(len(given)),
                least=number(least),
            )
        case "string_too_long":
            most = context["max_length"]
            return gettext(
                "%(name)s has %(given)s characters. Shorten it to %(most)s or fewer.",
                name=_first(name),
                given=number(len(given)),
                most=number(most),
            )
    return gettext("%(name)s cannot be used: %(fault)s.", name=_first(name), fault=fault["msg"])


def _first(name: str) -> str:
    return name[:1].upper() + name[1:]


def day_typed(text: str) -> date | None:
    """The day, None where nothing was typed. Raises ValueError with a sentence."""
    text = text.strip()
    if not text:
        return None
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day, not a moment
        except ValueError:
            continue
    raise ValueError(Words("%(text)s is not a day. Write it as 31/12/2026.", text=repr(text[:20])))


def pointing_out(seeds: Sequence[Seed], *, kept: bool) -> list[Wrong]:
    """Each identifier in first statements, unless the facilitator has seen them and `kept` them."""
    return [] if kept else [Wrong("seeds", problem) for problem in pointing_in(seeds)]


async def seeds_typed(language: str) -> list[Seed]:
    """What was pasted, then what is in the file. Raises SeedsRefused for a file that cannot be read."""
    seeds = pasted(await typed("seeds"), language)
    file = (await request.files).get("file")
    if file is not None and file.filename:
        seeds += from_csv(file.read(), language)
    return seeds
