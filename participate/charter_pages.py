"""The page of a charter, made from its file: a space's own, an older version of it, or a template."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup
from quart import Quart

from charters import sentences
from charters.differences import Differences, Reworded, differences
from charters.policy import Policy
from charters.prose import Prose, prose
from charters.values import percentage
from charters.wording import Words
from deliberation.spaces.decisions import Decision
from deliberation.spaces.spaces import Space
from participate.charter_versions import Chain, VersionShown, VersionState
from participate.comparing import Piece, word_by_word
from participate.deciding import DecisionShown
from participate.languages import is_translated, language, said

EXCERPT = ("publication", "equal_terms", "duties")
"""What of the file stands on the page: the numbers that are asked for most."""


@dataclass(frozen=True, slots=True)
class Change:
    """A version that both sides are deciding about, and how it differs from the one in force."""

    version: VersionShown
    decision: Decision
    found: Differences


@dataclass(frozen=True, slots=True)
class CharterPage:
    """`base` is the address that the others of this charter begin with; `space` is None for a template.

    `chain` is None where the page is one version among others.
    """

    space: Space | None
    policy: Policy
    prose: Prose
    headings: Mapping[str, Words]
    version: VersionShown
    chain: Chain | None
    base: str
    file: str
    schema: str
    excerpt: str
    change: Change | None = None
    may_propose: bool = False
    decisions: Sequence[DecisionShown] = ()
    no_owner: Words = sentences.NO_OWNER
    honest: Words = sentences.HONEST
    of_file: Words = sentences.FILE


def teach(app: Quart) -> None:
    """Give the templates what the words of a charter need."""
    app.jinja_env.globals.update(lang_of=lang_of, pieces_of=pieces_of, percent_of=percent_of)


def percent_of(part: int, whole: int) -> Words:
    """A share of votes in hundredths."""
    return percentage(Fraction(part, whole))


def page_of(
    version: VersionShown,
    *,
    base: str,
    file: str,
    schema: str,
    space: Space | None = None,
    chain: Chain | None = None,
    change: Change | None = None,
    may_propose: bool = False,
    decisions: Sequence[DecisionShown] = (),
) -> CharterPage:
    """The page of one version. `file` and `schema` are addresses."""
    document = json.loads(version.policy.file)
    return CharterPage(
        space=space,
        policy=version.policy,
        prose=prose(version.policy),
        headings=sentences.HEADINGS,
        version=version,
        chain=chain,
        base=base,
        file=file,
        schema=schema,
        decisions=decisions,
        excerpt=json.dumps({name: document[name] for name in EXCERPT}, indent=2, ensure_ascii=False),
        change=change,
        may_propose=may_propose,
    )


def change_in(chain: Chain) -> Change | None:
    """The change of the charter in force that both sides are deciding about, if there is one."""
    for version in chain.versions:
        decision = version.decision
        if version.state is VersionState.OPEN and decision is not None and version is not chain.current:
            return Change(version, decision, differences(chain.current.policy, version.policy))
    return None


def lang_of(words: str, own: str) -> Markup:
    """The attribute for words that the page's language lacks: they are in the charter's `own`."""
    if language() == own or is_translated(words):
        return Markup()
    return Markup(' lang="{}"').format(own)


def pieces_of(one: Reworded) -> tuple[list[Piece], list[Piece]]:
    """A promise before and after, in pieces of which some stand in one of them only."""
    before, after = one.before, one.after
    return word_by_word(said(before.text) if before else "", said(after.text) if after else "")
