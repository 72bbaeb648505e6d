"""A charter as people read it, made from its file alone: as parts for a page, or as Markdown.

Each sentence is `Words`, so that a page can say it in another language; `markdown` takes the function that
says it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from charters import sentences
from charters.canonical import PREFIX
from charters.rules import Party
from charters.tables import Figure, Table, decisions, duties, figures, owners
from charters.terms import Clause, Policy
from charters.wording import Words

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """The parts of a charter's page. `warning` stands at its head, None where there is nothing to warn of.

    The parts below each have a heading in `charters.sentences.HEADINGS`, by the same name.
    """

    title: Words
    version: int
    language: str
    begins: date | None
    warning: Words | None
    lead: Words
    figures: tuple[Figure, ...]
    parties: tuple[Party, ...]
    owners: Table
    decisions: Table
    purposes: tuple[Words, ...]
    never: tuple[Words, ...]
    cannot: tuple[Words, ...]
    duties: tuple[Words, ...]
    clauses: tuple[Clause, ...]
    digest: str


def prose(policy: Policy) -> Prose:
    """The charter's page in parts, its numbers taken from the file."""
    return Prose(
        title=policy.title,
        version=policy.version,
        language=policy.language,
        begins=policy.effective_from,
        warning=_warning(policy),
        lead=sentences.LEAD,
        figures=figures(policy),
        parties=policy.parties,
        owners=owners(policy),
        decisions=decisions(policy),
        purposes=tuple(sentences.PURPOSES[purpose] for purpose in policy.purposes),
        never=(*(sentences.PROHIBITED[use] for use in policy.prohibited_uses), *sentences.NEVER),
        cannot=sentences.CANNOT,
        duties=duties(policy),
        clauses=tuple(policy.clauses.values()),
        digest=policy.digest,
    )


def markdown(policy: Policy, say: Say = str) -> str:
    """The charter's page as Markdown, `charter.md` of a release. `say` says each sentence in its language."""
    page, heading = prose(policy), sentences.HEADINGS
    parts = [f"# {say(page.title)}"]
    if page.warning is not None:
        parts.append(f"**{say(page.warning)}**")
    parts.append(say(page.lead))
    parts += [f"**{say(figure.large)}.** {say(figure.text)}" for figure in page.figures]
    parts += [f"## {say(heading['parties'])}", _list((party.name for party in page.parties), say)]
    parts += [f"## {say(heading['owners'])}", say(sentences.NO_OWNER), _table(page.owners, say)]
    parts += [f"## {say(heading['decisions'])}", _table(page.decisions, say)]
    for name in ("purposes", "never", "cannot", "duties"):
        parts += [f"## {say(heading[name])}", _list(getattr(page, name), say)]
        if name == "cannot":
            parts.append(say(sentences.HONEST))
    parts.append(f"## {say(heading['clauses'])}")
    parts += [f"### {say(clause.title)}\n\n{say(clause.text)}" for clause in page.clauses]
    parts += [f"## {say(heading['file'])}", say(sentences.FILE), _list(_names(policy), say)]
    return "\n\n".join(parts) + "\n"


def _warning(policy: Policy) -> Words | None:
    if policy.translation_of is not None:
        return sentences.CHECKED if policy.translation_checked else sentences.UNCHECKED
    return sentences.NOT_SIGNED if policy.is_template else None


def _names(policy: Policy) -> Iterator[str]:
    """How the charter is named and told apart, so that the page can be read away from its site."""
    yield f"`{policy.uid}`"
    yield f"`{PREFIX}{policy.digest}`"
    yield Words("Language of this text: %(tag)s", tag=policy.language)
    if policy.effective_from is not None:
        yield Words("In force from: %(day)s", day=policy.effective_from)


def _list(items: Iterable[str], say: Say) -> str:
    return "\n".join(f"- {say(item)}" for item in items)


def _table(table: Table, say: Say) -> str:
    rows = [table.head, *table.rows]
    lines = ["| " + " | ".join(say(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join((lines[0], "|" + " --- |" * len(table.head), *lines[1:]))
