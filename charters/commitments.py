"""What becomes of an agreed proposal: answered by every body, done when all promises are told of."""

from collections.abc import Collection
from enum import StrEnum, unique

from charters.states import ProposalState
from charters.terms import Policy


@unique
class Kept(StrEnum):
    """What has become of a promise."""

    OPEN = "open"
    KEPT = "kept"
    NOT_KEPT = "not-kept"


def bodies_owing(then: Policy, now: Policy) -> frozenset[str]:
    """The bodies that owe an answer: those that signed `then`, when it was agreed, and sign `now` still.

    A body that joins later owes none, and nobody waits for one that has left. Where none of them is left,
    those of now owe it.
    """
    return frozenset(then.bodies) & frozenset(now.bodies) or frozenset(now.bodies)


def state_after(
    bodies: Collection[str], answered: Collection[str], promises: Collection[Kept]
) -> ProposalState:
    """How far an agreed proposal has come.

    It is answered when each of the `bodies` that owe an answer has said something to it, and done when
    there are promises and it is told of each what became of it. A promise that was not kept is told of, too.
    Without any promise nothing can be done, so it stays answered.
    """
    if not frozenset(bodies) <= frozenset(answered):
        return ProposalState.AGREED
    told = bool(promises) and Kept.OPEN not in promises
    return ProposalState.DONE if told else ProposalState.ANSWERED
