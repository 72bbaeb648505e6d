"""As whom a page is shown to a reader who is somebody else: nothing is done by it."""

from dataclasses import replace
from datetime import timedelta

from charters.facts import Belonging, Facts
from charters.states import Attestation, Role, Side
from charters.terms import Policy

LONG = timedelta(days=10_000)
"""Somebody who belongs for so long has waited as long as any charter asks."""
ON = {Side.PEOPLE: Role.MEMBER, Side.BODY: Role.DELEGATE}


def seen_by(policy: Policy, facts: Facts, side: Side) -> Facts:
    """The facts about anybody on this side who may turn its key, at the place and moment of `facts`."""
    body = min(policy.bodies, default=None) if side is Side.BODY else None
    return replace(
        facts,
        roles=frozenset({Role.VISITOR, ON[side]}),
        tasks=frozenset(),
        side=side,
        signed_in=True,
        attestation=Attestation.STAFF if side is Side.BODY else policy.key.attestation,
        belonging=Belonging(joined_at=facts.now - LONG, body=body),
        role_ends=None,
    )
