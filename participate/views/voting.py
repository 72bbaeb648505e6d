"""Voting: the question, one statement at a time, undo, finishing."""

from quart import Blueprint, redirect, render_template, request
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import require
from deliberation.errors import Invalid
from deliberation.opinion.voting import Answer, Ballot, Undoing, answer_named, cast_vote, undo_vote
from participate.access import arrive, permits
from participate.ballot import numbers
from participate.current import database, now, settings
from participate.entering import go_out
from participate.exposures import Form, StaleExposure, read
from participate.forms import Wrong
from participate.languages import gettext
from participate.network import acting
from participate.views.voting_page import Asked, Done, asked, back, voting_page

pages = Blueprint("voting", __name__, url_prefix="/spaces/<space>/<consultation>")


@pages.get("")
@permits(Action.READ_PAGE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    return await _page(asked())


@pages.post("/vote")
@permits(Action.CAST_VOTE, in_verb=True)
async def vote(space: str, consultation: str) -> ResponseReturnValue:
    """Keep the answer and go on to the next statement."""
    form = await request.form
    number = _number(form.get("statement", ""))
    answer = answer_named(form.get("vote", ""))
    moment = now()
    try:
        shown = read(
            settings().secret_key, Form(space, consultation, number), form.get("exposure", ""), moment
        )
    except StaleExposure:
        stand = await arrive(space=space, consultation=consultation, statement=number)
        require(stand.policy, Action.CAST_VOTE, stand.facts)  # pressing again must be of use
        wrong = [Wrong("statement", _too_late(answer))]
        return await _page(Asked(number, numbers(form.get("skip", "")), chosen=answer, wrong=wrong)), 403
    ballot = Ballot(
        visitor=acting(),
        space=space,
        consultation=consultation,
        number=number,
        answer=answer,
        now=moment,
        shown=shown,
    )
    await database().grouped(cast_vote, ballot)
    return redirect(back(space, consultation, Done.VOTED, number, skip=form.get("skip", "")), 303)


@pages.post("/undo")
@permits(Action.UNDO_VOTE, in_verb=True)
async def undo(space: str, consultation: str) -> ResponseReturnValue:
    """Take the answer back and show that statement again."""
    form = await request.form
    number = _number(form.get("statement", ""))
    undoing = Undoing(visitor=acting(), space=space, consultation=consultation, number=number, now=now())
    await database().grouped(undo_vote, undoing)
    return redirect(back(space, consultation, Done.UNDONE, number, skip=form.get("skip", "")), 303)


@pages.post("/finish")
@permits(Action.FINISH_PARTICIPATION)
async def finish(space: str, consultation: str) -> ResponseReturnValue:
    """Give this device a new secret and end its session: whoever comes next begins afresh."""
    await go_out()
    return redirect(back(space, consultation, Done.FINISHED), 303)


async def _page(ask: Asked) -> str:
    return await render_template("voting/voting.html", page=await voting_page(ask))


def _too_late(answer: Answer) -> str:
    late = gettext("This page was open for too long, so your answer is not kept yet.")
    match answer:
        case Answer.AGREE:
            return f"{late} {gettext('You chose Agree. Press it again to keep it.')}"
        case Answer.DISAGREE:
            return f"{late} {gettext('You chose Disagree. Press it again to keep it.')}"
    return f"{late} {gettext('You chose Pass. Press it again to keep it.')}"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(
            "statement",
            gettext("The form does not say which statement. Go back to the page and vote there."),
        )
    return int(text)
