"""Writing in a clause together, over the connection that the page opens."""

import asyncio
import json
from contextlib import AsyncExitStack, suppress

import pytest
from quart import Quart
from quart.testing.connections import WebsocketDisconnectError, WebsocketResponseError
from sqlalchemy.exc import OperationalError

from charters.states import ProposalState, Role
from deliberation.drafting.clauses import Revision
from deliberation.drafting.judging_comments import remove_comment
from deliberation.drafting.live import purging
from deliberation.drafting.live.document import Document, Written
from deliberation.drafting.live.keeping import stored_text
from deliberation.drafting.live.purging import purge
from deliberation.drafting.live.tables import ClauseSnapshot, ClauseUpdate, LiveText, Presence
from deliberation.drafting.proposals import CoAuthor, Proposal
from deliberation.opinion.moderation import RemovalReason
from deliberation.own_data.letting_go_of_drafts import let_go_of_drafts
from deliberation.people.memberships import end_service
from participate import access
from participate.app import create_app
from participate.live import house as houses
from participate.live.forgetting import forget_live_texts
from participate.live.house import House
from participate.settings import Settings
from tests.both_sides import Cast
from tests.deliberation.drafting.conftest import FIRST
from tests.participate.conftest import Stored
from tests.participate.test_clauses import HERE, ann, deepa, save, sided
from tests.people import Clock, Person
from tests.typing_together import typing

__all__ = ["ann", "deepa", "sided"]
LIVE = f"{HERE}/clauses/1/live"


def house(app: Quart) -> House:
    found: House = app.extensions["live"]
    return found


async def kept(app: Quart, clause_id: int = 1) -> str:
    """What a document made of all that is stored says."""
    async with app.extensions["database"].reading() as session:
        return Document((await stored_text(session, clause_id)).parts).written.text


async def test_two_who_write_at_once_read_the_same(app: Quart, ann: Person, deepa: Person) -> None:
    async with typing(ann) as one, typing(deepa) as other:
        assert one.text == other.text == FIRST.text
        await one.type(f"First: {one.text}")
        await other.add(" At the end.")
        await one.stored()
        await other.stored()
        both = f"First: {FIRST.text} At the end."
        await one.until(lambda: one.text == both)
        await other.until(lambda: other.text == both)
        assert await kept(app) == both


async def test_what_is_acknowledged_is_stored_with_who_delivered_it(
    app: Quart, ann: Person, stored: Stored
) -> None:
    async with typing(ann) as one:
        assert await stored.count(ClauseUpdate) == 0
        await one.add("!")
        await one.stored()
        assert await stored.count(ClauseUpdate) == 1
        async with app.extensions["database"].reading() as session:
            update = await session.get(ClauseUpdate, 1)
            author = await session.get(CoAuthor, 2)
        assert author.name == "Ann"
        assert update.author_id == author.author_id
        assert len(update.connection) == 22
    assert "Ann (People)" in (await ann.get(HERE)).text


async def test_reading_alone_makes_nobody_a_writer(ann: Person, stored: Stored) -> None:
    async with typing(ann):
        pass
    assert await stored.count(CoAuthor) == 1


async def test_it_is_still_there_after_everybody_left(app: Quart, ann: Person, stored: Stored) -> None:
    async with typing(ann) as one:
        for word in (" one", " two", " three"):
            await one.add(word)
        await one.stored()
    assert house(app).rooms == {}
    assert await stored.count(ClauseUpdate) == 0, "updates are made one when the room closes"
    assert await stored.count(ClauseSnapshot) == 1
    async with typing(ann) as one:
        assert one.text == f"{FIRST.text} one two three"


async def test_what_was_written_offline_joins_what_others_wrote_meanwhile(ann: Person, deepa: Person) -> None:
    async with typing(ann) as one:
        pass
    async with typing(deepa) as other:
        await other.type(f"Deepa first. {other.text}")
        await other.stored()
    offline = one.document
    offline.put(Written(offline.written.heading, f"{offline.written.text} Ann last."))
    async with typing(ann) as again:
        await again.send(offline.since(again.document.vector))
        await again.stored()
        again.document.take(offline.whole)
        assert again.text == f"Deepa first. {FIRST.text} Ann last."


