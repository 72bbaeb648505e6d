"""Heavy work in a process of its own, with a limit of time and of memory.

A fresh interpreter is started each time: forking after OpenMP has run can hang. The child gets the call on
its standard input, which then stays open as its lifeline: when the parent is gone, however it went, the
child ends too. Answers come back on its standard output; what the work prints goes to standard error.
"""

import asyncio
import contextlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

Progress = Callable[[float], None]

TAIL = 600
# A message is its length in this many bytes, then its pickle.
HEADER = 8


class Ending(StrEnum):
    """Why a process gave no result."""

    TIME = "time"
    MEMORY = "memory"
    ERROR = "error"
    DIED = "died"


class ProcessFailed(RuntimeError):
    """The work gave no result; the message says why, `ending` in one word."""

    def __init__(self, ending: Ending, reason: str) -> None:
        super().__init__(reason)
        self.ending = ending


async def run_limited(
    function: Callable[..., Any],
    *args: Any,
    seconds: float,
    megabytes: int,
    on_progress: Progress | None = None,
    var: str | Path = "var",
) -> Any:
    """The result of `function(*args)`, run in a process of its own. Never blocks the event loop.

    `function` must be importable by name, and it, `args` and its result must be picklable. With `on_progress`
    it is called with a keyword argument `progress`, a function to be given the share done, 0 to 1.

    `megabytes` limits the private writable memory of the process (RLIMIT_DATA), about what it really uses:
    numba and OpenBLAS reserve far more address space than they touch, so a limit on that would either be
    reached by nothing done or stop nothing. Systems other than Linux may not enforce it.

    Raises ProcessFailed. When the caller is cancelled, the process is killed.
    """
    call = await asyncio.to_thread(pickle.dumps, (function, args, on_progress is not None))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "participate.processes"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(Path(var)),
        process_group=0,  # so that whatever it starts can be killed with it
    )
    words = asyncio.create_task(_tail(child))
    try:
        async with asyncio.timeout(seconds):
            return await _converse(child, call, megabytes, on_progress, words)
    except TimeoutError:
        raise ProcessFailed(
            Ending.TIME, f"{_name(function)} was stopped: it took longer than {seconds:g} seconds."
        ) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await asyncio.shield(_reap(child, words))


async def _reap(child: asyncio.subprocess.Process, words: "asyncio.Task[str]") -> None:
    await child.wait()
    await asyncio.wait({words}, timeout=1)
    words.cancel()
    assert child.stdin is not None
    child.stdin.close()
    with contextlib.suppress(ConnectionError):
        await child.stdin.wait_closed()


def _environment(var: Path) -> dict[str, str]:
    """One thread per library, a kept numba cache, and none of this installation's secrets.

    Compiling takes tens of seconds, so the cache is kept: where NUMBA_CACHE_DIR says, or else in `var`.
    """
    cache = Path(os.environ.get("NUMBA_CACHE_DIR") or var / "numba").absolute()
    cache.mkdir(parents=True, exist_ok=True)
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATE_")}
    return {**inherited, **dict.fromkeys(threads, "1"), "NUMBA_CACHE_DIR": str(cache)}


async def _converse(
    child: asyncio.subprocess.Process,
    call: bytes,
    megabytes: int,
    on_progress: Progress | None,
    words: "asyncio.Task[str]",
) -> Any:
    assert child.stdin is not None
    with contextlib.suppress(ConnectionError):  # a child that died at once is asked below how
        child.stdin.write(_frame((sys.path, megabytes)) + len(call).to_bytes(HEADER) + call)
        await child.stdin.drain()
    while (answer := await _answer(child)) is not None:
        kind, value = answer
        if kind == "progress":
            if on_progress is not None:
                on_progress(value)
        elif kind == "result":
            return value
        elif kind == "memory":
            raise ProcessFailed(Ending.MEMORY, f"It needed more than {megabytes} MB of memory: {value}")
        else:
            raise ProcessFailed(Ending.ERROR, value)
    raise ProcessFailed(Ending.DIED, await _how_it_died(child, words))


async def _answer(child: asyncio.subprocess.Process) -> tuple[str, Any] | None:
    assert child.stdout is not None
    try:
        length = int.from_bytes(await child.stdout.readexactly(HEADER))
        content = await child.stdout.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
    kind, value = await asyncio.to_thread(pickle.loads, content)
    return kind, value


async def _tail(child: asyncio.subprocess.Process) -> str:
    """The last words on standard error."""
    assert child.stderr is not None
    last = b""
    while chunk := await child.stderr.read(65536):
        last = (last + chunk)[-TAIL:]
    return last.decode(errors="replace").strip()


async def _how_it_died(child: asyncio.subprocess.Process, words: "asyncio.Task[str]") -> str:
    code = await child.wait()
    await asyncio.wait({words}, timeout=1)  # something it started may still hold its standard error
    if code < 0:
        how = f"The process was ended by {signal.Signals(-code).name}, perhaps for want of memory."
    else:
        how = f"The process ended without a result (exit code {code})."
    said = words.result() if words.done() else ""
    return f"{how} Its last words: {said}" if said else how


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", function))


def _frame(value: Any) -> bytes:
    content = pickle.dumps(value)
    return len(content).to_bytes(HEADER) + content


# From here on: the child.


def _read(stream: BinaryIO) -> bytes:
    return stream.read(int.from_bytes(stream.read(HEADER)))


def _limit_memory(megabytes: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))


def _end_with_parent(lifeline: BinaryIO) -> None:
    lifeline.read()
    os.killpg(0, signal.SIGKILL)  # with whatever the work has started


def _serve_one_call(commands: BinaryIO, answers: BinaryIO) -> None:
    def answer(kind: str, value: Any) -> None:
        answers.write(_frame((kind, value)))
        answers.flush()

    path, megabytes = pickle.loads(_read(commands))  # noqa: S301  from our own parent
    call = _read(commands)
    threading.Thread(target=_end_with_parent, args=(commands,), daemon=True).start()
    sys.path[:] = path
    os.nice(5)  # pages come first
    _limit_memory(megabytes)
    try:
        function, args, reports = pickle.loads(call)  # noqa: S301
        extra = {"progress": lambda share: answer("progress", float(share))} if reports else {}
        answer("result", function(*args, **extra))
    except MemoryError as error:
        answer("memory", str(error) or "an allocation was refused.")
    except BaseException as error:
        answer("error", _described(error))


def _described(error: BaseException) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code if last else None
    where = f" ({Path(code.co_filename).name}, line {last.tb_lineno})" if last and code else ""
    return f"{type(error).__name__}: {error}{where}"


def _main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the work prints must not mix with the answers
    _serve_one_call(sys.stdin.buffer, answers)
    os._exit(0)  # the lifeline still holds standard input, so an orderly exit could wait for it


if __name__ == "__main__":
    _main()
