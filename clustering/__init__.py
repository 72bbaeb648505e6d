"""Opinion analysis: a numerical library. Arrays in, frozen dataclasses out; no database, no web.

`analyse` is offered lazily (PEP 562): importing this package, or its light modules `matrix`, `results`,
`place`, `routing` and `similarity`, loads neither scikit-learn nor anything else that is heavy.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clustering.engine import Options, analyse

__all__ = ["Options", "analyse"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from clustering import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
