"""What pages of help and law say in numbers: read from the policy, so that no number is typed twice."""

from dataclasses import dataclass

from charters.policy import Policy, in_words
from participate.languages import said


@dataclass(frozen=True, slots=True)
class Promises:
    """Spans of time are words in the page's language."""

    smallest: int
    round_to: int
    people: int
    group: int
    newcomers: int
    votes_kept: str
    sealed: str
    appeal: str
    report_within: str
    statement_licence: str
    published: str
    read_first: bool


def promises(policy: Policy) -> Promises:
    """The numbers of one policy, as pages name them."""
    publication, moderation = policy.publication, policy.moderation
    return Promises(
        smallest=publication.profile.smallest,
        round_to=publication.profile.round_to,
        people=publication.min_participants,
        group=publication.min_group,
        newcomers=publication.min_new_participants,
        votes_kept=said(in_words(policy.assets["vote"].retention_days or 0)),
        sealed=said(in_words(moderation.sealed_days)),
        appeal=said(in_words(moderation.appeal_days)),
        report_within=said(in_words(moderation.report_days)),
        statement_licence=policy.assets["statement"].licence or "",
        published=said(policy.clause("publication").text),
        read_first=moderation.mode == "pre",
    )
