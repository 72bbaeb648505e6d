"""The command line: quick to start, plain in what it refuses, and clean in how it stops."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import psutil
import pytest
from click.testing import CliRunner
from hypercorn.config import Config

from deliberation.running.installation import hold_to_key
from participate import cli, server_limits
from participate.commands.progress import progress_bar
from participate.commands.together import environment
from participate.db import Database
from participate.migrations import downgrade
from participate.settings import Mode, Settings, from_environment
from tests.people import ANSWERING_VARIABLES
from tests.sharing import free_port
from tests.waiting import PATIENCE, listens, until

ROOT = Path(__file__).parent.parent.parent
PROGRAM = Path(sys.executable).parent / "participate"
HEAVY = ("quart", "sqlalchemy", "sqlmodel", "alembic", "numpy", "hypercorn", "asyncpg")

Environment = dict[str, str]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def surroundings(tmp_path: Path, database_url: str) -> Environment:
    """What a production installation on a fresh migrated database has in its environment."""
    ours = {
        "PARTICIPATE_DATABASE_URL": database_url,
        "PARTICIPATE_SECRET_KEY": "s" * 43,
        "PARTICIPATE_PSEUDONYM_KEY": "p" * 43,
        "PARTICIPATE_PUBLIC_URL": "http://127.0.0.1:8000",
        "PARTICIPATE_VAR": str(tmp_path / "var"),
        # The program of this folder, wherever the one that is installed was installed from.
        "PYTHONPATH": str(ROOT),
        "PARTICIPATE_SMTP_URL": "smtps://mail.example.org",
        "PARTICIPATE_MAIL_SENDER": "no-reply@example.org",
        **ANSWERING_VARIABLES,
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATE_")}
    return {**others, **ours}


@pytest.fixture
def start(surroundings: Environment) -> Iterator[Start]:
    """Start the program; whatever is still running at the end is killed with all it started."""
    started = []

    def start(*command: str | Path, **changes: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**surroundings, **changes},
            cwd=ROOT,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def finished(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    said, complained = process.communicate(timeout=PATIENCE)
    return process.returncode, said, complained


def answer(url: str) -> int:
    """The status of a page, once anybody answers there."""
    until(lambda: listens(urlsplit(url).port or 80), f"an answer at {url}")
    with urllib.request.urlopen(url, timeout=PATIENCE) as reply:
        return int(reply.status)


def announced(process: "subprocess.Popen[str]") -> str:
    """The address in the line a server prints when it has one."""
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"answers at (http\S+)", line)
    assert found is not None, f"instead it said {line!r}"
    return found[1]


on_sqlite = pytest.mark.parametrize("kind", ["sqlite"])
on_postgresql = pytest.mark.parametrize("kind", ["postgresql"])


def test_help_lists_every_command_with_an_example_for_each() -> None:
    shown = CliRunner().invoke(cli.cli, ["--help"])
    assert shown.exit_code == 0
    context = click.Context(cli.cli)
    names = cli.cli.list_commands(context)
    assert {"serve", "worker", "migrate", "backup", "restore"} <= set(names)
    for name in names:
        assert re.search(rf"^  {name} ", shown.output, re.MULTILINE)
        help = CliRunner().invoke(cli.cli, [name, "--help"])
        assert help.exit_code == 0
        assert re.search(rf"Examples?:\n  +participate {name}", help.output), f"{name} shows no example"


def test_the_page_of_commands_is_the_one_that_the_program_makes() -> None:
    page = ROOT / "docs" / "reference" / "commands.md"
    assert page.read_text(encoding="utf-8") == cli.page(), "make it again: python -m participate.cli"


def test_help_and_mistakes_import_nothing_heavy() -> None:
    program = (
        "import sys; from participate.cli import cli\n"
        "for words in (['--help'], ['serve', '--help'], ['fly']):\n"
        "    try: cli.main(words)\n"
        "    except SystemExit: pass\n"
        f"sys.exit(repr([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert run.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["fly"], ["serve", "--port", "high"], ["serve", "--workers", "0"]])
def test_a_wrong_call_ends_with_two(words: list[str]) -> None:
    assert CliRunner().invoke(cli.cli, words).exit_code == 2


def test_what_nobody_foresaw_is_one_line_and_says_how_to_see_more(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def migrate() -> None:
        raise ZeroDivisionError("division by zero\nand more")

    monkeypatch.setattr("participate.commands.migrate.migrate", migrate)
    run = CliRunner().invoke(cli.cli, ["migrate"])
    assert run.exit_code == 1
    assert run.stderr == (
        "Error: ZeroDivisionError: division by zero (not foreseen; run it again as "
        "`participate --traceback ...` to see where)\n"
    )
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(cli.cli, ["--traceback", "migrate"], catch_exceptions=False)


def test_the_module_is_the_command(start: Start) -> None:
    code, said, _ = finished(start(sys.executable, "-m", "participate", "--version"))
    assert (code, said) == (0, "participate 0.1.0\n")


@on_sqlite
@pytest.mark.parametrize(
    ("words", "changes", "complaint"),
    [
        (["serve"], {"PARTICIPATE_SECRET_KEY": "short"}, "PARTICIPATE_SECRET_KEY has 5 bytes"),
        (["serve"], {"PARTICIPATE_PUBLIC_URL": "http://example.org"}, "PARTICIPATE_PUBLIC_URL is"),
        (["serve"], {"PARTICIPATE_COLOUR": "red"}, "PARTICIPATE_COLOUR is not a setting"),
        (["serve", "--host", "0.0.0.0"], {"PARTICIPATE_MODE": "demo"}, "does not serve on 0.0.0.0"),
        (["serve"], {"PARTICIPATE_DATABASE_URL": "sqlite:////nowhere/x.db"}, "no database at /nowhere/x.db"),
        (
            ["serve"],
            {"PARTICIPATE_DATABASE_URL": "postgresql://me:hidden@127.0.0.1:9/x"},
            "postgresql://me:***@127.0.0.1:9/x does not answer",
        ),
        (
            ["migrate"],
            {"PARTICIPATE_DATABASE_URL": "postgresql://me:hidden@127.0.0.1:9/x"},
            "does not answer",
        ),
        (["worker"], {"PARTICIPATE_SECRET_KEY": "", "PARTICIPATE_PSEUDONYM_KEY": ""}, "has 0 bytes"),
    ],
)
def test_a_refusal_is_one_sentence_without_a_trace(
    start: Start, words: list[str], changes: dict[str, str], complaint: str
) -> None:
    code, said, complained = finished(start(PROGRAM, *words, **changes))
    assert (code, said) == (1, "")
    assert complained.startswith("Error: ")
    assert complaint in complained
    assert len(complained.splitlines()) == 1
    assert "hidden" not in complained


def test_a_database_without_the_newest_migration_is_neither_served_nor_worked_on(
    start: Start, database_url: str
) -> None:
    downgrade(database_url, "base")
    for command in ("serve", "worker"):
        code, _, complained = finished(start(PROGRAM, command))
        assert code == 1
        assert "The database is at migration none" in complained
        assert complained.endswith("Run: participate migrate\n")
    assert finished(start(PROGRAM, "migrate"))[0] == 0
    assert finished(start(PROGRAM, "worker", "--once"))[0] == 0


async def test_a_database_of_another_pseudonym_key_is_not_served(start: Start, database: Database) -> None:
    async with database.transaction() as session:
        await hold_to_key(session, b"another key")
    for command in ("serve", "worker"):
        code, _, complained = finished(start(PROGRAM, command))
        assert code == 1
        assert "PARTICIPATE_PSEUDONYM_KEY is not the key this database was made with" in complained


@on_sqlite
def test_several_web_processes_are_refused_on_sqlite(start: Start) -> None:
    code, _, complained = finished(start(PROGRAM, "serve", "--workers", "2"))
    assert code == 1
    assert "leave --workers at 1, or use PostgreSQL" in complained


@on_sqlite
def test_an_address_in_use_is_said_in_words(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, _, complained = finished(start(PROGRAM, "serve", "--port", port))
    assert code == 1
    assert f"127.0.0.1:{port} cannot be used: Address already in use." in complained


@pytest.mark.parametrize("stop", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.prove)])
def test_the_web_is_served_until_it_is_told_to_stop(start: Start, stop: signal.Signals) -> None:
    web = start(PROGRAM, "serve", "--port", "0", PARTICIPATE_MODE="demo", PARTICIPATE_PUBLIC_URL="")
    assert answer(f"{announced(web)}/healthz") == 200
    web.send_signal(stop)
    assert finished(web) == (0, "", "")


@on_sqlite
@pytest.mark.parametrize("role", ["serve", "worker"])
def test_signals_that_come_while_it_stops_change_nothing(start: Start, role: str) -> None:
    if role == "serve":
        process = start(PROGRAM, role, "--port", "0", PARTICIPATE_MODE="demo", PARTICIPATE_PUBLIC_URL="")
        assert answer(f"{announced(process)}/healthz") == 200
    else:
        process = start(PROGRAM, role)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("The worker is ready")
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.001)
    assert finished(process) == (0, "", "")


@on_sqlite
def test_a_missing_pseudonym_key_is_warned_about_at_every_start(start: Start) -> None:
    for _ in range(2):
        web = start(PROGRAM, "serve", "--port", "0", PARTICIPATE_PSEUDONYM_KEY="")
        announced(web)
        web.terminate()
        code, _, complained = finished(web)
        assert code in (0, -signal.SIGTERM), "it may be told to stop before it listens for that"
        assert complained.startswith("Warning: PARTICIPATE_PSEUDONYM_KEY is not set")


@on_postgresql
def test_two_web_processes_serve_one_postgresql_database_and_stop_together(start: Start) -> None:
    port = free_port()
    web = start(PROGRAM, "serve", "--port", str(port), "--workers", "2")
    announced(web)
    assert answer(f"http://127.0.0.1:{port}/healthz") == 200
    children = psutil.Process(web.pid).children(recursive=True)
    assert len([child for child in children if "spawn_main" in " ".join(child.cmdline())]) == 2
    web.send_signal(signal.SIGTERM)
    assert finished(web)[0] == 0
    assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []


def test_the_worker_stops_when_it_is_told_to(start: Start) -> None:
    worker = start(PROGRAM, "worker")
    assert worker.stdout is not None
    assert worker.stdout.readline() == "The worker is ready (stop it with Ctrl-C).\n"
    worker.send_signal(signal.SIGTERM)
    code, _, complained = finished(worker)
    assert (code, complained) == (0, "")


TOGETHER = """
from participate.commands.together import serve_with_worker
from participate.settings import from_environment
serve_with_worker(from_environment(), "127.0.0.1", 0)
"""


@pytest.fixture
def together(start: Start) -> tuple["subprocess.Popen[str]", psutil.Process]:
    """Web and worker started by one command, and the worker's process."""
    web = start(
        sys.executable,
        "-c",
        TOGETHER,
        PARTICIPATE_MODE="demo",
        PARTICIPATE_PUBLIC_URL="",
        PYTHONUNBUFFERED="1",
    )
    assert answer(f"{announced(web)}/healthz") == 200
    assert web.stdout is not None
    assert web.stdout.readline().startswith("The worker is ready")
    (worker,) = psutil.Process(web.pid).children()
    return web, worker


