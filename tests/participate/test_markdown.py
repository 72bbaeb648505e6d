"""Written text becomes safe HTML."""

import pytest

from participate.markdown import render


def test_headings_begin_below_the_title_of_the_page() -> None:
    assert "<h2>One</h2>" in render("# One")
    assert "<h3>Two</h3>" in render("## Two")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](https://elsewhere.example/track.png)",
        "<img src=x onerror=alert(1)>",
        '[x](https://example.org "onmouseover=alert(1)")',
        "<a href='https://example.org' onclick='x()'>x</a>",
    ],
)
def test_nothing_that_runs_or_loads_comes_through(text: str) -> None:
    html = str(render(text)).lower()
    for danger in (
        "<script",
        "<img",
        'href="javascript',
        'href="data',
        "<a href='",
        " onerror=alert(1)>",
        " title=",
    ):
        assert danger not in html


def test_links_keep_nothing_of_the_page_they_leave() -> None:
    assert 'rel="nofollow noopener noreferrer"' in render("[x](https://example.org)")


def test_a_text_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(ValueError, match="40001 characters"):
        render("x" * 40_001)
