"""Everything that can be found, and the triggers by which the database keeps the index of it itself.

One view says what is published and in which words. Whatever changes a row that it reads from puts the words
into `search_passage` anew, in the same transaction; so no verb can forget to. Neither the view nor a trigger
is part of a migration: they are taken away before one runs, and made afresh after it, so that tables can be
rebuilt under them. So whoever changes them adds a migration, be it an empty one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from deliberation.searching.folding import FROM, SIGNS, TO

PREFIX = "search_"
"""With which every table, view, trigger and function of the index begins."""
DICTIONARY = "CAST(CASE WHEN english THEN 'english' ELSE 'simple' END AS regconfig)"
COLUMNS = "kind, subject_id, space_id, consultation_id, title, text, language, english"

_NOTHING = "CAST(NULL AS INTEGER)"
_PUBLISHED = f"""
SELECT 'space' AS kind, space.id AS subject_id, space.id AS space_id, {_NOTHING} AS consultation_id,
    space.title AS title, space.purpose AS text, space.language AS language
  FROM space
UNION ALL
SELECT 'consultation', id, space_id, id, title, question || ' ' || background, language FROM consultation
UNION ALL
SELECT 'statement', statement.id, consultation.space_id, consultation.id, '', statement.text,
    statement.language
  FROM statement JOIN consultation ON consultation.id = statement.consultation_id
  WHERE statement.state = 'published'
UNION ALL
SELECT 'proposal', id, space_id, {_NOTHING}, title, '', language FROM proposal
UNION ALL
SELECT 'clause', clause.id, proposal.space_id, {_NOTHING}, comment.heading, comment.text, comment.language
  FROM clause JOIN proposal ON proposal.id = clause.proposal_id
  JOIN revision ON revision.clause_id = clause.id JOIN comment ON comment.id = revision.comment_id
  WHERE clause.taken_out_at IS NULL AND comment.state = 'published' AND NOT EXISTS (
    SELECT 1 FROM revision AS later JOIN comment AS said ON said.id = later.comment_id
    WHERE later.clause_id = clause.id AND later.number > revision.number AND said.state = 'published')
UNION ALL
SELECT 'comment', comment.id, discussion.space_id, {_NOTHING}, '', comment.text, comment.language
  FROM comment JOIN discussion ON discussion.id = comment.discussion_id
  WHERE comment.form = 'comment' AND comment.state = 'published'
UNION ALL
SELECT 'suggestion', comment.id, discussion.space_id, {_NOTHING}, comment.heading,
    comment.text || ' ' || comment.why, comment.language
  FROM comment JOIN discussion ON discussion.id = comment.discussion_id
  WHERE comment.form = 'suggestion' AND comment.state = 'published'
"""  # noqa: S608
_ENGLISH = "(language = 'en' OR language LIKE 'en-%')"
VIEW = f"""
CREATE VIEW search_published AS
SELECT {COLUMNS.removesuffix(", english")}, {_ENGLISH} AS english FROM ({_PUBLISHED}) AS said
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Source:
    """A table that the view reads from: what becomes of which passage when one of its rows changes.

    `ROW` stands in `subject` for the row; `columns` are those whose change matters.
    """

    table: str
    kind: str
    columns: str
    subject: str = "ROW.id"

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.kind}_by_{self.table}"


SOURCES = (
    Source("space", "space", "title, purpose, language"),
    Source("consultation", "consultation", "title, question, background, language"),
    Source("statement", "statement", "text, language, state"),
    Source("proposal", "proposal", "title, language"),
    Source("clause", "clause", "taken_out_at"),
    Source("revision", "clause", "clause_id, number", "ROW.clause_id"),
    Source(
        "comment",
        "clause",
        "heading, text, language, state",
        "(SELECT clause_id FROM revision WHERE comment_id = ROW.id)",
    ),
    Source("comment", "comment", "text, language, state, form"),
    Source("comment", "suggestion", "heading, text, why, language, state, form"),
)
EVENTS = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))


def lay_aside(on: Connection) -> None:
    """Take the view and the triggers away, so that a migration can do with the tables what it must."""
    for statement in _laid_aside_sqlite() if _is_sqlite(on) else _laid_aside_postgresql():
        on.exec_driver_sql(statement)


