"""`make bench`, or `python -m benchmarks NAME ...` with some of the names below."""

import importlib
import sys

from benchmarks.report import table, write

NAMES = ("voting", "pages", "phone", "conversation", "search", "live", "routing")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    for name in names or NAMES:
        module = importlib.import_module(f"benchmarks.{name}")
        rows = module.measure()
        print(table(module.__doc__.split("\n")[0], rows), flush=True)
        write(name, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
