"""The registry of protection profiles: each fixes its cell rules for ever; a change is a new version.

A policy names a profile and may only be stricter than its floors, never looser. Releases cite the name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules that no policy file can move.

    `smallest`: true counts from 1 to ``smallest - 1`` are never shown. `round_to`: the rest are rounded to
    the nearest multiple. `unanimous`: from this share in percent, and from 100 minus it downwards, a row
    shows a word instead of counts. `percent_base`: no percentage on a published base below it.
    `quiet_hours`: nothing is published in so many hours before an announced close.
    `known_ballots`: whole ballots that somebody may know without learning another's from two results;
    `lot_one_in`: of so many statements in a later result, one is left empty by lot.
    The `floor_` fields bound what a policy may choose. `ballots`: a policy may have whole ballots published
    beside the tables, if it said so before the first vote.
    """

    name: str
    smallest: int
    round_to: int
    unanimous: int
    percent_base: int
    quiet_hours: int
    known_ballots: int
    lot_one_in: int
    floor_group: int
    floor_participants: int
    floor_new_participants: int
    ballots: bool = False

    @property
    def floors(self) -> Mapping[str, int]:
        """The least that a policy may choose, by the names in its publication part."""
        return {
            "min_group": self.floor_group,
            "min_participants": self.floor_participants,
            "min_new_participants": self.floor_new_participants,
        }

    @property
    def word_base(self) -> int:
        """The least published base on which a share-word leaves room for at least one other vote.

        One vote in ``100 / (100 - unanimous)`` may differ; the true base may lie half a rounding step lower.
        """
        least = -(-100 // (100 - self.unanimous))
        return -(-(least + self.round_to // 2) // self.round_to) * self.round_to


_OPEN = Profile(
    name="open-8-5/1",
    smallest=8,
    round_to=5,
    unanimous=95,
    percent_base=20,
    quiet_hours=48,
    known_ballots=8,
    lot_one_in=20,
    floor_group=10,
    floor_participants=20,
    floor_new_participants=10,
)

# The strictest first: `charters.promises.strictest` goes by this order, and a test holds it to the fields.
PROFILES: Mapping[str, Profile] = MappingProxyType(
    {profile.name: profile for profile in (_OPEN, replace(_OPEN, name="open-ballots/1", ballots=True))}
)
