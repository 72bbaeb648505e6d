"""Open data: the list of releases, one release, its files.

A numbered address never changes, but for the words of a statement that was removed since.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from quart import Blueprint, Response, redirect, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.terms import Publication
from deliberation.opinion.analyses import is_over
from deliberation.opinion.moderation import in_words
from deliberation.publishing.files import COUNTS
from deliberation.publishing.releases import (
    Edition,
    FileEntry,
    editions,
    file_of,
    files_of,
    published,
    releases,
)
from deliberation.publishing.withheld import Withheld, files_without, withheld_from
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.public import SHORT, open_to_all, public
from participate.results.citing import citation

pages = Blueprint("open_data", __name__, url_prefix="/data")
pages.after_request(open_to_all)

KINDS = {".csv": "text/csv; charset=utf-8; header=present", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is served. `published`: its hash as it was published, where that is another one."""

    name: str
    rows: int
    size: int
    sha256: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Empty:
    """So many of all counts are withheld."""

    count: int
    of: int


@dataclass(frozen=True, slots=True)
class ReleasePage:
    space: Space
    consultation: Consultation
    number: int
    editions: list[Edition]
    participants: int
    empty: Empty
    over: bool
    at: datetime
    closing: bool
    title: str
    language: str
    licence: str
    source: str
    attribution: str
    profile: str
    policy: dict[str, Any]
    publication: Publication
    clause: str
    citation: str
    files: list[File]
    withheld: list[tuple[Withheld, str]]


@pages.get("/")
@permits(Action.READ_DATA)
async def index() -> ResponseReturnValue:
    async with database().reading() as session:
        newest = await releases(session)
    return await render_template("data/index.html", releases=newest)


@pages.get("/<space>/<consultation>/")
@permits(Action.READ_DATA)
async def newest(space: str, consultation: str) -> ResponseReturnValue:
    _, _, held_id = consultation_here()
    async with database().reading() as session:
        found = await published(session, held_id, None)
    return redirect(f"/data/{space}/{consultation}/{found.number}/", 302)


@pages.get("/<space>/<consultation>/<int:number>/")
@permits(Action.READ_DATA)
async def release(space: str, consultation: str, number: int) -> ResponseReturnValue:
    where, held, held_id = consultation_here()
    async with database().reading() as session:
        found = await published(session, held_id, number)
        every = await editions(session, held_id)
        assert found.id is not None
        files = await files_of(session, found.id)
        withheld = await withheld_from(session, found)
    instead = files_without(found, withheld)
    content = found.content
    page = ReleasePage(
        space=where,
        consultation=held,
        number=number,
        editions=every,
        participants=content["participants"],
        empty=_empty(content),
        over=is_over(held, now()),
        at=found.published_at,
        closing=found.closing,
        title=content["consultation"]["title"],
        language=content["consultation"]["language"],
        licence=content["licence"],
        source=content["consultation"]["source"],
        attribution=content["consultation"]["attribution"],
        profile=content["profile"],
        policy=content["policy"],
        publication=here().policy.publication,
        clause=here().policy.clause("publication").text,
        citation=citation(content),
        files=[_served(file, instead.get(file.name)) for file in files],
        withheld=[(one, in_words(one.reason)) for one in withheld],
    )
    return await render_template("data/release.html", page=page)


def _empty(content: dict[str, Any]) -> Empty:
    """Of the counts in the tables, how many are withheld."""
    rows = [
        row for said in content["statements"] for row in (said["totals"], *said["groups"].values()) if row
    ]
    counts = [row[name] for row in rows for name in COUNTS]
    return Empty(counts.count(None), len(counts))


def _served(file: FileEntry, instead: bytes | None) -> File:
    if instead is None or (now := sha256(instead).hexdigest()) == file.sha256:
        return File(file.name, file.rows, file.size, file.sha256, None)
    # Rows stay as they are: words alone are taken out.
    return File(file.name, file.rows, len(instead), now, file.sha256)


@pages.get("/<space>/<consultation>/<int:number>/<name>")
@permits(Action.READ_DATA)
async def numbered_file(space: str, consultation: str, number: int, name: str) -> ResponseReturnValue:
    return await _file(number, name)


@pages.get("/<space>/<consultation>/<name>")
@permits(Action.READ_DATA)
async def newest_file(space: str, consultation: str, name: str) -> ResponseReturnValue:
    return await _file(None, name)


async def _file(number: int | None, name: str) -> Response:
    where, held, held_id = consultation_here()
    async with database().reading() as session:
        found = await published(session, held_id, number)
        assert found.id is not None
        file = await file_of(session, found.id, name)
        withheld = await withheld_from(session, found)
    content, changed = file.content, found.published_at
    if (instead := files_without(found, withheld).get(name)) is not None:
        content, changed = instead, max([changed, *(one.at for one in withheld if one.at is not None)])
    kind = KINDS[name[name.rindex(".") :]]
    # Not for longer: a copy kept somewhere would go on showing words that were taken out here.
    response = public(content, kind, keep=SHORT, changed=changed, etag=sha256(content).hexdigest())
    if number is None:
        response.headers["Content-Location"] = f"/data/{where.slug}/{held.slug}/{found.number}/{name}"
    return response
