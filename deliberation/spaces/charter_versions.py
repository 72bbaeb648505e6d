"""Every charter that was written for a space, what both sides decided about it, and who signed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind
from deliberation.spaces.charters import Charter
from deliberation.spaces.decisions import Decision, KeyAnswer


@dataclass(frozen=True, slots=True)
class Written:
    """A charter as it was written, and the decisions about it, oldest first."""

    charter: Charter
    decisions: tuple[Decision, ...]

    def last(self, *kinds: Kind) -> Decision | None:
        """The newest decision of these kinds."""
        return next((one for one in reversed(self.decisions) if one.kind in kinds), None)


async def charters_written(session: AsyncSession, space_id: int) -> list[Written]:
    """All of a space's charters in the order in which they were written."""
    charters = await session.exec(
        select(Charter).where(Charter.space_id == space_id).order_by(col(Charter.id))
    )
    query = select(Decision).where(Decision.space_id == space_id, col(Decision.charter_id).is_not(None))
    decisions = (await session.exec(query.order_by(col(Decision.id)))).all()
    return [
        Written(charter, tuple(one for one in decisions if one.charter_id == charter.id))
        for charter in charters
    ]


async def signers(session: AsyncSession, decisions: Iterable[Decision]) -> Mapping[int, list[KeyAnswer]]:
    """Who said yes under a name of theirs or for a body, by decision, in the order of their acts."""
    ids = [decision.id for decision in decisions]
    query = select(KeyAnswer).where(col(KeyAnswer.decision_id).in_(ids), col(KeyAnswer.yes).is_(True))
    found: dict[int, list[KeyAnswer]] = {}
    for answer in await session.exec(query.order_by(col(KeyAnswer.at), col(KeyAnswer.voter))):
        if answer.name or answer.body:
            found.setdefault(answer.decision_id, []).append(answer)
    return found
