"""Seeds: the first statements, which a facilitator pastes one to a line or sends as a CSV file."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import StatementState
from deliberation.errors import Invalid
from deliberation.opinion.cautions import NAMES, cautions_in
from deliberation.opinion.statements import (
    LONGEST,
    Statement,
    StatementText,
    Votable,
    likeness,
    reserve_numbers,
)
from deliberation.publishing.record import Did, enter
from deliberation.spaces.consultations import consultation_with_id, require_in

MOST = 500
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Seed:
    """One statement and where it was written: `place` is such as "Line 3" or "File, line 3"."""

    place: str
    text: str
    language: str


class SeedsRefused(Invalid):
    """Nothing was added: `problems` has one sentence for each line that is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("seeds", " ".join(problems))
        self.problems = tuple(problems)


def pasted(text: str, language: str) -> list[Seed]:
    """One statement to a line; empty lines are passed over."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [
        Seed(f"Line {number}", line.strip(), language)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def from_csv(content: bytes, language: str) -> list[Seed]:
    """The rows of a CSV file. Where the first row names a column `statement` or `language`, it is heeded.

    Without a column `statement` the first one is taken. Raises SeedsRefused for a file that is not UTF-8 CSV.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SeedsRefused([f"File, line {line}: not written as UTF-8. Save it as “CSV UTF-8”."]) from None
    rows, places = [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        start = 1
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                places.append(f"File, line {start}")
            start = reader.line_num + 1
    except csv.Error as error:
        problem = f"File, line {reader.line_num}: not CSV ({error}). Check its quotation marks."
        raise SeedsRefused([problem]) from None
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    if not {"statement", "language"} & set(names):
        return [Seed(place, row[0].strip(), language) for place, row in zip(places, rows, strict=True)]
    said = names.index("statement") if "statement" in names else 0
    spoken = names.index("language") if "language" in names else -1
    return [
        Seed(place, _cell(row, said), _cell(row, spoken) or language)
        for place, row in zip(places[1:], rows[1:], strict=True)
    ]


def as_csv(seeds: Iterable[tuple[str, str]]) -> str:
    """Text and language of each as a file that `from_csv` reads."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([("statement", "language"), *seeds])
    return file.getvalue()


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if 0 <= column < len(row) else ""


def problems_of(seeds: Sequence[Seed], existing: Iterable[tuple[int, str]] = ()) -> list[str]:
    """What is wrong with the seeds, one sentence each; `existing` are (number, text) already there."""
    problems = []
    if len(seeds) > MOST:
        problems.append(f"There are {len(seeds)} statements. Send at most {MOST} at once.")
    known = {likeness(text): f"statement {number}" for number, text in existing}
    for seed in seeds:
        problem = _problem_with(seed)
        if problem is None:
            same = known.setdefault(likeness(seed.text), seed.place[0].lower() + seed.place[1:])
            if same.lower() != seed.place.lower():
                problem = f"the same as {same}. Take one out."
        if problem is not None:
            problems.append(f"{seed.place}: {problem}")
    return problems


def _problem_with(seed: Seed) -> str | None:
    if not seed.text:
        return "there is no statement. Write one, or take the line out."
    if not LANGUAGE.fullmatch(seed.language) or len(seed.language) > 20:
        return f"{seed.language!r} is no language code. Write one such as en or cy."
    try:
        StatementText(text=seed.text, language=seed.language)
    except ValidationError as error:
        fault = error.errors()[0]
        if fault["type"] == "string_too_long":
            return f"{len(fault['input'])} characters. Shorten it to {LONGEST} or fewer."
        return "it has nothing that can be read. Write it again."
    return None


def pointing_in(seeds: Iterable[Seed]) -> list[str]:
    """What may point to a person, one sentence each: where it stands, what it is, and its very words."""
    return [
        f"{seed.place}: this looks like {NAMES[span.kind]}: “{found}”. Take it out."
        for seed in seeds
        for span in cautions_in(seed.text).identifiers
        for found in [seed.text[span.start : span.end]]
    ]


def waiting_among(seeds: Iterable[Seed]) -> int:
    """How many of them stand in the queue until a facilitator has read them, as anybody's would."""
    return sum(_first_state(seed.text) is StatementState.PENDING for seed in seeds)


def _first_state(text: str) -> StatementState:
    return StatementState.PENDING if cautions_in(text).spans else StatementState.PUBLISHED


async def seeds_of(session: AsyncSession, consultation_id: int) -> list[Statement]:
    """The first statements of a consultation that are published still, by number."""
    query = select(Statement).where(
        Statement.consultation_id == consultation_id,
        Statement.state == StatementState.PUBLISHED,
        col(Statement.seed),
    )
    return list((await session.exec(query.order_by(col(Statement.number)))).all())


async def add_seeds(
    session: AsyncSession, consultation_id: int, seeds: Sequence[Seed], *, asking: Facts, now: datetime
) -> int:
    """Add the seeds, published, all or none; returns how many. Raises Refused and SeedsRefused.

    One with an identifier or with words about harm waits to be read, as everybody's statements do.
    """
    space, consultation = await consultation_with_id(session, consultation_id)
    await require_in(session, Action.ADD_SEED, space, consultation, asking, now)
    first = await reserve_numbers(session, consultation_id, len(seeds)) + 1
    existing = select(Statement.number, Statement.text).where(Statement.consultation_id == consultation_id)
    if problems := problems_of(seeds, (await session.exec(existing)).all()):
        raise SeedsRefused(problems)
    if not seeds:
        return 0
    texts = [StatementText(text=seed.text, language=seed.language) for seed in seeds]
    ids = await _votables(session, consultation_id, len(seeds))
    session.add_all(
        Statement(
            id=votable_id,
            consultation_id=consultation_id,
            number=number,
            **text.model_dump(),
            state=_first_state(text.text),
            seed=True,
            created_at=now,
        )
        for number, (votable_id, text) in enumerate(zip(ids, texts, strict=True), start=first)
    )
    enter(session, Did.SEEDS_ADDED, space_id=consultation.space_id, consultation_id=consultation_id, now=now)
    return len(seeds)


async def _votables(session: AsyncSession, consultation_id: int, count: int) -> list[int]:
    votables = [Votable(consultation_id=consultation_id) for _ in range(count)]
    session.add_all(votables)
    await session.flush()  # a statement takes its votable's id
    return [votable.id for votable in votables if votable.id is not None]
