"""The proof of the opinion engine: every mark with its spread, on real conversations and on invented ones.

Q1 the same votes give the same bytes; Q2 votes held out are predicted; Q3 groups are found where there are
some, and only there; Q4 results move gently as votes come; Q5 intervals cover, and little is named falsely;
S5 groups stay when a few votes go; S7 nothing small is shown as a group or named on few votes.
What each mark means, and why, is said in docs/explanation/opinion-engine.md. `--quick` does a small part.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.opinion import group_marks, prediction_marks, same_marks, statement_marks
from benchmarks.opinion.conversations import conversations
from benchmarks.opinion.figures import Row

FEWEST_REPLAYED = 100
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# The longest first, so that the cores end together.
PARTS = ("Q1", "Q4", "Q3 null", "S5", "Q2", "Q3 1000", "Q5", "Q3 300", "S7")


def measure(*, quick: bool = False) -> list[Row]:
    """All parts, one on each core; each starts afresh, so that none warms another's caches."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), fresh, max_tasks_per_child=1) as pool:
        found = dict(zip(PARTS, pool.map(partial(_timed, quick=quick), PARTS), strict=True))
    return [row for name in sorted(PARTS) for row in found[name]]


def _timed(name: str, quick: bool) -> list[Row]:
    started = time.process_time()
    rows = _parts(quick)[name]()
    print(f"{name}: {time.process_time() - started:.0f} CPU s", file=sys.stderr, flush=True)
    return rows


def _parts(quick: bool) -> dict[str, Callable[[], list[Row]]]:
    given = list(conversations())
    small = [one for one in given if len(one.values) < 10_000] if quick else given
    folder = Path(os.environ["PARTICIPATE_CONVERSATIONS"])
    large = [one for one in small if one.votes.shape[0] >= FEWEST_REPLAYED]
    return {
        "Q1": lambda: same_marks.same_marks(small, folder, 3 if quick else 20),
        "Q2": lambda: prediction_marks.marks(given, 1 if quick else 5),
        "Q3 null": lambda: group_marks.null_marks(small, 8 if quick else 200),
        "Q3 300": lambda: group_marks.planted_marks(300, 80, 1 if quick else 6),
        "Q3 1000": lambda: group_marks.planted_marks(1000, 100, 1 if quick else 6),
        "Q4": lambda: same_marks.replay_marks(large, 20 if quick else 100),
        "Q5": lambda: statement_marks.marks(2 if quick else 12),
        "S5": lambda: group_marks.steadiness_marks(small),
        "S7": lambda: group_marks.size_marks(given),
    }
