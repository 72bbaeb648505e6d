"""A run of the tests, in one process or several: their order, what is left out, what counts as failure."""

import gc
import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from participate.pdf import can_make
from tests.sharing import shared_folder

# The same examples in every run; `--hypothesis-profile=chance` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("chance", derandomize=False, deadline=None)
settings.load_profile("steady")

LEFT_OUT = pytest.StashKey[dict[str, int]]()
HOW_TO_RUN = {
    "conversations": "tests of real conversations were left out: name a folder of them in "
    "PARTICIPATE_CONVERSATIONS to run them.",
    "browser": "tests in a browser were left out: install Chromium to run them.",
    "cluster": "tests of Parquet files and clusters were left out: `make cluster` adds what they need.",
    "pdf": "tests of PDF were left out: install Pango to run them (docs/how-to/make-pdf.md).",
}


# The shell first: without a window around each page it needs half the processor's time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """This machine's Chromium, if it has one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect (never skip) what this machine cannot run; the last lines say so."""
    # The browser's driver keeps an event loop running, in which no other asynchronous test could start. Each
    # process takes tests in this order, so that none goes back to those without a browser.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    folder = os.environ.get("PARTICIPATE_CONVERSATIONS")
    missing = {
        "conversations": not (folder and Path(folder).is_dir()),
        "browser": chromium() is None,
        "cluster": not all(map(find_spec, ("pyarrow", "dask", "distributed"))),
        "pdf": not can_make(),
    }
    for marker, absent in missing.items():
        without = [item for item in items if absent and item.get_closest_marker(marker)]
        if without:
            items[:] = [item for item in items if item not in without]
            config.hook.pytest_deselected(items=without)
            config.stash[LEFT_OUT][marker] = len(without)


def pytest_collection_finish() -> None:
    """Do not look again and again for garbage among the thousands of tests, modules and their parts."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = {}
    shared_folder()
    if not hasattr(config, "workerinput"):
        # Whoever ends the run ends it as Ctrl-C does, so that the database server ends with it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """`-n auto`: a process for each core, and not so many that memory runs short.

    And one more in `make test`, where each waits a third of its time for a database server or a browser.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, min(4, cores)) + (config.option.markexpr == "not prove")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what one of several processes has left out, when it ends."""
    node.config.stash[LEFT_OUT].update(getattr(node, "workeroutput", {}).get("left out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, where a reader looks: at the end."""
    for marker, count in terminalreporter.config.stash[LEFT_OUT].items():
        terminalreporter.write_line(f"{count} {HOW_TO_RUN[marker]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything can run, a skipped test or a missing browser is a failure."""
    left_out = session.config.stash[LEFT_OUT]
    if hasattr(session.config, "workeroutput"):  # one of several processes: the first one judges
        session.config.workeroutput["left out"] = left_out
        return
    if os.environ.get("CI") != "true":
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter else 0
    if skipped or left_out.keys() & {"browser", "cluster"}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
