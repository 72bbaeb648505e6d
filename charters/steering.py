"""The checks on running a consultation: may it open, pause, close, be undone; does an invitation hold."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from charters.facts import Facts, Objection
from charters.reasons import Reason
from charters.states import Attestation, InvitationState, Phase, Stage


def fair(facts: Facts) -> Objection | None:
    return Objection("fair-consultation", Reason.NOT_FAIR_YET) if facts.opening_held_by else None


def answer_announced(facts: Facts) -> Objection | None:
    # What nobody could answer yet may be called off without a day for the answer.
    held = facts.phase() is not Phase.NOT_OPEN and facts.closing_held_by
    return Objection("fair-consultation", Reason.NO_ANSWER_DAY) if held else None


def may_pause(facts: Facts) -> Objection | None:
    return None if facts.pause_left > timedelta() else Objection("pausing", Reason.PAUSE_USED_UP)


def paused(facts: Facts) -> Objection | None:
    return None if facts.phase() is Phase.PAUSED else Objection("pausing", Reason.NOT_PAUSED)


def reopenable(facts: Facts) -> Objection | None:
    if facts.stage is Stage.CLOSED and facts.reopen_ends is not None and facts.now < facts.reopen_ends:
        return None
    return Objection("last-day", Reason.CANNOT_REOPEN, facts.reopen_ends)


INVITATIONS: Mapping[InvitationState | None, Reason] = MappingProxyType(
    {
        None: Reason.NO_INVITATION,
        InvitationState.ENDED: Reason.INVITATION_ENDED,
        InvitationState.EXPIRED: Reason.INVITATION_EXPIRED,
        InvitationState.SPENT: Reason.INVITATION_SPENT,
    }
)


def invited(facts: Facts) -> Objection | None:
    if facts.invitation is InvitationState.USABLE:
        return None
    return Objection("invitations", INVITATIONS[facts.invitation])


def invitation_goes(facts: Facts) -> Objection | None:
    over = facts.invitation in (None, InvitationState.ENDED)
    return Objection("invitations", INVITATIONS[facts.invitation]) if over else None


def paper_admitted(facts: Facts) -> Objection | None:
    if Attestation.ASSISTED in facts.attested:
        return None
    return Objection("who-may-vote", Reason.NO_PAPER)
