"""The catalogues as files: sorted, without dates or line numbers, so that two branches merge quietly."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from participate.catalogues import FOLDER
from participate.translating.gathering import Sentence

HEADER = """\
# The {language} of Participate. No reader of {language} has checked it yet.
# How to mend it: docs/how-to/translate.md
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {tag}\\n"
"Plural-Forms: nplurals={forms}; plural={rule};\\n"

"""
PARTS = ("pages", "help", "rules")


def part_of(sentence: Sentence) -> str:
    """The file that a sentence belongs to: what rules and refusals say, long pages of help, all others."""
    if any(place.startswith(("charters/", "deliberation/")) for place in sentence.places):
        return "rules"
    if all(place.startswith("participate/templates/help/") for place in sentence.places):
        return "help"
    return "pages"


def translations(tag: str) -> dict[str, Message]:
    """What a language's files hold, by the English sentence."""
    held: dict[str, Message] = {}
    for path in sorted((FOLDER / tag).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=tag, ignore_obsolete=True):
                held.update({english(message): message} if message.id else {})
    return held


def english(message: Message) -> str:
    """The English of a message, or its form for one."""
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


def catalogues(tag: str, sentences: Iterable[Sentence], held: Mapping[str, Message]) -> dict[Path, bytes]:
    """A language's files as they should be: what was translated stays, what nobody says any more goes."""
    parts = {part: Catalog(locale=tag) for part in PARTS}
    for sentence in sentences:
        message = held.get(sentence.one)
        plural = bool(sentence.many)
        kept = message is not None and isinstance(message.string, (list, tuple)) == plural
        parts[part_of(sentence)].add(
            (sentence.one, sentence.many) if plural else sentence.one,
            message.string if message is not None and kept else None,
            locations=[(place, None) for place in sorted(sentence.places)],  # type: ignore[misc]
            flags=(message.flags - {"python-format"}) if message is not None else (),
        )
    return {FOLDER / tag / f"{part}.po": _written(catalogue) for part, catalogue in parts.items()}


def _written(catalogue: Catalog) -> bytes:
    held = BytesIO()
    write_po(held, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)
    locale = catalogue.locale
    assert locale is not None
    header = HEADER.format(
        language=locale.get_language_name("en"),
        tag=locale,
        forms=catalogue.num_plurals,
        rule=catalogue.plural_expr,
    )
    return header.encode() + held.getvalue()


def write(files: Mapping[Path, bytes]) -> None:
    """Put the files in their places."""
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
