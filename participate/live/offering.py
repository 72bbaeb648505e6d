"""Where writing together is offered: not where a facilitator reads words before others can."""

from charters.enforcement import first_state
from charters.policy import Policy
from charters.states import StatementState
from charters.wording import Words
from deliberation.drafting.live.document import Written
from participate.wording import Draft


def offers_live_text(policy: Policy) -> bool:
    """Whether words may be seen by others while they are typed."""
    return first_state(policy) is StatementState.PUBLISHED


def was_written(draft: Draft) -> Written | None:
    """What stood in the shared text when these words were first sent, where others are saved in the end."""
    heading, _, text = draft.was.partition("\n")
    return Written(heading, text) if draft.was else None


def no_live_text() -> Words:
    """What is said where it is not offered."""
    return Words("This clause cannot be written together just now.")
