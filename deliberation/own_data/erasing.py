"""Taking back what one gave: in one space, or everywhere, with the account.

Votes, authorship, reports' words and the pseudonym go at once. A statement on which others have voted stays,
as words of nobody; one on which nobody else has is erased. Published figures follow with the next result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import SQLModel, col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role, StatementState
from deliberation.opinion.appeals import Removal
from deliberation.opinion.cautions import HIDDEN
from deliberation.opinion.reports import Decision, decide_reports
from deliberation.opinion.statements import WITHDRAWN, Statement, Votable
from deliberation.opinion.voting import Vote
from deliberation.own_data.emptying import EMPTYING
from deliberation.own_data.gone import sweep
from deliberation.own_data.letting_go_of_drafts import let_go_of_comments, let_go_of_drafts
from deliberation.own_data.register import REGISTER, Goes, Held, Whose
from deliberation.people.accounts import Account
from deliberation.people.memberships import Membership
from deliberation.people.participants import Participant
from deliberation.publishing.record import Did, enter
from deliberation.spaces.decisions import Candidate
from deliberation.spaces.decisions import Decision as BothSides


async def erase_parts(
    session: AsyncSession,
    keys: Mapping[int, Sequence[str]],
    *,
    now: datetime,
    until: datetime | None = None,
) -> int:
    """Erase whoever is known by these pseudonyms in these spaces; how many participants that were.

    With `until` only those who came by then: somebody may have come back since under the same pseudonym.
    """
    return sum([await _erase_part(session, space, own, now, until) for space, own in keys.items()])


async def _erase_part(
    session: AsyncSession, space_id: int, keys: Sequence[str], now: datetime, until: datetime | None
) -> int:
    # Whoever votes under one of them at this moment waits here, and begins anew.
    query = select(Participant).where(Participant.space_id == space_id, col(Participant.key).in_(keys))
    here = list((await session.exec(query.order_by(col(Participant.id)).with_for_update())).all())
    people = [one.id for one in here if one.id is not None and (until is None or one.joined_at <= until)]
    stays = {one.key for one in here if one.id not in people}
    for person in people:
        await _let_go_of_statements(session, space_id, person, now)
        await let_go_of_comments(session, space_id, person, now)
        await let_go_of_drafts(session, person, now)
    await _erase_rows(session, Whose.PARTICIPANT, [*people])
    gone = [key for key in keys if key not in stays]
    for empty in EMPTYING.values():
        await empty(session, gone, until)
    await _erase_rows(session, Whose.KEY, gone)
    if people:
        await sweep(session, space_id)
    return len(people)


async def _erase_rows(session: AsyncSession, whose: Whose, values: Sequence[int | str]) -> None:
    """Delete whatever the register says goes with its row; what others point to last."""
    if not values:
        return
    found = [held for held in REGISTER if held.whose is whose and held.goes is Goes.WITH_ITS_ROW]
    for held in sorted(found, key=_is_pointed_to):
        table = SQLModel.metadata.tables[held.table]
        await session.exec(delete(table).where(table.c[held.by].in_(values)))


def _is_pointed_to(held: Held) -> bool:
    return held.by == "id"


async def _let_go_of_statements(session: AsyncSession, space_id: int, person: int, now: datetime) -> None:
    written = select(Statement.id).where(Statement.author_id == person).order_by(col(Statement.id))
    ids = list((await session.exec(written)).all())
    # Whoever votes on one of them at this moment waits here, or comes first and is seen.
    await session.exec(select(Votable.id).where(col(Votable.id).in_(ids)).with_for_update())
    await session.exec(update(Removal).where(col(Removal.statement_id).in_(ids)).values(words=""))
    query = select(Statement).where(col(Statement.id).in_(ids)).with_for_update()
    for statement in (await session.exec(query)).all():
        statement.author_id, statement.as_written, statement.removed_note = None, None, ""
        if not await _others_voted(session, statement.id, person):
            await _erase_words(session, space_id, statement, now)
    await session.flush()


async def _others_voted(session: AsyncSession, statement_id: int, person: int) -> bool:
    query = select(func.count(col(Vote.votable_id))).where(
        Vote.votable_id == statement_id, Vote.participant_id != person
    )
    return bool((await session.exec(query)).one())


async def _erase_words(session: AsyncSession, space_id: int, statement: Statement, now: datetime) -> None:
    """As if its author had withdrawn it; one that was removed already loses its sealed words."""
    was = statement.state
    statement.text, statement.redacted = HIDDEN, False
    if was is StatementState.REMOVED:
        return
    statement.state, statement.removed_for = StatementState.REMOVED, WITHDRAWN
    act = enter(
        session,
        Did.STATEMENT_WITHDRAWN,
        space_id=space_id,
        consultation_id=statement.consultation_id,
        statement_id=statement.id,
        was=was,
        role=Role.PARTICIPANT,
        now=now,
    )
    await session.flush()  # the reports name the act that decided them
    assert act.id is not None
    await decide_reports(session, statement.id, Decision.REMOVED, act_id=act.id, now=now)


async def leave_space(session: AsyncSession, account_id: int, space_id: int) -> None:
    """End whatever the account does in a space, or was to do."""
    there = select(BothSides.id).where(BothSides.space_id == space_id)
    await session.exec(
        delete(Candidate).where(
            col(Candidate.account_id) == account_id, col(Candidate.decision_id).in_(there)
        )
    )
    await session.exec(
        delete(Membership).where(
            col(Membership.account_id) == account_id, col(Membership.space_id) == space_id
        )
    )


async def spaces_served(session: AsyncSession, account_id: int) -> set[int]:
    """The spaces in which an account has a part, whether or not it has given anything there."""
    query = select(Membership.space_id).where(Membership.account_id == account_id)
    return set((await session.exec(query)).all())


async def parts_in(session: AsyncSession, space_id: int) -> list[tuple[int, datetime]]:
    """The accounts that have a part in a space, and since when."""
    query = select(Membership.account_id, Membership.since).where(Membership.space_id == space_id)
    return list((await session.exec(query)).all())


async def erase_account(session: AsyncSession, account_id: int, *, until: datetime | None = None) -> bool:
    """Erase an account with its sign-ins and roles; whether there was one, made by `until`."""
    account = (await session.exec(select(Account).where(Account.id == account_id).with_for_update())).first()
    if account is None or (until is not None and account.created_at > until):
        return False
    await _erase_rows(session, Whose.ADDRESS, [account.address])
    await _erase_rows(session, Whose.ACCOUNT, [account_id])
    return True


async def all_accounts(session: AsyncSession) -> list[int]:
    """The number of every account."""
    return [one for one in await session.exec(select(Account.id)) if one is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingBack:
    """Who takes back what they gave: everything with their account, or their part in one space."""

    keys: Mapping[int, Sequence[str]]
    account_id: int | None
    whole: bool
    now: datetime


async def take_back(session: AsyncSession, wish: TakingBack) -> None:
    """Erase it, at once."""
    await erase_parts(session, wish.keys, now=wish.now)
    if wish.account_id is None:
        return
    if wish.whole:
        await erase_account(session, wish.account_id)
        return
    for space_id in wish.keys:
        await leave_space(session, wish.account_id, space_id)