async def test_saving_goes_the_one_way_and_the_room_is_told(
    app: Quart, ann: Person, deepa: Person, stored: Stored
) -> None:
    async with typing(ann) as one, typing(deepa) as other:
        before = one.saved
        await one.add(" And more.")
        await one.stored()
        await save(ann, text=one.text, heading=FIRST.heading, live=str(one.generation))
        assert await stored.count(Revision) == 3
        await house(app).look()
        await other.until(lambda: other.saved != before)
        await other.add(" From Deepa.")
        await other.stored()
        # Her form knows of the words that Ann has saved, so nothing clashes.
        page = await save(deepa, text=other.text, heading=FIRST.heading, shown=other.saved, live="1")
        assert "Your words stand in the clause now." in page.text
    assert f"{FIRST.text} And more. From Deepa.".replace("**", "") in (await ann.get(HERE)).text


async def test_what_is_saved_by_form_comes_to_those_who_have_nothing_unsaved(
    app: Quart, ann: Person, deepa: Person
) -> None:
    async with typing(ann) as one:
        await save(deepa, text="By the form alone.", heading=FIRST.heading)
        await house(app).look()
        await one.until(lambda: one.text == "By the form alone.")


async def test_unsaved_words_are_never_written_over(app: Quart, ann: Person, deepa: Person) -> None:
    async with typing(ann) as one:
        await one.type("Mine, unsaved.")
        await one.stored()
        await save(deepa, text="By the form alone.", heading=FIRST.heading)
        await house(app).look()
        assert await kept(app) == "Mine, unsaved."
        page = await save(ann, text=one.text, heading=FIRST.heading, shown=one.saved, live="1")
        assert page.status == 409
        assert "By the form alone." in page.text
        # What is made of both goes into the shared text as well.
        page = await ann.send(page.form("/change"), text="Of both.", language="en")
        assert "Your words stand in the clause now." in page.text
        await house(app).look()
        await one.until(lambda: one.text == "Of both.")


async def test_who_is_here_is_told_by_name_side_and_clause(
    app: Quart, ann: Person, deepa: Person, clock: Clock
) -> None:
    async with typing(ann) as one:
        clock.pass_(seconds=1)
        async with typing(deepa, clause=2):
            await house(app).tell_around()
            await one.until(lambda: len(one.here) == 2)
            assert one.here == [
                {"name": "Ann", "role": "member", "clause": 1, "me": True},
                {"name": "Deepa, Avonmere Trust", "role": "delegate", "clause": 2, "me": False},
            ]
        await one.until(lambda: len(one.here) == 1)


async def test_those_who_write_see_clauses_come_move_and_go(app: Quart, ann: Person, deepa: Person) -> None:
    async with typing(ann) as one:
        await house(app).tell_around()
        await one.until(lambda: one.order == [1, 2])
        await deepa.send((await deepa.get(f"{HERE}/clauses/2/change")).form("/move"), way="up")
        await house(app).look()
        await one.until(lambda: one.order == [2, 1])
        await deepa.send(
            (await deepa.get(f"{HERE}/clauses/add")).form("/add"), text="A third.", language="en"
        )
        await house(app).look()
        await one.until(lambda: one.order == [2, 1, 3])
        await deepa.send((await deepa.get(f"{HERE}/clauses/2/take-out")).form("/take-out"))
        await house(app).look()
        await one.until(lambda: one.order == [1, 3])
        assert "Clause 3" in (await ann.get(f"{HERE}/clauses/1/change")).text


async def test_nobody_is_here_once_all_have_gone(ann: Person, stored: Stored) -> None:
    async with typing(ann):
        assert await stored.count(Presence) == 1
    assert await stored.count(Presence) == 0


