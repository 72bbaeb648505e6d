"""The generated pages of docs/reference: which function writes which. `make docs` writes them again."""

from collections.abc import Callable
from pathlib import Path

from charters.clauses import clauses_page
from charters.fields import fields_page
from charters.permissions import permissions_page
from participate import cli, settings

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "charter-file.md": fields_page,
    "clauses.md": clauses_page,
    "commands.md": cli.page,
    "permissions.md": permissions_page,
    "settings.md": settings.page,
}


def write() -> None:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
