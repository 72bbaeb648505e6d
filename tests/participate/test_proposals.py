"""Proposals on their pages: beginning one in three ways, reading it, standing behind it or no longer."""

import pytest
from quart import Quart

from charters.states import ProposalState, Standing
from deliberation.drafting.clauses import Clause, Source
from deliberation.drafting.proposals import Proposal
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, Writers
from tests.participate.conftest import LinkFor, Stored
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere/proposals"


@pytest.fixture
async def sided(app: Quart, clock: Clock) -> Cast:
    clock.time = NOON
    cast = await two_sides(app.extensions["database"])
    cast.master = app.extensions["settings"].pseudonym_master
    return cast


async def enter(app: Quart, link_for: LinkFor, name: str) -> Person:
    person = Person(app)
    page = await person.get(await link_for(f"{name}@example.org"))
    await person.send(page.forms()[0], follow=False)
    return person


@pytest.fixture
async def ann(app: Quart, sided: Cast, link_for: LinkFor) -> Person:
    return await enter(app, link_for, "ann")


@pytest.fixture
async def begun(ann: Person) -> Page:
    form = (await ann.get(f"{HERE}/new")).form("/proposals/new")
    return await ann.send(form, title="Going home with a plan", language="en", outline="change")


async def test_a_member_begins_one_from_a_template_and_everybody_reads_it(
    begun: Page, person: Person
) -> None:
    assert "The proposal is begun. Both sides can write in it now." in begun.text
    page = await person.get(f"{HERE}/1")
    assert page.status == 200
    for words in ("Going home with a plan", "Being written", "What changes", "Ann (People)", "Clause 4"):
        assert words in page.text
    assert "Each side needs 60" in page.text
    assert "Only people on a side of this space can do this." in page.text
    listed = await person.get(HERE)
    assert f'href="{HERE}/1"' in listed.html
    assert "Begin a proposal" not in listed.text


async def test_a_template_is_said_in_the_language_of_the_proposal(ann: Person) -> None:
    form = (await ann.get(f"{HERE}/new")).form("/proposals/new")
    page = await ann.send(form, title="Mynd adref", language="cy", outline="promise")
    assert '<span lang="cy" dir="auto">Yr addewid</span>' in page.html


async def test_an_empty_one_has_no_clause(ann: Person, stored: Stored) -> None:
    form = (await ann.get(f"{HERE}/new")).form("/proposals/new")
    page = await ann.send(form, title="Nothing yet", language="en")
    assert "It has no clause yet." in page.text
    assert await stored.count(Clause) == 0


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": ""}, "Write the title."),
        ({"title": "x" * 151}, "The title has 151 characters. Shorten it to 150 or fewer."),
        ({"language": "xx"}, "Choose the language of the proposal."),
        ({"outline": "novel"}, "Choose what to begin from."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    ann: Person, stored: Stored, fields: dict[str, str], says: str
) -> None:
    form = (await ann.get(f"{HERE}/new")).form("/proposals/new")
    page = await ann.send(form, **{"title": "Kept as it was", "language": "en", **fields})
    assert page.status == 422
    assert says in page.text
    if "title" not in fields:
        assert 'value="Kept as it was"' in page.html
    assert await stored.count(Proposal) == 0


async def test_a_visitor_is_told_by_which_clause_before_anything_else(
    app: Quart, sided: Cast, link_for: LinkFor, stored: Stored
) -> None:
    cai = await enter(app, link_for, "cai")
    token = (await cai.get("/spaces/avonmere/join")).form("/join").fields["token"]
    page = await cai.post(f"{HERE}/new", {"title": "", "token": token})
    assert page.status == 403
    assert "Everybody stands on a side, and on no more" in page.text
    assert await stored.count(Proposal) == 0


async def test_in_a_trial_there_are_no_proposals_to_begin(
    app: Quart, clock: Clock, link_for: LinkFor
) -> None:
    clock.time = NOON
    await two_sides(app.extensions["database"], Standing.TRIAL)
    ann = await enter(app, link_for, "ann")
    assert (await ann.get(f"{HERE}/new")).status == 403
    assert "There are no sides here" in (await ann.get(HERE)).text


async def test_a_delegate_and_a_member_see_the_same_ways(
    app: Quart, sided: Cast, link_for: LinkFor, begun: Page, ann: Person
) -> None:
    deepa = await enter(app, link_for, "deepa")
    for path in (f"{HERE}/1", f"{HERE}/new", HERE):
        theirs, hers = await deepa.get(path), await ann.get(path)
        assert theirs.status == hers.status == 200
        mine = {form.action for form in hers.forms()} - {f"{HERE}/1/stop-support"}
        assert mine == {form.action for form in theirs.forms()}


async def test_somebody_who_writes_may_stop_to_stand_behind_it_and_begin_again(
    ann: Person, begun: Page, person: Person
) -> None:
    page = await ann.send((await ann.get(f"{HERE}/1")).form("/stop-support"))
    assert "You stand behind this proposal no longer." in page.text
    assert "stands behind it no longer" in (await person.get(f"{HERE}/1")).text
    page = await ann.send(page.form("/support"))
    assert "You stand behind this proposal again." in page.text
    assert "stands behind it no longer" not in (await person.get(f"{HERE}/1")).text


async def test_what_is_settled_is_read_and_not_written(
    ann: Person, begun: Page, stored: Stored, person: Person
) -> None:
    await stored.change(Proposal, state=ProposalState.AGREED)
    page = await ann.get(f"{HERE}/1")
    assert "Agreed by both sides" in page.text
    assert not [form for form in page.forms() if "/proposals/" in form.action and "support" in form.action]


async def test_what_is_not_there_is_not_there(person: Person, sided: Cast) -> None:
    assert (await person.get(f"{HERE}/1")).status == 404
    assert (await person.get(f"{HERE}/99999999999")).status == 404
    assert (await person.get("/spaces/nowhere/proposals")).status == 404


async def test_a_clause_leads_to_its_statement_and_the_statement_back(
    app: Quart, sided: Cast, clock: Clock, person: Person
) -> None:
    from deliberation.drafting.beginning import Planned, begin_proposal
    from deliberation.drafting.proposals import ProposalText
    from tests.participate.conftest import hold_evenings

    database = app.extensions["database"]
    async with database.transaction() as session:
        held = await hold_evenings(session, sided.space, clock)
    planned = [Planned(text=FIRST, statement_id=2), Planned(text=SECOND)]
    text = ProposalText(title="Saturdays")
    await Writers(sided).do("joe", begin_proposal, text, planned, consultation_id=held.id)
    page = await person.get(f"{HERE}/1")
    assert 'href="/spaces/avonmere/evenings/statements/2"' in page.html
    back = await person.get("/spaces/avonmere/evenings/statements/2")
    assert "Clause 1 of proposal 1 comes from it" in back.text
    assert f'href="{HERE}/1#clause-1"' in back.html
    other = await person.get("/spaces/avonmere/evenings/statements/3")
    assert "of proposal 1 comes from it" not in other.text
    async with database.transaction() as session:
        assert (await session.get(Source, 1)) is not None