async def test_a_page_elsewhere_cannot_open_it(ann: Person) -> None:
    for origin in ("https://evil.example", "null", ""):
        with pytest.raises(WebsocketResponseError) as refused:
            async with typing(ann, origin=origin):
                pass
        assert refused.value.response.status_code == 403


async def test_whoever_may_not_write_is_not_let_in(person: Person, sided: Cast, ann: Person) -> None:
    for who, address, why in (
        (person, LIVE, 4403),
        (ann, LIVE.replace("clauses/1", "clauses/9"), 4404),
        (ann, LIVE.replace("avonmere", "elsewhere"), 4404),
    ):
        await who.get(HERE)
        async with who.client.websocket(address, headers={"Origin": "http://localhost"}) as socket:
            with pytest.raises(WebsocketDisconnectError) as closed:
                await socket.receive()
        assert closed.value.args == (why,)


async def test_somebody_who_was_taken_off_their_side_is_stopped_at_the_next_letter(
    app: Quart, ann: Person, sided: Cast, clock: Clock, stored: Stored
) -> None:
    async with typing(ann) as one:
        await one.add("!")
        await one.stored()
        async with app.extensions["database"].transaction() as session:
            await end_service(session, sided.space.id, sided.accounts["ann"], Role.MEMBER, now=clock())
        await one.add("?")
        with pytest.raises(WebsocketDisconnectError):
            await one.stored()
        assert one.closed == 4403
    assert await kept(app) == f"{FIRST.text}!"


async def test_somebody_who_was_taken_off_their_side_and_only_reads_is_sent_away(
    app: Quart, ann: Person, sided: Cast, clock: Clock
) -> None:
    async with typing(ann) as one:
        async with app.extensions["database"].transaction() as session:
            await end_service(session, sided.space.id, sided.accounts["ann"], Role.MEMBER, now=clock())
        await house(app).look()
        with pytest.raises(WebsocketDisconnectError):
            await one.until(lambda: False)
        assert one.closed == 4403


async def test_a_device_that_signs_out_is_sent_away(app: Quart, ann: Person) -> None:
    async with typing(ann) as one:
        await ann.send((await ann.get(HERE)).form("/sign-out"))
        await house(app).look()
        with pytest.raises(WebsocketDisconnectError):
            await one.until(lambda: False)
        assert one.closed in (4403, 4404)


async def test_an_agreed_proposal_is_written_in_no_more(app: Quart, ann: Person) -> None:
    async with typing(ann) as one:
        async with app.extensions["database"].transaction() as session:
            (await session.get(Proposal, 1)).state = ProposalState.AGREED
        await one.add("?")
        with pytest.raises(WebsocketDisconnectError):
            await one.stored()
    assert await kept(app) == FIRST.text


async def test_what_cannot_be_read_or_is_too_much_closes_the_connection_alone(
    app: Quart, ann: Person, deepa: Person
) -> None:
    async with typing(deepa) as other:
        for message, why in (
            (b"\x00\x00\x00\x01\xff\xff\xff", 4413),
            (b"\x00" * (64 * 1024 + 1), 4413),
            (b"\x00\x00\x00\x01" + Document().put(Written("", "long " * 2_000)), 4413),
            ("no json", 4400),
            (json.dumps({"generation": 1, "vector": "%"}), 4400),
        ):
            async with typing(ann) as one:
                await one.socket.send(message)
                with pytest.raises(WebsocketDisconnectError):
                    await one.until(lambda: False)
                assert one.closed == why, message[:20]
        await other.add(" Still here.")
        await other.stored()
    assert await kept(app) == f"{FIRST.text} Still here."


