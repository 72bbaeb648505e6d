"""Support for the clauses of a proposal as pages show it: a strip for each clause of the newest version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.profiles import PROFILES
from deliberation.drafting.clause_questions import Asked, ClauseResult, newest_result
from deliberation.drafting.clause_support import NO_GROUP
from deliberation.drafting.clauses import Cited
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.opinion_map import differing_statements
from participate.languages import gettext, number
from participate.results.answers import Answer, answer_in, answer_of
from participate.results.words import group_name, votes_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportShown:
    """What a page says of the support for one clause. `bridge` are statements on which groups differ.

    Without `answers` there is a reason instead, in `waits`.
    """

    answers: Sequence[Answer] = ()
    grouped: bool = False
    votes: str = ""
    least: str = ""
    bridge: Sequence[int] = ()
    since: Sequence[str] = ()
    waits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supports:
    """The support for each clause of the newest version, by number. `result` is where it is published."""

    clauses: Mapping[int, SupportShown]
    result: int | None = None
    published_at: datetime | None = None


async def supports(
    session: AsyncSession,
    proposal: Proposal,
    asked: Sequence[Asked],
    cited: Mapping[int, Sequence[Cited]],
    least_people: int,
) -> Supports:
    """What the newest result says of these questions. `cited`: the sources of each clause, by its id.

    `least_people`: how many must have voted before there is a result.
    """
    result = await newest_result(session, proposal.id)
    if result is None:
        waits = gettext("It is shown once %(count)s people have voted.", count=number(least_people))
        return Supports(clauses={one.clause.number: SupportShown(waits=waits) for one in asked})
    apart = await _apart(session, proposal, result)
    rows = {(row["clause"], row["hash"]): row for row in result.content["clauses"]}
    found = {}
    for one in asked:
        row = rows.get((one.clause.number, one.clause.hash))
        sources = {each.statement.number for each in cited.get(one.question.clause_id, ())}
        found[one.clause.number] = _shown(row, result.content, sorted(sources & apart))
    return Supports(clauses=found, result=result.number, published_at=result.published_at)


async def _apart(session: AsyncSession, proposal: Proposal, result: ClauseResult) -> frozenset[int]:
    """The statements on which the groups that are counted here differ."""
    groups = result.content["groups_from"]
    if groups is None or proposal.consultation_id is None:
        return frozenset()
    return await differing_statements(session, proposal.consultation_id, groups["result"])


def _shown(row: Mapping[str, Any] | None, content: Mapping[str, Any], apart: Sequence[int]) -> SupportShown:
    if row is None:
        return SupportShown(waits=gettext("These words are newer than the last result."))
    if row["totals"] is None:
        return SupportShown(waits=gettext("Too few people have voted to show a result."))
    profile = PROFILES[content["profile"]]
    answers = [
        answer_of(gettext("In no group"), one, profile) if name == NO_GROUP else answer_in(name, one, profile)
        for name, one in sorted(row["groups"].items(), key=lambda entry: (entry[0] == NO_GROUP, entry[0]))
    ]
    return SupportShown(
        answers=answers or [answer_in("", row["totals"], profile)],
        grouped=bool(answers),
        votes=votes_in_words(row["totals"]).capitalize(),
        least=group_name(row["least"]) if row["least"] else "",
        bridge=apart if row["shared"] else (),
        since=_since(row, profile.smallest),
    )


def _since(row: Mapping[str, Any], smallest: int) -> list[str]:
    """What became of votes on earlier words, and how many stand from an earlier version."""
    if row["changed"]:
        return [
            gettext(
                "Of the votes on the earlier words, %(count)s were given anew.",
                count=_about(row["renewed"], smallest),
            ),
            gettext("%(count)s lapsed.", count=_about(row["lapsed"], smallest).capitalize()),
        ]
    if row["carried"] is None:
        return []
    return [
        gettext(
            "%(count)s votes stand from an earlier version: its words were the same.",
            count=_about(row["carried"], smallest).capitalize(),
        )
    ]


def _about(count: int | None, smallest: int) -> str:
    if count is None:
        return gettext("fewer than %(count)s", count=number(smallest))
    return gettext("about %(count)s", count=number(count))
