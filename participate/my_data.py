"""What the page of one's own data says: each kind of thing that is held, in words, space by space."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from charters.states import Role, StatementState
from charters.wording import Words
from deliberation.drafting.comments import STANCES, Form, Stance
from deliberation.opinion.reports import WHY, ReportReason
from deliberation.opinion.voting import Answer, answer_of
from deliberation.own_data.held import Everything, Part, Row, Rows
from deliberation.own_data.register import REGISTER
from deliberation.spaces.spaces import Space
from participate.languages import day, gettext, said


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody gave. `quoted` are words in a language of their own."""

    says: str
    when: str = ""
    quoted: str = ""
    language: str = ""
    given_under: str = ""
    number: int | None = None
    """A statement's, and with `consultation` where its page is."""
    consultation: str = ""
    space: Space | None = None
    """Where they have a role."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Things of one kind. What says nothing to a reader has no lines; it is in the files."""

    name: str
    count: int
    lines: tuple[Line, ...] = ()
    table: str = ""


@dataclass(frozen=True, slots=True)
class SpacePart:
    """Somebody's part in one space; `sides` says which side they are on."""

    slug: str
    title: str
    language: str
    since: datetime | None
    kinds: tuple[Kind, ...]
    sides: tuple[Line, ...] = ()


ANSWERS: Mapping[Answer, Words] = MappingProxyType(
    {Answer.AGREE: Words("Agree"), Answer.DISAGREE: Words("Disagree"), Answer.PASS: Words("Pass")}
)
STATES: Mapping[StatementState, Words] = MappingProxyType(
    {
        StatementState.PENDING: Words("It waits to be read by a facilitator."),
        StatementState.PUBLISHED: Words("It is published."),
        StatementState.REMOVED: Words("It was removed."),
    }
)
ROLES: Mapping[Role, Words] = MappingProxyType(
    {
        Role.MEMBER: Words("Member of the people’s side"),
        Role.DELEGATE: Words("Delegate of a body"),
        Role.FACILITATOR: Words("Facilitator"),
        Role.ADVISER: Words("Adviser"),
        Role.OPERATOR: Words("Operator"),
    }
)


SIDES = (Role.MEMBER, Role.DELEGATE)


def parts_of(held: Everything, spaces: Mapping[int, Space]) -> list[SpacePart]:
    """The spaces in which somebody has done anything, or is on a side."""
    sides: dict[int, list[Line]] = {}
    for row in held.account.get("membership", ()):
        if row["role"] in SIDES:
            sides.setdefault(row["space_id"], []).append(_membership(row))
    parts = [replace(_part(part), sides=tuple(sides.pop(part.space_id, ()))) for part in held.parts]
    joined = [(spaces[one], tuple(lines)) for one, lines in sides.items() if one in spaces]
    parts += [SpacePart(s.slug, s.title, s.language, None, (), lines) for s, lines in joined]
    return sorted(parts, key=lambda part: part.title)


def roles_named(rows: Sequence[Row], spaces: Mapping[int, Space]) -> tuple[Line, ...]:
    """What somebody may do, each line with the space in which they may."""
    return tuple(replace(_membership(row), space=spaces.get(row["space_id"])) for row in rows)


def _part(part: Part) -> SpacePart:
    came = [row["joined_at"] for row in part.rows.get("participant", ())]
    return SpacePart(part.slug, part.title, part.language, min(came, default=None), kinds_of(part.rows))


def kinds_of(rows: Rows) -> tuple[Kind, ...]:
    """Each table that has something to say, in the order of the register, named once."""
    names = {entry.table: entry.name for entry in reversed(REGISTER)}
    # The pseudonym itself is in the files; here it would be a one.
    order = dict.fromkeys(entry.table for entry in REGISTER if entry.table != "participant")
    return tuple(_kind(said(names[table]), table, rows[table]) for table in order if table in rows)


def _kind(name: str, table: str, rows: list[Row]) -> Kind:
    line = LINES.get(table)
    return Kind(name, len(rows), tuple(map(line, rows)) if line is not None else (), table)


def _vote(row: Row) -> Line:
    answer = said(ANSWERS[answer_of(row["value"])])
    if "clause" in row:
        where = gettext(
            "%(answer)s, on clause %(clause)s of proposal %(proposal)s",
            answer=answer,
            clause=row["clause"],
            proposal=row["proposal"],
        )
        return Line(where, *_given(row))
    if row["statement"] is None:
        return Line(gettext("%(answer)s, on a statement that is not public now", answer=answer), *_given(row))
    where = gettext("%(answer)s, on statement %(number)s", answer=answer, number=row["statement"])
    return Line(where, day(row["cast_at"]), row["statement_text"], "", _under(row["policy"]))


def _given(row: Row) -> tuple[str, str, str, str]:
    return day(row["cast_at"]), "", "", _under(row["policy"])


FORMS: Mapping[Form, Words] = {
    Form.COMMENT: Words("A reply"),
    Form.SUGGESTION: Words("A suggested wording"),
    Form.REVISION: Words("Words of a clause"),
    Form.PROMISE: Words("A promise"),
    Form.TELLING: Words("What became of a promise"),
    Form.ANSWER: Words("What your body answers to a proposal"),
}


def _comment(row: Row) -> Line:
    says = said(STANCES[Stance(row["stance"])]) if row["stance"] else said(FORMS[Form(row["form"])])
    words = f"{says}. {said(STATES[row['state']])}"
    return Line(words, day(row["created_at"]), row["text"], row["language"], _under(row["policy"]))


def _statement(row: Row) -> Line:
    says = f"{gettext('Statement %(number)s', number=row['number'])}. {said(STATES[row['state']])}"
    return Line(
        says,
        day(row["created_at"]),
        row["text"],
        row["language"],
        _under(row["policy"]),
        row["number"],
        row["consultation"] or "",
    )


def _report(row: Row) -> Line:
    about = gettext("Statement %(number)s", number=row["about"]) if row["about"] else gettext("The question")
    return Line(f"{about}: {said(WHY[ReportReason(row['reason'])])}", day(row["made_at"]), row["words"])


def _comment_report(row: Row) -> Line:
    return Line(said(WHY[ReportReason(row["reason"])]), day(row["made_at"]), row["words"])


def _membership(row: Row) -> Line:
    role = said(ROLES[row["role"]]) if row["role"] in ROLES else str(row["role"])
    until = row["until"]
    return Line(role, gettext("until %(day)s", day=day(until)) if until is not None else "")


def _outside_identity(row: Row) -> Line:
    return Line(urlsplit(row["issuer"]).netloc, day(row["created_at"]), row["subject"])


def _passkey(row: Row) -> Line:
    return Line(row["name"], day(row["created_at"]))


def _under(policy: str) -> str:
    """The charter that a contribution was given under, which the person agreed to by giving it."""
    version = policy.rpartition("/")[2]
    return gettext("given under version %(version)s of the charter", version=version) if policy else ""


LINES: Mapping[str, Callable[[Row], Line]] = MappingProxyType(
    {
        "vote": _vote,
        "statement": _statement,
        "report": _report,
        "comment": _comment,
        "comment_report": _comment_report,
        "membership": _membership,
        "outside_identity": _outside_identity,
        "passkey": _passkey,
    }
)
