"""Shared fixtures. Nothing here asserts; tests do."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

# Several tests run at once: a library that takes every core for itself makes all of them wait. Before numpy.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"))
# Compiled once for all processes and runs, not once for each test's folder.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "numba"))

import pytest
from quart import Quart

from participate.app import create_app
from participate.db import Database
from participate.migrations import upgrade
from participate.settings import Settings
from tests.compiled import compile_once
from tests.lending import lent_database
from tests.people import ANSWERING, Clock, Person
from tests.running import (
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
    pytest_xdist_auto_num_workers,
)

__all__ = [
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "pytest_xdist_auto_num_workers",
]

DATA = Path(__file__).parent / "data"

compile_once()


@pytest.fixture
def data() -> Path:
    """The folder of small invented inputs with hand-computed answers."""
    return DATA


@pytest.fixture
def conversations() -> Path:
    """The folder of real conversations named by PARTICIPATE_CONVERSATIONS."""
    return Path(os.environ["PARTICIPATE_CONVERSATIONS"])


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Everything in `deliberation/` and every page is tested on both databases."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str) -> Iterator[str]:
    """The address of a migrated, empty database, which the next test is lent."""
    with lent_database(kind, "migrated", upgrade) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The three lanes on a fresh database."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A production installation on this machine, with keys of its own."""
    return Settings(
        database_url=database_url,
        public_url="http://localhost",
        secret_key="a secret key for tests, long enough",
        pseudonym_key="a pseudonym key for tests, long enough",
        var=str(tmp_path / "var"),
        **ANSWERING,
    )


@pytest.fixture
def clock() -> Clock:
    """The application's clock, standing still until a test moves it."""
    return Clock()


@pytest.fixture
async def app(settings: Settings, clock: Clock) -> AsyncIterator[Quart]:
    """The whole application on a fresh database."""
    app = create_app(settings, clock=clock)
    yield app
    await app.extensions["database"].close()


@pytest.fixture
def person(app: Quart) -> Person:
    """Somebody with a browser without scripts: keeps cookies, follows links, sends forms."""
    return Person(app)
