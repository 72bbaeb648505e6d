"""A host's own logo and colours. Their addresses change when they do, so they may be kept."""

from typing import cast

from quart import Blueprint, Response, current_app
from quart.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from charters.actions import Action
from participate.access import permits
from participate.branding import Brand
from participate.public import FOR_GOOD

pages = Blueprint("brand", __name__, url_prefix="/brand")

A_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG opened by itself is a document: it may be drawn, and nothing else."""


@pages.get("/accent.css")
@permits(Action.READ_PAGE, in_verb=True)
async def accent() -> ResponseReturnValue:
    if not _brand().css:
        raise NotFound
    return _kept(_brand().css.encode(), "text/css; charset=utf-8")


@pages.get("/logo.svg", defaults={"name": "logo.svg"})
@pages.get("/logo.png", defaults={"name": "logo.png"})
@permits(Action.READ_PAGE, in_verb=True)
async def logo(name: str) -> ResponseReturnValue:
    logo = _brand().logo
    if logo is None or logo.name != name:
        raise NotFound
    response = _kept(logo.content, logo.kind)
    response.headers["Content-Security-Policy"] = A_PICTURE
    return response


def _brand() -> Brand:
    return cast(Brand, current_app.jinja_env.globals["brand"])


def _kept(content: bytes, kind: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = FOR_GOOD
    return response
