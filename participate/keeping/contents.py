"""What a database holds, in the few figures by which a backup is known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from deliberation.running.installation import ERASURES_SINCE
from deliberation.searching.published import PREFIX
from participate.keeping.archive import Manifest

# A program that has only been started leaves these behind.
HOUSEKEEPING = frozenset({"alembic_version", "installation_fact", "heartbeat"})
# Left out of a backup, which lasts: networks are promised to be gone after 48 hours, and a session, a link,
# a connection, a letter or a passkey that has gone must not come back to life.
PASSING = (
    "counter",
    "daily_key",
    "journey_back",
    "live_presence",
    "outbox",
    "passkey",
    "sign_in_link",
    "signed_in",
    "spent_challenge",
)


@dataclass(frozen=True)
class Contents:
    """The migration, the rows per table, and the check value of the pseudonym key, where there is one."""

    revision: str | None
    counts: dict[str, int]
    key_check: str | None

    @classmethod
    def of(cls, manifest: Manifest) -> "Contents":
        return cls(manifest.revision, manifest.counts, manifest.key_check)


def is_counted(table: str) -> bool:
    """Whether a table is told of: the index of the search is made from the others, by the database itself."""
    return not table.startswith(PREFIX)


def is_empty(counts: dict[str, int]) -> bool:
    """Whether nobody has put anything in yet."""
    return not any(rows for table, rows in counts.items() if table not in HOUSEKEEPING)


def revision_query(tables: Collection[str]) -> str | None:
    return "SELECT version_num FROM alembic_version" if "alembic_version" in tables else None


def key_check_query(tables: Collection[str]) -> str | None:
    if "installation_fact" not in tables:
        return None
    return "SELECT value FROM installation_fact WHERE name = 'pseudonym-check'"


def mark_query(manifest: Manifest) -> str:
    """What a restored database is told: that erasures since the backup are missing from it."""
    since = datetime.fromisoformat(manifest.made_at)
    name, value = ERASURES_SINCE, since.isoformat()
    return (
        f"INSERT INTO installation_fact (name, value) VALUES ('{name}', '{value}') "  # noqa: S608
        "ON CONFLICT (name) DO NOTHING"
    )
