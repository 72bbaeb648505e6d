"""Sealed versions on their pages: sealing what was read, comparing, taking the files, withdrawing."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from quart import Quart

from charters.agreements import Kind, State
from charters.canonical import canonical, digest
from charters.states import ProposalState
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.versions import Version
from deliberation.drafting.writing import add_clause, move_clause, revise_clause, take_out_clause
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, TITLE, Writers
from tests.deliberation.drafting.test_sealing import decision_on, edited, sealed_by, version
from tests.deliberation.drafting.test_withdrawing import WHY
from tests.deliberation.drafting.test_writing import OTHER, hash_of
from tests.participate.conftest import LinkFor, Stored
from tests.people import Clock, Person

HERE = "/spaces/avonmere/proposals/1"
ONE = f"{HERE}/versions/1"
RECIPE = Path(__file__).parent.parent.parent / "docs" / "reference" / "version-files.md"
As = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def sided(app: Quart, clock: Clock) -> Cast:
    clock.time = NOON
    cast = await two_sides(app.extensions["database"])
    cast.master = app.extensions["settings"].pseudonym_master
    return cast


@pytest.fixture
async def drafted(sided: Cast) -> Writers:
    """Maryam has begun proposal 1 with two clauses."""
    writers = Writers(sided)
    await writers.do("maryam", begin_proposal, TITLE, [Planned(text=FIRST), Planned(text=SECOND)])
    return writers


@pytest.fixture
def signed_in(app: Quart, link_for: LinkFor) -> As:
    async def enter(name: str) -> Person:
        person = Person(app)
        page = await person.get(await link_for(f"{name}@example.org"))
        await person.send(page.forms()[0], follow=False)
        return person

    return enter


async def test_what_is_shown_is_sealed_and_both_sides_are_asked(
    drafted: Writers, signed_in: As, person: Person, stored: Stored
) -> None:
    maryam = await signed_in("maryam")
    assert f'href="{HERE}/seal"' not in (await person.get(HERE)).html
    assert f'href="{HERE}/seal"' in (await maryam.get(HERE)).html
    page = await maryam.get(f"{HERE}/seal")
    for words in (FIRST.heading, "written", SECOND.text, "What both keys will need", "Each side needs 60"):
        assert words in page.text
    sealed = await maryam.send(page.form("/seal"))
    assert "It is sealed. Both sides are asked now." in sealed.text
    assert "Agree a proposal" in sealed.text
    assert await stored.count(Version) == 1
    read = await person.get(ONE)
    assert (read.status, "A written plan" in read.text, "Both sides are deciding" in read.text) == (
        200,
        True,
        True,
    )
    assert hash_of(SECOND) in read.html
    assert "You have no key here." in read.text
    listed = await person.get(f"{HERE}/versions")
    assert f'href="{ONE}"' in listed.html


async def test_a_draft_that_moved_while_it_was_read_is_not_sealed(
    drafted: Writers, signed_in: As, stored: Stored
) -> None:
    maryam = await signed_in("maryam")
    page = await maryam.get(f"{HERE}/seal")
    await drafted.do("deepa", revise_clause, 1, 1, OTHER, shown=hash_of(FIRST))
    again = await maryam.send(page.form("/seal"))
    assert again.status == 409
    assert "The draft has changed since you read it." in again.text
    assert OTHER.text in again.text
    assert await stored.count(Version) == 0
    assert (await maryam.send(again.form("/seal"))).status == 200
    assert await stored.count(Version) == 1


async def test_the_same_text_is_offered_once(drafted: Writers, signed_in: As) -> None:
    maryam = await signed_in("maryam")
    page = await maryam.get(f"{HERE}/seal")
    await sealed_by(drafted, "maryam")
    again = await maryam.send(page.form("/seal"))
    assert again.status == 422
    assert "This text is sealed already" in again.text
    assert not [form for form in again.forms() if form.action.endswith("/seal")]


async def test_what_says_nothing_is_not_offered(drafted: Writers, signed_in: As) -> None:
    for number, text in ((1, FIRST), (2, SECOND)):
        await drafted.do("maryam", take_out_clause, 1, number, shown=hash_of(text))
    page = await (await signed_in("maryam")).get(f"{HERE}/seal")
    assert "There is nothing to seal yet." in page.text
    assert not [form for form in page.forms() if form.action.endswith("/seal")]


@pytest.mark.parametrize("path", ["seal", "withdrawal"])
async def test_who_does_not_write_it_is_told_so_before_anything_else(
    drafted: Writers, signed_in: As, stored: Stored, path: str
) -> None:
    ann = await signed_in("ann")
    page = await ann.get(f"{HERE}/{path}")
    assert page.status == 403
    assert "Only those who write this proposal can do this." in page.text
    token = (await ann.get("/spaces/avonmere/decisions/1")).forms()[0].fields.get("token", "")
    assert (await ann.post(f"{HERE}/{path}", {"token": token})).status == 403
    assert await stored.count(Version) == 0


async def test_a_newer_version_asks_its_signers_again_with_what_is_different(
    drafted: Writers, signed_in: As, clock: Clock
) -> None:
    await sealed_by(drafted, "maryam")
    await drafted.cast.says("ann", await decision_on(drafted), now=NOON)
    await edited(drafted)
    maryam = await signed_in("maryam")
    assert "The draft below has changed since version 1 was sealed." in (await maryam.get(HERE)).text
    page = await maryam.get(f"{HERE}/seal")
    assert "Both sides are deciding about version 1." in page.text
    assert "What differs from version 1" in page.text
    await maryam.send(page.form("/seal"))
    decision = await decision_on(drafted)
    ann, joe = await signed_in("ann"), await signed_in("joe")
    for path in (f"{HERE}/versions/2", f"/spaces/avonmere/decisions/{decision.id}", HERE):
        asked = await ann.get(path)
        assert "You answered version 1." in asked.text
        assert f'href="{HERE}/versions/2/compare?with=1"' in asked.html
    assert "You answered version 1." not in (await joe.get(f"{HERE}/versions/2")).text
    old = await ann.get(ONE)
    assert "This is not the newest version." in old.text
    assert "Ended early: replaced or withdrawn" in old.text
    assert FIRST.heading in old.text
    answered = await ann.send(asked.form(f"/decisions/{decision.id}"), answer="yes")
    assert "You answered version 1." not in answered.text


async def test_two_versions_are_compared_clause_by_clause(drafted: Writers, person: Person) -> None:
    await sealed_by(drafted, "maryam")
    await edited(drafted)
    await drafted.do("maryam", add_clause, 1, FIRST.model_copy(update={"heading": "Another"}))
    await drafted.do("maryam", take_out_clause, 1, 2, shown=hash_of(SECOND))
    await sealed_by(drafted, "maryam", now=NOON + DAY)
    await drafted.do("maryam", move_clause, 1, 1, up=False)
    await sealed_by(drafted, "maryam", now=NOON + DAY)
    page = await person.get(f"{HERE}/versions/2/compare?with=1")
    for words in ("Added", "Taken out", "Changed"):
        assert words in page.text
    assert "Moved" not in page.text
    assert "<del>" in page.html
    assert "<ins>" in page.html
    assert "Moved" in (await person.get(f"{HERE}/versions/3/compare")).text
    assert "Both say the same" in (await person.get(f"{HERE}/versions/1/compare")).text
    for path in (
        "versions/1/compare?with=9",
        "versions/9",
        "versions/9.json",
        "versions/99999999999/compare",
    ):
        assert (await person.get(f"{HERE}/{path}")).status == 404


async def test_the_files_are_the_same_for_everybody_and_their_hashes_hold(
    app: Quart, drafted: Writers
) -> None:
    await sealed_by(drafted, "maryam")
    client = app.test_client()
    found = await client.get(f"{ONE}.json", headers={"Accept-Language": "cy"})
    content = await found.get_data()
    file = json.loads(content)
    assert canonical(file) == content
    assert (file["format"], file["space"], file["sealed_on"]) == (
        "participate-version/1",
        "avonmere",
        "2026-11-02",
    )
    clauses = [{"clause": one["clause"], "hash": one["hash"]} for one in file["clauses"]]
    whole = {part: file[part] for part in ("proposal", "title", "language")}
    assert digest({**whole, "clauses": clauses}) == file["hash"] == (await version(drafted)).version.hash
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    text = await client.get(f"{ONE}.md", headers={"Accept-Language": "cy"})
    for reply in (found, text):
        assert "Set-Cookie" not in reply.headers
        assert "Accept-Language" not in reply.headers.get("Vary", "")
    known = await client.get(f"{ONE}.json", headers={"If-None-Match": found.headers["ETag"]})
    assert known.status_code == 304
    recipe: dict[str, Any] = {}
    exec(RECIPE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], recipe)  # our own
    assert recipe["holds"](file)
    assert not recipe["holds"]({**file, "title": "Another title"})
    words = (await text.get_data()).decode()
    assert text.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert words.startswith(f"# {TITLE.title}\n")
    assert f"## Clause 1: {FIRST.heading}\n\n{FIRST.text}\n" in words
    assert "Both sides are deciding about it." in words


async def test_an_agreed_version_says_so_and_nothing_can_be_sealed_any_more(
    drafted: Writers, signed_in: As, person: Person, clock: Clock
) -> None:
    await sealed_by(drafted, "maryam")
    decision = await decision_on(drafted)
    for who in ("maryam", "joe", "ann", "deepa", "sam"):
        await drafted.cast.says(who, decision, now=NOON)
    clock.time = decision.closes_at
    await drafted.cast.tick(decision, clock.time)
    page = await person.get(ONE)
    assert "Agreed by both sides" in page.text
    ended = await person.get("/spaces/avonmere/decisions")
    assert "Agree a proposal: Going home with a plan (Version 1)" in ended.text
    maryam = await signed_in("maryam")
    refused = await maryam.get(f"{HERE}/seal")
    assert refused.status == 403
    assert "This proposal is not being written any more." in refused.text


async def test_both_sides_are_asked_to_withdraw_it_with_a_reason(
    drafted: Writers, signed_in: As, person: Person, clock: Clock
) -> None:
    maryam = await signed_in("maryam")
    page = await maryam.get(f"{HERE}/withdrawal")
    assert "nobody withdraws it alone" in page.text
    wrong = await maryam.send(page.form("/withdrawal"), reason="no")
    assert wrong.status == 422
    assert "Say why in a sentence" in wrong.text
    assert ">\nno</textarea>" in wrong.html
    asked = await maryam.send(wrong.form("/withdrawal"), reason=WHY)
    assert "Withdraw a proposal" in asked.text
    assert WHY in asked.text
    again = await maryam.get(f"{HERE}/withdrawal")
    assert "Both sides are asked already." in again.text
    double = await maryam.send(page.form("/withdrawal"), reason=WHY)
    assert double.status == 409
    decision = await decision_on(drafted, Kind.WITHDRAW_PROPOSAL)
    for who in ("maryam", "joe", "ann", "deepa", "sam"):
        await drafted.cast.says(who, decision, now=NOON)
    clock.time = decision.closes_at
    assert (await drafted.cast.tick(decision, clock.time)).state is State.AGREED
    assert (await drafted.proposal()).state is ProposalState.WITHDRAWN
    assert "Withdrawn" in (await person.get(HERE)).text


async def test_the_record_names_the_version_and_leads_to_it(drafted: Writers, person: Person) -> None:
    await sealed_by(drafted, "maryam")
    await edited(drafted)
    await sealed_by(drafted, "maryam", now=NOON + DAY)
    page = await person.get("/spaces/avonmere/record?lang=cy")
    assert f'href="{ONE}"' in page.html
    assert f'href="{HERE}/versions/2"' in page.html
    assert "A newer version was sealed." not in page.text, "it is said in Welsh"
    told: Any = await person.get("/spaces/avonmere/record?lang=en")
    for words in (
        "Version of a proposal sealed",
        "Agree a proposal. Proposal 1, version 1. A newer version was sealed.",
        "Agree a proposal. Proposal 1, version 2.",
    ):
        assert words in told.text
