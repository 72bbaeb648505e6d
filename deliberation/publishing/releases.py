"""Releases: a working result becomes a published one when the charter's rule says so, with its files.

The files are kept as they were made, byte for byte, so that an address answers the same for ever.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Field, SQLModel, col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.policy import Policy
from charters.publication import PublicationDecision, may_publish
from charters.wording import Words
from deliberation.errors import NotFound
from deliberation.opinion.analyses import is_settled
from deliberation.opinion.opinion_map import (
    PublishedBasis,
    PublishedMap,
    newest_published,
)
from deliberation.opinion.screenings import replace_screening
from deliberation.publishing.ballots import History
from deliberation.publishing.files import release_files
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space


class ReleaseFile(SQLModel, table=True):
    """One file of a release, as it was made."""

    __tablename__ = "release_file"

    published_map_id: int = Field(primary_key=True, foreign_key="published_map.id")
    name: str = Field(primary_key=True, max_length=60)
    position: int
    rows: int = Field(description="Rows of a table without its header; 0 for what is no table")
    size: int = Field(description="Bytes")
    sha256: str = Field(max_length=64)
    content: bytes


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result that may become public: the document, and what stands behind it and stays here.

    It would follow the published result `after` (0 for none), from which `changed` people differ.
    """

    content: dict[str, Any]
    participants: int
    after: int
    changed: int | None
    history: History
    place: dict[str, Any]
    salt: str
    kinds: History | None = None
    screening: dict[str, Any] | None = None
    groups: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as a list shows it: rows (0 for what is no table), bytes, SHA-256 in hex."""

    name: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """One release and its address: a consultation's published result `number`."""

    space: Space
    consultation: Consultation
    published: PublishedMap


def decision_on(
    policy: Policy, consultation: Consultation, candidate: Candidate, *, now: datetime
) -> PublicationDecision:
    """What the policy's rule says about publishing this result now."""
    return may_publish(
        policy.publication,
        now=now,
        participants=candidate.participants,
        changed=candidate.changed,
        closes_at=consultation.closes_at,
        closed=is_settled(consultation, now),
    )


async def publish_if_due(
    session: AsyncSession,
    space: Space,
    consultation: Consultation,
    policy: Policy,
    candidate: Candidate,
    *,
    now: datetime,
) -> PublishedMap | None:
    """Publish the result under the next number, with its files, if the policy's rule says so; else None.

    The closing result is the last that voting made; nothing but erasures can replace it. None too where
    another result was published since this one was worked out: it was not compared with that one.
    """
    if not decision_on(policy, consultation, candidate, now=now).publish:
        return None
    assert consultation.id is not None
    last = await newest_published(session, consultation.id)
    number = candidate.after + 1
    if (last.number if last is not None else 0) != candidate.after:
        return None
    closing = is_settled(consultation, now)
    content = {
        **candidate.content,
        **_about(space, consultation, policy),
        "number": number,
        "published": now.date().isoformat(),
        "closing": closing,
    }
    published = PublishedMap(
        consultation_id=consultation.id, number=number, published_at=now, closing=closing, content=content
    )
    session.add(published)
    await session.flush()  # its id goes into the files
    assert published.id is not None
    session.add_all(_rows(published.id, release_files(content)))
    await _replace_basis(session, consultation.id, candidate)
    await replace_screening(session, consultation.id, number, candidate.screening)
    return published


def licence_of(consultation: Consultation, policy: Policy) -> str:
    """What was said of an import, even if that is nothing: nobody here can license others' words."""
    if consultation.source_digest is not None:
        return consultation.licence
    return policy.assets["aggregate"].licence or ""


def _about(space: Space, consultation: Consultation, policy: Policy) -> dict[str, Any]:
    """What the document says about where it comes from, so that it can be read alone."""
    return {
        "space": {"slug": space.slug, "title": space.title, "host": space.host, "made_up": space.made_up},
        "consultation": {
            name: getattr(consultation, name)
            for name in ("slug", "title", "question", "language", "source", "attribution")
        },
        "licence": licence_of(consultation, policy),
        "policy": {
            "uid": policy.uid,
            "version": policy.version,
            "title": policy.title,
            "sha256": policy.digest,
        },
    }


def _rows(published_id: int, files: Mapping[str, bytes]) -> list[ReleaseFile]:
    return [
        ReleaseFile(
            published_map_id=published_id,
            name=name,
            position=position,
            rows=_count_rows(content) if name.endswith(".csv") else 0,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            content=content,
        )
        for position, (name, content) in enumerate(files.items())
    ]