@pytest.mark.prove
@on_sqlite
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_web_and_worker_started_together_stop_together(
    together: tuple["subprocess.Popen[str]", psutil.Process], stop: signal.Signals
) -> None:
    web, worker = together
    web.send_signal(stop)
    assert finished(web)[0] == 0
    assert psutil.wait_procs([worker], timeout=PATIENCE)[1] == []


@pytest.mark.prove
@on_sqlite
def test_ctrl_c_in_the_terminal_reaches_both_and_leaves_nobody(
    together: tuple["subprocess.Popen[str]", psutil.Process],
) -> None:
    web, worker = together
    os.killpg(web.pid, signal.SIGINT)
    assert finished(web) == (0, "", "")
    assert psutil.wait_procs([worker], timeout=PATIENCE)[1] == []


@pytest.mark.prove
@on_sqlite
def test_the_worker_does_not_outlive_a_killed_web(
    together: tuple["subprocess.Popen[str]", psutil.Process],
) -> None:
    web, worker = together
    web.kill()
    assert psutil.wait_procs([worker], timeout=PATIENCE)[1] == []


@pytest.mark.prove
@on_sqlite
def test_the_web_does_not_go_on_without_its_worker(
    together: tuple["subprocess.Popen[str]", psutil.Process],
) -> None:
    web, worker = together
    worker.kill()
    code, _, complained = finished(web)
    assert code == 1
    assert "The worker ended by itself (exit code -9)" in complained


