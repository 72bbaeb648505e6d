"""Pictures of our own pages, made by `python -m tests.browser.pictures` from the running program."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from quart import url_for

from participate.catalogues import ENGLISH
from participate.languages import language

SHOTS = Path(__file__).parent / "static" / "help"
"""One folder for each language."""
SCALE = 1.5
"""How many dots of a picture make one pixel of a page."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture and its dots; the size it is shown at is known, so that nothing moves while it loads."""

    language: str
    name: str
    content: bytes
    version: str

    @property
    def address(self) -> str:
        return url_for("help.picture", language=self.language, name=self.name, v=self.version)

    @property
    def width(self) -> int:
        return round(int.from_bytes(self.content[16:20]) / SCALE)

    @property
    def height(self) -> int:
        return round(int.from_bytes(self.content[20:24]) / SCALE)


def shot(name: str) -> Shot:
    """The picture of this name in the page's language, or in English where there is none."""
    return shots()[language(), name] if (language(), name) in shots() else shots()[ENGLISH, name]


@cache
def shots() -> dict[tuple[str, str], Shot]:
    """Every picture by language and name."""
    return {(found.language, found.name): found for found in map(_read, sorted(SHOTS.glob("*/*.png")))}


def _read(path: Path) -> Shot:
    content = path.read_bytes()
    return Shot(path.parent.name, path.stem, content, sha256(content).hexdigest()[:8])
