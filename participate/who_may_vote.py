"""Who may vote in a consultation, in one sentence: what is checked of people, and what is not."""

from collections.abc import Mapping
from types import MappingProxyType

from charters.states import Attestation
from charters.wording import Words
from deliberation.spaces.consultations import Consultation

EVERYBODY = frozenset(Attestation)
KNOWN = EVERYBODY - {Attestation.OPEN}
INVITED = frozenset({Attestation.INVITED, Attestation.ASSISTED})
CHOICES: Mapping[str, frozenset[Attestation]] = MappingProxyType(
    {"everybody": EVERYBODY, "known": KNOWN, "invited": INVITED}
)
"""What can be chosen. None of them favours a side: delegates come in as everybody does."""
SENTENCES: Mapping[frozenset[Attestation], Words] = MappingProxyType(
    {
        EVERYBODY: Words("Anybody may vote. Nobody’s identity is checked, nor whether they use two devices."),
        KNOWN: Words("You vote once you are signed in or personally invited. Who you are is not checked."),
        INVITED: Words("You vote once you came in by a personal invitation. Who you are is not checked."),
    }
)
OTHER = Words("Only people who came in by certain ways may vote. The record says which.")


def may_vote(consultation: Consultation) -> frozenset[Attestation]:
    """The classes that may vote."""
    if consultation.attested is None:
        return EVERYBODY
    return frozenset(Attestation(one) for one in consultation.attested)


def in_a_sentence(consultation: Consultation) -> Words:
    """What was checked and what was not."""
    return SENTENCES.get(may_vote(consultation), OTHER)


def chosen_in(consultation: Consultation) -> str:
    """The name of the choice that holds; empty for any other."""
    held = may_vote(consultation)
    return next((name for name, classes in CHOICES.items() if classes == held), "")
