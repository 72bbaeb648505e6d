"""Following from the pages, the list of what somebody follows with its news, and how often mail may come."""

import pytest
from quart import Quart
from sqlmodel import select

from charters.enforcement import Facts
from charters.states import Role, StatementState
from deliberation.drafting.comments import Comment
from deliberation.drafting.judging_comments import publish_comment
from deliberation.following.digests import Digest
from deliberation.following.following import MOST, Following
from deliberation.people.accounts import Account
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space, SpaceText
from tests.both_sides import Cast
from tests.participate.conftest import LinkFor, Stored
from tests.participate.test_clauses import MINE, save
from tests.participate.test_clauses import ann as ann
from tests.participate.test_clauses import sided as sided
from tests.participate.test_proposals import enter
from tests.people import Clock, Page, Person

SPACE = "/spaces/avonmere"
PROPOSAL = f"{SPACE}/proposals/1"
CLAUSE = f"{PROPOSAL}/clauses/1/history"
LIST = "/me/following"


@pytest.fixture
async def cai(app: Quart, sided: Cast, link_for: LinkFor) -> Person:
    """Somebody with an account, on no side."""
    return await enter(app, link_for, "cai")


async def press(person: Person, path: str) -> Page:
    return await person.send((await person.get(path)).form("/following/begin"))


@pytest.mark.parametrize(
    ("path", "named"),
    [(SPACE, "space"), (PROPOSAL, "proposal"), (CLAUSE, "clause")],
)
async def test_a_press_follows_and_another_stops(cai: Person, stored: Stored, path: str, named: str) -> None:
    assert f"Follow this {named}" in (await cai.get(path)).text
    page = await press(cai, path)
    assert (page.status, page.path) == (200, path)
    assert f"You follow this {named}." in page.text
    assert await stored.count(Following) == 1
    page = await cai.send(page.form("/following/stop"))
    assert f"Follow this {named}" in page.text
    assert await stored.count(Following) == 0


async def test_a_consultation_can_be_followed(app: Quart, voting: Consultation, link_for: LinkFor) -> None:
    dai = await enter(app, link_for, "dai")
    page = await press(dai, f"{SPACE}/evenings")
    assert "You follow this consultation." in page.text
    assert "Evenings" in (await dai.get(LIST)).text


async def test_who_is_not_signed_in_is_led_to_it_and_back(
    person: Person, sided: Cast, stored: Stored
) -> None:
    page = await person.get(PROPOSAL)
    assert "Sign in to follow this proposal" in page.text
    assert f'href="/sign-in?next={PROPOSAL}"' in page.html
    assert (await person.get(LIST)).headers["Location"] == f"/sign-in?next={LIST}"
    form = (await person.get("/sign-in")).forms()[0]
    fields = {"token": form.fields["token"], "what": "avonmere"}
    assert (await person.post(f"{LIST}/begin", fields)).status == 403
    assert await stored.count(Following) == 0


async def test_following_twice_is_following_once(cai: Person, stored: Stored) -> None:
    form = (await cai.get(SPACE)).form("/following/begin")
    await cai.send(form)
    await cai.send(form)
    assert await stored.count(Following) == 1


@pytest.mark.parametrize(
    "what",
    [
        "",
        "nowhere",
        "avonmere/nothing",
        "avonmere/proposals/9",
        "avonmere/proposals/x",
        "avonmere/proposals/1/x/1",
        "avonmere/proposals/1/clauses/99",
        "avonmere/proposals/99999999999999999999",
        "a/b/c/d/e/f",
        "//evil.example",
    ],
)
async def test_what_is_not_there_cannot_be_followed(cai: Person, stored: Stored, what: str) -> None:
    form = (await cai.get(SPACE)).form("/following/begin")
    assert (await cai.send(form, what=what)).status == 404
    assert await stored.count(Following) == 0


async def test_nobody_follows_more_than_a_letter_can_tell_of(
    cai: Person, sided: Cast, app: Quart, clock: Clock
) -> None:
    form = (await cai.get(SPACE)).form("/following/begin")
    await cai.send(form)
    async with app.extensions["database"].transaction() as session:
        mine = (await session.exec(Following.__table__.select())).first()  # type: ignore[attr-defined]
        for number in range(MOST - 1):
            text = SpaceText(slug=f"s-{number}", title=f"Space {number}", host="Host")
            space = Space(**text.model_dump(), policy="open-health-space", created_at=clock())
            session.add(space)
            await session.flush()
            session.add(Following(account_id=mine.account_id, space_id=space.id, since=clock()))
    page = await cai.send(form, what="avonmere/proposals/1")
    assert page.status == 422
    assert "You follow 200 things." in page.text


