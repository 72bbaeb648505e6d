"""The addresses of an application, as a walk over every page needs them."""

from collections.abc import Iterator
from typing import Any

from quart import Quart

PLACES: dict[str, Any] = {"space": "avonmere", "consultation": "evenings"}


def addresses(app: Quart, **places: Any) -> Iterator[tuple[str, str]]:
    """(endpoint, path) of everything that can be opened, but for built files; `places` fill the paths.

    A part of a path that nobody names is 1.
    """
    site = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            named = {**PLACES, **places, **(rule.defaults or {})}
            yield (
                rule.endpoint,
                site.build(rule.endpoint, {name: named.get(name, 1) for name in rule.arguments}),
            )
