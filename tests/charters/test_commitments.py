"""How far an agreed proposal has come, against a table worked out by hand."""

import pytest

from charters.commitments import Kept, state_after
from charters.states import ProposalState

AGREED, ANSWERED, DONE = ProposalState.AGREED, ProposalState.ANSWERED, ProposalState.DONE
OPEN, KEPT, NOT = Kept.OPEN, Kept.KEPT, Kept.NOT_KEPT
BOTH = ("ods:XX1", "ods:XX2")


@pytest.mark.parametrize(
    ("answered", "promises", "state"),
    [
        ((), (), AGREED),
        ((), (KEPT,), AGREED),
        (("ods:XX1",), (), AGREED),
        (("ods:XX1", "ods:XX3"), (), AGREED),
        (BOTH, (), ANSWERED),
        (BOTH, (OPEN,), ANSWERED),
        (BOTH, (KEPT, OPEN), ANSWERED),
        (BOTH, (KEPT,), DONE),
        (BOTH, (NOT,), DONE),
        (BOTH, (KEPT, NOT), DONE),
    ],
)
def test_it_is_answered_by_all_and_done_when_all_is_told(
    answered: tuple[str, ...], promises: tuple[Kept, ...], state: ProposalState
) -> None:
    assert state_after(BOTH, answered, promises) is state
