"""The page of one decision: its panel, and what people say about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from quart import render_template

from deliberation.spaces.decisions import decision_with_id
from deliberation.spaces.spaces import Space
from participate.access import here
from participate.current import database
from participate.deciding import DecisionShown, shown
from participate.discussing import DiscussionShown, Draft, discussion
from participate.forms import Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """`typed` is the reason as it was typed; `stale` says that the text moved while they read it.

    `talk` is None where nothing is said about a decision of this kind.
    """

    space: Space
    one: DecisionShown
    talk: DiscussionShown | None = None
    done: bool = False
    typed: str = ""
    stale: bool = False
    wrong: Sequence[Wrong] = ()


async def decision_page(
    decision: int,
    reason: str = "",
    wrong: Sequence[Wrong] = (),
    *,
    was_shown: str = "",
    done: bool = False,
    draft: Draft | None = None,
    wrong_in_draft: Sequence[Wrong] = (),
    said: str = "",
) -> str:
    """`draft` is a comment that was typed and not kept; `said` names what has just become of one."""
    place = here().space
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        found = await decision_with_id(session, place.id, decision)
        one = await shown(session, found, was_shown=was_shown)
        talk = await discussion(session, found, draft=draft, wrong=wrong_in_draft, done=said)
    page = DecisionPage(
        space=place,
        one=one,
        talk=talk,
        done=done,
        typed=reason,
        stale=bool(was_shown),
        wrong=[*wrong, *wrong_in_draft],
    )
    return await render_template("deciding/decision.html", page=page)
