"""Every route, asked by everybody at every place, gives the answer of the table beside this file.

The table is written by hand in one sense that counts: nobody changes a line without reading it. A route that
has no line fails, and so does a line that has no route.
"""

from pathlib import Path

import pytest
from quart import Quart

from tests.people import Clock
from tests.permissions.walk import routes, row
from tests.permissions.world import make_world

PARTS = 6
"""Processes share the walk: each part takes every sixth route."""
TABLE = Path(__file__).with_name("routes.txt")


@pytest.fixture
def kind() -> str:
    """Permissions are decided by one function before any database: one kind is enough here."""
    return "sqlite"


def lines() -> list[str]:
    return [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def test_every_route_has_its_line_and_every_line_its_route(app: Quart) -> None:
    assert [tuple(line.split()[:2]) for line in lines()] == list(routes(app))


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_route_lets_in_whom_the_table_says(app: Quart, clock: Clock, part: int) -> None:
    world = await make_world(app, clock)
    asked = [await row(world, method, rule) for method, rule in list(routes(app))[part::PARTS]]
    assert asked == lines()[part::PARTS]


def test_nobody_but_facilitators_runs_anything() -> None:
    """What the table must say whatever the code does."""
    for line in lines():
        _, rule, *cells = line.split()
        if ("/facilitate" in rule and "<space>" in rule) or "/moderation" in rule:
            # An operator may help a trial to a facilitator; where there are sides, both of them do.
            helped = "trial=FO" if rule.endswith("/hand-over") else ""
            for cell in (one for one in cells if one != helped):
                assert set(cell.partition("=")[2]) <= set("F-0,:VMDAFO"), line
                assert cell.partition("=")[2].partition(",")[0] in ("F", "-", "0"), line
