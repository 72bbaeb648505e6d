"""The published table of permissions: asked of `decide`, never typed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from charters.actions import Action
from charters.agreements import Kind, State, begin
from charters.drafts import founding_charter
from charters.enforcement import SENTENCES, Facts, Refusal, decide
from charters.facts import Belonging, Held, Joining, Reading, Removal
from charters.fairness import EVERY_GATE, Gate
from charters.policy import load_policy, policy_of
from charters.states import (
    Attestation,
    InvitationState,
    ProposalState,
    Role,
    Side,
    Stage,
    Standing,
    StatementState,
)
from charters.terms import Policy

_NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
_OPEN = Facts(
    now=_NOW,
    stage=Stage.VOTING,
    opens_at=_NOW - timedelta(days=1),
    closes_at=_NOW + timedelta(days=1),
    statement=StatementState.PUBLISHED,
    has_device=True,
    undo_ends=_NOW + timedelta(minutes=30),
    opening_held_by=frozenset(),
    closing_held_by=frozenset(),
    pause_left=timedelta(hours=72),
    reopen_ends=_NOW + timedelta(minutes=30),
    invitation=InvitationState.USABLE,
)
_FACILITATOR = replace(_OPEN, roles=frozenset({Role.FACILITATOR}), signed_in=True)

PEOPLE: Mapping[str, Facts] = {
    "visitor, cookies blocked": replace(_OPEN, has_device=False),
    "people side": replace(_OPEN, side=Side.PEOPLE),
    "body side": replace(_OPEN, side=Side.BODY),
    "author, before a vote": replace(_OPEN, is_author=True, answered=False, in_result=False),
    "facilitator": _FACILITATOR,
    "operator": replace(_OPEN, roles=frozenset({Role.OPERATOR}), signed_in=True),
}
MOMENTS: Mapping[str, Facts] = {
    "framing": replace(_FACILITATOR, stage=Stage.FRAMING),
    "framing, gates not met": replace(
        _FACILITATOR, stage=Stage.FRAMING, opening_held_by=EVERY_GATE, closing_held_by=EVERY_GATE
    ),
    "before it opens": replace(_FACILITATOR, opens_at=_NOW + timedelta(hours=1)),
    "open": _FACILITATOR,
    "paused": replace(_FACILITATOR, paused_until=_NOW + timedelta(hours=1)),
    "open, no day of the answer": replace(_FACILITATOR, closing_held_by=frozenset({Gate.ACCOUNT})),
    "closed on its day": replace(_FACILITATOR, closes_at=_NOW),
    "just closed by hand": replace(_FACILITATOR, stage=Stage.CLOSED),
    "archive": replace(_FACILITATOR, standing=Standing.ARCHIVE, stage=Stage.ARCHIVED),
}
STATEMENTS: Mapping[str, Facts] = {state: replace(_FACILITATOR, statement=state) for state in StatementState}

# What stands in a space that two sides hold, so that each act has something to act on.
AVONMERE: Policy = policy_of(
    founding_charter(
        "open-health-space",
        slug="avonmere",
        people="Avonmere Voices",
        bodies={"ods:XX1": "Avonmere Trust"},
        begins=_NOW.date(),
    )
)
_BOTH = dict.fromkeys(Side, 40)
_HELD = Held(
    signatures=dict.fromkeys(Side, AVONMERE.digest),
    members=_BOTH,
    founders=_BOTH,
    quorate_since=_NOW,
    newcomers=_BOTH,
)
_SIDED_OPEN = replace(
    _OPEN,
    standing=Standing.RATIFIED,
    held=_HELD,
    decision=begin(AVONMERE, Kind.AMEND_CHARTER, "0" * 64, now=_NOW - timedelta(days=1)),
    decision_state=State.OPEN,
    shown="0" * 64,
    proposal=ProposalState.DRAFTING,
    suggestion_open=True,
    own_promise=True,
    promise_open=True,
    removal=Removal(removed_at=_NOW - timedelta(days=2), appealed_at=_NOW - timedelta(days=1)),
    until=_NOW + timedelta(days=100),
    ground=True,
)
_MONTH_AGO = _NOW - timedelta(days=30)
_MEMBER = replace(
    _SIDED_OPEN,
    side=Side.PEOPLE,
    roles=frozenset({Role.MEMBER}),
    signed_in=True,
    attestation=Attestation.EMAIL,
    belonging=Belonging(joined_at=_MONTH_AGO),
    co_author=True,
)
_DELEGATE = replace(
    _MEMBER,
    side=Side.BODY,
    roles=frozenset({Role.DELEGATE}),
    attestation=Attestation.STAFF,
    belonging=Belonging(joined_at=_MONTH_AGO, body="ods:XX1"),
)
_FLO = replace(_SIDED_OPEN, roles=frozenset({Role.FACILITATOR}), signed_in=True)
_ASKING = Joining(side=Side.PEOPLE, interests=True)

CAST: Mapping[str, Facts] = {
    "visitor": _SIDED_OPEN,
    "signed in, on no side": replace(_SIDED_OPEN, signed_in=True, joining=_ASKING),
    "member": _MEMBER,
    "delegate": _DELEGATE,
    "facilitator": _FLO,
    "adviser": replace(_SIDED_OPEN, roles=frozenset({Role.ADVISER}), signed_in=True),
    "operator": replace(_SIDED_OPEN, roles=frozenset({Role.OPERATOR}), signed_in=True),
    "the program, for a listed purpose": Facts(
        now=_NOW,
        standing=Standing.RATIFIED,
        held=_HELD,
        reading=Reading(asset="vote", purpose="publish-aggregate", given_under=(AVONMERE,)),
    ),
}
_FOUNDER = replace(_MEMBER, belonging=Belonging(joined_at=_NOW - timedelta(days=2), founder=True))
_ALL = replace(_FOUNDER, roles=frozenset({Role.MEMBER, Role.FACILITATOR}))
SPACES: Mapping[str, Facts] = {
    "founding": replace(_ALL, standing=Standing.FOUNDING, held=replace(_HELD, signatures={})),
    "provisional": replace(_ALL, standing=Standing.PROVISIONAL),
    "ratified": _ALL,
    "a letter of the charter changed": replace(
        _ALL, held=replace(_HELD, signatures=dict.fromkeys(Side, "0" * 64))
    ),
    "one side has signed": replace(_ALL, held=replace(_HELD, signatures={Side.PEOPLE: AVONMERE.digest})),
    "asleep": replace(_ALL, held=replace(_HELD, asleep=frozenset({Side.BODY}))),
    "both keys turned": replace(_ALL, agreed=frozenset(Kind)),
}

_SIDED = """## Who, in a space that both sides hold, in an open consultation

