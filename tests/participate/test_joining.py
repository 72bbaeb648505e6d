"""Coming to a side and leaving it, by pages, on both databases."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from quart import Quart
from sqlmodel import select

from charters.policy import load_policy
from charters.states import Role
from deliberation.people.accounts import account_for
from deliberation.people.memberships import Membership
from deliberation.publishing.record import acts_of
from deliberation.spaces.spaces import Space, space_named
from tests.founding import charter_brookside, found_brookside
from tests.participate.conftest import LinkFor
from tests.participate.consulting import token_of
from tests.people import Clock, Page, Person

SPACE = "/spaces/brookside"
JOIN = f"{SPACE}/join"
BODY = f"{SPACE}/body"
Comes = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def space(app: Quart, clock: Clock) -> Space:
    """Founded by Ann, Bo and Dai; nobody has signed."""
    async with app.extensions["database"].transaction() as session:
        return await found_brookside(session, clock())


@pytest.fixture
async def comes(app: Quart, link_for: LinkFor, space: Space) -> Comes:
    """Signs somebody in."""

    async def come(address: str) -> Person:
        somebody = Person(app)
        page = await somebody.get(await link_for(address))
        await somebody.send(page.forms()[0], follow=False)
        return somebody

    return come


async def members(app: Quart) -> list[tuple[Role, str, str, bool]]:
    """Role, name, interests, and whether they still serve, in the order of their rows."""
    async with app.extensions["database"].reading() as session:
        rows = await session.exec(select(Membership).order_by("id"))
        return [(one.role, one.name, one.interests, one.until is None) for one in rows]


async def join(somebody: Person, **fields: str) -> Page:
    form = (await somebody.get(JOIN)).form("/join")
    return await somebody.send(form, **{"has": "none", **fields})


async def test_somebody_joins_says_their_interests_and_leaves(app: Quart, comes: Comes, clock: Clock) -> None:
    eve = await comes("eve@example.org")
    page = await join(eve, has="some", interests="I work for a firm that sells beds.")
    assert "You are on the people’s side now." in page.text
    assert (Role.MEMBER, "", "I work for a firm that sells beds.", True) in await members(app)
    page = await eve.send(page.form("/interests"), has="none", interests="")
    assert "Your interests are kept." in page.text
    page = await eve.send(page.form("/leave"))
    assert "You have left your side." in page.text
    assert (Role.MEMBER, "", "", False) in await members(app)
    clock.pass_(days=1)
    await join(eve)
    async with app.extensions["database"].reading() as session:
        (mine,) = [one for one in await session.exec(select(Membership)) if one.since == clock()]
        assert (mine.until, mine.founder) == (None, False)
        kinds = [act.kind for act in await acts_of(session, mine.space_id)]
        assert kinds == ["space-made"], "who reads when people join could tell whose vote came"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"has": ""}, "has"),
        ({"has": "some", "interests": " "}, "interests"),
        ({"has": "some", "interests": "x" * 1_001}, "interests"),
    ],
)
async def test_interests_are_asked_for_and_what_was_typed_stays(
    comes: Comes, fields: dict[str, str], field: str
) -> None:
    page = await join(await comes("eve@example.org"), **fields)
    assert page.status == 422
    assert f'<a href="#{field}">' in page.html
    assert fields.get("interests", "").strip() in page.html


@pytest.mark.parametrize("address", ["eve@trust.example", "Eve@ward.trust.example"])
async def test_an_address_of_a_body_cannot_join_the_people(app: Quart, comes: Comes, address: str) -> None:
    eve = await comes(address)
    page = await eve.get(JOIN)
    clause = load_policy("open-health-space").clause("sides").text
    assert "You cannot join the people’s side with this address." in page.text
    assert str(clause) in page.text
    page = await eve.post(JOIN, {"has": "none", "token": token_of(eve)})
    assert page.status == 403
    assert str(clause) in page.text
    assert len(await members(app)) == 3


async def test_nobody_stands_on_both_sides(app: Quart, comes: Comes) -> None:
    dai = await comes("dai@trust.example")
    ann = await comes("ann@example.org")
    for somebody in (dai, ann):
        page = await somebody.post(JOIN, {"has": "none", "token": token_of(somebody)})
        assert page.status == 403
        assert "Nobody stands on both." in page.text
    link = await invited(dai)
    page = await ann.get(link)
    page = await ann.send(page.forms()[-1], name="Ann", has="none")
    assert page.status == 403
    assert len(await members(app)) == 3


async def test_whoever_is_not_signed_in_is_asked_to(app: Quart, space: Space, person: Person) -> None:
    page = await person.get(JOIN)
    assert "You must be signed in" in page.text
    page = await person.post(JOIN, {"has": "none", "token": token_of(person)})
    assert page.status == 403


async def test_a_trial_has_no_sides_to_join(cast: object, person: Person) -> None:
    page = await person.get("/spaces/avonmere/join")
    assert page.status == 403
    assert "There are no sides here" in page.text


async def invited(dai: Person, **fields: str) -> str:
    """Dai makes a link; its path."""
    form = (await dai.get(BODY)).form("/body/invitations")
    page = await dai.send(form, **{"label": "Eve, who runs the wards", **fields})
    assert page.status == 200, page.text
    found = re.search(r"http://localhost(/spaces/brookside/join/[a-z0-9-]+)", page.html)
    assert found is not None
    return found[1]


async def test_a_delegate_invites_another_who_comes_by_name(
    app: Quart, comes: Comes, person: Person, space: Space
) -> None:
    dai = await comes("dai@trust.example")
    link = await invited(dai)
    eve = await comes("eve@trust.example")
    form = (await eve.get(link)).forms()[-1]
    page = await eve.send(form, name="", has="none")
    assert page.status == 422
    page = await eve.send(form, name="Eve Evans", has="none")
    assert "You are a delegate now." in page.text
    assert "You speak for Brookside Trust." in page.text
    assert "Eve Evans" in (await person.get(SPACE)).text
    late = await comes("fay@trust.example")
    assert "does not work any more" in (await late.get(link)).text
    page = await late.post(link, {"name": "Fay", "has": "none", "token": token_of(late)})
    assert page.status == 403
    async with app.extensions["database"].reading() as session:
        acts = [(act.kind, act.words) for act in await acts_of(session, space.id or 0)]
    assert [kind for kind, _ in acts] == ["space-made", "delegate-invited", "delegate-joined"]
    assert not any("Eve" in words for _, words in acts)


async def test_a_delegate_ends_another_and_a_link(app: Quart, comes: Comes, person: Person) -> None:
    dai = await comes("dai@trust.example")
    eve = await comes("eve@trust.example")
    await eve.send((await eve.get(await invited(dai))).forms()[-1], name="Eve Evans", has="none")
    page = await dai.get(BODY)
    (end,) = [form for form in page.forms() if re.search(r"/delegates/\d+/end$", form.action)]
    page = await dai.send(end)
    assert "They speak for your body no longer." in page.text
    assert "Eve" not in (await person.get(SPACE)).text
    assert (await eve.get(BODY)).status == 403
    link = await invited(dai)
    page = await dai.get(BODY)
    page = await dai.send(next(f for f in page.forms() if re.search(r"/invitations/\d+/end$", f.action)))
    assert "The link is ended." in page.text
    assert "does not work any more" in (await eve.get(link)).text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"label": ""}, "label"),
        ({"most": "0"}, "most"),
        ({"most": "21"}, "most"),
        ({"most": "two"}, "most"),
        ({"ends": ""}, "ends"),
        ({"ends": "2020-01-01"}, "ends"),
    ],
)
async def test_a_link_that_cannot_be_made_names_its_field(
    comes: Comes, fields: dict[str, str], field: str
) -> None:
    dai = await comes("dai@trust.example")
    form = (await dai.get(BODY)).form("/body/invitations")
    page = await dai.send(form, **{"label": "Eve", **fields})
    assert page.status == 422
    assert f'<a href="#{field}">' in page.html


@pytest.mark.parametrize("who", ["ann@example.org", "olu@example.org", "eve@example.org"])
async def test_only_a_body_s_own_delegates_come_to_its_page(comes: Comes, who: str) -> None:
    somebody = await comes(who)
    for page in (
        await somebody.get(BODY),
        await somebody.post(f"{BODY}/invitations", {"label": "Me", "token": token_of(somebody)}),
        await somebody.post(f"{BODY}/delegates/3/end", {"token": token_of(somebody)}),
    ):
        assert page.status == 403


async def test_a_link_of_another_space_leads_nowhere(comes: Comes, cast: object) -> None:
    dai = await comes("dai@trust.example")
    code = (await invited(dai)).rpartition("/")[2]
    assert (await dai.get(f"/spaces/avonmere/join/{code}")).status == 404
    assert (await dai.get(f"{JOIN}/aaaaa-aaaaa-aaaaa-aaaaa")).status == 404


async def test_a_delegate_leaves_by_themselves(app: Quart, comes: Comes, person: Person) -> None:
    dai = await comes("dai@trust.example")
    page = await dai.send((await dai.get(JOIN)).form("/leave"))
    assert "You have left your side." in page.text
    assert "No body has a delegate at present." in (await person.get(SPACE)).text
    async with app.extensions["database"].reading() as session:
        space = await space_named(session, "brookside")
        assert [act.kind for act in await acts_of(session, space.id or 0)][-1] == "delegate-left"


ADVISERS = f"{SPACE}/facilitate/advisers"


@pytest.fixture
async def chartered(app: Quart, clock: Clock) -> Space:
    async with app.extensions["database"].transaction() as session:
        return await charter_brookside(session, clock())


@pytest.fixture
async def signs_in(app: Quart, link_for: LinkFor, chartered: Space) -> Comes:
    async def come(address: str) -> Person:
        somebody = Person(app)
        page = await somebody.get(await link_for(address))
        await somebody.send(page.forms()[0], follow=False)
        return somebody

    return come


async def test_an_adviser_comes_by_a_facilitators_link_and_is_listed(
    app: Quart, signs_in: Comes, person: Person
) -> None:
    flo, ines = await signs_in("flo@example.org"), await signs_in("ines@example.org")
    page = await flo.send((await flo.get(ADVISERS)).form("/advisers/invitations"), label="Dr Iqbal")
    found = re.search(r"http://localhost(/spaces/brookside/join/[a-z0-9-]+)", page.html)
    assert found is not None
    form = (await ines.get(found[1])).forms()[-1]
    assert (await ines.send(form, name="Ines Iqbal", has="")).status == 422
    page = await ines.send(form, name="Ines Iqbal", has="some", interests="I teach nursing.")
    assert "Adviser: Ines Iqbal. Interests declared: I teach nursing." in page.text
    told = (await person.get(SPACE)).text
    assert "A facilitator. Until" in told
    page = await flo.get(ADVISERS)
    page = await flo.send(next(f for f in page.forms() if re.search(r"/advisers/\d+/end$", f.action)))
    assert "They advise here no longer." in page.text
    assert "Ines" not in (await person.get(SPACE)).text


async def advises(app: Quart, space: Space, address: str, now: datetime) -> None:
    async with app.extensions["database"].transaction() as session:
        account = await account_for(session, address, now=now)
        session.add(
            Membership(
                space_id=space.id or 0,
                account_id=account.id or 0,
                role=Role.ADVISER,
                since=now,
                name="Ines Iqbal",
                interests="I teach nursing.",
            )
        )


async def test_an_adviser_stops_by_themselves(
    app: Quart, signs_in: Comes, chartered: Space, clock: Clock, person: Person
) -> None:
    await advises(app, chartered, "ines@example.org", clock())
    ines, ann = await signs_in("ines@example.org"), await signs_in("ann@example.org")
    assert "You advise here. You can stop." in (await ines.get(SPACE)).text
    assert "You advise" not in (await ann.get(SPACE)).text
    page = await ines.send((await ines.get(JOIN)).form("/stop-advising"))
    assert "You advise here no longer." in page.text
    assert "Stop advising" not in page.text
    assert "Ines" not in (await person.get(SPACE)).text
    assert (Role.ADVISER, "", "", False) in await members(app)
    assert "Adviser left" in (await person.get(f"{SPACE}/record")).text
    refused = await ann.post(f"{JOIN}/stop-advising", {"token": token_of(ann)})
    assert refused.status == 403
    assert "Only an adviser of this space can do this." in refused.text


@pytest.mark.parametrize("who", ["ann@example.org", "dai@trust.example", "olu@example.org", ""])
async def test_only_a_facilitator_invites_advisers(
    app: Quart, signs_in: Comes, person: Person, who: str
) -> None:
    somebody = await signs_in(who) if who else person
    await somebody.get(JOIN)
    token = {"token": token_of(somebody)}
    for page in (
        await somebody.get(ADVISERS),
        await somebody.post(f"{ADVISERS}/invitations", {"label": "Me", **token}),
        await somebody.post(f"{ADVISERS}/invitations/1/end", token),
        await somebody.post(f"{ADVISERS}/1/end", token),
    ):
        assert page.status == 403


async def test_other_devices_are_signed_out_when_somebody_s_part_changes(comes: Comes) -> None:
    here, elsewhere = await comes("eve@example.org"), await comes("eve@example.org")
    before = {cookie.value for cookie in here.client.cookie_jar}
    await join(here)
    assert "You must be signed in" in (await elsewhere.get(JOIN)).text
    assert "You are on the people’s side." in (await here.get(JOIN)).text
    assert before.isdisjoint({cookie.value for cookie in here.client.cookie_jar})
