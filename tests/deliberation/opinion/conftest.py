"""Invented exports from Polis, whole or changed in one place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def changed_export(data: Path, tmp_path: Path) -> Callable[..., Path]:
    """Copy an invented export and replace `old` by `new` in one of its files."""

    def change(file: str, old: str, new: str, name: str = "town-square") -> Path:
        folder = tmp_path / name
        shutil.copytree(data / "polis" / name, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8", newline="")
        return folder

    return change


@pytest.fixture
def rewritten_export(data: Path, tmp_path: Path) -> Callable[..., Path]:
    """Copy an invented export and pass the bytes of some of its files through `change`."""

    def rewrite(change: Callable[[bytes], bytes], *files: str) -> Path:
        folder = tmp_path / "town-square"
        shutil.copytree(data / "polis" / "town-square", folder)
        for file in files or ("summary.csv", "comments.csv", "votes.csv"):
            (folder / file).write_bytes(change((folder / file).read_bytes()))
        return folder

    return rewrite


@pytest.fixture
def turned_export(data: Path, tmp_path: Path) -> Path:
    """A copy of the export whose votes have agree = -1, without the file that says so."""
    folder = tmp_path / "export"
    shutil.copytree(data / "polis" / "turned-sign", folder)
    (folder / "format.json").unlink()
    return folder
