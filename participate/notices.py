"""Whose work is in what is served, and under which licence.

The notices of what reaches a browser are gathered when the assets are built, from the files that went into
them. The packages that run the program are those of the lock, as far as this machine has them.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from typing import Any, cast

from participate.static_files import DIST

NOTICES = DIST / "notices.json"
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Notice:
    """A part of what is served. `text` is its licence with the names of those who wrote it."""

    name: str
    version: str
    licence: str
    text: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the program itself."""

    name: str
    version: str
    licence: str


@cache
def served() -> tuple[Notice, ...]:
    """Every part of the built files; none where they have not been built."""
    return tuple(Notice(**one) for one in _gathered().get("served", ()))


@cache
def packages() -> tuple[Package, ...]:
    """The Python packages that run the program here."""
    return tuple(filter(None, map(_package, _gathered().get("packages", ()))))


@cache
def _gathered() -> dict[str, Any]:
    if not NOTICES.exists():
        return {}
    return cast(dict[str, Any], json.loads(NOTICES.read_text(encoding="utf-8")))


def _package(name: str) -> Package | None:
    try:
        about = metadata(name)
    except PackageNotFoundError:  # for another kind of machine
        return None
    return Package(about["Name"], about["Version"], _licence(about))


def _licence(about: PackageMetadata) -> str:
    """The licence as the package states it: by its expression, else its classifier, else its first line."""
    if "License-Expression" in about:
        return about["License-Expression"]
    classified = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if c.startswith("License")]
    if named := [c for c in classified if c != "OSI Approved"]:
        return ", ".join(named)
    return about["License"].split("\n")[0][:LONGEST] if "License" in about else ""
