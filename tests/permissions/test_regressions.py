"""What went wrong on other platforms: for each class of published faults a test that is named after it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart
from sqlmodel import SQLModel, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role, StatementState
from deliberation.drafting.clauses import Clause
from deliberation.drafting.comment_reports import CommentReport
from deliberation.drafting.comments import Comment, Form
from deliberation.drafting.proposals import CoAuthor, Proposal
from deliberation.drafting.sources import Evidence, SetAside
from deliberation.drafting.versions import Version, VersionClause
from deliberation.opinion.reports import Report, ReportReason
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.opinion.voting import Vote
from deliberation.people.accounts import Account, account_for
from deliberation.people.memberships import Membership
from deliberation.people.participants import Participant
from deliberation.people.sessions import SignedIn
from deliberation.publishing.answers import BodyAnswer
from deliberation.publishing.record import Did, enter
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.invitations import Invitation, hash_of
from deliberation.spaces.spaces import Space
from participate.db import Database
from participate.signin.links import new_sign_in_link
from tests.people import Clock, Person
from tests.permissions.walk import IN, address, ask, routes
from tests.permissions.world import PEOPLE, World, make_world

CANARY = "<script>alert(7)</script><img src=x onerror=alert(7)>\"'>"
MARKDOWN = f"{CANARY} [go](javascript:alert(7)) ![](https://elsewhere.example/x.png)"


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
async def world(app: Quart, clock: Clock) -> World:
    return await make_world(app, clock)


def database_of(app: Quart) -> Database:
    database: Database = app.extensions["database"]
    return database


async def test_missing_authorization(world: World) -> None:
    """Whatever changes something in a space and is not taking part lets no visitor in."""
    taking_part = (
        "/vote",
        "/votes",
        "/undo",
        "/statements",
        "/hints",
        "/change",
        "/replace",
        "/report",
        "/finish",
    )
    for method, rule in routes(world.app):
        if (
            method == "POST"
            and "<space>" in rule
            and not rule.endswith(taking_part)
            and "/invite/" not in rule
        ):
            assert await ask(world, method, address(rule, "own"), "V") != IN, rule


async def test_credentials_crossing_spaces(world: World) -> None:
    """Who runs, advises or speaks in one space is nobody in another."""
    for method, rule in routes(world.app):
        # Whoever is signed in may join a side of any space.
        if "<space>" in rule and (method, rule) != ("POST", "/spaces/<space>/join"):
            path = address(rule, "other")
            mine = {who: await ask(world, method, path, who) for who in PEOPLE if who != "O"}
            assert set(mine.values()) == {mine["V"]}, (method, rule, mine)


async def test_a_pseudonym_of_one_space_says_nothing_in_another(
    app: Quart, clock: Clock, stored_votes: Any
) -> None:
    """One device in two spaces is two keys that nobody can join."""
    person = Person(app)
    async with database_of(app).reading() as session:
        others = set(await session.exec(select(Participant.key)))
    for space in ("own", "other"):
        page = await person.get(f"/spaces/{space}/open")
        await person.send(page.form("/vote"), vote="agree")
    async with database_of(app).reading() as session:
        keys = [key for key in await session.exec(select(Participant.key)) if key not in others]
    assert len(set(keys)) == len(keys) == 2


@pytest.fixture
async def stored_votes(app: Quart, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The world with a database that keeps what is done."""
    monkeypatch.setattr("tests.permissions.world.keep_nothing", lambda database: None)
    await make_world(app, clock)


