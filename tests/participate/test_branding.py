"""A host's own logo and accent: shown on every page, and refused in words where they would do harm."""

import struct
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participate.app import create_app
from participate.branding import FOCUS, PAPER, WHITE, Brand, brand_of, contrast
from participate.fit_to_serve import check_for_serving
from participate.logos import LARGEST
from participate.settings import Settings, SettingsError
from tests.people import Person

PLAIN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 100"><path d="M0 0h320v100z"/></svg>'
INSIDE = PLAIN.replace("<path", "{}<path")


def png(width: int = 300, height: int = 80) -> bytes:
    """The head of a PNG: as much as is looked at."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9)


def logo(tmp_path: Path, content: str | bytes) -> str:
    path = tmp_path / "logo"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


async def test_a_page_shows_a_host_its_own_logo_and_colour(settings: Settings, tmp_path: Path) -> None:
    app = create_app(replace(settings, logo=logo(tmp_path, PLAIN), accent="#0B4F3F"))
    person = Person(app)
    page = await person.get("/")
    assert 'class="site-logo" src="/brand/logo.svg?v=' in page.html
    assert 'width="320" height="100"' in page.html
    assert '<link rel="stylesheet" href="/brand/accent.css?v=' in page.html
    colours = await person.get("/brand/accent.css")
    assert "--accent:#0b4f3f;" in colours.html
    assert colours.headers["Content-Type"].startswith("text/css")
    picture = await person.get("/brand/logo.svg")
    assert (picture.html, picture.headers["Content-Type"]) == (PLAIN, "image/svg+xml")
    assert (
        picture.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert "immutable" in picture.headers["Cache-Control"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert (await person.get("/brand/logo.png")).status == 404
    await app.extensions["database"].close()


async def test_without_them_our_mark_stands_and_nothing_is_served(person: Person) -> None:
    page = await person.get("/")
    assert 'class="site-mark"' in page.html
    assert "/brand/" not in page.html
    for path in ("/brand/accent.css", "/brand/logo.svg", "/brand/logo.png"):
        assert (await person.get(path)).status == 404


def test_a_new_colour_or_picture_has_a_new_address(tmp_path: Path) -> None:
    green, blue = (brand_of(Settings(accent=colour)) for colour in ("#0b4f3f", "#0b3f4f"))
    assert green.version != blue.version
    first = brand_of(Settings(logo=logo(tmp_path, PLAIN))).logo
    second = brand_of(Settings(logo=logo(tmp_path, png()))).logo
    assert first is not None
    assert second is not None
    assert (second.name, second.width, second.height) == ("logo.png", 300, 80)
    assert first.version != second.version
    assert brand_of(Settings()) == Brand()


@pytest.mark.parametrize(
    ("accent", "complaint"),
    [
        ("green", "is 'green'. Write a colour as # and six"),
        ("#0b4f3", "six hexadecimal digits"),
        ("#0b4f3f;}", "six hexadecimal digits"),
        ("#ffd84d", "too light for white words on it"),
        ("#767676", "too light for words of it on the page's ground: the contrast is 4.2"),
    ],
)
def test_a_colour_that_could_not_be_read_is_refused(accent: str, complaint: str) -> None:
    for settings in (Settings(accent=accent), Settings(accent=accent, mode="demo")):  # type: ignore[arg-type]
        with pytest.raises(SettingsError, match=complaint):
            check_for_serving(settings, "127.0.0.1")


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_whatever_colour_is_taken_can_be_read_wherever_it_stands(colour: tuple[int, int, int]) -> None:
    try:
        css = brand_of(Settings(accent="#" + bytes(colour).hex())).css
    except SettingsError:
        assert min(contrast(colour, WHITE), contrast(colour, PAPER)) < 4.5 or contrast(colour, FOCUS) < 3
        return
    told = {
        name.strip().lstrip("-"): tuple(bytes.fromhex(value[1:7]))
        for name, value in (line.split(":") for line in css[6:-2].split(";"))
    }
    assert sorted(told) == ["accent", "accent-dark", "tint", "tint-2"]
    for words in (told["accent"], told["accent-dark"]):
        assert contrast(words, WHITE) >= 4.5
        assert contrast(words, PAPER) >= 4.5
        assert contrast(words, FOCUS) >= 3
    assert contrast(told["accent-dark"], told["tint"]) >= 4.5
    assert contrast((0x4D, 0x44, 0x56), told["tint-2"]) >= 4.5


def test_contrast_is_what_the_guidelines_count() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((0x76, 0x76, 0x76), WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (INSIDE.format("<script>alert(1)</script>"), "has a <script>"),
        (INSIDE.format("<foreignObject/>"), "has a <foreignObject>"),
        (PLAIN.replace("<path", '<path onload="alert(1)"'), "has the attribute onload"),
        (INSIDE.format('<image href="https://example.org/x.png"/>'), "refers to 'https://example.org/x.png'"),
        (INSIDE.format('<use href="other.svg#a"/>'), "refers to 'other.svg#a'"),
        (INSIDE.format('<use href="data:text/html,x"/>'), "refers to 'data:text/html,x'"),
        (INSIDE.format('<style>@import "x.css";</style>'), "loads something from elsewhere"),
        (PLAIN.replace("<path", '<path fill="url(//example.org/#a)"'), "loads something from elsewhere"),
        ('<!DOCTYPE svg [<!ENTITY a "a">]>' + PLAIN, "declares a document type"),
        ('<?xml-stylesheet href="x.css"?>' + PLAIN, "declares a document type or a style sheet"),
        (PLAIN.encode("utf-16"), "is neither a PNG nor an SVG in UTF-8"),
        ("<html/>", "is XML but not an SVG"),
        ("just words", "is neither a PNG nor an SVG"),
        (PLAIN.replace(' viewBox="0 0 320 100"', ""), "has no viewBox"),
        (PLAIN.replace("320 100", "10 10000"), "is 0.1 by 100. Make each side 16 to 4096"),
        (png(width=5000), "is 5000 by 80"),
        (png()[:20], "begins like a PNG but is none"),
        ("x" * (LARGEST + 1), "Make it 102,400 bytes or less"),
    ],
)
def test_a_picture_that_could_do_harm_is_refused(
    tmp_path: Path, content: str | bytes, complaint: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        brand_of(Settings(logo=logo(tmp_path, content)))
    assert complaint in str(refused.value)
    assert str(refused.value).startswith("PARTICIPATE_LOGO: the file ")


def test_a_picture_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        brand_of(Settings(logo=str(tmp_path / "none.svg")))


def test_a_picture_may_refer_to_its_own_parts(tmp_path: Path) -> None:
    parts = '<defs><linearGradient id="g"/></defs><use href="#g"/><rect fill="url(#g)" width="9" height="9"/>'
    drawn = brand_of(Settings(logo=logo(tmp_path, INSIDE.format(parts)))).logo
    assert drawn is not None
    assert (drawn.width, drawn.height) == (320, 100)
