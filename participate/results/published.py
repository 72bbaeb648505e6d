"""The newest published result of a consultation, read once and kept: what is published does not change.

Only a statement that is removed later takes words out of it; that is looked at for every page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from quart import current_app
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.profiles import PROFILES, Profile
from deliberation.opinion.opinion_map import (
    PublishedMap,
    newest_number,
    newest_published,
    removed_numbers,
)
from deliberation.publishing.likely import Rates, rates_of
from deliberation.publishing.standings import Standing, standings
from participate.results.answers import Answered, answered
from participate.results.words import headline

KEPT = 16
"""Results in memory; one of 1,000 statements takes a few megabytes."""


class Result:
    """A published result, with what follows from its document alone."""

    def __init__(self, row: PublishedMap) -> None:
        self.row = row
        self.content: Mapping[str, Any] = row.content
        self.said: Mapping[int, Mapping[str, Any]] = {
            said["number"]: said for said in row.content["statements"]
        }

    @cached_property
    def standings(self) -> dict[int, Standing]:
        return standings(self.content)

    @cached_property
    def consensus(self) -> dict[int, Mapping[str, Any]]:
        """The items of what most people agree on, by statement; none where the engine states no level."""
        return {item["statement"]: item for item in self.content.get("consensus") or ()}

    @property
    def most(self) -> bool:
        """Whether `agree` lists what most people agree on, whatever their group."""
        return self.content.get("consensus") is not None

    @cached_property
    def rates(self) -> Rates:
        return rates_of(self.content)

    @cached_property
    def profile(self) -> Profile:
        return PROFILES[self.content["profile"]]

    @cached_property
    def in_order(self) -> tuple[int, ...]:
        """The statements that tell most first: shared, then differed on, then what marks groups out."""
        content = self.content
        marking = (item["statement"] for group in content["groups"] for item in group["representative"])
        telling = [
            *content["agree"],
            *content["disagree"],
            *content["differ"],
            *marking,
            *sorted(self.standings),
        ]
        return tuple(dict.fromkeys(number for number in telling if number in self.standings))


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as it may be shown now."""

    result: Result
    removed: frozenset[int]

    @property
    def content(self) -> Mapping[str, Any]:
        return self.result.content

    @property
    def numbers(self) -> list[int]:
        """Those that can be read, in order of what they tell."""
        return self.present(self.result.in_order)

    def present(self, numbers: Sequence[int]) -> list[int]:
        return [number for number in numbers if number not in self.removed]

    def text(self, number: int) -> tuple[str, str]:
        """A statement's words and their language; no words where it was removed."""
        said = self.result.said[number]
        return "" if number in self.removed else said["text"], said["language"]

    def answered(self, number: int) -> Answered:
        said = self.result.said[number]
        if number in self.removed:
            said = {**said, "text": "", "state": "removed"}
        standing = self.result.standings.get(number, Standing())
        return answered(said, self.content["profile"], standing, self.result.consensus.get(number))

    @property
    def headline(self) -> list[str]:
        """The message; what was removed since is not counted in it."""
        content = self.content
        agree, differ = (len(self.present(content[name])) for name in ("agree", "differ"))
        part = content.get("attestation")
        second = part is not None and part["shown"]
        return headline(
            content["participants"],
            len(content["groups"]),
            agree,
            differ,
            second=second,
            most=self.result.most,
        )

    def list_of(self, numbers: Sequence[int], most: int) -> list[Answered]:
        """The first of the numbers that can be read, at most so many."""
        return [self.answered(number) for number in self.present(numbers)[:most]]


async def newest_shown(session: AsyncSession, consultation_id: int) -> Shown | None:
    """The newest published result as it may be shown now; None before the first."""
    newest = await newest_number(session, consultation_id)
    if newest is None:
        return None
    kept = cast(dict[int, Result], current_app.extensions.setdefault("results", {}))
    result = kept.get(consultation_id)
    if result is None or result.row.number != newest:
        row = await newest_published(session, consultation_id)
        assert row is not None
        result = Result(row)
        if row.landscape is not None:  # the last that is added to it
            _keep(kept, consultation_id, result)
    return Shown(result, await removed_numbers(session, consultation_id))


def _keep(kept: dict[int, Result], consultation_id: int, result: Result) -> None:
    kept.pop(consultation_id, None)
    kept[consultation_id] = result
    while len(kept) > KEPT:
        del kept[next(iter(kept))]
