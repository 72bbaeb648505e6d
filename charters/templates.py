"""The charters that come with the program, to begin from: whole files, or what differs from another one.

A file with `based_on` names another template and holds only what differs, as in RFC 7396 (merge patch);
clauses are merged by their id, one by one. `template` gives the whole file in either case.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from charters.canonical import read


def template_names() -> tuple[str, ...]:
    """The names that `template` knows, sorted."""
    folder = resources.files("charters") / "policies"
    return tuple(sorted(f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith(".json")))


@cache
def template(name: str) -> Mapping[str, Any]:
    """The whole file of a template. Raises FileNotFoundError for a name that is none."""
    text = (resources.files("charters") / "policies" / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = read(text)
    if "based_on" not in document:
        return document
    return merged(template(document.pop("based_on")), document)


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> Mapping[str, Any]:
    """`base` with the changes of `patch`: what is null there is taken out, clauses go by their id."""
    result = dict(base)
    for name, value in patch.items():
        if name == "clauses":
            result[name] = _merged_clauses(base[name], value)
        elif isinstance(value, Mapping) and isinstance(base.get(name), Mapping):
            result[name] = merged(base[name], value)
        elif value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def _merged_clauses(base: list[Mapping[str, Any]], patch: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    by_id = {clause["id"]: clause for clause in base}
    for clause in patch:
        by_id[clause["id"]] = {**by_id.get(clause["id"], {}), **clause}
    return list(by_id.values())
