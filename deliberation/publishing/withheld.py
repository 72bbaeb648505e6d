"""What is withheld from a release: the words of a statement that was removed after it was published.

Nothing else of a release ever changes. The files as they were published stay in the database; those that hold
such words are made again without them, from the release's own document, whenever they are served.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from deliberation.opinion.opinion_map import PublishedMap
from deliberation.opinion.statements import Statement
from deliberation.publishing.files import release_files
from deliberation.publishing.record import Act, Did
from deliberation.publishing.sentences import without_texts

WITH_WORDS = ("statements.csv", "groups.csv", "datapackage.json")
"""The files that hold people's words, or hashes of files that do."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A statement whose words a release has no longer: why (the rule's code), and when it was removed."""

    number: int
    reason: str
    at: datetime | None


async def withheld_from(session: AsyncSession, published: PublishedMap) -> list[Withheld]:
    """The statements whose words this release was published with and that were removed since, by number."""
    worded = {said["number"] for said in published.content["statements"] if said["text"]}
    # A removal that was undone and done again stands on the record twice; the last one counts.
    query = (
        select(Statement.number, Statement.removed_for, func.max(Act.at))
        .join(
            Act,
            (col(Act.statement_id) == Statement.id)
            & col(Act.kind).in_(
                (Did.STATEMENT_REMOVED.value, Did.STATEMENT_REPLACED.value, Did.STATEMENT_HIDDEN.value)
            ),
            isouter=True,
        )
        .where(
            Statement.consultation_id == published.consultation_id,
            Statement.state == StatementState.REMOVED,
        )
        .group_by(col(Statement.number), col(Statement.removed_for))
        .order_by(col(Statement.number))
    )
    return [
        Withheld(number, reason or "", at)
        for number, reason, at in await session.exec(query)
        if number in worded
    ]


def files_without(published: PublishedMap, withheld: Sequence[Withheld]) -> dict[str, bytes]:
    """What is served in place of the files with these statements' words, by name; nothing if there are none.

    `datapackage.json` names what is withheld, and has the sizes and hashes of the files that are served.
    """
    if not withheld:
        return {}
    content = without_texts(published.content, frozenset(one.number for one in withheld))
    content["withheld"] = [
        {
            "statement": one.number,
            "reason": one.reason,
            **({"date": one.at.date().isoformat()} if one.at is not None else {}),
        }
        for one in withheld
    ]
    return {name: made for name, made in release_files(content).items() if name in WITH_WORDS}
