"""A space's charter on its pages: the text, the file, the versions and what differs between them."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from quart import Quart

from charters.agreements import Kind, State
from charters.policy import Policy, load_policy, policy_names
from charters.states import Standing
from deliberation.spaces.charters import keep_charter
from deliberation.spaces.spaces import SpaceText, found, space_named
from tests.charter_history import amended, first_charter, put_to_both, sided_space, two_versions
from tests.chartering import break_chain
from tests.people import Clock, Page, Person
from tests.tongues import english_left

CHARTER = "/spaces/brenmoor/charter"
Make = Callable[..., Awaitable[None]]


@pytest.fixture
def standing(app: Quart, clock: Clock) -> Make:
    """Makes a space without sides."""

    async def make(standing: Standing) -> None:
        async with app.extensions["database"].transaction() as session:
            words = SpaceText(slug="brenmoor", title="Ward care in Brenmoor", host="Brenmoor Voices")
            await found(session, words, standing=standing, policy="open-health-space", now=clock())

    return make


@pytest.fixture
async def versions(app: Quart, clock: Clock) -> tuple[Policy, Policy]:
    """Brenmoor under the second version of its charter."""
    async with app.extensions["database"].transaction() as session:
        _, first, second = await two_versions(session, clock())
    return first, second


@pytest.mark.parametrize(
    ("kind_of_space", "says"),
    [
        (Standing.TRIAL, "Trial space: unsigned template"),
        (Standing.ARCHIVE, "Archive: unsigned template"),
    ],
)
async def test_a_space_without_sides_shows_its_template_as_one(
    person: Person, standing: Make, kind_of_space: Standing, says: str
) -> None:
    await standing(kind_of_space)
    page = await person.get(CHARTER)
    assert (page.status, page.text.count("Not signed")) == (200, 2)
    assert says in page.text
    assert "This is a template. Nobody has signed it" in page.text


async def test_the_page_says_every_part_of_the_prose(person: Person, standing: Make) -> None:
    await standing(Standing.TRIAL)
    page, policy = await person.get(CHARTER), load_policy("open-health-space")
    for clause in policy.clauses.values():
        assert f'<section class="promise" id="{clause.id}"' in page.html
        assert clause.title in page.text
        assert clause.text in page.text
    for words in (
        "8 people",
        "8 weeks",
        "Your story",
        "Selling it",
        "It cannot stop somebody",
        policy.digest,
    ):
        assert words in page.text, words


async def test_no_id_stands_twice(person: Person, standing: Make) -> None:
    await standing(Standing.TRIAL)
    ids = re.findall(r'\sid="([^"]+)"', (await person.get(CHARTER)).html)
    assert len(ids) == len(set(ids))


async def test_the_file_is_the_very_text_that_is_signed(
    person: Person, versions: tuple[Policy, Policy]
) -> None:
    page = await person.get(f"{CHARTER}.json")
    assert page.headers["Content-Type"] == "application/json"
    assert hashlib.sha256(page.html.encode()).hexdigest() == versions[1].digest
    assert page.headers["ETag"] == f'"{versions[1].digest}"'
    assert f'<{CHARTER}/schema.json>; rel="describedby"' in page.headers["Link"]
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    again = await person.get(f"{CHARTER}.json", **{"If-None-Match": page.headers["ETag"]})
    assert (again.status, again.html) == (304, "")


async def test_the_schema_and_the_words_are_files_too(
    person: Person, versions: tuple[Policy, Policy]
) -> None:
    schema = await person.get(f"{CHARTER}/schema.json")
    assert schema.headers["Content-Type"] == "application/schema+json"
    assert json.loads(schema.html)["$id"] == "urn:charter:schema:1"
    words = await person.get(f"{CHARTER}.md")
    assert words.headers["Content-Type"].startswith("text/markdown")
    assert versions[1].digest in words.html


async def test_a_signed_charter_names_who_signed_and_what_is_in_force(
    person: Person, versions: tuple[Policy, Policy]
) -> None:
    page = await person.get(CHARTER)
    assert "In force" in page.text
    assert "Version 2, from Thursday 1 January 2026" in page.text
    assert "About 85 members voted." in page.text
    assert "2 of 2 bodies said yes." in page.text
    assert "We checked all 2 signed versions" in page.text
    assert "template" not in page.text


async def test_each_version_has_its_page_with_its_state_and_its_signers(
    person: Person, versions: tuple[Policy, Policy]
) -> None:
    first = await person.get(f"{CHARTER}/versions/1")
    assert "Replaced by a later one" in first.text
    assert "This is not the charter that holds now." in first.text
    for name in ("Nia Hughes", "Owen Price, Brenmoor Trust", "Both sides ratified it on"):
        assert name in first.text
    assert versions[0].digest in first.text
    file = await person.get(f"{CHARTER}/versions/1.json")
    assert file.headers["ETag"] == f'"{versions[0].digest}"'
    listed = await person.get(f"{CHARTER}/versions")
    assert listed.text.index("Version 2,") < listed.text.index("Version 1,")
    assert "Two weeks are too short for an appeal." in listed.text


async def test_what_differs_is_named_with_what_stood_and_what_stands(
    person: Person, versions: tuple[Policy, Policy]
) -> None:
    page = await person.get(f"{CHARTER}/changes")
    assert "3 places differ" in page.text
    assert "How long an appeal is open moderation.appeal_days 2 weeks 3 weeks" in page.text
    assert re.search(r"<del><span[^>]*>removed: </span>2</del>", page.html)
    assert re.search(r"<ins><span[^>]*>added: </span>3</ins>", page.html)
    back = await person.get(f"{CHARTER}/changes?before=2&after=1")
    assert "How long an appeal is open moderation.appeal_days 3 weeks 2 weeks" in back.text
    assert "They say the same" in (await person.get(f"{CHARTER}/changes?before=1&after=1")).text


@pytest.mark.parametrize("path", ["versions/3", "versions/x.json", "changes?before=9", "changes?after=%00"])
async def test_a_version_that_is_none_is_not_found(
    person: Person, versions: tuple[Policy, Policy], path: str
) -> None:
    page = await person.get(f"{CHARTER}/{path}")
    assert page.status == 404
    assert "There is no version" in page.text


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State.OPEN, "Both sides are deciding"),
        (State.DECLINED, "Not agreed"),
        (State.LAPSED, "Lapsed: the time ran out"),
    ],
)
async def test_a_version_that_is_not_signed_says_how_it_stands(
    app: Quart, clock: Clock, person: Person, versions: tuple[Policy, Policy], state: State, says: str
) -> None:
    third = amended(versions[1], clock() + timedelta(days=60), {"moderation": {"report_days": 5}})
    async with app.extensions["database"].transaction() as session:
        space = await space_named(session, "brenmoor")
        await put_to_both(session, space, third, Kind.AMEND_CHARTER, now=clock(), state=state)
    listed = await person.get(f"{CHARTER}/versions")
    assert says in listed.text
    assert ("Not decided yet" in listed.text) is (state is State.OPEN)
    key = third.digest[:16]
    assert says in (await person.get(f"{CHARTER}/versions/{key}")).text
    assert "5 days" in (await person.get(f"{CHARTER}/changes?after={key}")).text
    assert "We checked all 2 signed versions" in listed.text
    assert "Version 2," in (await person.get(CHARTER)).text


async def test_a_version_to_come_is_not_in_force(app: Quart, clock: Clock, person: Person) -> None:
    async with app.extensions["database"].transaction() as session:
        space = await sided_space(session, clock())
        first = first_charter(clock() - timedelta(days=50))
        second = amended(first, clock() + timedelta(days=20))
        await put_to_both(session, space, first, Kind.ADOPT_CHARTER, now=clock() - timedelta(days=50))
        await put_to_both(session, space, second, Kind.AMEND_CHARTER, now=clock() - timedelta(days=10))
    assert "Signed, and not begun yet" in (await person.get(f"{CHARTER}/versions/2")).text
    assert "Version 1," in (await person.get(CHARTER)).text
    clock.pass_(days=21)
    assert "Version 2," in (await person.get(CHARTER)).text


async def test_a_charter_that_waits_for_its_founders_says_so(
    app: Quart, clock: Clock, person: Person
) -> None:
    async with app.extensions["database"].transaction() as session:
        space = await sided_space(session, clock(), Standing.FOUNDING)
        assert space.id is not None
        await keep_charter(session, space.id, first_charter(clock()), now=clock())
    page = await person.get(CHARTER)
    assert "Not put to both sides yet" in page.text
    assert "No version is signed yet" in page.text


async def test_founding_anew_leaves_the_first_beginning_to_be_read(
    app: Quart, clock: Clock, person: Person
) -> None:
    async with app.extensions["database"].transaction() as session:
        space, begun = await sided_space(session, clock()), clock() - timedelta(days=100)
        first, other = first_charter(begun), first_charter(begun + timedelta(days=80))
        await put_to_both(session, space, first, Kind.ADOPT_CHARTER, now=begun)
        await put_to_both(session, space, other, Kind.ADOPT_CHARTER, now=begun + timedelta(days=80))
    listed = await person.get(f"{CHARTER}/versions")
    assert "It no longer holds: nobody ratified it in time" in listed.text
    assert "In force" in listed.text
    assert (await person.get(f"{CHARTER}/versions/{first.digest[:16]}")).status == 200


async def test_a_space_without_a_charter_yet_shows_the_template(
    app: Quart, clock: Clock, person: Person
) -> None:
    async with app.extensions["database"].transaction() as session:
        await sided_space(session, clock(), Standing.FOUNDING)
    assert "Unsigned template" in (await person.get(CHARTER)).text


async def test_a_refusal_leads_to_the_clause_it_quotes(person: Person, standing: Make) -> None:
    await standing(Standing.TRIAL)
    refused = await person.get("/spaces/brenmoor/facilitate")
    assert refused.status == 403
    assert f'href="{CHARTER}#facilitator"' in refused.html
    assert 'id="facilitator"' in (await person.get(CHARTER)).html
    outside = await person.get("/facilitate")
    assert outside.status == 403
    assert 'href="/charter-templates/open-health-space#' in outside.html


async def test_no_such_space_has_no_charter(person: Person) -> None:
    for path in (CHARTER, f"{CHARTER}.json", f"{CHARTER}/versions", f"{CHARTER}/schema.json"):
        assert (await person.get(path)).status == 404


@pytest.mark.parametrize("name", policy_names())
async def test_each_template_has_its_page_its_file_and_its_differences(person: Person, name: str) -> None:
    index = await person.get("/charter-templates")
    assert f'href="/charter-templates/{name}"' in index.html
    page = await person.get(f"/charter-templates/{name}")
    assert (page.status, "Unsigned template" in page.text) == (200, True)
    file = await person.get(f"/charter-templates/{name}.json")
    assert file.headers["ETag"] == f'"{load_policy(name).digest}"'
    assert (await person.get(f"/charter-templates/{name}.md")).status == 200
    assert (await person.get(f"/charter-templates/{name}/changes")).status == 200
    assert (await person.get("/charter-templates/schema.json")).status == 200


async def test_no_such_template_is_not_found(person: Person) -> None:
    page = await person.get("/charter-templates/nothing")
    assert (page.status, "There is no template" in page.text) == (404, True)


async def test_a_signed_charter_says_what_is_english_on_a_welsh_page(
    person: Person, versions: tuple[Policy, Policy]
) -> None:
    pages: list[Page] = [
        await person.get(path, **{"Accept-Language": "cy"})
        for path in (CHARTER, f"{CHARTER}/versions", f"{CHARTER}/versions/1", f"{CHARTER}/changes")
    ]
    for page in pages:
        assert english_left(page.html, names=("Brenmoor",)) == [], page.path


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        (1, "versions[0] is '"),
        (2, "is not the text that both sides signed"),
    ],
)
async def test_a_version_that_was_changed_in_the_database_is_told_of(
    app: Quart, person: Person, versions: tuple[Policy, Policy], version: int, fault: str
) -> None:
    async with app.extensions["database"].transaction() as session:
        await break_chain(session, version)
    page = await person.get(f"{CHARTER}/versions")
    assert "The versions do not hang together." in page.text
    assert fault in page.text
