"""What may stand in an address: numbers that a database can hold, and no character that it cannot."""

from quart import Quart
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1


class Number(IntegerConverter):
    """A whole number as the database's ids are; any other is no address here."""

    def __init__(self, map, *arguments, **options):  # type: ignore[no-untyped-def]
        super().__init__(map, *arguments, **{"max": LARGEST, **options})


def watch(app: Quart) -> None:
    """Answer 404 for addresses that cannot name anything."""
    app.url_map.converters["int"] = Number


def refuse_unspeakable(path: str) -> None:
    """No name here holds the character 0, and PostgreSQL refuses to be asked about it. Raises NotFound."""
    if "\x00" in path:
        raise NotFound