def _count_rows(table: bytes) -> int:
    # Not by lines: a quoted cell may hold line breaks.
    return sum(1 for _ in csv.reader(io.StringIO(table.decode(), newline=""))) - 1


async def _replace_basis(session: AsyncSession, consultation_id: int, candidate: Candidate) -> None:
    await session.exec(delete(PublishedBasis).where(col(PublishedBasis.consultation_id) == consultation_id))
    session.add(
        PublishedBasis(
            consultation_id=consultation_id,
            number=candidate.after + 1,
            history=candidate.history,
            kinds=candidate.kinds,
            groups=candidate.groups,
            place=candidate.place,
            salt=candidate.salt,
        )
    )
    await session.flush()


async def all_published(session: AsyncSession, consultation_id: int) -> list[PublishedMap]:
    """Every published result of a consultation, oldest first."""
    query = select(PublishedMap).where(PublishedMap.consultation_id == consultation_id)
    return list((await session.exec(query.order_by(col(PublishedMap.number)))).all())


async def add_landscape(session: AsyncSession, published_id: int, landscape: dict[str, Any]) -> None:
    """Add the second picture to a published result. It is added once and never changed."""
    published = await session.get(PublishedMap, published_id)
    if published is not None and published.landscape is None:
        published.landscape = landscape


async def landscape_before(session: AsyncSession, consultation_id: int) -> dict[str, Any] | None:
    """The newest landscape of a consultation that has one; that of an earlier result while one is drawn."""
    query = (
        select(PublishedMap.landscape)
        .where(PublishedMap.consultation_id == consultation_id, col(PublishedMap.landscape).is_not(None))
        .order_by(col(PublishedMap.number).desc())
    )
    found = (await session.exec(query)).first()
    return dict(found) if found is not None else None


async def releases(session: AsyncSession) -> list[Release]:
    """The newest release of each consultation, newest first."""
    newest = (
        select(PublishedMap.consultation_id, func.max(col(PublishedMap.number)).label("number"))
        .group_by(col(PublishedMap.consultation_id))
        .subquery()
    )
    query = (
        select(Space, Consultation, PublishedMap)
        .join(Consultation, col(Consultation.space_id) == Space.id)
        .join(PublishedMap, col(PublishedMap.consultation_id) == Consultation.id)
        .join(newest, newest.c.consultation_id == PublishedMap.consultation_id)
        .where(newest.c.number == PublishedMap.number)
        .order_by(col(PublishedMap.published_at).desc(), col(PublishedMap.id).desc())
    )
    return [Release(*found) for found in await session.exec(query)]


@dataclass(frozen=True, slots=True)
class Edition:
    """A release among those of its consultation."""

    number: int
    at: datetime
    closing: bool


async def editions(session: AsyncSession, consultation_id: int) -> list[Edition]:
    """All releases of a consultation, newest first, without what is in them."""
    query = (
        select(PublishedMap.number, PublishedMap.published_at, PublishedMap.closing)
        .where(PublishedMap.consultation_id == consultation_id)
        .order_by(col(PublishedMap.number).desc())
    )
    return [Edition(*found) for found in await session.exec(query)]


async def published(session: AsyncSession, consultation_id: int, number: int | None) -> PublishedMap:
    """Result `number` of a consultation, or the newest. Raises NotFound."""
    query = select(PublishedMap).where(PublishedMap.consultation_id == consultation_id)
    if number is not None:
        query = query.where(PublishedMap.number == number)
    found = (await session.exec(query.order_by(col(PublishedMap.number).desc()).limit(1))).first()
    if found is None:
        if number is None:
            raise NotFound(Words("There is no data yet for this consultation."))
        raise NotFound(Words("There is no release %(number)s for this consultation.", number=number))
    return found


async def files_of(session: AsyncSession, published_id: int) -> list[FileEntry]:
    """The files of a release, in order, without their content."""
    query = (
        select(ReleaseFile.name, ReleaseFile.rows, ReleaseFile.size, ReleaseFile.sha256)
        .where(ReleaseFile.published_map_id == published_id)
        .order_by(col(ReleaseFile.position))
    )
    return [FileEntry(*found) for found in await session.exec(query)]


async def file_of(session: AsyncSession, published_id: int, name: str) -> ReleaseFile:
    """One file of a release. Raises NotFound for another name, RuntimeError for content that has changed."""
    file = await session.get(ReleaseFile, (published_id, name))
    if file is None:
        raise NotFound(Words("There is no file '%(name)s' in this release.", name=name))
    if sha256(file.content).hexdigest() != file.sha256:
        raise RuntimeError(f"release file {name} of result {published_id} is not what was published")
    return file
