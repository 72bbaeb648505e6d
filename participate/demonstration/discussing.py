"""What the cast of the demonstration says about the change of the charter that is open there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.commenting import Saying, Speaker, write_comment
from deliberation.drafting.comments import CommentText, Stance
from deliberation.spaces.decisions import Decision
from deliberation.spaces.spaces import Space
from participate.demonstration.sides import Standing

MARI, SEL, MEMBER, IDRIS, PIA = range(5)
# Who, how they stand, the words, and the place of the comment that it replies to.
SAID: tuple[tuple[int, Stance | None, str, int | None], ...] = (
    (
        MARI,
        Stance.FOR,
        "I was in for eleven days. I could not have written two sentences in them.",
        None,
    ),
    (
        IDRIS,
        Stance.FOR,
        "We answer within a week as it is. A longer time to appeal costs the hospital nothing.",
        None,
    ),
    (
        MEMBER,
        Stance.QUESTION,
        "Does a removed text stay sealed for longer too, or is it only this?",
        None,
    ),
    (PIA, None, "Only the time to appeal. The sealed text is still erased after the same number of days.", 2),
    (
        SEL,
        Stance.AGAINST,
        "Two weeks were enough for everybody who has appealed so far. I would rather help people to appeal.",
        None,
    ),
    (MARI, None, "We could do both: the help is not in the charter.", 4),
)


async def discuss(
    session: AsyncSession, space: Space, decision: Decision, people: Sequence[Standing], begun: datetime
) -> None:
    """A short discussion of both sides, some hours apart."""
    made: list[int] = []
    for hours, (who, stance, words, above) in enumerate(SAID):
        one, moment = people[who], begun + hours * timedelta(hours=7)
        saying = Saying(
            speaker=Speaker(key=one.voter, name=one.name),
            text=CommentText(text=words),
            stance=stance,
            parent=None if above is None else made[above],
            shown=decision.text,
        )
        comment = await write_comment(
            session, space, decision.id or 0, saying, asking=one.asking(moment), now=moment
        )
        assert comment.id is not None
        made.append(comment.id)
