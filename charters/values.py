"""The numbers of a charter by name, as its clauses say them: `{min_group}` in a text is `min_group` here.

They are taken from the file each time, so that a number which changes there changes in every sentence.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from charters.rules import Rule
from charters.states import Attestation
from charters.terms import Policy, in_words
from charters.wording import Words, counted

MODES: Mapping[str, Words] = MappingProxyType(
    {
        "pre": Words("A new statement is shown after a facilitator has read it."),
        "post": Words("A new statement is shown at once."),
    }
)
GRAINS: Mapping[str, Words] = MappingProxyType({"week": Words("week"), "month": Words("month")})
CLASSES: Mapping[Attestation, Words] = MappingProxyType(
    {
        Attestation.EMAIL: Words("an e-mail address that was checked"),
        Attestation.INVITED: Words("an invitation"),
        Attestation.NHS_LOGIN: Words("an NHS login"),
    }
)
"""What must have been checked about somebody who turns a key."""


def hours(count: int) -> Words:
    """A span of hours."""
    return counted("%(n)s hour", "%(n)s hours", count)


def people(count: int) -> Words:
    """So many people."""
    return counted("%(n)s person", "%(n)s people", count)


def bodies(count: int) -> Words:
    """So many bodies."""
    return counted("%(n)s body", "%(n)s bodies", count)


def minutes(count: int) -> Words:
    """A span of minutes."""
    return counted("%(n)s minute", "%(n)s minutes", count)


def percent(rule: Rule) -> Words:
    """The share of a rule."""
    return percentage(rule.share)


def percentage(share: Fraction | Decimal) -> Words:
    """A share in hundredths."""
    return Words("%(share)s %%", share=int(share * 100))


def _answer_days(policy: Policy) -> Words:
    days = [
        duty.within_days
        for duty in policy.duties
        if (duty.party, duty.do) == ("body", "answer-consensus-item")
    ]
    return in_words(min(days))


VALUES: Mapping[str, Callable[[Policy], object]] = MappingProxyType(
    {
        "access_days": lambda policy: in_words(policy.rights.access_days),
        "adoption_bodies": lambda policy: bodies(policy.adoption.quorum.body),
        "adoption_days": lambda policy: in_words(policy.adoption.open_days),
        "adoption_people": lambda policy: people(policy.adoption.quorum.people),
        "adoption_share": lambda policy: percent(policy.adoption),
        "amendment_bodies": lambda policy: bodies(policy.amendment.quorum.body),
        "amendment_days": lambda policy: in_words(policy.amendment.open_days),
        "amendment_people": lambda policy: people(policy.amendment.quorum.people),
        "amendment_share": lambda policy: percent(policy.amendment),
        "answer_days": _answer_days,
        "appeal_days": lambda policy: in_words(policy.moderation.appeal_days),
        "dormant_days": lambda policy: in_words(policy.running.dormant_days),
        "facilitator_days": lambda policy: in_words(policy.running.facilitator_days),
        "founders_body": lambda policy: people(policy.founding.body),
        "founders_people": lambda policy: people(policy.founding.people),
        "founding_days": lambda policy: in_words(policy.founding.open_days),
        "hide_hours": lambda policy: hours(policy.running.hide_hours),
        "key_class": lambda policy: CLASSES[policy.key.attestation],
        "key_tenure": lambda policy: in_words(policy.key.tenure_days),
        "largest_hidden": lambda policy: policy.publication.profile.smallest - 1,
        "least_days": lambda policy: policy.fairness.least_days["blank"],
        "min_group": lambda policy: policy.publication.min_group,
        "min_new_participants": lambda policy: policy.publication.min_new_participants,
        "min_participants": lambda policy: policy.publication.min_participants,
        "moderation": lambda policy: MODES[policy.moderation.mode],
        "pause_hours": lambda policy: policy.fairness.pause_hours,
        "quiet_hours": lambda policy: hours(policy.publication.profile.quiet_hours),
        "ratify_days": lambda policy: in_words(policy.ratify_days),
        "reasons_words": lambda policy: policy.fairness.reasons_words,
        "report_days": lambda policy: in_words(policy.moderation.report_days),
        "round_to": lambda policy: policy.publication.profile.round_to,
        "sealed_days": lambda policy: in_words(policy.moderation.sealed_days),
        "statement_licence": lambda policy: policy.assets["statement"].licence,
        "time_grain": lambda policy: GRAINS[policy.publication.time_grain],
        "undo_close_minutes": lambda policy: policy.fairness.undo_close_minutes,
        "vote_retention": lambda policy: in_words(policy.assets["vote"].retention_days or 0),
        "vote_weight": lambda policy: policy.vote_weight,
        "word_base": lambda policy: policy.publication.profile.word_base,
    }
)


def values_of(policy: Policy) -> Mapping[str, object]:
    """Every number that a clause of this charter may name."""
    return {name: value(policy) for name, value in VALUES.items()}
