"""Adding a statement of one's own, under the same rules and limits as voting."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import first_state
from deliberation.opinion.cautions import cautions_in
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.opinion.taking_part import Place, Visitor, participate, place, require_act
from deliberation.spaces.consultations import consultation_with_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A checked text, from whom, and where it is to stand: `space` and `consultation` are slugs."""

    visitor: Visitor
    space: str
    consultation: str
    text: StatementText
    now: datetime


async def submit_statement(session: AsyncSession, draft: Draft) -> Statement:
    """Add somebody's statement, in the state that the policy gives to new ones.

    One with an identifier or with words about harm waits until a facilitator has read it.

    The author's own agreement is not cast for them. Raises Refused, SameWords, NotFound.
    """
    where, author = await session.run_sync(lambda plain: _author(plain.connection(), draft))
    _, consultation = await consultation_with_id(session, where.consultation_id)
    return await add_statement(
        session,
        consultation,
        draft.text,
        author_id=author,
        policy=where.given_under,
        state=first_state(where.policy, cautious=bool(cautions_in(draft.text.text).spans)),
        now=draft.now,
    )


def _author(on: Connection, draft: Draft) -> tuple[Place, int]:
    """Where the draft is to stand, and the participant who writes it. Raises Refused, NotFound."""
    where = place(on, draft.space, draft.consultation, now=draft.now)
    require_act(Action.ADD_STATEMENT, where, draft.visitor, now=draft.now, on=on)
    return where, participate(on, Action.ADD_STATEMENT, where, draft.visitor, now=draft.now)
