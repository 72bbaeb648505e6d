"""The part of a published document that sets two results side by side: of everybody, and of those attested.

It is there where a consultation has settled that not all who may vote count for the headline. A pair that
cannot be renewed yet is repeated as it was, and says of which result it is.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from charters.disclosure import Protected, tabulate
from charters.profiles import PROFILES
from charters.side_by_side import EarlierPair, Pair, may_renew, renewed_pair, side_by_side
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from deliberation.publishing.ballots import (
    FIRST,
    OTHERS,
    History,
    changed_since,
    extended,
    kinds_of,
    of_kind,
)
from deliberation.publishing.rows import row_document, row_of, shared
from deliberation.publishing.said import Said

NOTHING: Mapping[str, Any] = MappingProxyType(
    {
        **dict.fromkeys(("result", "counted", "profile", "min_participants", "people")),
        **{"shown": False, "agree": [], "disagree": [], "statements": []},
    }
)
"""The part where no pair may stand."""


@dataclass(frozen=True, slots=True)
class Headline:
    """Who counts for the headline: by which classes, of those that may vote, and these very people.

    `changed`: for each result published before, how many of them, and of the others, differ now.
    """

    classes: tuple[str, ...]
    may_vote: tuple[str, ...]
    people: Collection[Hashable]
    changed: Sequence[tuple[int, int]] = ()


def compared(
    headline: Headline | None,
    ballots: Mapping[str, str],
    history: History,
    kinds: History | None,
    last: int,
) -> tuple[Headline | None, History | None]:
    """Who counts for the headline, with how many of either kind changed; and who was of which kind when.

    `ballots`, `history`: as in `deliberation.publishing.ballots`, with `last` results published before.
    """
    if headline is None:
        return None, None
    now, before = kinds_of(ballots, {str(person) for person in headline.people}), kinds or {}
    changed = [
        changed_since(
            of_kind(history, before, kind),
            {person: digest for person, digest in ballots.items() if now[person] == kind},
            last,
        )
        for kind in (FIRST, OTHERS)
    ]
    pairs = list(zip(*changed, strict=True))
    return replace(headline, changed=pairs), extended(before, now, last + 1)


def attestation_of(
    headline: Headline,
    votes: VoteMatrix,
    statements: Sequence[Said],
    group_of: Mapping[Any, int | None],
    protected: Protected,
    publication: Publication,
    *,
    earlier: Sequence[tuple[Mapping[str, Any], Protected]],
    today: date,
    lot: bytes,
) -> dict[str, Any]:
    """The part of a result that is published as `protected`, after all `earlier` ones."""
    fresh = side_by_side(
        _counted(votes, statements, group_of, votes.participant_ids),
        _counted(votes, statements, group_of, headline.people),
        protected,
        publication,
    )
    past = [
        EarlierPair(pair, *headline.changed[place])
        for place, (content, whole) in enumerate(earlier)
        if (pair := _pair_first_said(content, whole, place + 1)) is not None
    ]
    renewable = may_renew(publication, (one.first for one in past), (one.others for one in past))
    settled = {"headline": list(headline.classes), "may_vote": list(headline.may_vote)}
    last = earlier[-1][0].get("attestation") if earlier else None
    if fresh.enough and renewable:
        pair = renewed_pair(fresh, past, lot) if past else fresh
        return settled | _said(pair, statements, publication, result=len(earlier) + 1, today=today)
    if last and last["shown"] and _as_strict(last, publication):
        return dict(last)
    return settled | dict(NOTHING)


def _counted(
    votes: VoteMatrix,
    statements: Sequence[Said],
    group_of: Mapping[Any, int | None],
    people: Collection[Hashable],
) -> Any:
    """True counts of these people's votes, by statement number."""
    number = {said.id: said.number for said in statements}
    wanted = [row for row, person in enumerate(votes.participant_ids) if person in people]
    place = {row: at for at, row in enumerate(wanted)}
    cells = zip(votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True)
    return tabulate(
        [group_of[votes.participant_ids[row]] for row in wanted],
        (
            (place[row], number[votes.statement_ids[column]], value)
            for row, column, value in cells
            if row in place
        ),
        number.values(),
    )


def _said(
    pair: Pair, statements: Sequence[Said], publication: Publication, *, result: int, today: date
) -> dict[str, Any]:
    profile = publication.profile
    rows = {number: [row] for number, row in pair.rows.items()}
    return {
        "shown": True,
        "result": result,
        "counted": today.isoformat(),
        "profile": profile.name,
        "min_participants": publication.min_participants,
        "people": {"all": pair.whole.participants, "attested": pair.people},
        "agree": shared(statements, rows, profile, "agree"),
        "disagree": shared(statements, rows, profile, "disagree"),
        "statements": [
            {
                "number": number,
                "all": row_document(pair.whole.totals[number], profile),
                "attested": row_document(row, profile),
            }
            for number, row in pair.rows.items()
        ],
    }


def _pair_first_said(content: Mapping[str, Any], whole: Protected, number: int) -> Pair | None:
    """The pair that this result was the first to publish; None where it repeated one, or had none."""
    part = content.get("attestation")
    if not part or not part["shown"] or part["result"] != number:
        return None
    rows = {one["number"]: row_of(one["attested"]) for one in part["statements"]}
    return Pair(True, part["people"]["attested"], whole, rows)


def _as_strict(last: Mapping[str, Any], publication: Publication) -> bool:
    """Whether an earlier pair keeps the rules that hold now."""
    order = list(PROFILES)
    return (
        order.index(last["profile"]) <= order.index(publication.profile.name)
        and last["min_participants"] >= publication.min_participants
    )
