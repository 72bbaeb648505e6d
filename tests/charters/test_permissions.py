"""The published table of permissions is what `decide` says today."""

from pathlib import Path

from charters.actions import Action
from charters.permissions import permissions_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"


def test_the_page_is_what_decide_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == permissions_page(), (
        "write charters.permissions.permissions_page() to docs/reference/permissions.md"
    )


def test_every_action_stands_in_each_of_the_tables() -> None:
    text = permissions_page()
    assert all(text.count(f"| `{action}` |") == 5 for action in Action)
