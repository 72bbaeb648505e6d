"""The life of a proposal by chance, beside a model: what it says, what was sealed, how far it has come."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from charters.agreements import Kind, State
from charters.enforcement import Refused
from charters.states import ProposalState, Side
from deliberation.drafting.clauses import ClauseText, draft_hash, words_hash
from deliberation.drafting.judging_comments import remove_comment
from deliberation.drafting.sealing import seal
from deliberation.drafting.suggesting import Suggesting, answer_suggestion, suggest
from deliberation.drafting.versions import versions_of
from deliberation.drafting.withdrawing import put_withdrawal
from deliberation.drafting.writing import (
    Clash,
    add_clause,
    move_clause,
    put_back_clause,
    revise_clause,
    take_out_clause,
)
from deliberation.errors import EditConflict, Invalid
from deliberation.opinion.moderation import RemovalReason
from deliberation.spaces.decisions import Decision, decisions_of
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, Writers

PEOPLE, BODIES, NOBODY = ("maryam", "joe", "ann"), ("deepa", "sam"), ("flo", "stranger")
HOUR = timedelta(hours=1)


def hash_of(text: ClauseText | None) -> str:
    return words_hash(text.heading, text.text, text.language) if text is not None else ""


@dataclass
class Waits:
    """A suggestion that waits: on which words, which, and which sides have accepted it."""

    clause: int
    base: str
    text: ClauseText
    who: str
    sides: set[Side] = field(default_factory=set)


@dataclass
class Life:
    """Acts by chance, and what must be true by this model, which stores no more than texts and an order."""

    writers: Writers
    chance: random.Random
    now: datetime = NOON
    says: dict[int, list[ClauseText]] = field(default_factory=lambda: {1: [FIRST], 2: [SECOND]})
    order: list[int] = field(default_factory=lambda: [1, 2])
    out: set[int] = field(default_factory=set)
    waiting: dict[int, Waits] = field(default_factory=dict)
    sealed: list[list[tuple[int, str]]] = field(default_factory=list)
    co_authors: set[str] = field(default_factory=lambda: {"maryam"})
    state: ProposalState = ProposalState.DRAFTING
    words: int = 0

    @property
    def writable(self) -> bool:
        return self.state in (ProposalState.DRAFTING, ProposalState.OPEN)

    def someone(self) -> str:
        return self.chance.choice((*PEOPLE, *BODIES, *BODIES, *NOBODY))

    def may(self, who: str) -> bool:
        return who not in NOBODY and self.writable

    def text(self) -> ClauseText:
        self.words += 1
        return ClauseText(heading=self.chance.choice(("", "A plan")), text=f"Words number {self.words}.")

    def clause(self) -> int:
        return self.chance.choice(sorted(self.says))

    def stands(self, number: int) -> ClauseText | None:
        return self.says[number][-1] if self.says[number] else None

    async def act(
        self, who: str, verb: object, *values: object, clash: bool = False, **more: object
    ) -> object:
        """Let somebody act; that it is refused, clashes or happens is what the model says it is."""
        may = self.may(who)
        try:
            done = await self.writers.do(who, verb, *values, now=self.now, **more)
        except Refused:
            assert not may, f"{who} should have been let in"
            return None
        except Clash:
            assert may
            assert clash, "nothing had changed"
            return None
        assert may, f"{who} has written and may not"
        assert not clash, "what had changed was written over"
        return done if done is not None else True

    async def add(self) -> None:
        who, text = self.someone(), self.text()
        after = self.chance.choice([0, *self.order])
        if await self.act(who, add_clause, 1, text, after=after):
            number = len(self.says) + 1
            self.says[number] = [text]
            place = self.order.index(after) + 1 if after else len(self.order)
            self.order.insert(place, number)
            self.co_authors.add(who)

    async def revise(self) -> None:
        who, number, text = self.someone(), self.clause(), self.text()
        stale = self.chance.random() < 0.2
        shown = "0" * 64 if stale else hash_of(self.stands(number))
        clash = stale or number in self.out
        if await self.act(who, revise_clause, 1, number, text, shown=shown, clash=clash):
            self.says[number].append(text)
            self.co_authors.add(who)

    async def move(self) -> None:
        who, number, up = self.someone(), self.clause(), self.chance.random() < 0.5
        done = await self.act(who, move_clause, 1, number, up=up, clash=number in self.out)
        if done is True:
            at = self.order.index(number)
            other = at - 1 if up else at + 1
            self.order[at], self.order[other] = self.order[other], self.order[at]
            self.co_authors.add(who)
        elif done is False:
            assert self.order.index(number) == (0 if up else len(self.order) - 1)

    async def take_out(self) -> None:
        who, number = self.someone(), self.clause()
        shown = hash_of(self.stands(number))
        if await self.act(who, take_out_clause, 1, number, shown=shown, clash=number in self.out):
            self.order.remove(number)
            self.out.add(number)
            self.co_authors.add(who)

    async def put_back(self) -> None:
        who, number = self.someone(), self.clause()
        if await self.act(who, put_back_clause, 1, number) and number in self.out:
            self.out.remove(number)
            self.order.append(number)
            self.co_authors.add(who)

    async def suggest(self) -> None:
        who, number, text = self.someone(), self.clause(), self.text()
        shown = hash_of(self.stands(number))
        clash = number in self.out or not shown
        given = Suggesting(text=text, shown=shown)
        if made := await self.act(who, suggest, 1, number, given, clash=clash):
            # Whoever suggests does not write yet.
            self.waiting[made.comment_id] = Waits(number, shown, text, who)  # type: ignore[attr-defined]

    async def answer(self) -> None:
        if not self.waiting:
            return
        number = self.chance.choice(sorted(self.waiting))
        one, who = self.waiting[number], self.someone()
        accepts = self.chance.random() < 0.8
        outdated = hash_of(self.stands(one.clause)) != one.base
        more = {"accepts": accepts, "shown": hash_of(one.text), "reason": "It says less than before."}
        try:
            if not await self.act(who, answer_suggestion, number, **more):
                return
        except Invalid:
            assert accepts
            assert outdated
            return
        assert not (accepts and outdated)
        self.co_authors.add(who)
        if not accepts:
            del self.waiting[number]
            return
        one.sides.add(Side.BODY if who in BODIES else Side.PEOPLE)
        if len(one.sides) == len(Side):
            self.says[one.clause].append(one.text)
            self.co_authors.add(one.who)
            del self.waiting[number]

    async def remove(self) -> None:
        """A facilitator takes the newest words of a clause away: those before stand again."""
        standing = {one.clause.number: one for one in await self.writers.draft()}
        number = self.chance.choice(sorted(standing) or [0])
        if not number or standing[number].revision is None:
            return
        words = standing[number].revision.comment_id
        more = {"reason": RemovalReason.OFF_TOPIC, "by": "flo", "now": self.now}
        await self.writers.cast.do("flo", remove_comment, self.writers.cast.space, words, **more)
        self.says[number].pop()

    async def seal(self) -> None:
        who, stale = self.someone(), self.chance.random() < 0.2
        proposal = await self.writers.proposal()
        shown = "0" * 64 if stale else draft_hash(proposal, await self.writers.draft())
        now_says = [(number, hash_of(self.stands(number))) for number in self.order]
        empty = not self.order or any(not hash_ for _, hash_ in now_says)
        may = self.may(who) and who in self.co_authors
        cast = self.writers.cast
        more = {"shown": shown, "key": cast.voter(who), "now": self.now}
        try:
            await cast.do(who, seal, cast.space, 1, **more)
        except Refused:
            assert not may
            return
        except Invalid:
            again = self.state is ProposalState.OPEN and self.sealed and self.sealed[-1] == now_says
            assert empty or again
            return
        except EditConflict:
            assert stale
            return
        assert may
        assert not stale
        assert not empty
        self.sealed.append(now_says)
        self.state = ProposalState.OPEN

    async def withdraw(self) -> None:
        who, cast = self.someone(), self.writers.cast
        try:
            reason = {"reason": "We begin again together in spring.", "key": cast.voter(who)}
            await cast.do(who, put_withdrawal, cast.space, 1, **reason, now=self.now)
        except Refused:
            assert not (self.may(who) and who in self.co_authors)
        except EditConflict:
            pass  # it is being asked already

    async def vote(self) -> None:
        open_ = [one for one in await self.decisions() if one.state is State.OPEN]
        if open_:
            who = self.chance.choice((*PEOPLE, *BODIES))
            yes = self.chance.random() < 0.85
            # Whose time is over is refused; who may turn a key is proven elsewhere.
            with suppress(Refused):
                await self.writers.cast.says(who, self.chance.choice(open_), yes, now=self.now)

    async def wait(self) -> None:
        self.now += self.chance.choice((1, 3, 9)) * DAY
        for decision in await self.decisions():
            if decision.state is State.OPEN and self.now >= decision.closes_at:
                await self.writers.cast.tick(decision, self.now)

    async def decisions(self) -> list[Decision]:
        async with self.writers.cast.database.reading() as session:
            found = await decisions_of(session, self.writers.cast.space.id or 0)
        return [one for one in found if one.kind in (Kind.AGREE_PROPOSAL, Kind.WITHDRAW_PROPOSAL)]

    async def check(self) -> None:
        draft = await self.writers.draft()
        assert [(one.clause.number, one.hash) for one in draft] == [
            (number, hash_of(self.stands(number))) for number in self.order
        ]
        proposal, decisions = await self.writers.proposal(), await self.decisions()
        async with self.writers.cast.database.reading() as session:
            versions = sorted(await versions_of(session, proposal), key=lambda one: one.version.number)
        assert [[(one.number, one.hash) for one in version.clauses] for version in versions] == self.sealed
        # Only a decision of both sides takes it further, and only the newest version is decided.
        ended = {(one.kind, one.state) for one in decisions}
        withdrawn = (Kind.WITHDRAW_PROPOSAL, State.AGREED) in ended
        agreed = (Kind.AGREE_PROPOSAL, State.AGREED) in ended
        assert not (withdrawn and agreed)
        asked = [one for one in decisions if (one.kind, one.state) == (Kind.AGREE_PROPOSAL, State.OPEN)]
        assert len(asked) <= 1
        if withdrawn:
            self.state = ProposalState.WITHDRAWN
        elif agreed:
            self.state = ProposalState.AGREED
        else:
            self.state = ProposalState.OPEN if asked else ProposalState.DRAFTING
        assert proposal.state is self.state
        for one in decisions:
            if one.state is State.AGREED:
                assert all(sum_.turns(one.agreement.rule, side) for side, sum_ in (one.sums or {}).items())

    async def step(self) -> None:
        acts = [
            *[self.add, self.move, self.take_out, self.put_back, self.wait],
            *[self.seal] * 4,
            *[self.revise] * 4,
            *[self.suggest] * 2,
            *[self.answer] * 3,
            *[self.vote] * 5,
            self.remove,
            self.withdraw,
        ]
        await self.chance.choice(acts)()
        self.now += HOUR
        await self.check()


async def live(writers: Writers, seed: int, steps: int) -> Life:
    life = Life(writers, random.Random(seed))
    for _ in range(steps):
        await life.step()
    return life


async def test_a_life_by_chance_is_as_the_model_says(writers: Writers) -> None:
    life = await live(writers, 11, 60)
    assert life.sealed, "something was sealed in it"


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(10, 22))
async def test_many_lives_by_chance_are_as_the_model_says(writers: Writers, seed: int) -> None:
    await live(writers, seed, 120)