async def test_the_list_tells_what_was_done_since(cai: Person, ann: Person, clock: Clock) -> None:
    await press(cai, CLAUSE)
    page = await cai.get(LIST)
    assert "Clause 1, Going home with a plan" in page.text
    assert "Nothing new so far." in page.text, "what was done before is no news"
    clock.pass_(minutes=5)
    await save(ann)
    await save(ann, clause=2, text="Another clause of it.")
    page = await cai.get(LIST)
    assert page.text.count("Words of a clause changed") == 1
    assert "Proposal 1, clause 1." in page.text
    assert MINE not in page.text, "what somebody wrote is not news, it stands on its own page"
    assert f'href="{PROPOSAL}#clause-1"' in page.html


async def test_a_wording_that_is_suggested_is_news_and_one_that_waits_once_it_is_published(
    cai: Person, ann: Person, app: Quart, sided: Cast, clock: Clock
) -> None:
    await press(cai, CLAUSE)
    form = (await ann.get(f"{PROPOSAL}/clauses/1/suggest")).form("/suggest")
    await ann.send(form, text="A plan in plain words.", why="It is shorter.", language="en")
    assert (await cai.get(LIST)).text.count("Wording of a clause suggested") == 1
    form = (await ann.get(f"{PROPOSAL}/clauses/1/suggest")).form("/suggest")
    page = await ann.send(form, text="Ring 07700 900123.", why="It is there.", language="en")
    await ann.send(page.form("/suggest"), anyway="yes", language="en")
    assert (await cai.get(LIST)).text.count("Wording of a clause suggested") == 1, "nobody can read it yet"
    async with app.extensions["database"].transaction() as session:
        waits = (await session.exec(select(Comment).where(Comment.state == StatementState.PENDING))).one()
        facts = Facts(now=clock(), roles=frozenset({Role.FACILITATOR}), signed_in=True)
        await publish_comment(session, sided.space, waits.id or 0, asking=facts, now=clock())
    page = await cai.get(LIST)
    assert "Comment published" in page.text
    assert "07700" not in page.text


async def test_an_act_within_two_followed_things_is_told_once(cai: Person, ann: Person) -> None:
    for path in (SPACE, PROPOSAL, CLAUSE):
        await press(cai, path)
    await save(ann)
    assert (await cai.get(LIST)).text.count("Words of a clause changed") == 1


async def test_the_list_is_read_in_welsh(cai: Person) -> None:
    await press(cai, PROPOSAL)
    page = await cai.get(f"{LIST}?lang=cy")
    assert 'lang="cy"' in page.html
    assert "What you follow" not in page.text


async def test_how_often_mail_comes_is_kept_and_begins_then(
    cai: Person, stored: Stored, app: Quart, clock: Clock
) -> None:
    await press(cai, SPACE)
    clock.pass_(days=10)
    page = await cai.send((await cai.get(LIST)).form("/following/mail"), mail_frequency="weekly")
    assert "How often mail comes is kept." in page.text
    assert page.form("/following/mail").fields["mail_frequency"] == "weekly"
    async with app.extensions["database"].reading() as session:
        digest = (await session.exec(Digest.__table__.select())).one()  # type: ignore[attr-defined]
        assert digest.told_until == clock(), "nobody is told of ten days at once"
    page = await cai.send(page.form("/following/mail"), mail_frequency="hourly")
    assert page.form("/following/mail").fields["mail_frequency"] == "weekly"


async def test_what_somebody_follows_is_among_their_data_and_goes_with_it(
    cai: Person, stored: Stored
) -> None:
    await press(cai, PROPOSAL)
    held = await cai.get("/me/data.json")
    assert '"following"' in held.html
    await cai.send((await cai.get("/me/erase")).form("/me/erase"))
    assert await stored.count(Following) == await stored.count(Digest) == 0
    assert await stored.count(Account) > 0


async def test_whoever_looks_as_another_has_no_button(ann: Person) -> None:
    page = await ann.get(f"{SPACE}/look-as/delegate")
    assert page.status == 200
    assert "ollow this space" not in page.text
