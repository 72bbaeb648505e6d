"""Two facilitators change the same words at once: nothing is lost, and who comes second is told."""

import asyncio

from quart import Quart

from tests.participate.conftest import Cast
from tests.participate.consulting import RUN, held, make
from tests.people import Form, Page, Person

MEANWHILE = "Somebody else changed this meanwhile"


async def changed(flo: Person, form: Form, **fields: str) -> Page:
    """Press the form's button; the language is chosen in it already."""
    return await flo.send(form, language="en", **fields)


async def test_who_comes_second_reads_what_the_first_wrote_before_it_is_replaced(
    app: Quart, cast: Cast
) -> None:
    await make(cast.flo)
    first = (await cast.flo.get(f"{RUN}/words")).form("/words")
    second = (await cast.flo.get(f"{RUN}/words")).form("/words")
    assert (await changed(cast.flo, first, title="The first", closes="2026-04-02")).status == 200
    told = await changed(cast.flo, second, title="The second", answer="2026-06-01")
    assert told.status == 409
    for words in (
        MEANWHILE,
        "Short title The first",
        "Last day Thursday 2 April 2026",
        "Day of the answer Sunday 24 May 2026",
    ):
        assert words in told.text
    assert "Background" not in told.text.split(MEANWHILE)[1].split("Put both together")[0]
    assert (await held(app)).title == "The first"
    again = told.form("/words")
    assert (again.fields["title"], again.fields["answer"]) == ("The second", "2026-06-01")
    replaced = await changed(cast.flo, again)
    assert (await held(app)).title == "The second"
    assert replaced.text.count("In place of what another facilitator had just written") == 1


async def test_a_third_change_is_told_again_also_after_a_slip(app: Quart, cast: Cast) -> None:
    await make(cast.flo)
    form = (await cast.flo.get(f"{RUN}/words")).form("/words")
    slip = await changed(cast.flo, form, title="")
    assert slip.status == 422
    await changed(cast.flo, form, title="Another")
    told = await changed(cast.flo, slip.form("/words"), title="Mine")
    assert (told.status, (await held(app)).title) == (409, "Another")
    newest = (await cast.flo.get(f"{RUN}/words")).form("/words")
    await changed(cast.flo, newest, title="A third")
    told = await changed(cast.flo, told.form("/words"))
    assert told.status == 409
    assert "Short title A third" in told.text


async def test_of_two_at_the_same_moment_one_is_told(app: Quart, cast: Cast) -> None:
    await make(cast.flo)
    form = (await cast.flo.get(f"{RUN}/words")).form("/words")
    pages = await asyncio.gather(
        *(changed(cast.flo, form, title=title) for title in ("One of us", "Two of us"))
    )
    assert sorted(page.status for page in pages) == [200, 409]
    lost = next(page for page in pages if page.status == 409)
    assert (await held(app)).title in lost.text.split(MEANWHILE)[1]


async def test_two_who_write_the_same_do_not_clash(app: Quart, cast: Cast) -> None:
    await make(cast.flo)
    form = (await cast.flo.get(f"{RUN}/words")).form("/words")
    for _ in range(2):
        assert (await changed(cast.flo, form, title="The same")).status == 200
