"""Replies that are the same for everybody: ETag and 304, how long they may be kept, who may read them.

Other sites may read these with a plain GET, and no cookie is ever set here.
"""

from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any

from quart import Response, request
from werkzeug.http import http_date

SHORT = "public, max-age=60"
ASK_AGAIN = "public, no-cache"
FOR_GOOD = "public, max-age=31536000, immutable"
"""For what has an address that changes with its content."""


def open_to_all(response: Response) -> Response:
    """Let pages of other sites read this: GET alone, without credentials."""
    if request.method in ("GET", "HEAD"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Location, Link"
    return response


def public(
    content: bytes, kind: str, *, keep: str, changed: datetime | None = None, etag: str | None = None
) -> Response:
    """A reply with an ETag (the content's SHA-256 unless given); 304 where the client has it."""
    response = Response(content, content_type=kind)
    response.set_etag(etag or sha256(content).hexdigest()[:32])
    response.headers["Cache-Control"] = keep
    if changed is not None:
        response.headers["Last-Modified"] = http_date(changed)
    return unless_known(response)


def unless_known(response: Response) -> Response:
    """304 with an empty body where the client has what this reply would bring."""
    etag, _ = response.get_etag()
    if etag is not None and request.if_none_match.contains_weak(etag):
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Length", "Content-Type", "Content-Encoding"):
            response.headers.pop(name, None)
    return response


def public_json(document: Any, *, keep: str = ASK_AGAIN, changed: datetime | None = None) -> Response:
    """JSON whose bytes depend on the document alone."""
    content = dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return public(content, "application/json", keep=keep, changed=changed)
