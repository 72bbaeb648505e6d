"""One progress bar for every long command: on standard error, and only where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

STEPS = 1_000


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """Give the work a function to be told the share done, 0 to 1. Going back is ignored."""
    if not sys.stderr.isatty():
        yield lambda _share: None
        return
    with click.progressbar(length=STEPS, label=label, file=sys.stderr) as bar:

        def show(share: float) -> None:
            step = int(STEPS * min(max(share, 0.0), 1.0)) - bar.pos
            if step > 0:
                bar.update(step)

        yield show
