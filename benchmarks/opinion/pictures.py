"""`python -m benchmarks.opinion.pictures`: draws the pictures of docs/explanation/opinion-engine.md.

Three show what is kept in benchmarks/results, the fourth an invented consultation whose groups are known.
Nothing is told apart by colour alone.
"""

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np

from benchmarks.opinion.truths import planted
from benchmarks.report import RESULTS

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH, HEIGHT = 640, 360
LEFT, TOP, RIGHT, BOTTOM = 70, 44, 190, 56
INKS = ("#0E7490", "#AF6208", "#2C2480", "#502008")
MARKS = ("circle", "square", "diamond", "triangle")
PAPER, INK, GRID = "#ffffff", "#2b2430", "#d8d4dc"
SERIES = (("engine", "this engine"), ("majority", "plain majority"), ("Polis product", "product of groups"))
Line = tuple[str, Sequence[tuple[float, float]]]


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for name, draw in {
        "opinion-engine-attack.svg": attack,
        "opinion-engine-prediction.svg": prediction,
        "opinion-engine-coverage.svg": coverage,
        "opinion-engine-map.svg": opinion_map,
    }.items():
        (PICTURES / name).write_text(draw(), encoding="utf-8")


def _rows(name: str) -> dict[str, float]:
    """The figures of one benchmark by what they say."""
    document = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return {row["what"]: row["value"] for row in document["rows"] if row["value"] is not None}


def attack() -> str:
    """How much of the ten best is left under an attack, by the share of hostile people."""
    figures, shares = _rows("robustness"), (0.01, 0.02, 0.05, 0.1, 0.2)
    lines = [
        (title, [(share, figures[f"{name}: {share:.0%} dense"]) for share in shares])
        for name, title in SERIES
    ]
    drawn = figures["engine: honest people drawn again"]
    lines.append(("honest people again", [(shares[0], drawn), (shares[-1], drawn)]))
    return _lines(
        "Share of the ten most agreed statements that stay, by share of hostile people",
        lines,
        [(share, f"{share:.0%}") for share in shares],
    )


def prediction() -> str:
    """How well votes that were held out are predicted."""
    figures = _rows("engine-quality")
    names = ("statement shares", "Polis group means", "PCA(2)", "PCA(2) + person", "engine")
    return _bars(
        "Loss on held-out votes, three outcomes: lower is better",
        [(name, [figures[f"log-loss, three outcomes, {name}"]]) for name in names],
        (),
    )


def coverage() -> str:
    """How often intervals hold the truth: votes split, and votes used twice."""
    figures = _rows("engine-quality")
    kinds = {
        "2 groups": "planted, 2 groups, 300 people",
        "3 groups": "planted, 3 groups, 600 people",
        "a continuum": "continuum cut in 2",
        "no structure": "no structure, cut in 2",
    }
    bars = [
        (short, [figures[f"{kind}: share covered"], figures[f"{kind}: share covered, votes used twice"]])
        for short, kind in kinds.items()
    ]
    return _bars("How often 95 % intervals hold the truth", bars, ("split", "used twice"), line=0.95)


def opinion_map() -> str:
    """The map of an invented consultation of 300 people in three groups, by the group that was found."""
    from clustering import analyse

    votes = planted(300, 80, 3, 1).votes
    result = analyse(votes)
    points = np.array([result.places[name] for name in result.group_of])
    low, high = points.min(axis=0), points.max(axis=0)
    places = (points - low) / (high - low)
    parts = [
        _mark(group % 4, LEFT + x * (WIDTH - LEFT - RIGHT), TOP + (1 - y) * (HEIGHT - TOP - BOTTOM), 4)
        for (x, y), group in zip(places, result.group_of.values(), strict=True)
    ]
    for group in result.groups:
        parts += _named(group.id, f"group {'ABCDEF'[group.id]}, {group.size} people", 40 + 24 * group.id)
    title = f"The map of an invented consultation: {len(points)} people, {result.k} groups found"
    return _svg(title, parts)


def _lines(title: str, lines: Sequence[Line], ticks: Sequence[tuple[float, str]]) -> str:
    def place(share: float, value: float) -> tuple[float, float]:
        at = [tick for tick, _ in ticks].index(share) / (len(ticks) - 1)
        return LEFT + at * (WIDTH - LEFT - RIGHT), _height(value)

    parts = [*_grid(WIDTH - RIGHT)]
    for share, text in ticks:
        parts.append(_text(place(share, 0)[0], HEIGHT - BOTTOM + 20, text, "middle"))
    for number, (name, points) in enumerate(lines):
        places = [place(*point) for point in points]
        dash = ("", "7 4", "2 4", "10 3 2 3")[number]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{INKS[number]}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
        parts += [_mark(number, x, y, 5) for x, y in places]
        parts += _named(number, name, 40 + 24 * number)
    return _svg(title, parts)


def _bars(
    title: str, bars: Sequence[tuple[str, Sequence[float]]], names: Sequence[str], line: float = 0
) -> str:
    right = WIDTH - (RIGHT if names else 30)
    parts, width = [*_grid(right)], (right - LEFT) / len(bars)
    for at, (label, values) in enumerate(bars):
        thick = width * 0.7 / len(values)
        for number, value in enumerate(values):
            x, y = LEFT + at * width + width * 0.15 + number * thick, _height(value)
            fill = INKS[number] if number == 0 else PAPER
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{thick - 3:.1f}" height="{_height(0) - y:.1f}" '
                f'fill="{fill}" stroke="{INKS[number]}" stroke-width="2"/>'
            )
            parts.append(_text(x + thick / 2, y - 6, f"{value:.2f}", "middle"))
        parts.append(_text(LEFT + (at + 0.5) * width, HEIGHT - BOTTOM + 20, label, "middle"))
    for number, name in enumerate(names):
        y, fill = 40 + 24 * number, INKS[number] if number == 0 else PAPER
        parts.append(
            f'<rect x="{WIDTH - RIGHT + 16}" y="{y + 4}" width="12" height="12" fill="{fill}" '
            f'stroke="{INKS[number]}" stroke-width="2"/>'
        )
        parts.append(_text(WIDTH - RIGHT + 36, y + 15, name))
    if line:
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_height(line):.1f}" y2="{_height(line):.1f}" '
            f'stroke="{INK}" stroke-dasharray="4 3"/>'
        )
    return _svg(title, parts)


def _height(value: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)


def _grid(right: float) -> Iterator[str]:
    for value in (0, 0.2, 0.4, 0.6, 0.8, 1):
        y = _height(value)
        yield f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield _text(LEFT - 8, y + 4, f"{value:.1f}", "end")


def _named(number: int, name: str, y: float) -> list[str]:
    x = WIDTH - RIGHT + 22
    return [_mark(number, x, y + 10, 5), _text(x + 14, y + 15, name)]


def _mark(number: int, x: float, y: float, size: float) -> str:
    style = f'fill="{PAPER}" fill-opacity="0.7" stroke="{INKS[number]}" stroke-width="1.5"'
    if MARKS[number] == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" {style}/>'
    corners = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1.2), (1.1, 0.8), (-1.1, 0.8)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    }[MARKS[number]]
    points = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" {style}/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="{INK}">'
    )
    return "\n".join(
        [
            head,
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
            f'<text x="20" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
            *parts,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    main()
