"""Links to where something was said: under a decision, in a clause of a proposal, about an agreed one."""

from dataclasses import dataclass

from quart import url_for

from deliberation.drafting.comments import Comment, Form
from deliberation.drafting.places import SpokenOf
from participate.languages import gettext


@dataclass(frozen=True, slots=True)
class Place:
    """The page where it was said, its part of the place's tabs, and how a link there is called."""

    address: str
    tab: str
    back: str


def place_shown(space: str, about: SpokenOf, comment: Comment | None = None, done: str = "") -> Place:
    """Where to read it in its place; `done` says there what has just been done."""
    asked = f"?said={done}" if done else ""
    if about.decision is not None:
        address = url_for("decisions.show", space=space, decision=about.decision)
        anchor = f"comment-{comment.id}" if comment is not None else "discussion"
        return Place(f"{address}{asked}#{anchor}", "decisions", gettext("Back to the decision"))
    proposal, clause = about.proposal or 0, about.clause or 0
    if about.clause is None:
        address = url_for("proposals.show", space=space, proposal=proposal)
        return Place(f"{address}{asked}#follows", "proposals", gettext("Back to the proposal"))
    if comment is None or comment.form is Form.COMMENT:
        address = url_for("clause_comments.show", space=space, proposal=proposal, clause=clause)
        anchor = f"comment-{comment.id}" if comment is not None else "discussion"
        return Place(f"{address}{asked}#{anchor}", "proposals", gettext("Back to the clause"))
    address = url_for("proposals.show", space=space, proposal=proposal)
    anchor = f"clause-{about.clause}"
    if comment is not None and comment.form is Form.SUGGESTION:
        anchor = f"suggestion-{comment.id}"
    return Place(f"{address}{asked}#{anchor}", "proposals", gettext("Back to the proposal"))
