"""Which language a page is in, how it is kept, and how to leave it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from quart import Quart

from charters.wording import Words, counted
from deliberation.spaces.consultations import Consultation
from participate.languages import ENGLISH_ONLY, day, gettext, ngettext, number, said
from tests.participate.conftest import Cast, hold_evenings
from tests.people import Clock, Page, Person
from tests.walking import addresses

EVENINGS = "/spaces/avonmere/evenings"
TOGGLE = re.compile(r'<p class="strip-languages"><a href="([^"]*)" lang="(\w+)" hreflang="\2">(\w+)</a></p>')
FIREFOX = "cy-GB,cy;q=0.8,en-GB;q=0.5,en;q=0.3"


@pytest.fixture
async def held(app: Quart, cast: Cast, clock: Clock) -> Consultation:
    """The consultation in a space that somebody facilitates."""
    async with app.extensions["database"].transaction() as session:
        return await hold_evenings(session, cast.avonmere, clock)


def spoken(page: Page) -> str:
    found = re.search(r'<html lang="(\w*)"', page.html)
    assert found is not None, page.html[:300]
    assert page.headers["Content-Language"] == found[1]
    return found[1]


def toggle(page: Page) -> tuple[str, str]:
    """Where the link to the other language leads, and which one that is."""
    ((address, tag, name),) = TOGGLE.findall(page.html)
    assert name == {"en": "English", "cy": "Cymraeg"}[tag]
    return address.replace("&amp;", "&"), tag


def cookie(person: Person) -> list[str]:
    """The parts of the one cookie: secret, session, and the language if one was chosen."""
    (held,) = person.client.cookie_jar
    return str(held.value).split(".")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("en-GB,en;q=0.9", "en"),
        (FIREFOX, "cy"),
        ("cy", "cy"),
        ("fr,cy;q=0.5", "cy"),
        ("en,cy;q=0.9", "en"),
        ("fr,de;q=0.5", "en"),
        ("*", "en"),
        ("cy;q=0, en;q=0.1", "en"),
        ("no such header; at all", "en"),
    ],
)
async def test_a_page_is_in_the_language_that_the_browser_prefers(
    person: Person, accepted: str, language: str
) -> None:
    assert spoken(await person.get("/", **{"Accept-Language": accepted})) == language


async def test_the_address_wins_over_the_choice_kept_and_that_over_the_browser(person: Person) -> None:
    assert spoken(await person.get("/?lang=cy")) == "cy"
    assert spoken(await person.get("/", **{"Accept-Language": "en"})) == "cy"
    assert spoken(await person.get("/?lang=en", **{"Accept-Language": FIREFOX})) == "en"
    assert spoken(await person.get("/", **{"Accept-Language": FIREFOX})) == "en"


async def test_a_choice_changes_nothing_but_the_third_part_of_the_cookie(person: Person) -> None:
    await person.get("/?lang=cy")
    secret, session, language = cookie(person)
    assert (session, language) == ("", "cy")
    await person.get("/?lang=en")
    assert cookie(person) == [secret, "", "en"]


async def test_a_choice_leaves_the_session_and_the_votes_as_they_are(cast: Cast, held: Consultation) -> None:
    before = cookie(cast.flo)
    await cast.flo.get("/?lang=cy")
    assert cookie(cast.flo) == [*before, "cy"]
    assert "Allgofnodi" in (await cast.flo.get("/")).text


@pytest.mark.parametrize("asked", ["fr", "", "CY", "cy\x00", "../cy"])
async def test_a_language_that_no_page_is_in_is_passed_over(person: Person, asked: str) -> None:
    page = await person.get(f"/?lang={asked}")
    assert spoken(page) == "en"
    assert "Set-Cookie" not in page.headers


async def test_a_cookie_with_another_language_is_read_as_one_without(person: Person) -> None:
    person.client.set_cookie("localhost", "participate", f"{'s' * 43}..fr")
    page = await person.get("/", **{"Accept-Language": FIREFOX})
    assert (page.status, spoken(page)) == (200, "cy")


async def test_finishing_on_a_device_keeps_its_language_and_nothing_else(
    app: Quart, voting: Consultation
) -> None:
    person = Person(app)
    page = await person.get(f"{EVENINGS}?lang=cy")
    before = cookie(person)
    after = await person.send(page.form("/finish"))
    assert (after.status, spoken(after)) == (200, "cy")
    assert cookie(person)[0] != before[0]
    assert cookie(person)[1:] == ["", "cy"]


async def test_signing_out_keeps_the_language_of_the_device(cast: Cast) -> None:
    page = await cast.flo.get("/?lang=cy")
    before = cookie(cast.flo)
    after = await cast.flo.send(page.form("/sign-out"))
    assert spoken(after) == "cy"
    assert cookie(cast.flo)[0] != before[0]
    assert cookie(cast.flo)[1:] == ["", "cy"]


async def test_somebody_who_never_chose_has_no_language_in_the_cookie(cast: Cast) -> None:
    page = await cast.flo.get("/", **{"Accept-Language": FIREFOX})
    await cast.flo.send(page.form("/sign-out"))
    assert cookie(cast.flo)[1:] == [""]


async def test_a_page_of_errors_is_in_the_language_too_however_early_it_fails(
    person: Person, voting: Consultation
) -> None:
    page = await person.get(f"{EVENINGS}?lang=cy")
    ballot = page.form("/vote")
    for answer in (
        await person.get("/no-such-page"),
        await person.get("/spaces/nowhere"),
        await person.get("/spaces/a%00b"),
        await person.send(ballot, token="of another device"),
        await person.post(ballot.action, {}, headers={"Origin": "https://elsewhere.example"}),
        await person.post("/", {**ballot.fields}),
    ):
        assert answer.status >= 400
        assert spoken(answer) == "cy"
    person.client.cookie_jar.clear()
    blocked = await person.post(
        ballot.action, {**ballot.fields, "vote": "agree"}, headers={"Accept-Language": "cy"}
    )
    assert (blocked.status, spoken(blocked)) == (403, "cy")
    assert "Fe wnaethoch anfon: Cytuno" in blocked.text


async def test_a_program_is_answered_in_english(person: Person, voting: Consultation) -> None:
    response = await person.client.get("/api/v1/spaces/nowhere?lang=cy", headers={"Accept-Language": "cy"})
    assert (await response.get_json())["error"]["message"] == "There is no space called 'nowhere'."
    assert "Set-Cookie" not in response.headers
    assert "Content-Language" not in response.headers
    async with person.app.test_request_context("/api/v1/spaces?lang=cy"):
        assert gettext("Page not found") == "Page not found"


async def test_every_page_leads_to_itself_in_the_other_language(cast: Cast, held: Consultation) -> None:
    for path in ("/", "/spaces/", "/spaces/avonmere", f"{EVENINGS}?statement=2&skip=1-3", "/no-such-page"):
        page = await cast.stranger.get(path)
        address, tag = toggle(page)
        assert (spoken(page), tag) == ("en", "cy")
        there = await cast.stranger.get(address)
        assert (there.status, spoken(there)) == (page.status, "cy")
        assert address.startswith(path)
        back, tag = toggle(there)
        assert (back, tag) == (address.replace("lang=cy", "lang=en"), "en")
        assert spoken(await cast.stranger.get(back)) == "en"


async def test_a_reply_to_a_form_leads_to_the_page_that_has_the_form(
    person: Person, voting: Consultation
) -> None:
    page = await person.get(EVENINGS)
    refused = await person.send(page.form("/statements"), text="")
    assert refused.status == 422
    address, _ = toggle(refused)
    assert address == f"{EVENINGS}?lang=cy"
    there = await person.get(address)
    assert (there.status, spoken(there)) == (200, "cy")


async def test_a_reply_to_a_sign_in_leads_back_to_the_link(person: Person, link_for: Any) -> None:
    link = await link_for("flo@example.org")
    page = await person.get(link)
    refused = await person.send(page.forms()[0], token="of another device")
    assert toggle(refused)[0] == f"{link}?lang=cy"


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("//elsewhere.example/x", "/elsewhere.example/x?lang=cy"),
        ("/%3Flang=en", "/%3Flang%3Den?lang=cy"),
        ("/a%22b", "/a%22b?lang=cy"),
        ("/caf%C3%A9", "/caf%C3%A9?lang=cy"),
    ],
)
async def test_the_link_to_the_other_language_stays_on_this_site(
    person: Person, path: str, address: str
) -> None:
    assert toggle(await person.get(path))[0] == address


async def test_pages_for_facilitators_are_in_english_and_say_so_by_having_no_link(
    app: Quart, cast: Cast, held: Consultation
) -> None:
    walked = set()
    await cast.flo.get("/?lang=cy")
    for endpoint, path in addresses(app):
        if endpoint.split(".")[0] not in ENGLISH_ONLY:
            continue
        page = await cast.flo.get(f"{path}?lang=cy")
        if page.status != 303 and page.headers["Content-Type"].startswith("text/html"):
            assert spoken(page) == "en", path
            assert "strip-languages" not in page.html, path
            walked.add(endpoint.split(".")[0])
    assert walked == ENGLISH_ONLY
    assert spoken(await cast.flo.get("/spaces/avonmere/facilitate")) == "en"
    assert cookie(cast.flo)[2] == "cy"


async def test_no_store_keeps_a_page_in_one_language_for_readers_of_the_other(
    app: Quart, cast: Cast, held: Consultation
) -> None:
    pages = 0
    for _, path in addresses(app):
        nobody = Person(app)
        page = await nobody.get(f"{path}?lang=cy")
        if path.endswith("/receipt.txt"):  # for its reader alone, in their language, and never kept
            assert page.headers["Cache-Control"] == "private, no-store"
        elif page.headers.get("Content-Type", "").startswith("text/html"):
            pages += 1
            vary = {name.strip().lower() for name in page.headers["Vary"].split(",")}
            assert page.headers["Cache-Control"] == "private, no-store", path
            assert {"cookie", "accept-language"} <= vary, path
        else:
            assert "Set-Cookie" not in page.headers, path
            again = await nobody.get(path)
            assert again.html == page.html, path
            # A file may have a language of its own, and then has it for every reader.
            tongues = [one.headers.get("Content-Language") for one in (page, again)]
            assert tongues[0] == tongues[1], path
    assert pages > 15


class TestSaying:
    """How a sentence, a number and a day are said, within a page in Welsh."""

    @pytest.fixture(autouse=True)
    async def in_welsh(self, app: Quart) -> AsyncIterator[None]:
        async with app.test_request_context("/?lang=cy"):
            yield

    @pytest.mark.parametrize(
        ("n", "words"),
        [
            (0, "0 blynedd"),
            (1, "1 flwyddyn"),
            (2, "2 flynedd"),
            (3, "3 blynedd"),
            (6, "6 blynedd"),
            (1200, "1,200 blynedd"),
        ],
    )
    async def test_a_number_takes_its_form(self, n: int, words: str) -> None:
        assert ngettext("%(n)s year", "%(n)s years", n) == words
        assert said(counted("%(n)s year", "%(n)s years", n)) == words

    async def test_words_within_words_are_said_too(self) -> None:
        kept = Words("We keep it for %(time)s.", time=counted("%(n)s week", "%(n)s weeks", 2))
        assert said(kept) == "Rydym yn ei chadw am 2 wythnos."

    async def test_a_day_and_a_number_are_written_as_welsh_has_them(self, clock: Clock) -> None:
        assert day(clock()) == "dydd Llun 2 Mawrth 2026"
        assert number(12345) == "12,345"
        assert said(Words("It opens on %(day)s.", day=clock().date())).endswith("dydd Llun 2 Mawrth 2026.")

    async def test_a_day_ends_when_it_does_in_london(self, clock: Clock) -> None:
        clock.pass_(days=120, hours=11, minutes=30)
        assert (clock().day, day(clock()).split()[2]) == (30, "1")

    async def test_what_nobody_has_translated_stays_english(self) -> None:
        assert gettext("Not in any catalogue.") == "Not in any catalogue."
        assert said("Not in any catalogue.") == "Not in any catalogue."
        assert said(Words("No %(n)s.", n=1)) == "No 1."
        assert (gettext(""), said("")) == ("", "")

    async def test_a_template_fills_a_sentence_once_and_keeps_what_was_typed_harmless(
        self, app: Quart
    ) -> None:
        source = (
            "{{ ngettext('%(n)s year', '%(n)s years', 2) }}|"
            "{{ ngettext('%(num)s <b>%%</b> of %(x)s', '%(num)s of %(x)s, %%', 3, x=typed) }}|"
            "{% trans count=2 %}{{ count }} day by {{ typed }}"
            "{% pluralize %}{{ count }} days by {{ typed }}{% endtrans %}|"
            "{{ _('You sent:') }} {{ _('a %(x)s', x=typed) }}"
        )
        from quart import render_template_string

        assert await render_template_string(source, typed="<i>%d") == (
            "2 flynedd|3 of &lt;i&gt;%d, %|2 days by &lt;i&gt;%d|Fe wnaethoch anfon: a &lt;i&gt;%d"
        )
