"""What was checked of somebody who takes part: the class that decides whether they may vote here."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection, or_, select

from charters.states import Attestation, Role
from deliberation.columns import table_of
from deliberation.people.memberships import Membership
from deliberation.people.outside import OutsideIdentity
from deliberation.spaces.invitations import Invitation, InvitationEntry
from deliberation.spaces.paper_sheets import PaperSheet

_memberships, _outside = table_of(Membership), table_of(OutsideIdentity)
_invitations, _entries = table_of(Invitation), table_of(InvitationEntry)
_sheets = table_of(PaperSheet)


def class_of(
    on: Connection,
    *,
    space_id: int,
    consultation_id: int,
    key: str,
    account_id: int | None,
    may_vote: Collection[str] | None,
    now: datetime,
) -> Attestation:
    """Of the classes that somebody has the one that may vote here, else the first of them.

    `key` is their pseudonym in the space; `may_vote` None lets everybody.
    """
    classes = list(_classes(on, space_id, consultation_id, key, account_id, now))
    return next((one for one in classes if may_vote is None or one in may_vote), classes[0])


def _classes(
    on: Connection, space_id: int, consultation_id: int, key: str, account_id: int | None, now: datetime
) -> Iterator[Attestation]:
    if account_id is not None:
        if _speaks(on, space_id, account_id, now):
            yield Attestation.STAFF
        else:
            if _is_known_outside(on, account_id):
                yield Attestation.NHS_LOGIN
            yield Attestation.EMAIL
    if _was_invited(on, consultation_id, key):
        yield Attestation.INVITED
    if _was_helped(on, consultation_id, key):
        yield Attestation.ASSISTED
    if account_id is None:
        yield Attestation.OPEN


def _is_known_outside(on: Connection, account_id: int) -> bool:
    """Whether they sign in by a service of which the settings say that it checks who people are."""
    query = select(_outside.c.id).where(
        _outside.c.account_id == account_id, _outside.c.attestation == Attestation.NHS_LOGIN
    )
    return on.execute(query.limit(1)).first() is not None


def _speaks(on: Connection, space_id: int, account_id: int, now: datetime) -> bool:
    """Whether they are a delegate of a body in this space."""
    query = select(_memberships.c.id).where(
        _memberships.c.space_id == space_id,
        _memberships.c.account_id == account_id,
        _memberships.c.role == Role.DELEGATE,
        _memberships.c.since <= now,
        or_(_memberships.c.until.is_(None), _memberships.c.until > now),
    )
    return on.execute(query.limit(1)).first() is not None


def _was_invited(on: Connection, consultation_id: int, key: str) -> bool:
    """Whether they came in by a link that was given to people one by one."""
    query = (
        select(_entries.c.key)
        .join(_invitations, _invitations.c.id == _entries.c.invitation_id)
        .where(
            _entries.c.key == key,
            _invitations.c.consultation_id == consultation_id,
            _invitations.c.attestation == Attestation.INVITED,
        )
    )
    return on.execute(query.limit(1)).first() is not None


def _was_helped(on: Connection, consultation_id: int, key: str) -> bool:
    """Whether a named helper entered a sheet of theirs here."""
    query = select(_sheets.c.key).where(_sheets.c.consultation_id == consultation_id, _sheets.c.key == key)
    return on.execute(query.limit(1)).first() is not None
