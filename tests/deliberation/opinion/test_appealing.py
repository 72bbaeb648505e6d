"""An appeal: the author asks, one from each side answers, silence and disagreement give the text back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select, update

from charters.agreements import Kind
from charters.appeals import AppealState
from charters.enforcement import Facts, Reason, Refused
from charters.facts import Belonging
from charters.states import Attestation, Role, Side, Standing, StatementState
from deliberation.errors import Invalid
from deliberation.opinion.appealing import Deciding, appeal, decide_appeal, settle_appeals, waiting_appeals
from deliberation.opinion.appeals import AppealVerdict, Removal
from deliberation.opinion.moderation import RemovalReason, remove_statement, undo_act
from deliberation.opinion.own_words import OwnWords
from deliberation.opinion.sealed import erase_sealed
from deliberation.opinion.statements import Statement, StatementText
from deliberation.opinion.submitting import Draft, submit_statement
from deliberation.opinion.taking_part import Visitor
from deliberation.publishing.record import acts_of
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.chartering import agree, break_chain, charter_of

DAY = timedelta(days=1)
PUBLISHED, REMOVED = StatementState.PUBLISHED, StatementState.REMOVED
REMOVER = "pseudonym of flo"
WORDS = "I named nobody."


@dataclass
class Court:
    """A statement by anne that a facilitator has removed, in a space that both sides hold."""

    database: Database
    space: Space
    now: datetime
    flo: Facts
    anne: Visitor
    statement_id: int = 0
    act_id: int = 0

    async def remove(self, reason: RemovalReason = RemovalReason.ABUSIVE, by: str = REMOVER) -> None:
        async with self.database.transaction() as session:
            act = await remove_statement(
                session,
                self.statement_id,
                reason=reason,
                note="A note.",
                by=by,
                asking=self.flo,
                now=self.now,
            )
            self.act_id = act.id or 0

    async def appeal(self, who: Visitor | None = None, words: str = WORDS, after: timedelta = DAY) -> None:
        own = OwnWords(
            visitor=who or self.anne,
            space="avonmere",
            consultation="evenings",
            number=4,
            now=self.now + after,
        )
        async with self.database.transaction() as session:
            await appeal(session, own, words)

    async def decide(
        self,
        side: Side,
        stands: bool,
        *,
        decider: str = "",
        reason: str = "It is so.",
        after: timedelta = 2 * DAY,
    ) -> AppealState:
        deciding = Deciding(
            decider=decider or f"pseudonym of {side}", answer="stands" if stands else "back", reason=reason
        )
        asking = replace(on_side(side, self.now), now=self.now + after)
        async with self.database.transaction() as session:
            return await decide_appeal(
                session, self.statement_id, deciding, asking=asking, now=self.now + after
            )

    async def settle(self, after: timedelta) -> int:
        async with self.database.transaction() as session:
            return await settle_appeals(session, self.now + after)

    async def statement(self) -> Statement:
        async with self.database.reading() as session:
            return (await session.exec(select(Statement).where(Statement.id == self.statement_id))).one()

    async def removal(self) -> Removal | None:
        async with self.database.reading() as session:
            return (await session.exec(select(Removal))).first()

    async def record(self) -> list[tuple[str, Role, str | None, str]]:
        """What the record has of this statement."""
        async with self.database.reading() as session:
            every = await acts_of(session, self.space.id or 0)
        return [(act.kind, act.role, act.reason, act.words) for act in every if act.statement_id]


def on_side(side: Side, now: datetime) -> Facts:
    """Somebody who is signed in and belongs to this side."""
    body = "ods:XX1" if side is Side.BODY else None
    return Facts(
        now=now,
        roles=frozenset({Role.MEMBER if side is Side.PEOPLE else Role.DELEGATE}),
        side=side,
        signed_in=True,
        attestation=Attestation.EMAIL,
        belonging=Belonging(joined_at=now - 20 * DAY, body=body),
    )


@pytest.fixture
async def court(
    database: Database,
    space: Space,
    voting: Consultation,
    flo: Facts,
    visitor: Callable[..., Visitor],
    now: datetime,
) -> Court:
    court = Court(database, space, now, flo, visitor("anne"))
    async with database.transaction() as session:
        text = StatementText(text="Dr Nobody never rings back.")
        draft = Draft(visitor=court.anne, space="avonmere", consultation="evenings", text=text, now=now)
        court.statement_id = (await submit_statement(session, draft)).id
        await session.exec(update(Space).values(standing=Standing.RATIFIED))
        await agree(
            session,
            space,
            charter_of("avonmere", (now - 30 * DAY).date()),
            Kind.ADOPT_CHARTER,
            now=now - 20 * DAY,
        )
    return court


@pytest.mark.parametrize(
    ("people", "body", "reason", "ends", "entered"),
    [
        (False, False, RemovalReason.ABUSIVE, PUBLISHED, "appeal-restored"),
        (True, True, RemovalReason.ABUSIVE, REMOVED, "appeal-upheld"),
        (True, False, RemovalReason.ABUSIVE, PUBLISHED, "appeal-restored"),
        (False, True, RemovalReason.OFF_TOPIC, PUBLISHED, "appeal-restored"),
        (True, False, RemovalReason.UNLAWFUL, REMOVED, "appeal-sealed"),
        (False, True, RemovalReason.IDENTIFYING, REMOVED, "appeal-sealed"),
        (False, False, RemovalReason.IDENTIFYING, PUBLISHED, "appeal-restored"),
    ],
)
async def test_what_one_from_each_side_says_is_done_and_stands_on_the_record(
    court: Court, people: bool, body: bool, reason: RemovalReason, ends: StatementState, entered: str
) -> None:
    await court.remove(reason)
    await court.appeal()
    assert await court.decide(Side.PEOPLE, people, reason="Read it again.") is AppealState.OPEN
    # Until both have answered, nobody reads what the first has said.
    assert [line[0] for line in await court.record()] == ["statement-removed", "appeal-made"]
    await court.decide(Side.BODY, body, reason="As the rule says.", after=3 * DAY)
    statement = await court.statement()
    assert statement.state is ends
    assert (statement.removed_for is None) == (ends is PUBLISHED)
    said = {True: "stands", False: "back"}
    assert (await court.record())[1:] == [
        ("appeal-made", Role.PARTICIPANT, None, ""),
        ("appeal-answered", Role.MEMBER, said[people], "Read it again."),
        ("appeal-answered", Role.DELEGATE, said[body], "As the rule says."),
        (entered, Role.VISITOR, None, ""),
    ]
    removal = await court.removal()
    assert removal is not None
    assert (removal.decided_at, removal.words) == (court.now + 3 * DAY, WORDS)


@pytest.mark.parametrize("answers", [0, 1])
@pytest.mark.parametrize(
    ("reason", "ends"), [(RemovalReason.OFF_TOPIC, PUBLISHED), (RemovalReason.UNLAWFUL, REMOVED)]
)
async def test_the_silence_of_a_side_settles_it_when_its_time_is_over(
    court: Court, answers: int, reason: RemovalReason, ends: StatementState
) -> None:
    await court.remove(reason)
    await court.appeal()
    if answers:
        await court.decide(Side.BODY, True)
    assert await court.settle(15 * DAY - timedelta(seconds=1)) == 0
    assert await court.settle(15 * DAY) == 1
    assert (await court.statement()).state is ends
    assert await court.settle(16 * DAY) == 0
    kinds = [line[0] for line in await court.record()]
    assert kinds.count("appeal-answered") == answers
    assert kinds[-1] == ("appeal-restored" if ends is PUBLISHED else "appeal-sealed")
    with pytest.raises(Refused) as refused:
        await court.decide(Side.PEOPLE, True, after=17 * DAY)
    assert refused.value.reason is Reason.APPEAL_OVER or ends is PUBLISHED


async def test_where_the_charter_does_not_verify_an_appeal_waits(court: Court) -> None:
    await court.remove()
    await court.appeal()
    async with court.database.transaction() as session:
        await break_chain(session)
    assert await court.settle(15 * DAY) == 0
    assert (await court.statement()).state is REMOVED


async def test_only_the_author_appeals_once_and_in_time(
    court: Court, visitor: Callable[..., Visitor]
) -> None:
    for who, after, why in (
        (court.anne, DAY, Reason.NOT_REMOVED),
        (visitor("bob"), DAY, Reason.NOT_THE_AUTHOR),
        (court.anne, 14 * DAY, Reason.APPEAL_OVER),
    ):
        with pytest.raises(Refused) as refused:
            await court.appeal(who, after=after)
        assert refused.value.reason is why
        if why is Reason.NOT_REMOVED:
            await court.remove()
    for words, message in (("  ", "Write why"), ("x" * 501, "Shorten it to 500")):
        with pytest.raises(Invalid, match=message):
            await court.appeal(words=words)
    await court.appeal(after=14 * DAY - timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        await court.appeal()
    assert refused.value.reason is Reason.APPEAL_OVER
    assert [line[0] for line in await court.record()] == ["statement-removed", "appeal-made"]


async def test_without_two_sides_there_is_nobody_to_appeal_to(court: Court) -> None:
    await court.remove()
    async with court.database.transaction() as session:
        await session.exec(update(Space).values(standing=Standing.TRIAL))
    with pytest.raises(Refused) as refused:
        await court.appeal()
    assert refused.value.reason is Reason.TRIAL_DECIDES_NOTHING


async def test_who_removed_it_or_wrote_it_or_is_on_no_side_does_not_decide(court: Court) -> None:
    await court.remove()
    with pytest.raises(Refused) as refused:
        await court.decide(Side.PEOPLE, False)
    assert refused.value.reason is Reason.NO_APPEAL
    await court.appeal()
    author = court.anne.pseudonym(court.space.id or 0)
    for decider in (REMOVER, author):
        with pytest.raises(Refused) as refused:
            await court.decide(Side.PEOPLE, False, decider=decider)
        assert refused.value.reason is Reason.OWN_CASE
    async with court.database.transaction() as session:
        with pytest.raises(Refused) as refused:
            await decide_appeal(
                session,
                court.statement_id,
                Deciding(decider="pseudonym of nobody", answer="back", reason="So."),
                asking=court.flo,
                now=court.now + DAY,
            )
    assert refused.value.reason is Reason.NEEDS_SIDE
    with pytest.raises(Invalid, match="Write why"):
        await court.decide(Side.PEOPLE, False, reason=" ")
    assert (await court.statement()).state is REMOVED


async def test_a_side_answers_once_also_when_two_answers_arrive_at_one_moment(court: Court) -> None:
    await court.remove()
    await court.appeal()
    answers = await asyncio.gather(
        *(court.decide(Side.PEOPLE, stands, decider=f"member {stands}") for stands in (True, False)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    async with court.database.reading() as session:
        assert len((await session.exec(select(AppealVerdict))).all()) == 1
    assert (await court.statement()).state is REMOVED


async def test_what_waits_is_listed_with_the_side_that_has_answered(court: Court) -> None:
    await court.remove()
    await court.appeal()
    await court.decide(Side.PEOPLE, True)
    async with court.database.reading() as session:
        [case] = await waiting_appeals(session, court.space.id or 0)
    assert case.statement.text == "Dr Nobody never rings back."
    assert (case.removal.words, case.role, case.answered) == (WORDS, Role.FACILITATOR, {Side.PEOPLE})
    await court.decide(Side.BODY, True)
    async with court.database.reading() as session:
        assert await waiting_appeals(session, court.space.id or 0) == []


async def test_a_removal_that_is_undone_leaves_nothing_to_appeal_against(court: Court) -> None:
    await court.remove()
    async with court.database.transaction() as session:
        await undo_act(session, court.statement_id, act_id=court.act_id, asking=court.flo, now=court.now)
    assert await court.removal() is None
    with pytest.raises(Refused) as refused:
        await court.appeal()
    assert refused.value.reason is Reason.NOT_REMOVED


async def test_what_came_back_can_be_removed_and_appealed_against_again(court: Court) -> None:
    await court.remove()
    await court.appeal()
    for side in Side:
        await court.decide(side, False)
    court.now += 3 * DAY
    await court.remove(RemovalReason.OFF_TOPIC)
    removal = await court.removal()
    assert removal is not None
    assert (removal.appealed_at, removal.words, removal.removed_at) == (None, "", court.now)
    await court.appeal()
    for side in Side:
        await court.decide(side, True)
    assert (await court.statement()).state is REMOVED


async def erase(court: Court, after: timedelta) -> None:
    async with court.database.transaction() as session:
        await erase_sealed(session, court.now + after)


async def test_a_removed_text_is_erased_when_its_time_is_over_with_all_that_was_said_of_it(
    court: Court,
) -> None:
    await court.remove()
    await court.appeal()
    for side in Side:
        await court.decide(side, True)
    await erase(court, 90 * DAY - timedelta(seconds=1))
    assert (await court.statement()).text == "Dr Nobody never rings back."
    await erase(court, 90 * DAY)
    gone, removal = await court.statement(), await court.removal()
    assert removal is not None
    assert (gone.text, gone.removed_note, gone.removed_for) == ("[…]", "", "abusive")
    assert (removal.words, removal.removed_by) == ("", "")
    async with court.database.reading() as session:
        assert {one.decider for one in await session.exec(select(AppealVerdict))} == {""}
        kept = select(Statement.text).where(col(Statement.id) != court.statement_id)
        assert "[…]" not in set(await session.exec(kept))


async def test_a_text_is_not_erased_while_an_appeal_on_it_is_open(court: Court) -> None:
    await court.remove()
    await court.appeal()
    await erase(court, 91 * DAY)
    assert (await court.statement()).text == "Dr Nobody never rings back."
    await court.settle(91 * DAY)
    assert (await court.statement()).state is PUBLISHED


async def test_a_text_that_was_removed_before_removals_were_kept_is_erased_too(court: Court) -> None:
    await court.remove()
    async with court.database.transaction() as session:
        removal = (await session.exec(select(Removal))).one()
        await session.delete(removal)
    await erase(court, 90 * DAY - timedelta(seconds=1))
    assert (await court.statement()).text != "[…]"
    await erase(court, 90 * DAY)
    assert (await court.statement()).text == "[…]"
