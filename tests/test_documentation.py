"""What the documentation says is so: generated pages are fresh, links lead somewhere, words are ours."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from charters.policy import load_policy
from deliberation.people.sessions import ABSOLUTE, IDLE
from deliberation.running.limits import KEPT
from participate.devices import LIFETIME
from tests.generated import PAGES, REFERENCE

ROOT = Path(__file__).parent.parent
PROSE = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_would_be_written_now(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("page", PROSE, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_decision_has_context_decision_and_consequences() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    for page in decisions:
        text = page.read_text(encoding="utf-8")
        assert re.match(r"# \d+\. ", text), page.name
        for part in ("Context", "Decision", "Consequences"):
            assert part in text, f"{page.name} has no {part}"


def test_the_readme_leads_with_what_it_is_and_the_two_commands() -> None:
    head = (ROOT / "README.md").read_text(encoding="utf-8")[:2500]
    assert "make run" in head
    assert "make test" in head


def test_nothing_names_a_registry_host_or_a_path_of_one_machine() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    hosts = re.compile(r"py[p]i\.org|python[h]osted|npm[j]s\.(?:org|com)|/wor[k]/|/roo[t]/|/opt/py[p]i")
    there = [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]
    found = [path.name for path in there if hosts.search(path.read_text(encoding="utf-8", errors="ignore"))]
    assert found == []


LEGAL = ROOT / "docs" / "legal"


@pytest.mark.parametrize("page", sorted(LEGAL.glob("*.md")), ids=lambda page: page.name)
def test_a_template_of_law_says_that_it_is_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# .+\n\n> \*\*Templates?, not legal advice\.\*\*", text)
    assert page.name == "README.md" or f"]({page.name})" in (LEGAL / "README.md").read_text(encoding="utf-8")


def test_the_impact_assessment_names_the_times_that_the_program_keeps() -> None:
    text = (LEGAL / "data-protection-impact-assessment.md").read_text(encoding="utf-8")
    policy = load_policy("open-health-space")
    limits = policy.publication
    for words in (
        f"({policy.assets['vote'].retention_days} in the policy",
        f"{LIFETIME // 86_400} days at most",
        f"{KEPT // timedelta(hours=1)} hours; the key for a day",
        f"sign-ins {IDLE.days} days idle, {ABSOLUTE.days} at most",
        f"counts under {limits.profile.smallest} left empty",
        f"rounded to {limits.profile.round_to}; results from {limits.min_participants} people",
        f"groups from {limits.min_group}; {limits.min_new_participants} people must change",
    ):
        assert words in text, words
