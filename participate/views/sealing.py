"""Sealing the draft of a proposal: what would be sealed, what it does, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.agreements import Kind, begin
from charters.wording import Words
from deliberation.drafting.clauses import draft_hash, standing_clauses
from deliberation.drafting.comparing import Compared, as_drafted, compared
from deliberation.drafting.live.saving import unsaved_clauses
from deliberation.drafting.proposals import Proposal, about_proposal
from deliberation.drafting.sealing import DraftMoved, seal
from deliberation.drafting.versions import Sealed, SealedClause, versions_of
from deliberation.errors import Invalid
from deliberation.spaces.decisions import Decision, open_decisions
from deliberation.spaces.putting import closing_moment
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.current import database, now
from participate.forms import Wrong, typed
from participate.languages import said
from participate.network import visitor
from participate.views.proposals import asking_now, what_it_needs
from participate.views.versions import place_and_proposal

pages = Blueprint("sealing", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPage:
    """The draft as it would be sealed. `last` is the newest version, `differs` how the draft does from it.

    `asked` is the open decision that sealing ends, `until` the earliest end of the new one. `moved` says that
    the draft changed while it was read.
    """

    space: Space
    proposal: Proposal
    clauses: Sequence[SealedClause]
    hash: str
    last: Sealed | None
    differs: Sequence[Compared]
    asked: Decision | None
    needs: Words
    until: datetime
    unsaved: Sequence[int] = ()
    moved: bool = False
    wrong: Sequence[Wrong] = ()

    @property
    def number(self) -> int:
        """That of the version it would become."""
        return 1 if self.last is None else self.last.version.number + 1

    @property
    def empty(self) -> Sequence[int]:
        """The clauses that say nothing."""
        return [one.number for one in self.clauses if one.withheld]

    @property
    def sealed_already(self) -> bool:
        """Whether both sides are deciding about this very text."""
        return self.asked is not None and self.last is not None and self.last.version.hash == self.hash

    @property
    def ready(self) -> bool:
        """Whether it can be sealed."""
        return bool(self.clauses) and not self.empty and not self.sealed_already


@pages.get("/seal")
@permits(Action.PUT_PROPOSAL)
async def show(space: str, proposal: int) -> ResponseReturnValue:
    return await _page()


@pages.post("/seal")
@permits(Action.PUT_PROPOSAL, in_verb=True)
async def sealed(space: str, proposal: int) -> ResponseReturnValue:
    """Seal it. The form carries the hash of the draft that was read: another one is not sealed."""
    stand = await arrive(space=space, proposal=proposal)
    assert stand.space is not None
    key, was_shown = visitor().pseudonym(stand.space.id or 0), await typed("shown")
    try:
        async with database().transaction() as session:
            made = await seal(
                session,
                stand.space,
                proposal,
                shown=was_shown,
                key=key,
                asking=asking_now(stand.facts),
                now=now(),
            )
            number = made.number
    except DraftMoved:
        return await _page(moved=True), 409
    except Invalid as error:
        return await _page(wrong=[Wrong(error.field, said(str(error)))]), 422
    return redirect(
        url_for("versions.show", space=space, proposal=proposal, version=number, said="sealed"), 303
    )


async def _page(*, moved: bool = False, wrong: Sequence[Wrong] = ()) -> str:
    place, found = place_and_proposal()
    async with database().reading() as session:
        standing = await standing_clauses(session, found.id)
        versions = await versions_of(session, found)
        about = about_proposal(found.id)
        unsaved = await unsaved_clauses(session, found.id)
        asked = await open_decisions(session, place.id or 0, about=about, kind=Kind.AGREE_PROPOSAL)
    clauses, last = as_drafted(standing), versions[0] if versions else None
    page = SealPage(
        space=place,
        proposal=found,
        clauses=clauses,
        hash=draft_hash(found, standing),
        last=last,
        differs=compared(last.clauses, clauses) if last is not None else (),
        asked=asked[0] if asked else None,
        needs=what_it_needs(here().policy.adoption),
        until=closing_moment(begin(here().policy, Kind.AGREE_PROPOSAL, "", now=now()), now()),
        unsaved=unsaved,
        moved=moved,
        wrong=wrong,
    )
    return await render_template("versions/seal.html", page=page)
