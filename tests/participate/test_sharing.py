"""Links of invitation and posters: a secret shown once, people counted once, and a reason where it ends."""

import re
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from charters.policy import load_policy
from deliberation.spaces.invitations import Invitation, InvitationEntry, hash_of
from participate.codes import code_for
from tests.participate.consulting import HOURS, RUN, make, open_it
from tests.people import Clock, Page, Person

LINK = re.compile(r"http://localhost(/spaces/avonmere/opening-hours/invite/[a-z0-9-]+)")
PATH = f"{HOURS}/invite"
WARD = {"label": "Ward 3", "most": "2", "ends": "2026-03-10"}


async def invite(flo: Person, **fields: str) -> str:
    """Make a link; its path."""
    form = (await flo.get(f"{RUN}/share")).form("/invitations")
    page = await flo.send(form, **{**WARD, **fields})
    found = LINK.search(page.text)
    assert page.status == 200, page.text
    assert found is not None
    return found[1]


async def start(somebody: Person, path: str) -> Page:
    return await somebody.send((await somebody.get(path)).form(path))


async def test_a_link_is_shown_once_and_kept_as_a_fingerprint(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    path = await invite(cast.flo)
    page = await cast.flo.get(f"{RUN}/share")
    assert "Ward 3" in page.text
    assert path.rsplit("/", 1)[1] not in page.html
    async with app.extensions["database"].reading() as session:
        (kept,) = (await session.exec(select(Invitation))).all()
    assert kept.code_hash == hash_of(path.rsplit("/", 1)[1])


async def test_whoever_starts_is_counted_once_and_reading_counts_nobody(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    path = await invite(cast.flo)
    assert "Not open yet" in (await cast.stranger.get(path)).text
    assert "It says “not open yet” until you open it." in (await cast.flo.get(f"{RUN}/share")).text
    await open_it(cast.flo)
    assert "not open yet" not in (await cast.flo.get(f"{RUN}/share")).text
    for _ in range(3):
        assert "You are invited" in (await cast.stranger.get(path)).text
    for _ in range(2):
        page = await start(cast.stranger, path)
        assert page.status == 200
        assert page.path == HOURS
    async with app.extensions["database"].reading() as session:
        assert len((await session.exec(select(InvitationEntry))).all()) == 1
    assert "Fewer than 10 of 2" in (await cast.flo.get(f"{RUN}/share")).text


async def test_a_link_may_be_typed_in_capitals_and_without_lines(cast: Any) -> None:
    await make(cast.flo)
    path = await invite(cast.flo)
    code = path.rsplit("/", 1)[1].replace("-", "").upper()
    assert (await cast.stranger.get(f"{PATH}/{code}")).status == 200
    assert (await cast.stranger.get(f"{PATH}/{code[:-1]}")).status == 404


async def test_a_spent_link_says_why_and_leads_to_the_open_question(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    path = await invite(cast.flo, most="1")
    await open_it(cast.flo)
    late = Person(app)
    form = (await late.get(path)).form(path)
    await start(cast.stranger, path)
    page = await late.send(form)
    assert page.status == 410
    assert "As many people as this link was made for have used it." in page.text
    assert f'href="{HOURS}"' in page.html
    assert (await late.get(path)).status == 410
    # Whoever came in before is let in again.
    form.fields["token"] = (await cast.stranger.get(HOURS)).forms()[0].fields["token"]
    assert (await cast.stranger.send(form)).path == HOURS


async def test_a_link_that_is_over_says_why(cast: Any, clock: Clock) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    path, other = await invite(cast.flo), await invite(cast.flo, label="Library", most="")
    page = await cast.flo.send((await cast.flo.get(f"{RUN}/share")).form("/invitations/2/end"))
    assert "The link is ended." in page.text
    page = await cast.stranger.get(other)
    assert page.status == 410
    assert "ended by the people who gave it out" in page.text
    clock.pass_(days=9)
    page = await cast.stranger.get(path)
    assert page.status == 410
    assert "has come to its last day" in page.text
    assert "Tuesday 10 March 2026" in page.text
    assert "The question is open to everybody." in page.text


async def test_a_link_opens_nothing_that_is_paused_or_closed(cast: Any, clock: Clock) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    path = await invite(cast.flo, ends="2026-05-01")
    form = (await cast.stranger.get(path)).form(path)
    days = await cast.flo.get(f"{RUN}/days")
    await cast.flo.send(days.form("/pause"), hours="5", pause_reason="We mend a fault in the pages.")
    page = await cast.stranger.get(path)
    assert "Voting is paused" in page.text
    assert "Start" not in page.text
    page = await cast.stranger.send(form)
    assert page.status == 403
    assert load_policy("open-health-space").clause("pausing").text in page.text
    clock.pass_(days=40)
    assert "Voting is closed" in (await cast.stranger.get(path)).text


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"label": ""}, "label", "Write whom it is for."),
        ({"most": "many"}, "most", "Write a whole number from 1 to 100,000, or leave it empty."),
        ({"most": "0"}, "most", "Write a whole number from 1"),
        ({"ends": ""}, "ends", "Choose the last day of the link."),
        ({"ends": "2026-03-01"}, "ends", "This day has passed."),
        ({"ends": "soon"}, "ends", "is not a day"),
    ],
)
async def test_a_wrong_link_is_told_at_its_field(
    app: Quart, cast: Any, fields: dict[str, str], field: str, message: str
) -> None:
    await make(cast.flo)
    form = (await cast.flo.get(f"{RUN}/share")).form("/invitations")
    page = await cast.flo.send(form, **{**WARD, **fields})
    assert page.status == 422
    assert page.text.count(message) == 2
    assert f'<a href="#{field}">' in page.html
    assert {**WARD, **fields}.items() <= page.form("/invitations").fields.items()
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Invitation))).all() == []


async def test_a_poster_has_the_question_the_days_the_link_and_a_way_without_a_phone(cast: Any) -> None:
    await make(cast.flo)
    page = await cast.flo.get(f"{RUN}/poster")
    for words in ("When should the surgery be open?", "http://localhost/spaces/avonmere/opening-hours"):
        assert words in page.text
    assert "Last day: Sunday 29 March 2026." in page.text
    assert "Without a phone" in page.text
    assert '<svg role="img"' in page.html
    welsh = await cast.flo.get(f"{RUN}/poster?lang=cy")
    assert '<html lang="cy">' in welsh.html


async def test_a_poster_for_an_invitation_carries_its_link(cast: Any) -> None:
    await make(cast.flo)
    form = (await cast.flo.get(f"{RUN}/share")).form("/invitations")
    page = await cast.flo.send(form, **WARD)
    found = LINK.search(page.text)
    assert found is not None
    page = await cast.flo.send(page.form("/poster"))
    assert f"http://localhost{found[1]}" in page.text
    assert "Tuesday 10 March 2026" in page.text


def test_a_code_is_drawn_within_the_page_dark_on_white_and_named() -> None:
    drawn = code_for("https://example.org/a&b", "Code for <b>x</b>")
    assert drawn.startswith('<svg role="img"')
    assert "<title>Code for &lt;b&gt;x&lt;/b&gt;</title>" in drawn
    assert 'fill="#fff"' in drawn
    assert "style=" not in drawn
