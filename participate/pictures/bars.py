"""Bars: what one group, or everybody, says to one statement, from a published row.

Solid up to the low end of the interval, pale on to the high end, an upright line at the estimate; from the
right those who disagree, hatched; between them the gap of those who passed. Every place is in percent of the
width, so no style is needed and nothing is scaled but the lengths. What is withheld is not drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from participate.pictures.marks import PLAIN, kind

FAMILY = "on-bar"
ALL, NONE = "almost all", "almost none"

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shares:
    """What may be drawn of a row, in percent: None is withheld. `word`: stands in place of all figures."""

    agree: float | None = None
    interval: Span | None = None
    disagree: float | None = None
    word: str | None = None

    @property
    def drawn(self) -> float | None:
        """The share that agrees, as far as it may be drawn: all or nothing where a word stands for it."""
        if self.word is not None:
            return 100 if self.word == ALL else 0
        return self.agree


@dataclass(frozen=True, slots=True)
class Bar:
    """Where each part begins and ends, in percent of the width."""

    solid: Span | None = None
    pale: Span | None = None
    estimate: float | None = None
    disagree: Span | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing at all may be drawn."""
        return self == Bar()


def bar_of(shares: Shares) -> Bar:
    """The parts of a row's bar."""
    if shares.word is not None:
        return Bar(solid=(0, 100) if shares.word == ALL else (0, 0))
    low, high = shares.interval or (shares.agree, shares.agree)
    return Bar(
        solid=None if low is None else (0, low),
        pale=None if low is None or high is None or high <= low else (low, high),
        estimate=shares.agree,
        # Rounded counts may add up to more than the votes: the line of the estimate is not crossed.
        disagree=None if not shares.disagree else (max(100 - shares.disagree, shares.agree or 0), 100),
    )


def bar(shares: Shares, letter: str | None, *, title: str, description: str) -> Markup:
    """The drawing. `letter` None: everybody."""
    parts = bar_of(shares)
    track = "bar-track bar-unknown" if parts.empty else "bar-track"
    return Markup(
        '<svg class="bar" role="img"><title>{}</title><desc>{}</desc>'
        '<rect class="{}" width="100%" height="100%" rx="2"/>{}</svg>'
    ).format(
        title, description, track, Markup("").join(_parts(parts, "all" if letter is None else kind(letter)))
    )


def _parts(parts: Bar, name: str) -> Iterator[Markup]:
    if parts.disagree is not None:
        yield _rect(parts.disagree, Markup('class="bar-against"'))
        yield _rect(parts.disagree, Markup('fill="url(#{}-other)"').format(FAMILY))
    if parts.solid is not None and parts.solid[1] > 0:
        yield _rect(parts.solid, Markup('class="group-{}"').format(name))
        if name not in PLAIN:
            yield _rect(parts.solid, Markup('fill="url(#{}-{})"').format(FAMILY, name))
    if parts.pale is not None:
        yield _rect(parts.pale, Markup('class="group-{} bar-pale"').format(name))
    if parts.estimate is not None:
        yield Markup('<line class="bar-line" x1="{0:g}%" x2="{0:g}%" y1="-2" y2="100%"/>').format(
            parts.estimate
        )


def _rect(span: Span, how: Markup) -> Markup:
    return Markup('<rect x="{:g}%" width="{:g}%" height="100%" {}/>').format(span[0], span[1] - span[0], how)
