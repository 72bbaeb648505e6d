"""A run in several processes is the same run: one database server, one order, one judgement at its end."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import psutil
import pytest

from tests.running import BROWSERS
from tests.sharing import FOLDER

ROOT = Path(__file__).parent.parent

HOOKS = "from tests.running import *\n"
CONTENT = """
import json, os
from pathlib import Path
import pytest
from tests.databases import migrated_database, postgresql_processes
from tests.sharing import free_port, once, shared_folder

def note(name, **facts):
    facts = {"name": name, "process": os.getpid(), "port": free_port(), **facts}
    with (Path(__file__).parent / "notes").open("a") as file:
        file.write(json.dumps(facts) + chr(10))

def make(path):
    path.write_text(str(os.getpid()))

@pytest.mark.browser
@pytest.mark.parametrize("number", range(6))
def test_in_a_browser(number):
    note("browser")

@pytest.mark.parametrize("number", range(6))
def test_with_databases(number):
    note(
        "plain",
        urls=[migrated_database("sqlite"), migrated_database("postgresql")],
        server=postgresql_processes()[0].pid,
        folder=str(shared_folder()),
        maker=once("thing", make).read_text(),
    )

@pytest.mark.conversations
def test_of_conversations():
    note("conversations")
"""


def run(
    folder: Path, content: str, *, hidden: Collection[str] = (), **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run these tests in two processes under the hooks of this project, where programs may be hidden."""
    (folder / "conftest.py").write_text(HOOKS)
    (folder / "test_content.py").write_text(content)
    ours = (FOLDER, "PARTICIPATE_CONVERSATIONS", "CI")
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith("PYTEST_")
    }
    paths = [path for path in os.environ["PATH"].split(os.pathsep) if not _has(path, hidden)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n2", "-c", ROOT / "pyproject.toml", "--rootdir", folder, folder],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), "PATH": os.pathsep.join(paths), **variables},
        capture_output=True,
        text=True,
    )


def _has(path: str, programs: Collection[str]) -> bool:
    return any(shutil.which(program, path=path) is not None for program in programs)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple["subprocess.CompletedProcess[str]", list[dict]]:
    folder = tmp_path_factory.mktemp("shared")
    done = run(folder, CONTENT)
    return done, [json.loads(line) for line in (folder / "notes").read_text().splitlines()]


def test_two_processes_share_what_is_made_once_and_nothing_else(shared):
    done, notes = shared
    assert done.returncode == 0, done.stdout
    plain = [one for one in notes if one["name"] == "plain"]
    assert len({one["process"] for one in notes}) == 2
    for what in ("server", "folder", "maker"):
        assert len({one[what] for one in plain}) == 1
    urls = [url for one in plain for url in one["urls"]]
    assert len(set(urls)) == len(urls) == 12
    assert len({one["port"] for one in notes}) == len(notes)


def test_what_was_shared_is_put_away(shared):
    _, notes = shared
    (plain, *_) = [one for one in notes if one["name"] == "plain"]
    assert not Path(plain["folder"]).exists()
    assert not psutil.pid_exists(plain["server"]) or (
        psutil.Process(plain["server"]).status() == psutil.STATUS_ZOMBIE
    )


def test_no_process_goes_back_from_the_browser(shared):
    _, notes = shared
    for process in {one["process"] for one in notes}:
        names = [one["name"] for one in notes if one["process"] == process]
        assert names == sorted(names, key=lambda name: name == "browser")


def test_what_is_left_out_is_said_once_and_is_no_failure(shared):
    done, notes = shared
    assert done.stdout.count("1 tests of real conversations were left out") == 1
    assert "conversations" not in {one["name"] for one in notes}


SKIPPING = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_skipped(number):
    if number == 3:
        pytest.skip("just so")
"""
BROWSER = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_plain(number):
    pass

@pytest.mark.browser
def test_in_a_browser():
    pass
"""


@pytest.mark.prove
@pytest.mark.parametrize(("content", "hidden"), [(SKIPPING, ()), (BROWSER, BROWSERS)])
@pytest.mark.parametrize(("judge", "code"), [("true", 1), ("false", 0)])
def test_what_is_not_run_is_a_failure_where_everything_can_run(tmp_path, content, hidden, judge, code):
    done = run(tmp_path, content, hidden=hidden, CI=judge)
    assert done.returncode == code, done.stdout
    assert ("1 tests in a browser were left out" in done.stdout) is bool(hidden)
