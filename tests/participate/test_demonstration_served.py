"""The demonstration as one command serves it: to this machine alone, and without losing what was there."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from participate import cli
from participate.demonstration.beginning import start_afresh
from participate.demonstration.signing_in import EVERYBODY
from participate.settings import Settings
from participate.starting import NotReady
from tests.databases import migrated_database
from tests.sharing import free_port
from tests.waiting import PATIENCE, listens, until

ROOT = Path(__file__).parent.parent.parent


def page(address: str) -> str:
    """The page, once anybody answers there."""
    until(lambda: listens(urlsplit(address).port or 80), f"an answer at {address}")
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_one_command_serves_it_and_prints_who_one_can_be(tmp_path: Path) -> None:
    others = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATE_")}
    ours = {"PARTICIPATE_VAR": str(tmp_path), "PARTICIPATE_DATABASE_URL": f"sqlite:///{tmp_path}/demo.db"}
    process = subprocess.Popen(
        [sys.executable, "-m", "participate", "demo", "--port", str(free_port())],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**others, **ours},
        cwd=ROOT,
        start_new_session=True,
    )
    said = ""
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if "answers at" in line:
                break
        links = re.findall(r"http://127\.0\.0\.1:\d+/sign-in/\S+", said)
        assert len(links) == len(EVERYBODY)
        for path in ("", "spaces/avonmere", "spaces/avonmere/evenings"):
            address = links[0].split("sign-in")[0] + path
            assert "Avonmere" in page(address)
        assert "Made-up example: nothing here is real." in page(address)
        process.terminate()
        process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said + rest


def test_it_is_not_served_beyond_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTICIPATE_VAR", str(tmp_path))
    monkeypatch.setenv("PARTICIPATE_DATABASE_URL", f"sqlite:///{tmp_path}/demo.db")
    said = CliRunner().invoke(cli.cli, ["demo", "--host", "0.0.0.0"])
    assert said.exit_code == 1
    assert "does not serve on 0.0.0.0" in said.stderr
    assert not (tmp_path / "demo.db").exists()


def test_starting_afresh_keeps_the_old_database_beside_the_new_one(tmp_path: Path) -> None:
    settings = Settings(database_url=migrated_database("sqlite"))
    old = Path(settings.database_url.removeprefix("sqlite:///"))
    content = old.stat().st_size
    kept = start_afresh(settings)
    assert kept is not None
    assert kept.name.startswith(f"{old.name}.before-")
    assert (kept.stat().st_size, old.exists()) == (content, False)
    assert start_afresh(settings) is None
    with pytest.raises(NotReady, match="SQLite files"):
        start_afresh(Settings(database_url="postgresql://nobody@localhost/nothing"))
