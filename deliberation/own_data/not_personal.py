"""The columns that are nobody's, each looked at: the other half of the register."""

from collections.abc import Mapping
from types import MappingProxyType

NOT_PERSONAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # What was done in public names a role, never a person.
        "act": (
            "id",
            "space_id",
            "consultation_id",
            "statement_id",
            "proposal_id",
            "clause_id",
            "kind",
            "reason",
            "was",
            "words",
            "role",
            "at",
        ),
        "appeal_verdict": ("statement_id", "side", "reason"),
        "candidate": ("decision_id",),
        # A body's, in public.
        "body_answer": ("*",),
        "charter": ("*",),
        "clause": ("*",),
        # Its letters are those of `clause_update`, all as one.
        "clause_snapshot": ("*",),
        "clause_update": ("id", "clause_id", "number", "connection"),
        "clause_basis": ("proposal_id", "number", "signature", "counted_at"),
        "clause_question": ("*",),
        # Protected figures, published.
        "clause_result": ("*",),
        "co_author": ("id", "proposal_id", "role", "body"),
        "comment": (
            "id",
            "form",
            "discussion_id",
            "parent_id",
            "text_hash",
            "role",
            "body",
            "state",
            "removed_for",
            "read_at",
            "act_id",
            "resolved_at",
            "resolved_as",
            "resolved_note",
        ),
        # A side's, or a body's, in public.
        "commitment": ("*",),
        "comment_removal": ("comment_id", "act_id", "removed_at", "state", "decided_at"),
        "comment_report": ("id", "comment_id", "due_at", "state", "decided_at", "decision", "act_id"),
        "comment_verdict": ("comment_id", "side", "reason"),
        "consultation": ("*",),
        "counter": ("bucket",),
        "daily_key": ("day",),
        # Sums of answers; who answered stands in `key_answer`.
        "decision": ("*",),
        "decision_text": ("*",),
        "discussion": ("*",),
        # Published elsewhere; who added it is not kept.
        "evidence": ("*",),
        "following": ("id",),
        "frozen_group": ("consultation_id", "result"),
        "heartbeat": ("worker", "seen_at"),
        "installation_fact": ("name", "value"),
        # Facilitators' words about a link, for each other.
        "invitation": ("*",),
        "job": ("*",),
        # The hash of a word made up for one sign-in, for twenty minutes.
        "journey_back": ("*",),
        "key_answer": ("decision_id", "side", "text", "body"),
        # Where a shared text stands, without its words.
        "live_text": ("*",),
        "live_presence": ("connection", "clause_id", "role", "body"),
        "membership": ("id", "space_id", "organisation_id"),
        "organisation": ("*",),
        "proposal": ("*",),
        "earlier_answer": ("*",),
        "proposal_answer": ("*",),
        # Its words and its author stand in `comment`.
        "revision": ("*",),
        "source": ("id", "clause_id", "statement_id", "comment_id"),
        "suggestion": ("*",),
        "suggestion_answer": ("suggestion_id", "side", "accepts", "reason", "body"),
        "paper_day": ("*",),
        "paper_mark": ("consultation_id",),
        # When something was sent; to whom is gone once it was.
        "outbox": (
            "id",
            "cause",
            "language",
            "state",
            "queued_at",
            "due_at",
            "good_until",
            "attempts",
            "error",
            "sent_at",
        ),
        "outside_identity": ("id",),
        "participant": ("space_id",),
        "passkey": ("id",),
        "published_basis": ("consultation_id", "number", "place", "salt"),
        # Protected before it is published; nobody's any more.
        "published_map": ("*",),
        "release_file": ("*",),
        "removal": ("statement_id", "act_id", "removed_at", "state", "decided_at"),
        "report": (
            "id",
            "consultation_id",
            "statement_id",
            "about",
            "due_at",
            "state",
            "decided_at",
            "decision",
            "act_id",
        ),
        # The day of a side's last act, whoever's it was.
        "side_activity": ("*",),
        "side_invitation": ("*",),
        # Rounded, and of no fewer than the profile's smallest number of people.
        "screening": ("*",),
        "set_aside": ("*",),
        "space": ("*",),
        # The hash of something made up for one press of a button, for ten minutes.
        "spent_challenge": ("*",),
        "statement": (
            "id",
            "consultation_id",
            "number",
            "state",
            "removed_for",
            "same_as",
            "redacted",
            "read_at",
            "seed",
            "meta",
            "imported",
            "replaces",
        ),
        "succession": ("*",),
        # What both sides sign is common to them; who wrote it stands in `comment`, which can be emptied.
        "version": ("*",),
        "version_clause": ("*",),
        "votable": ("id", "consultation_id"),
        "working_map": (
            "id",
            "consultation_id",
            "number",
            "made_at",
            "signature",
            "closed",
            "votes",
            "participants",
            "commitment",
            "content",
        ),
    }
)
"""Columns that say nothing of one person. `*` stands for a whole table in which nothing can be anybody's."""
