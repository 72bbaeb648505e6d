"""Work in a process of its own: results, progress, and every way in which it can end badly."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from participate.processes import Ending, ProcessFailed, run_limited
from tests.waiting import PATIENCE

LIMITS = {"seconds": PATIENCE, "megabytes": 500}


def add(one: int, other: int) -> int:
    return one + other


def surroundings() -> dict[str, object]:
    return {
        "process": os.getpid(),
        "threads": os.environ["OMP_NUM_THREADS"],
        "cache": os.environ["NUMBA_CACHE_DIR"],
        "secrets": [name for name in os.environ if name.startswith("PARTICIPATE_")],
    }


def chatter() -> str:
    print("to standard output")  # noqa: T201
    print("to standard error", file=sys.stderr)  # noqa: T201
    return "the result"


def in_steps(steps: int, progress: Callable[[float], None]) -> str:
    for step in range(steps):
        progress((step + 1) / steps)
    return "done"


def sleep_with_a_child(note: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    note.write_text(f"{os.getpid()} {child.pid}")
    time.sleep(600)


def fill_memory(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def broken(number: int) -> None:
    raise ValueError(f"{number} is not a group.")


def sudden_end() -> None:
    print("the disk is on fire", file=sys.stderr, flush=True)  # noqa: T201
    os._exit(3)


def killed_from_outside() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def unpicklable() -> object:
    return lambda: None


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def gone(*pids: int) -> bool:
    async with asyncio.timeout(PATIENCE):
        while any(running(pid) for pid in pids):
            await asyncio.sleep(0.02)
    return True


def pids_in(note: Path) -> list[int]:
    """The two processes that the work has noted; none before it has begun."""
    parts = note.read_text().split() if note.exists() else []
    return [int(part) for part in parts] if len(parts) == 2 else []


async def noted(note: Path) -> list[int]:
    async with asyncio.timeout(PATIENCE):
        while not (pids := pids_in(note)):
            await asyncio.sleep(0.02)
    return pids


async def test_the_result_comes_back() -> None:
    assert await run_limited(add, 2, 3, **LIMITS) == 5


async def test_it_runs_with_one_thread_its_own_cache_and_without_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTICIPATE_SECRET_KEY", "s" * 32)
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    around = await run_limited(surroundings, **LIMITS, var=tmp_path)
    assert around["process"] != os.getpid()
    assert around["threads"] == "1"
    assert around["cache"] == str(tmp_path / "numba")
    assert around["secrets"] == []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "elsewhere"))
    around = await run_limited(surroundings, **LIMITS, var=tmp_path)
    assert around["cache"] == str(tmp_path / "elsewhere")


async def test_what_the_work_prints_does_not_mix_with_its_result() -> None:
    assert await run_limited(chatter, **LIMITS) == "the result"


async def test_progress_comes_through_in_order() -> None:
    seen: list[float] = []
    assert await run_limited(in_steps, 4, **LIMITS, on_progress=seen.append) == "done"
    assert seen == [0.25, 0.5, 0.75, 1.0]


async def test_too_long_is_killed_with_all_it_started(tmp_path: Path) -> None:
    note, seconds = tmp_path / "pids", 1
    while not pids_in(note):  # on a busy machine it is stopped before it has started anything
        with pytest.raises(
            ProcessFailed, match=f"sleep_with_a_child .* longer than {seconds} second"
        ) as failed:
            await run_limited(sleep_with_a_child, note, seconds=seconds, megabytes=500)
        assert failed.value.ending is Ending.TIME
        seconds *= 2
    assert await gone(*pids_in(note))


async def test_a_cancelled_caller_takes_the_process_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    task = asyncio.create_task(run_limited(sleep_with_a_child, note, **LIMITS))
    pids = await noted(note)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(*pids)


async def test_too_much_memory_is_refused_and_enough_is_not() -> None:
    assert await run_limited(fill_memory, 100, seconds=PATIENCE, megabytes=300) == 100 << 20
    with pytest.raises(ProcessFailed, match="more than 300 MB") as failed:
        await run_limited(fill_memory, 400, seconds=PATIENCE, megabytes=300)
    assert failed.value.ending is Ending.MEMORY


async def test_an_exception_comes_back_in_words_with_its_place() -> None:
    with pytest.raises(
        ProcessFailed, match=r"^ValueError: 7 is not a group\. \(test_processes\.py, line \d+\)$"
    ) as failed:
        await run_limited(broken, 7, **LIMITS)
    assert failed.value.ending is Ending.ERROR


async def test_a_result_that_cannot_travel_is_an_error_in_words() -> None:
    with pytest.raises(ProcessFailed, match="pickle") as failed:
        await run_limited(unpicklable, **LIMITS)
    assert failed.value.ending is Ending.ERROR


async def test_a_sudden_end_is_told_with_its_last_words() -> None:
    with pytest.raises(ProcessFailed, match=r"exit code 3\).*the disk is on fire") as failed:
        await run_limited(sudden_end, **LIMITS)
    assert failed.value.ending is Ending.DIED


async def test_a_kill_from_outside_is_told_by_its_signal() -> None:
    with pytest.raises(ProcessFailed, match="ended by SIGKILL") as failed:
        await run_limited(killed_from_outside, **LIMITS)
    assert failed.value.ending is Ending.DIED


def wait_for_file(file: Path) -> str:
    while not file.exists():
        time.sleep(0.01)
    return "found"


async def test_the_event_loop_stays_free_meanwhile(tmp_path: Path) -> None:
    """The work ends only by what the loop does while it waits for it."""
    working = asyncio.create_task(run_limited(wait_for_file, tmp_path / "file", **LIMITS))
    for _ in range(100):
        await asyncio.sleep(0.01)
    assert not working.done()
    (tmp_path / "file").touch()
    assert await working == "found"


PARENT = """
import asyncio, sys
sys.path[:] = {path!r}
from pathlib import Path
from tests.participate.test_processes import sleep_with_a_child
from participate.processes import run_limited
asyncio.run(run_limited(sleep_with_a_child, Path({note!r}), seconds=600, megabytes=500))
"""


async def test_a_killed_parent_leaves_no_orphan_at_work(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(path=sys.path, note=str(note))], cwd=Path.cwd()
    )
    pids = await noted(note)
    parent.kill()
    parent.wait()
    assert await gone(*pids)


def test_nothing_is_left_open_behind(recwarn: pytest.WarningsRecorder) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        assert asyncio.run(run_limited(add, 1, 1, **LIMITS)) == 2
    assert [str(warning.message) for warning in recwarn] == []
