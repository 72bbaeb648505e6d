"""The part of a map that is shown, and where a place of it stands in the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

WIDE = 4 / 3  # width by height; the style sheet gives the picture the same shape
MARGIN = 2.4  # sizes of a hexagon around the outermost bins: room for soft edges and badges
_HALF = sqrt(3) / 2
CORNERS = ((_HALF, 0.5), (0.0, 1.0), (-_HALF, 0.5), (-_HALF, -0.5), (0.0, -1.0), (_HALF, -0.5))
"""Of a hexagon of size 1 around 0, 0."""


@dataclass(frozen=True, slots=True)
class Frame:
    """In the map's own units; `top` is the upper edge, y pointing down."""

    left: float
    top: float
    width: float
    height: float

    @property
    def view_box(self) -> str:
        return f"{self.left:.4f} {self.top:.4f} {self.width:.4f} {self.height:.4f}"

    def share(self, x: float, y: float, inset: float = 0) -> tuple[float, float]:
        """Where a place of the map (y pointing up) stands, in percent, kept `inset` percent inside."""
        across, down = 100 * (x - self.left) / self.width, 100 * (-y - self.top) / self.height
        return min(max(across, inset), 100 - inset), min(max(down, inset), 100 - inset)

    def percent(self, x: float, y: float, inset: float = 0) -> tuple[str, str]:
        """The same as attributes."""
        across, down = self.share(x, y, inset)
        return f"{across:.2f}%", f"{down:.2f}%"


def frame_of(hexagons: Sequence[Mapping[str, Any]], size: float) -> Frame:
    """The frame that holds all hexagons with a margin, and has the picture's shape."""
    xs, ys = [h["x"] for h in hexagons], [-h["y"] for h in hexagons]
    width = max(xs) - min(xs) + 2 * MARGIN * size
    height = max(ys) - min(ys) + 2 * MARGIN * size
    width, height = max(width, height * WIDE), max(height, width / WIDE)
    return Frame((min(xs) + max(xs) - width) / 2, (min(ys) + max(ys) - height) / 2, width, height)


def corners(x: float, y: float, size: float) -> str:
    """The corners of a hexagon as an attribute, y pointing up on the map and down in the picture."""
    return " ".join(f"{x + size * across:.3f},{-(y + size * up):.3f}" for across, up in CORNERS)


def drawn_as(rings: Sequence[Sequence[tuple[float, float]]]) -> str:
    """Closed rings of the map as a path."""
    return "".join("M" + "L".join(f"{x:.3f} {-y:.3f}" for x, y in ring) + "Z" for ring in rings)
