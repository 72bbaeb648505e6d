"""The voting page put together: what is shown, what was done, what waits, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from typing import Any

from quart import request, url_for
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.policy import Policy, notice
from charters.states import Attestation, Phase, Standing
from deliberation.following.following import Place
from deliberation.opinion.checked import class_of
from deliberation.opinion.headline import may_vote
from deliberation.opinion.moderation import refuse_removed
from deliberation.opinion.statements import BY_AUTHOR, WITHDRAWN, Statement, statement_numbered
from deliberation.opinion.voting import Answer
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.consultations import phase_of as phase_now
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here
from participate.ballot import Card, Part, card_of, draw, joined, numbers, part_in
from participate.current import account_id, database, device, now, remember_device
from participate.deciding import DecisionShown, pending
from participate.following import FollowShown, follow_shown
from participate.forms import LANGUAGES, Wrong
from participate.languages import said
from participate.network import visitor
from participate.own_place import VOTES_FOR_A_PLACE
from participate.own_statements import OwnStatement, own_statement
from participate.published import Published, newest_result
from participate.standpoint import Standpoint, standpoint
from participate.who_may_vote import EVERYBODY, in_a_sentence

QUOTED = 28
"""Letters of a statement that are enough to know it again."""


@unique
class Done(StrEnum):
    """What this person has just done."""

    VOTED = "voted"
    UNDONE = "undone"
    ADDED = "added"
    CHANGED = "changed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Status:
    """What this person has just done, with the beginning of the statement it was done to.

    `answer` is what they said, and `number` that of the statement whose answer can be taken back.
    """

    done: Done
    quoted: str = ""
    language: str = ""
    answer: Answer | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far this person has come. `more` is how many of `needed` votes it takes until they see where they
    stand: None where no result could show it."""

    answered: int
    published: int
    skipped: int
    more: int | None = None
    needed: int = VOTES_FOR_A_PLACE


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed for a statement of one's own."""

    text: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingPage:
    space: Space
    consultation: Consultation
    policy: Policy
    phase: Phase
    people: int | None
    card: Card | None
    skip: str
    progress: Progress
    standpoint: Standpoint | None
    status: Status | None
    own: list[OwnStatement]
    draft: Draft
    wrong: list[Wrong]
    languages: Mapping[str, str]
    vote_notice: str
    statement_notice: str
    again: str
    has_device: bool
    checked: str
    barred: bool
    can_sign_in: bool
    follow: FollowShown
    decisions: Sequence[DecisionShown] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address, or a form that was refused, asks the page to show."""

    statement: int | None = None
    skip: tuple[int, ...] = ()
    done: Done | None = None
    about: int | None = None
    chosen: Answer | None = None
    draft: Draft = field(default_factory=Draft)
    wrong: Sequence[Wrong] = ()


def asked() -> Asked:
    """What the present address asks for. Nothing in it is believed that the database does not say."""
    said = next((done for done in Done if done.value in request.args), None)
    about = request.args.get(said.value, type=int) if said is not None else None
    wanted = about if said is Done.UNDONE else request.args.get("statement", type=int)
    return Asked(wanted, numbers(request.args.get("skip", "")), said, about)


def back(space: str, consultation: str, done: Done, about: int | None = None, *, skip: str = "") -> str:
    """The address of the voting page that says what was done."""
    values: dict[str, Any] = {done.value: "yes" if about is None else about}
    if numbers(skip):
        values["skip"] = joined(numbers(skip))
    return url_for("voting.show", space=space, consultation=consultation, **values)


async def voting_page(ask: Asked) -> VotingPage:
    """Read everything in one look and put the page together. Writes nothing to the database."""
    space, consultation, consultation_id = consultation_here()
    phase = phase_of(space, consultation)
    if phase is Phase.OPEN:
        remember_device()
    async with database().reading() as session:
        part = await part_in(session, space, consultation)
        if ask.done is None and ask.statement is not None and ask.statement not in part.seen:
            await refuse_removed(session, consultation_id, ask.statement)
        skip = [number for number in ask.skip if number in part.seen and number not in part.mine]
        result = await newest_result(session, consultation_id)
        card = await _card(session, space, consultation, part, ask, skip) if phase is Phase.OPEN else None
        stands = await standpoint(session, consultation_id, part, result, card.number if card else None)
        about = await _about(session, consultation_id, part, ask)
        decisions = await pending(session, consultation_id=consultation_id)
        follow = await follow_shown(session, Place(space=space, consultation=consultation))
        barred = phase is Phase.OPEN and await _is_barred(session, space, consultation)
    return VotingPage(
        space=space,
        consultation=consultation,
        policy=here().policy,
        phase=phase,
        people=_people(result),
        card=card,
        skip=joined(skip),
        progress=_progress(part, skip, stands),
        standpoint=stands if stands is not None and not stands.more else None,
        status=_status(part, ask, about),
        own=[
            own_statement(statement, part, phase)
            for statement in part.own
            if statement.removed_for not in BY_AUTHOR
        ],
        draft=replace(ask.draft, language=ask.draft.language or consultation.language),
        wrong=list(ask.wrong),
        languages=languages_for(consultation),
        vote_notice=notice(here().policy, "vote").text,
        statement_notice=notice(here().policy, "statement").text,
        again=url_for("voting.show", space=space.slug, consultation=consultation.slug),
        has_device=device() is not None,
        follow=follow,
        decisions=decisions,
        checked=said(in_a_sentence(consultation)),
        barred=barred,
        can_sign_in=account_id() is None and Attestation.EMAIL in may_vote(consultation),
    )


async def _is_barred(session: AsyncSession, space: Space, consultation: Consultation) -> bool:
    """Whether this person must come in another way before they can vote."""
    allowed = may_vote(consultation)
    if allowed == EVERYBODY:
        return False
    if device() is None or space.id is None or consultation.id is None:
        return True
    space_id, consultation_id, account = space.id, consultation.id, account_id()
    key = visitor().pseudonym(space_id)
    checked = await session.run_sync(
        lambda plain: class_of(
            plain.connection(),
            space_id=space_id,
            consultation_id=consultation_id,
            key=key,
            account_id=account,
            may_vote=allowed,
            now=now(),
        )
    )
    return checked not in allowed


def phase_of(space: Space, consultation: Consultation) -> Phase:
    """The phase now; everything in an archived space is an archive."""
    if space.standing is Standing.ARCHIVE:
        return Phase.ARCHIVED
    return phase_now(consultation, now())


def languages_for(consultation: Consultation) -> Mapping[str, str]:
    """What can be chosen as a statement's language: tag and name."""
    own = consultation.language
    return LANGUAGES if own in LANGUAGES else {own: own, **LANGUAGES}


