"""Six words for what somebody gave without an account: shown once, and typed on another device."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from quart import Blueprint, current_app, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.wording import Words
from deliberation.own_data.keys import pseudonyms
from deliberation.own_data.merging import known_among
from deliberation.own_data.recovering import Code, Moving, keep_code, move_by_code, parts_by_code
from deliberation.people.recovery_codes import WORDS, as_typed, new_words, stretched, unknown_words
from deliberation.running.limits import Acts
from participate.access import permits
from participate.current import account_id, database, now, remember_device, settings
from participate.forms import Wrong, typed
from participate.languages import gettext, moment
from participate.network import visitor
from participate.taking_back import taken_back

pages = Blueprint("recovering", __name__, url_prefix="/me/code")

TRIES_A_MINUTE = 10
"""How many codes one network may try. Six words cannot be guessed; each try costs the server some work."""
DEEDS: Mapping[str, Words] = {
    "move": Words("Bring it to this device"),
    "erase": Words("Delete it for good"),
}


@dataclass(frozen=True, slots=True)
class CodePage:
    """`words` are there only in the reply that made them."""

    words: str
    spaces: int
    signed_in: bool
    anything: bool


@dataclass(frozen=True, slots=True)
class UsePage:
    words: str
    deed: str
    deeds: Mapping[str, Words]
    signed_in: bool
    wrong: Sequence[Wrong] = field(default=())


@pages.get("")
@permits(Action.READ_OWN_DATA)
async def show() -> ResponseReturnValue:
    return await _code_page()


@pages.post("")
@permits(Action.KEEP_RECOVERY)
async def make() -> ResponseReturnValue:
    """Make six words, in place of any before. They stand in this reply and nowhere else."""
    if account_id() is not None:
        return await _code_page()
    words, master = new_words(), settings().pseudonym_master
    made = await asyncio.to_thread(stretched, words, master)
    async with database().transaction() as session:
        keys = await pseudonyms(session, visitor())
        spaces = await keep_code(session, keys, Code(made=made, master=master))
    return await _code_page(words, spaces) if spaces else await _code_page(nothing=True)


async def _code_page(words: str = "", spaces: int = 0, *, nothing: bool = False) -> str:
    remember_device()
    async with database().reading() as session:
        keys = await pseudonyms(session, visitor())
        known = await known_among(session, [key for own in keys.values() for key in own])
    page = CodePage(words, spaces, account_id() is not None, bool(known) and not nothing)
    return await render_template("my_data/code.html", page=page)


@pages.get("/use")
@permits(Action.READ_OWN_DATA)
async def ask() -> ResponseReturnValue:
    return await _use_page()


@pages.post("/use")
@permits(Action.USE_RECOVERY)
async def use() -> ResponseReturnValue:
    """Move or erase what the words lead to."""
    words, deed = await typed("words"), await typed("deed")
    wrong = _wrong_in(words, deed)
    if wrong:
        return await _use_page(words, deed, wrong), 422
    who = visitor()
    tries: Acts = cast(Acts, current_app.extensions["recoveries"])
    ends = tries.count(who.network.encode(), now())
    if ends is not None:
        late = gettext("Too many tries came from your network. Try again after %(time)s.", time=moment(ends))
        return await _use_page(words, deed, [Wrong("words", late)]), 429
    master = settings().pseudonym_master
    code = Code(made=await asyncio.to_thread(stretched, words, master), master=master)
    async with database().reading() as session:
        found = await parts_by_code(session, code)
        mine = await pseudonyms(session, who)
    if not found:
        unknown = gettext("These words lead to nothing. Look at each word and at their order.")
        return await _use_page(words, deed, [Wrong("words", unknown)]), 422
    if deed == "erase":
        await taken_back({space_id: (key,) for space_id, key in found.items()})
        return redirect(url_for("my_data.show", done="recovered-erased"), 303)
    to = {space_id: keys[0] for space_id, keys in mine.items()}
    await database().grouped(move_by_code, Moving(code=code, to=to))
    return redirect(url_for("my_data.show", done="moved"), 303)


def _wrong_in(words: str, deed: str) -> list[Wrong]:
    wrong = []
    given = as_typed(words).split()
    if not given:
        wrong.append(Wrong("words", gettext("Write the six words.")))
    elif strange := unknown_words(words):
        strangest = gettext("“%(word)s” stands in no code. Look at how it is spelled.", word=strange[0][:30])
        wrong.append(Wrong("words", strangest))
    elif len(given) != WORDS:
        wrong.append(Wrong("words", gettext("You wrote %(count)s words. A code has six.", count=len(given))))
    if deed not in DEEDS:
        wrong.append(Wrong("deed", gettext("Choose what is to be done with it.")))
    return wrong


async def _use_page(words: str = "", deed: str = "", wrong: Sequence[Wrong] = ()) -> str:
    remember_device()
    page = UsePage(words, deed, DEEDS, account_id() is not None, wrong)
    return await render_template("my_data/use_code.html", page=page)
