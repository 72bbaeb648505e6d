"""What somebody has given in one consultation, and the policy each thing was given under: for them alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.policy import Policy
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Answer, Vote, answer_of
from deliberation.spaces.charters import given_under, policies_given_under
from deliberation.spaces.spaces import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One vote or one statement. `answer` is None for a statement.

    `policy` is the one it was given under; None where it was given before policies were kept.
    """

    asset: str
    number: int
    text: str
    language: str
    answer: Answer | None
    at: datetime
    policy: Policy | None


async def given_in(
    session: AsyncSession, space: Space, consultation_id: int, participant_id: int
) -> list[Given]:
    """What a participant has given in a consultation: votes first, each kind by statement number."""
    known = await policies_given_under(session, space)
    votes = (
        select(Vote, Statement)
        .join(Statement, col(Statement.id) == Vote.votable_id)
        .where(Vote.participant_id == participant_id, Statement.consultation_id == consultation_id)
        .order_by(col(Statement.number))
    )
    given = [
        Given(
            asset="vote",
            number=said.number,
            text=said.text,
            language=said.language,
            answer=answer_of(vote.value),
            at=vote.cast_at,
            policy=known.get(vote.policy),
        )
        for vote, said in (await session.exec(votes)).all()
    ]
    own = select(Statement).where(
        Statement.author_id == participant_id, Statement.consultation_id == consultation_id
    )
    for said in (await session.exec(own.order_by(col(Statement.number)))).all():
        given.append(
            Given(
                asset="statement",
                number=said.number,
                text=said.text,
                language=said.language,
                answer=None,
                at=said.created_at,
                policy=known.get(said.policy),
            )
        )
    return given


def version_of(policy: Policy) -> dict[str, str | int]:
    """How a receipt names a policy, so that its text can be found and checked."""
    return {
        "uid": policy.uid,
        "version": policy.version,
        "sha256": policy.digest,
        "given_under": given_under(policy),
    }
