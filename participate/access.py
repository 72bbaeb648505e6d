"""`@permits(Action...)` on every view, open ones included; the facts are loaded here, `charters` decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any, cast

from quart import g
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, Permitted, decide, require
from charters.facts import Held
from charters.looking import seen_by
from charters.policy import Policy, load_policy
from charters.states import Role, Side
from deliberation.drafting.proposals import Proposal, co_author_with_key, proposal_numbered
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.people.memberships import roles_anywhere, roles_in
from deliberation.people.participants import account_pseudonym, space_key
from deliberation.people.sessions import SignedIn, is_to_be_noted, seen, session_now
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.consultations import Consultation, consultation_named, facts_of
from deliberation.spaces.spaces import Space, space_named
from deliberation.spaces.standing import facts_about, is_operator
from participate.current import database, device, now, settings

HOME_POLICY = "open-health-space"
"""The policy for what lies outside any space: reading the front page, signing in."""

View = Callable[..., Awaitable[ResponseReturnValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where a request stands: the place, the rules it is held under, and the facts about who asks.

    `facilitates` says whether they facilitate any space at all. `looking` is there where they look at a page
    as somebody on this side: then the facts are about anybody there, and nobody's own is known to the page.
    `broken` says that the space's charter does not verify: then nobody has a part in it.
    """

    policy: Policy
    facts: Facts
    space: Space | None = None
    consultation: Consultation | None = None
    statement: Statement | None = None
    proposal: Proposal | None = None
    account_id: int | None = None
    session: SignedIn | None = None
    facilitates: bool = False
    looking: Side | None = None
    broken: bool = False

    def may(self, action: Action) -> bool:
        """Whether a page should show the way to this action."""
        return isinstance(decide(self.policy, action, self.facts), Permitted)


def permits(action: Action, *, in_verb: bool = False) -> Callable[[View], View]:
    """Name the action of a view, and refuse the request unless it is permitted.

    With `in_verb` the verb that the view calls asks in its own transaction, and nothing is loaded here but
    who is signed in, for a device that says it is.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        async def guarded(**arguments: Any) -> ResponseReturnValue:
            if in_verb:
                await _look_who_is_signed_in()
            else:
                g.here = await _look_round(arguments)
                require(g.here.policy, action, g.here.facts)
            return await view(**arguments)

        guarded.permits = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def here() -> Here:
    """Where the present request stands; for views whose decorator loaded it."""
    return cast(Here, g.here)


def look(side: Side) -> None:
    """From here on the page of this request is made for anybody on that side, for nobody in particular."""
    stand = here()
    g.here = replace(
        stand,
        facts=seen_by(stand.policy, stand.facts, side),
        account_id=None,
        session=None,
        facilitates=False,
        looking=side,
    )


async def arrive(**arguments: Any) -> Here:
    """Load where the request stands after all, for a view whose verb asks and that has a page to show."""
    g.here = await _look_round(arguments)
    return here()


def consultation_here() -> tuple[Space, Consultation, int]:
    """The space and the consultation of the present address, and the consultation's id."""
    space, consultation = here().space, here().consultation
    if space is None or consultation is None or consultation.id is None:
        raise LookupError("this address names no consultation")
    return space, consultation, consultation.id


async def _look_round(arguments: dict[str, Any]) -> Here:
    moment = now()
    space: Space | None = None
    consultation: Consultation | None = None
    statement: Statement | None = None
    proposal: Proposal | None = None
    current = device()
    async with database().reading() as session:
        if "consultation" in arguments:
            space, consultation = await consultation_named(
                session, arguments["space"], arguments["consultation"]
            )
            if "statement" in arguments and consultation.id is not None:
                statement = await statement_numbered(session, consultation.id, arguments["statement"])
        elif "space" in arguments:
            space = await space_named(session, arguments["space"])
            if "proposal" in arguments:
                proposal = await proposal_numbered(session, space.id or 0, arguments["proposal"])
        signed_in = None
        if current is not None and current.session:
            signed_in = await session_now(session, current.session_hash, now=moment)
        account_id = signed_in.account_id if signed_in is not None else None
        roles, tasks = frozenset({Role.VISITOR}), frozenset[Role]()
        if account_id is not None:
            tasks = await roles_anywhere(session, account_id, now=moment)
        if account_id is not None and space is not None and space.id is not None:
            roles |= await roles_in(session, account_id=account_id, space_id=space.id, now=moment)
        if account_id is not None and await is_operator(session, account_id):
            roles |= {Role.OPERATOR}
        facts = Facts(
            now=moment,
            roles=roles,
            tasks=tasks,
            signed_in=account_id is not None,
            has_device=current is not None,
            statement=statement.state if statement is not None else None,
        )
        policy, verifies = load_policy(HOME_POLICY), True
        if space is not None:
            policy, verifies = await policy_to_read_by(session, space, moment)
            facts = await facts_about(session, facts, space, policy, account_id)
            if not verifies:
                facts = _of_nobody(facts)
        if space is not None and proposal is not None:
            writes = await _writes(session, proposal, account_id)
            facts = replace(facts, proposal=proposal.state, co_author=writes)
        if space is not None and consultation is not None:
            facts = facts_of(facts, policy, space, consultation, moment)
    g.account_id = account_id
    if signed_in is not None and is_to_be_noted(signed_in, now=moment):
        await database().grouped(_note, (signed_in.token_hash, moment))
    return Here(
        policy=policy,
        facts=facts,
        space=space,
        consultation=consultation,
        statement=statement,
        proposal=proposal,
        account_id=account_id,
        session=signed_in,
        facilitates=Role.FACILITATOR in tasks,
        broken=not verifies,
    )


async def _writes(session: AsyncSession, proposal: Proposal, account_id: int | None) -> bool:
    """Whether an account writes a proposal and stands behind it: known by its pseudonym in the space."""
    if account_id is None:
        return False
    key = account_pseudonym(space_key(settings().pseudonym_master, proposal.space_id), account_id)
    found = await co_author_with_key(session, proposal, key)
    return found is not None and found.stopped_at is None


def _of_nobody(facts: Facts) -> Facts:
    """What is left of somebody where no charter says what they may do: they read."""
    runs = facts.roles & {Role.OPERATOR}
    return replace(facts, roles=frozenset({Role.VISITOR}) | runs, side=None, belonging=None, held=Held())


async def _look_who_is_signed_in() -> None:
    """Costs a device without a session nothing, and so nearly every vote."""
    current = device()
    if current is not None and current.session:
        async with database().reading() as session:
            signed_in = await session_now(session, current.session_hash, now=now())
        g.account_id = signed_in.account_id if signed_in is not None else None


async def _note(session: AsyncSession, use: tuple[str, datetime]) -> None:
    token_hash, moment = use
    await seen(session, token_hash, now=moment)
