"""What each part of very large consultations costs, by the vote and by the person

Votes are invented, written to Parquet sorted by participant, and analysed in parts in a process of its own
with one thread; what is done where the parts lie is what a Dask worker would do. "rest" is what the process
does that asks: the sample of 20,000 people that models are fitted to, and a result with everybody's place.
Then what a vote takes in PostgreSQL: its bytes with indexes, and reading it for an analysis.
docs/how-to/scale.md computes sizes from these figures. Compiling is left out.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.ring import ring_votes

SIZES = {20_000: 200, 100_000: 600, 1_000_000: 800}  # people: statements
SMALL = {5_000: 100}
MEAN_VOTES = 40
STORED_PEOPLE, STORED_VOTES = 4_000, 30
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

T = TypeVar("T")


def measure(*, quick: bool = False) -> list[dict[str, Any]]:
    sizes = SMALL if quick else SIZES
    return [row for people, statements in sizes.items() for row in _analysed(people, statements)] + _stored()


def _row(what: str, people: int, votes: int, cpu: float, megabytes: float | None = None) -> dict[str, Any]:
    return {
        "what": what,
        "people": people,
        "votes": votes,
        "CPU s": round(cpu, 3),
        "us a vote": round(cpu / votes * 1e6, 3),
        "us a person": round(cpu / people * 1e6, 2),
        "MB": "" if megabytes is None else round(megabytes),
        "bytes": "",
    }


def _analysed(people: int, statements: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes.parquet"
        _write(file, people, statements)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", str(file)],
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
            capture_output=True,
            text=True,
            check=True,
        )
    return [_row(**row) for row in json.loads(done.stdout)]


def _write(file: Path, people: int, statements: int) -> None:
    import pyarrow
    from pyarrow import parquet

    votes = ring_votes(people, statements, mean_votes=MEAN_VOTES)
    columns = {"participant": votes.people, "statement": votes.statements, "value": votes.values}
    parquet.write_table(pyarrow.table(columns), file, row_group_size=500_000)


@dataclass
class Timed:
    """Parts here that note the CPU seconds of everything that is done with them."""

    parts: Any
    spent: Counter[str] = field(default_factory=Counter)

    def each(self, work: Callable[..., T], *values: Any, own: Sequence[Any] | None = None) -> list[T]:
        began = time.process_time()
        answers: list[T] = self.parts.each(work, *values, own=own)
        self.spent[work.__name__] += time.process_time() - began
        return answers

    def changed(self, work: Callable[..., Any], *values: Any) -> "Timed":
        began = time.process_time()
        made = self.parts.changed(work, *values)
        self.spent[work.__name__] += time.process_time() - began
        return Timed(made, self.spent)


def analysed(file: Path) -> list[dict[str, Any]]:
    """The rows of one file, measured in this process."""
    from clustering.parquet import read_votes
    from clustering.parts import analyse_parts

    _compile()
    loaded, began = _peak(), time.process_time()
    timed = Timed(read_votes(file))
    read = time.process_time() - began
    result = analyse_parts(timed)
    whole = time.process_time() - began
    people, votes = len(result.places), result.decision.votes if result.decision else 0
    spent = timed.spent
    named = {
        "read a file": read,
        "put in order": spent["hashed"] + spent["renumbered"] + spent["reordered"],
        "place people": spent["projected_in"],
        "group people": spent["memberships_in"],
    }
    rows = [{"what": what, "cpu": cpu} for what, cpu in named.items()]
    rows.append({"what": "rest", "cpu": whole - sum(named.values())})
    rows.append({"what": "all", "cpu": whole, "megabytes": _peak() - loaded})
    return [{**row, "people": people, "votes": votes} for row in rows]


def _compile() -> None:
    from clustering.matrix import VoteMatrix
    from clustering.parts import Part, PartsHere, analyse_parts

    small = ring_votes(300, 40, mean_votes=20)
    analyse_parts(PartsHere((Part.of(VoteMatrix.from_votes(small.people, small.statements, small.values)),)))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _stored() -> list[dict[str, Any]]:
    from benchmarks.places import place

    url = place("postgresql", statements=100, people=STORED_PEOPLE, votes_each=STORED_VOTES)
    return asyncio.run(_of_database(url))


async def _of_database(url: str) -> list[dict[str, Any]]:
    from sqlalchemy import text

    from deliberation.opinion.voting import vote_matrix
    from participate.db import Database

    database = Database(url)
    async with database.transaction() as session:
        # A vote cast on a page also keeps how it came to be shown.
        await session.execute(text("UPDATE vote SET probability = 0.5, draw = 2000000000, map_id = 1"))
    async with database.engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("VACUUM FULL vote"))
        await plain.execute(text("VACUUM FULL participant"))
        bytes_of = {
            name: int((await plain.execute(text(f"SELECT pg_total_relation_size('{name}')"))).scalar_one())
            for name in ("vote", "participant")
        }
    began = time.process_time()
    async with database.transaction() as session:
        matrix = await vote_matrix(session, 1)
    read = time.process_time() - began
    await database.close()
    people, votes = STORED_PEOPLE, matrix.n_votes
    return [
        _row("PostgreSQL: read for an analysis", people, votes, read),
        {**_row("PostgreSQL: a vote stored", people, votes, 0.0), "bytes": round(bytes_of["vote"] / votes)},
        {
            **_row("PostgreSQL: a person stored", people, votes, 0.0),
            "bytes": round(bytes_of["participant"] / people),
        },
    ]


if __name__ == "__main__":
    json.dump(analysed(Path(sys.argv[1])), sys.stdout)
