"""The versions of a charter: an unbroken chain, each signed by both sides over its exact text.

A version names the one before by its hash. What has been stored can so be checked from the first to the
newest: a version that was changed, left out or put in breaks the chain.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charters.faults import MISSING, Fault, joined
from charters.policy import parse_policy
from charters.states import Side
from charters.terms import Policy
from charters.wording import Words

NEVER = Words("Propose the change in another way.")


class BrokenChain(ValueError):
    """The stored versions do not hang together, so none of them is in force."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"the versions do not hang together: {fault.sentence}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version: its file, and the hash that each side signed (absent where it has not)."""

    file: str
    signatures: Mapping[Side, str]

    @property
    def policy(self) -> Policy:
        """What the file promises."""
        return parse_policy(self.file)


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two versions differ; MISSING stands where there is nothing."""

    path: str
    before: object
    after: object


def signed(policy: Policy, signatures: Mapping[Side, str]) -> bool:
    """Whether both sides have signed exactly this text, and it is one that can be signed."""
    return cannot_be_signed(policy) is None and all(signatures.get(side) == policy.digest for side in Side)


def cannot_be_signed(policy: Policy) -> Fault | None:
    """Why nobody can sign this file: it is a template, or a translation that no reader has checked."""
    if policy.is_template:
        rule, mend = Words("is a template, which nobody signs"), Words("Found a charter from it.")
        return Fault("uid", policy.uid, rule, mend)
    if not policy.translation_checked:
        rule = Words("must be true before this text can be the one that is signed")
        mend = Words("Let a reader of the language check it, or sign the text it translates.")
        return Fault("translation_of.checked", False, rule, mend)
    return None


def in_force(versions: Sequence[Version], day: date) -> Policy | None:
    """The charter in force on a day: the newest that is signed and has begun; None where there is none.

    A version that is unsigned, or stands after one that is, is none. Raises BrokenChain.
    """
    if faults := chain_faults([version.file for version in versions]):
        raise BrokenChain(faults[0])
    found = None
    for version in versions:
        policy = version.policy
        if not signed(policy, version.signatures):
            break
        if policy.effective_from is not None and policy.effective_from <= day:
            found = policy
    return found


def chain_faults(files: Sequence[str], newest: str | None = None) -> tuple[Fault, ...]:
    """What is wrong with the chain of these files, from the first version on; empty where it holds.

    `newest` is the hash of the last one as it was published elsewhere: without it nobody can see that the end
    was cut off.
    """
    policies = [parse_policy(file) for file in files]
    faults = list(_linked(policies))
    if newest is not None and (not policies or policies[-1].digest != newest):
        last = policies[-1].digest if policies else MISSING
        rule = Words("must be the version that was published last")
        faults.append(Fault(f"versions[{len(policies)}]", last, rule, Words("Restore it.")))
    return tuple(faults)


def text_faults(versions: Sequence[Version]) -> tuple[Fault, ...]:
    """Each of these versions that is another text than the one that its signatures are over."""
    rule, mend = Words("is not the text that both sides signed"), Words("Restore it.")
    return tuple(
        Fault(f"versions[{place}]", version.policy.digest, rule, mend)
        for place, version in enumerate(versions)
        if not signed(version.policy, version.signatures)
    )


def amendment_faults(before: Policy, after: Policy) -> tuple[Fault, ...]:
    """Why `after` cannot follow `before`, beside what is wrong with it alone."""
    return tuple(_follows(before, after))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Where two versions differ, by place; clauses, assets and parties are compared by their id."""
    return tuple(_differences("", _by_id(before), _by_id(after)))


def _linked(policies: Sequence[Policy]) -> Iterator[Fault]:
    for place, policy in enumerate(policies):
        path = f"versions[{place}]"
        if policy.version != place + 1:
            rule = Words("must be %(version)s", version=place + 1)
            yield Fault(
                f"{path}.version", policy.version, rule, Words("Restore the version that is missing.")
            )
        elif place:
            for fault in _follows(policies[place - 1], policy):
                yield Fault(joined(path, fault.path), fault.value, fault.rule, fault.mend)


def _follows(before: Policy, after: Policy) -> Iterator[Fault]:
    restore = Words("Take it from the version before.")
    if after.supersedes != before.digest:
        yield Fault("supersedes", after.supersedes, Words("must be the hash of the version before"), restore)
    if after.version != before.version + 1:
        rule = Words("must be %(version)s", version=before.version + 1)
        yield Fault("version", after.version, rule, Words("Count on from the version before."))
    if _stem(after) != _stem(before):
        yield Fault("uid", after.uid, Words("must keep the name of the charter"), restore)
    if after.effective_from is None or (before.effective_from or after.effective_from) > after.effective_from:
        rule = Words("must not be earlier than that of the version before")
        yield Fault("effective_from", str(after.effective_from), rule, Words("Write a later day."))
    # Otherwise a health space could sign itself out of the bound on ballots.
    if before.subject == "health" and after.subject != "health":
        yield Fault("subject", after.subject, Words("must stay health"), NEVER)
    if after.publication.microdata and not before.publication.microdata:
        rule = Words("must stay false: ballots are published only where that was said before the first vote")
        yield Fault("publication.microdata", True, rule, NEVER)


def _stem(policy: Policy) -> str:
    return policy.uid.rpartition(":")[0]


def _by_id(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {row["id"]: row for row in value} if name in ("clauses", "assets", "parties") else value
        for name, value in document.items()
    }


def _differences(path: str, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _differences(joined(path, name), before.get(name, MISSING), after.get(name, MISSING))
    elif before != after:
        yield Change(path, before, after)
