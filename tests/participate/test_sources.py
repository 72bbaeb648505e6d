"""Where a clause comes from: statements, comments and evidence linked, taken away, and what is set aside."""

from io import BytesIO

import pytest
from quart import Quart
from quart.datastructures import FileStorage
from sqlalchemy.exc import IntegrityError
from sqlmodel import delete, select

from charters.states import StatementState
from deliberation.drafting.clauses import Clause, Source
from deliberation.drafting.sources import MOST_BYTES, Evidence
from deliberation.opinion.statements import Statement
from deliberation.publishing.record import Act
from tests.both_sides import Cast
from tests.participate.conftest import Stored, hold_evenings
from tests.participate.test_clause_comments import TALK, say
from tests.participate.test_clauses import HERE, ann, deepa, sided
from tests.people import Clock, Page, Person

__all__ = ["ann", "deepa", "sided"]

CHAIN = f"{HERE}/clauses/1/sources"
GIVEN = {
    "title": "Leaving hospital in winter",
    "publisher": "Avonmere Statistics",
    "published_on": "2026-03-01",
    "address": "https://stats.example/winter",
}


@pytest.fixture(autouse=True)
async def evenings(app: Quart, sided: Cast, clock: Clock) -> None:
    async with app.extensions["database"].transaction() as session:
        await hold_evenings(session, sided.space, clock)


async def link(person: Person, words: str = "Saturdays") -> Page:
    page = await person.get(f"{CHAIN}?words={words}")
    return await person.send(page.form("/sources/add"))


async def give(person: Person, file: tuple[str, bytes] | None = None, **fields: str) -> Page:
    form = (await person.get(CHAIN)).form("/evidence")
    given = {**form.fields, **GIVEN, **fields}
    given.pop("file", None)
    if file is None:
        return await person.post(form.action, given)
    name, content = file
    response = await person.client.post(
        form.action,
        form=given,
        files={"file": FileStorage(BytesIO(content), filename=name)},
        headers={"Origin": "http://localhost"},
        scope_base={"client": (person.address, 40000)},
    )
    if response.status_code == 303:
        return await person.get(response.headers["Location"])
    return Page(response.status_code, await response.get_data(as_text=True), response.headers, form.action)


async def test_a_statement_is_found_by_its_words_and_linked_once(
    ann: Person, person: Person, stored: Stored
) -> None:
    assert "The source is linked to the clause." in (await link(ann)).text
    await link(ann)
    assert await stored.count(Source) == 1
    page = await person.get(CHAIN)
    assert "Open on Saturdays." in page.text
    page = await person.get("/spaces/avonmere/evenings/statements/2")
    assert "Clause 1 of proposal 1 comes from it" in page.text
    assert "Statement 2" in (await person.get(HERE)).text
    page = await ann.send((await ann.get(CHAIN)).form("/sources/remove"))
    assert "The source is taken away." in page.text
    assert await stored.count(Source) == 0


async def test_what_waits_or_was_removed_is_neither_found_nor_shown(
    app: Quart, ann: Person, person: Person, stored: Stored
) -> None:
    page = await ann.get(f"{CHAIN}?words=waits")
    assert "No published statement of this space has these words." in page.text
    await link(ann)
    async with app.extensions["database"].transaction() as session:
        one = await session.get(Statement, 2)
        one.state, one.removed_for = StatementState.REMOVED, "abusive"
    for path in (CHAIN, HERE):
        assert "Open on Saturdays." not in (await person.get(path)).text
    token = (await ann.get(CHAIN)).form("/evidence").fields["token"]
    page = await ann.post(f"{CHAIN}/add", {"token": token, "statement": "2"})
    assert page.status == 404


async def test_a_comment_is_named_as_a_source(ann: Person, person: Person, stored: Stored) -> None:
    await say(ann)
    page = await ann.send((await ann.get(TALK)).form("/sources/add"))
    assert "The source is linked to the clause." in page.text
    assert "Who writes the plan, and when?" in (await person.get(CHAIN)).text
    token = page.form("/evidence").fields["token"]
    for number in ("1", "999"):  # the words of a clause are no comment
        assert (await ann.post(f"{CHAIN}/add", {"token": token, "comment": number})).status == 404


async def test_the_database_lets_no_link_dangle(app: Quart, ann: Person, stored: Stored) -> None:
    await link(ann)
    for table in (Statement, Clause):
        with pytest.raises(IntegrityError):
            async with app.extensions["database"].transaction() as session:
                await session.exec(delete(table))
    assert await stored.count(Source) == 1


