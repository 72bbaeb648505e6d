"""Protected figures in words: what a row says, and what it may not say. In the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from participate.catalogues import ENGLISH
from participate.languages import gettext, language, ngettext, number
from participate.pictures.bars import ALL, Shares

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says: `words` and, where one may be shown, its `figure`; `rest` is about those who differ.

    `exact` says it by the figure alone: `93% agree`. `short` is the figure, or what stands in its place,
    before the word "agree".
    """

    words: str
    figure: str = ""
    rest: str = ""
    exact: str = ""
    short: str = ""

    @property
    def line(self) -> str:
        """`most agree (93%)`."""
        return f"{self.words} ({self.figure})" if self.figure else self.words


def in_words(count: int) -> str:
    """`two`; figures from ten on, and in other languages, where a number's word changes with what follows."""
    return NUMBERS[count] if language() == ENGLISH and count < len(NUMBERS) else number(count)


def percent(share: float) -> str:
    return f"{share:g}%"


def said_of(row: Mapping[str, Any], shares: Shares, smallest: int) -> Said:
    """One group's answer, or everybody's. `smallest`: the least count that is ever shown."""
    if shares.word is not None:
        if shares.word == ALL:
            return Said(gettext("almost all agree"), short=gettext("almost all"))
        return Said(gettext("almost nobody agrees"), short=gettext("almost nobody"))
    rest = _rest(row, shares, smallest)
    if shares.agree is not None:
        share = percent(shares.agree)
        return Said(_level(shares.agree), share, rest, gettext("%(share)s agree", share=share), share)
    return Said(_without_share(row, smallest), rest=rest, short=gettext("not shown"))


def _level(share: float) -> str:
    if share >= 75:
        return gettext("most agree")
    if share >= 55:
        return gettext("more than half agree")
    if share >= 45:
        return gettext("about half agree")
    if share >= 25:
        return gettext("fewer than half agree")
    return gettext("few agree")


def _rest(row: Mapping[str, Any], shares: Shares, smallest: int) -> str:
    if shares.disagree is not None:
        if shares.disagree == 0:
            return gettext("nobody disagrees")
        return gettext("%(share)s disagree", share=percent(shares.disagree))
    if shares.agree is not None and row["disagrees"] is None:
        return gettext("fewer than %(count)s people disagree", count=number(smallest))
    return ""


def _without_share(row: Mapping[str, Any], smallest: int) -> str:
    if row["votes"] == 0:
        return gettext("nobody has voted")
    if row["votes"] is None:
        return gettext("not shown, to protect people")
    votes = number(row["votes"])
    if row["agrees"] is not None:
        return gettext("about %(count)s of about %(votes)s agree", count=number(row["agrees"]), votes=votes)
    if says_no_count(row):
        return gettext("about %(votes)s votes, too few to show", votes=votes)
    return gettext("fewer than %(count)s people agree", count=number(smallest))


def says_no_count(row: Mapping[str, Any]) -> bool:
    """Whether a row tells no count of any answer: then it is withheld whole, and none need be small.

    Only beside a count that is shown does an empty cell say "fewer than 8".
    """
    return row["agrees"] is None and row["disagrees"] is None and row["passes"] is None


def cell_of(said: Said, shares: Shares) -> str:
    """The same for a table: the share, and in brackets where the true figure most likely is."""
    if shares.agree is None or shares.interval is None:
        return said.words
    low, high = shares.interval
    return f"{shares.agree:g}% ({low:g}–{high:g})"


def differing_in_short(row: Mapping[str, Any], shares: Shares, smallest: int) -> str:
    """How many disagree, for the small print of a table's cell."""
    if shares.disagree is not None:
        return gettext("%(share)s disagree", share=percent(shares.disagree))
    if shares.agree is not None and row["disagrees"] is None:
        return gettext("under %(count)s disagree", count=number(smallest))
    return ""


def count_in_short(row: Mapping[str, Any] | None) -> str:
    return gettext("not shown") if row is None or row["votes"] is None else number(row["votes"])


def votes_in_words(row: Mapping[str, Any] | None) -> str:
    """`about 535 votes`."""
    if row is None or row["votes"] is None:
        return gettext("votes not shown")
    if not row["votes"]:
        return gettext("no votes")
    return gettext("about %(votes)s votes", votes=number(row["votes"]))


def headline(
    participants: int, groups: int, agree: int, differ: int, *, second: bool = False, most: bool = False
) -> list[str]:
    """The message in a few short sentences, words before any picture, from how many there are of each.

    `second`: others have been counted in sentences before. `most`: what is agreed on is what most people say,
    whatever their group.
    """
    count = number(participants)
    people = gettext("About %(count)s people have voted.", count=count)
    if second:
        people = gettext("In all, about %(count)s people have voted.", count=count)
    if groups:
        agreed = _most_agree(agree) if most else _agreed(groups, agree)
        return [people, _groups(groups), agreed, _differing(differ)]
    nothing = gettext("There are no clear groups of opinion.")
    return [people, nothing, *([_most_agree(agree)] if agree else ())]


def _most_agree(agree: int) -> str:
    if not agree:
        return gettext("There is nothing yet that most people agree on.")
    return ngettext(
        "Most people agree on %(things)s thing.", "Most people agree on %(things)s things.", agree,
        things=in_words(agree),
    )  # fmt: skip


def _groups(count: int) -> str:
    return ngettext(
        "They form %(number)s group.", "They form %(number)s groups.", count, number=in_words(count)
    )


def _agreed(groups: int, agree: int) -> str:
    if not agree:
        return gettext("There is nothing yet that all groups agree on.")
    if groups == 2:
        return ngettext(
            "Both agree on %(things)s thing.",
            "Both agree on %(things)s things.",
            agree,
            things=in_words(agree),
        )
    return ngettext(
        "All %(groups)s agree on %(things)s thing.", "All %(groups)s agree on %(things)s things.", agree,
        groups=in_words(groups), things=in_words(agree),
    )  # fmt: skip


def _differing(differ: int) -> str:
    if not differ:
        return gettext("They differ little on the rest.")
    return ngettext(
        "They differ most on %(things)s thing.", "They differ most on %(things)s things.", differ,
        things=in_words(differ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headings:
    """Headings that name how many groups there are."""

    agree: str
    disagree: str
    groups: str


def headings(groups: int, *, most: bool = False) -> Headings:
    """`most`: what is listed is what most people agree on, whatever their group."""
    agreed = gettext("What most people agree on"), gettext("What most people disagree with")
    if not groups:
        return Headings(*agreed, gettext("No clear groups of opinion"))
    if groups == 2:
        shared = gettext("What both groups agree on"), gettext("What neither group agrees with")
        return Headings(*(agreed if most else shared), gettext("The two groups"))
    count = in_words(groups)
    shared = (
        gettext("What all %(groups)s groups agree on", groups=count),
        gettext("What no group agrees with"),
    )
    return Headings(*(agreed if most else shared), gettext("The %(groups)s groups", groups=count))


def group_name(letter: str) -> str:
    return gettext("Group %(letter)s", letter=letter)


def openings() -> dict[tuple[str, bool], str]:
    """What stands before the statements that mark a group out, by direction and whether nearly all go it."""
    return {
        ("agree", True): gettext("Almost all agree:"),
        ("agree", False): gettext("Most agree:"),
        ("disagree", True): gettext("Almost nobody agrees:"),
        ("disagree", False): gettext("Most disagree:"),
    }
