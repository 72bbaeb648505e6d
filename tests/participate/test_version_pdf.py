"""A sealed version as PDF: tagged, in its language, the same for everybody, and reaching for nothing."""

import re
import zlib

import pytest
from quart import Quart
from sqlmodel import update

from charters.states import StatementState
from deliberation.drafting.comments import Comment
from participate.pdf import made
from tests.deliberation.drafting.conftest import FIRST, SECOND, TITLE, Writers
from tests.deliberation.drafting.test_sealing import sealed_by
from tests.participate.test_versions import HERE, ONE, drafted, sided  # noqa: F401
from tests.people import Person

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def inside(pdf: bytes) -> bytes:
    """The file with what is packed in it unpacked."""
    found = [pdf]
    for packed in STREAM.findall(pdf):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.pdf
async def test_a_version_is_had_as_tagged_pdf_the_same_for_everybody(
    drafted: Writers,  # noqa: F811
    person: Person,
    app: Quart,
) -> None:
    await sealed_by(drafted, "maryam")
    page = await person.get(ONE)
    assert f'href="{ONE}.pdf"' in page.html
    reply = await person.client.get(f"{ONE}.pdf")
    pdf = await reply.get_data()
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "application/pdf")
    assert reply.headers["Content-Language"] == "en"
    assert pdf.startswith(b"%PDF-")
    said = inside(pdf)
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid", b"/H1", b"/H2"):
        assert part in said, part
    assert TITLE.title.encode("utf-16-be").hex().encode() in said.lower() or TITLE.title.encode() in said
    other = await Person(app).client.get(f"{ONE}.pdf", headers={"Accept-Language": "cy"})
    assert await other.get_data() == pdf
    known = await person.client.get(f"{ONE}.pdf", headers={"If-None-Match": reply.headers["ETag"]})
    assert known.status_code == 304


@pytest.mark.pdf
async def test_words_that_were_removed_are_in_no_pdf(
    drafted: Writers,  # noqa: F811
    person: Person,
    app: Quart,
) -> None:
    await sealed_by(drafted, "maryam")
    before = await (await person.client.get(f"{ONE}.pdf")).get_data()
    async with app.extensions["database"].transaction() as session:
        gone = {"state": StatementState.REMOVED, "removed_for": "abusive"}
        await session.exec(update(Comment).where(Comment.heading == SECOND.heading).values(**gone))
    after = await (await person.client.get(f"{ONE}.pdf")).get_data()
    assert after != before
    assert outline(before) == {FIRST.heading, SECOND.heading}
    assert outline(after) == {FIRST.heading}


def outline(pdf: bytes) -> set[str]:
    """The headings of our two clauses that stand among the bookmarks of a file."""
    said = inside(pdf)
    return {
        one
        for one in (FIRST.heading, SECOND.heading)
        if one.encode() in said or one.encode("utf-16-be").hex().encode() in said.lower()
    }


async def test_where_none_can_be_made_no_page_offers_one(
    drafted: Writers,  # noqa: F811
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sealed_by(drafted, "maryam")
    monkeypatch.setattr("participate.version_files.can_make", lambda: False)
    monkeypatch.setattr("participate.views.versions.can_make", lambda: False)
    assert f"{ONE}.pdf" not in (await person.get(ONE)).html
    page = await person.get(f"{ONE}.pdf")
    assert page.status == 404
    assert "This installation makes no PDF." in page.text
    assert (await person.get(f"{HERE}/versions/9.pdf")).status == 404


@pytest.mark.pdf
@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "typeface:../../app.py", "typeface:none.woff2"],
)
def test_a_page_for_print_reaches_for_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda _, one, *__, **___: reached.append(one))
    head = '<html lang="en"><title>A title</title><body><h1>Words</h1>'
    assert made(f'{head}<img alt="" src="{address}">', "1").startswith(b"%PDF-")
    assert reached == []


@pytest.mark.pdf
def test_the_same_page_makes_the_same_bytes() -> None:
    page = '<html lang="en"><title>A title</title><body><h1>Words</h1>'
    assert made(page, "1") == made(page, "1")
