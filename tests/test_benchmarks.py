"""The benchmarks can run: their modules import, their floor is theirs, their load reads an answer."""

import importlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import LONG, NAMES
from benchmarks.load import Burst, request
from benchmarks.opinion import pictures
from benchmarks.report import table
from benchmarks.ring import ring_votes
from benchmarks.sizes import lines
from participate.settings import Settings


@pytest.mark.parametrize("name", [*NAMES, *LONG])
def test_a_benchmark_can_be_imported_and_measures(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    assert callable(module.measure)
    assert module.__doc__


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_only_the_measured_application_has_the_floor(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks.serving import app_under_measurement

    for name in [name for name in os.environ if name.startswith("PARTICIPATE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PARTICIPATE_DATABASE_URL", replace(settings).database_url)
    app = app_under_measurement()
    assert "/bench/empty" in {rule.rule for rule in app.url_map.iter_rules()}
    await app.extensions["database"].close()


def test_a_request_says_how_long_its_body_is() -> None:
    message = request("POST", "/x", host="h", headers={"A": "b"}, body=b"vote=agree")
    assert message.endswith(b"Content-Length: 10\r\n\r\nvote=agree")


def test_quantiles_are_in_milliseconds() -> None:
    burst = Burst({200: 4}, (0.001, 0.002, 0.003, 0.004), 2.0)
    assert (burst.quantile(0.5), burst.quantile(0.99), burst.per_second) == (3.0, 4.0, 2.0)


def test_a_table_has_a_line_for_each_row() -> None:
    assert len(table("t", [{"a": 1}, {"a": 2.5}]).splitlines()) == 4


def test_invented_votes_are_one_a_cell_and_the_same_each_time() -> None:
    one, two = (ring_votes(200, 60, mean_votes=20, seed=3) for _ in range(2))
    assert all(np.array_equal(*pair) for pair in zip(one, two, strict=True))
    cells = one.people.astype(int) * 60 + one.statements
    assert (np.diff(cells) > 0).all()
    assert set(one.values.tolist()) == {-1, 0, 1}
    assert len(one.truth) == 200


@pytest.mark.parametrize("name", ["attack", "prediction", "coverage"])
def test_a_picture_of_the_engine_shows_the_figures_that_are_kept(name: str) -> None:
    kept = (pictures.PICTURES / f"opinion-engine-{name}.svg").read_text(encoding="utf-8")
    assert kept == getattr(pictures, name)(), "run `python -m benchmarks.opinion.pictures`"


def test_the_sizes_told_are_those_computed_from_what_was_measured() -> None:
    page = Path(__file__).parents[1] / "docs" / "how-to" / "scale.md"
    assert "\n".join(lines()) in page.read_text(encoding="utf-8"), "run `python -m benchmarks.sizes`"
