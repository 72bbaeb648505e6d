"""What anybody may see of a decision: which key is turned, what the other side still needs, until when.

People's votes are secret until a decision ends and after it. While a vote is open the people's side shows
whether its quorum is reached and, from as many voters on as the charter asks for any result, the share in
tenths, renewed only after as many new voters as the charter asks for a new result. A signature is not secret:
turning the key is the act itself. A body votes in public.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from charters.agreements import Agreement, Kind, Outcome, State, Sum, counting, outcome
from charters.disclosure import Counts, ProtectedCounts, Tabulation, protect
from charters.keys import Answer
from charters.rules import Way
from charters.states import Attestation, Side
from charters.terms import Publication
from charters.values import bodies, people
from charters.wording import Words

TENTHS = 10


@dataclass(frozen=True, slots=True)
class ShownShare:
    """The share of yes as it was last shown: of so many voters, in tenths. Stored beside the decision."""

    voters: int
    tenths: int


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side of the panel.

    `turned` is None while a secret vote is open. `share` is in tenths, None where it is not shown; 1 means a
    tenth or less and 9 nine tenths or more. `bodies` has each body's answer, None where it has given none.
    `needs` says in words what is still wanted; it is empty where nothing is.
    """

    side: Side
    turned: bool | None
    quorum_reached: bool
    share: int | None
    bodies: Mapping[str, bool | None]
    needs: Words


@dataclass(frozen=True, slots=True)
class Panel:
    """A decision as everybody sees it."""

    kind: Kind
    state: State
    closes_at: datetime
    sides: Mapping[Side, SideShown]


def panel(
    agreement: Agreement, answers: Iterable[Answer], *, now: datetime, shown: ShownShare | None = None
) -> Panel:
    """What the panel of this decision may show at `now`; `shown` is what `renewed_share` gave last."""
    given = list(answers)
    result = outcome(agreement, given, now=now)
    sides = {side: _side(agreement, result, given, now, shown, side) for side in Side}
    return Panel(agreement.kind, result.state, agreement.closes_at, sides)


def renewed_share(before: ShownShare | None, people: Sum, publication: Publication) -> ShownShare | None:
    """The share to show now: a new one only where enough people have voted since the last, else the last.

    It lies between 1 and 9 tenths, for a share of 0 or 10 would tell how everybody voted.
    """
    needed = publication.min_participants
    if before is not None:
        needed = max(needed, before.voters + publication.min_new_participants)
    if people.votes < needed:
        return before
    tenths = (2 * TENTHS * people.yes + people.votes) // (2 * people.votes)
    return ShownShare(people.votes, min(max(tenths, 1), TENTHS - 1))


def published_sum(people: Sum, publication: Publication) -> ProtectedCounts | None:
    """The people's sum after the decision has ended, protected like any result; None where too few voted."""
    everybody = Tabulation((0,), {0: people.votes}, 0, {(0, 0): Counts(people.yes, people.no)})
    protected = protect(everybody, publication)
    return protected.totals[0] if protected.enough else None


def members_told(count: int, publication: Publication) -> int | None:
    """How many members a side has, as every page tells it: to the nearest ten, and so that nobody is alone.

    Nought is told; fewer than the charter's smallest group are not.
    """
    least = publication.min_group
    return None if 0 < count < least else (count + least // 2) // least * least


def class_counts(
    members: Mapping[Attestation, int], publication: Publication
) -> Mapping[Attestation, int | None]:
    """How many have a key by what was checked about them, protected like any known attribute.

    None where a class has people, but too few to be told; empty where all are too few.
    """
    if sum(members.values()) < publication.min_participants:
        return {}
    return {checked: members_told(count, publication) for checked, count in members.items()}


def _side(
    agreement: Agreement,
    result: Outcome,
    given: list[Answer],
    now: datetime,
    shown: ShownShare | None,
    side: Side,
) -> SideShown:
    secret = side is Side.PEOPLE and agreement.rule.way is Way.DOUBLE_MAJORITY
    turned = None if secret and result.state is State.OPEN else side in result.turned
    return SideShown(
        side=side,
        turned=turned,
        quorum_reached=result.sums[side].votes >= agreement.rule.quorum.of(side),
        share=shown.tenths if secret and shown is not None else None,
        bodies=_by_body(agreement, given, now) if side is Side.BODY else {},
        needs=_needs(agreement, result, side) if result.state is State.OPEN else Words(""),
    )


def _by_body(agreement: Agreement, given: list[Answer], now: datetime) -> dict[str, bool | None]:
    valid = counting(agreement, [answer for answer in given if answer.at <= now])[Side.BODY]
    answers = {answer.body: answer.yes for answer in valid}
    return {body: answers.get(body) for body in sorted(agreement.bodies)}


def _needs(agreement: Agreement, result: Outcome, side: Side) -> Words:
    rule, given = agreement.rule, result.sums[side]
    if rule.way is Way.ONE_EACH:
        if side in result.turned:
            return Words("")
        if given.no:
            return Words("More signatures than refusals are needed.")
        return Words("A signature is needed.")
    if given.votes < rule.quorum.of(side):
        least = people(rule.quorum.people) if side is Side.PEOPLE else bodies(rule.quorum.body)
        return Words("Not enough have voted yet: it needs %(least)s.", least=least)
    return Words("Enough have voted. It is decided at the end.")
