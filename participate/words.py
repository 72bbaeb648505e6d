"""What templates may say: dates, numbers and rendered text, in one place."""

from jinja2 import StrictUndefined
from markupsafe import Markup
from quart import Quart

from participate.current import settings
from participate.languages import day, gettext, moment, number
from participate.markdown import render


def teach(app: Quart) -> None:
    """Give the templates their filters. A misspelt name in a template is an error, never empty."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(
        markdown=markdown,
        day=day,
        moment=moment,
        number=number,
        about=about,
        plural=plural,
        tongue=tongue,
    )
    app.context_processor(lambda: {"site_name": settings().site_name, "demo": settings().demo})


def markdown(text: str) -> Markup:
    return render(text)


def about(count: int | None) -> str:
    """A protected count in words: None is one too small to tell."""
    return gettext("fewer than 20") if count is None else gettext("about %(count)s", count=number(count))


def plural(count: int, one: str, many: str) -> str:
    """`1 day`, `2 days`, for pages in English alone; others use `ngettext`."""
    return f"{count:,} {one if count == 1 else many}"


def tongue(language: str) -> str:
    """A language for the `lang` attribute: what nobody has named is empty there, as HTML wants it."""
    return "" if language == "und" else language