def test_settings_reach_another_process_through_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTICIPATE_SITE_NAME", "Another")
    settings = Settings(mode=Mode.DEMO, secret_key="s" * 32, trusted_proxies=2, site_name="Ours")
    assert from_environment(environment(settings)) == settings


@pytest.mark.parametrize("kind", ["postgresql", pytest.param("sqlite", marks=pytest.mark.prove)])
def test_every_line_of_the_procfile_runs(start: Start) -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines())
    assert list(lines) == ["release", "web", "worker"]
    path = f"{PROGRAM.parent}:{os.environ['PATH']}"
    code, _, complained = finished(start("sh", "-c", lines["release"], PATH=path))
    assert code == 0, complained
    port = str(free_port())
    start("sh", "-c", lines["web"], PATH=path, PORT=port)
    assert answer(f"http://127.0.0.1:{port}/readyz") == 200
    worker = start("sh", "-c", lines["worker"], PATH=path, PYTHONUNBUFFERED="1")
    assert worker.stdout is not None
    assert worker.stdout.readline().startswith("The worker is ready")


@on_sqlite
def test_a_demonstration_is_not_served_to_the_world_by_another_server(start: Start) -> None:
    program = "from participate.serving import application; application()"
    code, _, complained = finished(start(sys.executable, "-c", program, PARTICIPATE_MODE="demo"))
    assert code == 1
    assert "Demo mode is served by `make run` or `participate demo` alone." in complained


def test_the_server_is_held_by_names_it_knows() -> None:
    names = [name for name in vars(server_limits) if not name.startswith("__")]
    assert names
    for name in names:
        assert hasattr(Config, name), f"hypercorn knows no {name}"
    config = Config.from_object("participate.server_limits")
    assert config.websocket_max_message_size == 65_536
    assert config.read_timeout == 300
    assert config.accesslog is None


def test_no_progress_is_drawn_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    with progress_bar("Counting") as show:
        show(0.5)
    assert file.getvalue() == ""


def test_progress_is_drawn_on_a_terminal_and_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    file.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", file)
    with progress_bar("Counting") as show:
        for share in (0.2, 0.5, 0.1, 2.0):
            show(share)
    drawn = [int(share) for share in re.findall(r"(\d+)%", file.getvalue())]
    assert "Counting" in file.getvalue()
    assert drawn == sorted(drawn)
    assert drawn[-1] == 100
