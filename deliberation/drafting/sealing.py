"""Sealing a version: its words are frozen, and both sides are asked to sign exactly them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind
from charters.enforcement import Facts
from charters.states import ProposalState
from charters.wording import Words
from deliberation.drafting.agreed import open_agreement
from deliberation.drafting.clause_questions import ask_about
from deliberation.drafting.clauses import Standing, draft_hash, standing_clauses
from deliberation.drafting.co_authoring import entered, role_acting
from deliberation.drafting.proposals import (
    Proposal,
    about_proposal,
    co_author_with_key,
    proposal_numbered,
)
from deliberation.drafting.versions import Version, VersionClause, newest_version, version_in
from deliberation.drafting.writing import writing
from deliberation.errors import EditConflict, Invalid
from deliberation.publishing.record import Did
from deliberation.spaces.ending import lapse
from deliberation.spaces.putting import matter, put
from deliberation.spaces.settling import settle
from deliberation.spaces.spaces import Space

MOVED = Words("The draft has changed since you read it. Nothing was sealed. Read it again.")
NO_CLAUSE = Words("There is no clause yet. Write one first.")
SEALED_ALREADY = Words("This text is sealed already, and both sides are deciding about it.")
NEWER = Words("A newer version was sealed.")


class DraftMoved(EditConflict):
    """The draft is not any more the one that was read; nothing was sealed."""

    def __init__(self) -> None:
        super().__init__(MOVED)


async def seal(
    session: AsyncSession,
    space: Space,
    number: int,
    *,
    shown: str,
    key: str,
    asking: Facts,
    now: datetime,
) -> Version:
    """Freeze the draft as a version and ask both sides to agree it. `shown`: the hash of the draft as read.

    `key` is the sealer's pseudonym. A decision about an older version ends: nobody's signature is carried
    over. Raises Refused, NotFound, DraftMoved, Invalid for a draft that has nothing to seal.
    """
    assert space.id is not None
    found = await proposal_numbered(session, space.id, number)
    # The decision is held before the proposal, as by whoever ends one.
    asked = await open_agreement(session, space.id, about_proposal(found.id))
    if asked is not None and now >= asked.closes_at:
        await settle(session, asked, now=now)
    author = await co_author_with_key(session, found, key)
    writes = author is not None and author.stopped_at is None
    proposal, policy = await writing(
        session, space, number, asking, now, Action.PUT_PROPOSAL, co_author=writes
    )
    standing = await standing_clauses(session, proposal.id)
    if draft_hash(proposal, standing) != shown:
        raise DraftMoved
    last = await newest_version(session, proposal.id)
    _refuse_unsealable(standing, last if proposal.state is ProposalState.OPEN else None, shown)
    if proposal.state is ProposalState.OPEN:
        if asked is None or last is None or version_in(asked) != last.number:
            raise DraftMoved  # somebody else has sealed one in between
        await lapse(session, asked, NEWER, now=now)
    version = await _frozen(session, proposal, standing, shown, last.number if last else 0, asking, now)
    await ask_about(session, version)
    words = f"Proposal {proposal.number}, version {version.number}. SHA-256: {version.hash}."
    entered(session, Did.VERSION_SEALED, proposal, asking, now, words)
    what = matter(
        Kind.AGREE_PROPOSAL,
        about_proposal(proposal.id),
        subject_of(proposal, version, standing),
        consultation_id=proposal.consultation_id,
    )
    await put(session, space, policy, what, asking=asking, now=now)
    proposal.state = ProposalState.OPEN
    await session.flush()
    return version


def subject_of(proposal: Proposal, version: Version, standing: Sequence[Standing]) -> dict[str, Any]:
    """What both sides sign: this version of this proposal, by the hashes of its words."""
    return {
        "proposal": proposal.number,
        "version": version.number,
        "title": version.title,
        "language": version.language,
        "hash": version.hash,
        "clauses": [{"clause": one.clause.number, "hash": one.hash} for one in standing],
    }


def _refuse_unsealable(standing: Sequence[Standing], last: Version | None, shown: str) -> None:
    if not standing:
        raise Invalid("draft", NO_CLAUSE)
    for one in standing:
        if one.words is None:
            raise Invalid(
                "draft",
                Words(
                    "Clause %(number)s says nothing. Write it, or take it out first.",
                    number=f"{one.clause.number}",
                ),
            )
    if last is not None and last.hash == shown:
        raise Invalid("draft", SEALED_ALREADY)


async def _frozen(
    session: AsyncSession,
    proposal: Proposal,
    standing: Sequence[Standing],
    whole: str,
    before: int,
    asking: Facts,
    now: datetime,
) -> Version:
    version = Version(
        proposal_id=proposal.id or 0,
        number=before + 1,
        hash=whole,
        title=proposal.title,
        language=proposal.language,
        sealed_at=now,
        sealed_as=role_acting(asking),
    )
    session.add(version)
    await session.flush()
    session.add_all(_clause(version, at, one) for at, one in enumerate(standing, start=1))
    await session.flush()
    return version


def _clause(version: Version, position: int, one: Standing) -> VersionClause:
    assert one.words is not None
    assert one.revision is not None
    return VersionClause(
        version_id=version.id or 0,
        position=position,
        clause_id=one.clause.id or 0,
        number=one.clause.number,
        heading=one.words.heading,
        text=one.words.text,
        language=one.words.language,
        hash=one.hash,
        revision_id=one.revision.comment_id,
    )
