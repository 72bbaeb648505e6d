"""Bars: places that follow from the figures, nothing outside, and nothing drawn for what is withheld."""

import re
from itertools import product

import pytest

from participate.pictures.bars import ALL, NONE, Bar, Shares, bar, bar_of
from participate.pictures.marks import DASHES

EVERY = [
    Shares(agree, (max(agree - width, 0), min(agree + width, 100)), disagree)
    for agree, width, disagree in product((5, 20, 50, 88, 95), (0, 3, 18), (None, 0, 6, 30, 60, 95))
]


def test_the_parts_stand_where_the_figures_say() -> None:
    assert bar_of(Shares(67, (52, 79), 20)) == Bar((0, 52), (52, 79), 67, (80, 100))


@pytest.mark.parametrize("shares", EVERY)
def test_nothing_is_outside_or_turned_round(shares: Shares) -> None:
    parts = bar_of(shares)
    assert parts.solid is not None
    assert parts.estimate is not None
    assert 0 == parts.solid[0] <= parts.solid[1] <= parts.estimate <= 100
    if parts.pale:
        assert parts.pale[0] == parts.solid[1] <= parts.estimate <= parts.pale[1] <= 100
    if parts.disagree:
        assert parts.estimate <= parts.disagree[0] < 100 == parts.disagree[1]


@pytest.mark.parametrize("shares", [s for s in EVERY if s.disagree and (s.agree or 0) + s.disagree <= 100])
def test_agree_gap_and_disagree_add_up(shares: Shares) -> None:
    parts = bar_of(shares)
    assert parts.estimate is not None
    assert parts.disagree is not None
    gap = parts.disagree[0] - parts.estimate
    assert parts.estimate + gap + (shares.disagree or 0) == 100


def test_more_who_agree_make_a_longer_bar() -> None:
    solid = [bar_of(Shares(agree, (agree - 5, agree + 4), 0)).solid for agree in range(5, 96)]
    ends = [span[1] for span in solid if span]
    assert ends == sorted(set(ends))


def test_rounded_counts_that_add_up_to_more_do_not_cross_the_line() -> None:
    """20 agree and 20 disagree of 35: 57 % and 57 %."""
    assert bar_of(Shares(57, (41, 72), 57)).disagree == (57, 100)


def test_a_suppressed_count_draws_no_part() -> None:
    assert bar_of(Shares(90, (80, 95), None)).disagree is None
    few_agree = bar_of(Shares(None, None, 75))
    assert few_agree == Bar(disagree=(25, 100))
    assert "bar-line" not in bar(Shares(None, None, 75), "A", title="", description="")


@pytest.mark.parametrize(("word", "full"), [(ALL, 100), (NONE, 0)])
def test_almost_all_is_full_and_almost_none_empty_without_a_figure(word: str, full: float) -> None:
    parts = bar_of(Shares(word=word))
    assert parts == Bar(solid=(0, full))
    assert Shares(word=word).drawn == full


def test_nothing_at_all_is_an_empty_frame() -> None:
    svg = bar(Shares(), "B", title="Group B", description="not shown")
    assert "bar-unknown" in svg
    assert "group-b" not in svg


@pytest.mark.parametrize("letter", [*map(str.upper, DASHES), None])
def test_each_group_has_its_pattern_and_no_style_is_needed(letter: str | None, tree: object) -> None:
    svg = bar(Shares(60, (50, 70), 20), letter, title="<t>", description="d")
    tree(svg)  # type: ignore[operator]
    assert ("url(#on-bar-" + (letter or "all").lower() + ")" in svg) is (letter not in ("A", None))
    assert f'class="group-{(letter or "all").lower()}"' in svg
    assert "<t>" not in svg
    assert not re.search(r"style=|<style|<script", svg)
    assert "<title>&lt;t&gt;</title><desc>d</desc>" in svg
