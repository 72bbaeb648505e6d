"""The discussion on a decision's page: saying something, a look before, replies, reports, removal, appeal."""

import re
from collections.abc import Awaitable, Callable

import pytest
from quart import Quart
from sqlmodel import select

from charters.states import Role
from deliberation.drafting.comments import Comment
from deliberation.spaces.decisions import Decision
from deliberation.spaces.moving import replace_charter
from deliberation.spaces.putting_charters import put_amendment
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.spaces.test_deciding import REASON, amended
from tests.participate.conftest import LinkFor
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere"
WORDS = "Three weeks is what somebody who is ill needs."
As = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def sided(app: Quart, clock: Clock) -> Cast:
    clock.time = NOON
    cast = await two_sides(app.extensions["database"])
    cast.master = app.extensions["settings"].pseudonym_master
    await cast.join("ada", Role.ADVISER)
    return cast


@pytest.fixture
async def change(sided: Cast) -> Decision:
    found: Decision = await sided.do("maryam", put_amendment, sided.space, amended(), reason=REASON, now=NOON)
    return found


@pytest.fixture
def signed_in(app: Quart, link_for: LinkFor) -> As:
    async def enter(name: str) -> Person:
        person = Person(app)
        page = await person.get(await link_for(f"{name}@example.org"))
        await person.send(page.forms()[0], follow=False)
        return person

    return enter


async def show(person: Person, change: Decision) -> Page:
    return await person.get(f"{HERE}/decisions/{change.id}")


async def say(person: Person, change: Decision, text: str = WORDS, **fields: str) -> Page:
    forms = [form for form in (await show(person, change)).forms() if form.action.endswith("/comments")]
    form = next(form for form in forms if form.fields["parent"] == fields.get("parent", "0"))
    given = {"stance": "for", "language": "en", "text": text, **fields}
    return await person.post(form.action, {**form.fields, **given})


async def test_both_sides_and_an_adviser_speak_under_the_change_and_everybody_reads(
    person: Person, sided: Cast, change: Decision, signed_in: As
) -> None:
    page = await say(await signed_in("ann"), change)
    assert "Your comment is added." in page.text
    assert "Anybody may use the words under CC" in page.text
    await say(await signed_in("sam"), change, "Two is enough.", stance="against")
    await say(await signed_in("ada"), change, "Elsewhere it is four.", parent="1")
    page = await show(person, change)
    order = ["For it", "Ann", WORDS, "Ada", "Elsewhere it is four.", "Against it", "Sam, Avonmere", "Two is"]
    places = [page.text.index(words) for words in order]
    assert places == sorted(places)
    assert "Only people on a side of this space, and its advisers, can comment." in page.text
    assert not [form for form in page.forms() if form.action.endswith("/comments")]
    charter = await person.get(f"{HERE}/charter")
    assert "3 comments: read them and reply" in charter.text
    assert f'href="{HERE}/decisions/{change.id}#discussion"' in charter.html


async def test_what_points_to_a_person_is_shown_first_and_removed_with_one_press(
    person: Person, sided: Cast, change: Decision, signed_in: As
) -> None:
    ann = await signed_in("ann")
    page = await say(ann, change, "Ring me on 07700 900123 about it.")
    assert "It is not added yet." in page.text
    assert "This looks like a phone number:" in page.text
    form = page.form("/comments")
    back = await ann.send(form, back="yes")
    assert "Ring me on 07700 900123 about it." in back.html
    page = await ann.send(form, hide="yes")
    assert "Your comment is added." in page.text
    assert "Ring me on […] about it." in (await show(person, change)).text
    page = await say(ann, change, "I want to kill myself over this.")
    assert "Samaritans" in page.text
    page = await ann.send(page.form("/comments"), anyway="yes")
    assert "A facilitator reads it before others can." in page.text
    assert "Only you can read this yet." in page.text
    assert "kill myself" not in (await show(person, change)).text


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    sided: Cast, change: Decision, signed_in: As
) -> None:
    ann = await signed_in("ann")
    page = await say(ann, change, stance="")
    assert page.status == 422
    assert "Choose how you stand to it." in page.text
    assert WORDS in page.html
    page = await say(ann, change, "x" * 2_001)
    assert page.status == 422
    assert "Your comment has 2,001 characters. Shorten it to 2,000 or fewer." in page.text
    form = (await show(ann, change)).form("/comments")
    await sided.do("maryam", replace_charter, sided.space, change.id, amended(30), now=NOON)
    page = await ann.send(form, stance="for", text=WORDS, language="en")
    assert page.status == 409
    assert "The text changed while you read it." in page.text
    assert WORDS in page.html


async def test_a_comment_on_an_earlier_text_says_so_and_links_to_it(
    person: Person, sided: Cast, change: Decision, signed_in: As
) -> None:
    await say(await signed_in("ann"), change)
    await sided.do("maryam", replace_charter, sided.space, change.id, amended(30), now=NOON)
    page = await show(person, change)
    assert "It speaks of an earlier text, which has changed since." in page.text
    older = f"{HERE}/charter/versions/{change.text[:16]}"
    assert f'href="{older}"' in page.html
    assert (await person.get(older)).status == 200


async def test_the_author_changes_it_and_takes_it_back_and_nobody_else_finds_the_page(
    sided: Cast, change: Decision, signed_in: As
) -> None:
    ann = await signed_in("ann")
    await say(ann, change)
    address = f"{HERE}/comments/1/change"
    assert f'href="{address}"' in (await show(ann, change)).html
    sam = await signed_in("sam")
    assert f'href="{address}"' not in (await show(sam, change)).html
    assert (await sam.get(address)).status == 404
    form = (await ann.get(address)).form("/change")
    page = await ann.send(form, text="Four would be better.", stance="neutral", language="en")
    assert "Your change is kept." in page.text
    assert "Four would be better." in page.text
    page = await ann.send((await ann.get(address)).form("/withdraw"))
    assert "Your comment is taken back, and its words are erased." in page.text
    assert "Four would be better." not in page.text
    assert (await ann.get(address)).status == 404


