"""Who may vote in a consultation, in one sentence: what is checked of people, and what is not."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from charters.states import Attestation
from charters.wording import Words
from deliberation.opinion.headline import headline_classes, may_vote
from deliberation.spaces.consultations import Consultation

ALL = "all"
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


NAMES: Mapping[frozenset[Attestation], Words] = MappingProxyType(
    {
        EVERYBODY: Words("Everybody"),
        KNOWN: Words("Signed in, invited or helped"),
        INVITED: Words("Invited or helped"),
    }
)
"""What those are called who count for the headline."""
OTHER_NAME = Words("Came in by ways that count")
CHECKED: Mapping[frozenset[Attestation], Words] = MappingProxyType(
    {
        KNOWN: Words(
            "“Signed in, invited or helped” means that an address, a link or a helper is known, "
            "not who people are."
        ),
        INVITED: Words(
            "“Invited or helped” means that a personal link or a helper is known, but not who people are."
        ),
    }
)
OTHER_CHECKED = Words("What was checked of people who came in by ways that count, the record says.")


def in_a_sentence(consultation: Consultation) -> Words:
    """What was checked and what was not."""
    return SENTENCES.get(may_vote(consultation), OTHER)


def chosen_in(consultation: Consultation) -> str:
    """The name of the choice that holds; empty for any other."""
    return _named(may_vote(consultation))


def counting_first(consultation: Consultation) -> str:
    """The name of the choice of who counts for the headline: `all` who may vote, or fewer."""
    counts = headline_classes(consultation)
    return ALL if counts == may_vote(consultation) else _named(counts)


def headline_chosen(who: str, first: str) -> frozenset[Attestation]:
    """The classes that count for the headline by these two choices; empty for a choice there is not."""
    return CHOICES.get(who if first == ALL else first, frozenset())


def classes_named(names: Iterable[str]) -> frozenset[Attestation]:
    """The classes as a published result names them."""
    return frozenset(map(Attestation, names))


def name_of(classes: frozenset[Attestation]) -> Words:
    """What the people of these classes are called beside everybody."""
    return NAMES.get(classes, OTHER_NAME)


def what_was_checked(classes: frozenset[Attestation]) -> Words:
    """In one sentence what was checked of them, and what was not."""
    return CHECKED.get(classes, OTHER_CHECKED)


def _named(classes: frozenset[Attestation]) -> str:
    return next((name for name, chosen in CHOICES.items() if chosen == classes), "")
