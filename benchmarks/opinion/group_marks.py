"""Q3, S5 and S7: are groups found where there are some, and only there? Do they stay? Are they large?"""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import adjusted_rand_score

from benchmarks.opinion.conversations import Conversation
from benchmarks.opinion.figures import Row, figure
from benchmarks.opinion.truths import Truth, ceiling, planted, ring, without_some, without_structure
from clustering import analyse, polis
from clustering.matrix import Id, VoteMatrix

GROUPS = (2, 3, 4, 5)
FIRST_SEED = 20  # smaller ones were looked at when the rules were set
DRAWS = 4


def null_marks(given: Sequence[Conversation], runs: int) -> list[Row]:
    """How often structure is claimed where there is none: answers dealt out anew within each statement."""
    every = [without_structure(one.votes, seed) for seed in range(-(-runs // len(given))) for one in given]
    results = [analyse(votes) for votes in every[:runs]]
    evidence = [r.decision.evidence for r in results if r.decision and r.decision.evidence is not None]
    named = [float(any(group.representative for group in result.groups)) for result in results]
    return [
        figure("Q3", "more than one group, no structure", [float(r.k > 1) for r in results], most=0.01),
        figure("Q3", "z of the evidence, no structure", evidence),
        figure("Q5", "any statement named, no structure", named, most=0.02),
        figure("Q3", "the same by the rules of Polis", [float(_polis(v)[1] > 1) for v in every[:8]]),
    ]


def planted_marks(people: int, statements: int, draws: int) -> list[Row]:
    """Planted groups found again, against what is possible knowing everyone's group."""
    fewest = {300: (0.85, 0.75)}.get(people, (0.95, 0.95))
    rows = _planted(
        "planted", [planted(people, statements, g, s) for g in GROUPS for s in _seeds(draws)], fewest
    )
    if people >= 1000:
        truths = [ring(people, statements, g, s) for g in GROUPS[:3] for s in _seeds(draws)]
        rows += _planted("ring", truths, (0.85, 0))
    return rows


def _seeds(draws: int) -> range:
    return range(FIRST_SEED, FIRST_SEED + draws)


def _planted(name: str, truths: Sequence[Truth], fewest: tuple[float, float]) -> list[Row]:
    found = [_against(truth, *_ours(truth.votes)) for truth in truths]
    peer = [_against(truth, *_polis(truth.votes)) for truth in truths]
    title = f"{name}, {len(truths[0].group)} people"
    near = [float(abs(off) <= 1) for _, _, off in found]
    return [
        figure("Q3", f"{title}: ceiling", [top for _, top, _ in found]),
        figure("Q3", f"{title}: ARI / ceiling", [ari / top for ari, top, _ in found], least=fewest[0]),
        figure("Q3", f"{title}: k right", [float(off == 0) for _, _, off in found], least=fewest[1]),
        figure("Q3", f"{title}: k within one", near, least=0 if fewest[1] else 1),
        figure("Q3", f"{title}: Polis' rules, ARI / ceiling", [ari / top for ari, top, _ in peer]),
        figure("Q3", f"{title}: Polis' rules, k right", [float(off == 0) for _, _, off in peer]),
    ]


def _against(truth: Truth, found: dict[Id, int], k: int) -> tuple[float, float, int]:
    """(ARI of what was found, ARI of the ceiling, k too many), among the grouped."""
    real = len(np.unique(truth.group))
    best = dict(zip(truth.votes.participant_ids, ceiling(truth, real).tolist(), strict=True))
    names = list(found)
    labels = truth.group[np.array(names, np.intp)]
    mine, top = [found[name] for name in names], [best[name] for name in names]
    return float(adjusted_rand_score(labels, mine)), float(adjusted_rand_score(labels, top)), k - real


def _ours(votes: VoteMatrix) -> tuple[dict[Id, int], int]:
    result = analyse(votes)
    return result.group_of, result.k


def _polis(votes: VoteMatrix) -> tuple[dict[Id, int], int]:
    found = polis.analyse(votes).groups
    return found, len(set(found.values()))


def steadiness_marks(given: Sequence[Conversation]) -> list[Row]:
    """One vote in a hundred left out: from scratch, and by an analysis that was given the one before."""
    fresh: list[float] = []
    same: list[float] = []
    kept: list[float] = []
    rows = []
    for one in given:
        whole = analyse(one.votes)
        fewer = [without_some(one.votes, 0.01, seed) for seed in range(DRAWS)]
        again = [analyse(votes) for votes in fewer]
        after = [analyse(votes, previous=whole) for votes in fewer]
        mine = [alike(whole.group_of, result.group_of) for result in again]
        fresh, kept = fresh + mine, kept + [alike(whole.group_of, r.group_of) for r in after]
        same += [float(result.k == whole.k) for result in again]
        rows.append(figure("S5", f"ARI from scratch, {one.name} (k = {whole.k})", mine))
    return [
        figure("S5", "ARI with the previous analysis", kept, least=0.96),
        figure("S5", "the worst of these", [min(kept)], least=0.75),
        figure("S5", "ARI from scratch", fresh, least=0.92),
        figure("S5", "the same k from scratch", same, least=0.93),
        *rows,
    ]


def alike(before: dict[Id, int], after: dict[Id, int]) -> float:
    """The adjusted Rand index over people who were in a group both times."""
    both = [name for name in before if name in after]
    return float(adjusted_rand_score([before[name] for name in both], [after[name] for name in both]))


def size_marks(given: Sequence[Conversation]) -> list[Row]:
    """The fewest votes behind a named statement, and the smallest group against what it may be."""
    results = [analyse(one.votes) for one in given]
    named = [item for result in results for group in result.groups for item in group.representative]
    fewest = [float(min(item.votes, item.votes_outside)) for item in named]
    room = [
        min(group.size for group in result.groups) / max(5, 0.05 * result.n_grouped)
        for result in results
        if result.k > 1
    ]
    return [
        figure("S7", "votes in or out behind a named statement", fewest),
        figure("S7", "the fewest of these", [min(fewest, default=0)], least=10),
        figure("S7", "smallest group / max(5, 5 %)", [min(room, default=1)], least=1),
    ]
