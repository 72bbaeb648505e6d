"""Asking both sides to appoint a facilitator, and to confirm what the operator hid in an emergency."""

import secrets
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind
from charters.canonical import digest
from charters.enforcement import Facts
from charters.terms import Policy
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.people.accounts import account_for, checked_address
from deliberation.spaces.decisions import Candidate, Decision
from deliberation.spaces.putting import matter, put
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space

LONGEST_NAME = 120


async def put_facilitator(
    session: AsyncSession,
    space: Space,
    address: str,
    *,
    name: str,
    until: datetime | None,
    reason: str,
    asking: Facts,
    now: datetime,
) -> Decision:
    """Ask both sides to let somebody facilitate the space until a day.

    What is signed names them by a hash: the row of the decision stays for good, their name may not.
    Raises Refused, Invalid, EditConflict.
    """
    policy = await require_in_space(session, Action.PUT_FACILITATOR, space, asking, now, until=until)
    assert until is not None
    called = name.strip()
    if not 2 <= len(called) <= LONGEST_NAME:
        raise Invalid("name", Words("Write the name they act under. Everybody can read it."))
    account = await account_for(session, checked_address(address), now=now)
    assert account.id is not None
    salt = secrets.token_hex(16)
    person = digest({"account": account.id, "name": called, "salt": salt})
    subject = {"space": space.id, "facilitator": person, "until": until.isoformat()}
    what = matter(Kind.APPOINT_FACILITATOR, f"facilitator/{account.id}", subject, words=public_reason(reason))
    decision = await put(session, space, policy, what, asking=asking, now=now)
    assert decision.id is not None
    session.add(Candidate(decision_id=decision.id, account_id=account.id, name=called, salt=salt))
    return decision


async def put_hiding(
    session: AsyncSession,
    space: Space,
    policy: Policy,
    statement_id: int,
    *,
    consultation_id: int,
    ground: str,
    asking: Facts,
    now: datetime,
) -> Decision:
    """Ask both sides to confirm that a statement stays hidden; whoever hides it has asked whether they may.

    Raises EditConflict where both sides are asked already.
    """
    what = matter(
        Kind.CONFIRM_HIDING,
        f"statement/{statement_id}",
        {"statement": statement_id, "ground": ground},
        words=ground,
        consultation_id=consultation_id,
        statement_id=statement_id,
    )
    return await put(session, space, policy, what, asking=asking, now=now)
