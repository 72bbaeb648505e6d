"""What is done from the command line: spaces, facilitators, operators, organisations.

The operator has no power over votes, results or wording; what is done in a space is on its record.
"""

from collections.abc import Sequence
from datetime import datetime

from charters.states import Role, Standing
from deliberation.errors import Invalid, NotFound
from deliberation.people.accounts import account_for, account_with_address, checked_address, set_operator
from deliberation.people.memberships import appoint
from deliberation.people.organisation_files import FileRefused, organisations_in, successions_in, unknown_in
from deliberation.people.organisations import (
    codes_known,
    keep_organisations,
    keep_successions,
    list_domain,
    organisation_coded,
    unlist_domain,
)
from deliberation.people.sessions import end_sessions_of, rotate_sessions_of
from deliberation.publishing.record import Did, enter
from deliberation.spaces.spaces import Space, SpaceText, found, space_if_any, space_named
from deliberation.spaces.standing import is_operator
from participate.access import HOME_POLICY
from participate.db import Database
from participate.settings import Settings
from participate.signin.links import new_sign_in_link

BATCH = 200
"""How many organisations are written at once, so that nobody waits for the others."""


async def make_space(database: Database, text: SpaceText, *, now: datetime) -> str:
    """Make an empty trial space; returns its path. Raises Invalid where the name is taken."""
    async with database.transaction() as session:
        if await space_if_any(session, text.slug) is not None:
            raise Invalid("slug", f"There is a space called {text.slug!r} already. Choose another name.")
        space = await found(session, text, standing=Standing.TRIAL, policy=HOME_POLICY, now=now)
        enter(session, Did.SPACE_MADE, space_id=_id(space), role=Role.OPERATOR, now=now)
    return f"/spaces/{text.slug}"


async def appoint_facilitator(
    database: Database, settings: Settings, address: str, space: str, *, now: datetime
) -> str:
    """Appoint whoever has this e-mail address, and return a link that signs them in once.

    Raises NotFound for the space, Invalid for the address.
    """
    address = checked_address(address)
    async with database.transaction() as session:
        place = await space_named(session, space)
        account = await account_for(session, address, now=now)
        assert account.id is not None
        await appoint(session, _id(place), account.id, Role.FACILITATOR, since=now)
        enter(session, Did.FACILITATOR_APPOINTED, space_id=_id(place), role=Role.OPERATOR, now=now)
        link = await new_sign_in_link(session, account, now=now)
    return settings.origin + link


async def appoint_operator(database: Database, settings: Settings, address: str, *, now: datetime) -> str:
    """Let whoever has this address run the installation; returns a link that signs them in once.

    Raises Invalid for the address.
    """
    address = checked_address(address)
    async with database.transaction() as session:
        account = await account_for(session, address, now=now)
        assert account.id is not None
        await set_operator(session, account.id, True)
        await rotate_sessions_of(session, account.id)
        link = await new_sign_in_link(session, account, now=now)
    return settings.origin + link


async def end_operator(database: Database, address: str) -> None:
    """Let whoever has this address run the installation no longer, and end every session of theirs.

    Raises Invalid for the address, also where nobody with it does.
    """
    address = checked_address(address)
    async with database.transaction() as session:
        account_id = await account_with_address(session, address)
        if account_id is None or not await is_operator(session, account_id):
            raise Invalid("address", f"Nobody with the address {address!r} runs this installation.")
        await set_operator(session, account_id, False)
        await end_sessions_of(session, account_id)


async def import_organisations(database: Database, register: bytes, successors: bytes = b"") -> str:
    """Import a register file and who followed whom; returns what was done, in a sentence.

    All is checked before anything is written. Raises FileRefused.
    """
    listed = organisations_in(register)
    followed = successions_in(successors) if successors else []
    async with database.reading() as session:
        known = await codes_known(session) | {one.code for one in listed}
    faults = unknown_in(followed, known)
    if faults:
        raise FileRefused(faults)
    for begins in range(0, len(listed), BATCH):
        async with database.transaction() as session:
            await keep_organisations(session, listed[begins : begins + BATCH])
    for begins in range(0, len(followed), BATCH):
        async with database.transaction() as session:
            await keep_successions(session, followed[begins : begins + BATCH])
    told = f"Organisations: {len(listed):,}."
    return f"{told} Successions: {len(followed):,}." if followed else told


async def change_domains(
    database: Database, code: str, listed: Sequence[str], unlisted: Sequence[str]
) -> str:
    """List domains of an organisation and take others off; returns what it then is, in lines.

    Raises NotFound, Invalid.
    """
    async with database.transaction() as session:
        for domain in listed:
            await list_domain(session, code, domain)
        for domain in unlisted:
            await unlist_domain(session, code, domain)
        organisation = await organisation_coded(session, code.strip().upper())
        if organisation is None:
            raise NotFound(f"There is no organisation {code!r}.")
    closed = f", closed on {organisation.closed_on:%d %B %Y}" if organisation.closed_on else ""
    domains = ", ".join(organisation.domains or ()) or "none"
    return f"{organisation.code}: {organisation.name}{closed}. Domains: {domains}."


def _id(space: Space) -> int:
    assert space.id is not None
    return space.id
