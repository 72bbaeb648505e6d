"""What a stranger's machine takes in: hashed locks without hosts, free licences, nothing built."""

import json
import re
import subprocess
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-pdf.lock",
    "requirements-cluster.lock",
    "requirements-node.lock",
)

# Development only, never shipped, and taken under a licence that is not GPL alone; each with its reason.
ALLOWED: dict[str, str] = {}
GPL = re.compile(r"\b(?:A?GPL|Affero|GNU General Public)", re.I)
LESSER = re.compile(r"LGPL|Lesser General Public", re.I)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path_and_hashes_everything(lock: str) -> None:
    text = (ROOT / lock).read_text()
    for word in ("://", "file:", "--index-url", "--extra-index-url", "--find-links", "--trusted-host"):
        assert word not in text
    pinned = re.findall(
        r"^([a-z0-9][a-z0-9._-]*)==[^\s;]+[^\n]*((?:\\\n\s+--hash=sha256:[0-9a-f]{64}[^\n]*)+)",
        text,
        re.M | re.I,
    )
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, re.M | re.I)
    assert names
    assert [name for name, _ in pinned] == names


def test_the_lock_of_browser_assets_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "resolved" not in text
    assert "://" not in re.sub(r'"url": "https://[^"]+"', "", text)
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_locks_know_every_direct_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted, lock in (
        (project["dependencies"], "requirements.lock"),
        (project["dependencies"] + project["optional-dependencies"]["dev"], "requirements-dev.lock"),
        (project["dependencies"] + project["optional-dependencies"]["pdf"], "requirements-pdf.lock"),
        (
            project["dependencies"] + project["optional-dependencies"]["cluster"],
            "requirements-cluster.lock",
        ),
    ):
        locked = {
            line.split("==")[0].lower() for line in (ROOT / lock).read_text().splitlines() if "==" in line
        }
        names = {re.split(r"[\[<>=!~ ]", name)[0].lower() for name in wanted}
        assert names - locked == set()


def _licence(distribution: Distribution) -> str:
    metadata = distribution.metadata
    said = [metadata.get("License-Expression"), (metadata.get("License") or "").split("\n")[0]]
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License")]
    return "; ".join(filter(None, [*said, *classifiers]))


def _gpl_only(licence: str) -> bool:
    options = re.split(r"\bOR\b|;", licence)
    restricted = [o for o in options if GPL.search(o) and not LESSER.search(o)]
    return bool(restricted) and len(restricted) == len([o for o in options if o.strip()])


def test_no_package_can_be_had_only_under_gpl_or_agpl() -> None:
    found = {d.name.lower(): _licence(d) for d in distributions()}
    assert len(found) > 50
    wrong = {name: licence for name, licence in found.items() if _gpl_only(licence)}
    assert set(wrong) - set(ALLOWED) == set()


@pytest.mark.parametrize(
    ("licence", "only"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GNU Affero General Public License v3", True),
        ("MIT OR GPL-2.0-only", False),
        ("LGPL-3.0-or-later", False),
        ("MIT", False),
    ],
)
def test_a_planted_licence_is_judged(licence: str, only: bool) -> None:
    assert _gpl_only(licence) is only


def test_nothing_built_or_fetched_is_committed() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    committed = done.stdout.splitlines()
    assert committed
    built = re.compile(r"\.(?:min\.js|min\.css|woff2?|map|whl|so)$|(?:^|/)(?:dist|node_modules|\.venv|var)/")
    assert [path for path in committed if built.search(path)] == []


def test_the_packages_of_the_project_state_no_licence_but_its_own() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "MIT"
    assert "MIT License" in (ROOT / "LICENSE").read_text()
