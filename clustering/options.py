"""What may be asked of `clustering.analyse`, whichever engine does the work."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Literal, TypeAlias

from clustering.matrix import Id

EngineName: TypeAlias = Literal["default", "polis"]

# stage, steps done, steps in all
Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """Which engine, what to leave out and what to make.

    `engine` is "default" or "polis", the compatible mode. `moderated_out` and `meta` name statements kept out
    of axes and lists. `landscape` asks for the second picture as well, which takes far longer than all the
    rest. With fewer than `min_people` voters there is one group of everyone.
    """

    moderated_out: tuple[Id, ...] = ()
    meta: tuple[Id, ...] = ()
    landscape: bool = False
    min_people: int = 15
    engine: EngineName = "default"

    @property
    def removed(self) -> set[Id]:
        """The statements kept out, for either reason."""
        return {*self.moderated_out, *self.meta}


DEFAULTS = Options()


def parameters_of(options: Options, libraries: tuple[str, ...]) -> dict[str, Any]:
    """The options as plain data, with the versions of these libraries: what is needed to repeat a result."""
    return {
        "moderated_out": sorted(options.moderated_out, key=str),
        "meta": sorted(options.meta, key=str),
        "landscape": options.landscape,
        "min_people": options.min_people,
        "libraries": {name: _version(name) for name in libraries},
    }


@cache
def _version(library: str) -> str:
    """Looking it up takes longer than many a step of an analysis."""
    return version(library)
