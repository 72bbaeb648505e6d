"""New charters from old ones: a founding charter from a template, the next version from the one in force.

What comes out is a document to be shown, changed and checked by `charters.policy.policy_of`; nothing is
signed here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from charters.canonical import PREFIX, digest
from charters.templates import merged, template


def founding_charter(
    name: str,
    *,
    slug: str,
    people: str,
    bodies: Mapping[str, str],
    begins: date,
    changes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The first version of a space's charter from the template `name`.

    `people`: what the people's side is called. `bodies`: the name of each body by its id, as in "ods:XX1".
    `changes`: what shall differ from the template, as a merge patch.
    """
    parties = [
        {"id": "people", "kind": "people", "name": people},
        *({"id": id, "kind": "body", "name": title} for id, title in bodies.items()),
    ]
    document = merged(template(name), changes or {})
    return {
        **document,
        "uid": f"urn:charter:{slug}:1",
        "version": 1,
        "supersedes": None,
        "effective_from": begins.isoformat(),
        "parties": parties,
    }


def next_version(document: Mapping[str, Any], *, begins: date, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The version after `document` with these changes (a merge patch), chained to it by its hash."""
    version = document["version"] + 1
    stem = document["uid"].rpartition(":")[0]
    return {
        **merged(document, changes),
        "uid": f"{stem}:{version}",
        "version": version,
        "supersedes": PREFIX + digest(document),
        "effective_from": begins.isoformat(),
    }
