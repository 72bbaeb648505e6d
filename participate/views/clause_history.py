"""The history of a clause: every revision, who wrote it for which side, when, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.states import StatementState
from deliberation.drafting.clauses import Clause, Revision, clause_numbered, revisions_of
from deliberation.drafting.comments import Comment
from deliberation.drafting.differences import Part, differences
from deliberation.drafting.proposals import Proposal
from deliberation.following.following import Place
from deliberation.opinion.moderation import in_words
from deliberation.spaces.spaces import Space
from participate.access import permits
from participate.current import database
from participate.drafts import written_by
from participate.following import FollowShown, follow_shown
from participate.languages import said
from participate.views.clauses import place_here
from participate.wording import as_one

pages = Blueprint("clause_history", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>/clauses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One revision. `parts` are what it changed of the one before it that can be read; `gone` why not."""

    revision: Revision
    words: Comment
    who: str
    parts: Sequence[Part]
    first: bool
    stands: bool
    gone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """The steps, newest first."""

    space: Space
    proposal: Proposal
    clause: Clause
    steps: Sequence[Step]
    follow: FollowShown


@pages.get("/<int:clause>/history")
@permits(Action.READ_PAGE)
async def show(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """What the clause has said. What waits for a facilitator is nobody's to read yet."""
    place, found = place_here()
    async with database().reading() as session:
        held = await clause_numbered(session, found, clause)
        history = await revisions_of(session, held)
        follow = await follow_shown(session, Place(space=place, proposal=found, clause=held))
    page = HistoryPage(space=place, proposal=found, clause=held, steps=_steps(history), follow=follow)
    return await render_template("drafting/history.html", page=page)


def _steps(history: Sequence[tuple[Revision, Comment]]) -> list[Step]:
    steps: list[Step] = []
    before = ""
    readable = [one.number for one, words in history if words.state is StatementState.PUBLISHED]
    for revision, words in history:
        if words.state is StatementState.PENDING:
            continue
        gone = said(in_words(words.removed_for)) if words.removed_for else ""
        text = "" if gone else as_one(words)
        steps.append(
            Step(
                revision=revision,
                words=words,
                who=written_by(words),
                parts=() if gone else differences(before, text),
                first=not before,
                stands=bool(readable) and revision.number == readable[-1],
                gone=gone,
            )
        )
        before = before if gone else text
    return steps[::-1]
