"""Taking part: who acts, where, and whether they may. Votes and statements both come through here.

The functions here take the plain connection of a verb's session, within one `run_sync`: a session hops
between the event loop and the driver for every statement, and on this path that was a quarter of the cost.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from charters.actions import Action
from charters.enforcement import Facts, Reason, Refused, refusal, require
from charters.facts import Held
from charters.policy import Policy
from charters.states import Attestation, ProposalState, Stage, Standing, StatementState
from deliberation.columns import table_of
from deliberation.errors import NotFound
from deliberation.opinion.checked import class_of
from deliberation.opinion.statements import Statement
from deliberation.people.participants import account_pseudonym, device_pseudonym, join_on, space_key
from deliberation.running.limits import count_newcomer
from deliberation.spaces.charters import given_under, policy_on
from deliberation.spaces.consultations import Consultation, no_consultation
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import held_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever acts, as the web knows them, before it is known whether they took part here before.

    `secret` is the device's, `master` the installation's pseudonym key, `network` the client's network.
    None of them is stored: only pseudonyms and HMACs made from them are. `limit_ends` is set where the
    device has done too much: the moment it may go on. `newcomers` is how many its network may bring.
    `account_id` is there for somebody who is signed in, who is then the same on all their devices.
    """

    secret: bytes = field(repr=False)
    master: bytes = field(repr=False)
    network: str = field(repr=False)
    newcomers: int = 300
    limit_ends: datetime | None = None
    account_id: int | None = None

    def pseudonym(self, space_id: int) -> str:
        """Who this is within one space."""
        if self.account_id is not None:
            return account_pseudonym(space_key(self.master, space_id), self.account_id)
        return self.device_pseudonym(space_id)

    def device_pseudonym(self, space_id: int) -> str:
        """Who the device is there without an account."""
        return device_pseudonym(space_key(self.master, space_id), self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an act takes place: what the rules ask of space, consultation or proposal, and what is voted on.

    `votable_id` is that of the statement or the clause question, `state` that of its words. What lies outside
    a consultation has no `stage`; `consultation_id` is then that of the proposal, 0 where it has none.
    """

    space_id: int
    standing: Standing
    policy: Policy
    held: Held
    consultation_id: int
    stage: Stage | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    paused_until: datetime | None = None
    proposal: ProposalState | None = None
    attested: list[str] | None
    votable_id: int | None
    state: StatementState | None

    @property
    def given_under(self) -> str:
        """The policy and its version, as it is stored with a contribution."""
        return given_under(self.policy)

    def facts(self, now: datetime, limit_ends: datetime | None = None) -> Facts:
        """The facts about somebody with a device at this place."""
        return Facts(
            now=now,
            standing=self.standing,
            held=self.held,
            stage=self.stage,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            paused_until=self.paused_until,
            statement=self.state,
            proposal=self.proposal,
            has_device=True,
            limit_reached=limit_ends is not None,
            limit_ends=limit_ends,
        )


_spaces, _consultations, _statements = table_of(Space), table_of(Consultation), table_of(Statement)
# Written once: the values come when it is executed. Core, since every vote asks it.
_PLACE = (
    select(
        _spaces.c.id.label("space_id"),
        _spaces.c.standing,
        _spaces.c.policy.label("template"),
        _consultations.c.id.label("consultation_id"),
        _consultations.c.stage,
        _consultations.c.opens_at,
        _consultations.c.closes_at,
        _consultations.c.paused_until,
        _consultations.c.attested,
        _statements.c.id.label("votable_id"),
        _statements.c.state,
    )
    .select_from(
        _spaces.join(_consultations, _consultations.c.space_id == _spaces.c.id).outerjoin(
            _statements,
            and_(
                _statements.c.consultation_id == _consultations.c.id,
                _statements.c.number == bindparam("number"),
            ),
        )
    )
    .where(_spaces.c.slug == bindparam("space"), _consultations.c.slug == bindparam("consultation"))
)
NO_NUMBER = -1


def place(on: Connection, space: str, consultation: str, number: int = NO_NUMBER, *, now: datetime) -> Place:
    """The place of these slugs at `now`, with the statement of this number. Raises NotFound."""
    values = {"space": space, "consultation": consultation, "number": number}
    row = on.execute(_PLACE, values).one_or_none()
    if row is None:
        raise NotFound(no_consultation(space, consultation))
    found: dict[str, Any] = dict(row._mapping)
    standing = found["standing"]
    policy = policy_on(on, found["space_id"], standing, found.pop("template"), now)
    return Place(**found, policy=policy, held=held_on(on, found["space_id"], standing, policy, now))


def require_act(
    action: Action, where: Place, visitor: Visitor, *, now: datetime, on: Connection | None = None
) -> None:
    """Ask whether somebody may do this here and now. Raises Refused.

    With `on` it is also asked what was checked of them, where not everybody may vote.
    """
    facts = where.facts(now, visitor.limit_ends)
    if on is not None and where.attested is not None and len(where.attested) < len(Attestation):
        may_vote = frozenset(Attestation(one) for one in where.attested)
        facts = replace(facts, attested=may_vote, attestation=attestation_of(on, where, visitor, now=now))
    require(where.policy, action, facts)


def attestation_of(on: Connection, where: Place, visitor: Visitor, *, now: datetime) -> Attestation:
    """What was checked of somebody, as it counts here."""
    return class_of(
        on,
        space_id=where.space_id,
        consultation_id=where.consultation_id,
        key=visitor.pseudonym(where.space_id),
        account_id=visitor.account_id,
        may_vote=where.attested,
        now=now,
    )


def participate(on: Connection, action: Action, where: Place, visitor: Visitor, *, now: datetime) -> int:
    """The participant's id in this space; somebody new is counted for their network.

    Raises Refused where the network has brought too many newcomers: nobody who returns is ever refused.
    """
    checked = attestation_of(on, where, visitor, now=now)
    participant, new = join_on(on, where.space_id, visitor.pseudonym(where.space_id), now, checked)
    if new:
        ends = count_newcomer(on, visitor.network, visitor.newcomers, now=now)
        if ends is not None:
            reason = Reason.TOO_MANY_NEWCOMERS
            raise Refused(refusal(where.policy, action, "fair-limits", reason, ends))
    return participant
