"""The versions of a space's charter as pages show them: how each stands, and who signed it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State
from charters.disclosure import ProtectedCounts
from charters.faults import Fault
from charters.panels import published_sum
from charters.policy import Policy, load_policy, parse_policy
from charters.rules import PartyKind
from charters.sides import WITHOUT_SIDES
from charters.states import Side
from charters.versions import Version, chain_faults, text_faults
from charters.wording import Words
from deliberation.errors import NotFound
from deliberation.spaces.charter_versions import Written, charters_written, signers
from deliberation.spaces.charters import SIGNING, signed_versions
from deliberation.spaces.days import day_in_london
from deliberation.spaces.decisions import Decision, KeyAnswer
from deliberation.spaces.spaces import Space

KEY_DIGITS = 16


@unique
class VersionState(StrEnum):
    """How a version stands. One has `ENDED` where nobody ratified it in time and the founders began anew."""

    TEMPLATE = "template"
    WAITING = "waiting"
    OPEN = "open"
    TO_COME = "to-come"
    IN_FORCE = "in-force"
    REPLACED = "replaced"
    REFUSED = "refused"
    LAPSED = "lapsed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SideSigned:
    """One side of a version: who stands on it, whether it signed, under which names, or by how many votes.

    `people` are the protected counts of a vote, None where there was none or too few voted; `bodies` how many
    said yes and how many there are, None where they signed by name.
    """

    side: Side
    parties: tuple[str, ...]
    signed: bool
    names: tuple[str, ...] = ()
    people: ProtectedCounts | None = None
    bodies: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version. `key` names it in addresses: its number once it is signed, else its hash's beginning."""

    key: str
    policy: Policy
    state: VersionState
    sides: tuple[SideSigned, ...]
    decision: Decision | None = None
    ratified_at: datetime | None = None

    @property
    def signed_at(self) -> datetime | None:
        """When the second key was turned."""
        agreed = self.decision is not None and self.decision.state is State.AGREED
        return self.decision.ended_at if agreed and self.decision is not None else None


@dataclass(frozen=True, slots=True)
class Chain:
    """A space's versions, oldest first, and what is wrong with how they hang together."""

    versions: tuple[VersionShown, ...]
    signed: int
    faults: tuple[Fault, ...]

    @property
    def current(self) -> VersionShown:
        """The one in force; else the one that comes next, or was written last."""
        order = (VersionState.IN_FORCE, VersionState.TEMPLATE, VersionState.TO_COME)
        found = (one for state in order for one in self.versions if one.state is state)
        return next(found, self.versions[-1])

    def named(self, key: str) -> VersionShown:
        """Raises NotFound."""
        for version in self.versions:
            if version.key == key:
                return version
        raise NotFound(Words("There is no version %(number)s of this charter.", number=key))

    def before(self, version: VersionShown) -> VersionShown | None:
        """The one that it follows."""
        wanted = version.policy.supersedes
        return next((one for one in self.versions if one.policy.digest == wanted), None)


def template_shown(policy: Policy) -> VersionShown:
    """A template as the one version that there is."""
    return VersionShown(str(policy.version), policy, VersionState.TEMPLATE, tuple(_sides(policy, None, ())))


async def chain_of(session: AsyncSession, space: Space, now: datetime) -> Chain:
    """The versions of a space's charter. A trial or an archive has its template alone."""
    if space.standing in WITHOUT_SIDES or space.id is None:
        return Chain((template_shown(load_policy(space.policy)),), 0, ())
    written = await charters_written(session, space.id)
    signed = await signed_versions(session, space.id)
    files = [one.charter.file for one in signed]
    stored = [Version(one.charter.file, one.signatures) for one in signed]
    if not written:
        return Chain((template_shown(load_policy(space.policy)),), 0, ())
    decisions = [decision for one in written for decision in one.decisions]
    answers = await signers(session, decisions)
    in_force = _in_force([parse_policy(file) for file in files], now)
    digests = [one.charter.digest for one in signed]
    shown = tuple(_shown(one, digests, in_force, answers) for one in written)
    return Chain(shown, len(signed), (*chain_faults(files), *text_faults(stored)))


def _in_force(signed: Sequence[Policy], now: datetime) -> Policy | None:
    today = day_in_london(now)
    begun = [policy for policy in signed if policy.effective_from and policy.effective_from <= today]
    return begun[-1] if begun else None


def _shown(
    written: Written, signed: Sequence[str], in_force: Policy | None, answers: Mapping[int, list[KeyAnswer]]
) -> VersionShown:
    policy, decision = parse_policy(written.charter.file), written.last(*SIGNING)
    is_signed = written.charter.digest in signed
    given = answers.get(decision.id or 0, ()) if decision is not None else ()
    ratified = written.last(Kind.RATIFY_CHARTER)
    agreed = ratified is not None and ratified.state is State.AGREED
    return VersionShown(
        key=str(policy.version) if is_signed else policy.digest[:KEY_DIGITS],
        policy=policy,
        state=_signed_state(policy, in_force) if is_signed else _state(decision),
        sides=tuple(_sides(policy, decision, given)),
        decision=decision,
        ratified_at=ratified.ended_at if agreed and ratified is not None else None,
    )


def _signed_state(policy: Policy, in_force: Policy | None) -> VersionState:
    if in_force is None or policy.version > in_force.version:
        return VersionState.TO_COME
    return VersionState.IN_FORCE if policy.digest == in_force.digest else VersionState.REPLACED


STATES: Mapping[State, VersionState] = {
    State.OPEN: VersionState.OPEN,
    State.AGREED: VersionState.ENDED,
    State.DECLINED: VersionState.REFUSED,
    State.LAPSED: VersionState.LAPSED,
}


def _state(decision: Decision | None) -> VersionState:
    return VersionState.WAITING if decision is None else STATES[decision.state]


def _sides(policy: Policy, decision: Decision | None, given: Sequence[KeyAnswer]) -> Iterator[SideSigned]:
    names = {party.id: party.name for party in policy.parties}
    agreed = decision is not None and decision.state is State.AGREED
    sums = decision.sums if decision is not None and decision.kind is Kind.AMEND_CHARTER else None
    for side, kind in ((Side.PEOPLE, PartyKind.PEOPLE), (Side.BODY, PartyKind.BODY)):
        parties = tuple(party.name for party in policy.parties if party.kind is kind)
        signing = tuple(_name(answer, names) for answer in given if answer.side is side)
        if sums is None or decision is None:
            yield SideSigned(side, parties, agreed, signing)
        elif side is Side.PEOPLE:
            yield SideSigned(side, parties, agreed, (), published_sum(sums[side], policy.publication))
        else:
            bodies = (sums[side].yes, len(decision.agreement.bodies))
            yield SideSigned(side, parties, agreed, signing, None, bodies)


def _name(answer: KeyAnswer, names: Mapping[str, str]) -> str:
    body = names.get(answer.body or "", answer.body or "")
    return ", ".join(part for part in (answer.name, body) if part)
