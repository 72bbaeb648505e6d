"""How quick the opinion engine is, beside red-dwarf and beside a floor, on the same votes in the same run

red-dwarf is the peer that does most of what Polis does; it is installed from PyPI in an environment of its
own. The floor is a sparse SVD, k-means and a silhouette, without any statistics. Every run is a process of
its own with one thread; compiling is left out, and shown as "ready s". Ratios are of medians.

S1, at 10,000 and 100,000 people: red-dwarf's CPU over ours is to be at least 4 and 40. S2, at a million: ours
over the floor's at most 2 in CPU and 1.2 in memory. S3: taking in 1 % new votes, over ours in full, at
most 0.02 when they come from few people and 0.25 from anybody. S4, the size of the largest conversation
known (33,422 people): at most 8 CPU seconds and 600 MB. Name sizes in PARTICIPATE_BENCH_SIZES, as "1k,10k".
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.ring import ring_votes

RED_DWARF = "red-dwarf==0.4.0"
RUNS, RUNS_OF_LARGE = 3, 1
LARGE = 50_000
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ROOT = Path(__file__).parents[1]
CACHE = Path(tempfile.gettempdir()) / "participate-benchmarks"

Run = dict[str, Any]


class Size(NamedTuple):
    """People, statements and votes a person that are asked for; and who is to be measured."""

    people: int
    statements: int
    mean_votes: float
    kinds: tuple[str, ...]


ALL = ("default", "red-dwarf", "floor", "polis", "update few", "update spread")
NOT_RED_DWARF = ("default", "floor", "update few", "update spread")
SIZES = {
    "1k": Size(1_000, 200, 40, ALL),
    "10k": Size(10_000, 400, 40, ALL),
    "largest": Size(33_422, 783, 74, NOT_RED_DWARF),
    "100k": Size(100_000, 600, 40, ("default", "red-dwarf", "floor", "update few", "update spread")),
    "1m": Size(1_000_000, 800, 40, ("default", "floor")),
}
ASKED = {
    ("10k", "red-dwarf"): "S1: CPU / ours at least 4",
    ("100k", "red-dwarf"): "S1: CPU / ours at least 40",
    ("1m", "floor"): "S2: CPU / ours at least 0.5, peak / ours 0.83",
    ("largest", "default"): "S4: at most 8 CPU s and 600 MB",
    **{(size, "update few"): "S3: CPU / ours at most 0.02" for size in SIZES},
    **{(size, "update spread"): "S3: CPU / ours at most 0.25" for size in SIZES},
}


def measure(*, quick: bool = False) -> list[dict[str, Any]]:
    names = os.environ.get("PARTICIPATE_BENCH_SIZES", "1k" if quick else "1k,10k,largest,100k").split(",")
    python = red_dwarf_python()
    return [row for name in names for row in _rows(name, SIZES[name], python)]


def _rows(name: str, size: Size, python: str | None) -> list[dict[str, Any]]:
    votes = _votes(size)
    runs: dict[str, list[Run]] = {kind: [] for kind in size.kinds if python or kind != "red-dwarf"}
    times = RUNS_OF_LARGE if size.people > LARGE else RUNS
    for _ in range(times):
        for kind, done in runs.items():
            print(f"{name}: {kind}", file=sys.stderr, flush=True)
            done.append(_once(kind, votes, python) if _is_kept(kind, size) else run(kind, votes, python))
    own = {key: _median(runs["default"], key) for key in ("cpu", "wall", "peak")}
    with np.load(votes) as given:
        count = len(given["values"])
    return [_row(name, size, count, kind, done, own) for kind, done in runs.items()]


def _row(
    name: str, size: Size, votes: int, kind: str, runs: list[Run], own: dict[str, float]
) -> dict[str, Any]:
    cpu, wall, peak = (_median(runs, key) for key in ("cpu", "wall", "peak"))
    return {
        "size": f"{size.people:,} x {size.statements}",
        "votes": f"{votes:,}",
        "what": f"{kind} {RED_DWARF.partition('==')[2]}" if kind == "red-dwarf" else kind,
        "runs": len(runs),
        "CPU s": round(cpu, 3),
        "wall s": round(wall, 3),
        "peak MB": round(peak),
        "before MB": round(_median(runs, "before")),
        "CPU / ours": round(cpu / own["cpu"], 3),
        "wall / ours": round(wall / own["wall"], 3),
        "peak / ours": round(peak / own["peak"], 3),
        "ready s": round(_median(runs, "ready"), 1) if "ready" in runs[0] else "",
        "k": runs[0]["k"],
        "ARI": round(runs[0]["ARI"], 2),
        "asked": ASKED.get((name, kind), ""),
    }


def _median(runs: list[Run], key: str) -> float:
    return statistics.median(run[key] for run in runs)


def _is_kept(kind: str, size: Size) -> bool:
    """Minutes of red-dwarf on a large conversation are spent once for the same votes."""
    return kind == "red-dwarf" and size.people > LARGE


def _once(kind: str, votes: Path, python: str | None) -> Run:
    digest = hashlib.sha256(votes.read_bytes() + RED_DWARF.encode()).hexdigest()[:16]
    kept = CACHE / f"{kind}-{digest}.json"
    if not kept.exists():
        kept.write_text(json.dumps(run(kind, votes, python)))
    found: Run = json.loads(kept.read_text())
    return found


def run(kind: str, votes: Path, python: str | None) -> Run:
    """One process: red-dwarf's has its own Python and its own paths."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    if kind == "red-dwarf":
        assert python is not None
        environment.pop("PYTHONPATH", None)
        command, folder = [python, str(ROOT / "benchmarks/engine_runs.py")], CACHE
    else:
        command, folder = [sys.executable, "-m", "benchmarks.engine_runs"], ROOT
    done = subprocess.run(
        [*command, kind, str(votes)], env=environment, cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"The run of {kind} failed:\n{done.stderr[-2000:]}")
    found: Run = json.loads(done.stdout.splitlines()[-1])
    return found


def _votes(size: Size) -> Path:
    """The invented votes, made once; the same size is the same votes."""
    CACHE.mkdir(exist_ok=True)
    path = CACHE / f"ring-{size.people}-{size.statements}-{size.mean_votes}.npz"
    if not path.exists():
        votes = ring_votes(size.people, size.statements, mean_votes=size.mean_votes, seed=1)
        part = path.with_name(f"part-{os.getpid()}.npz")
        np.savez(part, **votes._asdict())
        part.rename(path)
    return path


def red_dwarf_python() -> str | None:
    """The Python of an environment with red-dwarf, made on first use; None where it cannot be installed."""
    folder = CACHE / RED_DWARF.replace("==", "-")
    python = folder / "bin/python"
    if (folder / "ready").exists():
        return str(python)
    print(f"Installing {RED_DWARF} in {folder}.", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    done = subprocess.run([python, "-m", "pip", "install", "-q", RED_DWARF], capture_output=True, text=True)
    if done.returncode:
        print(
            f"{RED_DWARF} could not be installed, so it is left out:\n{done.stderr[-500:]}", file=sys.stderr
        )
        return None
    (folder / "ready").touch()
    return str(python)
