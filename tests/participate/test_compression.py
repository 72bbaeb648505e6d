"""Replies in gzip: which, for whom, with the same content; and no secret that stands twice equal."""

import gzip
import re
from typing import Any

import pytest
from quart import Quart, Response

from deliberation.spaces.consultations import Consultation
from participate.compression import LEAST, LONG
from tests.people import Person

HERE = "/spaces/avonmere/evenings"
READS = {"Accept-Encoding": "gzip, deflate, br"}


async def raw(person: Person, path: str, method: str = "GET", **headers: str) -> tuple[bytes, Any]:
    response = await person.client.open(path, method=method, headers=headers)
    return await response.get_data(as_text=False), response


@pytest.fixture
def sends(app: Quart, person: Person) -> Any:
    """Let `/sent` answer with this."""

    def send(content: bytes, kind: str = "text/html", **values: Any) -> None:
        status = values.pop("status", 200)

        @app.get("/sent")
        async def sent() -> Response:
            response = Response(content, status, content_type=kind)
            for name, value in values.items():
                response.headers[name.replace("_", "-")] = value
            return response

    return send


async def test_a_page_is_sent_small_and_unpacks_to_the_same_words(
    person: Person, voting: Consultation
) -> None:
    plain, _ = await raw(person, "/spaces/avonmere")
    small, response = await raw(person, "/spaces/avonmere", **READS)
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert int(response.headers["Content-Length"]) == len(small) < len(plain) / 2

    def without_nonce(page: bytes) -> bytes:
        return re.sub(rb'nonce="[^"]*"', b"", page)

    assert without_nonce(gzip.decompress(small)) == without_nonce(plain)


@pytest.mark.parametrize("accepted", [None, "", "br", "identity", "gzip;q=0, *"])
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_whoever_reads_no_gzip_gets_none_and_caches_are_told(
    person: Person, sends: Any, accepted: str | None
) -> None:
    sends(b"word " * LEAST)
    content, response = await raw(
        person, "/sent", **({} if accepted is None else {"Accept-Encoding": accepted})
    )
    assert content == b"word " * LEAST
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("content", "kind_of_content", "more"),
    [
        (b"x" * (LEAST - 1), "text/html", {}),
        (b"x" * 5000, "text/csv", {}),
        (b"x" * 5000, "application/zip", {}),
        (b"x" * 5000, "text/html", {"status": 303}),
        (b"x" * 5000, "text/html", {"status": 206}),
        (b"x" * 5000, "text/html", {"Content_Encoding": "br"}),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_is_short_packed_already_or_of_another_kind_is_let_through(
    person: Person, sends: Any, content: bytes, kind_of_content: str, more: dict[str, Any]
) -> None:
    sends(content, kind_of_content, **more)
    given, response = await raw(person, "/sent", **READS)
    assert given == content
    assert response.headers.get("Content-Encoding") == more.get("Content_Encoding")


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("kind_of_content", ["text/html; charset=utf-8", "image/svg+xml", "application/json"])
@pytest.mark.parametrize("length", [LEAST, LONG - 1, LONG, 5 * LONG])
async def test_each_kind_and_length_unpacks_to_what_was_sent(
    person: Person, sends: Any, kind_of_content: str, length: int
) -> None:
    content = bytes(n * 7 % 251 for n in range(length))
    sends(content, kind_of_content)
    small, response = await raw(person, "/sent", **READS)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small) == content


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_strong_etag_turns_weak_and_still_spares_the_body(person: Person, sends: Any) -> None:
    sends(b"x" * 5000, ETag='"abc"')
    _, response = await raw(person, "/sent", **READS)
    assert response.headers["ETag"] == 'W/"abc"'


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_asking_for_the_headers_alone_packs_nothing(person: Person, sends: Any) -> None:
    sends(b"x" * 5000)
    _, response = await raw(person, "/sent", "HEAD", **READS)
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


async def test_a_public_reply_is_packed_and_known_again(person: Person, voting: Consultation) -> None:
    path = "/api/v1/spaces/avonmere/evenings/statements"
    _, response = await raw(person, path, **READS)
    etag = response.headers["ETag"]
    content, again = await raw(person, path, **READS, **{"If-None-Match": etag})
    assert (again.status_code, content) == (304, b"")
    assert "Accept-Encoding" in again.headers["Vary"]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_page_with_a_lasting_secret_is_sent_plain(person: Person, link_for: Any) -> None:
    _, response = await raw(person, await link_for("flo@example.org"), **READS)
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers


SECRET = re.compile(r"[A-Za-z0-9_-]{16,}={0,2}")
NONCE = re.compile(r'nonce="([^"]+)"')
BUILT = re.compile(r"/static/dist/[^\"#]*")


def secrets_in(html: str) -> set[str]:
    """Everything long enough to be a secret that has a capital, a small letter and a figure."""
    found = SECRET.findall(BUILT.sub("", html))
    return {one for one in found if all(re.search(kind, one) for kind in ("[A-Z]", "[a-z]", "[0-9]"))}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        HERE,
        f"{HERE}?statement=1",
        f"{HERE}?voted=1",
        f"{HERE}/map",
        "/spaces/",
        "/spaces/avonmere",
        "/data/",
    ],
)
async def test_no_secret_stands_twice_equal(person: Person, voting: Consultation, path: str) -> None:
    """What differs in each reply tells nothing by the length of a packed one."""
    await person.send((await person.get(f"{HERE}?statement=1")).form("/vote"), vote="agree")
    seen: set[str] = set()
    for _ in range(3):
        html = (await person.get(path)).html
        nonce = set(NONCE.findall(html))
        assert len(nonce) == 1
        secrets = secrets_in(html) | nonce  # by chance it has no figure, say
        assert seen & secrets == set()
        assert not set(cookie(person).split(".")) & secrets
        seen |= secrets


def cookie(person: Person) -> str:
    return next(one.value or "" for one in person.client.cookie_jar if one.name == "participate")


async def test_two_forms_of_one_page_carry_two_tokens(person: Person, voting: Consultation) -> None:
    page = await person.get(HERE)
    tokens = [form.fields["token"] for form in page.forms() if "token" in form.fields]
    assert len(tokens) >= 3
    assert len(set(tokens)) == len(tokens)