Its charter is signed and ratified. A change of it is being decided, and a removal is under appeal. A proposal
is being written, with a suggestion that waits. Members and delegates joined a month ago and write it.
"""
_SPACES = """## How the space is held, for a founder of the people's side who is also its facilitator

Nobody would have both roles at once; here they show what the space allows.
"""
_HEAD = """# Permissions

This page is made by `charters.permissions.permissions_page()`, which asks `charters.enforcement.decide`; a
test compares them. "yes" means permitted. Any other cell names the clause that refuses, and the code of the
reason.

Members of the people's side and delegates of bodies have equal columns on purpose. A member who takes part
in what is written and voted on may do exactly what a delegate may; a test changes the two over. The operator
runs the installation, makes spaces, and has no power over votes, keys, results or wording. One act is the
exception: hiding something for some hours, on a legal ground, in public.
"""


def permissions_page(policy_name: str = "open-health-space") -> str:
    """The Markdown of docs/reference/permissions.md under one of the policies that come with the program."""
    policy = load_policy(policy_name)
    parts = [
        _HEAD,
        "## Who, in a trial space, in an open consultation with a published statement\n",
        _table(policy, PEOPLE),
        _SIDED,
        _table(AVONMERE, CAST),
        _SPACES,
        _table(AVONMERE, SPACES),
        "## When, for a signed-in facilitator of a trial space who also holds the cookie\n",
        _table(policy, MOMENTS),
        "## By state of the statement, for the same facilitator\n",
        _table(policy, STATEMENTS),
        "## Reasons\n",
        "| code | what the page says |\n| --- | --- |",
        "\n".join(f"| {reason} | {sentence} |" for reason, sentence in SENTENCES.items()) + "\n",
        f"## Clauses of {policy.title}, version {policy.version}\n",
        "\n".join(f"- **{c.id}**: {c.title}. {c.text}" for c in policy.clauses.values()),
    ]
    return "\n".join(parts) + "\n"


def _table(policy: Policy, columns: Mapping[str, Facts]) -> str:
    lines = [f"| action | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    for action in Action:
        cells = " | ".join(_cell(policy, action, facts) for facts in columns.values())
        lines.append(f"| `{action}` | {cells} |")
    return "\n".join(lines) + "\n"


def _cell(policy: Policy, action: Action, facts: Facts) -> str:
    decision = decide(policy, action, facts)
    return f"{decision.clause}: {decision.reason}" if isinstance(decision, Refusal) else "yes"
