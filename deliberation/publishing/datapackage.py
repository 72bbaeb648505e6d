"""`datapackage.json`: what is in a release, by the rules of Data Package version 2 (datapackage.org).

Our own short form of those rules is tests/data/datapackage.schema.json.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

LICENCES = {
    "CC-BY-4.0": ("https://creativecommons.org/licenses/by/4.0/", "Creative Commons Attribution 4.0"),
    "CC0-1.0": ("https://creativecommons.org/publicdomain/zero/1.0/", "Creative Commons Zero 1.0"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as its schema describes it."""

    name: str
    type: str
    description: str
    constraints: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        described = {"name": self.name, "type": self.type, "description": self.description}
        if self.type == "boolean":
            described |= {"trueValues": ["true"], "falseValues": ["false"]}  # type: ignore[dict-item]
        return described | ({"constraints": dict(self.constraints)} if self.constraints else {})


_NEEDED = {"required": True}
_COUNT = {"minimum": 0}
_SHARE = {"minimum": 0, "maximum": 1}
_PERCENT = {"minimum": 0, "maximum": 100}
_WORDS = {"enum": ["almost all", "almost none"]}
_ROUNDED = "rounded as the protection profile says; empty where withheld"

_COUNTED = (
    Column("agrees", "integer", f"People who agreed, {_ROUNDED}", _COUNT),
    Column("disagrees", "integer", f"People who disagreed, {_ROUNDED}", _COUNT),
    Column("passes", "integer", f"People who passed, {_ROUNDED}", _COUNT),
    Column("votes", "integer", f"People who voted, passes included, {_ROUNDED}", _COUNT),
    Column(
        "share-word",
        "string",
        "Stands in place of the three counts where 95 % or more agree (almost all), or 5 % or less",
        _WORDS,
    ),
    Column("suppressed", "boolean", "Whether a count of this row is withheld", _NEEDED),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "statements.csv": (
        Column(
            "statement-id",
            "integer",
            "Number of the statement in its consultation",
            {**_NEEDED, "unique": True},
        ),
        Column("text", "string", "The statement as it was written; empty where it was removed"),
        Column("language", "string", "Language of the text, a BCP 47 tag", _NEEDED),
        Column("month", "string", "When it was written, at the grain that the charter allows", _NEEDED),
        Column("moderated", "boolean", "Whether it was removed by a facilitator", _NEEDED),
        Column("is-seed", "boolean", "Whether it was there from the start", _NEEDED),
        *_COUNTED,
        Column(
            "agreement",
            "number",
            "Cross-group agreement, 0 to 1 in steps of 0.05: the product over groups of "
            "(agrees + 1) / (votes + 2), from the protected counts; empty where one of them is withheld",
            _SHARE,
        ),
        Column("agreement-low", "number", "Product of the groups' lower 95 % limits, rounded down", _SHARE),
        Column("agreement-high", "number", "Product of the groups' upper 95 % limits, rounded up", _SHARE),
        Column(
            "robust-consensus",
            "boolean",
            "Whether it takes 5 hostile participants in 100 or more to remove it from consensus.csv; empty "
            "where it is not listed there, or the engine does not test it",
        ),
    ),
    "votes-by-group.csv": (
        Column("statement-id", "integer", "Number of the statement", _NEEDED),
        Column("group-id", "string", "Letter of the opinion group", _NEEDED),
        *_COUNTED,
    ),
    "votes-by-attestation.csv": (
        Column("statement-id", "integer", "Number of the statement", _NEEDED),
        Column(
            "people",
            "string",
            "all: everybody who voted; attested: those of the classes that count for the headline, as "
            "`attestation` in datapackage.json names them",
            {**_NEEDED, "enum": ["all", "attested"]},
        ),
        *_COUNTED,
        Column(
            "result",
            "integer",
            "Number of the result these figures were counted for: an earlier one where a new pair would "
            "have told on too few people",
            {**_NEEDED, "minimum": 1},
        ),
    ),
    "groups.csv": (
        Column("group-id", "string", "Letter of the opinion group", {**_NEEDED, "unique": True}),
        Column("size", "integer", "People in the group, rounded", {**_NEEDED, "minimum": 10}),
        Column("description", "string", "What marks the group out, in its statements' own words", _NEEDED),
        Column(
            "representative",
            "string",
            "Statements that mark the group out, divided by '; ': number, direction, then the share that "
            "goes this way in percent and its 95 % interval, or the share-word",
        ),
    ),
    "consensus.csv": (
        Column("statement-id", "integer", "Number of the statement", {**_NEEDED, "unique": True}),
        Column("direction", "string", "What most people say", {**_NEEDED, "enum": ["agree", "disagree"]}),
        Column("share", "integer", "Percent of all votes that go this way", _PERCENT),
        Column("low", "integer", "Lower 95 % limit of the share", _PERCENT),
        Column("high", "integer", "Upper 95 % limit of the share", _PERCENT),
        Column("share-word", "string", "Stands in place of the share", _WORDS),
        Column("lowest-group", "string", "Letter of the large group that says so least; empty if withheld"),
        Column("lowest-share", "integer", "Percent of that group's votes that go this way", _PERCENT),
        Column("lowest-share-word", "string", "Stands in place of that share", _WORDS),
        Column(
            "hostile-in-100",
            "integer",
            "It takes at least so many hostile participants in 100 to remove the statement",
            {"enum": [0, 1, 5, 10, 20]},
        ),
    ),
    "participation.csv": (
        Column(
            "until",
            "date",
            "The last day counted: the end of a month or week, or the day of the release",
            {**_NEEDED, "unique": True},
        ),
        Column(
            "people",
            "integer",
            "People who had joined by then, rounded; in the last row those whom the release is made of. "
            "A figure that was published once stays, whoever leaves later",
            {**_NEEDED, "minimum": 20},
        ),
        Column("complete", "boolean", "Whether the month or week was over", _NEEDED),
    ),
}
KEYS = {
    "statements.csv": ["statement-id"],
    "votes-by-group.csv": ["statement-id", "group-id"],
    "votes-by-attestation.csv": ["statement-id", "people"],
    "groups.csv": ["group-id"],
    "consensus.csv": ["statement-id"],
    "participation.csv": ["until"],
}
TITLES = {
    "statements.csv": "Statements",
    "votes-by-group.csv": "Votes by opinion group",
    "votes-by-attestation.csv": "Votes of everybody, and of those who count for the headline",
    "groups.csv": "Opinion groups",
    "consensus.csv": "What most people agree on",
    "participation.csv": "Participation over time",
}


