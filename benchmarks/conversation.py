"""Import and analysis of a large real conversation (vtaiwan.uberx), each in a process of its own

Needs PARTICIPATE_CONVERSATIONS. The floor of the import is reading its files; of the analysis, importing
the numerical libraries.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.databases import migrated_database

NAME, RUNS = "vtaiwan.uberx", 3
KINDS = ("sqlite", "postgresql")
READ = "import sys; from pathlib import Path; from deliberation.opinion.polis_export import read_export; "
READ += "read_export(Path(sys.argv[1]))"
LIBRARIES = "import numpy, scipy.sparse, sklearn.cluster, sklearn.metrics"


def measure() -> list[dict[str, Any]]:
    folder = Path(os.environ.get("PARTICIPATE_CONVERSATIONS", "")) / NAME
    if not folder.is_dir():
        print(f"{NAME} is not there: name its folder's parent in PARTICIPATE_CONVERSATIONS.")
        return []
    python, command = sys.executable, [sys.executable, "-m", "participate"]
    rows = [
        _row("read its files (floor)", [python, "-c", READ, str(folder)]),
        _row("load the numerical libraries (floor)", [python, "-c", LIBRARIES]),
        _row("participate analyse", [*command, "analyse", str(folder)]),
    ]
    for kind in ("sqlite", "postgresql"):
        rows.append(
            _row(
                f"participate import-polis, {kind}",
                [*command, "import-polis", str(folder), "--space", "archive"],
                kind,
            )
        )
    return rows


def _row(name: str, command: list[str], kind: str | None = None) -> dict[str, Any]:
    runs = [_run(command, kind) for _ in range(RUNS)]
    return {
        "what": name,
        "CPU s": round(statistics.median(r[0] for r in runs), 2),
        "wall s": round(statistics.median(r[1] for r in runs), 2),
        "peak MB": round(max(r[2] for r in runs)),
    }


def _run(command: list[str], kind: str | None) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak megabytes of one process."""
    with tempfile.TemporaryDirectory() as var:
        environment = {**os.environ, "PARTICIPATE_VAR": var, "PARTICIPATE_SECRET_KEY": "x" * 40}
        if kind is not None:
            environment["PARTICIPATE_DATABASE_URL"] = migrated_database(kind)
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - began, after.ru_maxrss / 1000
