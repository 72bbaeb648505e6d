"""A space's charters: each version as it was put to both sides, and which of them is in force.

Rows are only added: the database refuses to change or delete one. A version is signed where both sides have
agreed to adopt or amend over its exact hash; the chain of the signed ones is checked whenever it is read.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, UniqueConstraint
from sqlalchemy import select as core_select
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State
from charters.policy import Policy, load_policy, parse_policy
from charters.sides import WITHOUT_SIDES
from charters.states import Side, Standing
from charters.versions import BrokenChain, Version, in_force, text_faults
from deliberation.columns import table_of
from deliberation.errors import NotFound
from deliberation.spaces.days import LONDON
from deliberation.spaces.decisions import Decision
from deliberation.spaces.spaces import Space

SIGNING = (Kind.ADOPT_CHARTER, Kind.AMEND_CHARTER)
"""The decisions that make a version the charter; ratifying confirms one that is in force already."""


# 128 bits: nobody finds another text with the same beginning.
HASH_DIGITS = 32


class Charter(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("space_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    version: int
    digest: str = Field(max_length=64, description="SHA-256 of the file in canonical form, hex")
    file: str = Field(description="The canonical file itself")
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A version that both sides have signed, and when the second key was turned."""

    charter: Charter
    decision: Decision

    @property
    def signatures(self) -> dict[Side, str]:
        """The hash that each side signed."""
        return dict.fromkeys(Side, self.decision.text)


async def keep_charter(session: AsyncSession, space_id: int, policy: Policy, *, now: datetime) -> Charter:
    """The row of this version, made if there is none."""
    query = select(Charter).where(Charter.space_id == space_id, Charter.digest == policy.digest)
    kept = (await session.exec(query)).first()
    if kept is None:
        kept = Charter(
            space_id=space_id, version=policy.version, digest=policy.digest, file=policy.file, made_at=now
        )
        session.add(kept)
        await session.flush()  # a decision names it by its id
    return kept


async def charter_with_id(session: AsyncSession, charter_id: int) -> Charter:
    """Raises NotFound."""
    charter = await session.get(Charter, charter_id)
    if charter is None:
        raise NotFound(f"There is no charter number {charter_id}.")
    return charter


async def signed_versions(session: AsyncSession, space_id: int) -> list[Signed]:
    """The versions that both sides have signed, from the first one on."""
    query = (
        select(Charter, Decision)
        .join(Decision, col(Decision.charter_id) == Charter.id)
        .where(Charter.space_id == space_id, Decision.state == State.AGREED, col(Decision.kind).in_(SIGNING))
        .order_by(col(Decision.id))
    )
    signed = [Signed(charter, decision) for charter, decision in (await session.exec(query)).all()]
    # A charter that nobody ratified in time holds no longer: the founders began anew, and so does the chain.
    begins = [place for place, one in enumerate(signed) if one.decision.kind is Kind.ADOPT_CHARTER]
    return signed[begins[-1] :] if begins else []


async def policy_in_force(session: AsyncSession, space: Space, now: datetime) -> Policy:
    """The policy that a space is held under at `now`: its charter, or the template of a trial or an archive.

    In a space that is being founded it is the text that waits for its signatures; none of it binds yet.
    Raises BrokenChain where the stored versions do not hang together.
    """
    if space.standing in WITHOUT_SIDES:
        return load_policy(space.policy)
    return await session.run_sync(
        lambda plain: policy_on(plain.connection(), space.id, space.standing, space.policy, now)
    )


async def policy_to_read_by(session: AsyncSession, space: Space, now: datetime) -> tuple[Policy, bool]:
    """The policy by which a space is shown, and whether its charter verifies.

    Where it does not, that is the template that the space began with: what is published can be read, and
    whoever would do something must be refused, for nobody knows which rules hold.
    """
    try:
        return await policy_in_force(session, space, now), True
    except BrokenChain:
        return load_policy(space.policy), False


_CHARTERS, _DECISIONS = table_of(Charter), table_of(Decision)


def policy_on(
    on: Connection, space_id: int | None, standing: Standing, template: str, now: datetime
) -> Policy:
    """As `policy_in_force`, for a verb that works on the plain connection."""
    if standing in WITHOUT_SIDES:
        return load_policy(template)
    return _chartered(on, space_id, now) or _waiting(on, space_id) or load_policy(template)


def _chartered(on: Connection, space_id: int | None, now: datetime) -> Policy | None:
    query = (
        core_select(_CHARTERS.c.file, _DECISIONS.c.text, _DECISIONS.c.kind)
        .join(_DECISIONS, _DECISIONS.c.charter_id == _CHARTERS.c.id)
        .where(
            _CHARTERS.c.space_id == space_id,
            _DECISIONS.c.state == State.AGREED,
            _DECISIONS.c.kind.in_(SIGNING),
        )
        .order_by(_DECISIONS.c.id)
    )
    versions: list[Version] = []
    for file, text, kind in on.execute(query):
        versions = [] if kind is Kind.ADOPT_CHARTER else versions
        versions.append(Version(file, dict.fromkeys(Side, text)))
    if faults := text_faults(versions):
        # Each of these was signed. As unsigned it would be passed over, and another text hold in its place.
        raise BrokenChain(faults[0])
    return in_force(versions, now.astimezone(LONDON).date()) if versions else None


def _waiting(on: Connection, space_id: int | None) -> Policy | None:
    """The founding charter that is being signed; before that, the one that was written last."""
    signing = (_DECISIONS.c.kind == Kind.ADOPT_CHARTER) & (_DECISIONS.c.state == State.OPEN)
    query = (
        core_select(_CHARTERS.c.file)
        .outerjoin(_DECISIONS, (_DECISIONS.c.charter_id == _CHARTERS.c.id) & signing)
        .where(_CHARTERS.c.space_id == space_id)
        .order_by(_DECISIONS.c.id.is_(None), _CHARTERS.c.id.desc())
    )
    file = on.execute(query.limit(1)).scalar_one_or_none()
    return None if file is None else parse_policy(file)


async def policies_given_under(session: AsyncSession, space: Space) -> dict[str, Policy]:
    """The policies that contributions to a space may have been given under, as they name them."""
    files = await session.exec(select(Charter.file).where(Charter.space_id == space.id))
    policies = [load_policy(space.policy), *map(parse_policy, files.all())]
    return {given_under(policy): policy for policy in policies}


def given_under(policy: Policy) -> str:
    """How a contribution names its policy: by name or by the beginning of its hash, and its version."""
    if policy.is_template:
        return f"{policy.uid.rpartition(':')[2]}/{policy.version}"
    return f"{policy.digest[:HASH_DIGITS]}/{policy.version}"


async def count_of_charters(session: AsyncSession, space_id: int) -> int:
    """How many versions have been written for a space, signed or not."""
    query = select(func.count()).select_from(Charter).where(Charter.space_id == space_id)
    return int((await session.exec(query)).one())
