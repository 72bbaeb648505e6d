"""What the program itself says with an act: its stored English sentence, as one that any language can say.

The record is only added to, so what stands in it is read here. What people wrote with an act comes behind it,
in their own words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from charters.wording import Words, counted, sentences
from deliberation.publishing.record import Did

DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"


@dataclass(frozen=True, slots=True)
class Told:
    """`words` are the program's; `rest` is what somebody wrote, empty where nobody did."""

    words: Words
    rest: str = ""


_Found = Mapping[str, str]
_Telling = tuple[re.Pattern[str], Callable[[_Found], Words]]


def told(kind: str, words: str) -> Told | None:
    """What was stored with an act of this kind; None where it is all somebody's own words."""
    for pattern, say in _TELLINGS.get(kind, ()):
        found = pattern.fullmatch(words)
        if found is not None:
            parts = {name: text for name, text in found.groupdict().items() if text is not None}
            return Told(say(parts), parts.get("rest", ""))
    return None


def which_proposal(words: str) -> Told | None:
    """What is said of a decision behind its kind, where it is about a proposal."""
    found = _WHICH.fullmatch(words)
    if found is None:
        return None
    proposal, version = found["proposal"], found["version"]
    rest = found["rest"] or ""
    if version is None:
        return Told(Words("Proposal %(proposal)s.", proposal=proposal), rest)
    return Told(
        Words("Proposal %(proposal)s, version %(version)s.", proposal=proposal, version=version), rest
    )


def done_to(kind: str, words: str) -> tuple[int | None, int | None]:
    """The proposal that an act was done to and the version of it, by their numbers, where it was."""
    found = _DONE_TO.match(words) if kind in _ON_PROPOSALS else None
    if found is None:
        return None, None
    return int(found["proposal"]), int(found["version"]) if found["version"] else None


def _telling(pattern: str, say: Callable[[_Found], Words]) -> _Telling:
    return re.compile(pattern, re.DOTALL), say


def _day(text: str) -> date:
    return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007  a day has no time


def _moved(found: _Found) -> Words:
    after = _day(found["after"])
    if "before" not in found:
        return Words("New last day: %(day)s.", day=after)
    return Words(
        "Last day before: %(before)s. New last day: %(day)s.", before=_day(found["before"]), day=after
    )


def _link(found: _Found) -> Words:
    until = Words("Last day of the link: %(day)s.", day=_day(found["day"]))
    parts = [until]
    if "most" in found:
        most = int(found["most"].replace(",", ""))
        parts.append(counted("For %(n)s person at most.", "For %(n)s people at most.", most))
    if "invited" in found:
        parts.append(Words("Whoever comes by it counts as invited."))
    if "body" in found:
        parts.insert(0, Words("Body: %(body)s.", body=found["body"]))
    return sentences(*parts)


def _founders(found: _Found) -> Words:
    return sentences(
        Words("Founders of the people’s side: %(count)s.", count=int(found["people"])),
        Words("Founders of the bodies: %(count)s.", count=int(found["body"])),
        Words("Bodies: %(bodies)s.", bodies=found["bodies"]),
    )