async def test_a_reader_who_is_too_slow_is_dropped_and_nobody_waits(
    app: Quart, ann: Person, deepa: Person
) -> None:
    async with typing(deepa) as slow, typing(ann) as one:
        [line] = [line for line in house(app).rooms[1].lines if line.writer.speaker.name == "Deepa"]
        for _ in range(100):
            line.say(here=[])
        await one.add("!")
        await one.stored()
        with pytest.raises(WebsocketDisconnectError):
            await slow.until(lambda: False)
        assert slow.closed == 4408


SECRET = "Ring Mr Prosser on Elm Row"


async def anywhere(app: Quart, words: str) -> list[str]:
    """The tables of shared texts in which these words stand."""
    found = []
    async with app.extensions["database"].reading() as session:
        for table in (ClauseUpdate, ClauseSnapshot):
            for number in range(1, 60):
                row = await session.get(table, number)
                if row is not None and words.encode() in row.content:
                    found.append(table.__tablename__)
    return found


async def test_what_is_purged_is_in_no_row_snapshot_or_message(
    app: Quart, ann: Person, deepa: Person, stored: Stored
) -> None:
    async with typing(ann) as one, typing(deepa) as other:
        await one.add(SECRET)
        await one.stored()
        await other.until(lambda: SECRET in other.text)
        assert await anywhere(app, SECRET) == ["clause_update"]
        async with app.extensions["database"].transaction() as session:
            await purge(session, 1, now=app.extensions["clock"]())
        assert await anywhere(app, SECRET) == []
        # The next letter of somebody who has not heard of it is not taken.
        await other.add("!")
        other.heard.clear()
        one.heard.clear()
        await other.until(lambda: other.generation == 2)
        await one.until(lambda: one.generation == 2)
        assert one.text == other.text == FIRST.text
        # Somebody who was away comes back with the old one: they are given the new one.
        again = Document([Document().put(Written("", SECRET))])
    async with typing(ann) as late:
        late.generation, late.document = 1, again
        await late.greet()
        await late.until(lambda: late.generation == 2)
        assert late.text == FIRST.text
        heard = b"".join(one if isinstance(one, bytes) else one.encode() for one in late.heard)
    assert SECRET.encode() not in heard
    assert await anywhere(app, SECRET) == []
    assert await stored.count(LiveText) == 1


async def test_words_that_a_facilitator_removes_leave_the_shared_text(
    app: Quart, ann: Person, sided: Cast, clock: Clock
) -> None:
    async with typing(ann) as one:
        await one.add(SECRET)
        await one.stored()
        await save(ann, text=one.text, heading=FIRST.heading, live="1")
        rule = {"reason": RemovalReason.IDENTIFYING, "by": "flo"}
        await sided.do("flo", remove_comment, sided.space, 3, **rule, now=clock())
        await house(app).look()
        await one.until(lambda: one.generation == 2)
        assert one.text == FIRST.text
    assert await anywhere(app, SECRET) == []


async def test_what_somebody_typed_goes_with_them(app: Quart, ann: Person, deepa: Person) -> None:
    async with typing(ann) as one:
        await one.add(SECRET)
        await one.stored()
    assert await anywhere(app, SECRET) == ["clause_snapshot"], "made one, and still known as maybe theirs"
    page = await ann.get("/me")
    assert page.status == 200
    async with app.extensions["database"].transaction() as session:
        author = (await session.get(CoAuthor, 2)).author_id
        await let_go_of_drafts(session, author, app.extensions["clock"]())
    assert await anywhere(app, SECRET) == []
    assert await kept(app) == FIRST.text


async def test_whoever_seals_is_told_what_is_not_in_the_draft(app: Quart, ann: Person) -> None:
    said = "Something was typed that is not in the draft: in clause 1."
    async with typing(ann) as one:
        await save(ann, text="Ann writes this proposal too.", heading=FIRST.heading)
        assert said not in (await ann.get(f"{HERE}/seal")).text
        await one.add(" And this.")
        await one.stored()
        assert said in (await ann.get(f"{HERE}/seal")).text


