"""Sheets of paper: somebody's answers, entered for them by a named helper, count as votes like any other.

Each sheet is printed with six words of its own. Five are by lot, and the sixth proves that the sheet was
printed here for this consultation, so a slip of the pen is found before it makes answers that nobody can
take back. From the words comes the pseudonym, as from the secret of a device; they are kept nowhere.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, and_, delete, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import Attestation
from deliberation.columns import table_of
from deliberation.errors import Invalid
from deliberation.opinion.headline import may_vote
from deliberation.opinion.statements import open_statements
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Answer, Ballot, Vote, cast_vote
from deliberation.people.participants import Participant, join_on
from deliberation.people.recovery_codes import RecoveryCode, as_typed, code_hash, new_words, word_list
from deliberation.running.limits import count_sheet
from deliberation.spaces.consultations import Consultation, consultation_named, require_in
from deliberation.spaces.paper_sheets import PaperSheet, count_in_day, is_used, mark_used

SHEETS_A_DAY = 200
"""How many sheets one helper may enter in a day."""
_people, _votes, _sheets = table_of(Participant), table_of(Vote), table_of(PaperSheet)
_codes = table_of(RecoveryCode)

NOT_OURS = "These words are on no sheet of this consultation. Look at each word and at their order."
BLANK = "Enter at least one answer. A sheet that was left blank is not entered."
NO_CONSENT = "Enter a sheet only where the person has ticked that their answers may be counted."
CHANGED = "A statement was taken down meanwhile. Look at the answers again, and enter the sheet once more."
TWICE = (
    "This sheet was entered already, and counts once. To put it right, tick “Correct it”. Was it copied? "
    "Then give each person a sheet that was printed for them."
)
NOT_ENTERED = "This sheet has not been entered yet. Take the tick away to enter it."
NOT_YOURS = (
    "The person has brought these answers to a device of their own, or taken them back. "
    "Nobody else can change them now."
)
TOO_MANY = (
    f"You have entered {SHEETS_A_DAY} sheets today, the most that one person enters in a day. "
    "Go on tomorrow, or let another facilitator go on."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet as it was typed. `space` and `consultation` are slugs.

    `made` is what its words make, `master` the installation's pseudonym key: neither is stored. `helper` is
    the account of whoever enters it, counted for a day and never kept beside it. `correcting` puts the
    answers in place of those entered before.
    """

    space: str
    consultation: str
    made: bytes = field(repr=False)
    master: bytes = field(repr=False)
    answers: Mapping[int, Answer]
    consent: bool
    correcting: bool = False
    helper: int
    asking: Facts
    now: datetime

    @property
    def visitor(self) -> Visitor:
        """Whoever filled it in, as a device of their own would be."""
        secret = hmac.digest(self.made, b"paper", sha256)
        return Visitor(secret=secret, master=self.master, network="")

    def mark(self, consultation_id: int) -> str:
        """What is kept of its having been entered."""
        key = hmac.digest(self.master, f"participate/sheet:{consultation_id}".encode(), sha256)
        return hmac.digest(key, self.made, sha256).hex()


def sheet_words(master: bytes, consultation_id: int) -> str:
    """The six words of a new sheet."""
    own = new_words().split()[:-1]
    return " ".join([*own, _proof(own, master, consultation_id)])


def fits(words: str, master: bytes, consultation_id: int) -> bool:
    """Whether a sheet with these words was printed here for this consultation."""
    *own, last = as_typed(words).split() or [""]
    return hmac.compare_digest(last.encode(), _proof(own, master, consultation_id).encode())


def _proof(own: list[str], master: bytes, consultation_id: int) -> str:
    key = hmac.digest(master, f"participate/paper:{consultation_id}".encode(), sha256)
    made = hmac.digest(key, " ".join(own).encode(), sha256)
    return word_list()[int.from_bytes(made) % len(word_list())]


def paper_facts(asking: Facts, consultation: Consultation) -> Facts:
    """Who asks, with the classes that may vote in this consultation."""
    return replace(asking, attested=may_vote(consultation))


async def enter_sheet(session: AsyncSession, sheet: Sheet) -> None:
    """Count a sheet as one participant's votes, or correct it; whole or not at all.

    Raises Refused, NotFound, Invalid.
    """
    space, consultation = await consultation_named(session, sheet.space, sheet.consultation)
    assert space.id is not None
    assert consultation.id is not None
    asking = paper_facts(sheet.asking, consultation)
    await require_in(session, Action.ENTER_SHEET, space, consultation, asking, sheet.now)
    published = {one.number: one.id for one in await open_statements(session, consultation.id)}
    if not sheet.consent:
        raise Invalid("consent", NO_CONSENT)
    if not sheet.answers:
        raise Invalid("answers", BLANK)
    if not set(sheet.answers) <= set(published):
        raise Invalid("answers", CHANGED)
    made_of = (space.id, consultation.id, sheet)
    if sheet.correcting:
        votables = [one for one in published.values() if one is not None]
        await session.run_sync(lambda plain: _clear(plain.connection(), *made_of, votables))
    else:
        await session.run_sync(lambda plain: _begin(plain.connection(), *made_of))
    for number, answer in sheet.answers.items():
        ballot = Ballot(
            visitor=sheet.visitor,
            space=sheet.space,
            consultation=sheet.consultation,
            number=number,
            answer=answer,
            now=sheet.now,
        )
        await cast_vote(session, ballot)


def _begin(on: Connection, space_id: int, consultation_id: int, sheet: Sheet) -> None:
    """Let somebody new be there, with the code by which they find their answers. Raises Invalid."""
    code = code_hash(sheet.made, sheet.master, space_id)
    if not mark_used(on, consultation_id, sheet.mark(consultation_id)):
        raise Invalid("words", TWICE)
    if on.execute(select(_codes.c.participant_id).where(_codes.c.code_hash == code)).first() is not None:
        raise Invalid("words", NOT_OURS)  # somebody's own words, which happen to end as a sheet's do
    if count_sheet(on, sheet.helper, SHEETS_A_DAY, now=sheet.now) is not None:
        raise Invalid("words", TOO_MANY)
    pseudonym = sheet.visitor.pseudonym(space_id)
    participant, _ = join_on(on, space_id, pseudonym, sheet.now, Attestation.ASSISTED)
    on.execute(_sheets.insert().values(consultation_id=consultation_id, key=pseudonym))
    on.execute(_codes.insert().values(participant_id=participant, code_hash=code))
    count_in_day(on, consultation_id, sheet.now)


def _clear(on: Connection, space_id: int, consultation_id: int, sheet: Sheet, votables: list[int]) -> None:
    """Take the answers of a sheet away, to be given anew. Raises Invalid."""
    key = sheet.visitor.pseudonym(space_id)
    here = exists().where(_sheets.c.consultation_id == consultation_id, _sheets.c.key == key)
    mine = select(_people.c.id).where(and_(_people.c.space_id == space_id, _people.c.key == key, here))
    found = on.execute(mine.with_for_update()).scalar_one_or_none()
    if found is None:
        used = is_used(on, consultation_id, sheet.mark(consultation_id))
        raise Invalid("correct", NOT_YOURS if used else NOT_ENTERED)
    on.execute(delete(_votes).where(_votes.c.participant_id == found, _votes.c.votable_id.in_(votables)))
