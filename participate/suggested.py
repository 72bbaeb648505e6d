"""Suggestions as pages show them: what differs, who suggested it, and what each side has said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from quart import request
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Side, StatementState
from charters.wording import Words
from deliberation.drafting.comments import Comment
from deliberation.drafting.differences import Part, differences
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.suggestions import Suggested, SuggestionAnswer, SuggestionState, suggestions_on
from deliberation.opinion.moderation import in_words
from deliberation.people.participants import participant_if_any
from participate.access import here
from participate.current import device
from participate.drafts import SIDE_NAMES, written_by
from participate.languages import gettext, said
from participate.network import visitor
from participate.wording import as_one

STATES: Mapping[SuggestionState, Words] = MappingProxyType(
    {
        SuggestionState.OPEN: Words("Waits for both sides"),
        SuggestionState.ACCEPTED: Words("Accepted by both sides"),
        SuggestionState.REJECTED: Words("Rejected"),
    }
)
DONE: Mapping[str, Words] = {
    "suggested": Words("Your suggestion is made. Both sides can answer it."),
    "said": Words("Your answer is kept. The other side has not accepted it yet."),
    "rejected": Words("The suggestion is rejected. Everybody can read why."),
    "changed": Words("Your suggestion stands on the words of now. Both sides are asked again."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSaid:
    """What one side has said; `answer` is None where it has said nothing."""

    side: Side
    name: Words
    answer: SuggestionAnswer | None
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionShown:
    """A suggestion for whoever asks. `gone` says why its words are not there. `mine`: the reader made it."""

    one: Suggested
    who: str
    state: Words
    parts: Sequence[Part]
    sides: Sequence[SideSaid]
    gone: str
    mine: bool
    done: str = ""

    @property
    def number(self) -> int:
        """Its public id."""
        return self.one.suggestion.comment_id

    @property
    def waits(self) -> bool:
        """Whether both sides can still answer it."""
        return self.one.suggestion.state is SuggestionState.OPEN and not self.gone


async def shown(session: AsyncSession, one: Suggested) -> SuggestionShown:
    """A suggestion as the reader sees it."""
    return _shown(one, await _reader(session))


def _shown(one: Suggested, reader: int | None) -> SuggestionShown:
    words = one.words
    gone = said(in_words(words.removed_for)) if words.removed_for else ""
    before = as_one(one.standing.words) if one.standing.words is not None else ""
    by_side = {answer.side: answer for answer in one.answers}
    done = DONE.get(request.args.get("said", ""))
    return SuggestionShown(
        one=one,
        who=written_by(words),
        state=STATES[one.suggestion.state],
        parts=() if gone else differences(before, as_one(words)),
        sides=[
            SideSaid(side=side, name=SIDE_NAMES[side], answer=by_side.get(side), who=_who(by_side.get(side)))
            for side in Side
        ],
        gone=gone,
        mine=reader is not None and words.author_id == reader,
        done=said(done) if done is not None else "",
    )


async def shown_on(session: AsyncSession, proposal: Proposal) -> dict[int, list[SuggestionShown]]:
    """The suggestions of a proposal that the reader may see, by the id of their clause."""
    reader = await _reader(session)
    return {
        clause: [
            seen
            for one in found
            if not one.words.withdrawn
            and (seen := _shown(one, reader)) is not None
            and (one.words.state is not StatementState.PENDING or seen.mine)
        ]
        for clause, found in (await suggestions_on(session, proposal)).items()
    }


async def wrote_it(session: AsyncSession, words: Comment) -> bool:
    """Whether the reader wrote these words."""
    reader = await _reader(session)
    return reader is not None and words.author_id == reader


async def _reader(session: AsyncSession) -> int | None:
    """The participant who reads, where they are signed in and have done something in the space."""
    space = here().space
    if space is None or space.id is None or here().account_id is None or device() is None:
        return None
    person = await participant_if_any(session, space.id, visitor().pseudonym(space.id))
    return person.id if person is not None else None


def _who(answer: SuggestionAnswer | None) -> str:
    if answer is None:
        return ""
    bodies = {party.id: party.name for party in here().policy.parties}
    named = ", ".join(part for part in (answer.name, bodies.get(answer.body or "", "")) if part)
    if named:
        return named
    return gettext("A delegate") if answer.side is Side.BODY else gettext("A member")
