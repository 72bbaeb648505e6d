"""Voting on a proposal clause by clause: the newest sealed version, with three answers to each clause."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from markupsafe import Markup
from quart import Blueprint, Response, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.canonical import canonical
from charters.drafting import WRITTEN
from charters.enforcement import Refusal
from charters.policy import notice
from deliberation.drafting.clause_questions import Asked, asked_of, result_numbered, words_asked
from deliberation.drafting.clause_votes import (
    OTHER_WORDS,
    ClauseBallot,
    ClauseUndoing,
    OtherWords,
    OwnVote,
    undo_clause_vote,
    vote_on_clause,
    vote_refused,
)
from deliberation.drafting.differences import Part, differences
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.versions import Version
from deliberation.errors import Invalid
from deliberation.opinion.voting import Answer, answer_named
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.current import database, now, remember_device
from participate.forms import Wrong
from participate.languages import gettext, said
from participate.markdown import render
from participate.network import acting, visitor
from participate.own_clause_votes import own_votes_here
from participate.public import ASK_AGAIN, open_to_all, public
from participate.views.versions import place_and_proposal

pages = Blueprint("clause_votes", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")

NOTHING = (0, "")


@unique
class Done(StrEnum):
    """What this person has just done."""

    VOTED = "voted"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseAsked:
    """One clause to answer: blind, so without tally.

    `changed` is what differs from the words that this person voted on before; None where they did not, or
    where these may not be shown.
    """

    asked: Asked
    html: Markup
    mine: OwnVote
    heading: Sequence[Part] = ()
    changed: Sequence[Part] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VotePage:
    """What is asked about a version. `refusal` says why the reader cannot vote; None where they can.

    `done` says what was just done, and to which clause. `chosen` is what somebody pressed whose answer was
    not kept, and on which clause.
    """

    space: Space
    proposal: Proposal
    version: Version | None
    clauses: Sequence[ClauseAsked]
    refusal: Refusal | None
    over: bool
    notice: str
    done: tuple[int, str]
    chosen: tuple[int, Answer] | None = None
    wrong: Sequence[Wrong] = ()

    @property
    def answered(self) -> int:
        """How many clauses this person has answered."""
        return sum(one.mine.answer is not None for one in self.clauses)

    @property
    def again(self) -> list[int]:
        """The numbers of the clauses that they are asked about again."""
        return [one.asked.clause.number for one in self.clauses if one.mine.asked_again]


@pages.get("/vote")
@permits(Action.READ_PAGE)
async def show(space: str, proposal: int) -> ResponseReturnValue:
    return await _page(_done())


@pages.post("/vote")
@permits(Action.VOTE_ON_CLAUSE, in_verb=True)
async def vote(space: str, proposal: int) -> ResponseReturnValue:
    """Keep the answer, and show the page at the next clause that waits for one."""
    form = await request.form
    number, answer = _clause(form.get("clause", "")), answer_named(form.get("vote", ""))
    ballot = ClauseBallot(
        visitor=acting(),
        space=space,
        proposal=proposal,
        clause=number,
        hash=form.get("hash", ""),
        answer=answer,
        now=now(),
    )
    try:
        await database().grouped(vote_on_clause, ballot)
    except OtherWords:
        await arrive(space=space, proposal=proposal)
        wrong = [Wrong(f"clause-{number}", f"{said(OTHER_WORDS)} {_pressed(answer)}")]
        return await _page(NOTHING, chosen=(number, answer), wrong=wrong), 409
    return _back(space, proposal, Done.VOTED, number)


@pages.post("/vote/undo")
@permits(Action.UNDO_CLAUSE_VOTE, in_verb=True)
async def undo(space: str, proposal: int) -> ResponseReturnValue:
    """Take the answer back."""
    number = _clause((await request.form).get("clause", ""))
    undoing = ClauseUndoing(visitor=acting(), space=space, proposal=proposal, clause=number, now=now())
    await database().grouped(undo_clause_vote, undoing)
    return _back(space, proposal, Done.UNDONE, number)


@pages.get("/support/<int:number>.json")
@permits(Action.READ_DATA)
async def as_json(space: str, proposal: int, number: int) -> Response:
    """A published result about the clauses, in canonical bytes (RFC 8785)."""
    _, found = place_and_proposal()
    async with database().reading() as session:
        result = await result_numbered(session, found, number)
    return open_to_all(public(canonical(result.content), "application/json", keep=ASK_AGAIN))


async def _page(
    done: tuple[int, str], *, chosen: tuple[int, Answer] | None = None, wrong: Sequence[Wrong] = ()
) -> str:
    place, found = place_and_proposal()
    refusal, over = None, found.state not in WRITTEN
    async with database().reading() as session:
        version, asked = await asked_of(session, found)
        if asked and not over and here().looking is None:
            remember_device()
            refusal = await vote_refused(
                session, visitor(), place.slug, found.number, asked[0].clause.number, now=now()
            )
        mine = await own_votes_here(session, place, asked)
        clauses = [await _clause_asked(session, one, mine[one.question.id]) for one in asked]
    page = VotePage(
        space=place,
        proposal=found,
        version=version,
        clauses=clauses,
        refusal=refusal,
        over=over,
        notice=said(notice(here().policy, "vote").text),
        done=done,
        chosen=chosen,
        wrong=wrong,
    )
    return await render_template("clause_votes/vote.html", page=page)


async def _clause_asked(session: AsyncSession, asked: Asked, mine: OwnVote) -> ClauseAsked:
    clause = asked.clause
    html = Markup() if clause.withheld else render(clause.text)
    before = await words_asked(session, mine.before) if mine.asked_again and mine.before else None
    if before is None or before.withheld or clause.withheld:
        return ClauseAsked(asked=asked, html=html, mine=mine)
    return ClauseAsked(
        asked=asked,
        html=html,
        mine=mine,
        heading=differences(before.heading, clause.heading) if before.heading != clause.heading else (),
        changed=differences(before.text, clause.text),
    )


def _done() -> tuple[int, str]:
    """What the address says was just done, in words, and to which clause; 0 for nothing."""
    clause, done = request.args.get("clause", ""), request.args.get("said", "")
    if not (clause.isascii() and clause.isdigit() and len(clause) < 10):
        return NOTHING
    if done == Done.VOTED:
        return int(clause), gettext("Your answer is kept.")
    if done == Done.UNDONE:
        return int(clause), gettext("Your answer is taken back. Nothing of it is kept.")
    return NOTHING


def _pressed(answer: Answer) -> str:
    match answer:
        case Answer.AGREE:
            return gettext("You chose Agree. Press it again to keep it.")
        case Answer.DISAGREE:
            return gettext("You chose Disagree. Press it again to keep it.")
    return gettext("You chose Pass. Press it again to keep it.")


def _back(space: str, proposal: int, done: Done, clause: int) -> ResponseReturnValue:
    """To the page again, at the clause that was answered: the next one stands below it."""
    address = url_for(
        "clause_votes.show",
        space=space,
        proposal=proposal,
        said=done,
        clause=clause,
        _anchor=f"clause-{clause}",
    )
    return redirect(address, 303)


def _clause(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(
            "clause", gettext("The form does not say which clause. Go back to the page and vote there.")
        )
    return int(text)
