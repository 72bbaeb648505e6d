"""Erasing what somebody gave: noted on the disk first, then done, then wiped from the log."""

from collections.abc import Mapping, Sequence

from deliberation.own_data.erasing import TakingBack, spaces_served, take_back
from deliberation.own_data.merging import known_among
from participate.current import database, now, settings
from participate.erasures import ACCOUNTS, Erasure, account_key, note
from participate.forgetting import forget_traces


async def taken_back(
    keys: Mapping[int, Sequence[str]], *, account_id: int | None = None, whole: bool = False
) -> None:
    """Erase whatever is held under these pseudonyms; with `whole` the account too."""
    moment = now()
    async with database().reading() as session:
        known = await known_among(session, [key for own in keys.values() for key in own])
        if account_id is not None:
            # Who has joined a side and given nothing is known by no pseudonym yet: the account's comes first.
            known |= {keys[one][0] for one in await spaces_served(session, account_id) if one in keys}
    noted = [Erasure(one, key, moment) for one, own in keys.items() for key in own if key in known]
    if whole and account_id is not None:
        noted.append(Erasure(ACCOUNTS, account_key(settings(), account_id), moment))
    # Before it is done: a backup that is restored must not bring it back.
    note(settings(), noted, now=moment)
    wish = TakingBack(keys=keys, account_id=account_id, whole=whole, now=moment)
    await database().grouped(take_back, wish)
    await forget_traces(database())
