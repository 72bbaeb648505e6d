"""What a facilitator of the demonstration is in the middle of: a pause, a notice, an invitation, a draft."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.opinion.seeds import Seed, add_seeds
from deliberation.spaces.consultations import ConsultationText, create_consultation
from deliberation.spaces.days import day_in_london, first_moment, last_moment
from deliberation.spaces.invitations import InvitationText, make_invitation
from deliberation.spaces.opening import Promise, open_consultation
from deliberation.spaces.pausing import pause_consultation
from deliberation.spaces.spaces import Space
from deliberation.spaces.telling import NoticeText, put_up_notice
from participate.demonstration.saying import facilitator

RINGING = ConsultationText(
    slug="ringing",
    title="Ringing the surgery",
    question="What should happen when you ring a surgery in Avonmere?",
    background="""\
**Why we ask.** Last winter two calls in five were not answered. The six surgeries share one telephone system,
and its contract ends in June.

**What can change.** Who answers, when you are rung back, and what a machine may ask you.

**What cannot change.** There will be a telephone. Nobody has to use the internet.
""",
)
RINGING_SEEDS = (
    "I want to be told my place in the queue.",
    "I would rather be rung back than wait on the line.",
    "A machine may ask what it is about, if a person answers after that.",
    "The line should be open before eight in the morning.",
    "I want to be able to choose Welsh at once.",
    "Ringing works well for me as it is.",
)
WHY_PAUSED = "Two statements had a telephone number in them. We are reading all of them again."
CARERS = ConsultationText(
    slug="carers-week",
    title="A week for carers",
    question="What should the surgeries do for carers next summer?",
    background="Carers' week comes in June. [[What can change, and what cannot?]]",
)
CARERS_SEEDS = (
    "Carers should be asked how they are, not only whom they care for.",
    "A free health check would help me more than a leaflet.",
)
NOTICE = (
    "**Help to vote:** somebody from the Circle is in the library at Fernley on Tuesdays, ten to twelve. "
    "Bring nothing. You need no telephone of your own."
)
LETTER = InvitationText(label="Letter to the Riverbank Carers", most=200)


async def be_under_way(
    session: AsyncSession, space: Space, *, evenings: int, waiting_rooms: int, now: datetime
) -> None:
    """Pause one, leave one as a draft whose gates are not met; tell and invite people to the others."""
    today = day_in_london(now)
    await _paused(session, space, now)
    moment = now - timedelta(hours=20)
    asking = facilitator(moment)
    draft = await create_consultation(
        session,
        space,
        CARERS,
        opens_at=None,
        closes_at=last_moment(today + timedelta(days=10)),
        kind="improve-service",
        asking=asking,
        now=moment,
    )
    await _seed(session, draft.id, CARERS_SEEDS, moment)
    await put_up_notice(session, waiting_rooms, NoticeText(notice=NOTICE), asking=asking, now=moment)
    ends = last_moment(today + timedelta(days=21))
    await make_invitation(session, evenings, LETTER, ends_at=ends, asking=asking, now=moment)


async def _paused(session: AsyncSession, space: Space, now: datetime) -> None:
    today = day_in_london(now)
    opening = first_moment(today - timedelta(days=3))
    framed = opening - timedelta(days=2)
    held = await create_consultation(
        session,
        space,
        RINGING,
        opens_at=opening,
        closes_at=last_moment(today + timedelta(days=25)),
        answer_by=last_moment(today + timedelta(days=80)),
        kind="improve-service",
        asking=facilitator(framed),
        now=framed,
    )
    assert held.id is not None
    await _seed(session, held.id, RINGING_SEEDS, framed)
    promise = Promise(nothing_decided=True)
    await open_consultation(session, held.id, promise=promise, asking=facilitator(framed), now=framed)
    moment = now - timedelta(hours=1)
    await pause_consultation(
        session, held.id, hours=72, reason=WHY_PAUSED, asking=facilitator(moment), now=moment
    )


async def _seed(
    session: AsyncSession, consultation_id: int | None, texts: tuple[str, ...], moment: datetime
) -> None:
    assert consultation_id is not None
    seeds = [Seed(f"Line {line}", text, "en") for line, text in enumerate(texts, start=1)]
    await add_seeds(session, consultation_id, seeds, asking=facilitator(moment), now=moment)