async def test_a_person_has_ten_connections_at_most(app: Quart, ann: Person, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        typists = []
        for _ in range(11):
            clock.pass_(seconds=1)
            typists.append(await stack.enter_async_context(typing(ann)))
        with pytest.raises(WebsocketDisconnectError):
            await typists[0].until(lambda: False)
        assert typists[0].closed == 4409
        await typists[10].add("!")
        await typists[10].stored()


async def test_a_text_that_grew_large_begins_anew_with_its_words(
    app: Quart, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "LARGE", 400)
    async with typing(ann) as one:
        for _ in range(30):
            await one.type(f"x{one.text}y")
            await one.type(one.text[1:-1] + "z")
        await one.stored()
        before = one.text
    async with typing(ann) as one:
        assert one.generation == 2
        assert one.text == before
        assert len(one.document.whole) < 300


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_another_web_process_hears_of_a_letter_at_once(
    app: Quart, ann: Person, deepa: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(houses, "LOOK_EVERY", 3600.0)
    other = create_app(settings, clock=app.extensions["clock"])
    elsewhere = Person(other)
    elsewhere.client.cookie_jar = deepa.client.cookie_jar
    async with typing(ann) as one, typing(elsewhere) as two:
        # The other process begins to listen when its room opens.
        for number in range(100):
            await one.add(f"{number} ")
            await one.stored()
            with suppress(TimeoutError):
                await two.until(lambda: two.text == one.text, 0.2)
                break
        assert two.text == one.text
        await one.add("At once.")
        await two.until(lambda: "At once." in two.text, 5)
        await two.add(" And back.")
        await one.until(lambda: "And back." in one.text, 5)
    await other.extensions["live"].close()
    await other.extensions["database"].close()


async def test_a_house_that_closes_lets_everybody_go(app: Quart, ann: Person) -> None:
    async with typing(ann) as one:
        await house(app).close()
        with pytest.raises(WebsocketDisconnectError):
            await one.until(lambda: False)
        assert one.closed == 1012
    assert house(app).rooms == {}


async def test_what_nobody_can_put_into_a_draft_any_more_is_forgotten(
    app: Quart, ann: Person, clock: Clock, stored: Stored
) -> None:
    database = app.extensions["database"]
    async with typing(ann) as one:
        await one.add(SECRET)
        await one.stored()
    await forget_live_texts(database, clock())
    assert await stored.count(ClauseSnapshot) == 1
    async with database.transaction() as session:
        (await session.get(Proposal, 1)).state = ProposalState.AGREED
        lost = {"key": "a" * 64, "role": "member", "since": clock(), "seen_at": clock()}
        session.add(Presence(connection="x" * 22, clause_id=1, **lost))
    clock.pass_(minutes=2)
    await forget_live_texts(database, clock())
    for table in (LiveText, ClauseUpdate, ClauseSnapshot, Presence):
        assert await stored.count(table) == 0


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing/here", 404),
        ("/healthz", 400),
        ("/spaces/avonmere/proposals/99999999999/clauses/1/live", 404),
        ("/spaces/avonmere%00/proposals/1/clauses/1/live", 404),
    ],
)
async def test_a_connection_to_what_is_none_is_refused_in_a_word_and_fills_no_log(
    person: Person, path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with asyncio.timeout(20):
        with pytest.raises(WebsocketResponseError) as refused:
            async with person.client.websocket(path, headers={"Origin": "http://localhost"}) as socket:
                await socket.receive()
    assert refused.value.response.status_code == status
    assert caplog.records == []


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_database_that_is_away_refuses_a_connection(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", None, OSError())

    monkeypatch.setattr(access, "session_now", away)
    async with asyncio.timeout(20):
        with pytest.raises(WebsocketResponseError) as refused:
            async with typing(ann):
                pass
    assert refused.value.response.status_code == 503


async def test_a_browser_that_opens_its_address_as_a_page_is_told_that_there_is_none(ann: Person) -> None:
    page = await ann.get(LIVE)
    assert page.status in (400, 404)
