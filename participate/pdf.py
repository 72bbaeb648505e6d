"""Sealed versions as tagged PDF, where this installation has what makes one: the optional part `pdf`.

WeasyPrint lays the page out and writes PDF/UA-1, with its structure and its language. It reaches for nothing:
the one thing that a page of ours may name is our own typeface.
"""

import asyncio
import logging
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import Any

from participate.processes import run_limited
from participate.settings import Settings

VARIANT = "pdf/ua-1"
SECONDS, KEPT = 30, 16
"""How long one may take, and how many are kept until other versions are asked for."""
FONTS = Path(__file__).parent / "static" / "dist"
SCHEME = "typeface:"


@lru_cache(maxsize=1)
def can_make() -> bool:
    """Whether the optional part is installed, and the libraries of the system that it needs."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


class Printer:
    """Makes one PDF at a time, in a process of its own, and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._turn = asyncio.Lock()

    async def printed(self, html: str, identifier: str, settings: Settings) -> bytes:
        """The page as PDF; the same page makes the same bytes. Raises ProcessFailed."""
        async with self._turn:
            if html not in self._kept:
                self._kept[html] = await run_limited(
                    made,
                    html,
                    identifier,
                    seconds=min(SECONDS, settings.analysis_seconds),
                    megabytes=settings.analysis_megabytes,
                    var=settings.var,
                )
            self._kept.move_to_end(html)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[html]


def made(html: str, identifier: str) -> bytes:
    """The page as PDF, in this process. `identifier`: what names the document within the file."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    logging.getLogger("weasyprint").setLevel(logging.ERROR)

    class Typefaces(URLFetcher):  # type: ignore[misc]
        """Gives our own typeface, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(SCHEME)
            if name == url or "/" in name:
                raise ValueError(f"A page for print names {url!r}: only our typeface may be named.")
            return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/woff2"})

    content: bytes = HTML(string=html, url_fetcher=Typefaces()).write_pdf(
        pdf_variant=VARIANT, pdf_identifier=identifier.encode()
    )
    return content
