"""A published result: one document, computed from protected counts, that everything public is made of.

Which statements are named for a group is the engine's choice, confirmed by the protected row; every figure,
list and word beside it is computed from rows that are public already. Groups are called by letters.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from charters.derived import consensus_of, interval_of
from charters.disclosure import Protected, ProtectedCounts, protect, tabulate
from charters.profiles import Profile
from charters.renewal import Earlier, renewed
from charters.states import StatementState
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import Direction, OpinionAnalysis, Representative
from deliberation.opinion.arrivals import Arrivals
from deliberation.publishing.agreeing import consensus_list, numbers_of, states_level
from deliberation.publishing.attestation import Headline, attestation_of
from deliberation.publishing.grouping import (
    change_of,
    explained_of,
    groups_shown,
    ladder_of,
    notes_of,
    parameters_of,
)
from deliberation.publishing.map_parts import ends_of, picture_of, points_of
from deliberation.publishing.participation import participation_of
from deliberation.publishing.rows import (
    agreement_interval,
    confirmed,
    differing,
    row_document,
    row_of,
    shared,
)
from deliberation.publishing.said import Said, letter, number_of
from deliberation.publishing.sentences import described

FORMAT = 2
"""1 had neither `consensus`, `explained`, `ladder` nor `change`; what reads documents takes both."""


def result_of(
    analysis: OpinionAnalysis,
    votes: VoteMatrix,
    statements: Sequence[Said],
    publication: Publication,
    *,
    came: Arrivals,
    today: date,
    over: bool = False,
    earlier: Sequence[tuple[Mapping[str, Any], int]] = (),
    lot: bytes = b"",
    headline: Headline | None = None,
    before: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """What may be published of an analysis, as plain JSON.

    `votes` are those analysed, on `statements` alone. `came`: when people joined; `today` ends the last span
    of time, and `over` says that voting is. `earlier`: every document published before, oldest first, and
    how many people have changed since; then `lot` is a secret as in `charters.renewal`. `headline`: who
    counts for it, None where everybody does. `before`: who was in which group of the last
    result. With fewer people than `min_participants` there is nothing but the statements.
    """
    group_of = shown_groups(analysis, votes, publication)
    fresh = _protected(votes, statements, group_of, publication)
    past = [Earlier(protected_of(content), changed) for content, changed in earlier]
    protected = renewed(fresh, past, lot) if past else fresh
    profile = publication.profile
    rows = {said.number: _rows(protected, said.number) for said in statements}
    groups = [
        _group(group, protected, _representative(analysis, group), statements, profile)
        for group in protected.groups
    ]
    consensus = consensus_list(analysis, statements, protected, profile)
    order = [item.statement_id for item in analysis.divisive] if states_level(analysis) else None

    def listed(direction: Direction) -> list[int]:
        if consensus is None:
            return shared(statements, rows, profile, direction)
        return numbers_of(consensus, direction)

    size = earlier[-1][0]["map"]["size"] if earlier else None
    return {
        "format": FORMAT,
        "profile": protected.profile,
        "enough": protected.enough,
        "participants": protected.participants,
        "engine": {"name": analysis.engine, "version": analysis.version, "seed": analysis.seed},
        "parameters": parameters_of(analysis, {said.id: said.number for said in statements}),
        "groups": groups,
        "explained": explained_of(analysis, protected),
        "ladder": ladder_of(analysis, protected),
        "change": change_of(
            earlier[-1][0] if earlier else None,
            protected,
            groups_shown(group_of, protected),
            before,
            publication.min_participants,
        ),
        "consensus": consensus,
        "agree": listed("agree"),
        "disagree": listed("disagree"),
        "differ": differing(statements, rows, profile, order),
        "statements": [_statement(said, protected, rows[said.number], profile) for said in statements],
        "map": picture_of(
            points_of(analysis, group_of), publication, size, ends_of(analysis.axes, statements)
        ),
        "participation": participation_of(
            came,
            votes.participant_ids,
            publication,
            participants=protected.participants,
            today=today,
            over=over,
            earlier=earlier[-1][0] if earlier else None,
        ),
        "attestation": None
        if headline is None
        else attestation_of(
            headline,
            votes,
            statements,
            group_of,
            protected,
            publication,
            earlier=[(content, one.result) for (content, _), one in zip(earlier, past, strict=True)],
            today=today,
            lot=lot,
        ),
        "notes": notes_of(analysis, protected),
    }


def shown_groups(
    analysis: OpinionAnalysis, votes: VoteMatrix, publication: Publication
) -> dict[Any, int | None]:
    """The group of each voter; None for everybody unless two groups or more are large enough to be shown.

    Then no groups are claimed, and only totals are published.
    """
    large = [group for group in analysis.groups if group.size >= publication.min_group]
    if len(large) > 1:
        return {person: analysis.group_of.get(person) for person in votes.participant_ids}
    return dict.fromkeys(votes.participant_ids)


def _protected(
    votes: VoteMatrix,
    statements: Sequence[Said],
    group_of: Mapping[Any, int | None],
    publication: Publication,
) -> Protected:
    number = {said.id: said.number for said in statements}
    numbers = [number[name] for name in votes.statement_ids]
    cells = zip(votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True)
    counted = tabulate(
        [group_of[person] for person in votes.participant_ids],
        ((person, numbers[column], value) for person, column, value in cells),
        number.values(),
    )
    return protect(counted, publication)


def protected_of(content: Mapping[str, Any]) -> Protected:
    """The protected counts that a published document was made of."""
    groups = {number_of(group["id"]): group["size"] for group in content["groups"]}
    said = content["statements"]
    return Protected(
        profile=content["profile"],
        enough=content["enough"],
        participants=content["participants"],
        groups=groups,
        totals={one["number"]: row_of(one["totals"]) for one in said if one["totals"]},
        by_group={
            (one["number"], group): row_of(one["groups"][letter(group)]) for one in said for group in groups
        },
    )


def _rows(protected: Protected, number: int) -> list[ProtectedCounts]:
    """The rows that lists compare: those of the groups, or of everybody where no groups are claimed."""
    if protected.groups:
        return [protected.by_group[number, group] for group in protected.groups]
    return [protected.totals[number]] if protected.enough else []


def _statement(
    said: Said, protected: Protected, rows: Sequence[ProtectedCounts], profile: Profile
) -> dict[str, Any]:
    removed = said.state is StatementState.REMOVED
    total = protected.totals.get(said.number)
    limits = [interval_of(row, profile) for row in rows]
    known = [limit for limit in limits if limit is not None]
    agreement = consensus_of(rows) if len(known) == len(rows) else None
    return {
        "number": said.number,
        "text": "" if removed else said.text,
        "language": said.language,
        "month": said.month,
        "state": said.state.value,
        "seed": said.seed,
        "meta": said.meta,
        "totals": row_document(total, profile) if total else None,
        "groups": {
            letter(group): row_document(protected.by_group[said.number, group], profile)
            for group in protected.groups
        },
        "agreement": agreement,
        "agreement_interval": agreement_interval(known) if agreement is not None else None,
    }


def _group(
    group: int,
    protected: Protected,
    named: Sequence[Representative],
    statements: Sequence[Said],
    profile: Profile,
) -> dict[str, Any]:
    by_id = {said.id: said for said in statements}
    chosen = [
        item
        for representative in named
        if (said := by_id.get(representative.statement_id)) is not None and said.shown
        for item in confirmed(said, representative.direction, protected.by_group[said.number, group], profile)
    ]
    return {
        "id": letter(group),
        "size": protected.groups[group],
        "representative": chosen,
        "description": described(chosen, {said.number: said.text for said in statements}),
    }


def _representative(analysis: OpinionAnalysis, group: int) -> Sequence[Representative]:
    return next((found.representative for found in analysis.groups if found.id == group), ())
