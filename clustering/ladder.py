"""The ladder: the best partition for each number of groups, how steady it is, and which one is taken.

Held-out likelihood favours more groups nearly everywhere, because opinions are mostly a continuum, so it
cannot choose. What can is whether the same groups come back when a tenth of the votes is dropped.
"""

from dataclasses import dataclass, replace

import numpy as np

from clustering.ballots import Ballots
from clustering.classes import MOST_STEPS, TRIAL_STEPS, Classes, fit_classes, hard, shares_of
from clustering.factors import Factors, fit_factors
from clustering.kernels import Floats, Ints
from clustering.results import Decision
from clustering.seeds import partitions
from clustering.space import space_of

MOST = 6
FEWEST_PEOPLE, FEWEST_SHARE = 5, 0.05
FOLDS, REFIT_ITERATIONS, SALT = 10, 4, 202
REFITS, MANY, FEW_REFITS = 10, 1_000, 6  # six of many people tell as much
STEADY, NEAR_TWO = 0.86, 0.05
FAIRLY = 0.80  # and no less steady than two groups
KEEP_STEADY, KEEP_NEAR, RISE_STEADY, RISE_NEAR = 0.78, 0.13, 0.90, 0.02
EVIDENCE, KEEP_EVIDENCE = 2.5, 1.5
NEW_VOTES = 0.05  # more votes than at the last decision, for another
LIKELIER = 0.02  # of log-likelihood a person, for other groups than the previous ones
QUICK, AGAIN = 12, 4  # steps of EM in refits; from classes that were fitted to nearly the same votes
EXPLAINED_SAMPLE = 2_000


@dataclass(frozen=True, eq=False)
class Step:
    """A number of groups: the partition, the sizes of its classes (k,), and its steadiness."""

    k: int
    classes: Classes
    sizes: Ints
    steadiness: float | None

    def admissible(self, people: int) -> bool:
        """Whether the smallest group is large enough: 5 people and a twentieth of all."""
        return int(self.sizes.min()) >= smallest_allowed(people)


def smallest_allowed(people: int) -> float:
    return max(FEWEST_PEOPLE, FEWEST_SHARE * people)


def best_classes(
    ballots: Ballots,
    places: Floats,
    overall: Floats,
    k: int,
    *,
    extra: Floats | None = None,
    steps: int = MOST_STEPS,
) -> Classes | None:
    """The likeliest latent classes from the seeds in the space; None without a seed.

    After a few steps from each seed the likeliest goes on. `extra` (P, k), the groups of the previous
    analysis, is one more start, which is left only for one that is plainly likelier.
    """
    starts = [hard(labels, k) for labels in partitions(places, k)]
    trials = [fit_classes(ballots, start, overall=overall, steps=TRIAL_STEPS) for start in starts]
    best = max(trials, key=lambda fit: fit.likelihood, default=None)
    fresh = best and fit_classes(ballots, best.responsibilities, overall=overall, steps=steps)
    if extra is None:
        return fresh
    again = fit_classes(ballots, extra, overall=overall, steps=steps)
    if fresh is None or fresh.likelihood - again.likelihood < LIKELIER * len(extra):
        return again
    return fresh


def ladder_of(
    ballots: Ballots, factors: Factors, places: Floats, sample: int, previous: Floats | None = None
) -> list[Step]:
    """The ladder for 2 to 6 groups, from the opinions of grouped people.

    `places` (P, m). Steadiness is measured on the first `sample` people, where the smallest group is large
    enough. `previous` (P, k): the groups of the last analysis, one more start for its own k.
    """
    overall = shares_of(ballots)
    steps = []
    for k in range(2, MOST + 1):
        extra = previous if previous is not None and previous.shape[1] == k else None
        classes = best_classes(ballots, places, overall, k, extra=extra)
        if classes is not None:
            steps.append(Step(k, classes, np.bincount(classes.labels, minlength=k), None))
    steadiness = _steadiness(
        ballots.first(sample), factors, [s for s in steps if s.admissible(ballots.n_people)]
    )
    return [replace(step, steadiness=steadiness.get(step.k)) for step in steps]


def _steadiness(ballots: Ballots, factors: Factors, steps: list[Step]) -> dict[int, float]:
    """For each k the mean adjusted Rand index with refits without a tenth of the votes."""
    total = {step.k: 0.0 for step in steps}
    refits = REFITS if ballots.n_people < MANY else FEW_REFITS
    parts = ballots.parts(FOLDS, SALT)
    for refit in range(refits):
        kept = ballots.where(parts != refit)
        again = fit_factors(kept, warm=factors.statements, iterations=REFIT_ITERATIONS)
        places = space_of(again.statements, again.means, kept.counts.sum(axis=1)).places(again.means)
        overall = shares_of(kept)
        for step in steps:
            other = best_classes(kept, places, overall, step.k, steps=QUICK)
            if other is not None:
                total[step.k] += adjusted_rand(step.classes.labels[: ballots.n_people], other.labels)
    return {k: sum_ / refits for k, sum_ in total.items()}


