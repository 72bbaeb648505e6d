"""Built files: in the smallest form that the browser reads, under an address that changes with their content.

`frontend/build.mjs` compresses them while building and names the typeface's version in the style sheet; the
version here is made in the same way, so that what a page fetches ahead is what the style sheet asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from quart import Quart, Response, request
from werkzeug.exceptions import NotFound

from participate.public import ASK_AGAIN, FOR_GOOD, unless_known

DIST = Path(__file__).parent / "static" / "dist"
FOLDER = "/static/dist"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
    }
)
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""The smallest first."""


@dataclass(frozen=True, slots=True)
class Built:
    """A built file in each of its forms, by encoding; "" is the plain one."""

    kind: str
    version: str
    forms: Mapping[str, bytes]


def teach(app: Quart) -> None:
    """Serve the built files."""
    app.add_url_rule(f"{FOLDER}/<name>", "static", serve)


async def serve(name: str) -> Response:
    """A built file; 304 where the browser has this form of it already."""
    built = _built(name)
    if built is None:
        raise NotFound
    encoding = _best(built)
    response = Response(built.forms[encoding], content_type=built.kind)
    # A form of its own has an ETag of its own: a cache must never join parts of two.
    response.set_etag(f"{built.version}-{encoding}" if encoding else built.version)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    if len(built.forms) > 1:
        response.vary.add("Accept-Encoding")
    current = request.query_string.decode("ascii", "replace") == built.version
    response.headers["Cache-Control"] = FOR_GOOD if current else ASK_AGAIN
    return unless_known(response)


@cache
def address_of(name: str) -> str:
    """Where a built file is. Kept while the process lives: pages name a dozen of them."""
    built = _built(name)
    return f"{FOLDER}/{name}?{built.version if built is not None else ''}"


def _best(built: Built) -> str:
    accepted = request.accept_encodings
    return next((name for name, _ in ENCODINGS if name in built.forms and accepted.quality(name) > 0), "")


def _built(name: str) -> Built | None:
    """The file, read once for each time that it was built; None for what nobody built."""
    path = DIST / name
    if path.suffix not in KINDS or path.parent != DIST or not path.is_file():
        return None
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, _: int) -> Built:
    plain = path.read_bytes()
    forms = {"": plain}
    for encoding, ending in ENCODINGS:
        smaller = path.with_name(path.name + ending)
        if smaller.is_file():
            forms[encoding] = smaller.read_bytes()
    return Built(KINDS[path.suffix], sha256(plain).hexdigest()[:8], MappingProxyType(forms))
