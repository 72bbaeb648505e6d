"""English and Welsh: which one a page is in, and how a sentence is said in it.

A page is in the language that its address asks for (`?lang=cy`), else in the one chosen before on this
device, else in the one the browser prefers, else in English. The choice is the last part of the one cookie.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, cast

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from quart import Quart, Response, g, has_request_context, request

from charters.wording import Words
from deliberation.spaces.days import LONDON, day_in_london
from participate.catalogues import ENGLISH, NAMES, catalogue
from participate.current import device, remember_device, replace_device

ENGLISH_ONLY = frozenset(
    {
        "advising",
        "attesting",
        "comment_moderation",
        "facilitating",
        "operating",
        "handing_over",
        "hiding",
        "new_consultation",
        "opening",
        "paper",
        "seeding",
        "sharing",
        "telling",
        "timing",
        "unusual",
        "moderating",
    }
)
"""Blueprints whose pages are for facilitators, operators and developers."""
PROGRAMS = "/api/"
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def speak(app: Quart) -> None:
    """Give templates `_`, `ngettext` and `{% trans %}`, and replies the language they are in."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(ngettext=_ngettext_in_template, said=said, marked=marked)
    app.after_request(_name_language)
    app.context_processor(
        lambda: {"language": language(), "languages": NAMES, "english_only": english_only()}
    )


def language() -> str:
    """The language of the page being made: `en` or `cy`. English outside a request.

    What is made while `speaking` says otherwise is in that language.
    """
    if (spoken := _spoken.get()) is not None:
        return spoken
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        # Not before each request: a page of errors must know it too, however early the request failed.
        g.language = _chosen()
    return cast(str, g.language)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Make what follows in this language, whoever asks: for letters and for files."""
    before = _spoken.set(tag if tag in NAMES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def gettext(message: str, /, **arguments: object) -> str:
    """A sentence in the page's language, its named places filled in."""
    text = catalogue(language()).gettext(message) if message else message
    return text % arguments if arguments else text


def ngettext(one: str, many: str, n: int, /, **arguments: object) -> str:
    """The sentence for this number, which may stand in it as `%(n)s` or `%(num)s`.

    Welsh has six forms: for 0, 1, 2, 3, 6, and all others.
    """
    return catalogue(language()).ngettext(one, many, n) % {"n": number(n), "num": number(n), **arguments}


@pass_context
def _ngettext_in_template(context: Context, one: str, many: str, n: int, /, **arguments: Any) -> str:
    # The extension's own would fill the places in twice, and write the number as a program does.
    text = catalogue(language()).ngettext(one, many, n)
    filled = {name: number(n) if value is n else value for name, value in arguments.items()}
    places = {"n": number(n), "num": number(n), **filled}
    return (Markup(text) if context.eval_ctx.autoescape else text) % places  # noqa: S704  ours, not typed


def said(words: str) -> str:
    """A sentence from `charters` or `deliberation` in the page's language."""
    if not isinstance(words, Words):
        return gettext(words)
    filled = {name: _argument(value) for name, value in words.arguments.items()}
    if words.one:
        return ngettext(words.one, words.template, cast(int, words.arguments["n"]), **filled)
    return gettext(words.template, **filled)


def said_in(tag: str, words: Words) -> str:
    """A sentence without arguments in a language of its own, whatever the page's is."""
    return catalogue(tag).gettext(words.template)


def marked(words: Words) -> Markup:
    """As `said`, for a fault of a charter file: what stands in the file is marked as English."""
    if language() == ENGLISH:
        return escape(said(words))
    filled = {name: _marked(value) for name, value in words.arguments.items()}
    text = escape(gettext(words.template))
    return text % filled if filled else text


def _marked(value: object) -> object:
    if isinstance(value, Words):
        return marked(value)
    if isinstance(value, str):
        return Markup('<span lang="en" translate="no">{}</span>').format(value)
    return _argument(value)


def is_translated(words: str) -> bool:
    """Whether the page's language has this sentence in words of its own."""
    template = words.template if isinstance(words, Words) else words
    return catalogue(language()).gettext(template) != template


def _argument(value: object) -> object:
    if isinstance(value, Words):
        return said(value)
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value


def day(moment: datetime | date) -> str:
    """`Sunday 13 December 2026`, as clocks in London have it."""
    local = day_in_london(moment) if isinstance(moment, datetime) else moment
    written = format_date(local, "EEEE d MMMM y", locale=_locale(language()))
    # Within a Welsh sentence the word for day is small, so that what comes before it can change it.
    return written if language() == ENGLISH else written[0].lower() + written[1:]


def moment(at: datetime) -> str:
    """`Sunday 13 December 2026, 14:05`, as clocks in London have it."""
    return f"{day(at)}, {at.astimezone(LONDON):%H:%M}"


def number(count: int) -> str:
    """`1,234`, as the page's language writes it."""
    return _written(count, language())


@lru_cache(maxsize=4096)
def _written(count: int, tag: str) -> str:
    # A page of figures writes the same few numbers hundreds of times.
    return format_decimal(count, locale=_locale(tag))


@cache
def _locale(tag: str) -> Locale:
    return Locale(tag, "GB")


def _chosen() -> str:
    if english_only():
        return ENGLISH
    asked, current = request.args.get("lang", ""), device()
    for tag in (asked, current.language if current is not None else ""):
        if tag in NAMES:
            return tag
    return request.accept_languages.best_match(list(NAMES), ENGLISH)


async def _name_language(response: Response) -> Response:
    """Say which language a page is in and what that hung on, and keep the choice that was made by address.

    Files and JSON are in no language: with them no cookie goes out, for anybody may keep a copy of them.
    """
    if response.mimetype != "text/html":
        return response
    response.headers["Content-Language"] = language()
    response.vary.update(("Accept-Language", "Cookie"))
    asked, current = request.args.get("lang", ""), device()
    if asked == language() and (current is None or current.language != asked):
        replace_device(remember_device().speaking(asked))
    return response


def english_only() -> bool:
    """Whether what is being made is for facilitators, operators, developers or programs."""
    return has_request_context() and (request.blueprint in ENGLISH_ONLY or request.path.startswith(PROGRAMS))


def other_languages() -> Iterator[tuple[str, str]]:
    """Tag and name of each language that the page is not in."""
    return ((tag, name) for tag, name in NAMES.items() if tag != language())
