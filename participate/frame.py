"""What is round every page: the site's tabs, the same page in another language, addresses of built files."""

from urllib.parse import quote, urlencode

from quart import Quart, current_app, g, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from charters.actions import Action
from participate.branding import brand_of
from participate.current import device
from participate.languages import gettext, other_languages
from participate.responsible import responsible
from participate.shots import shot
from participate.static_files import address_of


def teach(app: Quart) -> None:
    """Give the templates of the frame what they ask for."""
    app.jinja_env.globals.update(
        asset=address_of,
        shot=shot,
        site_tabs=site_tabs,
        help_pages=help_pages,
        this_page=this_page,
        may_run=may_run,
        is_asleep=is_asleep,
        is_signed_in=is_signed_in,
        looking=looking,
        is_broken=is_broken,
        runs_the_machine=runs_the_machine,
        way_in=way_in,
        other_languages=other_languages,
        brand=brand_of(app.extensions["settings"]),
        responsible=responsible(app.extensions["settings"]),
    )


def site_tabs() -> list[tuple[str, str, bool]]:
    """Name, address, and whether the present page is that one."""
    tabs = [
        (gettext("Open now"), url_for("front.front")),
        (gettext("Spaces"), url_for("spaces.index")),
        (gettext("Open data"), url_for("open_data.index")),
    ]
    here = g.get("here")
    if here is not None and here.facilitates:
        tabs.append((gettext("Facilitate"), url_for("facilitating.index")))
    if here is not None and here.may(Action.READ_OPERATING):
        tabs.append((gettext("Operate"), url_for("operating.index")))
    # Help comes last on every page, so that it is always found in the same place.
    tabs.append((gettext("Help"), url_for("help.index")))
    return [(name, address, request.path == address) for name, address in tabs]


def help_pages() -> list[tuple[str, str]]:
    """The pages of help: the name of each view, and its title."""
    return [
        ("taking_part", gettext("Taking part")),
        ("officials", gettext("For officials")),
        ("facilitators", gettext("For facilitators")),
        ("researchers", gettext("For researchers")),
    ]


def this_page(language: str) -> str:
    """The present page in another language; where only a form leads here, the page that has the form."""
    path = request.path
    if request.method not in ("GET", "HEAD") and not _is_read_at(path):
        path = path.rsplit("/", 1)[0] or "/"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    # With two slashes in front a browser would take the first part for another host.
    return f"/{quote(path.lstrip('/'))}?{urlencode([*kept, ('lang', language)])}"


def _is_read_at(path: str) -> bool:
    """Whether the same pages answer at this path when it is opened rather than sent to."""
    try:
        endpoint, _ = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return False
    return str(endpoint).rpartition(".")[0] == request.blueprint


def is_asleep() -> bool:
    """Whether the space of this page has fallen asleep: it is read, and nobody acts in it."""
    here = g.get("here")
    return here is not None and bool(here.facts.held.asleep)


def is_broken() -> bool:
    """Whether the charter of this page's space does not verify."""
    here = g.get("here")
    return here is not None and here.broken


def runs_the_machine() -> bool:
    """Whether the reader runs the installation."""
    here = g.get("here")
    return here is not None and here.may(Action.READ_OPERATING)


def may_run() -> bool:
    """Whether the reader facilitates the space of the present page."""
    here = g.get("here")
    return here is not None and here.space is not None and here.may(Action.READ_QUEUE)


def looking() -> str:
    """As who the reader looks at this page: `people`, `body`, or empty where it is their own view."""
    here = g.get("here")
    return here.looking.value if here is not None and here.looking is not None else ""


def is_signed_in() -> bool:
    """Whether the header shows the way out. Where nothing was loaded, the cookie is taken at its word."""
    here, current = g.get("here"), device()
    if here is not None:
        return here.account_id is not None or here.looking is not None
    return current is not None and bool(current.session)


def way_in() -> str:
    """The page where one signs in; it leads back to the present one."""
    back = request.path if request.method == "GET" and not request.path.startswith(BEGINNINGS) else ""
    return url_for("link_by_mail.ask", next=back or None)


BEGINNINGS = ("/sign-in", "/signed-out")
