"""Who is in the demonstration. Nobody has these addresses: `.example` is kept free for that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role
from deliberation.people.accounts import account_for
from deliberation.people.memberships import appoint
from deliberation.spaces.spaces import SpaceText

SPACE = SpaceText(
    slug="avonmere",
    title="GP care in Avonmere",
    purpose=(
        "Patients, carers and the bodies that run the six surgeries decide together how care works in the "
        "valley. **Avonmere is made up**: the place, the people, the bodies and every word they say."
    ),
    host="Avonmere Shared Spaces (made up)",
    people_side="Avonmere Patients' Circle and the Riverbank Carers (made up)",
    body_side="Avonmere Care Board (DEMO-A1) and Six Surgeries Together (DEMO-A2), made up",
)
SERVICE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Character:
    name: str
    address: str
    part: str


CAST = (
    Character("Fern Ashdale", "fern@avonmere.example", "facilitator, put forward by the people's side"),
    Character("Rowan Pell", "rowan@avonmere.example", "facilitator, put forward by the bodies"),
)


async def appoint_cast(session: AsyncSession, space_id: int, *, since: datetime, now: datetime) -> None:
    """Make everybody a facilitator, from `since` until a year from now."""
    for one in CAST:
        account = await account_for(session, one.address, name=one.name, now=since)
        assert account.id is not None
        await appoint(session, space_id, account.id, Role.FACILITATOR, since=since, until=now + SERVICE)
