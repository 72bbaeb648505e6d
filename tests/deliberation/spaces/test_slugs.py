"""Addresses made from titles."""

from itertools import islice

import pytest

from deliberation.spaces.slugs import LONGEST, slugs_from


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Opening hours: what now?", "opening-hours-what-now"),
        ("Oriau Tŷ Hafan", "oriau-ty-hafan"),
        ("  GP -- care  ", "gp-care"),
        ("健康", "consultation"),
        ("7", "consultation"),
    ],
)
def test_a_slug_is_the_title_in_plain_letters(title: str, slug: str) -> None:
    assert next(slugs_from(title)) == slug


def test_later_ones_are_numbered() -> None:
    assert list(islice(slugs_from("Hours"), 3)) == ["hours", "hours-2", "hours-3"]


@pytest.mark.parametrize("title", ["x" * 200, "word " * 40, "a" * 59 + " b"])
def test_no_slug_is_too_long_and_words_stay_whole(title: str) -> None:
    for slug in islice(slugs_from(title), 12):
        assert len(slug) <= LONGEST
        assert not slug.endswith("-")
    assert "wor-" not in next(slugs_from("word " * 40)) + "-"