async def _card(
    session: AsyncSession,
    space: Space,
    consultation: Consultation,
    part: Part,
    ask: Asked,
    skip: Sequence[int],
) -> Card | None:
    drawn = draw(part, skip=skip, asked_for=ask.statement)
    if drawn is None:
        return None
    return await card_of(session, space, consultation, part, drawn, skip=skip, chosen=ask.chosen)


def _people(result: Published | None) -> int | None:
    """How many took part, as it was published: never the number of this moment."""
    return result.participants if result is not None else None


def _progress(part: Part, skip: Sequence[int], stands: Standpoint | None) -> Progress:
    more, needed = (stands.more, stands.needed) if stands is not None else (None, VOTES_FOR_A_PLACE)
    return Progress(part.answered, len(part.seen), len(skip), more, needed)


async def _about(session: AsyncSession, consultation_id: int, part: Part, ask: Asked) -> Statement | None:
    """The statement that something was done to; None where the database does not say so too."""
    if ask.about is None:
        return None
    match ask.done:
        case Done.VOTED | Done.UNDONE:
            answered = ask.about in part.mine
            if ask.about in part.seen and answered is (ask.done is Done.VOTED):
                return await statement_numbered(session, consultation_id, ask.about)
        case Done.ADDED | Done.CHANGED | Done.REPLACED | Done.WITHDRAWN:
            gone = ask.done is Done.WITHDRAWN
            mine = (one for one in part.own if (one.removed_for == WITHDRAWN) is gone)
            return next((one for one in mine if one.number == ask.about), None)
    return None


def _status(part: Part, ask: Asked, about: Statement | None) -> Status | None:
    """Said only where the database says it too, so that no address can make the page claim anything."""
    if ask.done is Done.FINISHED:
        return Status(Done.FINISHED)
    if ask.done is None or about is None:
        return None
    answer = part.mine.get(about.number) if ask.done is Done.VOTED else None
    undo = about.number if ask.done is Done.VOTED else None
    return Status(ask.done, beginning(about.text), about.language, answer, undo)


def beginning(text: str) -> str:
    """Enough of a statement to know it again, cut between words."""
    if len(text) <= QUOTED:
        return text
    cut = text[:QUOTED].rpartition(" ")[0] or text[:QUOTED]
    return cut.rstrip(" ,;:.–-") + "…"
