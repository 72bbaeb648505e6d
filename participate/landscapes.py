"""The second pictures of a published result; this runs in a process of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charters.states import StatementState
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import Axes
from deliberation.publishing.map_parts import landscape_of, statement_places, statement_points
from deliberation.publishing.said import Said

SEED = 0


@dataclass(frozen=True)
class Drawn:
    """What pictures are drawn of: the very votes that were published, and the groups found without them.

    `content` is the document they belong to and `place` has its axes; `before`: the last result's.
    """

    votes: VoteMatrix
    statements: tuple[Said, ...]
    publication: Publication
    group_of: Mapping[Any, int]
    content: Mapping[str, Any]
    place: Mapping[str, Any]
    before: Mapping[str, Any] | None


def draw_landscapes(drawn: Drawn) -> dict[str, Any]:
    """The landscape of people, protected, and that of statements in whole steps."""
    from clustering.landscape import landscape, statement_landscape

    removed = {s.id for s in drawn.statements if s.state is StatementState.REMOVED or s.meta}
    axes = Axes.from_document(drawn.place["axes"])
    people = landscape(drawn.votes, seed=SEED, removed=removed, axes=axes)
    last = statement_places(drawn.before, drawn.statements)
    statements = statement_landscape(drawn.votes, seed=SEED, removed=removed, before=last)
    return {
        **landscape_of(people, drawn.group_of, drawn.publication),
        "statements": statement_points(statements, drawn.statements, drawn.content),
    }
