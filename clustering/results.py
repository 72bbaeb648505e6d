"""What every engine answers with: the boundary between the engines and the rest of the program.

Nothing here depends on how a result was computed, so a better engine can replace another without a change
in the database, the pages or the open data. Everything is plain: tuples, dictionaries, numbers and text.
`dataclasses.asdict` gives a document that JSON takes when the ids are whole numbers or text.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from clustering.matrix import Id

Point: TypeAlias = tuple[float, float]
Landscapes: TypeAlias = tuple[dict[Id, Point] | None, dict[Id, Point] | None]
Direction: TypeAlias = Literal["agree", "disagree"]

ALWAYS_DIVIDES = (
    "This method divides people into at least two groups without testing whether there are any: "
    "read the groups as a summary of the votes."
)
"""A note of an engine that finds two groups in anything."""

NO_EVIDENCE = (
    "No clear groups of opinion: votes that were held out show no more than how readily people agree."
)
"""A note of an engine that tests whether there are groups, and finds none."""


@dataclass(frozen=True)
class Representative:
    """A statement that marks a group out, and the evidence for it.

    Of the `votes` (passes included) that were counted in the group, `successes` went the stated direction:
    `share` of them, with `low` and `high` the ends of its 95 % interval. Outside the group it was
    `successes_outside` of `votes_outside`. `score` orders a group's list: for the default engine the
    two-proportion z of group against rest, for the compatible mode the metric of Polis. `difference` is
    the share in the group minus that outside, with the ends of its 95 % interval; None where an engine does
    not work it out. `best` says that the compatible mode found it to name the group best by agreement.
    """

    statement_id: Id
    direction: Direction
    votes: int
    successes: int
    share: float
    low: float
    high: float
    score: float
    votes_outside: int = 0
    successes_outside: int = 0
    difference: tuple[float, float, float] | None = None
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
    """A statement that people agree (or disagree) with whatever their group.

    `score` is the share of people expected to say so, with `low` and `high` the ends of its 95 % interval.
    `robust_share` is how large a share of hostile participants it takes to remove the statement from the
    list (0 to 1); None where an engine does not work it out. `lowest_group` is the share in the group that
    says so least, of groups with a tenth of the people or more; shown beside it, without a veto.
    """

    statement_id: Id
    direction: Direction
    score: float
    low: float
    high: float
    votes: int
    robust_share: float | None = None
    lowest_group: float | None = None


@dataclass(frozen=True)
class DivisiveItem:
    """A statement that groups differ on: `score` is the variance of the agreeing share between them."""

    statement_id: Id
    score: float


@dataclass(frozen=True)
class MinorityVoice:
    """A body of opinion too small to be a group, of `size` people, with what marks it out."""

    size: int
    representative: tuple[Representative, ...]


@dataclass(frozen=True)
class Rung:
    """One number of groups that was tried: the ladder has one for each.

    `steadiness` is the mean adjusted Rand index with refits on nine votes in ten; None where none was made.
    `explained` is the part (0 to 1) of what the votes predict that these groups explain. `smallest` is the
    size of the smallest group; `admissible` says that it is large enough.
    """

    k: int
    smallest: int
    admissible: bool
    steadiness: float | None
    explained: float | None


@dataclass(frozen=True)
class Change:
    """What is different from the previous analysis.

    `moved` of the `people` who were in a group both times are in another one now; `k_before` groups there
    were. `axes` has the correlation of each axis with the one before.
    """

    people: int
    moved: int
    k_before: int
    axes: tuple[float, float]


@dataclass(frozen=True)
class Decision:
    """How the number of groups was decided, and what the next analysis needs to know of it.

    `evidence` is the z of step "evidence": above 2.5 the votes show more than people's general agreeableness.
    None where it was not worked out. `asked` is another number of groups that this analysis would have chosen
    had it been asked for twice, `votes` the number of votes when k was last decided.
    """

    k: int
    evidence: float | None
    asked: int | None
    votes: int


@dataclass(frozen=True)
class Model:
    """The statements of a logistic model: P(agree) = 1 / (1 + exp(-(mu + w . u + b))).

    `moments` (C, F (F + 1) / 2): for each statement the upper triangle, row after row, of E WW' with
    W = (mu, w, 1) of length F. A person is u ~ N(0, I) with agreeableness b ~ N(0, variance); their place is
    ((u, b) - `origin`) turned by `turn` (2, F - 1).
    """

    moments: tuple[tuple[float, ...], ...]
    variance: float
    origin: tuple[float, ...]
    turn: tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Axes:
    """What is needed to place one more ballot on the map: see `clustering.place`.

    `center` (C,) is the mean vote per statement, `components` (2, C) the weights of the two axes: how far
    agreeing with each statement leads along them; both in the order of `statement_ids`. `zeroed` names the
    statements that were taken out of the map (removed or meta). With a `model` people are placed by it;
    without, by the rule of Polis, for which zeroed statements count as seen, without an opinion, by everyone.
    """

    statement_ids: tuple[Id, ...]
    center: tuple[float, ...]
    components: tuple[tuple[float, ...], tuple[float, ...]]
    zeroed: tuple[Id, ...] = ()
    model: Model | None = None

    def to_document(self) -> dict[str, Any]:
        """Plain lists, for a JSON column."""
        return {
            "statement_ids": list(self.statement_ids),
            "center": list(self.center),
            "components": [list(component) for component in self.components],
            "zeroed": list(self.zeroed),
            "model": None if self.model is None else asdict(self.model),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Axes":
        """The axes that `to_document` wrote. Raises ValueError when the lengths do not fit together."""
        statement_ids, center = tuple(document["statement_ids"]), tuple(document["center"])
        components = [tuple(component) for component in document["components"]]
        lengths = [len(center), *map(len, components)]
        if len(components) != 2 or lengths != [len(statement_ids)] * 3:
            raise ValueError(
                f"Stored axes for {len(statement_ids)} statements need a centre and two components of that "
                f"length, but have lengths {lengths}."
            )
        model = _model_of(document.get("model"), len(statement_ids))
        return cls(statement_ids, center, (components[0], components[1]), tuple(document["zeroed"]), model)


def _model_of(document: Mapping[str, Any] | None, statements: int) -> Model | None:
    if document is None:
        return None
    moments = tuple(map(tuple, document["moments"]))
    if len(moments) != statements:
        raise ValueError(f"A stored model of {statements} statements has {len(moments)} rows of moments.")
    first, second = map(tuple, document["turn"])
    return Model(moments, document["variance"], tuple(document["origin"]), (first, second))


@dataclass(frozen=True)
class OpinionAnalysis:
    """The whole answer of an engine about one consultation at one moment.

    `groups` are ordered by id; one group of everyone means that no groups are claimed. `places` has every
    voter's (x, y); `group_of` only people with enough votes to be grouped, and `membership` how probable that
    is (for that person alone to see); `group_centres` is the mean place of each group. `consensus` is listed
    strongest first, agreement before disagreement; `divisive` most divisive first. `extremity`, how far a
    statement lies from the middle of the map, and `priorities` go by statement id. `landscape` and
    `statement_landscape`, if made, are second pictures for looking at: groups are never read off them.
    `explained` is the part of what the votes predict that the groups explain, `ladder` every number of groups
    that was tried. `change` is None without a previous analysis. `notes` are plain sentences about the result
    that a reader must not miss. `parameters` and `version` say how to repeat it.
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
    consensus: tuple[ConsensusItem, ...] = ()
    divisive: tuple[DivisiveItem, ...] = ()
    minority_voices: tuple[MinorityVoice, ...] = ()
    group_aware_consensus: dict[Id, float] = field(default_factory=dict)
    extremity: dict[Id, float] = field(default_factory=dict)
    priorities: dict[Id, float] = field(default_factory=dict)
    membership: dict[Id, float] = field(default_factory=dict)
    landscape: dict[Id, Point] | None = None
    statement_landscape: dict[Id, Point] | None = None
    ladder: tuple[Rung, ...] = ()
    explained: float | None = None
    decision: Decision | None = None
    change: Change | None = None
    notes: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        """How many groups: 0 without any voter, 1 when everyone is one group."""
        return len(self.groups)

    @property
    def n_grouped(self) -> int:
        """How many people are in a group."""
        return len(self.group_of)