def explained_by(ballots: Ballots, factors: Factors, steps: list[Step]) -> dict[int, float]:
    """For each k which part (0 to 1) of what the votes predict its groups explain.

    (marginal - groups) / (marginal - factors) in log-loss on a tenth of the votes of the first people, held
    out: what statement shares alone predict, what the groups do, and what the whole model does.
    """
    sample = ballots.first(EXPLAINED_SAMPLE)
    held = sample.fold(0, FOLDS, SALT + 1)
    kept, out = sample.where(~held), sample.where(held)
    overall = shares_of(kept)
    again = fit_factors(kept, warm=factors.statements, iterations=REFIT_ITERATIONS)
    whole = _log_loss(out, again.agreement(out.people, out.statements))
    plain = _log_loss(out, overall[out.statements])
    losses = {}
    for step in steps:
        fit = fit_classes(kept, step.classes.responsibilities[: kept.n_people], overall=overall, steps=AGAIN)
        chances = (fit.responsibilities[out.people] * fit.agree[out.statements]).sum(axis=1)
        losses[step.k] = _log_loss(out, chances)
    gain = plain - whole
    return {
        k: float(np.clip((plain - loss) / gain, 0.0, 1.0)) if gain > 0 else 0.0 for k, loss in losses.items()
    }


def _log_loss(ballots: Ballots, agree: Floats) -> float:
    return -float(np.log(np.where(ballots.votes > 0, agree, 1 - agree)).sum())


def adjusted_rand(one: Ints, two: Ints) -> float:
    """The adjusted Rand index of two labellings (P,): 1 for the same partition, 0 on average by chance.

    Hubert and Arabie (1985), Journal of Classification 2:193.
    """
    table = np.bincount(one * (int(two.max(initial=0)) + 1) + two)
    pairs = _pairs(table)
    rows, columns, whole = _pairs(np.bincount(one)), _pairs(np.bincount(two)), _pairs(np.array([len(one)]))
    expected = rows * columns / whole if whole else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((pairs - expected) / (most - expected))


def _pairs(counts: Ints) -> float:
    sizes = counts.astype(float)
    return float((sizes * (sizes - 1) / 2).sum())


def decided(steps: list[Step], evidence: float, votes: int, previous: Decision | None) -> Decision:
    """How many groups: 1 without evidence, else 2, else the largest steady number.

    With a previous decision a change must be asked for by two decisions running, a twentieth of the votes
    apart, and what stands is given up only for a plain reason.
    """
    steadiness = {step.k: step.steadiness for step in steps if step.steadiness is not None}
    if previous is None:
        return Decision(_chosen(steadiness, evidence), evidence, None, votes)
    wanted = _wanted(steadiness, evidence, previous.k)
    possible = previous.k == 1 or previous.k in {step.k for step in steps}
    if wanted == previous.k:
        # Between two decisions nothing is forgotten: what was asked for stays asked for.
        return previous if votes < _due(previous) else Decision(wanted, evidence, None, votes)
    if possible and votes < _due(previous):
        return Decision(previous.k, evidence, previous.asked, previous.votes)
    if possible and previous.asked != wanted:
        return Decision(previous.k, evidence, wanted, votes)
    return Decision(wanted, evidence, None, votes)


def _due(previous: Decision) -> float:
    return previous.votes * (1 + NEW_VOTES)


def _chosen(steadiness: dict[int, float], evidence: float) -> int:
    if evidence < EVIDENCE or not steadiness:
        return 1
    lowest = min(steadiness)
    two = steadiness.get(2, steadiness[lowest])
    steady = [
        k
        for k, s in steadiness.items()
        if k > 2 and ((s >= STEADY and s >= two - NEAR_TWO) or (s >= FAIRLY and s >= two))
    ]
    return max(steady, default=2 if 2 in steadiness else 1)


def _wanted(steadiness: dict[int, float], evidence: float, before: int) -> int:
    if before == 1 or not steadiness:
        return _chosen(steadiness, evidence)
    if evidence < KEEP_EVIDENCE:
        return 1
    two = steadiness.get(2, min(steadiness.values()))
    rising = [k for k, s in steadiness.items() if k > before and s >= RISE_STEADY and s >= two - RISE_NEAR]
    if rising:
        return max(rising)
    kept = steadiness.get(before)
    if kept is not None and (before == 2 or (kept >= KEEP_STEADY and kept >= two - KEEP_NEAR)):
        return before
    return _chosen(steadiness, max(evidence, EVIDENCE))
