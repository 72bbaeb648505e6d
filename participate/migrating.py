"""Whether the database is at another migration than this program: then a new version is being put in."""

from quart import Quart, current_app

from participate.current import database
from participate.settings import Settings
from participate.starting import newest_revision, revision_of

_REVISION = "revision"


def teach(app: Quart, settings: Settings) -> None:
    """Note the program's own migration while it starts: the files of the next may lie on the disk later."""
    app.extensions[_REVISION] = newest_revision(settings.database_url)


async def is_migrating() -> bool:
    """Asked only after something failed. False where the database does not answer: that is another matter."""
    try:
        found = await revision_of(database())
    except Exception:
        return False
    return bool(found != current_app.extensions[_REVISION])
