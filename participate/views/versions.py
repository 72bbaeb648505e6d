"""Sealed versions of a proposal: all of them, one with its keys and hashes, as files, and two compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from quart import Blueprint, Response, render_template, request
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.drafting.clause_questions import asked_in
from deliberation.drafting.clauses import cited_in
from deliberation.drafting.comparing import Compared, compared
from deliberation.drafting.differences import Part, differences
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.versions import Sealed, version_numbered, versions_of
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database
from participate.deciding import DecisionShown, shown
from participate.pdf import can_make
from participate.supported import Supports, supports
from participate.version_files import version_json, version_pdf, version_text

pages = Blueprint("versions", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """Every version, the newest first. `may_seal` says that the reader can seal the draft."""

    space: Space
    proposal: Proposal
    versions: Sequence[Sealed]
    may_seal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """One version. `newest` is the number of the last one, `one` the decision about this one.

    `prints` says that it can be had as PDF.
    """

    space: Space
    proposal: Proposal
    sealed: Sealed
    one: DecisionShown | None
    support: Supports
    newest: int
    prints: bool
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """How `after` differs from `before`; `others` are the versions that it can be compared with."""

    space: Space
    proposal: Proposal
    before: Sealed
    after: Sealed
    title: Sequence[Part]
    clauses: Sequence[Compared]
    others: Sequence[int]

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.before.version.hash == self.after.version.hash


@pages.get("/versions")
@permits(Action.READ_PAGE)
async def index(space: str, proposal: int) -> ResponseReturnValue:
    place, found = place_and_proposal()
    async with database().reading() as session:
        versions = await versions_of(session, found)
    page = VersionsPage(
        space=place, proposal=found, versions=versions, may_seal=here().may(Action.PUT_PROPOSAL)
    )
    return await render_template("versions/versions.html", page=page)


@pages.get("/versions/<int:version>")
@permits(Action.READ_PAGE)
async def show(space: str, proposal: int, version: int) -> ResponseReturnValue:
    place, found = place_and_proposal()
    async with database().reading() as session:
        sealed = await version_numbered(session, found, version)
        newest = (await versions_of(session, found))[0].version.number
        one = await shown(session, sealed.decision) if sealed.decision is not None else None
        support = Supports(clauses={})
        if newest == version:
            support = await supports(
                session,
                found,
                await asked_in(session, sealed.version),
                await cited_in(session, found.id),
                here().policy.publication.min_participants,
            )
    page = VersionPage(
        space=place,
        proposal=found,
        sealed=sealed,
        one=one,
        support=support,
        newest=newest,
        prints=can_make(),
        done=request.args.get("said", ""),
    )
    return await render_template("versions/version.html", page=page)


@pages.get("/versions/<int:version>.md")
@permits(Action.READ_DATA)
async def as_text(space: str, proposal: int, version: int) -> Response:
    return version_text(*await _held(version))


@pages.get("/versions/<int:version>.json")
@permits(Action.READ_DATA)
async def as_json(space: str, proposal: int, version: int) -> Response:
    return version_json(*await _held(version))


@pages.get("/versions/<int:version>.pdf")
@permits(Action.READ_DATA)
async def as_pdf(space: str, proposal: int, version: int) -> Response:
    return await version_pdf(*await _held(version))


@pages.get("/versions/<int:version>/compare")
@permits(Action.READ_PAGE)
async def compare(space: str, proposal: int, version: int) -> ResponseReturnValue:
    """With the version that the address names; else with the one before, the first with itself."""
    place, found = place_and_proposal()
    other = request.args.get("with", max(version - 1, 1), type=int)
    async with database().reading() as session:
        after = await version_numbered(session, found, version)
        before = await version_numbered(session, found, other)
        all_of_them = await versions_of(session, found)
    page = ComparePage(
        space=place,
        proposal=found,
        before=before,
        after=after,
        title=differences(before.version.title, after.version.title),
        clauses=compared(before.clauses, after.clauses),
        others=[one.version.number for one in all_of_them if one.version.number != version],
    )
    return await render_template("versions/compare.html", page=page)


def place_and_proposal() -> tuple[Space, Proposal]:
    """The space and the proposal of the present address."""
    place, proposal = here().space, here().proposal
    assert place is not None
    assert proposal is not None
    return place, proposal


async def _held(version: int) -> tuple[Space, Proposal, Sealed]:
    place, found = place_and_proposal()
    async with database().reading() as session:
        return place, found, await version_numbered(session, found, version)
