"""The house leans one way: this table of arrows is the rule, and everything is walked against it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from quart import Quart
from sqlmodel import SQLModel

ROOT = Path(__file__).parent.parent
PACKAGES = ("participate", "deliberation", "clustering", "charters")
LIGHT = frozenset({"clustering.matrix", "clustering.results", "clustering.place"}) | {
    "clustering.exposure",
    "clustering.routing",
    "clustering.screen",
    "clustering.similarity",
}
HEAVY = ("sklearn", "scipy", "umap", "numba", "pyarrow", "distributed")
HEAVY_SIGN_IN = ("authlib", "joserfc", "httpx2", "cryptography", "webauthn", "cbor2", "OpenSSL")

# Package, or folder of deliberation -> what of ours it may import.
ARROWS: dict[str, frozenset[str]] = {
    "charters": frozenset({"charters"}),
    "clustering": frozenset({"clustering"}),
    "deliberation": frozenset({"deliberation", "charters"}) | LIGHT,
    "deliberation.people": frozenset(
        {"deliberation.people", "deliberation.columns", "deliberation.errors", "charters"}
    ),
    "deliberation.spaces": frozenset(
        {
            "deliberation.spaces",
            "deliberation.people",
            "deliberation.publishing.record",
            "deliberation.columns",
            "deliberation.errors",
            "charters",
        }
    ),
    "deliberation.running": frozenset(
        {"deliberation.running", "deliberation.columns", "deliberation.errors", "charters"}
    ),
    "participate": frozenset({"participate", "deliberation", "charters"}) | LIGHT,
}
# What both sides agree is carried out in the transaction in which it falls, also where it is a proposal:
# one module reaches for one other, and says so here.
REACHES = {"deliberation.spaces.carrying_out": frozenset({"deliberation.drafting.agreed"})}
# What runs in the worker's own processes may use the engines, and says so here.
ENGINE_ROOMS = frozenset(
    {"participate.analysing", "participate.commands.analysing", "participate.landscapes"}
)

OUTSIDE: dict[str, frozenset[str]] = {
    "charters": frozenset(),
    "charters.schema": frozenset({"jsonschema"}),
    "clustering": frozenset({"numpy", "scipy", "sklearn", "umap", "numba"}),
    "clustering.parquet": frozenset({"numpy", "pyarrow"}),
    "clustering.cluster": frozenset({"distributed"}),
    "deliberation": frozenset({"sqlmodel", "sqlalchemy", "pydantic", "numpy"}),
    "deliberation.drafting.live.document": frozenset({"pycrdt"}),
}
NOT_IN = {
    "participate": frozenset({"sklearn", "scipy", "umap", "numba", "pyarrow", "dask", "distributed"}),
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(source: str) -> Iterator[str]:
    """Every module named by an import, lazy ones inside functions included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, "imports are absolute here"
            if node.module in PACKAGES:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def allowed(module: str) -> frozenset[str]:
    room = ".".join(module.split(".")[:2])
    arrows = ARROWS.get(room, ARROWS[module.split(".")[0]])
    return arrows | REACHES.get(module, frozenset()) | ({"clustering"} if module in ENGINE_ROOMS else set())


def within(name: str, places: frozenset[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def wrong_arrows(module: str, source: str) -> list[str]:
    wrong = []
    package = module.split(".")[0]
    for name in imports(source):
        top = name.split(".")[0]
        if top in PACKAGES:
            if not within(name, allowed(module)):
                wrong.append(f"{module} -> {name}")
        elif top not in sys.stdlib_module_names:
            outside = OUTSIDE.get(module, OUTSIDE.get(package))
            if (outside is not None and top not in outside) or top in NOT_IN.get(package, ()):
                wrong.append(f"{module} -> {name}")
    return wrong


def test_no_import_goes_against_the_arrows() -> None:
    wrong = [arrow for module, path in modules() for arrow in wrong_arrows(module, path.read_text())]
    assert wrong == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("charters.policy", "import sqlmodel"),
        ("charters.policy", "def f():\n    import jsonschema"),
        ("charters.policy", "from clustering.matrix import VoteMatrix"),
        ("charters.policy", "def f():\n    from deliberation.spaces import spaces"),
        ("clustering.matrix", "from charters.states import Stage"),
        ("deliberation.opinion.voting", "import clustering.polis"),
        ("deliberation.opinion.voting", "from clustering import analyse"),
        ("deliberation.opinion.voting", "from quart import g"),
        ("deliberation.spaces.spaces", "from deliberation.opinion.voting import Vote"),
        ("deliberation.spaces.settling", "from deliberation.drafting.agreed import proposal_agreed"),
        ("deliberation.spaces.carrying_out", "from deliberation.drafting.sealing import seal"),
        ("deliberation.people.accounts", "from deliberation.spaces.spaces import Space"),
        ("participate.views.voting", "from clustering.polis import analyse"),
        ("participate.views.voting", "import sklearn.cluster"),
    ],
)
def test_a_planted_arrow_is_found(module: str, source: str) -> None:
    assert len(wrong_arrows(module, source)) == 1


def test_what_charters_borrow_is_borrowed_only_when_it_is_used() -> None:
    program = "import sys, charters.enforcement, charters.policy; print('jsonschema' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_only_deliberation_writes_queries() -> None:
    offenders = [m for m, path in modules() if m.startswith("participate") and "select(" in path.read_text()]
    assert offenders == []


def test_verbs_do_not_commit_and_have_no_clock() -> None:
    for module, path in modules():
        if module.split(".")[0] in ("deliberation", "charters"):
            source = path.read_text()
            for word in (".commit(", ".rollback(", "datetime.now(", "utcnow(", "time.time("):
                assert word not in source, f"{module} says {word}"


def test_every_column_is_entered_as_personal_or_not() -> None:
    """In `deliberation/own_data/register.py`: what is entered as personal is shown at /me and erased."""
    import deliberation.tables
    from deliberation.own_data.register import unregistered

    assert deliberation.tables
    tables = SQLModel.metadata.tables
    assert unregistered({name: frozenset(table.columns.keys()) for name, table in tables.items()}) == []


def test_no_room_is_called_by_a_name_that_says_nothing() -> None:
    for module, _path in modules():
        assert module.split(".")[-1] not in ("utils", "helpers", "models", "common", "misc", "base"), module


def test_every_sentence_of_a_page_can_be_translated() -> None:
    """`gathered` raises where a marked sentence is put together while the program runs."""
    from participate.translating.gathering import gathered

    assert len(gathered()) > 100


def test_alembic_and_tests_hide_no_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_the_web_process_stays_light() -> None:
    program = (
        "import sys\n"
        "from participate.app import create_app\n"
        "from participate.settings import Settings\n"
        "create_app(Settings(database_url='sqlite:////tmp/none/none.db'))\n"
        f"print([name for name in {(*HEAVY, *HEAVY_SIGN_IN)!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_every_view_names_its_action(app: Quart) -> None:
    unnamed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "permits")
    ]
    assert unnamed == []


def test_no_module_is_two_subjects() -> None:
    long = {m: len(path.read_text().splitlines()) for m, path in modules()}
    assert {m: n for m, n in long.items() if n > 350} == {}
