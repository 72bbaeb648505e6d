"""The statement that somebody is asked about: which one is drawn, and what its form carries.

The front page and the voting page draw and show it alike.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from clustering.routing import next_statement
from deliberation.opinion.statements import Statement, statement_numbered, statements_by
from deliberation.opinion.voting import Answer, Shown, own_votes, seen_in_tens
from deliberation.people.participants import participant_if_any
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.current import device, now, settings
from participate.exposures import Form, sealed
from participate.network import visitor

MOST_SKIPPED = 200


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked in a consultation, and what this person has said there so far.

    `seen` is how often each published statement was answered, down to tens; `participant` is None for
    somebody who has not taken part in the space.
    """

    seen: Mapping[int, int]
    mine: Mapping[int, Answer] = field(default_factory=dict)
    own: Sequence[Statement] = ()
    participant: int | None = None

    @property
    def answered(self) -> int:
        """How many of the statements that are published now this person has answered."""
        return sum(number in self.seen for number in self.mine)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A statement's number, and how it came to be shown."""

    number: int
    shown: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The statement to answer: blind, so without author or tally.

    `place` says which it is of those that are `published`; `answer` is this person's own so far. `skip` are
    the statements that are left out when the next is drawn, `skip_this` the same and this one.
    """

    space: str
    consultation: str
    number: int
    text: str
    language: str
    exposure: str
    place: int
    published: int
    skip: str = ""
    skip_this: str = ""
    answer: Answer | None = None
    replaces: int | None = None
    """The number of the statement that it corrects."""


async def part_in(session: AsyncSession, space: Space, consultation: Consultation) -> Part:
    """What this person's part in a consultation is; for a stranger only what is asked."""
    assert space.id is not None
    assert consultation.id is not None
    seen = await seen_in_tens(session, consultation.id)
    participant = None
    if device() is not None:
        participant = await participant_if_any(session, space.id, visitor().pseudonym(space.id))
    if participant is None or participant.id is None:
        return Part(seen)
    return Part(
        seen,
        await own_votes(session, consultation.id, participant.id),
        await statements_by(session, consultation.id, participant.id),
        participant.id,
    )


def draw(part: Part, *, skip: Sequence[int] = (), asked_for: int | None = None) -> Drawn | None:
    """The statement to show: the one that was asked for, or one by lot; None where nothing is left."""
    if asked_for is not None and asked_for in part.seen:
        return Drawn(asked_for, Shown())
    left = [number for number in part.seen if number not in part.mine and number not in skip]
    if not left:
        return None
    seed = secrets.randbelow(2**31)
    choice = next_statement(left, seen_counts=part.seen, seed=seed)
    return Drawn(int(choice.statement_id), Shown(choice.probability, seed))


async def card_of(
    session: AsyncSession,
    space: Space,
    consultation: Consultation,
    part: Part,
    drawn: Drawn,
    *,
    skip: Sequence[int] = (),
    chosen: Answer | None = None,
) -> Card:
    """The card for a drawn statement. Reads one row, and writes nothing."""
    assert consultation.id is not None
    statement = await statement_numbered(session, consultation.id, drawn.number)
    left_out = [number for number in skip if number != drawn.number]
    form = Form(space.slug, consultation.slug, statement.number)
    return Card(
        space=space.slug,
        consultation=consultation.slug,
        number=statement.number,
        text=statement.text,
        language=statement.language,
        exposure=sealed(settings().secret_key, form, drawn.shown, now()),
        place=min(part.answered + len(left_out) + 1, len(part.seen)),
        published=len(part.seen),
        skip=joined(left_out),
        skip_this=joined([*left_out, statement.number]),
        answer=chosen or part.mine.get(statement.number),
        replaces=statement.replaces,
    )


def numbers(text: str) -> tuple[int, ...]:
    """The skipped statements in `3-5-8`; what is no number is passed over."""
    parts = [part for part in text.split("-")[-MOST_SKIPPED:] if part.isascii() and part.isdigit()]
    return tuple(dict.fromkeys(int(part) for part in parts if len(part) < 10))


def joined(skip: Sequence[int]) -> str:
    return "-".join(str(number) for number in skip[-MOST_SKIPPED:])