def descriptor(content: Mapping[str, Any], tables: Mapping[str, bytes]) -> bytes:
    """The package's descriptor, as JSON. Same document, same bytes."""
    space, held = content["space"], content["consultation"]
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{space['slug']}-{held['slug']}-{content['number']}",
        "title": f"{held['title']}: result {content['number']}",
        "description": held["question"],
        "version": str(content["number"]),
        "created": f"{content['published']}T00:00:00Z",
        "licenses": [_licence(content["licence"])] if content["licence"] else [],
        "sources": _sources(held),
        "contributors": [{"title": space["host"], "roles": ["publisher"]}],
        "charter": content["policy"],
        "protection": content["profile"],
        "engine": content["engine"],
        "parameters": content["parameters"],
        **{name: content[name] for name in ("explained", "ladder", "change") if content.get(name)},
        "groupsNote": [] if content["groups"] else content.get("notes", []),
        "inputCommitment": content["commitment"],
        "attestation": _attestation(content.get("attestation")),
        "withheld": content.get("withheld", []),  # see deliberation.publishing.withheld
        "resources": [_resource(name, table) for name, table in tables.items()],
    }
    kept = {name: value for name, value in package.items() if value != []}
    # Sorted, since a database gives a document back with its members in another order.
    return (json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _attestation(part: Mapping[str, Any] | None) -> Any:
    """Which classes may vote and which count for the headline, and whether both results stand; or nothing."""
    if part is None:
        return []
    told = {"headline": part["headline"], "mayVote": part["may_vote"], "shown": part["shown"]}
    return told | ({"result": part["result"], "people": part["people"]} if part["shown"] else {})


def _licence(name: str) -> dict[str, str]:
    known = LICENCES.get(name)
    if known is None:
        return {"name": "-".join(name.split()), "title": name}
    return {"name": name, "path": known[0], "title": known[1]}


def _sources(held: Mapping[str, Any]) -> list[dict[str, str]]:
    if not held["source"]:
        return []
    source = {"title": held["attribution"] or held["source"]}
    if held["source"].startswith(("https://", "http://")):
        return [{**source, "path": held["source"]}]
    return [{"title": f"{source['title']} ({held['source']})" if held["attribution"] else held["source"]}]


def _resource(name: str, table: bytes) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [column.document() for column in COLUMNS[name]],
        "missingValues": [""],
        "primaryKey": KEYS[name],
    }
    if name in ("votes-by-attestation.csv", "consensus.csv"):
        reference = {"resource": "statements", "fields": ["statement-id"]}
        schema["foreignKeys"] = [{"fields": ["statement-id"], "reference": reference}]
    if name == "votes-by-group.csv":
        schema["foreignKeys"] = [
            {"fields": [key], "reference": {"resource": resource, "fields": [key]}}
            for key, resource in (("statement-id", "statements"), ("group-id", "groups"))
        ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
        "name": name.removesuffix(".csv"),
        "type": "table",
        "title": TITLES[name],
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": len(table),
        "hash": f"sha256:{sha256(table).hexdigest()}",
        "schema": schema,
    }
