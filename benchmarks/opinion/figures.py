"""One line of the proof: a figure, how it spreads, and the mark it is held against."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]


def figure(mark: str, what: str, values: Sequence[float], *, least: float = 0, most: float = 0) -> Row:
    """The mean of the values with their spread; `least` or `most` is the mark for the mean, if any."""
    mean = float(np.mean(values)) if len(values) else None
    wanted = f">= {least:g}" if least else f"<= {most:g}" if most else ""
    met = None if mean is None else mean >= least if least else mean <= most if most else None
    return {
        "mark": mark,
        "what": what,
        "value": None if mean is None else round(mean, 4),
        "lowest": round(float(np.min(values)), 4) if len(values) else None,
        "highest": round(float(np.max(values)), 4) if len(values) else None,
        "n": len(values),
        "wanted": wanted,
        "met": {True: "yes", False: "NO", None: ""}[met],
    }
