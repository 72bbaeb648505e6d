"""A small invented map, and a drawing as a tree of elements."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

SVG = "{http://www.w3.org/2000/svg}"


def hexagon(q: int, group: str | None, count: int = 10, r: int = 0) -> dict[str, Any]:
    return {"q": q, "r": r, "x": 1.7321 * (q + r / 2), "y": 1.5 * r, "count": count, "group": group}


@pytest.fixture
def picture() -> dict[str, Any]:
    """A at the left, B at the right, and people in no group."""
    return {
        "size": 1.0,
        "hexagons": [hexagon(-2, "A"), hexagon(-1, "A", 15), hexagon(2, "B", 25), hexagon(3, None)],
        "ends": {"up": [1]},
    }


@pytest.fixture
def tree() -> Callable[[object], ElementTree.Element]:
    """The drawing, which must be well formed."""

    def parse(svg: object) -> ElementTree.Element:
        return ElementTree.fromstring(
            str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        )

    return parse
