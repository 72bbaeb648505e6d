"""One's own data: everything that is held, as a page and as files; putting it right; taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError
from quart import Blueprint, Response, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.wording import Words
from deliberation.following.digests import choose_frequency
from deliberation.own_data.held import Everything, everything_of
from deliberation.own_data.keys import pseudonyms
from deliberation.people.accounts import Account, Preferences, account_with_id, correct_account
from deliberation.spaces.awaiting import awaiting
from deliberation.spaces.spaces import Space, all_spaces, space_named
from participate.access import here, permits
from participate.current import (
    account_id,
    database,
    device,
    forget_device,
    now,
    remember_device,
    replace_device,
)
from participate.forms import LANGUAGES, Wrong, typed, wrong_in
from participate.my_data import SIDES, Kind, SpacePart, kinds_of, parts_of, roles_named
from participate.network import visitor
from participate.own_files import as_json, as_tables
from participate.taking_back import taken_back

pages = Blueprint("my_data", __name__, url_prefix="/me")

FORMATS: Mapping[str, Words] = {
    "text": Words("Plain words"),
    "html": Words("As a page, with a heading and links"),
}
FREQUENCIES: Mapping[str, Words] = {
    "none": Words("No mail but links to sign in"),
    "daily": Words("At most once a day"),
    "weekly": Words("At most once a week"),
}
FIELDS: Mapping[str, Words] = {
    "name": Words("your name"),
    "language": Words("the language"),
    "mail_format": Words("the form of mail"),
    "mail_frequency": Words("how often mail comes"),
}


@dataclass(frozen=True, slots=True)
class Undecided:
    """A space in which somebody is on a side, and how many open decisions wait for their answer."""

    space: Space
    decisions: int


@dataclass(frozen=True, slots=True)
class MyDataPage:
    """`account` is None for somebody who takes part without one; `given` is what they typed about it.
    `passkeys`: they have some, or may add one. `done` names what they have just done, `undecided` what they
    could do next."""

    parts: Sequence[SpacePart]
    account: Account | None
    kinds: Sequence[Kind]
    given: Mapping[str, str]
    languages: Mapping[str, str]
    formats: Mapping[str, Words]
    frequencies: Mapping[str, Words]
    done: str = ""
    wrong: Sequence[Wrong] = field(default=())
    undecided: Sequence[Undecided] = ()
    passkeys: bool = False


@dataclass(frozen=True, slots=True)
class ErasePage:
    """What is about to be erased: a part in `space`, or everything where that is None."""

    space: Space | None
    signed_in: bool
    roles: bool
    nothing: bool


@pages.get("")
@permits(Action.READ_OWN_DATA)
async def show() -> ResponseReturnValue:
    return await _page(done=request.args.get("done", ""))


@pages.get("/data.json")
@permits(Action.READ_OWN_DATA)
async def document() -> ResponseReturnValue:
    async with database().reading() as session:
        held = await _held(session)
    return _file(as_json(held, at=now()), "application/json", "my-data.json")


@pages.get("/data.zip")
@permits(Action.READ_OWN_DATA)
async def tables() -> ResponseReturnValue:
    async with database().reading() as session:
        held = await _held(session)
    return _file(as_tables(held), "application/zip", "my-data.zip")


def _file(content: bytes, kind: str, name: str) -> Response:
    reply = Response(content, mimetype=kind)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


@pages.post("/account")
@permits(Action.CORRECT_OWN_DATA)
async def correct() -> ResponseReturnValue:
    """Keep what somebody says of their account, and read in the language they chose from now on."""
    mine, current = account_id(), remember_device()
    assert mine is not None
    given = {name: await typed(name) for name in FIELDS}
    try:
        wishes = Preferences.model_validate(given)
    except ValidationError as error:
        return await _page(given=given, wrong=wrong_in(error, FIELDS)), 422
    if wishes.language not in LANGUAGES:
        wishes = wishes.model_copy(update={"language": ""})
    async with database().transaction() as session:
        await choose_frequency(session, mine, wishes.mail_frequency, now=now())
        await correct_account(session, mine, wishes)
    if wishes.language:
        replace_device(current.speaking(wishes.language))
    return redirect(url_for(".show", done="kept"), 303)


@pages.get("/erase")
@permits(Action.ERASE_OWN_DATA)
async def ask() -> ResponseReturnValue:
    """One button, and what it does."""
    slug = request.args.get("space", "")
    async with database().reading() as session:
        space = await space_named(session, slug) if slug else None
        held = await _held(session, space.id if space is not None else None)
    page = ErasePage(
        space=space,
        signed_in=account_id() is not None,
        roles=_has_role(held, space),
        nothing=not held.parts and not _has_role(held, space) and (space is not None or not held.account),
    )
    return await render_template("my_data/erase.html", page=page)


@pages.post("/erase")
@permits(Action.ERASE_OWN_DATA)
async def erase() -> ResponseReturnValue:
    """Erase it at once."""
    slug = await typed("space")
    async with database().reading() as session:
        space = await space_named(session, slug) if slug else None
        keys = await pseudonyms(session, visitor(), space_id=space.id if space is not None else None)
    await taken_back(keys, account_id=account_id(), whole=space is None)
    if space is not None:
        return redirect(url_for(".show", done="erased"), 303)
    forget_device()
    return redirect(url_for(".gone"), 303)


@pages.get("/erased")
@permits(Action.READ_PAGE)
async def gone() -> ResponseReturnValue:
    return await render_template("my_data/gone.html")


async def _held(session: AsyncSession, space_id: int | None = None) -> Everything:
    """What is held of whoever sent this request; nothing of somebody without the cookie."""
    if device() is None:
        return Everything()
    keys = await pseudonyms(session, visitor(), space_id=space_id)
    return await everything_of(session, keys, account_id())


def _has_role(held: Everything, space: Space | None) -> bool:
    rows = held.account.get("membership", ())
    return any(space is None or row["space_id"] == space.id for row in rows)


async def _page(
    *,
    given: Mapping[str, str] | None = None,
    wrong: Sequence[Wrong] = (),
    done: str = "",
) -> str:
    remember_device()
    mine = account_id()
    async with database().reading() as session:
        held = await _held(session)
        account = await account_with_id(session, mine) if mine is not None else None
        spaces = {one.id: one for one in await all_spaces(session) if one.id is not None}
        undecided = await _undecided(session, held, spaces, mine) if mine is not None else []
    page = MyDataPage(
        parts=parts_of(held, spaces),
        account=account,
        kinds=_of_account(held, spaces),
        given=given or _given(account),
        languages=LANGUAGES,
        formats=FORMATS,
        frequencies=FREQUENCIES,
        done=done,
        wrong=wrong,
        undecided=undecided,
        passkeys="passkey" in held.account or here().may(Action.ADD_PASSKEY),
    )
    return await render_template("my_data/my_data.html", page=page)


def _of_account(held: Everything, spaces: Mapping[int, Space]) -> list[Kind]:
    """What a page has words for; of roles, each with its space."""
    roles = roles_named(held.account.get("membership", ()), spaces)
    return [
        replace(kind, lines=roles) if kind.table == "membership" else kind
        for kind in kinds_of(held.account)
        if kind.lines
    ]


async def _undecided(
    session: AsyncSession, held: Everything, spaces: Mapping[int, Space], account_id: int
) -> list[Undecided]:
    found = []
    for row in held.account.get("membership", ()):
        space_id, ended = row["space_id"], row["until"] is not None and row["until"] <= now()
        if row["role"] not in SIDES or ended or space_id not in spaces:
            continue
        own = visitor().pseudonym(space_id)
        waiting = await awaiting(session, spaces[space_id], account_id, own, now=now())
        if waiting:
            found.append(Undecided(spaces[space_id], len(waiting)))
    return found


def _given(account: Account | None) -> dict[str, str]:
    return {name: str(getattr(account, name)) for name in FIELDS} if account is not None else {}
