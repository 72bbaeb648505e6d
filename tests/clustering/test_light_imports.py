"""The web process imports this package: nothing heavy may come along."""

import subprocess
import sys

import pytest

HEAVY = ("sklearn", "scipy", "umap", "numba", "pyarrow")
MODULES = (
    "clustering",
    *(f"clustering.{m}" for m in ("matrix", "results", "place", "routing", "similarity")),
)


def loaded_after(statement):
    code = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.mark.parametrize("module", MODULES)
def test_a_light_module_imports_nothing_heavy(module):
    assert loaded_after(f"import {module}") == []
