"""An author changes or withdraws a statement while nobody has voted on it, on both databases."""

from typing import Any

from quart import Quart
from sqlmodel import select, update

from charters.states import StatementState
from deliberation.opinion.opinion_map import PublishedMap
from deliberation.opinion.statements import Statement
from deliberation.publishing.record import Act
from deliberation.spaces.consultations import Consultation
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere/evenings"
MINE = f"{HERE}/statements/5"


async def added(person: Person, text: str = "Let people book online.") -> Page:
    return await person.send((await person.get(HERE)).form("/statements"), text=text)


async def mine(stored: Any) -> Statement:
    async with stored.database.reading() as session:
        found: Statement = (await session.exec(select(Statement).where(Statement.number == 5))).one()
        return found


async def answered(app: Quart) -> None:
    other = Person(app)
    await other.send((await other.get(f"{HERE}?statement=5")).form("/vote"), vote="agree")


async def test_the_author_changes_the_words(person: Person, voting: Consultation, stored: Any) -> None:
    page = await added(person)
    assert f'href="{MINE}/change"' in page.html
    page = await person.get(f"{MINE}/change")
    assert page.form("/change").fields["text"].strip() == "Let people book online."
    after = await person.send(
        page.form("/change"), text="Let people book online, or by phone.", language="cy"
    )
    assert "Your statement is changed." in after.text
    kept = await mine(stored)
    assert (kept.text, kept.language) == ("Let people book online, or by phone.", "cy")
    assert kept.state is StatementState.PUBLISHED


async def test_changed_words_are_looked_over_and_read_as_new_ones_are(
    person: Person, voting: Consultation, stored: Any
) -> None:
    await added(person)
    page = await person.send((await person.get(f"{MINE}/change")).form("/change"), text="Ring 07700 900123.")
    assert "This looks like a phone number" in page.text
    after = await person.send(page.form("/change"), anyway="yes")
    assert "Your statement is changed." in after.text
    assert (await mine(stored)).state is StatementState.PENDING


async def test_bad_words_are_kept_with_what_is_wrong(person: Person, voting: Consultation) -> None:
    await added(person)
    form = (await person.get(f"{MINE}/change")).form("/change")
    for text, wrong in (
        ("", "Write your statement."),
        ("Open until eight", "Statement 1 says this already."),
    ):
        page = await person.send(form, text=text, seen=text, anyway="yes")
        assert page.status == 422
        assert wrong in page.text
        assert page.form("/change").fields["text"].strip() == text
    same = await person.send(form, text="let people book online", seen="let people book online", anyway="yes")
    assert "Your statement is changed." in same.text


async def test_a_withdrawn_statement_is_gone_and_its_words_erased(
    person: Person, app: Quart, voting: Consultation, stored: Any
) -> None:
    await added(person)
    page = await person.get(f"{MINE}/change")
    after = await person.send(page.form("/withdraw"))
    assert "Your statement is withdrawn. Its words are erased." in after.text
    assert "book online" not in after.text
    assert "Your statements" not in after.text
    gone = await mine(stored)
    assert (gone.state, gone.removed_for, gone.text) == (StatementState.REMOVED, "withdrawn", "[…]")
    async with stored.database.reading() as session:
        act = (await session.exec(select(Act))).one()
    assert (act.kind, act.role, act.statement_id) == ("statement-withdrawn", "participant", gone.id)
    assert "book online" not in (await Person(app).get(f"{HERE}?statement=5")).html
    assert "Your statement is added." in (await added(person)).text  # the same words may come again


async def test_after_a_vote_both_are_refused_with_the_clause(
    person: Person, app: Quart, voting: Consultation, stored: Any
) -> None:
    await added(person)
    page = await person.get(f"{MINE}/change")
    await answered(app)
    for form in (page.form("/change"), page.form("/withdraw")):
        refused = await person.send(form, text="Something else entirely here.")
        assert refused.status == 403
        assert "Somebody has voted on this statement." in refused.text
        assert "Your words are yours to change" in refused.text
    assert (await mine(stored)).text == "Let people book online."


