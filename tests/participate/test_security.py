"""What holds for every request, whatever the page."""

import pytest
from quart import Quart

from participate.devices import Device, form_token, is_form_token
from tests.people import Person

KEY = "a secret key for tests, long enough"


async def test_every_reply_carries_the_headers_and_a_fresh_nonce(person: Person) -> None:
    first, second = await person.get("/"), await person.get("/nowhere")
    for page in (first, second):
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Cache-Control"] == "private, no-store"
    assert first.headers["Content-Security-Policy"] != second.headers["Content-Security-Policy"]


async def test_reading_sets_no_cookie(person: Person) -> None:
    page = await person.get("/")
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_an_act_from_elsewhere_is_refused(app: Quart, headers: dict[str, str]) -> None:
    response = await app.test_client().post("/", form={"vote": "agree"}, headers=headers)
    assert response.status_code == 403
    assert "did not come from our page" in await response.get_data(as_text=True)


async def test_an_act_without_the_cookie_keeps_what_was_chosen(person: Person) -> None:
    page = await person.post("/", {"vote": "agree", "token": "x"})
    assert page.status == 403
    assert "blocks our cookie" in page.html
    assert page.forms()[0].fields["vote"] == "agree"
    assert "Set-Cookie" in page.headers


async def test_a_form_of_another_device_is_refused(person: Person) -> None:
    mine = form_token(KEY, Device.new())
    await person.post("/", {"token": mine})  # the refusal brings the cookie
    page = await person.post("/", {"token": mine})
    assert page.status == 403
    assert "out of date" in page.html


async def test_a_body_that_is_too_large_is_refused_in_words(person: Person) -> None:
    await person.post("/", {})  # the refusal brings the cookie
    page = await person.post("/", {"text": "x" * 300_000})
    assert page.status == 413
    assert "At most 256 kB" in page.html


async def test_a_body_of_another_kind_is_refused(app: Quart) -> None:
    client = app.test_client()
    client.set_cookie("localhost", "participate", Device.new().cookie)
    response = await client.post(
        "/", data=b"<vote/>", headers={"Content-Type": "text/xml", "Origin": "http://localhost"}
    )
    assert response.status_code == 415


async def test_a_failure_tells_no_more_than_a_reference(app: Quart, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/break")
    async def breaks() -> str:
        raise RuntimeError("a secret path /etc/secret")

    response = await app.test_client().get("/break")
    html = await response.get_data(as_text=True)
    assert response.status_code == 500
    assert "secret path" not in html
    assert "Traceback" not in html
    reference = html.split("reference: ")[1][:8]
    assert reference in caplog.text


async def test_errors_of_the_programs_interface_have_one_shape(app: Quart) -> None:
    response = await app.test_client().get("/api/v1/nothing")
    assert response.status_code == 404
    assert set((await response.get_json())["error"]) == {"code", "message"}


def test_a_form_token_belongs_to_one_device_and_differs_each_time() -> None:
    device, other = Device.new(), Device.new()
    first, second = form_token(KEY, device), form_token(KEY, device)
    assert first != second
    assert is_form_token(KEY, device, first)
    assert is_form_token(KEY, device, second)
    assert not is_form_token(KEY, other, first)
    assert not is_form_token(KEY, device, first[:-2] + "AA")
    assert not is_form_token("another key", device, first)
    assert not is_form_token(KEY, device, "")


@pytest.mark.parametrize("cookie", [None, "", "x", "a.b", "." * 44, "a" * 43, "a" * 43 + "." + "b" * 42])
def test_a_cookie_not_made_here_is_no_device(cookie: str | None) -> None:
    assert Device.from_cookie(cookie) is None


def test_a_cookie_comes_back_as_it_was_sent() -> None:
    device = Device.new()
    assert Device.from_cookie(device.cookie) == device
    signed_in = device.signed_in(Device.new().secret)
    assert Device.from_cookie(signed_in.cookie) == signed_in


async def test_a_failure_of_the_error_page_itself_still_tells_the_reference(
    app: Quart, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> str:
        raise LookupError("no template")

    @app.get("/break")
    async def breaks() -> str:
        raise RuntimeError("first")

    monkeypatch.setattr("participate.errors.render_template", broken)
    response = await app.test_client().get("/break")
    assert response.status_code == 500
    assert (await response.get_data(as_text=True)).split("reference: ")[1][:8] in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/spaces/%00",
        "/spaces/a%00b/c",
        "/spaces/a/%00/map",
        "/api/v1/spaces/%00",
        "/data/a/b/99999999999999999999/",
        "/data/a/b/2147483648/",
    ],
)
async def test_an_address_that_can_name_nothing_is_not_found(person: Person, path: str) -> None:
    assert (await person.get(path)).status == 404


async def test_a_form_for_an_address_that_can_name_nothing_is_not_found(person: Person) -> None:
    await person.post("/", {})  # the refusal brings the cookie
    assert (await person.post("/spaces/a%00b/c/vote", {"vote": "agree"})).status == 404


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_benchmarks_floor_is_not_part_of_the_application(person: Person) -> None:
    await person.post("/", {})
    assert (await person.post("/bench/empty", {})).status in (403, 404)
    assert all(not rule.rule.startswith("/bench") for rule in person.app.url_map.iter_rules())
