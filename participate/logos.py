"""A host's logo: an SVG or PNG file, read once and held to what is safe to show as a picture.

A picture in `<img>` runs no script and loads nothing. The file has an address of its own too, where it is a
document, so an SVG that could do more is refused here and sent under a policy that allows nothing.
"""

import re
import struct
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as Xml

from participate.settings import SettingsError

LARGEST = 100 * 1024
SIDES = range(16, 4097)
SVG = "{http://www.w3.org/2000/svg}"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
DOES_MORE = frozenset({"script", "foreignObject", "iframe", "audio", "video", "handler", "set", "a"})


@dataclass(frozen=True, slots=True)
class Logo:
    """The file as it is served. Its proportions are known, so that nothing moves while it loads."""

    name: str
    kind: str
    content: bytes
    width: int
    height: int

    @property
    def version(self) -> str:
        return sha256(self.content).hexdigest()[:8]


def read_logo(path: str) -> Logo:
    """The logo in this file. Raises SettingsError with what is wrong with it and how to mend it."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}. Name an SVG or PNG file") from None
    if len(content) > LARGEST:
        raise _refused(path, f"has {len(content):,} bytes. Make it {LARGEST:,} bytes or less")
    if content.startswith(PNG_SIGNATURE):
        return Logo("logo.png", "image/png", content, *_checked(path, *_size_of_png(path, content)))
    return Logo("logo.svg", "image/svg+xml", content, *_checked(path, *_size_of_svg(path, content)))


def _refused(path: str, why: str) -> SettingsError:
    return SettingsError(f"PARTICIPATE_LOGO: the file {path} {why}.")


def _checked(path: str, width: float, height: float) -> tuple[int, int]:
    if round(width) not in SIDES or round(height) not in SIDES:
        raise _refused(path, f"is {width:g} by {height:g}. Make each side {SIDES[0]} to {SIDES[-1]}")
    return round(width), round(height)


def _size_of_png(path: str, content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or len(content) < 33:
        raise _refused(path, "begins like a PNG but is none. Save it again")
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


def _size_of_svg(path: str, content: bytes) -> tuple[float, float]:
    root = _parsed(path, content)
    if root.tag != f"{SVG}svg":
        raise _refused(path, "is XML but not an SVG. Save it as plain SVG")
    for element in root.iter():
        _refuse_what_does_more(path, element)
    return _sides(path, root)


def _parsed(path: str, content: bytes) -> Xml.Element:
    neither = _refused(path, "is neither a PNG nor an SVG in UTF-8. Save it as one of these")
    try:
        text = content.decode()
    except ValueError:
        raise neither from None
    # Entities could grow without end, so a file that declares any is not parsed.
    if re.search(r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet", text, re.I):
        raise _refused(path, "declares a document type or a style sheet. Save it as plain SVG")
    try:
        return Xml.fromstring(content)  # noqa: S314  no entities, and small
    except (Xml.ParseError, ValueError):
        raise neither from None


def _refuse_what_does_more(path: str, element: Xml.Element) -> None:
    name = str(element.tag).split("}")[-1]
    if name in DOES_MORE:
        raise _refused(path, f"has a <{name}>. Save it as plain SVG, a picture and nothing else")
    for attribute, value in element.attrib.items():
        plain = attribute.split("}")[-1]
        if plain.lower().startswith("on"):
            raise _refused(path, f"has the attribute {plain}, which runs a script. Take it out")
        if plain == "href" and not re.match(r"#|data:image/(?:png|jpeg);", value.strip()):
            raise _refused(path, f"refers to {value.strip()[:80]!r}. Put what it needs into the file")
        _refuse_addresses(path, value)
    _refuse_addresses(path, element.text or "")


def _refuse_addresses(path: str, text: str) -> None:
    if re.search(r"@import|url\(\s*['\"]?(?!#)", text, re.I):
        raise _refused(path, "loads something from elsewhere. Put what it needs into the file")


def _sides(path: str, root: Xml.Element) -> tuple[float, float]:
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))]
    if len(numbers) == 4 and min(numbers[2:]) > 0:
        # What counts are the proportions; a logo may be drawn on any grid.
        scale = 100 / numbers[3]
        return numbers[2] * scale, 100
    sides = [re.fullmatch(r"(\d+(?:\.\d+)?)(?:px)?", root.get(side, "")) for side in ("width", "height")]
    if sides[0] is None or sides[1] is None:
        raise _refused(path, "has no viewBox. Save it with one, so that its proportions are known")
    return float(sides[0][1]), float(sides[1][1])
