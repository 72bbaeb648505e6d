"""Reading a charter file: JSON in, a checked `Policy` out, or a `PolicyError` that tells of every fault."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from charters.canonical import PREFIX, canonical, digest, read
from charters.faults import Fault, PolicyError
from charters.profiles import PROFILES
from charters.rules import Duty, Founding, Key, Party, PartyKind, Quorum, Rights, Rule, Running, Way
from charters.schema import faults_of
from charters.states import Attestation
from charters.templates import template, template_names
from charters.terms import Asset, Clause, Fairness, Moderation, Notice, Policy, Publication, in_words, notice
from charters.texts import filled
from charters.values import values_of
from charters.wording import Words

__all__ = [
    "Asset",
    "Clause",
    "Fairness",
    "Fault",
    "Moderation",
    "Notice",
    "Policy",
    "PolicyError",
    "Publication",
    "in_words",
    "load_policy",
    "notice",
    "parse_policy",
    "policy_names",
    "policy_of",
]


Part = TypeVar("Part")


@cache
def load_policy(name: str) -> Policy:
    """The template of this name among those that come with the program, for example "open-health-space".

    Raises PolicyError where there is none, and for what `parse_policy` refuses.
    """
    if name not in policy_names():
        rule = Words("must be one of %(names)s", names=", ".join(policy_names()))
        raise PolicyError("policy", name, rule, Words("Choose one of them."))
    return policy_of(template(name))


def policy_names() -> tuple[str, ...]:
    """The names `load_policy` knows, sorted."""
    return template_names()


@lru_cache(maxsize=256)
def parse_policy(text: str) -> Policy:
    """A policy from JSON text. Raises PolicyError with every fault: place, value, rule, how to mend it."""
    return policy_of(read(text))


def policy_of(document: Any) -> Policy:
    """A policy from a document that was read by `charters.canonical.read`. Raises PolicyError."""
    if faults := faults_of(document):
        raise PolicyError.of(faults)
    bare = _bare(document)
    values = values_of(bare)
    clauses = {
        row["id"]: Clause(row["id"], filled(row["title"], values), filled(row["text"], values))
        for row in document["clauses"]
    }
    return replace(bare, clauses=MappingProxyType(clauses))


def _bare(document: Mapping[str, Any]) -> Policy:
    """The policy without its clauses, whose texts need the rest."""
    terms, translation = document["equal_terms"], document.get("translation_of")
    begins = document.get("effective_from")
    return Policy(
        uid=document["uid"],
        version=document["version"],
        title=Words(document["title"]),
        language=document["language"],
        subject=document["subject"],
        parties=tuple(map(_party, document["parties"])),
        founding=_of(Founding, document["founding"], without="rule"),
        assets=MappingProxyType({row["id"]: Asset(**row) for row in document["assets"]}),
        purposes=tuple(document["purposes"]),
        prohibited_uses=tuple(document["prohibited_uses"]),
        publication=_publication(document["publication"]),
        vote_weight=terms["vote_weight"],
        adoption=_rule(terms["adoption"]),
        key=Key(Attestation(terms["key"]["attestation"]), terms["key"]["tenure_days"]),
        agreements=MappingProxyType({kind: _rule(rule) for kind, rule in document["agreements"].items()}),
        moderation=_of(Moderation, document["moderation"]),
        fairness=_fairness(document["fairness"]),
        running=_of(Running, document["running"]),
        duties=tuple(_of(Duty, duty) for duty in document["duties"]),
        amendment=_rule(document["amendment"]),
        ratify_days=document["amendment"]["ratify_days"],
        rights=_of(Rights, document["rights"]),
        clauses={},
        effective_from=None if begins is None else date.fromisoformat(begins),
        supersedes=_fingerprint(document.get("supersedes")),
        translation_of=_fingerprint(translation and translation["charter"]),
        translation_checked=translation is None or translation["checked"],
        digest=digest(document),
        file=canonical(document).decode(),
    )


def _of(kind: type[Part], row: Mapping[str, Any], without: str = "") -> Part:
    return kind(**{name: value for name, value in row.items() if name != without})


def _party(row: Mapping[str, Any]) -> Party:
    return Party(row["id"], PartyKind(row["kind"]), row.get("name", row["id"]))


def _publication(row: Mapping[str, Any]) -> Publication:
    return Publication(**{**row, "profile": PROFILES[row["profile"]]})


def _fairness(row: Mapping[str, Any]) -> Fairness:
    return Fairness(**{**row, "least_days": MappingProxyType(dict(row["least_days"]))})


def _rule(row: Mapping[str, Any]) -> Rule:
    way = Way(row["rule"])
    if way is Way.ONE_EACH:
        return Rule(way, row["open_days"])
    return Rule(way, row["open_days"], Fraction(row["share"]), Quorum(**row["quorum"]))


def _fingerprint(text: str | None) -> str | None:
    return None if text is None else text.removeprefix(PREFIX)
