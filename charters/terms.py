"""A policy: what one file promises, checked when it is read, and quoted wherever a page explains itself.

The file has the shape of a charter. Numbers stand in it once: clause texts name them in braces and are
filled in here, so that changing a number in the file changes the page and the behaviour together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from charters.faults import Fault, PolicyError
from charters.profiles import Profile
from charters.rules import Duty, Founding, Key, Party, PartyKind, Rights, Rule, Running
from charters.wording import Words, counted, sentences


@dataclass(frozen=True, slots=True)
class Asset:
    """Something people bring: who owns it, its licence, and how many days it is kept (None: no limit).

    `after_retention`: what becomes of it then, "delete" or "aggregate".
    """

    id: str
    personal: bool
    owner: str
    licence: str | None
    retention_days: int | None = None
    after_retention: str | None = None
    opt_in_licence: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What may be published: a profile from the registry and the least numbers of people."""

    profile: Profile
    min_group: int = 10
    min_participants: int = 20
    min_new_participants: int = 10
    time_grain: str = "month"
    microdata: bool = False

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        if faults := tuple(publication_faults(self.profile, values)):
            raise PolicyError.of(faults)


def publication_faults(profile: Profile, part: Mapping[str, object]) -> Iterator[Fault]:
    """Where a publication part goes below its profile. What is missing or no number is passed over."""
    for name, floor in profile.floors.items():
        value = part.get(name)
        if isinstance(value, int) and value < floor:
            rule = Words("must be a whole number from %(least)s up", least=floor)
            yield Fault(f"publication.{name}", value, rule, Words("Write %(least)s or more.", least=floor))
    people, group = part.get("min_participants"), part.get("min_group")
    if isinstance(people, int) and isinstance(group, int) and people < 2 * group:
        rule = Words("must be at least twice min_group, that is %(least)s", least=2 * group)
        mend = Words("Write %(least)s or more, or lower min_group.", least=2 * group)
        yield Fault("publication.min_participants", people, rule, mend)
    if part.get("microdata") is True and not profile.ballots:
        rule = Words(
            "must be false under %(profile)s, which never publishes single votes", profile=profile.name
        )
        yield Fault("publication.microdata", True, rule, Words("Write false."))


@dataclass(frozen=True, slots=True)
class Moderation:
    """`mode`: "pre" holds a new statement until a facilitator publishes it, "post" shows it at once.

    `report_days` is within how many days a facilitator decides on a report.
    """

    mode: str
    appeal_days: int
    sealed_days: int
    report_days: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """What a consultation must have before it opens, and how far a facilitator alone may go afterwards.

    `least_days`: for how many days each kind of consultation is open at least; "blank" is for any other.
    `reasons_words`: how long a background is at least. `pause_hours`: how long voting may be paused in all.
    `undo_close_minutes`: how long closing by hand can be undone.
    """

    least_days: Mapping[str, int]
    reasons_words: int
    pause_hours: int
    undo_close_minutes: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise that code keeps, as Markdown text with its numbers filled in."""

    id: str
    title: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands beside an action's button.

    Its `text` goes on from the words "What becomes public:", which the page sets before it.
    `asset` is what the person gives; `licence` and `retention` are None where there is none; `sentences`
    are at most three short ones that say it all in words.
    """

    asset: str
    licence: str | None
    retention: Words | None
    sentences: tuple[Words, ...]

    @property
    def text(self) -> Words:
        """The sentences as one line."""
        return sentences(*self.sentences)


