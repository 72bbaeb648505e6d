"""Keeping a code for what somebody gave, and finding or moving it by the code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.own_data.merging import merge
from deliberation.people.participants import Participant
from deliberation.people.recovery_codes import RecoveryCode, code_hash
from deliberation.spaces.spaces import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What six words made, and the installation's key. Neither is stored."""

    made: bytes = field(repr=False)
    master: bytes = field(repr=False)

    def hash_in(self, space_id: int) -> str:
        return code_hash(self.made, self.master, space_id)


async def keep_code(session: AsyncSession, keys: Mapping[int, Sequence[str]], code: Code) -> int:
    """Let the code bring back whoever is known by these pseudonyms, in place of an earlier code.

    In how many spaces that is.
    """
    wanted = [key for own in keys.values() for key in own]
    people: list[Participant] = []
    for start in range(0, len(wanted), 500):
        query = select(Participant).where(col(Participant.key).in_(wanted[start : start + 500]))
        people += (await session.exec(query.with_for_update())).all()
    for one in people:
        await session.exec(delete(RecoveryCode).where(col(RecoveryCode.participant_id) == one.id))
        assert one.id is not None
        session.add(RecoveryCode(participant_id=one.id, code_hash=code.hash_in(one.space_id)))
    await session.flush()
    return len(people)


async def parts_by_code(session: AsyncSession, code: Code) -> dict[int, str]:
    """Space -> the pseudonym that the code leads to there."""
    spaces = [one for one in await session.exec(select(Space.id)) if one is not None]
    hashes = [code.hash_in(one) for one in spaces]
    found: dict[int, str] = {}
    for start in range(0, len(hashes), 500):
        query = (
            select(Participant.space_id, Participant.key)
            .join(RecoveryCode, col(RecoveryCode.participant_id) == Participant.id)
            .where(col(RecoveryCode.code_hash).in_(hashes[start : start + 500]))
        )
        found |= dict((await session.exec(query)).all())
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A code, and the pseudonyms by space of whoever uses it."""

    code: Code
    to: Mapping[int, str]


async def move_by_code(session: AsyncSession, moving: Moving) -> int:
    """Bring what the code leads to to whoever uses it; in how many spaces. The code is spent."""
    found = await parts_by_code(session, moving.code)
    await forget_code(session, moving.code)
    for space_id, key in found.items():
        await merge(session, space_id, key, moving.to[space_id])
    return len(found)


async def forget_code(session: AsyncSession, code: Code) -> None:
    """Let the code lead nowhere any more."""
    spaces = [one for one in await session.exec(select(Space.id)) if one is not None]
    hashes = [code.hash_in(one) for one in spaces]
    await session.exec(delete(RecoveryCode).where(col(RecoveryCode.code_hash).in_(hashes)))
