"""A proposal as its page shows it: each clause with its words, where they came from, and who changed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import ProposalState, Role, Side
from charters.wording import Words
from deliberation.drafting.clauses import Cited, Clause, Standing, cited_in, standing_clauses
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import CoAuthor, Proposal
from deliberation.publishing.said import dated
from participate.access import here
from participate.discussing import SIDES, who_wrote
from participate.languages import gettext, said
from participate.markdown import render
from participate.results.days import span_in_words

STATES: Mapping[ProposalState, Words] = MappingProxyType(
    {
        ProposalState.DRAFTING: Words("Being written"),
        ProposalState.OPEN: Words("Open for sign-off"),
        ProposalState.AGREED: Words("Agreed by both sides"),
        ProposalState.ANSWERED: Words("Answered"),
        ProposalState.DONE: Words("Done"),
        ProposalState.WITHDRAWN: Words("Withdrawn"),
    }
)


SIDE_NAMES: Mapping[Side, Words] = MappingProxyType(
    {Side.PEOPLE: Words("People"), Side.BODY: Words("Health bodies")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCard:
    """One clause on the page. `changed` says who wrote its words and when; empty while it says nothing."""

    standing: Standing
    place: int
    heading: str
    html: Markup
    language: str
    changed: str
    cited: Sequence[Cited] = ()

    @property
    def clause(self) -> Clause:
        """Which clause it is."""
        return self.standing.clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Somebody who writes the proposal, as the page names them."""

    who: str
    side: str
    role: Role
    stopped: bool


async def clause_cards(
    session: AsyncSession, proposal: Proposal, *, taken_out: bool = False
) -> list[ClauseCard]:
    """The clauses of a draft in their order; with `taken_out`, those that were taken out of it."""
    cited = await cited_in(session, proposal.id)
    standing = await standing_clauses(session, proposal.id, taken_out=taken_out)
    return [
        clause_card(one, proposal, place, cited.get(one.clause.id or 0, ()))
        for place, one in enumerate(standing, start=1)
    ]


def clause_card(
    standing: Standing, proposal: Proposal, place: int = 0, cited: Sequence[Cited] = ()
) -> ClauseCard:
    """A clause as a page shows it."""
    words = standing.words
    return ClauseCard(
        standing=standing,
        place=place,
        heading=words.heading if words is not None else "",
        html=render(words.text) if words is not None else Markup(),
        language=words.language if words is not None else proposal.language,
        changed=written_by(words) if words is not None else "",
        cited=cited,
    )


def written_by(words: Comment) -> str:
    """Who wrote something, for which side, and when at the charter's grain."""
    when = span_in_words(dated(words.created_at, here().policy.publication.time_grain))
    return f"{who_wrote(words, here().policy)} ({said(SIDES[words.role])}), {when}"


def writers(authors: Sequence[CoAuthor]) -> list[Writer]:
    """Those who write a proposal, in the order in which they came, whatever their side."""
    return [
        Writer(
            who=_named(one),
            side=said(SIDES[one.role]),
            role=one.role,
            stopped=one.stopped_at is not None,
        )
        for one in authors
    ]


def _named(author: CoAuthor) -> str:
    bodies = {party.id: party.name for party in here().policy.parties}
    named = ", ".join(part for part in (author.name, bodies.get(author.body or "", "")) if part)
    if named:
        return named
    return gettext("A delegate") if author.role is Role.DELEGATE else gettext("A member")
