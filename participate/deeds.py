"""What a facilitator has done, in words: the record of a consultation as its own page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deliberation.publishing.record import Act, Did

NAMES = {
    Did.CONSULTATION_MADE: "Made",
    Did.CONSULTATION_IMPORTED: "Imported",
    Did.CONSULTATION_REVISED: "Words or days changed",
    Did.CONSULTATION_OPENED: "Opened",
    Did.CONSULTATION_PAUSED: "Paused",
    Did.CONSULTATION_RESUMED: "Let go on",
    Did.LAST_DAY_MOVED: "Last day moved",
    Did.CONSULTATION_CLOSED: "Closed by hand",
    Did.CONSULTATION_REOPENED: "Close undone",
    Did.ANSWER_DAY_SET: "Day of the answer announced",
    Did.NOTICE_CHANGED: "Notice changed",
    Did.INVITATION_MADE: "Link of invitation made",
    Did.INVITATION_ENDED: "Link of invitation ended",
    Did.SEEDS_ADDED: "Statements added",
    Did.QUESTION_KEPT: "Reports about the question closed",
    Did.ATTESTATION_CHANGED: "Ways of coming in changed",
    Did.DECISION_PUT: "Put to both sides",
    Did.DECISION_MOVED: "Text changed while both sides decide",
    Did.DECISION_AGREED: "Agreed by both sides",
    Did.DECISION_DECLINED: "Declined",
    Did.DECISION_LAPSED: "Lapsed without both keys",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the record: what was done, what was said with it, when. A notice is Markdown."""

    name: str
    words: str
    at: datetime
    notice: bool = False


def deeds(acts: Iterable[Act]) -> list[Deed]:
    """The acts on the whole consultation as they came in; those on statements stand in the queue."""
    names = {kind.value: name for kind, name in NAMES.items()}
    return [
        Deed(names[act.kind], _said(act), act.at, notice=act.kind == Did.NOTICE_CHANGED.value)
        for act in acts
        if act.kind in names
    ]


def _said(act: Act) -> str:
    if act.kind == Did.NOTICE_CHANGED.value and not act.words:
        return "Taken down."
    return act.words
