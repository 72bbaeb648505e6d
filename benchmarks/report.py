"""A table for people, JSON for programs."""

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def table(title: str, rows: list[dict[str, Any]]) -> str:
    """Rows of equal keys as text columns."""
    if not rows:
        return f"{title}: nothing measured"
    keys = list(rows[0])
    cells = [[_shown(row[key]) for key in keys] for row in rows]
    widths = [max(len(key), *(len(line[i]) for line in cells)) for i, key in enumerate(keys)]
    head = "  ".join(key.ljust(width) for key, width in zip(keys, widths, strict=True))
    body = ["  ".join(c.rjust(w) for c, w in zip(line, widths, strict=True)) for line in cells]
    return "\n".join([title, head, *body, ""])


def _shown(value: Any) -> str:
    return (
        f"{value:,.3g}"
        if isinstance(value, float) and abs(value) < 1000
        else (f"{value:,.0f}" if isinstance(value, float) else str(value))
    )


def write(name: str, rows: list[dict[str, Any]]) -> Path:
    """Keep the figures with what they were measured on."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load": os.getloadavg()[0],
        "day": time.strftime("%Y-%m-%d"),
    }
    path.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1, sort_keys=True) + "\n")
    return path
