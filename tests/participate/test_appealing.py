"""Appealing as a person does it: the author writes why, one from each side answers, the record tells."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart
from sqlmodel import update

from charters.agreements import Kind
from charters.states import Standing
from deliberation.people.accounts import Account
from deliberation.spaces.spaces import Space
from participate import worker
from tests.chartering import agree, charter_of, join_body, join_people
from tests.participate.conftest import Cast, hold_evenings
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere/evenings"
OWN = f"{HERE}/statements/5/appeal"
APPEALS, RECORD = "/spaces/avonmere/appeals", "/spaces/avonmere/record"
TEXT = "Somebody at the desk never listens."
WORDS = "I named nobody, and it is about the question."


@dataclass
class Hearing:
    """`author` has written statement 5, which flo has removed; `mia` is a member, `dan` a delegate."""

    author: Person
    flo: Person
    mia: Person
    dan: Person

    async def appeal(self, words: str = WORDS) -> Page:
        return await self.author.send((await self.author.get(OWN)).form("/appeal"), words=words)

    async def answer(self, person: Person, answer: str, reason: str) -> Page:
        form = (await person.get(APPEALS)).form("/decide")
        return await person.send(form, answer=answer, reason=reason)


@pytest.fixture
async def hearing(app: Quart, cast: Cast, clock: Clock, link_for: Callable[[str], Awaitable[str]]) -> Hearing:
    before = clock() - timedelta(days=20)
    async with app.extensions["database"].transaction() as session:
        await hold_evenings(session, cast.avonmere, clock)
        await session.exec(update(Space).values(standing=Standing.RATIFIED))
        policy = charter_of("avonmere", before.date())
        await agree(session, cast.avonmere, policy, Kind.ADOPT_CHARTER, now=before)
        await join_people(session, cast.avonmere, "mia", since=before)
        await join_body(session, cast.avonmere, "dan", since=before)
    people = {}
    for name in ("mia", "dan"):
        people[name] = Person(app)
        page = await people[name].get(await link_for(f"{name}@example.org"))
        await people[name].send(page.forms()[0], follow=False)
    author = cast.stranger
    await author.send((await author.get(HERE)).form("/statements"), text=TEXT)
    queue = await cast.flo.get(f"{HERE}/moderation/5")
    await cast.flo.send(queue.form("/remove"), reason="abusive", note="Attacks the staff.")
    return Hearing(author, cast.flo, **people)


async def test_an_author_wins_an_appeal(hearing: Hearing) -> None:
    told = await hearing.author.get(HERE)
    assert f'href="{OWN}"' in told.html
    page = await hearing.author.get(OWN)
    for said in (TEXT, "Reason: Attacks a person or a group.", "Attacks the staff.", "16 March 2026"):
        assert said in page.text
    page = await hearing.appeal()
    assert "You have appealed. It is decided by Monday 16 March 2026 at the latest." in page.text
    assert WORDS in page.text
    assert "those who may decide it on both sides can read its words too" in page.text
    assert "Only you" not in page.text
    assert f'href="{APPEALS}"' in (await hearing.mia.get("/spaces/avonmere")).html
    for decider in (hearing.mia, hearing.dan):
        page = await decider.get(APPEALS)
        for said in (TEXT, WORDS, "Removed by a facilitator. Reason: Attacks a person or a group."):
            assert said in page.text
    page = await hearing.answer(hearing.mia, "back", "It is about the desk.")
    assert "Your answer is kept." in page.text
    assert "Your side has answered. The other side has not yet." in page.text
    assert TEXT not in page.text
    assert "It is about the desk." not in (await hearing.author.get(RECORD)).text
    page = await hearing.answer(hearing.dan, "back", "Nobody is attacked.")
    assert "No appeal waits now." in page.text
    assert "Both sides have answered: the text is back." in page.text
    assert f'href="{HERE}/statements/5"' in page.html
    page = await hearing.author.get(OWN)
    assert "Your appeal has won: the statement is back." in page.text
    assert "Nobody is attacked." in page.text
    record = (await hearing.author.get(RECORD)).text
    for said in (
        "Appeal decided: the text is back",
        "By the people’s side. Reason: the text comes back. It is about the desk.",
        "Nobody is attacked.",
    ):
        assert said in record
    assert WORDS not in record
    assert (await Person(hearing.author.app).get(f"{HERE}?statement=5")).status == 200


async def test_who_answers_second_reads_that_it_stays_removed(hearing: Hearing) -> None:
    await hearing.appeal()
    await hearing.answer(hearing.mia, "stands", "It attacks the staff.")
    page = await hearing.answer(hearing.dan, "stands", "So it does.")
    assert "Both sides say that the removal is right. It stays removed. The record" in page.text
    assert "Only you can still read its words." in (await hearing.author.get(OWN)).text


async def test_who_is_on_no_side_reads_that_it_waits_and_not_what_was_removed(
    hearing: Hearing, cast: Cast, person: Person
) -> None:
    await hearing.appeal()
    for anybody in (person, cast.cai, hearing.flo, hearing.author):
        page = await anybody.get(APPEALS)
        assert page.status == 200
        assert "Until Monday 16 March 2026" in page.text
        assert "One person from each side decides. Only they are shown the words." in page.text
        assert TEXT not in page.html
        assert WORDS not in page.html
        assert "/decide" not in page.html
    assert (await person.get(OWN)).status == 404
    form = (await hearing.mia.get(APPEALS)).form("/decide")
    answer = {"answer": "back", "reason": "So it is."}
    page = await cast.cai.post(form.action, {**form.fields, **answer, "token": await token(cast.cai)})
    assert page.status == 403


async def token(somebody: Person) -> str:
    return (await somebody.get("/")).forms()[0].fields["token"]


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(hearing: Hearing) -> None:
    for words, wrong in (("", "Write why"), ("x" * 501, "You wrote 501 characters. Shorten it to 500")):
        page = await hearing.appeal(words)
        assert page.status == 422
        assert page.text.count(wrong) == 2
        assert page.form("/appeal").fields["words"].strip() == words
    await hearing.appeal()
    for fields, wrong in (
        ({"answer": "", "reason": "Because."}, "Choose whether it stays removed or comes back."),
        ({"answer": "perhaps", "reason": "Because."}, "Choose whether it stays removed or comes back."),
        ({"answer": "back", "reason": ""}, "Write why"),
    ):
        page = await hearing.answer(hearing.dan, **fields)
        assert page.status == 422
        assert page.text.count(wrong) == 2
        assert page.form("/decide").fields["reason"].strip() == fields["reason"]
    assert "No appeal waits now." not in (await hearing.dan.get(APPEALS)).text


async def test_the_worker_settles_what_a_side_leaves_unanswered(
    app: Quart, hearing: Hearing, clock: Clock
) -> None:
    await hearing.appeal()
    await hearing.answer(hearing.dan, "stands", "It attacks the staff.")
    clock.pass_(days=14)
    await worker.settle_appeals(app.extensions["database"], clock())
    assert "Your appeal has won: the statement is back." in (await hearing.author.get(OWN)).text
    record = (await hearing.author.get(RECORD)).text
    assert "By the side of the health bodies. Reason: the removal is right." in record
    assert "By the rules of this space." in record


async def test_after_its_time_there_is_nothing_to_appeal_with(hearing: Hearing, clock: Clock) -> None:
    clock.pass_(days=14)
    page = await hearing.author.get(OWN)
    assert "The time to appeal was over on Monday 16 March 2026." in page.text
    assert "/appeal" not in {form.action for form in page.forms()}
    clock.pass_(days=90)
    await worker.erase_sealed(hearing.author.app.extensions["database"], clock())
    page = await hearing.author.get(OWN)
    assert TEXT not in page.text
    assert "Its words were erased" in page.text


async def test_both_sides_read_what_the_operator_hid_and_confirm_it(
    app: Quart, hearing: Hearing, cast: Cast, stored: Any, clock: Clock
) -> None:
    async with stored.database.transaction() as session:
        cai = Account.address == "cai@example.org"
        await session.exec(update(Account).where(cai).values(operator=True))  # type: ignore[arg-type]
    form = (await cast.cai.get(f"{HERE}/statements/2/hide")).form("/hide")
    await cast.cai.send(form, ground="A court has forbidden to publish this.")
    everybody = await hearing.author.get(APPEALS)
    assert "Only the two sides are shown the words." in everybody.text
    assert "Open on Saturdays." not in everybody.html
    for decider in (hearing.mia, hearing.dan):
        page = await decider.get(APPEALS)
        assert "Open on Saturdays." in page.text
        path = re.search(r'href="(/spaces/avonmere/decisions/\d+)"', page.html)[1]  # type: ignore[index]
        decision = await decider.get(path)
        assert "Legal ground" in decision.text
        assert "A court has forbidden to publish this." in decision.text
        await decider.send(decision.form(path), answer="yes")
    await worker.end_hidings(app.extensions["database"], clock())
    record = (await hearing.author.get(RECORD)).text
    assert "Hiding confirmed by both sides: the statement stays removed" in record
    clock.pass_(days=4)
    await worker.end_hidings(app.extensions["database"], clock())
    assert (await hearing.author.get(f"{HERE}?statement=2")).status == 410


async def test_in_a_space_without_sides_the_author_is_told_so(hearing: Hearing, stored: Any) -> None:
    await stored.change(Space, standing=Standing.TRIAL)
    page = await hearing.author.get(OWN)
    assert "This space has no two sides, so nobody can decide an appeal here." in page.text
    assert "undo a removal within an hour" in page.text
    assert "This space has no two sides" in (await hearing.mia.get(APPEALS)).text
