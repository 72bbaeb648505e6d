"""Where writing together is offered: not where a facilitator reads words before others can."""

from collections import defaultdict

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import first_state
from charters.policy import Policy
from charters.states import Role, StatementState
from charters.wording import Words
from deliberation.drafting.live.document import Written
from deliberation.drafting.live.presence import Present, present_in
from deliberation.drafting.proposals import Proposal
from participate.access import here
from participate.current import now
from participate.discussing import SIDES
from participate.languages import gettext, said
from participate.wording import Draft


def offers_live_text(policy: Policy) -> bool:
    """Whether words may be seen by others while they are typed."""
    return first_state(policy) is StatementState.PUBLISHED


def was_written(draft: Draft) -> Written | None:
    """What stood in the shared text when these words were first sent, where others are saved in the end."""
    heading, _, text = draft.was.partition("\n")
    return Written(heading, text) if draft.was else None


async def who_writes_now(session: AsyncSession, proposal: Proposal) -> dict[int, list[str]]:
    """Who has a clause of the proposal open to write in it, by its number; told to those who may write."""
    found: dict[int, list[str]] = defaultdict(list)
    if here().may(Action.WRITE_CLAUSE):
        for one in await present_in(session, proposal.id or 0, now()):
            found[one.clause].append(_named(one))
    return dict(found)


def _named(one: Present) -> str:
    bodies = {party.id: party.name for party in here().policy.parties}
    named = ", ".join(part for part in (one.name, bodies.get(one.body or "", "")) if part)
    role = Role(one.role)
    unnamed = gettext("A delegate") if role is Role.DELEGATE else gettext("A member")
    return f"{named or unnamed} ({said(SIDES[role])})"


def no_live_text() -> Words:
    """What is said where it is not offered."""
    return Words("This clause cannot be written together just now.")
