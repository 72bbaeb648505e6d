"""Each page with 1,000 statements and 10,000 people

The server's CPU and the seconds a person waits, one request at a time and sixteen at once.
"""

import asyncio
import tempfile
from typing import Any

from benchmarks.load import burst, request
from benchmarks.places import CONSULTATION, SPACE, place
from benchmarks.serving import SECRET, Server, server
from participate.db import Database
from participate.settings import Settings
from participate.worker import run_until_idle

PLACE = f"/spaces/{SPACE}/{CONSULTATION}"
PAGES = {
    "front page": "/",
    "voting page": PLACE,
    "results": f"{PLACE}/map",
    "all results": f"{PLACE}/map?page=1",
    "every statement": f"{PLACE}/statements",
    "one statement": f"{PLACE}/statements/7",
    "report": f"{PLACE}/report",
}
STATEMENTS, PEOPLE, VOTES_EACH = 1000, 10_000, 60


def measure() -> list[dict[str, Any]]:
    rows = []
    for kind in ("sqlite", "postgresql"):
        url = place(kind, statements=STATEMENTS, people=PEOPLE, votes_each=VOTES_EACH)
        with tempfile.TemporaryDirectory() as var:
            analyse(url, var)
            with server(url, var) as running:
                rows += [_page(running, kind, name, path) for name, path in PAGES.items()]
    return rows


def analyse(url: str, var: str) -> None:
    """Let the worker do all that waits, so that there are results to show."""

    async def work() -> None:
        settings = Settings(database_url=url, secret_key=SECRET, pseudonym_key=SECRET, var=var)
        database = Database(url)
        await run_until_idle(database, settings)
        await database.close()

    asyncio.run(work())


def _page(running: Server, kind: str, name: str, path: str) -> dict[str, Any]:
    asked = [request("GET", path, host=f"127.0.0.1:{running.port}", headers={})] * 100
    burst(running.port, asked[:10])
    before = running.cpu
    alone = burst(running.port, asked, 1)
    cpu = (running.cpu - before) / len(asked) * 1e3
    together = burst(running.port, asked)
    assert set(alone.statuses) == {200}, (name, alone.statuses)
    return {
        "page": name,
        "database": kind,
        "CPU ms": round(cpu, 1),
        "p50 ms alone": round(alone.quantile(0.5), 1),
        "p95 ms alone": round(alone.quantile(0.95), 1),
        "p50 ms of 16": round(together.quantile(0.5), 1),
        "p95 ms of 16": round(together.quantile(0.95), 1),
        "server MB": round(running.megabytes),
    }
