"""What each group says to each statement, made ready for cards, bars and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from charters.derived import part_of
from charters.profiles import PROFILES, Profile
from deliberation.publishing.standings import Mark, Standing
from participate.languages import gettext
from participate.pictures.bars import Shares, bar
from participate.pictures.marks import badge
from participate.results.firmness import firmness, how_groups_differ
from participate.results.words import (
    Said,
    cell_of,
    count_in_short,
    differing_in_short,
    group_name,
    said_of,
    votes_in_words,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One group's answer; without a letter it is everybody's."""

    letter: str
    name: str
    said: Said
    shares: Shares
    differing: str

    @property
    def badge(self) -> Markup:
        return badge(self.letter) if self.letter else Markup("")

    @property
    def bar(self) -> Markup:
        described = ", ".join(filter(None, (self.said.line, self.said.rest)))
        return bar(self.shares, self.letter or None, title=self.name, description=described)

    @property
    def range(self) -> str:
        """Where the true share most likely is, `80–87`; empty where no share is shown."""
        if self.shares.agree is None or self.shares.interval is None:
            return ""
        low, high = self.shares.interval
        return f"{low:g}–{high:g}"

    @property
    def exact(self) -> str:
        """`93% (84–97) agree`: the bar beside it in words, its pale end too."""
        if not self.range:
            return self.said.exact or self.said.words
        return gettext("%(share)s agree", share=f"{self.said.figure} ({self.range})")

    @property
    def against(self) -> str:
        """The same for a list of what people disagree with: how many disagree, where that may be shown."""
        return self.said.rest if self.shares.disagree is not None else self.said.line

    @property
    def cell(self) -> str:
        return cell_of(self.said, self.shares)


@dataclass(frozen=True, slots=True)
class Answered:
    """A statement of a result and the answers to it. One that was removed since has no text.

    `agreed`: sentences about how firmly it stands in the list of what most people agree on, or disagree with;
    `refused`: it is in the second.
    """

    number: int
    text: str
    language: str
    removed: bool
    standing: Standing
    answers: tuple[Answer, ...]
    votes: str
    count: str
    agreed: tuple[str, ...] = ()
    refused: bool = False

    @property
    def about(self) -> str:
        """How it stands, in a few words."""
        return in_short(self.standing, several=len(self.answers) > 1)

    @property
    def all_the_same(self) -> str:
        """Of a statement that groups differ on: that it is also in a list of what most people say."""
        if Mark.MOST in self.standing.marks:
            return gettext("All the same, most people agree with it.")
        if Mark.AGAINST in self.standing.marks:
            return gettext("All the same, most people disagree with it.")
        return ""


def answered(
    said: Mapping[str, Any],
    profile_name: str,
    standing: Standing = Standing(),  # noqa: B008
    item: Mapping[str, Any] | None = None,
) -> Answered:
    """A statement of a published document, ready for a page. `item`: its place in the consensus, if any."""
    profile = PROFILES[profile_name]
    rows = sorted(said["groups"].items()) or ([("", said["totals"])] if said["totals"] else [])
    return Answered(
        number=said["number"],
        text=said["text"],
        language=said["language"],
        removed=said["state"] == "removed",
        standing=standing,
        answers=tuple(answer_in(letter, row, profile) for letter, row in rows),
        votes=votes_in_words(said["totals"]),
        count=count_in_short(said["totals"]),
        agreed=_firmness(item, standing, several=len(rows) > 1) if item is not None else (),
        refused=item is not None and item["direction"] == "disagree",
    )


def _firmness(item: Mapping[str, Any], standing: Standing, *, several: bool) -> tuple[str, ...]:
    differs = Mark.DIFFERS in standing.marks
    return (*firmness(item, several=several), *((how_groups_differ(item),) if differs else ()))


def everybody(said: Mapping[str, Any], profile_name: str) -> Answer:
    """What everybody said together, groups or not."""
    return answer_in("", said["totals"], PROFILES[profile_name])


def answer_of(name: str, row: Mapping[str, Any], profile: Profile) -> Answer:
    """What some people said who are no opinion group."""
    return _named("", name, row, profile)


def answer_in(letter: str, row: Mapping[str, Any], profile: Profile) -> Answer:
    """What an opinion group said; without a letter, everybody."""
    return _named(letter, group_name(letter) if letter else gettext("Everybody"), row, profile)


def _named(letter: str, name: str, row: Mapping[str, Any], profile: Profile) -> Answer:
    shares, smallest = shares_of(row, profile), profile.smallest
    return Answer(
        letter, name, said_of(row, shares, smallest), shares, differing_in_short(row, shares, smallest)
    )


def row_in_words(row: Mapping[str, Any], profile: Profile) -> str:
    """A published row in words alone: `most agree (93%)`."""
    return said_of(row, shares_of(row, profile), profile.smallest).line


def shares_of(row: Mapping[str, Any], profile: Profile) -> Shares:
    """What may be drawn of a published row."""
    if row["share_word"]:
        return Shares(word=row["share_word"])
    low_high = row["interval"]
    return Shares(
        agree=row["share"],
        interval=(low_high[0], low_high[1]) if low_high else None,
        disagree=part_of(row["disagrees"], row["votes"], profile),
    )


def in_short(standing: Standing, *, several: bool) -> str:
    """`all groups agree`; of several marks the one that says most."""
    marks = standing.marks
    if Mark.AGREED in marks:
        return gettext("all groups agree") if several else gettext("most people agree")
    if Mark.REFUSED in marks:
        return gettext("no group agrees") if several else gettext("few people agree")
    if Mark.DIFFERS in marks:
        return gettext("groups differ")
    if Mark.MOST in marks:
        return gettext("most people agree")
    if Mark.AGAINST in marks:
        return gettext("most people disagree")
    if Mark.UNSURE in marks:
        return gettext("many are not sure")
    if Mark.TOO_FEW in marks:
        return gettext("too few votes to show")
    return gettext("no clear answer")


def stands(standing: Standing, *, several: bool) -> list[str]:
    """The same in sentences, all that may be said."""
    most = {
        Mark.MOST: gettext("Most people agree with it."),
        Mark.AGAINST: gettext("Most people disagree with it."),
    }
    words = {
        **(most if several else {}),
        Mark.AGREED: gettext("All groups agree with it.")
        if several
        else gettext("Most people agree with it."),
        Mark.REFUSED: gettext("No group agrees with it.")
        if several
        else gettext("Few people agree with it."),
        Mark.DIFFERS: gettext("Groups differ on it."),
        Mark.UNSURE: gettext("Many people passed: they are not sure."),
        Mark.TOO_FEW: gettext("Too few people voted on it to show more."),
    }
    return [said for mark, said in words.items() if mark in standing.marks] or [
        gettext("There is no clear answer.")
    ]
