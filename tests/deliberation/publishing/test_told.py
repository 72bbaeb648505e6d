"""What the program says with an act is told from what others wrote, so that any language can say it."""

import pytest

from deliberation.publishing.record import Did
from deliberation.publishing.told import told

SATURDAY = "Saturday 8 May 2027"


@pytest.mark.parametrize(
    ("kind", "stored", "says", "rest"),
    [
        (
            Did.FACILITATOR_APPOINTED,
            "Until 8 May 2027, by both sides.",
            f"Last day: {SATURDAY}. Both sides appointed them.",
            "",
        ),
        (Did.FACILITATOR_APPOINTED, "By a facilitator.", "A facilitator handed over to them.", ""),
        (
            Did.SPACE_MADE,
            "3 founders of the people's side, 2 of the bodies: XX1 Trust, Vale Board.",
            "Founders of the people’s side: 3. Founders of the bodies: 2. Bodies: XX1 Trust, Vale Board.",
            "",
        ),
        (
            Did.LAST_DAY_MOVED,
            "From 1 May 2027 to 8 May 2027: Post was late: a week.\nSorry.",
            f"Last day before: Saturday 1 May 2027. New last day: {SATURDAY}.",
            "Post was late: a week.\nSorry.",
        ),
        (Did.LAST_DAY_MOVED, "To 8 May 2027: Late.", f"New last day: {SATURDAY}.", "Late."),
        (
            Did.SHEETS_ENTERED,
            "8 May 2027: fewer than 10 sheets.",
            f"Day: {SATURDAY}. Fewer than 10 sheets.",
            "",
        ),
        (
            Did.SHEETS_ENTERED,
            "8 May 2027: 1,200 sheets or more.",
            f"Day: {SATURDAY}. 1200 sheets or more.",
            "",
        ),
        (Did.CONSULTATION_PAUSED, "For 1 hour: A flood.", "For 1 hour.", "A flood."),
        (Did.ANSWER_DAY_SET, "By 8 May 2027.", f"Day of the answer: {SATURDAY}.", ""),
        (Did.ANSWER_DAY_SET, "By 8 May 2027. We meet.", f"Day of the answer: {SATURDAY}.", "We meet."),
        (
            Did.DELEGATE_INVITED,
            "XX1 Trust: a link for 2 at most, until 8 May 2027.",
            f"Body: XX1 Trust. Last day of the link: {SATURDAY}. For 2 people at most.",
            "",
        ),
        (
            Did.INVITATION_MADE,
            "A link for 1,200 at most, until 8 May 2027. Whoever comes by it counts as invited.",
            f"Last day of the link: {SATURDAY}. For 1200 people at most. "
            "Whoever comes by it counts as invited.",
            "",
        ),
    ],
)
def test_the_stored_sentence_is_read(kind: Did, stored: str, says: str, rest: str) -> None:
    found = told(kind, stored)
    assert found is not None
    assert (found.words, found.rest) == (says, rest)


def test_what_is_all_somebodys_own_stays_so() -> None:
    assert told(Did.CONSULTATION_PAUSED, "There was a flood.") is None
    assert told(Did.NOTICE_CHANGED, "By 8 May 2027.") is None
