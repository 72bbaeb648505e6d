"""The benchmarks can run: their modules import, their floor is theirs, their load reads an answer."""

import importlib
import os
from dataclasses import replace

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.load import Burst, request
from benchmarks.report import table
from participate.settings import Settings


@pytest.mark.parametrize("name", NAMES)
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
