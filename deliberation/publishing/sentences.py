"""Plain sentences made from what a group says; they hold nothing but statements' texts."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_QUOTED = 2
# By direction, and whether a share-word stands in place of the figures.
OPENINGS = {
    ("agree", True): "Almost all agree",
    ("agree", False): "Most agree",
    ("disagree", True): "Almost nobody agrees",
    ("disagree", False): "Most disagree",
}
NEARLY_ALL_ALIKE = "What they say is close to what everybody says."


def described(representative: Sequence[Mapping[str, Any]], texts: Mapping[int, str]) -> str:
    """What marks a group out, in a few sentences.

    `representative`: entries with `statement`, `direction` and `share_word`; `texts` by statement number,
    where an empty or missing text is not quoted.
    """
    quoted: dict[str, list[str]] = {words: [] for words in OPENINGS.values()}
    for item in representative:
        text = texts.get(item["statement"])
        if text:
            quoted[OPENINGS[item["direction"], bool(item["share_word"])]].append(
                f"“{text.removesuffix('.')}”"
            )
    sentences = [
        f"{words} with {' and with '.join(found[:MOST_QUOTED])}." for words, found in quoted.items() if found
    ]
    return " ".join(sentences) or NEARLY_ALL_ALIKE


def without_texts(content: Mapping[str, Any], removed: frozenset[int]) -> dict[str, Any]:
    """A published document without the texts of statements that were removed since; numbers stay."""
    if not removed:
        return dict(content)
    statements = [
        {**said, "text": "", "state": "removed"} if said["number"] in removed else said
        for said in content["statements"]
    ]
    texts = {said["number"]: said["text"] for said in statements}
    groups = [
        {**group, "description": described(group["representative"], texts)}
        if any(item["statement"] in removed for item in group["representative"])
        else group
        for group in content["groups"]
    ]
    return {**content, "statements": statements, "groups": groups}
