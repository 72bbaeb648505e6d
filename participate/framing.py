"""A consultation while it is being framed: what was typed, and whether it can be kept.

Nothing of it is stored before it is made: each page carries what was typed on the others.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta

from pydantic import ValidationError
from quart import request

from charters.fairness import least_days, prompts_left
from charters.policy import Policy
from deliberation.errors import Invalid
from deliberation.opinion.seeds import Seed, SeedsRefused, as_csv, from_csv, pasted, problems_of
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation, ConsultationText, check_dates
from deliberation.spaces.days import day_in_london, first_moment, last_moment
from participate.forms import LANGUAGES, Wrong, day_typed, typed, wrong_in
from participate.outlines import Outline

NAMES = {
    "title": "a short title",
    "question": "the question",
    "background": "the background",
    "language": "the language",
}
COPY = " (copy)"
LONGEST_TITLE = 200
SLACK = timedelta(days=7)
"""Time to finish and to open it, when a last day is suggested."""


@dataclass(frozen=True, slots=True)
class Framing:
    """The fields as they were typed. `csv` and `csv_name` are a CSV file that was sent before."""

    title: str = ""
    question: str = ""
    background: str = ""
    language: str = "en"
    opens: str = ""
    closes: str = ""
    answer: str = ""
    seeds: str = ""
    csv: str = ""
    csv_name: str = ""
    copied: str = ""


WORDS = ("title", "question", "background", "language")
DAYS = ("opens", "closes", "answer")
STATEMENTS = ("seeds", "csv", "csv_name")


@dataclass(frozen=True, slots=True)
class Checked:
    """Words and days in which nothing was wrong."""

    text: ConsultationText
    opens_at: datetime | None
    closes_at: datetime
    answer_by: datetime | None


def begun(outline: Outline, policy: Policy, now: datetime) -> Framing:
    """A form that an outline has begun to fill."""
    days = timedelta(days=least_days(policy.fairness, outline.kind))
    return Framing(
        question=outline.asks,
        background=outline.background,
        closes=(day_in_london(now) + days + SLACK).isoformat(),
    )


def framing_of(consultation: Consultation) -> Framing:
    """A form filled with a consultation as it is."""
    return Framing(
        title=consultation.title,
        question=consultation.question,
        background=consultation.background,
        language=consultation.language,
        opens=_day(consultation.opens_at),
        closes=_day(consultation.closes_at),
        answer=_day(consultation.answer_by),
    )


LABELS = {
    "title": "Short title",
    "question": "Question",
    "background": "Background",
    "language": "Language of the question",
    "opens": "First day",
    "closes": "Last day",
    "answer": "Day of the answer",
}


def differing(mine: Framing, theirs: Framing) -> dict[str, str]:
    """The fields in which two forms differ, by their labels, as a reader is shown those of the second one."""
    return {
        label: _shown(name, getattr(theirs, name))
        for name, label in LABELS.items()
        if getattr(mine, name).split() != getattr(theirs, name).split()
    }


def _shown(name: str, value: str) -> str:
    if name in DAYS and value:
        day = date.fromisoformat(value)
        return f"{day:%A} {day.day} {day:%B %Y}"
    return LANGUAGES.get(value, value) if name == "language" else value


def copied_from(consultation: Consultation, seeds: Sequence[Statement]) -> Framing:
    """A form filled with what a consultation asked and its first statements; its days are left out.

    Statements in another language than the question's stand as rows of a file, which can say their language.
    """
    same = [seed.text for seed in seeds if seed.language == consultation.language]
    others = [(seed.text, seed.language) for seed in seeds if seed.language != consultation.language]
    return replace(
        framing_of(consultation),
        title=f"{consultation.title[: LONGEST_TITLE - len(COPY)]}{COPY}",
        opens="",
        closes="",
        answer="",
        seeds="\n".join(same),
        csv=as_csv(others) if others else "",
        csv_name=f"{consultation.slug}.csv" if others else "",
        copied=consultation.title,
    )


async def framing_typed() -> tuple[Framing, list[Wrong]]:
    """What was typed on this page and on those before it, and why a file that was sent cannot be read.

    A new file takes the place of an earlier one, which may also be left out.
    """
    framing = Framing(**{field.name: await typed(field.name) for field in fields(Framing)})
    if await typed("leave_out"):
        framing = replace(framing, csv="", csv_name="")
    sent = (await request.files).get("file")
    if sent is None or not sent.filename:
        return framing, []
    content = sent.read()
    try:
        from_csv(content, framing.language)
    except SeedsRefused as error:
        return framing, [Wrong("seeds", problem) for problem in error.problems]
    return replace(framing, csv=content.decode("utf-8-sig"), csv_name=sent.filename[:100]), []


def checked(framing: Framing, now: datetime) -> Checked | list[Wrong]:
    """The words and the days, or all that is wrong with them."""
    wrong: list[Wrong] = []
    text = _text(framing, wrong)
    opens, closes, answer = (_typed_day(framing, name, wrong) for name in DAYS)
    if not framing.closes.strip():
        wrong.append(Wrong("closes", "Choose the last day of voting."))
    if opens is not None and opens < day_in_london(now):
        wrong.append(Wrong("opens", "The opening day has passed. Choose today or a later day."))
    if wrong or text is None or closes is None:
        return wrong
    found = Checked(
        text,
        first_moment(opens) if opens is not None else None,
        last_moment(closes),
        last_moment(answer) if answer is not None else None,
    )
    try:
        check_dates(found.opens_at, found.closes_at, found.answer_by, now)
    except Invalid as error:
        return [Wrong(error.field, str(error))]
    return found


def seeds_in(framing: Framing) -> tuple[list[Seed], list[Wrong]]:
    """The first statements that were pasted and sent in a file, and what is wrong with them."""
    seeds, problems = pasted(framing.seeds, framing.language), []
    try:
        if framing.csv:
            seeds += from_csv(framing.csv.encode(), framing.language)
        problems = problems_of(seeds)
    except SeedsRefused as error:
        problems = list(error.problems)
    return seeds, [Wrong("seeds", problem) for problem in problems]


def _text(framing: Framing, wrong: list[Wrong]) -> ConsultationText | None:
    text = None
    try:
        given = {name: value for name, value in asdict(framing).items() if name in WORDS}
        text = ConsultationText.model_validate(given)
    except ValidationError as error:
        wrong += wrong_in(error, NAMES)
    if prompts_left(framing.question):
        wrong.append(Wrong("question", "Fill what stands in double square brackets, or take it out."))
    if framing.language not in LANGUAGES:
        wrong.append(Wrong("language", "Choose one of the languages."))
    return text


def _typed_day(framing: Framing, name: str, wrong: list[Wrong]) -> date | None:
    try:
        return day_typed(getattr(framing, name))
    except ValueError as error:
        wrong.append(Wrong(name, str(error)))
        return None


def _day(moment: datetime | None) -> str:
    return day_in_london(moment).isoformat() if moment is not None else ""
