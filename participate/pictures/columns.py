"""Columns over time: one for each span of time, as high as its figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

BETWEEN = 0.3  # of a column's place that stays empty
LABELLED = 8  # so many columns can all be labelled on a narrow screen


@dataclass(frozen=True, slots=True)
class Column:
    """`label` stands below it and `words` above; `open`: its span of time is not over."""

    label: str
    value: int
    words: str
    open: bool = False


def top_of(values: Sequence[int]) -> int:
    """A round figure that no value exceeds: 1, 2, 5 or 10 times a power of ten, or half-way steps of it."""
    most = max(values, default=0)
    if most <= 0:
        return 1
    power = 10 ** floor(log10(most))
    return next(int(power * step) for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if power * step >= most)


def heights(values: Sequence[int]) -> list[float]:
    """In percent of the tallest that would fit."""
    top = top_of(values)
    return [100 * value / top for value in values]


def places(count: int) -> list[tuple[float, float]]:
    """Where each column begins and how wide it is, in percent."""
    wide = 100 / count
    return [(wide * (number + BETWEEN / 2), wide * (1 - BETWEEN)) for number in range(count)]


def columns(shown: Sequence[Column], *, title: str, description: str) -> Markup:
    """The drawing. Its table stands beside it, so only as many labels are drawn as have room."""
    drawn = [
        _column(column, height, left, wide, labelled=_labelled(number, len(shown)))
        for number, (column, height, (left, wide)) in enumerate(
            zip(shown, heights([c.value for c in shown]), places(len(shown)), strict=True)
        )
    ]
    return Markup(
        '<svg class="columns" role="img"><title>{}</title><desc>{}</desc>{}'
        '<line class="columns-ground" x1="0" x2="100%" y1="84%" y2="84%"/></svg>'
    ).format(title, description, Markup("").join(drawn))


def _labelled(number: int, count: int) -> bool:
    """Every so many, counted back from the last."""
    return (count - 1 - number) % -(-count // LABELLED) == 0


def _column(column: Column, height: float, left: float, wide: float, *, labelled: bool) -> Markup:
    # From 12 to 84 percent of the picture: words above, labels below.
    tall = 0.72 * height
    middle = left + wide / 2
    drawn = Markup('<rect class="{}" x="{:.3f}%" y="{:.3f}%" width="{:.3f}%" height="{:.3f}%"/>').format(
        "column column-open" if column.open else "column", left, 84 - tall, wide, tall
    )
    if not labelled:
        return drawn
    text = Markup('<text class="{}" x="{:.3f}%" y="{:.3f}%" dy="{}" text-anchor="middle">{}</text>')
    return (
        drawn
        + text.format("column-words", middle, 84 - tall, -6, column.words)
        + text.format("column-label", middle, 84, 20, column.label)
    )
