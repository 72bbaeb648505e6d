"""Imports each module with tables, so that alembic sees every table; nothing else."""

from deliberation.drafting import (
    clause_questions,
    clauses,
    comment_reports,
    comments,
    commitments,
    proposals,
    sources,
    suggestions,
    versions,
)
from deliberation.drafting.live import tables as live
from deliberation.following import digests, following
from deliberation.opinion import appeals, frozen, opinion_map, reports, statements, voting
from deliberation.people import (
    accounts,
    addresses,
    memberships,
    organisations,
    outside,
    participants,
    passkeys,
    recovery_codes,
    sessions,
)
from deliberation.publishing import answers, record, releases
from deliberation.running import installation, jobs, limits, outbox
from deliberation.spaces import (
    activity,
    charters,
    consultations,
    decisions,
    invitations,
    paper_sheets,
    side_invitations,
    spaces,
)

__all__ = [
    "accounts",
    "activity",
    "addresses",
    "answers",
    "appeals",
    "charters",
    "clause_questions",
    "clauses",
    "comment_reports",
    "comments",
    "commitments",
    "consultations",
    "decisions",
    "digests",
    "following",
    "frozen",
    "installation",
    "invitations",
    "jobs",
    "limits",
    "live",
    "memberships",
    "opinion_map",
    "organisations",
    "outbox",
    "outside",
    "paper_sheets",
    "participants",
    "passkeys",
    "proposals",
    "record",
    "recovery_codes",
    "releases",
    "reports",
    "sessions",
    "side_invitations",
    "sources",
    "spaces",
    "statements",
    "suggestions",
    "versions",
    "voting",
]
