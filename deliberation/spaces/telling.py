"""What a facilitator tells everybody who takes part: a notice on the pages, and when the answer comes."""

from datetime import datetime

from pydantic import ConfigDict
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from deliberation.errors import Invalid
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import Consultation, enter_act, held, require_in
from deliberation.spaces.days import named_day


class NoticeText(SQLModel):
    """A notice with its limit; empty takes it down."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    notice: str = Field(default="", max_length=2_000, description="Markdown")


class AnswerText(SQLModel):
    """What is said of the answer, with its limit."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    answer_plan: str = Field(default="", max_length=1_000)


async def put_up_notice(
    session: AsyncSession, consultation_id: int, text: NoticeText, *, asking: Facts, now: datetime
) -> Consultation:
    """Put a notice on the consultation's pages, change it, or take it down; the record keeps every wording.

    Raises Refused, and Invalid where nothing would change.
    """
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.NOTIFY, space, consultation, asking, now)
    if text.notice == consultation.notice:
        words = "This is the notice already." if text.notice else "Write the notice."
        raise Invalid("notice", words)
    consultation.notice = text.notice
    consultation.noticed_at = now if text.notice else None
    enter_act(session, Did.NOTICE_CHANGED, consultation, words=text.notice, now=now)
    return consultation


async def announce_answer(
    session: AsyncSession,
    consultation_id: int,
    text: AnswerText,
    *,
    answer_by: datetime,
    asking: Facts,
    now: datetime,
) -> Consultation:
    """Say in public by which day the answer comes, and what happens with the result.

    Raises Refused, and Invalid for a day that has passed or that comes before voting ends.
    """
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.ANNOUNCE_ANSWER, space, consultation, asking, now)
    if answer_by <= now:
        raise Invalid("answer", "This day has passed. Choose a later one.")
    if consultation.ends_at is not None and answer_by <= consultation.ends_at:
        raise Invalid("answer", "The answer would come before voting ends. Choose a later day.")
    consultation.answer_by, consultation.answer_plan = answer_by, text.answer_plan
    words = " ".join(filter(None, (f"By {named_day(answer_by)}.", text.answer_plan)))
    enter_act(session, Did.ANSWER_DAY_SET, consultation, words=words, now=now)
    return consultation
