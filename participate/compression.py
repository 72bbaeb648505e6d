"""Replies in gzip where the client reads it: HTML, SVG and JSON from about a kilobyte on.

A page that mixes what somebody else could choose with a secret that stays the same would tell the secret by
its compressed length (BREACH). So no secret stands twice equal in two replies: form tokens and sealed notes
carry a new salt in each, and a test looks for anything else. A page with a secret that must stand there as it
is calls `keep_plain()`.
"""

import asyncio
import gzip

from quart import Quart, Response, g, request

KINDS = frozenset({"text/html", "image/svg+xml", "application/json"})
LEAST = 1_000
"""Bytes. Below that the header and the work cost more than is saved."""
LONG = 64 * 1024
"""From here on compressing is done in a thread, so that nobody else waits for it."""
LEVEL = 6


def compress(app: Quart) -> None:
    """Compress the replies of `app`."""
    app.after_request(_compress)


def keep_plain() -> None:
    """Send the present reply as it is, since a secret in it is always the same."""
    g.keep_plain = True


async def _compress(response: Response) -> Response:
    # A redirect is short, and votes are answered by one: it is let through first.
    if 300 <= response.status_code < 400 and response.status_code != 304:
        return response
    if response.status_code == 304 or response.mimetype in KINDS:
        response.vary.add("Accept-Encoding")
    if _is_worth_it(response) and request.accept_encodings.quality("gzip") > 0:
        await _shrink(response)
    return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.mimetype in KINDS
        and response.status_code not in (204, 206, 304)
        and request.method != "HEAD"
        and isinstance(response.response, response.data_body_class)
        and "Content-Encoding" not in response.headers
        and (response.content_length or 0) >= LEAST
        and not g.get("keep_plain", False)
    )


async def _shrink(response: Response) -> None:
    plain = await response.get_data(as_text=False)
    if len(plain) < LONG:
        small = _gzip(plain)
    else:
        small = await asyncio.to_thread(_gzip, plain)
    response.set_data(small)
    response.headers["Content-Encoding"] = "gzip"
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak:
        response.set_etag(etag, weak=True)  # the same content, no longer the same bytes


def _gzip(plain: bytes) -> bytes:
    return gzip.compress(plain, LEVEL, mtime=0)
