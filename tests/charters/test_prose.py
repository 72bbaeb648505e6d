"""The page is made from the file: every number and choice that changes there changes on the page."""

import ast
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from charters import sentences
from charters.canonical import read
from charters.faults import MISSING
from charters.policy import Policy, load_policy, policy_of
from charters.prose import markdown, prose
from charters.schema import faults_of
from charters.templates import template, template_names
from charters.wording import Words
from tests.charters.avonmere import CHARTER
from tests.charters.test_schema import Steps, every_path, moved, spelled

FOLDER = resources.files("charters")
NUMBERS = frozenset(
    word
    for line in (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
        "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred",
        "thousand million dozen half third thirds quarter quarters twice thrice double triple single couple",
    )
    for word in line.split()
)
# What the page need not say: how the file is told apart, and parts whose one value is fixed by the schema.
UNSAID = ("format", "subject", "parties[0].id", "parties[1].id", "parties[2].id")


def source_texts() -> Iterator[tuple[str, str]]:
    """Every sentence of the prose as it stands in its source: the clauses, and the words around them."""
    for file in (FOLDER / "policies").iterdir():
        if file.name.endswith(".json"):
            document = json.loads(file.read_text(encoding="utf-8"))
            for clause in document.get("clauses", ()):
                yield f"{file.name}: {clause['id']}", clause.get("title", "")
                yield f"{file.name}: {clause['id']}", clause.get("text", "")
    for name in ("sentences.py", "tables.py", "values.py", "prose.py"):
        for node in ast.walk(ast.parse((FOLDER / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Words", "counted"):
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield name, argument.value


def typed_numbers(text: str) -> list[str]:
    """Digits and number words that stand in a text, the names of numbers left out."""
    bare = re.sub(r"\{\w+\}|%\(\w+\)s", " ", text)
    return [word for word in re.findall(r"[a-z]+|\d+", bare.lower()) if word in NUMBERS or word.isdigit()]


def test_no_number_is_typed_in_the_prose() -> None:
    texts = list(source_texts())
    assert len(texts) > 150
    assert [(place, text) for place, text in texts if typed_numbers(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kept for {vote_retention}.", []),
        ("Kept for 2 years.", ["2"]),
        ("Kept for two years.", ["two"]),
        ("Half of them, at least %(least)s.", ["half"]),
    ],
)
def test_a_planted_number_is_found(text: str, found: list[str]) -> None:
    assert typed_numbers(text) == found


def said(policy: Policy) -> str:
    """The whole page without its hash, which changes with every letter."""
    return markdown(policy).replace(policy.digest, "")


CANDIDATES: dict[type, tuple[Any, ...]] = {
    bool: (True, False),
    str: (
        "pre", "post", "email", "invited", "week", "month", "CC0-1.0", "OGL-UK-3.0", "delete", "aggregate",
        "double-majority", "report-commitments", "2026-12-24", "cy", "Something else",
    ),
}  # fmt: skip


def others(value: Any) -> list[Any]:
    """Other values that might stand here; what names its own numbers keeps them when more is said."""
    if isinstance(value, str) and " " in value:
        return [f"{value} Something else.", *CANDIDATES[str]]
    if isinstance(value, bool | str):
        return [other for other in CANDIDATES[type(value)] if other != value]
    if isinstance(value, Decimal):
        return [value + Decimal("0.01"), value - Decimal("0.01")]
    if isinstance(value, int):
        return [value + 1, value - 1, value + 10, value * 2]
    return []


def leaf(document: Any, steps: Steps) -> Any:
    for step in steps:
        document = document[step]
    return document


def changed_on_the_page(every: int) -> int:
    """How many of the file's values, taken one in so many, were changed: each must show on the page."""
    base = read(CHARTER.file)
    before, changed = said(CHARTER), 0
    for steps in list(every_path(base))[::every]:
        path = spelled(steps)
        if path in UNSAID or isinstance(leaf(base, steps), dict | list):
            continue
        allowed = (moved(steps, other, base) for other in others(leaf(base, steps)))
        document = next((one for one in allowed if not faults_of(one)), None)
        if document is not None:
            changed += 1
            assert said(policy_of(document)) != before, path
    return changed


def test_whatever_changes_in_the_file_changes_on_the_page() -> None:
    assert changed_on_the_page(every=5) > 20


@pytest.mark.prove
def test_each_single_change_in_the_file_changes_the_page() -> None:
    assert changed_on_the_page(every=1) > 90


def test_what_is_taken_out_of_a_list_goes_from_the_page() -> None:
    base = read(CHARTER.file)
    for steps in [("purposes", 2), ("purposes", 3), ("duties", 1), ("assets", 3), ("parties", 2)]:
        document = moved(steps, MISSING, base)
        assert faults_of(document) == ()
        assert len(said(policy_of(document))) < len(said(CHARTER))


@pytest.mark.parametrize("name", template_names())
def test_the_page_of_every_template_has_all_its_parts(name: str) -> None:
    policy = load_policy(name)
    text, page = markdown(policy), prose(policy)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == list(sentences.HEADINGS.values())
    assert len(page.clauses) == text.count("\n### ")
    assert all(clause.text in text for clause in policy.clauses.values())
    assert len(page.figures) == 3
    assert not re.search(r"%\(|\{\w+\}|%%", text)
    assert len(text) < 40_000


def test_tables_have_as_many_cells_in_each_row() -> None:
    page = prose(CHARTER)
    for table in (page.owners, page.decisions):
        assert {len(row) for row in table.rows} == {len(table.head)}
    assert len(page.owners.rows) == len(CHARTER.assets)


def test_the_never_list_has_all_that_is_prohibited_and_the_page_says_what_it_cannot_do() -> None:
    page = prose(CHARTER)
    assert len(page.never) == len(CHARTER.prohibited_uses) + len(sentences.NEVER)
    for words in ("after a download", "mean what they say", "outside this site", "They could look"):
        assert any(words in sentence for sentence in page.cannot)


def test_ballots_are_told_of_at_the_top_where_they_are_published() -> None:
    assert prose(load_policy("open-ballots")).figures[1].large == "Whole ballots"
    assert prose(CHARTER).figures[1].large == "8 people"
    assert "All votes, without your name" in markdown(load_policy("open-ballots"))


def test_a_template_and_a_translation_say_at_their_head_what_they_are() -> None:
    assert prose(CHARTER).warning is None
    assert prose(load_policy("open-health-space")).warning == sentences.NOT_SIGNED
    translated = {**read(CHARTER.file), "language": "cy"}
    for checked, words in ((False, sentences.UNCHECKED), (True, sentences.CHECKED)):
        translated["translation_of"] = {"charter": f"sha256:{CHARTER.digest}", "checked": checked}
        page = markdown(policy_of(translated))
        assert page.splitlines()[2] == f"**{words}**"
        assert "Language of this text: cy" in page


def test_every_sentence_can_be_said_in_another_language() -> None:
    heard: list[str] = []

    def say(text: str) -> str:
        heard.append(text)
        return text.upper() if isinstance(text, Words) else text

    text = markdown(CHARTER, say)
    names = {party.name for party in CHARTER.parties}
    plain = [one for one in heard if not isinstance(one, Words) and one not in names and one[0] != "`"]
    assert plain == []
    assert "## NEVER" in text


def test_clauses_are_plain_sentences() -> None:
    for name in template_names():
        for clause in load_policy(name).clauses.values():
            for sentence in re.split(r"(?<=[.!?:])\s", clause.text):
                assert len(sentence.split()) <= 20, sentence


def test_templates_differ_only_where_they_say_so() -> None:
    base, ballots = template("open-health-space"), template("open-ballots")
    changed = {name for name in base if base[name] != ballots[name]}
    assert changed == {"uid", "title", "subject", "parties", "purposes", "publication", "clauses"}
