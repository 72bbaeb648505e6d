"""The opinion map as SVG: what may be drawn, readable without colour, well formed, and nobody's mark."""

import re
from typing import Any

import pytest
from markupsafe import Markup

from participate.pictures.frame import frame_of
from participate.pictures.opinion_map import opinion_picture

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {"A": "Group A", "B": "Group B"}
WORDS = {"title": "Map <1>", "description": "Two & more", "names": NAMES, "here": ("You are here", "You")}


def drawn(picture: dict[str, Any], **how: Any) -> str:
    svg = opinion_picture(picture, **{**WORDS, **how})
    assert svg is not None
    return str(svg)


def test_it_is_well_formed_and_has_a_name_and_a_description(picture: Any, tree: Any) -> None:
    root = tree(drawn(picture))
    assert root.get("role") == "img"
    names = (root.get("aria-labelledby") or "").split()
    assert [element.get("id") for element in root[:2]] == names
    assert [element.text for element in root[:2]] == ["Map <1>", "Two & more"]


def test_it_needs_neither_styles_nor_scripts(picture: Any) -> None:
    svg = drawn(picture, you=(0.0, 0.0))
    assert not re.search(r"style=|<style|<script|\son\w+=|https?://(?!www\.w3)", svg)


def test_each_hexagon_is_drawn_once_and_nothing_for_people(picture: Any, tree: Any) -> None:
    root = tree(drawn(picture))
    plain = [p for p in root.iter(f"{SVG}polygon") if (p.get("class") or "").startswith("group-")]
    assert [(p.get("class"), p.get("fill-opacity")) for p in plain] == [
        ("group-a", "0.4"), ("group-a", "0.7"), ("group-b", "1"), ("group-none", "0.4"),
    ]  # fmt: skip
    patterned = [p for p in root.iter(f"{SVG}polygon") if (p.get("fill") or "").startswith("url(")]
    assert [p.get("fill") for p in patterned] == ["url(#axes-b)"]
    assert 'id="axes-b"' in drawn(picture)


def test_groups_in_one_place_stand_beside_each_other_in_it(picture: Any, tree: Any) -> None:
    both = [{**picture["hexagons"][0], "group": letter} for letter in ("A", "B")]
    root = tree(drawn({**picture, "hexagons": both}))
    shapes = [
        [tuple(map(float, corner.split(","))) for corner in (p.get("points") or "").split()]
        for p in root.iter(f"{SVG}polygon")
        if (p.get("class") or "").startswith("group-")
    ]
    left, right = sorted(shapes)
    assert max(x for x, _ in left) <= min(x for x, _ in right)
    middle = both[0]["x"]
    assert all(abs(x - middle) < 1 for shape in shapes for x, _ in shape)


def test_edges_are_dashed_as_their_group_is(picture: Any, tree: Any) -> None:
    root = tree(drawn(picture))
    edges = {
        p.get("class"): p.get("stroke-dasharray")
        for p in root.iter(f"{SVG}path")
        if p.get("stroke-dasharray")
    }
    assert edges == {"edge-a": "none", "edge-b": "11 6"}
    double = [{**picture["hexagons"][0], "group": "D"}]
    assert "edge-inner" in drawn({**picture, "hexagons": double})


def test_letters_keep_their_size_outside_the_scaled_shapes(picture: Any, tree: Any) -> None:
    root = tree(drawn(picture))
    scaled = next(svg for svg in root.iter(f"{SVG}svg") if svg.get("viewBox"))
    assert list(scaled.iter(f"{SVG}text")) == []
    said = [text.text for text in root.iter(f"{SVG}text")]
    assert said == ["A", "Group A", "Group A", "B", "Group B", "Group B"]  # beside, and beyond on a phone


def test_the_viewers_place_is_there_only_when_given_and_stays_inside(picture: Any) -> None:
    assert "You are here" not in drawn(picture)
    far = drawn(picture, you=(1e6, -1e6))
    assert "You are here" in far
    x, y = re.search(r'class="you" x="([\d.]+)%" y="([\d.]+)%"', far).groups()  # type: ignore[union-attr]
    assert (float(x), float(y)) == (93.0, 93.0)


def test_north_is_up_and_all_hexagons_are_inside(picture: Any) -> None:
    frame = frame_of(picture["hexagons"], 1.0)
    assert frame.share(0, 2)[1] < frame.share(0, -2)[1]
    assert frame.width / frame.height == pytest.approx(4 / 3)
    for hexagon in picture["hexagons"]:
        across, down = frame.share(hexagon["x"], hexagon["y"])
        assert 10 < across < 90
        assert 10 < down < 90


def test_lines_through_the_middle_are_drawn_where_the_ends_are_named(picture: Any) -> None:
    assert "map-axis" in drawn(picture)
    assert "map-axis" not in drawn({**picture, "ends": {}})
    assert "map-axis" not in drawn({**picture, "ends": {"up": []}})


def test_without_a_hexagon_there_is_no_empty_frame() -> None:
    assert opinion_picture({"hexagons": [], "size": None, "ends": {}}, **WORDS) is None  # type: ignore[arg-type]


def test_what_a_title_or_a_name_holds_is_text(picture: Any) -> None:
    svg = opinion_picture(picture, title="</title><script>", description="x", names={"A": "<b>"})
    assert isinstance(svg, Markup)
    assert "<script>" not in svg
    assert "<b>" not in svg


def places(svg: str) -> list[tuple[float, float]]:
    """Where the labels stand, with the way they go, in percent of a picture of 4 by 3."""
    found = re.findall(r'<svg x="([\d.]+)%" y="([\d.]+)%"[^>]*><g transform="translate\(0 (-?\d+)\)', svg)
    return [(float(x), float(y) + (5 if int(away) > 0 else -5)) for x, y, away in found]


def test_labels_do_not_stand_on_each_other(picture: Any) -> None:
    """One group above another, their tops close: one label goes below."""
    near = [
        {**picture["hexagons"][0], "q": q, "x": x, "y": y, "group": letter}
        for q, (letter, x, y) in enumerate((("A", -1.5, 0.3), ("B", 1.5, 0.0)))
    ]
    (ax, ay), (bx, by) = places(drawn({**picture, "hexagons": near}))
    assert abs(ax - bx) >= 34 or abs(ay - by) >= 11


def test_without_groups_one_edge_goes_round_all(picture: Any, tree: Any) -> None:
    nobody = [{**hexagon, "group": None} for hexagon in picture["hexagons"]]
    root = tree(drawn({**picture, "hexagons": nobody}))
    edges = [p.get("class") for p in root.iter(f"{SVG}path") if (p.get("class") or "").startswith("edge-")]
    assert edges == ["edge-none"]
