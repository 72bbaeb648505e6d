"""Random acts of everybody, in the database: nothing is agreed without both keys, rightfully turned."""

import asyncio
import random
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, update

from charters.agreements import State
from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import Role, Side
from deliberation.errors import EditConflict, Invalid
from deliberation.people.memberships import Membership
from deliberation.spaces.answering import take_answers_back
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import Decision, decisions_of, due_decisions
from deliberation.spaces.opening import open_consultation, revise_consultation
from deliberation.spaces.putting_charters import put_amendment
from deliberation.spaces.putting_consultations import put_last_day, put_opening
from deliberation.spaces.putting_people import put_facilitator
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import CHARTER, DAY, NOON
from tests.deliberation.spaces.test_deciding import FRAMED, REASON, amended, framed
from tests.framing import PROMISE


@dataclass
class Signed:
    """What the test itself knows of an answer that was taken."""

    yes: bool
    side: Side
    body: str | None
    text: str
    at: datetime


@dataclass
class Play:
    """Acts by chance, and what is true of everybody in other words than the program's."""

    cast: Cast
    chance: random.Random
    consultation: Consultation
    now: datetime = NOON
    place: dict[str, tuple[Side, str | None, datetime, bool]] = field(default_factory=dict)
    keyless: set[str] = field(default_factory=lambda: {"flo"})
    taken: dict[int, dict[str, Signed]] = field(default_factory=lambda: defaultdict(dict))
    texts: set[str] = field(default_factory=lambda: {"0" * 64})

    async def decisions(self) -> list[Decision]:
        async with self.cast.database.reading() as session:
            assert self.cast.space.id is not None
            return await decisions_of(session, self.cast.space.id)

    def could(self, name: str, decision: Decision, shown: str) -> bool:
        if name not in self.place or name in self.keyless:
            return False
        _, _, joined, founder = self.place[name]
        in_time = decision.state is State.OPEN and self.now < decision.closes_at
        waited = founder or self.now - joined >= timedelta(days=7)
        return in_time and shown == decision.text and joined <= decision.opened_at and waited

    async def answer(self) -> None:
        known = await self.decisions()
        if not known:
            return
        decision, name = self.chance.choice(known[:4]), self.anybody()
        shown = decision.text if self.chance.random() < 0.9 else self.chance.choice(sorted(self.texts))
        yes, may = self.chance.random() < 0.8, self.could(name, decision, shown)
        refused = ""
        try:
            await self.cast.says(name, decision, yes, now=self.now, shown=shown)
        except Refused as error:
            refused = error.reason
        if refused:
            assert not may or refused == Reason.DORMANT, f"{name} should have turned their key"
            return
        assert may, f"{name} has turned a key that is not theirs"
        assert decision.id is not None
        side, body, _, _ = self.place[name]
        self.taken[decision.id][name] = Signed(yes, side, body, shown, self.now)

    async def put(self) -> None:
        until, last = self.now + 50 * DAY, self.now + self.chance.randint(20, 60) * DAY
        verbs: list[tuple[Any, list[Any], dict[str, Any]]] = [
            (put_opening, [self.consultation.id], {"promise": PROMISE}),
            (put_last_day, [self.consultation.id], {"closes_at": last, "reason": REASON}),
            (put_amendment, [self.cast.space, amended(self.chance.randint(15, 40))], {"reason": REASON}),
            (
                put_facilitator,
                [self.cast.space, f"{self.chance.choice('ab')}@example.org"],
                {"name": "Gwen", "until": until, "reason": REASON},
            ),
        ]
        verb, values, more = self.chance.choice(verbs)
        who = "flo" if verb in (put_opening, put_last_day) else self.anybody()
        with suppress(Refused, Invalid, EditConflict):
            decision = await self.cast.do(who, verb, *values, **more, now=self.now)
            self.texts.add(decision.text)

    async def alone(self) -> None:
        """What both sides must open, nobody opens: whoever tries."""
        who = self.anybody()
        with pytest.raises(Refused):
            await self.cast.do(who, open_consultation, self.consultation.id, promise=PROMISE, now=self.now)

    async def revise(self) -> None:
        text = FRAMED.model_copy(update={"title": f"Evenings {self.chance.randint(1, 3)}"})
        days = {"opens_at": None, "closes_at": self.now + 80 * DAY, "answer_by": self.now + 90 * DAY}
        with suppress(Refused, Invalid):
            await self.cast.do("flo", revise_consultation, self.consultation.id, text, **days, now=self.now)

    async def join(self) -> None:
        name = f"new{len(self.cast.accounts)}"
        body = self.chance.choice(["", "XX1", "XX2"])
        await self.cast.join(name, Role.DELEGATE if body else Role.MEMBER, body=body, since=self.now)
        side = Side.BODY if body else Side.PEOPLE
        self.place[name] = (side, f"ods:{body}" if body else None, self.now, False)

    async def leave(self) -> None:
        name = self.chance.choice(sorted(self.place))
        if self.place[name][3]:
            return
        side, _, _, _ = self.place.pop(name)
        async with self.cast.database.transaction() as session:
            await session.exec(
                update(Membership)
                .where(col(Membership.account_id) == self.cast.accounts[name])
                .values(until=self.now)
            )
            assert self.cast.space.id is not None
            await take_answers_back(session, self.cast.space.id, f"pseudonym of {name}")
        for decision in await self.decisions():
            if decision.state is State.OPEN and side is Side.PEOPLE and decision.id is not None:
                self.taken[decision.id].pop(name, None)

    async def wait(self) -> None:
        self.now += timedelta(hours=self.chance.choice([1, 5, 24, 24 * 8]))
        async with self.cast.database.reading() as session:
            due = await due_decisions(session, self.now)
        for decision in await self.decisions():
            if (decision.space_id, decision.id) in due:
                await self.cast.tick(decision, self.now)

    def anybody(self) -> str:
        return self.chance.choice([*sorted(self.place), "flo", "somebody"])

    async def check(self) -> int:
        """Every agreement so far has a rightful yes of each side, of two people, and enough of them."""
        agreed = 0
        for decision in await self.decisions():
            if decision.state is not State.AGREED or decision.id not in self.taken:
                continue
            agreed += 1
            given = [one for one in self.taken[decision.id].values() if one.text == decision.text]
            rule = decision.agreement.rule
            for side in Side:
                yes = {one.body or id(one) for one in given if one.side is side and one.yes}
                voted = {one.body or id(one) for one in given if one.side is side}
                assert yes, f"{decision.kind} was agreed without the key of {side}"
                assert len(voted) >= rule.quorum.of(side)
        return agreed