_SIDE_LINK = _telling(
    rf"(?:(?P<body>.+): a|A) link for (?P<most>[\d,]+) at most, until (?P<day>{DAY})\.", _link
)
_PROPOSAL = _telling(
    r"Proposal (?P<proposal>\d+)\.",
    lambda found: Words("Proposal %(proposal)s.", proposal=found["proposal"]),
)
_CLAUSE = _telling(
    r"Proposal (?P<proposal>\d+), clause (?P<clause>\d+)\.",
    lambda found: Words(
        "Proposal %(proposal)s, clause %(clause)s.", proposal=found["proposal"], clause=found["clause"]
    ),
)
_PROMISE = _telling(
    r"Proposal (?P<proposal>\d+), promise (?P<promise>\d+)\.",
    lambda found: Words(
        "Proposal %(proposal)s, promise %(promise)s.", proposal=found["proposal"], promise=found["promise"]
    ),
)
_WHICH = re.compile(
    r"Proposal (?P<proposal>\d+)(?:, version (?P<version>\d+))?\.(?: (?P<rest>.+))?", re.DOTALL
)
_DONE_TO = re.compile(r"(?:[^.]+\. )?Proposal (?P<proposal>\d+)(?:, version (?P<version>\d+))?[.,]")
_ON_PROPOSALS = frozenset(
    {
        Did.PROPOSAL_BEGUN,
        Did.TITLE_CHANGED,
        Did.VERSION_SEALED,
        Did.CLAUSE_ADDED,
        Did.CLAUSE_CHANGED,
        Did.CLAUSE_TAKEN_OUT,
        Did.CLAUSE_PUT_BACK,
        Did.DECISION_PUT,
        Did.DECISION_AGREED,
        Did.DECISION_DECLINED,
        Did.DECISION_LAPSED,
        Did.PROPOSAL_ANSWERED,
        Did.PROMISE_MADE,
        Did.PROMISE_KEPT,
        Did.PROMISE_NOT_KEPT,
        Did.EVIDENCE_ADDED,
        Did.SOURCE_REMOVED,
        Did.SUGGESTION_MADE,
        Did.SUGGESTION_ACCEPTED,
        Did.SUGGESTION_REJECTED,
    }
)
_TELLINGS: Mapping[str, tuple[_Telling, ...]] = MappingProxyType(
    {
        Did.FACILITATOR_APPOINTED: (
            _telling(
                rf"Until (?P<day>{DAY}), by both sides\.",
                lambda found: Words("Last day: %(day)s. Both sides appointed them.", day=_day(found["day"])),
            ),
            _telling(r"By a facilitator\.", lambda _: Words("A facilitator handed over to them.")),
        ),
        Did.SPACE_MADE: (
            _telling(
                r"(?P<people>\d+) founders of the people's side, (?P<body>\d+) of the bodies: "
                r"(?P<bodies>.+)\.",
                _founders,
            ),
        ),
        Did.LAST_DAY_MOVED: (
            _telling(rf"(?:From (?P<before>{DAY}) to|To) (?P<after>{DAY}): (?P<rest>.+)", _moved),
        ),
        Did.CONSULTATION_PAUSED: (
            _telling(
                r"For (?P<hours>\d+) hours?: (?P<rest>.+)",
                lambda found: counted("For %(n)s hour.", "For %(n)s hours.", int(found["hours"])),
            ),
        ),
        Did.ANSWER_DAY_SET: (
            _telling(
                rf"By (?P<day>{DAY})\.(?: (?P<rest>.+))?",
                lambda found: Words("Day of the answer: %(day)s.", day=_day(found["day"])),
            ),
        ),
        Did.DELEGATE_INVITED: (_SIDE_LINK,),
        Did.ADVISER_INVITED: (_SIDE_LINK,),
        Did.INVITATION_MADE: (
            _telling(
                rf"A link (?:for (?P<most>[\d,]+) at most, )?until (?P<day>{DAY})\."
                r"(?P<invited> Whoever comes by it counts as invited\.)?",
                _link,
            ),
        ),
        Did.VERSION_SEALED: (
            _telling(
                r"Proposal (?P<proposal>\d+), version (?P<version>\d+)\. SHA-256: (?P<hash>[0-9a-f]{64})\.",
                lambda found: Words(
                    "Proposal %(proposal)s, version %(version)s. SHA-256: %(hash)s.",
                    proposal=found["proposal"],
                    version=found["version"],
                    hash=found["hash"],
                ),
            ),
        ),
        Did.PROPOSAL_BEGUN: (_PROPOSAL,),
        Did.TITLE_CHANGED: (_PROPOSAL,),
        Did.CLAUSE_ADDED: (_CLAUSE,),
        Did.CLAUSE_CHANGED: (_CLAUSE,),
        Did.CLAUSE_TAKEN_OUT: (_CLAUSE,),
        Did.CLAUSE_PUT_BACK: (_CLAUSE,),
        Did.PROPOSAL_ANSWERED: (_PROPOSAL,),
        Did.PROMISE_MADE: (_PROMISE,),
        Did.PROMISE_KEPT: (_PROMISE,),
        Did.PROMISE_NOT_KEPT: (_PROMISE,),
        Did.EVIDENCE_ADDED: (_CLAUSE,),
        Did.SOURCE_REMOVED: (_CLAUSE,),
        Did.SUGGESTION_MADE: (_CLAUSE,),
        Did.SUGGESTION_ACCEPTED: (_CLAUSE,),
        Did.SUGGESTION_REJECTED: (_CLAUSE,),
        Did.SHEETS_ENTERED: (
            _telling(
                rf"(?P<day>{DAY}): fewer than 10 sheets\.",
                lambda found: Words("Day: %(day)s. Fewer than 10 sheets.", day=_day(found["day"])),
            ),
            _telling(
                rf"(?P<day>{DAY}): (?P<sheets>[\d,]+) sheets or more\.",
                lambda found: Words(
                    "Day: %(day)s. %(sheets)s sheets or more.",
                    day=_day(found["day"]),
                    sheets=int(found["sheets"].replace(",", "")),
                ),
            ),
        ),
    }
)
