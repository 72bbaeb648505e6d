"""What holds for every request: where it may come from, how large it may be, what the reply allows.

Unsafe methods must come from our own pages: by `Sec-Fetch-Site`, or where a browser does not send it by
`Origin`; and carry a token bound to the device. JSON carries no token: a page elsewhere cannot send
`application/json` without asking first, and we never answer yes.
"""

import secrets
from urllib.parse import urlsplit

from quart import Quart, Response, g, request, websocket

from participate.addresses import refuse_unspeakable
from participate.current import device, settings
from participate.devices import LIFETIME, Device, cookie_name, form_token, is_form_token

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_LIMIT = 256 * 1024  # a facilitator's list of statements fits many times over
FIELD = "token"
BY_LINK = frozenset({"stopping.stop"})
"""What a mail program does by an address that nobody can guess, without cookie or token (RFC 8058)."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class CrossSite(RuntimeError):
    """The request did not come from one of our pages."""


class CookiesBlocked(RuntimeError):
    """The browser sent no cookie back, so nothing can be kept for this person."""


class StaleForm(RuntimeError):
    """The form's token is missing, or belongs to another device."""


class UnsupportedBody(RuntimeError):
    """The body is neither a form nor JSON."""


def protect(app: Quart) -> None:
    """Hold every request and reply of `app` to these rules."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    app.config["MAX_FORM_PARTS"] = 100
    app.before_request(_recognise)
    app.before_request(_refuse_strangers)
    app.before_websocket(_recognise_connection)
    app.after_request(_dress)
    app.context_processor(lambda: {"nonce": g.get("nonce", ""), "form_token": token})


def token() -> str:
    """The hidden field of a form on the page being made. The page must have remembered the device."""
    current = device()
    if current is None:
        raise LookupError("A page with a form must call remember_device() first.")
    return form_token(settings().secret_key, current)


async def _recognise() -> None:
    g.nonce = secrets.token_urlsafe(16)
    g.device = Device.from_cookie(request.cookies.get(cookie_name(settings().https)))
    refuse_unspeakable(request.path)


async def _refuse_strangers() -> None:
    if request.method in SAFE or request.endpoint in BY_LINK:
        return
    if not _same_origin():
        raise CrossSite
    current = device()
    if current is None:
        raise CookiesBlocked
    if request.mimetype == "application/json":
        return
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise UnsupportedBody
    form = await request.form
    if not is_form_token(settings().secret_key, current, form.get(FIELD, "")):
        raise StaleForm


def _same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin == own_origin()


async def _recognise_connection() -> Response | None:
    """A page elsewhere can open a connection with this person's cookie; browsers say where it came from."""
    if websocket.headers.get("Origin") != _origin_of_connection():
        return Response(b"", 403)
    g.device = Device.from_cookie(websocket.cookies.get(cookie_name(settings().https)))
    refuse_unspeakable(websocket.path)
    return None


def _origin_of_connection() -> str:
    if settings().origin:
        return settings().origin
    scheme = "https" if websocket.scheme == "wss" else "http"
    return f"{scheme}://{websocket.host}"


def own_origin() -> str:
    """Scheme, host and port of this installation as browsers write them."""
    if settings().origin:
        return settings().origin
    parts = urlsplit(request.host_url)
    return f"{parts.scheme}://{parts.netloc}"


async def _dress(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=g.get("nonce", "")))
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.endpoint != "static":
        # Pages may show what only this person may see; open data says otherwise for itself.
        response.headers.setdefault("Cache-Control", "private, no-store")
    if settings().https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    _send_cookie(response)
    return response


def _send_cookie(response: Response) -> None:
    current = device()
    if current is None or not g.get("device_changed", False):
        return
    https = settings().https
    response.set_cookie(
        cookie_name(https),
        current.cookie,
        max_age=LIFETIME,
        path="/",
        secure=https,
        httponly=True,
        samesite="Lax",
    )