async def test_a_reply_keeps_the_comment_above_as_it_is(sided: Cast, change: Decision, signed_in: As) -> None:
    ann = await signed_in("ann")
    await say(ann, change)
    form = (await ann.get(f"{HERE}/comments/1/change")).form("/change")
    await say(await signed_in("sam"), change, "Why three?", parent="1")
    page = await ann.send(form, text="Something else.", stance="for", language="en")
    assert page.status == 403
    assert "Somebody has replied to this comment, so it stays as it is." in page.text
    assert "Somebody has replied to it" in (await ann.get(f"{HERE}/comments/1/change")).text


async def test_removed_by_a_rule_appealed_by_its_author_and_given_back_by_both_sides(
    person: Person, sided: Cast, change: Decision, signed_in: As
) -> None:
    sam, flo = await signed_in("sam"), await signed_in("flo")
    await say(sam, change)
    page = await person.get(f"{HERE}/comments/1/report")
    assert WORDS in page.text
    page = await person.send(page.form("/report"), reason="abusive", words="It attacks us.")
    assert "Thank you. A facilitator decides by" in page.text
    page = await flo.get(f"{HERE}/facilitate")
    assert "1 comment waits to be read" in page.text
    page = await flo.get(f"{HERE}/comments")
    assert "It attacks us." in page.text
    page = await flo.send(page.form("/1/remove"), note="Speak of the text.")
    assert page.status == 422
    assert "Choose the rule that the comment breaks." in page.text
    page = await flo.send(page.form("/1/remove"), reason="off-topic")
    assert "Comment removed." in page.text
    assert "No comment waits." in page.text
    page = await show(person, change)
    assert WORDS not in page.text
    assert "This comment is not there any more. Not about this question." in page.text
    assert "A facilitator took the comment out on" in (await person.get(f"{HERE}/comments/1/report")).text
    assert (await (await signed_in("ann")).get(f"{HERE}/comments/1/appeal")).status == 404
    own = f"{HERE}/comments/1/appeal"
    assert f'href="{own}"' in (await show(sam, change)).html
    page = await sam.get(own)
    assert "Speak of the text." in page.text
    page = await sam.send(page.form("/appeal"), words="It is about the text.")
    assert "You have appealed." in page.text
    assert WORDS not in (await person.get(f"{HERE}/appeals")).text
    for who in ("ann", "deepa"):
        one = await signed_in(who)
        page = await one.get(f"{HERE}/appeals")
        assert WORDS in page.text
        assert (await one.send(page.form("/appeal/decide"), answer="back")).status == 422
        page = await one.send(page.form("/appeal/decide"), answer="back", reason="It is about the text.")
    assert "Both sides have answered: the text is back." in page.text
    assert "Your appeal has won: the comment is back." in (await sam.get(own)).text
    assert WORDS in (await show(person, change)).text
    record = (await person.get(f"{HERE}/record")).text
    assert "Comment removed" in record
    assert "Appeal decided: the text is back" in record


async def test_a_facilitator_undoes_a_removal_within_an_hour(
    person: Person, sided: Cast, change: Decision, signed_in: As, clock: Clock
) -> None:
    flo = await signed_in("flo")
    await say(await signed_in("sam"), change)
    page = await flo.get(f"{HERE}/comments")
    page = await flo.send(page.form("/1/remove"), reason="abusive")
    form = page.form("/1/undo")
    page = await flo.send(form)
    assert WORDS in page.text
    assert WORDS in (await show(person, change)).text
    page = await flo.send(page.form("/1/keep"))
    assert "Comment read and left as it is." in page.text
    clock.pass_(hours=2)
    assert "Somebody else has acted on it before you." in (await flo.send(form)).text


async def test_my_data_names_it_gives_it_out_and_takes_it_back(
    person: Person, app: Quart, sided: Cast, change: Decision, signed_in: As
) -> None:
    ann = await signed_in("ann")
    await say(ann, change)
    await say(await signed_in("sam"), change, "Why three?", parent="1")
    page = await ann.get("/me")
    assert "Comments, suggestions and clauses you wrote: 1" in page.text
    assert WORDS in page.text
    assert WORDS in (await ann.get("/me/data.json")).html
    page = await ann.get("/me/erase?space=avonmere")
    await ann.send(page.form("/me/erase"))
    page = await show(person, change)
    assert WORDS not in page.text
    assert "Why three?" in page.text
    assert "Withdrawn by its author" in page.text
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Comment.author_id).where(Comment.id == 1))).one() is None


async def test_when_it_is_over_the_discussion_is_read_and_nobody_adds_to_it(
    sided: Cast, change: Decision, signed_in: As, clock: Clock
) -> None:
    await say(await signed_in("ann"), change)
    clock.time = change.closes_at + DAY
    page = await show(await signed_in("joe"), change)
    assert WORDS in page.text
    assert not re.search(r'action="[^"]*/comments"', page.html)
    assert "This decision is over." in page.text


async def test_the_limit_of_a_device_holds_for_comments_too_and_keeps_the_words(
    app: Quart, sided: Cast, change: Decision, signed_in: As
) -> None:
    ann = await signed_in("ann")
    form = (await show(ann, change)).form("/comments")
    for _ in range(app.extensions["settings"].acts_a_minute):
        await ann.send(form, follow=False, stance="", text="", language="en")
    page = await ann.send(form, stance="for", text=WORDS, language="en")
    assert page.status == 429
    assert WORDS in page.text
