"""Every clause has code that keeps it and a test that exists, or the page says that it has none yet."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from charters.clauses import KEPT, clauses_page
from charters.policy import load_policy, policy_names
from charters.texts import BALLOTS, NEEDED_CLAUSES

ROOT = Path(__file__).parents[2]
# The only promises that nothing keeps yet. Take one out here with the code that keeps it.
NOT_YET: set[str] = set()


def test_every_clause_of_every_template_is_in_the_table() -> None:
    promised = {clause for name in policy_names() for clause in load_policy(name).clauses}
    assert set(KEPT) == promised == {*NEEDED_CLAUSES, BALLOTS}


def test_what_is_not_kept_yet_is_said_and_nothing_else() -> None:
    assert {clause for clause, kept in KEPT.items() if not (kept.code and kept.tests)} == NOT_YET
    assert clauses_page().count("said, and not yet kept by code") == len(NOT_YET)


@pytest.mark.parametrize("name", sorted({name for kept in KEPT.values() for name in kept.code}))
def test_the_code_that_is_named_exists(name: str) -> None:
    module, _, thing = name.partition(":")
    assert hasattr(import_module(module), thing), name


@pytest.mark.parametrize("name", sorted({name for kept in KEPT.values() for name in kept.tests}))
def test_the_test_that_is_named_exists(name: str) -> None:
    file, _, test = name.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert test in functions, name
