"""Web, worker and database server killed at random moments under load: no acknowledged vote is lost.

Real processes, SIGKILL for all of them at once, clients outside their group. See `accounting.py` for what
must be there afterwards.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.accounting import faults
from tests.kills.trial import Trial, held_on

pytestmark = pytest.mark.prove

SHORT, LONG = 3, 20


@pytest.fixture
def trial(kind: str, tmp_path: Path) -> Iterator[Trial]:
    with held_on(kind, tmp_path) as trial:
        yield trial


def check(trial: Trial, kills: int, *, server_kills: int, seed: int) -> None:
    load = trial.live_through(kills, server_kills=server_kills, seed=seed)
    rows = trial.rows(load.journal)
    assert faults(load.journal, rows) == []
    assert load.kept >= 20 * (kills + 1)
    assert set(load.statuses) <= {200, 503}, f"a client was told something else: {load.statuses}"


@pytest.mark.timeout(300)
def test_no_acknowledged_vote_is_lost_or_doubled_by_kills_under_load(trial: Trial) -> None:
    check(trial, SHORT, server_kills=1, seed=1)


@pytest.mark.timeout(1800)
def test_none_is_lost_in_twenty_kills_five_of_them_with_the_database_server(trial: Trial) -> None:
    check(trial, LONG, server_kills=5, seed=2)


HASTY = """
import asyncio, sys
from participate.db import Database
from participate.cli import main
grouped = Database.grouped
later = set()

async def hasty(self, verb, value):
    async def after_a_while():
        await asyncio.sleep(0.3)
        await grouped(self, verb, value)
    task = asyncio.create_task(after_a_while())
    later.add(task)
    task.add_done_callback(later.discard)

Database.grouped = hasty
sys.argv = ["participate", "serve", *sys.argv[1:]]
main()
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_server_that_answers_before_it_has_kept_the_vote_is_found_out(trial: Trial) -> None:
    trial.house.web = ["-c", HASTY]
    load = trial.live_through(1, server_kills=0, seed=3)
    time.sleep(0.5)  # what was answered last is kept by now, but for what the kill took
    trial.house.kill()
    assert any("should be one of" in fault for fault in faults(load.journal, trial.rows(load.journal)))
