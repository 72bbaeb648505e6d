"""The connection by which several people write in a clause at once.

From the page: first `{"generation", "vector"}`, then updates, each behind four bytes that number it. To the
page: `begin` with all that it lacks, `stored` with a number once that update is durable, `saved` with the
hash of what the clause says, `here` with who writes, `order` with the clauses of the draft; and the updates
of others as they are.
"""

import secrets

from quart import Blueprint, current_app, websocket
from sqlalchemy.exc import OperationalError

from charters.actions import Action
from charters.enforcement import Refused, require
from deliberation.drafting.clauses import clause_numbered
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.live.delivering import Room, Writer, pulses_of
from deliberation.errors import NotFound
from deliberation.people.memberships import name_in
from deliberation.people.participants import account_pseudonym, space_key
from participate.access import arrive, here, permits
from participate.current import database, device, now, settings
from participate.live.house import house
from participate.live.lines import Dropped, Line
from participate.live.offering import no_live_text, offers_live_text
from participate.live.talking import Talk

pages = Blueprint("live", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>/clauses")


@pages.websocket("/<int:clause>/live")
@permits(Action.WRITE_CLAUSE, in_verb=True)  # type: ignore[arg-type]
async def live(space: str, proposal: int, clause: int) -> None:
    """Write in a clause with others, for as long as one may."""
    await websocket.accept()
    connection = secrets.token_urlsafe(16)

    async def ask() -> Writer:
        return await _writer(place, connection, space, proposal)

    try:
        place = await _place(space, proposal, clause)
        writer = await ask()
    except (Refused, NotFound) as error:
        await websocket.close(Dropped.REFUSED if isinstance(error, Refused) else Dropped.ABSENT)
        return
    try:
        why = await _talk(Line(writer, ask, now()), place)
    except OperationalError:
        why = Dropped.RESTARTED
    await websocket.close(why)


async def _talk(line: Line, place: Room) -> Dropped:
    rooms = house()
    room = await rooms.enter(place, line, {party.id: party.name for party in here().policy.parties})
    try:
        return await Talk(websocket, room, line, current_app.extensions["clock"]).go_on()
    finally:
        await rooms.leave(room, line)


async def _place(space: str, proposal: int, clause: int) -> Room:
    """The clause, where words may be written in it together. Raises NotFound."""
    stand = await arrive(space=space, proposal=proposal)
    assert stand.space is not None
    assert stand.proposal is not None
    async with database().reading() as session:
        found = await clause_numbered(session, stand.proposal, clause)
    if not offers_live_text(stand.policy):
        raise NotFound(no_live_text())
    return Room(space_id=stand.space.id or 0, proposal_id=stand.proposal.id or 0, clause_id=found.id or 0)


async def _writer(place: Room, connection: str, space: str, proposal: int) -> Writer:
    """Who writes by the connection, as the rules see them now. Raises Refused, NotFound."""
    current = device()
    session_hash = current.session_hash if current is not None else ""
    async with database().reading() as session:
        # What the answer hangs on is read before the rules are asked: a change in between is seen later.
        pulses = await pulses_of(session, place, [session_hash], now())
    stand = await arrive(space=space, proposal=proposal)
    require(stand.policy, Action.WRITE_CLAUSE, stand.facts)
    if session_hash not in pulses or stand.account_id is None:
        raise NotFound(no_live_text())
    async with database().reading() as session:
        name = await name_in(session, stand.account_id, place.space_id, now=now())
    key = account_pseudonym(space_key(settings().pseudonym_master, place.space_id), stand.account_id)
    return Writer(
        connection=connection,
        session_hash=session_hash,
        speaker=Speaker(key=key, name=name),
        asking=stand.facts,
        pulse=pulses[session_hash],
    )
