"""Putting a charter to both sides: the first one to its founders, its ratification, a change of it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind
from charters.due import ratification_due
from charters.enforcement import Facts
from charters.policy import parse_policy
from charters.terms import Policy
from charters.versions import amendment_faults, cannot_be_signed
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.spaces.charters import keep_charter, signed_versions
from deliberation.spaces.decisions import Decision
from deliberation.spaces.putting import CHARTER, Matter, put
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import held_of, require_in_space

FIRST = Words("This is not the first version of a charter. A space is founded with the first.")
NONE_SIGNED = Words("There is no signed charter here that could be changed.")


async def put_founding_charter(
    session: AsyncSession, space: Space, policy: Policy, *, words: str = "", asking: Facts, now: datetime
) -> Decision:
    """Ask the founders of both sides to sign this charter. Raises Refused, Invalid, EditConflict."""
    await require_in_space(session, Action.FOUND_CHARTER, space, asking, now)
    check_first(policy)
    return await _put(session, space, policy, Kind.ADOPT_CHARTER, policy, words, asking, now)


async def put_ratification(
    session: AsyncSession, space: Space, *, words: str = "", asking: Facts, now: datetime
) -> Decision:
    """Ask everybody on both sides to ratify the charter that holds for now. Raises Refused, EditConflict."""
    policy = await require_in_space(session, Action.RATIFY_CHARTER, space, asking, now)
    since = (await held_of(session, space, policy, now)).quorate_since
    latest = None if since is None else ratification_due(policy, since)
    return await _put(session, space, policy, Kind.RATIFY_CHARTER, policy, words, asking, now, latest=latest)


async def put_amendment(
    session: AsyncSession, space: Space, after: Policy, *, reason: str, asking: Facts, now: datetime
) -> Decision:
    """Ask both sides to change the charter to this next version, for a public reason.

    Raises Refused, Invalid for a version that cannot follow, EditConflict.
    """
    policy = await require_in_space(session, Action.AMEND_CHARTER, space, asking, now)
    said = public_reason(reason)
    await check_next(session, space, after)
    return await _put(session, space, policy, Kind.AMEND_CHARTER, after, said, asking, now)


def check_first(policy: Policy) -> None:
    """Raises Invalid where nobody can sign this, or where it is a later version."""
    _check_signable(policy)
    if policy.version != 1:
        raise Invalid("charter", FIRST)


async def check_next(session: AsyncSession, space: Space, after: Policy) -> None:
    """Raises Invalid where this cannot follow the newest signed version."""
    _check_signable(after)
    assert space.id is not None
    signed = await signed_versions(session, space.id)
    if not signed:
        raise Invalid("charter", NONE_SIGNED)
    for fault in amendment_faults(parse_policy(signed[-1].charter.file), after):
        raise Invalid("charter", fault.sentence)


def _check_signable(policy: Policy) -> None:
    fault = cannot_be_signed(policy)
    if fault is not None:
        raise Invalid("charter", fault.sentence)


async def _put(
    session: AsyncSession,
    space: Space,
    rules: Policy,
    kind: Kind,
    policy: Policy,
    words: str,
    asking: Facts,
    now: datetime,
    *,
    latest: datetime | None = None,
) -> Decision:
    """By the rules of `rules`, over the exact text of `policy`."""
    assert space.id is not None
    charter = await keep_charter(session, space.id, policy, now=now)
    what = Matter(kind=kind, about=CHARTER, text=policy.digest, words=words, charter_id=charter.id)
    return await put(session, space, rules, what, latest=latest, asking=asking, now=now)
