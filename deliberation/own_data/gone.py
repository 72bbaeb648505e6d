"""People who are not there any more, in the documents that name participants by their number."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.clause_questions import ClauseBasis
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.opinion_map import PublishedBasis, WorkingMap
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation

GONE = "gone-"


async def sweep(session: AsyncSession, space_id: int | None = None) -> int:
    """Take out of every document whoever is no participant any more; how many documents that changed.

    In one space, or in all. An analysis that was under way while somebody left writes them down once more,
    so the worker sweeps too.
    """
    query = select(Consultation.id, Consultation.space_id)
    held = [one for one, where in await session.exec(query) if space_id in (None, where)]
    changed = 0
    for consultation_id in held:
        changed += await _sweep_group(session, consultation_id)
        changed += await _sweep_history(session, consultation_id)
    return changed + await _sweep_clauses(session, space_id)


async def _sweep_group(session: AsyncSession, consultation_id: int | None) -> bool:
    query = select(WorkingMap).where(WorkingMap.consultation_id == consultation_id).with_for_update()
    working = (await session.exec(query)).first()
    gone = await _missing(session, working.membership) if working is not None else set()
    if working is None or not gone:
        return False
    working.membership = {name: group for name, group in working.membership.items() if name not in gone}
    flag_modified(working, "membership")
    await session.flush()
    return True


async def _sweep_history(session: AsyncSession, consultation_id: int | None) -> bool:
    """Whoever left still counts as somebody who changed, or results before and after would differ by few.

    So their line stays, under a name that is nobody's and with digests that are of nothing.
    """
    query = select(PublishedBasis).where(PublishedBasis.consultation_id == consultation_id).with_for_update()
    basis = (await session.exec(query)).first()
    gone = await _missing(session, basis.history) if basis is not None else set()
    if basis is None or not gone:
        return False
    names = {name: _nobody() for name in gone}
    basis.history = without(basis.history, names)
    flag_modified(basis, "history")
    if basis.kinds is not None:
        # Whether they counted for the headline stays too: it is said of nobody now.
        basis.kinds = dict(sorted((names.get(name, name), lines) for name, lines in basis.kinds.items()))
        flag_modified(basis, "kinds")
    if basis.groups is not None:
        basis.groups = {name: group for name, group in basis.groups.items() if name not in gone}
        flag_modified(basis, "groups")
    await session.flush()
    return True


async def _sweep_clauses(session: AsyncSession, space_id: int | None) -> int:
    """As `_sweep_history`, for what was published about clauses."""
    query = select(ClauseBasis).join(Proposal, col(Proposal.id) == ClauseBasis.proposal_id)
    if space_id is not None:
        query = query.where(Proposal.space_id == space_id)
    changed = 0
    for basis in (await session.exec(query.with_for_update())).all():
        gone = await _missing(session, basis.history)
        if gone:
            basis.history = without(basis.history, {name: _nobody() for name in gone})
            flag_modified(basis, "history")
            changed += 1
    await session.flush()
    return changed


def without(history: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A history in which the lines of these people stand under other names, and tell nothing of a ballot."""
    return dict(
        sorted(
            (names[name], nobodys(lines)) if name in names else (name, lines)
            for name, lines in history.items()
        )
    )


def _nobody() -> str:
    return f"{GONE}{secrets.token_hex(8)}"


def nobodys(lines: Iterable[Any]) -> list[Any]:
    """The same changes at the same results, without the digests of the ballots."""
    return [[number, GONE if digest is not None else None] for number, digest in lines]


async def _missing(session: AsyncSession, names: Iterable[str]) -> set[str]:
    """Those of the numbers, as text, that no participant has."""
    numbers = [int(name) for name in names if not name.startswith(GONE)]
    there: set[int | None] = set()
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        query = select(Participant.id).where(col(Participant.id).in_(some))
        there.update((await session.exec(query)).all())
    return {str(number) for number in numbers if number not in there}
