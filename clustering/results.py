"""What every engine answers with: the boundary between the engines and the rest of the program.

Nothing here depends on how a result was computed, so a better engine can replace another without a change
in the database, the pages or the open data. Everything is plain: tuples, dictionaries, numbers and text.
`dataclasses.asdict` gives a document that JSON takes when the ids are whole numbers or text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from clustering.matrix import Id

Point: TypeAlias = tuple[float, float]
Direction: TypeAlias = Literal["agree", "disagree"]

ALWAYS_DIVIDES = (
    "This method divides people into at least two groups without testing whether there are any: "
    "read the groups as a summary of the votes."
)
"""A note of an engine that finds two groups in anything."""


@dataclass(frozen=True)
class Representative:
    """A statement that marks a group out, and the evidence for it.

    `n_success` of the `n_trials` votes in the group (passes included) went the stated direction;
    `p_success` is the smoothed share, `p_test` its one-proportion score; `repness` is the ratio of that
    share to the share among all other groups, `repness_test` the two-proportion score.
    `best` says that this is the statement that names the group best by agreement.
    """

    statement_id: Id
    direction: Direction
    n_success: int
    n_trials: int
    p_success: float
    p_test: float
    repness: float
    repness_test: float
    best: bool = False


@dataclass(frozen=True)
class OpinionGroup:
    """People who vote alike. Ids run from 0; `members` are participant ids, `size` their number."""

    id: int
    size: int
    members: tuple[Id, ...]
    representative: tuple[Representative, ...]


@dataclass(frozen=True)
class ConsensusItem:
    """A statement on which most of all voters went one way; fields as in `Representative`."""

    statement_id: Id
    n_success: int
    n_trials: int
    p_success: float
    p_test: float


@dataclass(frozen=True)
class Consensus:
    """Statements that most voters agree with, and those that most disagree with, strongest first."""

    agree: tuple[ConsensusItem, ...]
    disagree: tuple[ConsensusItem, ...]


@dataclass(frozen=True)
class Axes:
    """What is needed to place one more ballot on the map: see `clustering.place`.

    `center` (C,) is the mean vote per statement, `components` (2, C) the weights of the two axes, both in
    the order of `statement_ids`. `zeroed` names the statements that were taken out of the map (removed or
    meta): by rule they count as seen, without an opinion, for everyone.
    """

    statement_ids: tuple[Id, ...]
    center: tuple[float, ...]
    components: tuple[tuple[float, ...], tuple[float, ...]]
    zeroed: tuple[Id, ...] = ()

    def to_document(self) -> dict[str, list[Any]]:
        """Plain lists, for a JSON column."""
        return {
            "statement_ids": list(self.statement_ids),
            "center": list(self.center),
            "components": [list(component) for component in self.components],
            "zeroed": list(self.zeroed),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Sequence[Any]]) -> "Axes":
        """The axes that `to_document` wrote. Raises ValueError when the lengths do not fit together."""
        statement_ids, center = tuple(document["statement_ids"]), tuple(document["center"])
        components = [tuple(component) for component in document["components"]]
        lengths = [len(center), *map(len, components)]
        if len(components) != 2 or lengths != [len(statement_ids)] * 3:
            raise ValueError(
                f"Stored axes for {len(statement_ids)} statements need a centre and two components of that "
                f"length, but have lengths {lengths}."
            )
        return cls(statement_ids, center, (components[0], components[1]), tuple(document["zeroed"]))


@dataclass(frozen=True)
class OpinionAnalysis:
    """The whole answer of an engine about one consultation at one moment.

    `groups` are ordered by id; one group of everyone means that no groups are claimed. `places` has every
    voter's (x, y); `group_of` only people with enough votes to be grouped; `group_centres` is the mean place
    of each group. `group_aware_consensus`, `extremity` and `priorities` go by statement id. `landscape`, if
    made, is a second picture for looking at: groups are never read off it. `notes` are plain sentences
    about the result that a reader must not miss. `parameters` and `version` say how to repeat it.
    """

    engine: str
    version: str
    seed: int
    parameters: dict[str, Any]
    statement_ids: tuple[Id, ...]
    groups: tuple[OpinionGroup, ...]
    places: dict[Id, Point]
    group_of: dict[Id, int]
    axes: Axes
    group_centres: dict[int, Point]
    consensus: Consensus
    group_aware_consensus: dict[Id, float]
    extremity: dict[Id, float]
    priorities: dict[Id, float]
    landscape: dict[Id, Point] | None = None
    notes: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        """How many groups: 0 without any voter, 1 when everyone is one group."""
        return len(self.groups)
