"""A trial that breaks off leaves nobody behind, wherever it was: else one failure makes others fail."""

import gc
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests import postgresql
from tests.kills.house import House, PostgresqlServer
from tests.kills.load import Load
from tests.kills.trial import held_on

pytestmark = pytest.mark.prove

WAITS = ["-c", "import time; time.sleep(600)"]
ENDS = ["-c", "raise SystemExit('I cannot start.')"]


class Broken(Exception):
    """What goes wrong in these trials."""


def left_over(folder: Path) -> list[str]:
    """Processes and threads that a trial in this folder has left, and what nobody waited for."""
    gc.collect()  # a process that nobody waited for warns now, and a warning is an error here
    threads = [thread.name for thread in threading.enumerate() if "_vote" in thread.name]
    children = psutil.Process().children(recursive=True)
    return threads + [words for child in children if (words := works_in(folder, child))]


def works_in(folder: Path, process: psutil.Process) -> str:
    """The command of a process that works in this folder; empty for another, or one that has ended."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline()) if str(folder) in str(process.environ()) else ""
    return ""


def test_a_web_that_ends_while_it_starts_takes_the_worker_along(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="I cannot start"), held_on("sqlite", tmp_path) as trial:
        trial.house.web = ENDS
        trial.live_through(1, server_kills=0, seed=1)
    assert len(trial.house.processes) == 2
    assert all(process.returncode is not None for process in trial.house.processes)
    assert left_over(tmp_path) == []


def test_a_worker_that_cannot_even_be_started_leaves_no_web(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = House._run

    def run_web_only(self: House, *words: str, group: int) -> "subprocess.Popen[bytes]":
        if group:
            raise Broken
        return run(self, *words, group=group)

    monkeypatch.setattr(House, "_run", run_web_only)
    with pytest.raises(Broken), held_on("sqlite", tmp_path) as trial:
        trial.house.web = WAITS
        trial.house.start()
    (web,) = trial.house.processes
    assert web.returncode is not None
    assert left_over(tmp_path) == []


def test_a_house_that_was_never_started_and_a_load_that_never_began_end_quietly(tmp_path: Path) -> None:
    with held_on("sqlite", tmp_path) as trial:
        trial.loads.append(Load(trial.house.port, "/", seed=1))
    assert left_over(tmp_path) == []


def test_clients_that_end_badly_keep_neither_house_nor_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck(Load):
        def stop(self) -> None:
            raise Broken

    with pytest.raises(Broken), held_on("postgresql", tmp_path) as trial:
        trial.house.processes = [trial.house._run(*WAITS, group=0)]
        trial.loads.append(Stuck(trial.house.port, "/", seed=1))
    assert trial.server is not None
    assert trial.server.process is not None
    assert trial.server.process.returncode is not None
    assert not trial.server.folder.exists()
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("program", ["initdb", "createdb"])
def test_a_database_server_that_is_half_made_is_put_away(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = postgresql.do

    def fail(name: str, *arguments: str | Path) -> None:
        if name == program:
            raise Broken
        do(name, *arguments)

    monkeypatch.setattr(postgresql, "do", fail)
    server = PostgresqlServer.__new__(PostgresqlServer)
    with pytest.raises(Broken):
        server.__init__()  # type: ignore[misc]
    assert not server.folder.exists()
    assert server.process is None or server.process.returncode is not None


def test_a_trial_whose_content_cannot_be_made_stops_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = []

    def note(url: str) -> None:
        servers.append(Path(url.split("host=")[1]))
        raise Broken

    monkeypatch.setattr("tests.kills.trial.upgrade", note)
    with pytest.raises(Broken), held_on("postgresql", tmp_path):
        pass
    (folder,) = servers
    assert not folder.exists()