async def poison(database: Database, now: Any) -> None:
    """Put the canary into everything that a person can write in the world."""
    async with database.transaction() as session:
        held = (await session.exec(select(Consultation))).all()
        for one in held:
            assert one.id is not None
            one.title, one.question, one.background = CANARY, CANARY, MARKDOWN
            one.notice, one.noticed_at, one.answer_plan = MARKDOWN, now, CANARY
            one.answer_by, one.pause_reason = now + timedelta(days=30), CANARY
            one.source, one.licence, one.attribution = CANARY, CANARY, CANARY
            words = StatementText(text=f"{CANARY} {one.id}")
            waiting = await add_statement(session, one, words, state=StatementState.PENDING, now=now)
            for kind in (Did.NOTICE_CHANGED, Did.CONSULTATION_REVISED, Did.ANSWER_GIVEN):
                enter(session, kind, space_id=one.space_id, consultation_id=one.id, words=CANARY, now=now)
            session.add(
                BodyAnswer(
                    consultation_id=one.id, body="ods:XX1", words=MARKDOWN, language="en", given_at=now
                )
            )
            session.add(
                Report(
                    consultation_id=one.id, statement_id=waiting.id, about=waiting.number, words=CANARY,
                    reason=ReportReason.OTHER, by="0" * 64, made_at=now, due_at=now + timedelta(days=2),
                )
            )  # fmt: skip
            session.add(
                Invitation(
                    consultation_id=one.id, label=CANARY, code_hash=hash_of(f"code {one.id}"),
                    ends_at=now + timedelta(days=9), made_at=now,
                )
            )  # fmt: skip
            session.add(one)
        await session.exec(update(Statement).where(Statement.number == 1).values(text=CANARY))
        await session.exec(update(Comment).values(text=MARKDOWN, heading=CANARY, why=CANARY, name=CANARY))
        await session.exec(update(CoAuthor).values(name=CANARY))
        await session.exec(update(Proposal).values(title=CANARY))
        await seal_by_hand(session, now)
        for said in (await session.exec(select(Comment).where(Comment.form == Form.COMMENT))).all():
            said.resolved_at, said.resolved_as, said.resolved_note = now, Role.MEMBER, CANARY
            session.add(
                Comment(
                    discussion_id=said.discussion_id, parent_id=said.id, text_hash="0" * 64, text=CANARY,
                    language="en", name=CANARY, created_at=now,
                )
            )  # fmt: skip
            session.add(
                CommentReport(
                    comment_id=said.id, words=CANARY, reason=ReportReason.OTHER, by="0" * 64, made_at=now,
                    due_at=now + timedelta(days=2),
                )
            )  # fmt: skip
        for clause in (await session.exec(select(Clause))).all():
            words = {"title": CANARY, "publisher": CANARY, "address": f"https://a.example/{CANARY}"}
            evidence = Evidence(clause_id=clause.id or 0, published_on=now.date(), added_at=now, **words)
            session.add(evidence)
        for one in (await session.exec(select(Statement).where(Statement.number == 1))).all():
            session.add(SetAside(statement_id=one.id, reason=CANARY, at=now))
        await session.exec(
            update(Space).values(
                title=CANARY, purpose=MARKDOWN, host=CANARY, people_side=CANARY, body_side=CANARY
            )
        )
        await session.exec(update(Account).values(name=CANARY))
        await session.exec(update(Membership).values(name=CANARY, speaks_for=CANARY, interests=CANARY))


async def seal_by_hand(session: AsyncSession, now: Any) -> None:
    """A second version of every proposal: what was sealed before cannot be changed."""
    for first in (await session.exec(select(Version).where(Version.number == 1))).all():
        made = Version.model_validate(first.model_dump() | {"id": None, "number": 2, "title": CANARY})
        session.add(made)
        await session.flush()
        clauses = select(VersionClause).where(VersionClause.version_id == first.id)
        for clause in (await session.exec(clauses)).all():
            words = {"version_id": made.id, "heading": CANARY, "text": MARKDOWN}
            session.add(VersionClause.model_validate(clause.model_dump() | words))
        await session.flush()


def discussed(rule: str) -> list[str]:
    """The page with what people say about the change of the charter, those of the second version, and what
    a search finds."""
    if rule.endswith("/decisions/<int:decision>"):
        return ["/spaces/own/decisions/3"]
    if rule.startswith("/search"):
        return [f"{address(rule, 'own')}?q=alert"]
    return [address(rule, "own").replace("/versions/1", "/versions/2")] if "/versions/" in rule else []


@pytest.mark.parametrize(
    ("viewers", "places"),
    [("VF", ("own",)), pytest.param("VMDFO", ("own", "closed", "trial"), marks=pytest.mark.prove)],
)
async def test_stored_xss(
    app: Quart, clock: Clock, stored_votes: None, viewers: str, places: tuple[str, ...]
) -> None:
    """What anybody writes comes back as words on every page, to whoever looks."""
    database, met = database_of(app), 0
    await poison(database, clock())
    people = {who: Person(app) for who in viewers}
    for who, person in people.items():
        if who != "V":
            await sign_in(app, clock, person, f"{PEOPLE[who]}@example.org")
    for method, rule in routes(app):
        if method == "GET":
            for who, person in people.items():
                here = places if "<space>" in rule else ("own",)
                for path in [address(rule, place) for place in here] + discussed(rule):
                    page = await person.client.get(path)
                    assert page.headers["X-Content-Type-Options"] == "nosniff"
                    if page.headers["Content-Type"].startswith("text/html"):
                        html = await page.get_data(as_text=True)
                        for part in (
                            "<script>alert",
                            "<img src=x",
                            "javascript:alert",
                            '<img src="https',
                            "<i>Voices",
                        ):
                            assert part not in html.replace("(javascript:alert(7))", ""), (path, who)
                        met += "alert(7)" in html
    assert met > 20 * len(viewers)


async def sign_in(app: Quart, clock: Clock, person: Person, email: str) -> str:
    async with database_of(app).transaction() as session:
        account = await account_for(session, email, now=clock())
        link = await new_sign_in_link(session, account, now=clock())
    page = await person.get(link)
    await person.send(page.form(link), follow=False)
    return link


