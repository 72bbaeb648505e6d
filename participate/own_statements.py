"""What became of a statement that this person added, and what they may still do with it."""

from dataclasses import dataclass

from charters.states import Phase, StatementState
from deliberation.opinion.moderation import in_words, instead_of
from deliberation.opinion.statements import Statement
from participate.ballot import Part
from participate.languages import gettext, said


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement that this person has added, for them alone. `became` says what became of it.

    `may_change` looks at tens of answers, as the draw does: one vote alone changes nothing on a page. Whether
    somebody has voted after all is said when the author comes to change it.
    """

    number: int
    text: str
    language: str
    state: StatementState
    became: str
    may_change: bool
    may_replace: bool
    same_as: int | None = None
    """The statement that says the same, where this one was taken out for that."""


def own_statement(statement: Statement, part: Part, phase: Phase) -> OwnStatement:
    seldom_answered = part.seen.get(statement.number, 0) == 0
    living = phase is Phase.OPEN and statement.state is not StatementState.REMOVED
    return OwnStatement(
        statement.number,
        statement.text,
        statement.language,
        statement.state,
        _became(statement),
        living and seldom_answered,
        living and not seldom_answered and statement.state is StatementState.PUBLISHED,
        statement.same_as,
    )


def _became(statement: Statement) -> str:
    match statement.state:
        case StatementState.PENDING:
            return gettext("It waits to be read by a facilitator. Until then only you can see it.")
        case StatementState.PUBLISHED:
            published = gettext("It is published. Others can vote on it.")
            if not statement.redacted:
                return published
            return f"{published} {gettext('A facilitator hid what points to a person.')}"
    parts = [
        gettext("It was removed. Reason: %(reason)s.", reason=said(in_words(statement.removed_for or "")))
    ]
    if statement.same_as is not None:
        parts.append(said(instead_of(statement.removed_for or "", statement.same_as)))
    if statement.removed_note:
        parts.append(gettext("The facilitator writes: %(note)s", note=statement.removed_note))
    return " ".join(parts)
