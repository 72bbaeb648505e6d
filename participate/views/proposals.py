"""Proposals of a space: all of them, and one as it stands, with what it needs to be agreed."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Facts, Refusal, decide
from charters.policy import Policy
from charters.rules import Rule
from charters.states import ProposalState
from charters.terms import proposal_notice
from charters.values import bodies, people, percentage
from charters.wording import Words
from deliberation.drafting.clause_questions import asked_of
from deliberation.drafting.clauses import draft_hash
from deliberation.drafting.comments import counts_on_clauses
from deliberation.drafting.proposals import (
    CoAuthor,
    Proposal,
    about_proposal,
    co_author_with_key,
    co_authors_of,
    proposal_numbered,
    proposals_of,
)
from deliberation.drafting.sources import Evidence, evidence_for
from deliberation.drafting.supporting import stop_support, support
from deliberation.drafting.versions import Sealed, versions_of
from deliberation.following.following import Place
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.current import database, device, now
from participate.deciding import DecisionShown, pending
from participate.drafts import STATES, ClauseCard, Writer, clause_cards, writers
from participate.following import FollowShown, follow_shown
from participate.follows import FollowsShown, follows
from participate.languages import said
from participate.live.offering import who_writes_now
from participate.network import acting, visitor
from participate.own_clause_votes import own_votes_here
from participate.suggested import SuggestionShown, shown_on
from participate.supported import Supports, SupportShown, supports

pages = Blueprint("proposals", __name__, url_prefix="/spaces/<space>/proposals")

DONE: Mapping[str, Words] = {
    "changed": Words("Your words stand in the clause now."),
    "same": Words("The clause says this already. Nothing was changed."),
    "titled": Words("The proposal has its new title."),
    "title-same": Words("It has this title already. Nothing was changed."),
    "added": Words("The clause is added."),
    "waits": Words("Your words are kept. A facilitator reads them before others can."),
    "moved": Words("The clause is moved."),
    "first": Words("It is the first clause already."),
    "last": Words("It is the last clause already."),
    "gone": Words("This clause is out of the draft, so it was not moved."),
    "out": Words("The clause is taken out. It is kept below, and can be put back."),
    "back": Words("The clause is back, at the end of the draft."),
    "answered": Words("The answer of your body is kept."),
    "promised": Words("The promise is made. Everybody can read it."),
    "told": Words("What became of the promise is told."),
    "accepted": Words("Both sides have accepted it. It is what the clause says now."),
    "withdrawn": Words("Your suggestion is taken back, and its words are erased."),
    "begun": Words("The proposal is begun. Both sides can write in it now."),
    "supports": Words("You stand behind this proposal again."),
    "stopped": Words("You stand behind this proposal no longer. What you wrote stays, for it is common."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsPage:
    """`refusal` says why the reader cannot begin one; None where they can."""

    space: Space
    proposals: Sequence[Proposal]
    refusal: Refusal | None
    states: Mapping[ProposalState, Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """`mine`: the reader is one who writes it. `refusal` says why they cannot write, `speechless`
    why they cannot suggest; None where they can.

    `writing` names who has a clause open to write in it, by its number: for those who write.
    `needs` is what each side's key will need, `hash` the SHA-256 of the draft as shown. `sealed` has the
    hash of each clause of the newest version, by number; `asked_again` counts the clauses that the reader
    voted on and that say something else since.
    """

    space: Space
    policy: Policy
    proposal: Proposal
    state: Words
    clauses: Sequence[ClauseCard]
    taken_out: Sequence[ClauseCard]
    suggestions: Mapping[int, Sequence[SuggestionShown]]
    comments: Mapping[int, int]
    writing: Mapping[int, Sequence[str]]
    evidence: Mapping[int, Sequence[Evidence]]
    versions: Sequence[Sealed]
    support: Supports
    sealed: Mapping[int, str]
    asked_again: int
    may_seal: bool
    follows: FollowsShown
    may_promise: bool
    may_answer: bool
    may_withdraw: bool
    writers: Sequence[Writer]
    decisions: Sequence[DecisionShown]
    mine: CoAuthor | None
    refusal: Refusal | None
    speechless: Refusal | None
    needs: Words
    notice: str
    hash: str
    done: str
    follow: FollowShown

    @property
    def put_to_vote(self) -> bool:
        """Whether there are clauses to vote on."""
        return bool(self.sealed)

    def support_for(self, card: ClauseCard) -> SupportShown | None:
        """The support for a clause as it stands in the draft; None where no sealed version says this."""
        number = card.clause.number
        same = card.standing.hash and self.sealed.get(number) == card.standing.hash
        return self.support.clauses.get(number) if same else None

    @property
    def written(self) -> bool:
        """Whether it is being written."""
        return self.proposal.state in (ProposalState.DRAFTING, ProposalState.OPEN)


@pages.get("")
@permits(Action.READ_PAGE)
async def index(space: str) -> ResponseReturnValue:
    """Every proposal of the space, the newest first."""
    place = _place()
    async with database().reading() as session:
        found = await proposals_of(session, place.id or 0)
    page = ProposalsPage(space=place, proposals=found, refusal=why_not(Action.BEGIN_PROPOSAL), states=STATES)
    return await render_template("drafting/proposals.html", page=page)


@pages.get("/<int:proposal>")
@permits(Action.READ_PAGE)
async def show(space: str, proposal: int) -> ResponseReturnValue:
    """One proposal as it stands."""
    place = _place()
    async with database().reading() as session:
        found = await proposal_numbered(session, place.id or 0, proposal)
        cards = await clause_cards(session, found)
        out = await clause_cards(session, found, taken_out=True)
        suggestions = await shown_on(session, found)
        writing = await who_writes_now(session, found)
        comments = await counts_on_clauses(session, [one.clause.id or 0 for one in cards])
        versions = await versions_of(session, found)
        evidence: dict[int, list[Evidence]] = defaultdict(list)
        for one in await evidence_for(session, [card.clause.id or 0 for card in cards]):
            evidence[one.clause_id].append(one)
        _, asked = await asked_of(session, found)
        support = await supports(
            session,
            found,
            asked,
            {one.clause.id or 0: one.cited for one in cards},
            here().policy.publication.min_participants,
        )
        own = await own_votes_here(session, place, asked)
        followed = await follows(session, found, now())
        authors = await co_authors_of(session, found.id)
        decisions = await pending(session, subject=about_proposal(found.id))
        follow = await follow_shown(session, Place(space=place, proposal=found))
        mine = None
        if here().account_id is not None and device() is not None:
            key = visitor().pseudonym(place.id or 0)
            mine = await co_author_with_key(session, found, key)
    said_done = DONE.get(request.args.get("said", ""))
    page = ProposalPage(
        space=place,
        policy=here().policy,
        proposal=found,
        state=STATES[found.state],
        clauses=cards,
        taken_out=out,
        suggestions=suggestions,
        comments=comments,
        writing=writing,
        evidence=evidence,
        versions=versions,
        support=support,
        sealed={one.clause.number: one.clause.hash for one in asked},
        asked_again=sum(one.asked_again for one in own.values()),
        follows=followed,
        may_promise=here().may(Action.MAKE_COMMITMENT),
        may_answer=here().may(Action.ANSWER_PROPOSAL),
        may_seal=here().may(Action.PUT_PROPOSAL),
        may_withdraw=here().may(Action.PUT_WITHDRAWAL),
        writers=writers(authors),
        decisions=decisions,
        mine=mine,
        refusal=why_not(Action.WRITE_CLAUSE),
        speechless=why_not(Action.SUGGEST_WORDING),
        needs=what_it_needs(here().policy.adoption),
        notice=said(proposal_notice(here().policy).text),
        hash=draft_hash(found, [one.standing for one in cards]),
        done=said(said_done) if said_done is not None else "",
        follow=follow,
    )
    return await render_template("drafting/proposal.html", page=page)


@pages.post("/<int:proposal>/support")
@permits(Action.SUPPORT_PROPOSAL, in_verb=True)
async def supported(space: str, proposal: int) -> ResponseReturnValue:
    """Stand behind it again."""
    await _support(support, space, proposal)
    return _back(space, proposal, "supports")


@pages.post("/<int:proposal>/stop-support")
@permits(Action.STOP_SUPPORT, in_verb=True)
async def stopped(space: str, proposal: int) -> ResponseReturnValue:
    """Stand behind it no longer."""
    await _support(stop_support, space, proposal)
    return _back(space, proposal, "stopped")


async def _support(verb: Callable[..., Awaitable[None]], space: str, proposal: int) -> None:
    stand = await arrive(space=space)
    assert stand.space is not None
    key = visitor().pseudonym(stand.space.id or 0)
    async with database().transaction() as session:
        await verb(session, stand.space, proposal, key=key, asking=asking_now(stand.facts), now=now())


def _back(space: str, proposal: int, done: str) -> ResponseReturnValue:
    return redirect(url_for("proposals.show", space=space, proposal=proposal, said=done), 303)


def _place() -> Space:
    place = here().space
    assert place is not None
    return place


def asking_now(facts: Facts) -> Facts:
    """The facts with the limit of the device: writing is an act like any other."""
    ends = acting().limit_ends
    return replace(facts, limit_reached=ends is not None, limit_ends=ends)


def why_not(action: Action, **more: Any) -> Refusal | None:
    """Why whoever asks cannot do this here, to the proposal of this address; None where they can."""
    facts = replace(here().facts, now=now(), has_device=True, **more)
    found = decide(here().policy, action, facts)
    return found if isinstance(found, Refusal) else None


def what_it_needs(rule: Rule) -> Words:
    """What each side's key needs, by the charter's rule: the same for both."""
    return Words(
        "Each side needs %(share)s of its votes. At least %(people)s and %(bodies)s must vote.",
        share=percentage(rule.share),
        people=people(rule.quorum.people),
        bodies=bodies(rule.quorum.body),
    )
