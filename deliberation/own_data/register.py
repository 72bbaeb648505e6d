"""The register of every personal column: whose it is, what it is for, how it goes out and how it goes away.

A test fails on a column of any table that stands neither here nor in `NOT_PERSONAL`. What is shown to a
person and what is erased is read from here, so a table that is entered is shown and erased too.
"""

from collections.abc import Mapping

from charters.wording import Words
from deliberation.own_data.holding import Goes, Held, Whose
from deliberation.own_data.not_personal import NOT_PERSONAL
from deliberation.own_data.register_of_drafts import OF_DRAFTS

__all__ = ["REGISTER", "Goes", "Held", "Whose", "unregistered"]


REGISTER: tuple[Held, ...] = (
    *OF_DRAFTS,
    Held(
        "participant",
        "id",
        Whose.PARTICIPANT,
        ("id", "key", "attestation", "joined_at"),
        Words("Your pseudonym here"),
        "vote",
        beside=("space_id",),
    ),
    Held(
        "vote",
        "participant_id",
        Whose.PARTICIPANT,
        ("participant_id", "votable_id", "value", "cast_at", "policy", "probability", "draw", "map_id"),
        Words("Your votes"),
        "vote",
        "publish-aggregate",
    ),
    Held(
        "statement",
        "author_id",
        Whose.PARTICIPANT,
        ("author_id", "text", "language", "as_written", "removed_note", "policy", "created_at"),
        Words("Statements you wrote"),
        "statement",
        beside=("id", "consultation_id", "number", "state", "removed_for", "same_as", "redacted"),
        goes=Goes.EMPTIED,
    ),
    Held(
        "recovery_code",
        "participant_id",
        Whose.PARTICIPANT,
        ("participant_id", "code_hash"),
        Words("Your six words, scrambled"),
        "vote",
    ),
    Held(
        "report",
        "by",
        Whose.KEY,
        ("by", "reason", "words", "made_at"),
        Words("Reports you sent"),
        "statement",
        beside=("consultation_id", "about", "due_at", "state", "decided_at", "decision"),
        goes=Goes.EMPTIED,
    ),
    Held(
        "invitation_entry",
        "key",
        Whose.KEY,
        ("invitation_id", "key"),
        Words("Links of invitation you came by"),
        "vote",
    ),
    Held(
        "paper_sheet",
        "key",
        Whose.KEY,
        ("consultation_id", "key"),
        Words("Questions you answered on paper"),
        "vote",
    ),
    Held(
        "paper_mark",
        "mark",
        Whose.NETWORK,
        ("mark",),
        Words("That a sheet of paper was entered, scrambled"),
        "vote",
        beside=("consultation_id",),
        goes=Goes.IN_TIME,
    ),
    Held(
        "key_answer",
        "voter",
        Whose.KEY,
        ("voter", "yes", "at", "attestation", "founder", "name", "reason", "counts_from"),
        Words("Your answers to decisions of both sides"),
        "vote",
        beside=("decision_id", "side", "text", "body"),
        goes=Goes.EMPTIED,
    ),
    Held(
        "candidate",
        "account_id",
        Whose.ACCOUNT,
        ("account_id", "name", "salt"),
        Words("Decisions about appointing you"),
        "account",
        beside=("decision_id",),
    ),
    Held(
        "removal",
        "removed_by",
        Whose.KEY,
        ("removed_by",),
        Words("Statements you removed"),
        "statement",
        beside=("statement_id", "removed_at"),
        goes=Goes.EMPTIED,
    ),
    Held(
        "removal",
        "statement_id",
        Whose.AUTHOR,
        ("words", "appealed_at"),
        Words("Your appeals"),
        "statement",
        beside=("statement_id", "removed_at", "state", "decided_at"),
        goes=Goes.EMPTIED,
    ),
    Held(
        "appeal_verdict",
        "decider",
        Whose.KEY,
        ("decider", "stands", "at"),
        Words("Appeals you decided"),
        "statement",
        beside=("statement_id", "side", "reason"),
        goes=Goes.EMPTIED,
    ),
    Held(
        "working_map",
        "membership",
        Whose.PARTICIPANT,
        ("membership",),
        Words("The opinion group you are in"),
        "vote",
        "publish-aggregate",
        beside=("consultation_id",),
        goes=Goes.WITH_THE_PERSON,
    ),
    Held(
        "published_basis",
        "history",
        Whose.PARTICIPANT,
        ("history",),
        Words("When your votes changed a published result"),
        "vote",
        "publish-aggregate",
        beside=("consultation_id",),
        goes=Goes.WITH_THE_PERSON,
    ),
    Held(
        "published_basis",
        "kinds",
        Whose.PARTICIPANT,
        ("kinds",),
        Words("Whether your votes counted for the headline of a published result"),
        "vote",
        "publish-aggregate",
        beside=("consultation_id",),
        goes=Goes.WITH_THE_PERSON,
    ),
    Held(
        "published_basis",
        "groups",
        Whose.PARTICIPANT,
        ("groups",),
        Words("The opinion group you were in when a result was published"),
        "vote",
        "publish-aggregate",
        beside=("consultation_id",),
        goes=Goes.WITH_THE_PERSON,
    ),
    Held(
        "account",
        "id",
        Whose.ACCOUNT,
        (
            "id",
            "address",
            "name",
            "one_key",
            "operator",
            "language",
            "mail_format",
            "mail_frequency",
            "created_at",
        ),
        Words("Your account"),
        "account",
    ),
    Held(
        "membership",
        "account_id",
        Whose.ACCOUNT,
        ("account_id", "role", "since", "until", "name", "speaks_for", "interests", "founder"),
        Words("What you do in spaces"),
        "account",
        beside=("space_id", "organisation_id"),
    ),
    Held(
        "following",
        "account_id",
        Whose.ACCOUNT,
        ("account_id", "space_id", "consultation_id", "proposal_id", "clause_id", "since"),
        Words("What you follow"),
        "account",
    ),
    Held(
        "digest",
        "account_id",
        Whose.ACCOUNT,
        ("account_id", "told_until"),
        Words("Until when you were told by mail what you follow"),
        "account",
    ),
    Held(
        "address_change",
        "account_id",
        Whose.ACCOUNT,
        ("account_id", "token_hash", "address", "expires_at"),
        Words("The address you want to change to"),
        "account",
    ),
    Held(
        "outside_identity",
        "account_id",
        Whose.ACCOUNT,
        ("account_id", "issuer", "subject", "attestation", "created_at"),
        Words("Who you are to a service you sign in by"),
        "account",
    ),
    Held(
        "passkey",
        "account_id",
        Whose.ACCOUNT,
        (
            "account_id",
            "credential_id",
            "user_handle",
            "public_key",
            "sign_count",
            "name",
            "created_at",
            "last_used_at",
        ),
        Words("Your passkeys"),
        "account",
    ),
    Held(
        "sign_in_link",
        "address",
        Whose.ADDRESS,
        ("token_hash", "address", "expires_at", "used_at"),
        Words("Links that sign you in"),
        "account",
    ),
    Held(
        "outbox",
        "address",
        Whose.ADDRESS,
        ("address", "subject", "text"),
        Words("Letters to you that have not gone yet"),
        "account",
        beside=("cause", "language", "queued_at", "due_at", "attempts"),
    ),
    Held(
        "signed_in",
        "account_id",
        Whose.ACCOUNT,
        ("token_hash", "account_id", "label", "state", "created_at", "last_seen_at", "expires_at"),
        Words("Your sign-ins"),
        "account",
    ),
    Held(
        "counter",
        "subject",
        Whose.NETWORK,
        ("subject", "window", "count"),
        Words("How many newcomers a network brought"),
        "account",
        goes=Goes.IN_TIME,
    ),
    Held(
        "daily_key",
        "key",
        Whose.NETWORK,
        ("key",),
        Words("The key of a day, under which networks are kept"),
        "account",
        goes=Goes.IN_TIME,
    ),
)
"""Assets are those of the charter, and `account`: what lets somebody sign in, outside any space."""


def unregistered(tables: Mapping[str, frozenset[str]]) -> list[str]:
    """The columns, as `table.column`, that nobody has looked at; and entries for what is not there."""
    entered: dict[str, set[str]] = {name: set(columns) for name, columns in NOT_PERSONAL.items()}
    for held in REGISTER:
        entered.setdefault(held.table, set()).update(held.columns)
    wrong = []
    for name in sorted({*tables, *entered}):
        there, known = tables.get(name, frozenset()), entered.get(name, set())
        if "*" in known and there:
            continue
        wrong += [f"{name}.{column}" for column in sorted(there ^ known)]
    return wrong
