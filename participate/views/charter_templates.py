"""The charters to begin from: what each promises, its file, and how it differs from the first one."""

from dataclasses import dataclass

from quart import Blueprint, Response, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.differences import differences
from charters.policy import Policy, load_policy, policy_names
from charters.tables import Figure, figures
from charters.wording import Words
from deliberation.errors import NotFound
from participate.access import HOME_POLICY, permits
from participate.charter_files import charter_file, charter_text, schema_file
from participate.charter_pages import page_of
from participate.charter_versions import template_shown
from participate.views.charter import ChangesPage

pages = Blueprint("charter_templates", __name__, url_prefix="/charter-templates")

FIRST = HOME_POLICY
"""The template that the others are held against."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the templates: its three figures, and whether it is the one to begin from as a rule."""

    name: str
    title: Words
    figures: tuple[Figure, ...]
    first: bool


@pages.get("")
@permits(Action.READ_PAGE)
async def index() -> ResponseReturnValue:
    names = sorted(policy_names(), key=lambda name: (name != FIRST, name))
    listed = [
        Listed(name, load_policy(name).title, figures(load_policy(name)), name == FIRST) for name in names
    ]
    return await render_template("charters/templates.html", page=listed)


@pages.get("/<name>")
@permits(Action.READ_PAGE)
async def show(name: str) -> ResponseReturnValue:
    page = page_of(
        template_shown(_template(name)),
        base=url_for("charter_templates.show", name=name),
        file=url_for("charter_templates.file", name=name),
        schema=url_for("charter_templates.schema"),
    )
    return await render_template("charters/charter.html", page=page)


@pages.get("/<name>.json")
@permits(Action.READ_DATA)
async def file(name: str) -> Response:
    return charter_file(_template(name), url_for("charter_templates.schema"))


@pages.get("/<name>.md")
@permits(Action.READ_DATA)
async def text(name: str) -> Response:
    return charter_text(_template(name))


@pages.get("/schema.json")
@permits(Action.READ_DATA)
async def schema() -> Response:
    return schema_file()


@pages.get("/<name>/changes")
@permits(Action.READ_PAGE)
async def changes(name: str) -> ResponseReturnValue:
    """How this template differs from the first one."""
    before, after = template_shown(load_policy(FIRST)), template_shown(_template(name))
    found = differences(before.policy, after.policy)
    base = url_for("charter_templates.show", name=name)
    page = ChangesPage(None, None, before, after, found, base)
    return await render_template("charters/changes.html", page=page)


def _template(name: str) -> Policy:
    """Raises NotFound."""
    if name not in policy_names():
        raise NotFound(Words("There is no template called '%(name)s'.", name=name))
    return load_policy(name)
