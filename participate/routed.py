"""Watching the routing: are statements drawn as if nobody had answered, and who is told of it."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from charters.states import StatementState
from clustering.matrix import VoteMatrix
from clustering.routing import GRAIN, ignores_exposures, probabilities
from deliberation.opinion.routed import Routing
from deliberation.publishing.said import Said

log = logging.getLogger("participate.routing")


def routing_noted(
    priorities: Mapping[Any, float], votes: VoteMatrix, statements: Sequence[Said], *, over: bool
) -> Routing:
    """What is noted with an analysis: whether priorities and draws know how often statements were answered.

    Of the statements on offer alone. Where voting is over nothing is drawn any more.
    """
    offered = [said.id for said in statements if said.state is StatementState.PUBLISHED]
    if over or not offered:
        return Routing.FOLLOWS
    times = dict(zip(votes.statement_ids, votes.votes_per_statement.tolist(), strict=True))
    exposures = [times.get(name, 0) for name in offered]
    drawn = probabilities([count // GRAIN * GRAIN for count in exposures])
    wanted = [priorities[name] for name in offered if name in priorities]
    known = [times.get(name, 0) for name in offered if name in priorities]
    even = ignores_exposures(drawn, exposures) or ignores_exposures(wanted, known)
    return Routing.EVEN if even else Routing.FOLLOWS


def tell_of_routing(consultation_id: int, before: Routing, after: Routing) -> None:
    """One line in the worker's log when it begins, and one when it is over."""
    if before is after:
        return
    if after is Routing.EVEN:
        log.warning(
            "routing=even consultation=%s: all priorities are equal although the answers are not.",
            consultation_id,
        )
    else:
        log.warning("routing=follows consultation=%s: priorities differ again.", consultation_id)
