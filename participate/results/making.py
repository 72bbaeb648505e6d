"""How a result was made: facts that stand in its own document, each with what it is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from participate.languages import gettext, said
from participate.results.days import plain_day


@dataclass(frozen=True, slots=True)
class Fact:
    """`code`: the value is a program's, and in no language."""

    name: str
    value: str
    code: bool = False


def facts_of(content: Mapping[str, Any]) -> list[Fact]:
    """The engine and what it was given, the rules of protection, and what proves the votes analysed."""
    engine, policy = content["engine"], content["policy"]
    return [
        Fact(gettext("Published"), plain_day(date.fromisoformat(content["published"]))),
        Fact(gettext("Method"), f"{engine['name']} {engine['version']}", code=True),
        Fact(gettext("Seed of the random numbers"), str(engine["seed"]), code=True),
        *_parameters(content["parameters"]),
        Fact(gettext("Rules"), f"{said(policy['title'])}, {policy['version']}"),
        Fact(gettext("Fingerprint of the rules (SHA-256)"), policy["sha256"], code=True),
        Fact(gettext("Protection"), content["profile"], code=True),
        Fact(gettext("Commitment to the votes (SHA-256)"), content["commitment"], code=True),
    ]


def _parameters(parameters: Mapping[str, Any]) -> list[Fact]:
    libraries = parameters.get("libraries", {})
    plain = {name: value for name, value in parameters.items() if name != "libraries"}
    return [
        Fact(
            gettext("Parameters"),
            ", ".join(f"{name}={_value(value)}" for name, value in sorted(plain.items())),
            code=True,
        ),
        Fact(
            gettext("Libraries"), ", ".join(f"{name} {v}" for name, v in sorted(libraries.items())), code=True
        ),
    ]


def _value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return "[" + " ".join(map(str, value)) + "]" if isinstance(value, list) else str(value)
