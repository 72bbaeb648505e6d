"""A strip: how far each of several groups supports one thing, in one short line of cells.

Each cell has the group's letter and a bar of its own; a cell without a share is left as an empty frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from participate.pictures.bars import FAMILY
from participate.pictures.marks import PLAIN, kind

BETWEEN = 4.0  # percent of the width between two cells


@dataclass(frozen=True, slots=True)
class Cell:
    """A group's letter (None: everybody) and its share in percent (None: withheld)."""

    letter: str | None
    share: float | None


def cells_of(count: int) -> list[tuple[float, float]]:
    """Where each cell begins and how wide it is, in percent."""
    wide = (100 - BETWEEN * (count - 1)) / count
    return [(number * (wide + BETWEEN), wide) for number in range(count)]


def strip(cells: Sequence[Cell], *, title: str, description: str) -> Markup:
    """The drawing; its words stand beside it."""
    drawn = [_cell(cell, left, wide) for cell, (left, wide) in zip(cells, cells_of(len(cells)), strict=True)]
    return Markup('<svg class="strip-picture" role="img"><title>{}</title><desc>{}</desc>{}</svg>').format(
        title, description, Markup("").join(drawn)
    )


def _cell(cell: Cell, left: float, wide: float) -> Markup:
    name = "all" if cell.letter is None else kind(cell.letter)
    track = "bar-track bar-unknown" if cell.share is None else "bar-track"
    return Markup('<svg x="{:.2f}%" width="{:.2f}%">{}{}{}</svg>').format(
        left,
        wide,
        Markup('<rect class="{}" width="100%" height="100%" rx="2"/>').format(track),
        _support(cell.share, name) if cell.share else "",
        Markup('<text class="strip-letter" x="4" y="15">{}</text>').format(cell.letter)
        if cell.letter is not None
        else "",
    )


def _support(share: float, name: str) -> Markup:
    rect = Markup('<rect width="{:g}%" height="100%" {{}}/>').format(share)
    drawn = rect.format(Markup('class="group-{} bar-pale"').format(name))
    if name in PLAIN:
        return drawn
    return drawn + rect.format(Markup('fill="url(#{}-{})"').format(FAMILY, name))
