"""Publishing and removing: one way, with a reason, on the record in the same transaction."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, update

from charters.enforcement import Facts, Reason, Refused
from charters.states import Role, StatementState
from deliberation.errors import Gone, Invalid, NotFound
from deliberation.opinion.moderation import (
    LONGEST_NOTE,
    REASONS,
    UNDO,
    RemovalReason,
    in_public,
    in_words,
    keep_statement,
    publish_statement,
    removal_reason,
    remove_statement,
    undo_act,
)
from deliberation.opinion.seeds import add_seeds, pasted
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.publishing.record import Act, acts_of
from deliberation.spaces.consultations import ConsultationText, create_consultation
from deliberation.spaces.spaces import Space
from participate.db import Database

PENDING, PUBLISHED, REMOVED = StatementState.PENDING, StatementState.PUBLISHED, StatementState.REMOVED


@pytest.fixture
async def consultation(database: Database, space: Space, flo: Facts, now: datetime) -> int:
    """A consultation whose statements 1, 2 and 3 wait; number 3 is the oldest."""
    async with database.transaction() as session:
        text = ConsultationText(title="Opening hours", question="When should it be open?")
        made = await create_consultation(
            session, space, text, opens_at=None, closes_at=None, asking=flo, now=now
        )
        assert made.id is not None
        await add_seeds(session, made.id, pasted("One\nTwo\nThree", "en"), asking=flo, now=now)
        await session.exec(update(Statement).values(state=PENDING))
        older = update(Statement).where(col(Statement.number) == 3)
        await session.exec(older.values(created_at=now - timedelta(hours=1)))
    return made.id


async def numbered(database: Database, consultation: int, number: int) -> Statement:
    async with database.reading() as session:
        return await statement_numbered(session, consultation, number)


async def acts(database: Database, space: Space) -> list[Act]:
    """What was done to statements."""
    async with database.reading() as session:
        assert space.id is not None
        return [act for act in await acts_of(session, space.id) if act.statement_id is not None]


async def test_publishing_lets_a_waiting_statement_in_and_is_recorded(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    async with database.transaction() as session:
        await publish_statement(session, one.id, asking=flo, now=now)
    assert (await numbered(database, consultation, 1)).state is PUBLISHED
    act = (await acts(database, space))[-1]
    assert (act.kind, act.statement_id, act.reason) == ("statement-published", one.id, None)
    assert (act.role, act.consultation_id, act.at) == (Role.FACILITATOR, consultation, now)


async def test_removing_keeps_the_text_and_records_the_rule_but_not_the_note(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    async with database.transaction() as session:
        await remove_statement(
            session,
            one.id,
            reason=RemovalReason.IDENTIFYING,
            note=" Names Dr Brown. ",
            asking=flo,
            now=now,
        )
    removed = await numbered(database, consultation, 1)
    assert (removed.state, removed.text, removed.removed_for) == (REMOVED, "One", "identifying")
    assert removed.removed_note == "Names Dr Brown."
    act = (await acts(database, space))[-1]
    assert (act.kind, act.reason) == ("statement-removed", "identifying")
    assert "Brown" not in act.model_dump_json()


@pytest.mark.parametrize(
    ("start", "verb", "why"),
    [
        (PENDING, "publish", None),
        (PENDING, "remove", None),
        (PUBLISHED, "publish", Reason.STATEMENT_PUBLISHED),
        (PUBLISHED, "remove", None),
        (REMOVED, "publish", Reason.STATEMENT_REMOVED),
        (REMOVED, "remove", Reason.STATEMENT_REMOVED),
    ],
)
async def test_a_statement_goes_one_way(
    database: Database,
    consultation: int,
    space: Space,
    flo: Facts,
    now: datetime,
    start: StatementState,
    verb: str,
    why: Reason | None,
) -> None:
    one = await numbered(database, consultation, 1)
    async with database.transaction() as session:
        reason = "off-topic" if start is REMOVED else None
        await session.exec(
            update(Statement).where(col(Statement.id) == one.id).values(state=start, removed_for=reason)
        )

    async def act() -> None:
        async with database.transaction() as session:
            if verb == "publish":
                await publish_statement(session, one.id, asking=flo, now=now)
            else:
                await remove_statement(session, one.id, reason=RemovalReason.ABUSIVE, asking=flo, now=now)

    if why is None:
        await act()
        assert len(await acts(database, space)) == 1
        return
    with pytest.raises(Refused) as refused:
        await act()
    assert refused.value.reason is why
    assert (await numbered(database, consultation, 1)).state is start
    assert await acts(database, space) == []


async def test_of_simultaneous_removals_one_counts(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)

    async def remove(reason: RemovalReason) -> None:
        async with database.transaction() as session:
            await remove_statement(session, one.id, reason=reason, asking=flo, now=now)

    reasons = [reason for reason in RemovalReason if reason is not RemovalReason.DUPLICATE]
    answers = await asyncio.gather(*(remove(reason) for reason in reasons), return_exceptions=True)
    assert sum(isinstance(answer, Refused) for answer in answers) == len(reasons) - 1
    (act,) = await acts(database, space)
    assert act.reason == (await numbered(database, consultation, 1)).removed_for


async def test_an_act_that_fails_leaves_no_trace_on_the_record(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await remove_statement(session, one.id, reason=RemovalReason.ABUSIVE, asking=flo, now=now)
            raise RuntimeError("the power went")
    assert await acts(database, space) == []
    assert (await numbered(database, consultation, 1)).state is PENDING


@pytest.mark.parametrize("code", ["", "because", "Identifying"])
def test_a_removal_without_a_reason_is_refused(code: str) -> None:
    with pytest.raises(Invalid, match="Choose the rule") as refused:
        removal_reason(code)
    assert refused.value.field == "reason"


async def test_nobody_but_a_facilitator_moderates(
    database: Database, consultation: int, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    for somebody in (
        Facts(now=now, has_device=True),
        replace(flo, signed_in=False),
        replace(flo, roles=frozenset({Role.OPERATOR, Role.PARTICIPANT})),
    ):
        with pytest.raises(Refused) as refused:
            async with database.transaction() as session:
                await publish_statement(session, one.id, asking=somebody, now=now)
        assert refused.value.clause == "facilitator"
        with pytest.raises(Refused):
            async with database.transaction() as session:
                await remove_statement(
                    session, one.id, reason=RemovalReason.ABUSIVE, asking=somebody, now=now
                )


async def test_a_note_has_a_limit_and_says_it(
    database: Database, consultation: int, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    with pytest.raises(Invalid, match=r"501 characters\. Shorten it to 500"):
        async with database.transaction() as session:
            await remove_statement(
                session,
                one.id,
                reason=RemovalReason.ABUSIVE,
                note="x" * (LONGEST_NOTE + 1),
                asking=flo,
                now=now,
            )


async def test_a_statement_that_is_not_there_is_not_found(
    database: Database, consultation: int, flo: Facts, now: datetime
) -> None:
    with pytest.raises(NotFound, match="no statement 999"):
        async with database.transaction() as session:
            await publish_statement(session, 999, asking=flo, now=now)


def test_every_reason_has_words_and_fits_its_column() -> None:
    assert set(REASONS) == set(RemovalReason)
    assert all(len(reason.value) <= 40 for reason in RemovalReason)
    assert in_words("abusive") == "Attacks a person or a group"
    assert "before" in in_words("moderated-elsewhere")


async def published(
    database: Database, consultation: int, number: int, flo: Facts, now: datetime
) -> Statement:
    one = await numbered(database, consultation, number)
    async with database.transaction() as session:
        await publish_statement(session, one.id, asking=flo, now=now)
    return await numbered(database, consultation, number)


async def test_hiding_publishes_the_words_without_what_points_to_a_person(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    text = "Ring 01632 960777 or not."
    async with database.transaction() as session:
        await session.exec(update(Statement).where(col(Statement.number) == 1).values(text=text))
    one = await numbered(database, consultation, 1)
    async with database.transaction() as session:
        await publish_statement(session, one.id, hiding=True, asking=flo, now=now)
    one = await numbered(database, consultation, 1)
    assert (one.state, one.text, one.redacted, one.as_written) == (PUBLISHED, "Ring […] or not.", True, text)
    act = (await acts(database, space))[-1]
    assert (act.kind, act.was) == ("statement-redacted", "pending")
    assert "01632" not in act.model_dump_json()


async def test_there_must_be_something_to_hide(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    with pytest.raises(Invalid, match="No number or address was found"):
        async with database.transaction() as session:
            await publish_statement(session, one.id, hiding=True, asking=flo, now=now)
    assert (await numbered(database, consultation, 1)).state is PENDING
    assert await acts(database, space) == []


async def test_keeping_says_that_a_published_statement_was_read(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await published(database, consultation, 1, flo, now - timedelta(days=1))
    async with database.transaction() as session:
        await keep_statement(session, one.id, asking=flo, now=now)
    one = await numbered(database, consultation, 1)
    assert (one.state, one.read_at) == (PUBLISHED, now)
    assert (await acts(database, space))[-1].kind == "statement-kept"
    two = await numbered(database, consultation, 2)
    with pytest.raises(Refused) as refused:
        async with database.transaction() as session:
            await keep_statement(session, two.id, asking=flo, now=now)
    assert refused.value.reason is Reason.STATEMENT_PENDING


async def test_a_duplicate_names_a_published_statement_and_no_other(
    database: Database, consultation: int, flo: Facts, now: datetime
) -> None:
    await published(database, consultation, 2, flo, now)
    one = await numbered(database, consultation, 1)

    async def remove(same_as: int | None) -> None:
        async with database.transaction() as session:
            await remove_statement(
                session,
                one.id,
                reason=RemovalReason.DUPLICATE,
                same_as=same_as,
                asking=flo,
                now=now,
            )

    for wrong in (None, 1, 3, 99):  # none, itself, one that waits, none such
        with pytest.raises(Invalid, match="Write the number of the published statement") as refused:
            await remove(wrong)
        assert refused.value.field == "same_as"
    await remove(2)
    one = await numbered(database, consultation, 1)
    assert (one.removed_for, one.same_as) == ("duplicate", 2)
    with pytest.raises(Gone, match=r"Statement 1 was removed\..*Statement 2 says the same\."):
        in_public(one)


async def test_what_is_in_public_is_read_by_anybody_and_nothing_else(
    database: Database, consultation: int, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    with pytest.raises(NotFound, match="There is no statement 1"):
        in_public(one)
    one = await published(database, consultation, 1, flo, now)
    assert in_public(one) is one
    async with database.transaction() as session:
        await remove_statement(session, one.id, reason=RemovalReason.ABUSIVE, asking=flo, now=now)
    with pytest.raises(Gone, match="Reason: Attacks a person or a group"):
        in_public(await numbered(database, consultation, 1))


@pytest.mark.parametrize("verb", ["publish", "hide", "keep", "remove"])
async def test_the_last_act_can_be_undone_and_both_stay_on_the_record(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime, verb: str
) -> None:
    text = "Ring 01632 960777."
    async with database.transaction() as session:
        await session.exec(update(Statement).where(col(Statement.number) == 1).values(text=text))
    if verb in ("keep", "remove"):
        await published(database, consultation, 1, flo, now)
    before = await numbered(database, consultation, 1)
    async with database.transaction() as session:
        match verb:
            case "keep":
                act = await keep_statement(session, before.id, asking=flo, now=now)
            case "remove":
                reason, note = RemovalReason.ABUSIVE, "Be kind."
                act = await remove_statement(
                    session, before.id, reason=reason, note=note, asking=flo, now=now
                )
            case _:
                hiding = verb == "hide"
                act = await publish_statement(session, before.id, hiding=hiding, asking=flo, now=now)
    later = now + UNDO - timedelta(seconds=1)
    async with database.transaction() as session:
        await undo_act(session, before.id, act_id=act.id or 0, asking=flo, now=later)
    after = await numbered(database, consultation, 1)
    ignored = {"read_at"}
    assert after.model_dump(exclude=ignored) == before.model_dump(exclude=ignored)
    undone = (await acts(database, space))[-1]
    assert (undone.kind, undone.reason, undone.at) == ("moderation-undone", act.kind, later)
    with pytest.raises(Refused) as refused:
        async with database.transaction() as session:
            await undo_act(session, before.id, act_id=act.id or 0, asking=flo, now=later)
    assert refused.value.reason is Reason.CANNOT_UNDO


async def test_nothing_is_undone_after_an_hour_or_out_of_turn_or_by_anybody_else(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    async with database.transaction() as session:
        first = await publish_statement(session, one.id, asking=flo, now=now)
        second = await remove_statement(session, one.id, reason=RemovalReason.ABUSIVE, asking=flo, now=now)
    nobody = Facts(now=now, has_device=True)
    for act, who, moment in (
        (first, flo, now),
        (second, flo, now + UNDO),
        (second, nobody, now),
    ):
        with pytest.raises(Refused):
            async with database.transaction() as session:
                await undo_act(session, one.id, act_id=act.id or 0, asking=who, now=moment)
    assert (await numbered(database, consultation, 1)).state is REMOVED
    assert len(await acts(database, space)) == 2


async def test_of_an_act_and_its_undo_at_one_moment_the_record_tells_the_order(
    database: Database, consultation: int, space: Space, flo: Facts, now: datetime
) -> None:
    one = await numbered(database, consultation, 1)
    async with database.transaction() as session:
        act = await publish_statement(session, one.id, asking=flo, now=now)

    async def undo() -> None:
        async with database.transaction() as session:
            await undo_act(session, one.id, act_id=act.id or 0, asking=flo, now=now)

    answers = await asyncio.gather(*(undo() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    assert [a.kind for a in await acts(database, space)] == ["statement-published", "moderation-undone"]