async def count(app: Quart, table: type[SQLModel]) -> int:
    async with database_of(app).reading() as session:
        return (await session.exec(select(func.count()).select_from(table))).one()


async def test_parallel_double_acts(app: Quart, stored_votes: None) -> None:
    """Twelve presses at one moment count once."""
    person = Person(app)
    others = await count(app, Participant)
    page = await person.get("/spaces/own/open")
    vote = page.form("/vote")
    await asyncio.gather(*(person.send(vote, follow=False, vote="agree") for _ in range(12)))
    assert (await count(app, Vote), await count(app, Participant) - others) == (1, 1)
    report = (await person.get("/spaces/own/open/statements/1/report")).form("/report")
    await asyncio.gather(*(person.send(report, follow=False, reason="abusive") for _ in range(12)))
    assert await count(app, Report) == 1


async def test_export_links(world: World) -> None:
    """A link to data carries no right: nobody gets more by it than everybody, and it never expires."""
    for method, rule in routes(world.app):
        if method == "GET" and rule.startswith(("/data", "/api")):
            path = address(rule, "own")
            assert len({await ask(world, method, path, who) for who in PEOPLE}) == 1, rule


async def test_ssrf(app: Quart, stored_votes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server fetches nothing: whatever address somebody writes, no connection is begun."""
    import socket

    def refuse(*arguments: Any, **_: Any) -> None:
        raise AssertionError(f"the server tried to reach {arguments}")

    person = Person(app)
    page = await person.get("/spaces/own/open")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    sent = await person.send(
        page.form("/statements"), text="See http://169.254.169.254/latest and http://localhost:1/x"
    )
    assert sent.status in (200, 422)
    assert (await person.get("/spaces/own/open/map")).status == 200


async def test_invitation_expiry(app: Quart, clock: Clock, stored_votes: None) -> None:
    """A link is over at its last moment, whoever holds it and however often it was used before."""
    async with database_of(app).transaction() as session:
        held = (await session.exec(select(Consultation).where(Consultation.slug == "open"))).first()
        assert held is not None
        assert held.id is not None
        session.add(
            Invitation(
                consultation_id=held.id, label="A ward", code_hash=hash_of("abcde-abcde-abcde-abcde"),
                ends_at=clock() + timedelta(days=2), made_at=clock(),
            )
        )  # fmt: skip
    path = "/spaces/own/open/invite/abcde-abcde-abcde-abcde"
    person = Person(app)
    form = (await person.get(path)).form(path)
    assert (await person.send(form, follow=False)).status == 303
    clock.pass_(days=2)
    assert (await person.send(form, follow=False)).status == 410
    assert (await Person(app).get(path)).status == 410


async def test_session_fixation(app: Quart, clock: Clock, stored_votes: None) -> None:
    """Signing in makes a new session: one that was planted beforehand is worth nothing."""
    person, other = Person(app), Person(app)
    await sign_in(app, clock, other, "facilitator@example.org")
    planted = next(cookie.value for cookie in other.client.cookie_jar)
    person.client.set_cookie("localhost", "participate", planted)
    await sign_in(app, clock, person, "member@example.org")
    mine = next(cookie.value for cookie in person.client.cookie_jar)
    assert mine.split(".")[1] != planted.split(".")[1]
    assert (await other.get("/spaces/own/facilitate")).status == 403
    assert await count(app, SignedIn) == 6


async def test_mass_assignment(app: Quart, stored_votes: None) -> None:
    """A field that a form does not have changes nothing, whatever column it names."""
    person = Person(app)
    others = await count(app, Participant)  # one of whom has the number that is planted
    assert others > 0
    page = await person.get("/spaces/own/open")
    extra = {
        "seed": "1",
        "state": "published",
        "author_id": "1",
        "meta": "1",
        "number": "1",
        "id": "1",
        "policy": "x",
    }
    await person.send(page.form("/statements"), text="Open on Sundays, too.", **extra)
    async with database_of(app).reading() as session:
        said = (await session.exec(select(Statement).where(Statement.text == "Open on Sundays, too."))).one()
    assert (said.seed, said.meta, said.number, said.author_id) == (False, False, 2, others + 1)
    assert said.policy != "x"
    status, body = await person.json(
        "/api/v1/spaces/own/open/votes", {"statement_id": 1, "vote": "agree", "weight": 9}
    )
    assert status == 422
    assert "weight" in str(body)


async def test_enumeration(world: World) -> None:
    """What is hidden answers like what does not exist, and an unknown link like one that was used."""
    person = world.as_before("V")
    waiting = await person.get("/spaces/own/open/statements/999")
    assert waiting.status == 404
    bad = [await person.get(f"/sign-in/{letter * 43}") for letter in "ab"]
    assert {page.status for page in bad} == {410}
    assert bad[0].text == bad[1].text