async def play(database: Database, seed: int, acts: int) -> int:
    cast = await two_sides(database)
    game = Play(cast, random.Random(seed), await framed(cast, closes_at=NOON + 80 * DAY))
    for name, founder in (("maryam", True), ("joe", True), ("ann", False)):
        game.place[name] = (Side.PEOPLE, None, NOON - 30 * DAY, founder)
    game.place["deepa"] = (Side.BODY, "ods:XX1", NOON - 30 * DAY, True)
    game.place["sam"] = (Side.BODY, "ods:XX2", NOON - 30 * DAY, False)
    kinds = [game.answer] * 8 + [game.put] * 3 + [game.join, game.leave, game.wait, game.alone, game.revise]
    found = 0
    for _ in range(acts):
        await game.chance.choice(kinds)()
        found = await game.check()
    return found


async def test_nothing_is_agreed_without_both_keys_whatever_anybody_does(database: Database) -> None:
    assert await play(database, seed=11, acts=60) > 0


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(8))
async def test_nothing_is_agreed_without_both_keys_in_long_histories(database: Database, seed: int) -> None:
    await play(database, seed=seed, acts=400)


async def test_two_keys_turned_at_the_same_moment_agree_once(database: Database) -> None:
    cast = await two_sides(database)
    consultation = await framed(cast)
    decision = await cast.do("flo", put_opening, consultation.id, promise=PROMISE, now=NOON)
    names = ("maryam", "joe", "deepa", "sam")

    async def sign(name: str) -> bool:
        try:
            await cast.says(name, decision, now=NOON + DAY)
        except Refused:
            return False
        return True

    done = await asyncio.gather(*map(sign, names))
    assert (await cast.kept(decision)).state is State.AGREED
    assert any(done[:2])
    assert any(done[2:])
    assert CHARTER.version == 1
