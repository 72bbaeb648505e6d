"""An exported conversation, read and checked, as the rows that are to be loaded. Nothing is written here."""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from deliberation.columns import SLUG
from deliberation.errors import Invalid
from deliberation.opinion.loading import LoadedParticipant, LoadedStatement, LoadedVote
from deliberation.opinion.polis_export import ExportedStatement, PolisExport, read_export
from deliberation.opinion.polis_votes import Progress
from deliberation.spaces.consultations import ConsultationText, Provenance

FILES = ("comments.csv", "format.json", "summary.csv", "votes.csv")
"""The files that say what is imported; whatever else lies beside them changes nothing."""

REJECTED, EMPTY = "imported-rejected", "imported-empty"
WITHOUT_TEXT = "The export has votes on this statement, but not its text."
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
LONGEST_TITLE, LONGEST_QUESTION = 200, 500


@dataclass(frozen=True, slots=True)
class Incoming:
    """One conversation, read and checked. `space` is a slug; `digest` is SHA-256 over the files, hex."""

    space: str
    text: ConsultationText
    provenance: Provenance
    export: PolisExport
    open: bool

    @property
    def digest(self) -> str:
        assert self.provenance.source_digest is not None
        return self.provenance.source_digest


def prepare(
    folder: Path,
    *,
    space: str,
    title: str | None = None,
    open: bool = False,
    language: str = "und",
    source: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    progress: Progress | None = None,
) -> Incoming:
    """Read the export in `folder` and check all that is to be stored. Nothing is written.

    What is given wins over what summary.csv says. The language is that of every statement, a BCP 47 tag;
    `und` says that it is not known. Raises ExportError and Invalid.
    """
    if not (re.fullmatch(SLUG, space) and 2 <= len(space) <= 60):
        raise Invalid("space", f"The space {space!r} must be 2 to 60 small letters, digits and hyphens.")
    if not LANGUAGE.fullmatch(language) or len(language) > 20:
        raise Invalid(
            "language", f"The language {language!r} is no language tag; write one such as en or cy."
        )
    export = read_export(folder, progress=progress)
    return Incoming(
        space=space,
        text=_text(export, title, language),
        provenance=_provenance(
            source=source or export.source or "",
            licence=licence or export.licence or "",
            attribution=attribution or export.attribution or "",
            source_digest=digest_of(folder),
        ),
        export=export,
        open=open,
    )


def digest_of(folder: Path) -> str:
    """SHA-256, hex, over name, length and content of each of `FILES` that is there."""
    digest = sha256()
    for path in (folder / name for name in FILES):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _text(export: PolisExport, title: str | None, language: str) -> ConsultationText:
    topic = " ".join((title or export.topic).split())
    if len(topic) < 5 or (title and len(topic) > LONGEST_TITLE):
        raise Invalid(
            "title",
            f"The title {topic!r} has {len(topic)} characters, expected 5 to {LONGEST_TITLE}. "
            "Give another with --title.",
        )
    return ConsultationText(
        title=_cut(topic, LONGEST_TITLE),
        question=_cut(topic, LONGEST_QUESTION),
        background=export.description,
        language=language,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _provenance(**said: str) -> Provenance:
    for name, most in (("source", 500), ("licence", 200), ("attribution", 1_000)):
        if len(said[name]) > most:
            raise Invalid(
                name,
                f"The {name} has {len(said[name])} characters, expected at most {most}. "
                f"Shorten it in summary.csv, or give it with --{name}.",
            )
    return Provenance(**said)


def imported_pseudonym(key: bytes, digest: str, voter: int) -> str:
    """The pseudonym of a voter of an export under the space's key. No device and no account ever has it."""
    return hmac.digest(key, b"import\0" + bytes.fromhex(digest) + str(voter).encode(), sha256).hex()


def people_of(incoming: Incoming, key: bytes) -> dict[int, LoadedParticipant]:
    """Everybody who voted or wrote, by their number in the export; they joined with their first act."""
    joined: dict[int, datetime] = {}
    for who, when in _acts(incoming.export):
        joined[who] = min(when, joined.get(who, when))
    return {
        who: LoadedParticipant(imported_pseudonym(key, incoming.digest, who), when)
        for who, when in joined.items()
    }


def _acts(export: PolisExport) -> Iterator[tuple[int, datetime]]:
    yield from zip(export.votes.participant_ids, export.votes.cast_at, strict=True)
    for statement in export.statements:
        if statement.author_id is not None:
            yield statement.author_id, statement.created_at


def statement_numbers(export: PolisExport) -> list[int]:
    """The numbers of all statements, those that are known by their votes alone included."""
    return sorted({*(one.external_id for one in export.statements), *export.statements_without_row})


def statements_of(incoming: Incoming, people: dict[int, int]) -> list[LoadedStatement]:
    """The statements with their numbers in Polis; `people` has the participants' ids."""
    export, language = incoming.export, incoming.text.language
    listed = [_statement(one, language, people) for one in export.statements]
    first_vote: dict[int, datetime] = {}
    for number, when in zip(export.votes.statement_ids, export.votes.cast_at, strict=True):
        first_vote.setdefault(number, when)
    unlisted = [
        LoadedStatement(
            number=number,
            text="",
            language=language,
            created_at=first_vote[number],
            removed_for=EMPTY,
            removed_note=WITHOUT_TEXT,
            imported=True,
        )
        for number in export.statements_without_row
    ]
    return sorted(listed + unlisted, key=lambda one: one.number)


def _statement(one: ExportedStatement, language: str, people: dict[int, int]) -> LoadedStatement:
    # What nobody had looked at (0) was served there, so it is published here too.
    reason = REJECTED if one.moderated == -1 else None if one.legible else EMPTY
    return LoadedStatement(
        number=one.external_id,
        text=one.text,
        language=language,
        created_at=one.created_at,
        removed_for=reason,
        seed=one.is_seed,
        meta=one.is_meta,
        imported=True,
        author_id=None if one.author_id is None else people[one.author_id],
    )


def votes_of(
    incoming: Incoming, people: dict[int, int], statements: dict[int, int], policy: str
) -> Iterator[LoadedVote]:
    """Each person's latest votes; `people` and `statements` turn the export's numbers into ids."""
    votes = incoming.export.votes
    columns = zip(votes.participant_ids, votes.statement_ids, votes.values, votes.cast_at, strict=True)
    for who, what, value, when in columns:
        yield LoadedVote(people[who], statements[what], value, when, policy)
