"""What the rules are asked about: the facts at the moment of an act, and what a check may object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from charters.agreements import Agreement, Kind, State
from charters.fairness import EVERY_GATE, Gate
from charters.reasons import Reason
from charters.states import (
    Attestation,
    InvitationState,
    Phase,
    ProposalState,
    Role,
    Side,
    Stage,
    Standing,
    StatementState,
    phase_at,
)
from charters.terms import Policy

EVERY_ATTESTATION = frozenset(Attestation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How a space with two sides is held.

    `signatures`: the hash of the charter that each side has signed. `members`: how many belong to each side
    and may turn its key (bodies on the body's), `quorate_since` when they first were as many as a change of
    the charter asks. `founders`: how many were named for each side. `asleep`: the sides that have been silent
    for too long, `newcomers` who has come for each since then.
    """

    signatures: Mapping[Side, str] = field(default_factory=dict)
    members: Mapping[Side, int] = field(default_factory=dict)
    quorate_since: datetime | None = None
    founders: Mapping[Side, int] = field(default_factory=dict)
    asleep: frozenset[Side] = frozenset()
    newcomers: Mapping[Side, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Somebody's place on their side: since when, for which body, and whether they are a founder."""

    joined_at: datetime
    body: str | None = None
    founder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What somebody brings who joins a side.

    `side`: the one they ask for. `interests`: they have said what interests they have, or that they have
    none. `body_address`: their address lies in a domain that a body lists. `invited_by`: the body whose
    delegate they were invited to be, None without an invitation that still holds.
    """

    side: Side
    interests: bool = False
    body_address: bool = False
    invited_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A removed text: since when, whether who asks removed it, and the appeal against that."""

    removed_at: datetime
    removed_by_me: bool = False
    appealed_at: datetime | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Personal data that is to be read: what, for which purpose, and the charters it was given under."""

    asset: str
    purpose: str
    given_under: tuple[Policy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true at the moment of the act; whatever is left out counts against the person.

    `tasks` are the roles that somebody has in any space, wherever they are now.
    `now`, `opens_at` and `closes_at` are aware. `stage` is None outside a consultation; `statement` is the
    state of the statement or the comment acted on. `has_device` says that the cookie came back with the
    request. `attested` are the classes that may vote here. Of what is acted on: `is_author` says that this
    person wrote it, `answered` that somebody has voted on it or replied to it, `in_result` that a published
    result may name it.
    `opening_held_by` and `closing_held_by` are the gates of fairness that keep it from being opened, or
    closed by hand. `pause_left` is how long it may still be paused, `reopen_ends` until when closing by hand
    can be undone, `undo_ends` until when the last act of moderation can. `invitation` is the state of the
    link somebody came by. The limits tell `limit_reached` and when that `limit_ends`.

    `role_ends` is when a facilitator's time is over. `held` tells about a space with two sides. `decision` is
    the decision of both sides that is acted on, `decision_state` how it stands, `shown` the hash of the text
    that the person was shown; `agreed` are the kinds that both sides have agreed to about the very thing that
    is acted on, as it now stands. `proposal` is how far
    the proposal that is acted on has come, `co_author` whether this person is one of those who write it;
    `suggestion_open` says that a suggested wording waits for an answer. Of a promise, `own_promise` says that
    it is that of the side and the body of who asks, `promise_open` that nobody has told what became of it.
    `until` is the end that an appointment would have; `ground` says that a law
    was named. `policy` is the charter, put here by `decide`.
    """

    now: datetime
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    tasks: frozenset[Role] = frozenset()
    side: Side | None = None
    standing: Standing = Standing.TRIAL
    stage: Stage | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    paused_until: datetime | None = None
    opening_held_by: frozenset[Gate] = EVERY_GATE
    closing_held_by: frozenset[Gate] = EVERY_GATE
    pause_left: timedelta = timedelta()
    reopen_ends: datetime | None = None
    invitation: InvitationState | None = None
    statement: StatementState | None = None
    attestation: Attestation = Attestation.OPEN
    attested: frozenset[Attestation] = field(default=EVERY_ATTESTATION)
    has_device: bool = False
    signed_in: bool = False
    is_author: bool = False
    answered: bool = True
    in_result: bool = True
    undo_ends: datetime | None = None
    limit_reached: bool = False
    limit_ends: datetime | None = None
    role_ends: datetime | None = None
    held: Held = field(default=Held())
    belonging: Belonging | None = None
    joining: Joining | None = None
    decision: Agreement | None = None
    decision_state: State | None = None
    shown: str = ""
    agreed: frozenset[Kind] = frozenset()
    proposal: ProposalState | None = None
    co_author: bool = False
    suggestion_open: bool = False
    own_promise: bool = False
    promise_open: bool = False
    removal: Removal | None = None
    reading: Reading | None = None
    until: datetime | None = None
    ground: bool = False
    policy: Policy | None = None

    def phase(self) -> Phase | None:
        """The phase of the consultation at `now`; None outside one."""
        if self.stage is None:
            return None
        return phase_at(self.stage, self.opens_at, self.closes_at, self.now, self.paused_until)

    def charter(self) -> Policy:
        """The charter that the act is judged by. Raises LookupError outside `decide`."""
        if self.policy is None:
            raise LookupError("these facts are judged by no charter: ask charters.enforcement.decide")
        return self.policy


@dataclass(frozen=True, slots=True)
class Objection:
    """What a check says when it objects."""

    clause: str
    reason: Reason
    when: datetime | None = None


Check = Callable[[Facts], Objection | None]
