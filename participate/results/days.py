"""Days and months in short, as the page's language writes them."""

from datetime import date

from babel.core import Locale
from babel.dates import format_date

from participate.languages import gettext, language


def _written(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=Locale(language(), "GB"))


def short_day(day: date) -> str:
    """`31 Mar`."""
    return _written(day, "d MMM")


def plain_day(day: date) -> str:
    """`31 March 2026`."""
    return _written(day, "d MMMM y")


def span_in_words(grained: str) -> str:
    """A date at a charter's grain: `March 2026` for 2026-03, `the week of 2 March 2026` for 2026-W10."""
    if "W" in grained:
        year, week = grained.split("-W")
        monday = date.fromisocalendar(int(year), int(week), 1)
        return gettext("the week of %(day)s", day=plain_day(monday))
    return _written(date.fromisoformat(f"{grained}-01"), "LLLL y")
