"""Help, for each of those who come: taking part, officials, facilitators, researchers."""

from dataclasses import dataclass

from quart import Blueprint, render_template, request
from quart.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from charters.actions import Action
from charters.policy import in_words
from deliberation.opinion.moderation import REASONS
from deliberation.opinion.statements import LONGEST
from deliberation.people.sessions import ABSOLUTE, IDLE, LINK_LIFE
from participate.access import here, permits
from participate.languages import said
from participate.own_place import VOTES_FOR_A_PLACE
from participate.promises import Promises, promises
from participate.public import ASK_AGAIN, FOR_GOOD, public
from participate.shots import shots

pages = Blueprint("help", __name__, url_prefix="/help")


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The numbers that help names, and the rules for which a statement may be removed."""

    promises: Promises
    longest: int
    votes_for_a_place: int
    link_minutes: int
    session_idle: str
    session_longest: str
    rules: tuple[str, ...]
    pause_hours: int
    undo_minutes: int


def help_page() -> HelpPage:
    fairness = here().policy.fairness
    return HelpPage(
        promises=promises(here().policy),
        longest=LONGEST,
        votes_for_a_place=VOTES_FOR_A_PLACE,
        link_minutes=LINK_LIFE.seconds // 60,
        session_idle=said(in_words(IDLE.days)),
        session_longest=said(in_words(ABSOLUTE.days)),
        rules=tuple(said(words) for words in REASONS.values()),
        pause_hours=fairness.pause_hours,
        undo_minutes=fairness.undo_close_minutes,
    )


@pages.get("")
@permits(Action.READ_PAGE)
async def index() -> ResponseReturnValue:
    return await render_template("help/index.html", page=help_page())


@pages.get("/taking-part")
@permits(Action.READ_PAGE)
async def taking_part() -> ResponseReturnValue:
    return await render_template("help/taking_part.html", page=help_page())


@pages.get("/officials")
@permits(Action.READ_PAGE)
async def officials() -> ResponseReturnValue:
    return await render_template("help/officials.html", page=help_page())


@pages.get("/facilitators")
@permits(Action.READ_PAGE)
async def facilitators() -> ResponseReturnValue:
    return await render_template("help/facilitators.html", page=help_page())


@pages.get("/researchers")
@permits(Action.READ_PAGE)
async def researchers() -> ResponseReturnValue:
    return await render_template("help/researchers.html", page=help_page())


@pages.get("/pictures/<language>/<name>.png")
@permits(Action.READ_PAGE, in_verb=True)
async def picture(language: str, name: str) -> ResponseReturnValue:
    """A picture of one of our pages. Its address changes when it does."""
    found = shots().get((language, name))
    if found is None:
        raise NotFound
    current = request.args.get("v") == found.version
    return public(found.content, "image/png", keep=FOR_GOOD if current else ASK_AGAIN)
