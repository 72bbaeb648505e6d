"""Codes that a phone's camera reads, drawn within the page: no picture is fetched from anywhere."""

import segno
from markupsafe import Markup


def code_for(address: str, title: str) -> Markup:
    """The QR code of an address, as a drawing with a title; dark on white whatever the page's colours are.

    A fifteenth of it may be torn off or dirty.
    """
    code = segno.make(address, error="m", micro=False, boost_error=True)
    drawn = code.svg_inline(
        border=4, omitsize=True, svgclass="code", lineclass=None, light="#fff", title=title
    )
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  segno escapes the title