async def test_evidence_by_its_address(ann: Person, deepa: Person, person: Person) -> None:
    assert "The evidence is added to the clause." in (await give(ann)).text
    page = await person.get(CHAIN)
    for words in ("Leaving hospital in winter", "Avonmere Statistics", "Sunday 1 March 2026"):
        assert words in page.text
    assert 'href="https://stats.example/winter" rel="nofollow noopener noreferrer"' in page.html
    assert "Leaving hospital in winter" in (await person.get(HERE)).text
    page = await deepa.send((await deepa.get(CHAIN)).form("/sources/remove"))
    assert "The source is taken away. The record says so." in page.text


async def test_evidence_as_a_file_is_saved_and_never_shown(ann: Person, person: Person) -> None:
    content = b"%PDF-1.7 a small one"
    page = await give(ann, ("../winter.pdf", content), address="")
    assert "winter.pdf" in page.text
    reply = await person.client.get(f"{HERE}/evidence/1/file")
    assert await reply.get_data() == content
    assert reply.headers["Content-Type"] == "application/pdf"
    assert reply.headers["Content-Disposition"] == "attachment; filename=winter.pdf"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert "Vary" not in reply.headers or "Cookie" not in reply.headers["Vary"]
    assert (await person.get(f"{HERE}/evidence/9/file")).status == 404


@pytest.mark.parametrize(
    ("file", "fields", "says"),
    [
        (None, {"title": ""}, "Write the title."),
        (None, {"publisher": ""}, "Write who published it."),
        (None, {"published_on": ""}, "Say when it was published."),
        (None, {"published_on": "2031-01-01"}, "That day is still to come."),
        (None, {"published_on": "spring"}, "is not a day"),
        (None, {"address": ""}, "Give its address, or send its file: one of the two."),
        (None, {"address": "http://stats.example"}, "It begins with https://."),
        (None, {"address": "javascript:alert(1)"}, "It begins with https://."),
        (None, {"title": "Ring 01632 960001 for it"}, "Leave out what points to a person"),
        (("a.pdf", b"%PDF-1"), {}, "Give its address, or send its file: one of the two."),
        (("a.html", b"<script>"), {"address": ""}, "Send a PDF, a picture"),
        (("a.pdf", b"<script>"), {"address": ""}, "This file is not what its name says."),
        (("a.csv", b"\x00\x01"), {"address": ""}, "This file is not what its name says."),
        (("a.txt", b"x" * (MOST_BYTES + 1)), {"address": ""}, "The file is too large."),
    ],
)
async def test_what_is_wrong_with_evidence_is_said_and_what_was_typed_kept(
    ann: Person, stored: Stored, file: tuple[str, bytes] | None, fields: dict[str, str], says: str
) -> None:
    page = await give(ann, file, **fields)
    assert page.status == 422
    assert says in page.text
    if "publisher" not in fields:
        assert "Avonmere Statistics" in page.html
    assert await stored.count(Evidence) == 0


async def test_all_that_is_wrong_with_evidence_is_said_at_once(ann: Person, stored: Stored) -> None:
    page = await give(ann, title="", publisher="x", published_on="spring", address="http://stats.example")
    assert page.status == 422
    faults = ("Write the title.", "Write at least 2.", "is not a day", "It begins with https://.")
    assert [page.text.index(words) for words in faults] == sorted(page.text.index(words) for words in faults)
    page = await give(ann, ("a.pdf", b"<script>"), title="Ring 01632 960001", address="")
    assert "Leave out what points to a person" in page.text
    assert "This file is not what its name says." in page.text
    assert await stored.count(Evidence) == 0


async def test_a_statement_is_set_aside_with_a_reason_and_taken_up_again(
    ann: Person, deepa: Person, person: Person, app: Quart
) -> None:
    path = "/spaces/avonmere/evenings/statements/2"
    assert "That is open." in (await person.get(path)).text
    form = (await deepa.get(f"{path}/set-aside")).form("/set-aside")
    page = await deepa.send(form, reason="no")
    assert page.status == 422
    await deepa.send(form, reason="The surgery is rented to others on that day.")
    page = await person.get(path)
    assert "Set aside by the side of the health bodies:" in page.text
    assert "The surgery is rented to others on that day." in page.text
    forms = [form for form in (await ann.get(f"{path}/set-aside")).forms() if "back" in form.fields]
    await ann.send(forms[0])
    assert "That is open." in (await person.get(path)).text
    async with app.extensions["database"].reading() as session:
        kinds = list(await session.exec(select(Act.kind)))
    assert {"statement-set-aside", "statement-taken-up"} <= set(kinds)


async def test_a_visitor_reads_the_chain_and_changes_nothing(person: Person) -> None:
    page = await person.get(CHAIN)
    assert page.status == 200
    assert not [form for form in page.forms() if "/proposals/" in form.action]
    assert (await person.get("/spaces/avonmere/evenings/statements/2/set-aside")).status == 403
