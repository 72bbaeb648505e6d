"""The design system's own templates, as functions: `nhs.error_summary({...})` gives safe HTML.

They live in an environment of their own. Their templates rely on missing names being empty, which ours
forbid, and they are plain functions, which an asynchronous template may call like any other.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader
from markupsafe import Markup, escape
from quart import Quart

from participate.forms import Wrong
from participate.languages import gettext, said

USED = frozenset(
    {
        "breadcrumb",
        "character-count",
        "checkboxes",
        "details",
        "error-summary",
        "input",
        "inset-text",
        "pagination",
        "radios",
        "select",
        "skip-link",
        "summary-list",
        "tag",
        "task-list",
        "textarea",
    }
)
"""The components whose styles `frontend/styles/_system.scss` builds. Never its header, footer or logo."""


class Components:
    """`nhs.task_list(params)` is the macro `taskList` of the component `task-list`."""

    def __getattr__(self, name: str) -> Any:
        component = name.replace("_", "-")
        if component not in USED:
            raise AttributeError(f"the component {component!r} is not among those whose styles are built")
        macro = _macro(component)

        def shown(params: dict[str, Any]) -> Markup:
            return Markup(macro(params))  # noqa: S704  the macro escapes what it is given

        return shown


def teach(app: Quart) -> None:
    """Give every template `nhs`, and what templates/forms.html asks for."""
    app.jinja_env.globals.update(
        nhs=Components(),
        errors_listed=errors_listed,
        error_at=error_at,
        described_as_wrong=described_as_wrong,
        choices=choices,
    )


def errors_listed(wrong: Sequence[Wrong]) -> list[dict[str, Any]]:
    """The rows of an error summary: each leads to its field."""
    return [{"html": _line(one), "href": f"#{one.field}"} for one in wrong]


def _line(one: Wrong) -> Markup:
    """A message in the page's language; one that is in another language comes as markup that says so."""
    return one.message if isinstance(one.message, Markup) else escape(said(one.message))


def error_at(wrong: Sequence[Wrong], field: str) -> dict[str, Any] | None:
    """What stands at a field when something is wrong with it; several faults stand under each other."""
    lines = [_line(one) for one in wrong if one.field == field]
    if not lines:
        return None
    return {"html": Markup("<br>").join(lines), "visuallyHiddenText": gettext("Error")}


def described_as_wrong(wrong: Sequence[Wrong], field: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """A field's attributes, with the one that tells a screen reader that it needs changing."""
    faulty = any(one.field == field for one in wrong)
    return {**attributes, **({"aria-invalid": "true"} if faulty else {})}


def choices(options: Mapping[str, str], first: str = "") -> list[dict[str, str]]:
    """The rows of a select or of radio buttons: value -> words."""
    rows = [{"value": str(value), "text": said(words)} for value, words in options.items()]
    return [{"value": "", "text": first}, *rows] if first else rows


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _macro(component: str) -> Any:
    template = _environment().get_template(f"nhsuk/components/{component}/macro.jinja")
    return getattr(template.module, re.sub(r"-(\w)", lambda found: found[1].upper(), component))
