"""Bringing a database to the newest shape, from the command line, tests and `make run`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from participate.engines import async_url

SCRIPTS = Path(__file__).parent.parent / "alembic"


def configuration(url: str) -> Config:
    """Alembic's configuration for one database; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("sqlalchemy.url", async_url(url).replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    command.downgrade(configuration(url), revision)


def differs(url: str) -> str | None:
    """What the tables in code would change in a migrated database; None when nothing."""
    try:
        command.check(configuration(url))
    except CommandError as difference:
        return str(difference)
    return None


def autogenerate(url: str, revision: str, words: str) -> None:
    """Write `alembic/versions/REVISION_WORDS.py` from what the tables in code add."""
    command.revision(configuration(url), message=words, rev_id=revision, autogenerate=True)
