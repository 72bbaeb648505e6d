"""The checks of writing together: which proposals are written in, who writes them, what waits for an answer.

No check looks at a side: members and delegates write, suggest and accept by the same rules.
"""

from charters import checks
from charters.facts import Facts, Objection
from charters.reasons import Reason
from charters.states import ProposalState

WRITTEN = frozenset({ProposalState.DRAFTING, ProposalState.OPEN})
"""While a version is open for sign-off, writing goes on in the next draft."""
PROMISED = frozenset({ProposalState.AGREED, ProposalState.ANSWERED, ProposalState.DONE})
"""What both sides have agreed is answered, and promises follow from it."""


def known(facts: Facts) -> Objection | None:
    return None if facts.proposal is not None else Objection("adoption", Reason.NO_PROPOSAL)


def being_written(facts: Facts) -> Objection | None:
    if facts.proposal is None:
        return known(facts)
    return None if facts.proposal in WRITTEN else Objection("adoption", Reason.NOT_WRITTEN)


def agreed(facts: Facts) -> Objection | None:
    """Agreed by both sides. Also where it is done: who promises more then is not shut out by the others."""
    if facts.proposal is None:
        return known(facts)
    return None if facts.proposal in PROMISED else Objection("adoption", Reason.NOT_AGREED)


def own_promise(facts: Facts) -> Objection | None:
    return None if facts.own_promise else Objection("duties", Reason.NOT_YOUR_PROMISE)


def promise_open(facts: Facts) -> Objection | None:
    return None if facts.promise_open else Objection("duties", Reason.REPORTED)


def co_author(facts: Facts) -> Objection | None:
    return None if facts.co_author else Objection("adoption", Reason.NOT_A_CO_AUTHOR)


def may_resolve(facts: Facts) -> Objection | None:
    """Whoever wrote the comment, or writes the text that it speaks of, says that it is settled."""
    return None if facts.is_author or facts.co_author else Objection("adoption", Reason.NOT_A_CO_AUTHOR)


def suggestion_open(facts: Facts) -> Objection | None:
    return None if facts.suggestion_open else Objection("adoption", Reason.SUGGESTION_OVER)


TAKING_BACK = (checks.living, checks.device, checks.within_limits, being_written)
"""What is asked of whoever takes back a vote on a clause; a side that is silent keeps nobody from it."""
