"""What becomes of a proposal when both sides have decided about it.

Called by `deliberation.spaces.carrying_out` in the transaction in which a decision ends. Whoever ends a
decision holds its row before that of the proposal: everybody takes the two in this order.
"""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State
from charters.states import ProposalState
from charters.terms import Policy
from charters.wording import Words
from deliberation.drafting.proposals import Proposal, about_proposal
from deliberation.errors import EditConflict
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.decisions import Decision
from deliberation.spaces.ending import lapse
from deliberation.spaces.spaces import Space

WITHDRAWN = Words("Both sides have withdrawn the proposal.")
WRITTEN = (ProposalState.DRAFTING, ProposalState.OPEN)


async def proposal_agreed(session: AsyncSession, decision: Decision) -> None:
    """Both keys are turned for its newest version. Raises EditConflict where it is not open any more."""
    proposal = await _decided(session, decision)
    if proposal.state is not ProposalState.OPEN:
        raise EditConflict("The proposal is not open for sign-off any more.")
    proposal.state = ProposalState.AGREED


async def proposal_not_agreed(session: AsyncSession, decision: Decision) -> None:
    """The decision about its version has ended without both keys: writing goes on as before."""
    proposal = await _decided(session, decision)
    if proposal.state is ProposalState.OPEN:
        proposal.state = ProposalState.DRAFTING


async def proposal_withdrawn(session: AsyncSession, decision: Decision, now: datetime) -> None:
    """Both sides have withdrawn it; what was asked about a version of it is asked no more.

    Raises EditConflict where it has been agreed meanwhile.
    """
    asked = await open_agreement(session, decision.space_id, decision.about)
    proposal = await _decided(session, decision)
    if proposal.state not in WRITTEN:
        raise EditConflict("The proposal is not being written any more.")
    if asked is not None:
        await lapse(session, asked, WITHDRAWN, now=now)
    proposal.state = ProposalState.WITHDRAWN


async def open_agreement(session: AsyncSession, space_id: int, about: str) -> Decision | None:
    """The open decision about a version of this proposal, held; None where none is."""
    query = select(Decision).where(
        Decision.space_id == space_id,
        Decision.kind == Kind.AGREE_PROPOSAL,
        Decision.about == about,
        Decision.state == State.OPEN,
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).first()


async def agreed_under(session: AsyncSession, space: Space, proposal: Proposal, policy: Policy) -> Policy:
    """The charter that was in force when both sides agreed a proposal; `policy` where they have not."""
    query = select(Decision.ended_at).where(
        Decision.space_id == proposal.space_id,
        Decision.kind == Kind.AGREE_PROPOSAL,
        Decision.about == about_proposal(proposal.id),
        Decision.state == State.AGREED,
    )
    agreed = (await session.exec(query.order_by(col(Decision.id).desc()))).first()
    return policy if agreed is None else await policy_in_force(session, space, agreed)


async def _decided(session: AsyncSession, decision: Decision) -> Proposal:
    query = select(Proposal).where(
        Proposal.space_id == decision.space_id, col(Proposal.id) == int(decision.about.partition("/")[2])
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    proposal = (await session.exec(query)).one()
    assert about_proposal(proposal.id) == decision.about
    return proposal
