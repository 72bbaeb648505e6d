"""Columns and strips: lengths in proportion, side by side, nothing outside, no more labels than fit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participate.pictures.columns import Column, columns, heights, places, top_of
from participate.pictures.strips import Cell, cells_of, strip

counts = st.lists(st.integers(0, 10**6), min_size=1, max_size=60)


@given(counts)
def test_heights_are_in_proportion_and_fit(values: list[int]) -> None:
    tall = heights(values)
    assert all(0 <= height <= 100 for height in tall)
    assert [height * top_of(values) / 100 for height in tall] == pytest.approx(values)
    if max(values) > 0:
        assert max(tall) > 60  # the room is used


@pytest.mark.parametrize(
    ("most", "top"), [(0, 1), (7, 8), (25, 30), (99, 100), (100, 100), (130, 150), (640, 800)]
)
def test_the_top_is_a_round_figure(most: int, top: int) -> None:
    assert top_of([3, most] if most > 3 else [most]) == top


@given(st.integers(1, 120))
def test_columns_stand_side_by_side(count: int) -> None:
    spans = places(count)
    edges = [edge for left, wide in spans for edge in (left, left + wide)]
    assert edges == sorted(edges)
    assert edges[0] > 0
    assert edges[-1] < 100


def drawn(count: int) -> str:
    shown = [Column(f"label {n}", 20 + n, f"{20 + n}", open=n == count - 1) for n in range(count)]
    return str(columns(shown, title="T & t", description="d"))


@pytest.mark.parametrize("count", [1, 3, 8, 9, 40, 120])
def test_labels_have_room_and_the_last_one_has_its_own(count: int, tree: object) -> None:
    svg = drawn(count)
    tree(svg)  # type: ignore[operator]
    labels = re.findall(r'class="column-label"[^>]*>(label \d+)<', svg)
    assert 1 <= len(labels) <= 8
    assert labels[-1] == f"label {count - 1}"
    assert len(re.findall(r'class="column(?: column-open)?"', svg)) == count
    assert svg.count("column-open") == 1
    assert not re.search(r"style=|<style|<script", svg)


def test_a_column_ends_on_the_ground() -> None:
    for y, height in re.findall(
        r'class="column[^"]*" x="[^"]*" y="([\d.]+)%" width="[^"]*" height="([\d.]+)%"', drawn(6)
    ):
        assert float(y) + float(height) == pytest.approx(84)
        assert float(y) >= 12


@given(st.integers(1, 8))
def test_cells_of_a_strip_share_its_width(count: int) -> None:
    cells = cells_of(count)
    assert cells[0][0] == 0
    assert sum(wide for _, wide in cells) + 4 * (count - 1) == pytest.approx(100)
    assert cells[-1][0] + cells[-1][1] == pytest.approx(100)


def test_a_strip_shows_support_by_group_and_a_frame_where_it_is_withheld(tree: object) -> None:
    svg = strip([Cell("A", 90), Cell("B", None), Cell("C", 0)], title="Share who agree", description="d")
    tree(svg)  # type: ignore[operator]
    assert svg.count("bar-unknown") == 1
    assert 'width="90%"' in svg
    assert "group-b" not in svg
    assert "group-c" not in svg
    assert re.findall(r'class="strip-letter"[^>]*>(\w)<', svg) == ["A", "B", "C"]
