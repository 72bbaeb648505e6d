"""`make bench`, or `python -m benchmarks NAME ...` with some of the names below.

What takes long runs only when it is named; `--quick` does a small part of it.
"""

import importlib
import sys

from benchmarks.report import table, write

NAMES = ("voting", "pages", "phone", "conversation", "search", "live", "routing")

LONG = ("engine_quality", "engine_speed", "fidelity", "robustness", "scale", "screen")
QUICK = "--quick"


def main(arguments: list[str]) -> int:
    names = [name.replace("-", "_") for name in arguments if name != QUICK]
    unknown = [name for name in names if name not in (*NAMES, *LONG)]
    if unknown:
        print(
            f"There is no benchmark {unknown[0]!r}. There are: {', '.join((*NAMES, *LONG))}.", file=sys.stderr
        )
        return 2
    for name in names or NAMES:
        module = importlib.import_module(f"benchmarks.{name}")
        rows = module.measure(quick=QUICK in arguments) if name in LONG else module.measure()
        print(table(module.__doc__.split("\n")[0], rows), flush=True)
        write(name.replace("_", "-"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