async def test_after_a_vote_a_corrected_one_takes_its_place_and_voters_are_asked_again(
    person: Person, app: Quart, voting: Consultation, stored: Any
) -> None:
    await added(person)
    other = Person(app)
    await other.send((await other.get(f"{HERE}?statement=5")).form("/vote"), vote="agree")
    better = "Let people book online, and by phone."
    page = await person.send((await person.get(f"{MINE}/change")).form("/change"), text=better)
    assert page.status == 403
    assert "You can put a corrected one in its place. What you wrote is kept below." in page.text
    form = page.form("/replace")
    assert form.fields["text"].strip() == better
    after = await person.send(form)
    if "Look at your statement first" in after.text:  # it is very like the one that it corrects
        after = await person.send(after.form("/replace"), anyway="yes")
    assert "Your corrected statement stands in place of the old one. Everybody is asked again." in after.text
    async with stored.database.reading() as session:
        old, new = (
            await session.exec(select(Statement).where(Statement.number >= 5).order_by("number"))
        ).all()
        act = (await session.exec(select(Act))).one()
    assert (old.state, old.removed_for, old.same_as) == (StatementState.REMOVED, "replaced", 6)
    assert (new.text, new.replaces, new.author_id) == (better, 5, old.author_id)
    assert (act.kind, act.role, act.statement_id) == ("statement-replaced", "participant", old.id)
    gone = await other.get(f"{HERE}?statement=5")
    assert gone.status == 410
    assert "Statement 6 takes its place." in gone.text
    again = await other.get(f"{HERE}?statement=6")
    assert "Corrected: it takes the place of statement 5." in again.text
    assert "You chose" not in again.text
    assert "It takes the place of statement 5." in (await other.get(f"{HERE}/statements/6")).text
    record = (await other.get("/spaces/avonmere/record")).text
    assert "Statement replaced by a corrected one" in record
    assert "By the author. Statement 6 takes its place." in record
    assert await stored.votes() == [(5, 1)]


async def test_only_its_author_replaces_a_statement_and_what_is_wrong_keeps_the_words(
    person: Person, app: Quart, voting: Consultation, stored: Any
) -> None:
    await added(person)
    await answered(app)
    page = await person.send((await person.get(f"{MINE}/change")).form("/change"), text="Something else.")
    form = page.form("/replace")
    wrong = await person.send(form, text="Open until eight", seen="Open until eight", anyway="yes")
    assert wrong.status == 422
    assert "Statement 1 says this already." in wrong.text
    assert wrong.form("/replace").fields["text"].strip() == "Open until eight"
    other = Person(app)
    theirs = (await other.get(HERE)).form("/vote").fields["token"]
    refused = await other.post(form.action, {**form.fields, "token": theirs, "anyway": "yes"})
    assert refused.status == 403
    assert "Only whoever wrote this statement" in refused.text
    assert (await mine(stored)).state is StatementState.PUBLISHED


async def test_one_vote_of_somebody_else_changes_nothing_on_the_authors_page(
    person: Person, app: Quart, voting: Consultation
) -> None:
    await added(person)
    before = await person.get(f"{HERE}?statement=1")
    await answered(app)
    after = await person.get(f"{HERE}?statement=1")
    assert before.text == after.text


async def test_nobody_else_may(person: Person, app: Quart, voting: Consultation, stored: Any) -> None:
    await added(person)
    form = (await person.get(f"{MINE}/change")).form("/withdraw")
    other = Person(app)
    theirs = (await other.get(HERE)).form("/vote")
    assert (await other.get(f"{MINE}/change")).status == 404
    refused = await other.post(form.action, {"token": theirs.fields["token"]})
    assert refused.status == 403
    assert "Only whoever wrote this statement" in refused.text
    assert (await person.get(f"{HERE}/statements/1/change")).status == 404
    assert (await mine(stored)).state is StatementState.PUBLISHED


async def test_words_that_stand_in_a_published_result_are_not_changed(
    person: Person, voting: Consultation, stored: Any, clock: Clock
) -> None:
    await added(person)
    form = (await person.get(f"{MINE}/change")).form("/change")
    async with stored.database.transaction() as session:
        content = {
            "participants": 20,
            "groups": [],
            "agree": [],
            "statements": [],
            "map": {"size": 1.0, "hexagons": []},
        }
        session.add(
            PublishedMap(consultation_id=voting.id or 0, number=1, published_at=clock(), content=content)
        )
    refused = await person.send(form, text="Something else entirely here.")
    assert refused.status == 403
    assert "stands in a published result" in refused.text


async def test_a_removed_statement_is_not_brought_back(
    person: Person, voting: Consultation, stored: Any
) -> None:
    await added(person)
    form = (await person.get(f"{MINE}/change")).form("/change")
    async with stored.database.transaction() as session:
        gone = {"state": StatementState.REMOVED, "removed_for": "off-topic"}
        await session.exec(update(Statement).where(Statement.number == 5).values(**gone))
    assert (await person.send(form, text="Something else entirely here.")).status == 403
    assert (await person.get(f"{MINE}/change")).status == 404