def install(on: Connection) -> None:
    """Make the view and the triggers, and index everything anew."""
    on.exec_driver_sql(VIEW)
    for source in SOURCES:
        for statement in _triggers_sqlite(source) if _is_sqlite(on) else _triggers_postgresql(source):
            on.exec_driver_sql(statement)
    on.exec_driver_sql("DELETE FROM search_passage")
    on.exec_driver_sql(_filled(on, "search_published"))


def _is_sqlite(on: Connection) -> bool:
    return on.dialect.name == "sqlite"


def _filled(on: Connection, published: str) -> str:
    if _is_sqlite(on):
        return f"INSERT INTO search_passage ({COLUMNS}) SELECT {COLUMNS} FROM {published}"  # noqa: S608
    return _filled_postgresql(published)


def _laid_aside_sqlite() -> Iterator[str]:
    for source in SOURCES:
        for event, _ in EVENTS:
            yield f"DROP TRIGGER IF EXISTS {source.name}_{event}"
    yield "DROP VIEW IF EXISTS search_published"


def _triggers_sqlite(source: Source) -> Iterator[str]:
    for event, row in EVENTS:
        when = f"UPDATE OF {source.columns}" if event == "update" else event.upper()
        this = f"kind = '{source.kind}' AND subject_id = {source.subject.replace('ROW', row)}"
        published = f"search_published WHERE {this}"
        yield f"""
            CREATE TRIGGER {source.name}_{event} AFTER {when} ON {source.table} BEGIN
              DELETE FROM search_passage WHERE {this};
              INSERT INTO search_passage ({COLUMNS}) SELECT {COLUMNS} FROM {published};
            END"""  # noqa: S608


def _laid_aside_postgresql() -> Iterator[str]:
    for source in SOURCES:
        yield f"DROP TRIGGER IF EXISTS {source.name} ON {source.table}"
        yield f"DROP FUNCTION IF EXISTS {source.name}()"
    yield "DROP VIEW IF EXISTS search_published"


def _triggers_postgresql(source: Source) -> Iterator[str]:
    old, new = (source.subject.replace("ROW", row) for row in ("OLD", "NEW"))
    # Two who change revisions of one clause must not each miss what the other does.
    turn = "PERFORM pg_advisory_xact_lock(240024, this);" if source.kind == "clause" else ""
    published = f"search_published WHERE kind = '{source.kind}' AND subject_id = this"
    yield f"""
        CREATE FUNCTION {source.name}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE this integer;
        BEGIN
          IF TG_OP = 'DELETE' THEN this := {old}; ELSE this := {new}; END IF;
          IF this IS NULL THEN RETURN NULL; END IF;
          {turn}
          {_filled_postgresql(published)}
          ON CONFLICT (kind, subject_id) DO UPDATE SET space_id = excluded.space_id,
            consultation_id = excluded.consultation_id, title = excluded.title, text = excluded.text,
            language = excluded.language, english = excluded.english, words = excluded.words;
          IF NOT FOUND THEN
            DELETE FROM search_passage WHERE kind = '{source.kind}' AND subject_id = this;
          END IF;
          RETURN NULL;
        END $$"""  # noqa: S608
    yield (
        f"CREATE TRIGGER {source.name} AFTER INSERT OR DELETE OR UPDATE OF {source.columns} "
        f"ON {source.table} FOR EACH ROW EXECUTE FUNCTION {source.name}()"
    )


def _filled_postgresql(published: str) -> str:
    title, text = (f"to_tsvector({DICTIONARY}, {folded_by(name)})" for name in ("title", "text"))
    words = f"setweight({title}, 'A') || setweight({text}, 'B')"
    return (
        f"INSERT INTO search_passage ({COLUMNS}, words) "  # noqa: S608
        f"SELECT {COLUMNS}, {words} FROM {published}"
    )


def folded_by(column: str) -> str:
    """As `folding.folded`, said to PostgreSQL; a text of plain letters has no accents to look for."""
    plain = f"translate({column}, {quoted(SIGNS)}, {quoted(' ' * len(SIGNS))})"
    whole = f"translate({column}, {quoted(FROM)}, {quoted(TO)})"
    return f"CASE WHEN octet_length({column}) = length({column}) THEN {plain} ELSE {whole} END"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
