"""Built files as browsers ask for them: the smallest form, for good under a current address."""

import gzip
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from participate.static_files import DIST, KINDS, address_of
from tests.people import Person

FILES = sorted(path.name for path in DIST.iterdir() if path.suffix in KINDS)
COMPRESSED = [name for name in FILES if not name.endswith(".woff2")]


@pytest.fixture
def kind() -> str:
    """No database is asked."""
    return "sqlite"


def test_there_is_something_to_serve() -> None:
    assert {"app.css", "app.js", "icons.svg", "mark.svg", "public-sans.woff2"} <= set(FILES)


async def raw(person: Person, address: str, **headers: str) -> tuple[int, bytes, Any]:
    response = await person.client.get(address, headers=headers)
    return response.status_code, await response.get_data(as_text=False), response.headers


@pytest.mark.parametrize("name", FILES)
async def test_each_file_has_an_address_that_may_be_kept_for_good(person: Person, name: str) -> None:
    status, content, headers = await raw(person, address_of(name))
    assert status == 200
    assert content == (DIST / name).read_bytes()
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Type"] == KINDS[Path(name).suffix]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert address_of(name).endswith(sha256(content).hexdigest()[:8])


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("*", "br"),
        ("deflate", None),
        ("identity", None),
        ("", None),
    ],
)
async def test_the_smallest_form_that_is_read_is_sent(
    person: Person, name: str, accepted: str, encoding: str | None
) -> None:
    _, content, headers = await raw(person, address_of(name), **{"Accept-Encoding": accepted})
    assert headers.get("Content-Encoding") == encoding
    assert headers["Vary"] == "Accept-Encoding"
    assert int(headers["Content-Length"]) == len(content)
    plain = (DIST / name).read_bytes()
    if encoding == "gzip":
        assert gzip.decompress(content) == plain
    assert len(content) < len(plain) if encoding else content == plain


async def test_each_form_has_an_etag_of_its_own_and_is_not_sent_twice(person: Person) -> None:
    etags = set()
    for accepted in ("br", "gzip", "identity"):
        _, _, headers = await raw(person, address_of("app.css"), **{"Accept-Encoding": accepted})
        etags.add(headers["ETag"])
        given = {"Accept-Encoding": accepted, "If-None-Match": headers["ETag"]}
        status, content, again = await raw(person, address_of("app.css"), **given)
        assert (status, content) == (304, b"")
        assert "Content-Encoding" not in again
        assert again["Vary"] == "Accept-Encoding"
    assert len(etags) == 3


@pytest.mark.parametrize("query", ["", "?00000000", "?v=1"])
async def test_an_address_without_the_present_version_is_asked_for_again(person: Person, query: str) -> None:
    _, content, headers = await raw(person, f"/static/dist/app.css{query}")
    assert content == (DIST / "app.css").read_bytes()
    assert headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    "name",
    [
        "nothing.css",
        "app.css.gz",
        "app.css.br",
        "../settings.py",
        "..%2Fsettings.py",
        "%2E%2E/x.css",
        "",
        ".",
    ],
)
async def test_nothing_else_is_served(person: Person, name: str) -> None:
    assert (await raw(person, f"/static/dist/{name}"))[0] == 404
    assert (await raw(person, "/static/../settings.py"))[0] == 404


async def test_the_style_sheet_and_the_page_name_the_same_typeface(person: Person) -> None:
    style = (DIST / "app.css").read_text()
    named = re.findall(r"url\((public-sans[^)]*)\)", style)
    assert [f"/static/dist/{name}" for name in named] == [
        address_of("public-sans.woff2"),
        address_of("public-sans-welsh.woff2"),
    ]
    page = await person.get("/")
    [ahead] = re.findall(r'rel="preload" href="([^"]*)"', page.html)
    assert ahead == address_of("public-sans.woff2")


async def test_a_file_built_anew_is_served_anew(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participate.static_files.DIST", tmp_path)
    (tmp_path / "new.css").write_text("a{}")
    first = await raw(person, "/static/dist/new.css")
    (tmp_path / "new.css").write_text("b{} ")
    second = await raw(person, "/static/dist/new.css")
    assert (first[1], second[1]) == (b"a{}", b"b{} ")
    assert first[2]["ETag"] != second[2]["ETag"]
