"""A space's charter: what is promised, the file it is made from, every version and how two of them differ."""

from dataclasses import dataclass

from quart import Blueprint, Response, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.differences import Differences, differences
from charters.enforcement import Facts, require
from charters.policy import load_policy
from deliberation.spaces.putting import CHARTER
from deliberation.spaces.spaces import Space, space_named
from participate.access import HOME_POLICY, here, permits
from participate.charter_files import charter_file, charter_text, schema_file
from participate.charter_pages import change_in, page_of
from participate.charter_versions import Chain, VersionShown, chain_of
from participate.current import database, now
from participate.deciding import pending

pages = Blueprint("charter", __name__, url_prefix="/spaces/<space>")


@dataclass(frozen=True, slots=True)
class VersionsPage:
    space: Space
    chain: Chain
    base: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """How `after` differs from `before`. `base` is the address that the charter's others begin with."""

    space: Space | None
    chain: Chain | None
    before: VersionShown
    after: VersionShown
    differences: Differences
    base: str


@pages.get("/charter")
@permits(Action.READ_PAGE)
async def show(space: str) -> ResponseReturnValue:
    place, chain = await _held(space)
    async with database().reading() as session:
        decisions = await pending(session, subject=CHARTER)
    page = page_of(
        chain.current,
        space=place,
        chain=chain,
        base=_base(place),
        file=url_for("charter.file", space=place.slug),
        change=change_in(chain),
        may_propose=here().may(Action.AMEND_CHARTER),
        schema=url_for("charter.schema", space=place.slug),
        decisions=decisions,
    )
    return await render_template("charters/charter.html", page=page)


@pages.get("/charter.json")
@permits(Action.READ_DATA)
async def file(space: str) -> Response:
    place, chain = await _held(space)
    return charter_file(chain.current.policy, url_for("charter.schema", space=place.slug))


@pages.get("/charter.md")
@permits(Action.READ_DATA)
async def text(space: str) -> Response:
    _, chain = await _held(space)
    return charter_text(chain.current.policy)


@pages.get("/charter/schema.json")
@permits(Action.READ_DATA)
async def schema(space: str) -> Response:
    return schema_file()


@pages.get("/charter/versions")
@permits(Action.READ_PAGE, in_verb=True)
async def versions(space: str) -> ResponseReturnValue:
    place, chain = await _held(space)
    return await render_template("charters/versions.html", page=VersionsPage(place, chain, _base(place)))


@pages.get("/charter/versions/<key>")
@permits(Action.READ_PAGE, in_verb=True)
async def version(space: str, key: str) -> ResponseReturnValue:
    place, chain = await _held(space)
    page = page_of(
        chain.named(key),
        space=place,
        base=_base(place),
        file=url_for("charter.version_file", space=place.slug, key=key),
        schema=url_for("charter.schema", space=place.slug),
    )
    return await render_template("charters/charter.html", page=page)


@pages.get("/charter/versions/<key>.json")
@permits(Action.READ_DATA, in_verb=True)
async def version_file(space: str, key: str) -> Response:
    place, chain = await _held(space)
    return charter_file(chain.named(key).policy, url_for("charter.schema", space=place.slug))


@pages.get("/charter/changes")
@permits(Action.READ_PAGE, in_verb=True)
async def changes(space: str) -> ResponseReturnValue:
    """Between the versions that the address names; else between the last one and the one it follows."""
    place, chain = await _held(space)
    after = chain.named(request.args.get("after") or chain.versions[-1].key)
    named = request.args.get("before")
    before = chain.named(named) if named else chain.before(after) or after
    found = differences(before.policy, after.policy)
    page = ChangesPage(place, chain, before, after, found, _base(place))
    return await render_template("charters/changes.html", page=page)


async def _held(slug: str) -> tuple[Space, Chain]:
    """The space and its charter, also where the stored versions do not hang together and nothing holds."""
    require(load_policy(HOME_POLICY), Action.READ_PAGE, Facts(now=now()))
    async with database().reading() as session:
        place = await space_named(session, slug)
        return place, await chain_of(session, place, now())


def _base(place: Space) -> str:
    return url_for("charter.show", space=place.slug)