@dataclass(frozen=True, slots=True)
class Policy:
    """What one charter file promises, as the program obeys it; made by `charters.policy` alone.

    `file` is the charter in its canonical form, `digest` the SHA-256 of that, hex: what is signed, and what
    releases cite. `supersedes` is the digest of the version before. `translation_of` is the digest of the
    charter that this is a translation of, `translation_checked` whether a reader of its language checked it.
    """

    uid: str
    version: int
    title: Words
    language: str
    subject: str
    parties: tuple[Party, ...]
    founding: Founding
    assets: Mapping[str, Asset]
    purposes: tuple[str, ...]
    prohibited_uses: tuple[str, ...]
    publication: Publication
    vote_weight: int
    adoption: Rule
    key: Key
    agreements: Mapping[str, Rule]
    moderation: Moderation
    fairness: Fairness
    running: Running
    duties: tuple[Duty, ...]
    amendment: Rule
    ratify_days: int
    rights: Rights
    clauses: Mapping[str, Clause]
    effective_from: date | None = None
    supersedes: str | None = None
    translation_of: str | None = None
    translation_checked: bool = True
    digest: str = ""
    file: str = field(default="", repr=False)

    @property
    def is_template(self) -> bool:
        """Whether nobody can sign it: a charter is founded from it first."""
        return self.effective_from is None

    @property
    def bodies(self) -> frozenset[str]:
        """The parties that have a vote on the body's side."""
        return frozenset(party.id for party in self.parties if party.kind is PartyKind.BODY)

    def clause(self, clause_id: str) -> Clause:
        """The clause of this id; KeyError, with the known ids, for any other."""
        if clause_id not in self.clauses:
            raise KeyError(f"no clause {clause_id!r} in {self.uid}; it has {', '.join(self.clauses)}")
        return self.clauses[clause_id]


def in_words(days: int) -> Words:
    """A span of days as people say it: 730 is "2 years", 14 is "2 weeks"."""
    if days and days % 365 == 0:
        return counted("%(n)s year", "%(n)s years", days // 365)
    if days and days % 7 == 0:
        return counted("%(n)s week", "%(n)s weeks", days // 7)
    return counted("%(n)s day", "%(n)s days", days)


def notice(policy: Policy, asset: str) -> Notice:
    """What becomes public, under what licence and for how long, for "vote" or "statement".

    Raises KeyError for an asset that has no notice.
    """
    given = policy.assets[asset]
    kept = None if given.retention_days is None else in_words(given.retention_days)
    said = NOTICES[asset](policy)
    if kept is not None:
        said += (Words("We keep it for %(time)s.", time=kept),)
    return Notice(asset, given.licence, kept, said)


def _vote_notice(policy: Policy) -> tuple[Words, ...]:
    smallest = policy.publication.profile.smallest
    return (
        Words("totals only, for %(smallest)s people or more.", smallest=smallest),
        Words("Never your own vote."),
    )


def _statement_notice(policy: Policy) -> tuple[Words, ...]:
    licence = policy.assets["statement"].licence
    return (
        Words("the words of your statement, without your name."),
        Words("Anybody may use them under %(licence)s.", licence=_as_people_write_it(licence))
        if licence
        else Words("Nobody else gets a licence to use them."),
    )


def comment_notice(policy: Policy) -> Notice:
    """As `notice`, for a comment: what is said of statements holds for it, and it stands under a name."""
    licence, kept = policy.assets["statement"].licence, policy.assets["statement"].retention_days
    said: tuple[Words, ...] = (
        Words("your comment, and the name you act under here."),
        Words("Anybody may use the words under %(licence)s.", licence=_as_people_write_it(licence))
        if licence
        else Words("Nobody else gets a licence to use them."),
    )
    if kept is not None:
        said += (Words("We keep it for %(time)s.", time=in_words(kept)),)
    return Notice("statement", licence, None if kept is None else in_words(kept), said)


def proposal_notice(policy: Policy) -> Notice:
    """As `notice`, for what is written in a proposal: it is common to both sides, and stays."""
    licence = policy.assets["proposal"].licence if "proposal" in policy.assets else None
    said: tuple[Words, ...] = (
        Words("what you write here, and the name you act under."),
        Words("It is common to both sides, and earlier words stay in the history."),
        Words("Anybody may use it under %(licence)s.", licence=_as_people_write_it(licence))
        if licence
        else Words("Nobody else gets a licence to use it."),
    )
    return Notice("proposal", licence, None, said)


def _as_people_write_it(licence: str) -> str:
    """`CC BY 4.0` for `CC-BY-4.0`, never broken at a line's end."""
    return licence.replace("-", "\u00a0")


NOTICES = {"vote": _vote_notice, "statement": _statement_notice}
