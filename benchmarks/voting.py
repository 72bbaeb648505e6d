"""Casting a vote by form, against an empty post through the same middleware

Both go through the whole application: same-origin check, cookie, form parsed, token checked, headers.
The floor then answers 204; the vote is checked against the rules and is durable when it answers. Somebody
new comes every 20 votes. Rounds of both alternate in one run, and the ratio is the median over rounds.
"""

import statistics
import tempfile
from typing import Any
from urllib.parse import urlencode

import psutil

from benchmarks.load import Burst, burst, request
from benchmarks.places import CONSULTATION, SPACE, place
from benchmarks.serving import SECRET, Server, cpu_of, server
from deliberation.opinion.voting import Shown
from participate.devices import Device, cookie_name, form_token
from participate.exposures import Form, sealed
from tests.databases import postgresql_processes

ROUNDS, POSTS, VOTES_EACH = 5, 2000, 20
STATEMENTS = 40
PATH = f"/spaces/{SPACE}/{CONSULTATION}"


def measure() -> list[dict[str, Any]]:
    return [row for kind in ("sqlite", "postgresql") for row in _on(kind)]


def _on(kind: str) -> list[dict[str, Any]]:
    url = place(kind, statements=STATEMENTS)
    rounds: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as var, server(url, var) as running:
        _round(running, kind, _votes(running, 200), _empty(running, 200))  # warm
        for _ in range(ROUNDS):
            rounds.append(_round(running, kind, _votes(running, POSTS), _empty(running, POSTS)))
    return [_summed(kind, rounds)]


def _round(running: Server, kind: str, votes: list[bytes], empty: list[bytes]) -> dict[str, Any]:
    floor, floor_cpu, _ = _timed(running, kind, empty)
    cast, cast_cpu, database_cpu = _timed(running, kind, votes)
    assert set(floor.statuses) == {204}, floor.statuses
    assert set(cast.statuses) == {303}, cast.statuses
    return {
        "ratio": cast_cpu / floor_cpu,
        "floor": floor_cpu,
        "vote": cast_cpu,
        "database": database_cpu,
        "burst": cast,
        "floor burst": floor,
    }


def _timed(running: Server, kind: str, requests: list[bytes]) -> tuple[Burst, float, float]:
    """The burst, and the CPU microseconds a request of the web process and of the database's server."""
    processes = postgresql_processes() if kind == "postgresql" else []
    web, database = running.cpu, _total(processes)
    done = burst(running.port, requests)
    count = len(requests) / 1e6
    return done, (running.cpu - web) / count, (_total(processes) - database) / count


def _total(processes: list[psutil.Process]) -> float:
    return sum(cpu_of(process) for process in processes)


def _summed(kind: str, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    middle = {
        key: statistics.median(r[key] for r in rounds) for key in ("ratio", "floor", "vote", "database")
    }
    cast = sorted(rounds, key=lambda r: r["burst"].per_second)[len(rounds) // 2]
    return {
        "database": kind,
        "vote / empty, CPU": round(middle["ratio"], 2),
        "lowest": round(min(r["ratio"] for r in rounds), 2),
        "highest": round(max(r["ratio"] for r in rounds), 2),
        "CPU us empty": round(middle["floor"]),
        "CPU us vote": round(middle["vote"]),
        "CPU us in PostgreSQL": round(middle["database"]),
        "votes/s": round(cast["burst"].per_second),
        "p50 ms": round(cast["burst"].quantile(0.5), 1),
        "p99 ms": round(cast["burst"].quantile(0.99), 1),
        "empty/s": round(cast["floor burst"].per_second),
    }


def _votes(running: Server, count: int) -> list[bytes]:
    from datetime import UTC, datetime

    made, now = [], datetime.now(UTC)
    for n in range(count):
        if n % VOTES_EACH == 0:
            device = Device.new()
        number = n % VOTES_EACH + 1
        note = sealed(SECRET, Form(SPACE, CONSULTATION, number), Shown(1 / STATEMENTS, n, None), now)
        answer = ("agree", "disagree", "pass")[n % 3]
        made.append(_post(running, f"{PATH}/vote", device, statement=str(number), exposure=note, vote=answer))
    return made


def _empty(running: Server, count: int) -> list[bytes]:
    device = Device.new()
    filler = "x" * 112  # as long as the note of a vote
    return [
        _post(running, "/bench/empty", device, statement="1", exposure=filler, vote="agree")
        for _ in range(count)
    ]


def _post(running: Server, path: str, device: Device, **fields: str) -> bytes:
    host = f"127.0.0.1:{running.port}"
    body = urlencode({"token": form_token(SECRET, device), **fields}).encode()
    headers = {
        "Origin": f"http://{host}",
        "Cookie": f"{cookie_name(https=False)}={device.cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return request("POST", path, host=host, headers=headers, body=body)
