"""Web, worker and a PostgreSQL server as processes that can be killed as a group and started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import psutil

from tests import postgresql
from tests.people import ANSWERING_VARIABLES
from tests.sharing import free_port
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parent.parent.parent
MASTER = "p" * 43
WEB = ["-m", "participate", "serve"]


@dataclass
class House:
    """`participate serve` and `participate worker` in one process group on one database."""

    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    web: list[str] = field(default_factory=lambda: [*WEB])
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self) -> None:
        """Both at once, as after a power cut; returns when the web is ready."""
        self.processes = [self._run(*self.web, "--port", str(self.port), group=0)]
        self.processes.append(self._run("-m", "participate", "worker", group=self.processes[0].pid))
        until(self._ready, "the web's being ready")

    def kill(self) -> None:
        """SIGKILL for the whole group at once, nobody excepted, whatever of it has started or has ended."""
        living = [psutil.Process(process.pid) for process in self.processes if process.poll() is None]
        everybody = [*living, *(child for process in living for child in process.children(recursive=True))]
        if living:  # else the group's number may be somebody else's by now
            os.killpg(self.processes[0].pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        left = psutil.wait_procs(everybody, timeout=PATIENCE)[1]
        assert left == [], f"{left} outlived the kill"

    def running(self) -> bool:
        return len(self.processes) == 2 and all(process.poll() is None for process in self.processes)

    def _run(self, *arguments: str, group: int) -> "subprocess.Popen[bytes]":
        with (self.folder / "output").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments],
                env=self._environment(),
                cwd=ROOT,
                stdout=output,
                stderr=output,
                process_group=group,
            )

    def _environment(self) -> dict[str, str]:
        ours = {
            "PARTICIPATE_DATABASE_URL": self.database_url,
            "PARTICIPATE_SECRET_KEY": "s" * 43,
            "PARTICIPATE_PSEUDONYM_KEY": MASTER,
            "PARTICIPATE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "PARTICIPATE_VAR": str(self.folder / "var"),
            **ANSWERING_VARIABLES,
            "PARTICIPATE_ACTS_A_MINUTE": "1000000",
            "PARTICIPATE_NEW_PARTICIPANTS_AN_HOUR": "1000000",
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATE_")}
        return {**others, **ours}

    def _ready(self) -> bool:
        assert self.running(), (self.folder / "output").read_text(errors="replace")[-2000:]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as reply:
                return int(reply.status) == 200
        except (OSError, HTTPException):
            return False


class PostgresqlServer:
    """A server of our own. It is a direct child, since a killed one that nobody reaps stays a zombie, whose
    lock file then keeps the next from starting.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="participate-kills-"))
        self.process: subprocess.Popen[bytes] | None = None
        try:
            postgresql.make_server(self.folder, durable=True)
            self.start()
            postgresql.do("createdb", "-h", self.folder, "-U", "postgres", "house")
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        return postgresql.address(self.folder, "house")

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [postgresql.programs() / "postgres", "-D", self.folder / "data"],
                user=postgresql.USER,
                stdout=log,
                stderr=log,
            )
        until(self._accepts, "the database server's accepting")

    def kill(self) -> None:
        """SIGKILL for the server and each of its processes: they are groups of their own."""
        assert self.process is not None
        server = psutil.Process(self.process.pid)
        everybody = [server, *server.children(recursive=True)]
        for process in everybody:
            with suppress(psutil.NoSuchProcess):  # the server's other processes end by themselves without it
                process.kill()
        self.process.wait()
        assert psutil.wait_procs(everybody, timeout=PATIENCE)[1] == []

    def stop(self) -> None:
        """Whatever state it is in."""
        try:
            if self.process is not None and self.process.poll() is None:
                self.kill()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _accepts(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text(errors="replace")[-2000:]
        ready = [postgresql.programs() / "pg_isready", "-q", "-h", self.folder]
        return subprocess.run(ready).returncode == 0
