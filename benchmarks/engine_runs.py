"""One measured run in a process of its own: `python engine_runs.py KIND VOTES.npz` prints one line of JSON.

The process that measures red-dwarf has nothing of this project: the file is run by its path, in an
environment of red-dwarf's own. So each kind imports what it needs, and no more than that.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

FEWEST_VOTES = 7
SILHOUETTE_SAMPLE = 5_000
NEW_SHARE = 0.01


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """CPU and wall seconds of `work`, the highest memory of the process so far in MB, and what it gave."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    took = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    return {**took, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}, result


def memory() -> float:
    """What the process holds now, in MB."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def red_dwarf(votes: Any) -> dict[str, Any]:
    """Its whole pipeline, from the list of votes that it takes."""
    from reddwarf.implementations.base import run_pipeline

    columns = (votes["people"].tolist(), votes["statements"].tolist(), votes["values"].tolist())
    rows = [{"participant_id": p, "statement_id": s, "vote": v} for p, s, v in zip(*columns, strict=True)]
    before = memory()
    removed = votes["removed"].tolist() if "removed" in votes else []
    took, result = timed(
        lambda: run_pipeline(
            rows, mod_out_statement_ids=removed, min_user_vote_threshold=FEWEST_VOTES, random_state=0
        )
    )
    groups = result.participants_df["cluster_id"].dropna()
    return {**took, "before": before, **recovered(votes, groups.index.to_numpy(), groups.to_numpy(int))}


def floor(votes: Any) -> dict[str, Any]:
    """What any method of this kind must at least do: a sparse SVD of centred votes, k-means, a silhouette."""
    import sklearn.cluster
    import sklearn.decomposition  # noqa: F401

    arrays = votes["people"], votes["statements"], votes["values"]
    before = memory()
    took, (people, groups) = timed(lambda: _floor(*arrays))
    return {**took, "before": before, **recovered(votes, people, groups)}


def _floor(rows: Any, columns: Any, values: Any) -> tuple[Any, Any]:
    from scipy.sparse import csr_array
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.metrics import silhouette_score

    seen, cast = np.bincount(columns), np.bincount(rows)
    means = np.bincount(columns, values) / np.maximum(seen, 1)
    offsets = csr_array(((values - means[columns]).astype(np.float32), (rows, columns)))
    places = TruncatedSVD(2, random_state=0).fit_transform(offsets)
    places *= np.sqrt(len(seen) / np.maximum(cast, 1))[:, None]
    people = np.flatnonzero(cast >= FEWEST_VOTES)
    places, best, score = places[people], None, -2.0
    for k in range(2, 6):
        groups = KMeans(k, n_init=1, random_state=0).fit_predict(places)
        found = silhouette_score(places, groups, sample_size=SILHOUETTE_SAMPLE, random_state=0)
        best, score = (groups, found) if found > score else (best, score)
    return people, best


def ours(votes: Any, engine: str = "default", seed: int = 0) -> dict[str, Any]:
    """The full analysis, from the arrays of votes. What loading and compiling takes is told apart."""
    from clustering.engine import Options, analyse

    removed = tuple(votes["removed"].tolist()) if "removed" in votes else ()
    options = Options(engine=engine, moderated_out=removed)  # type: ignore[arg-type]
    ready = _made_ready(options)
    arrays = votes["people"], votes["statements"], votes["values"]
    before = memory()
    took, result = timed(lambda: analyse(_matrix(*arrays), options=options, seed=seed))
    return {**took, "before": before, "ready": ready, **_recovered_by(votes, result)}


def polis(votes: Any, seed: int = 0) -> dict[str, Any]:
    """The compatible mode."""
    return ours(votes, "polis", seed)


def update_few(votes: Any) -> dict[str, Any]:
    """One person in a hundred has come and voted: their votes taken into the analysis before."""
    people = votes["people"]
    new = np.random.default_rng(1).permutation(len(votes["truth"])) < NEW_SHARE * len(votes["truth"])
    return _update(votes, new[people])


def update_spread(votes: Any) -> dict[str, Any]:
    """One vote in a hundred has come, from anybody: the same."""
    return _update(votes, np.random.default_rng(1).random(len(votes["people"])) < NEW_SHARE)


def _update(votes: Any, new: Any) -> dict[str, Any]:
    from clustering.engine import Options, analyse
    from clustering.running import Running

    ready = _made_ready(Options())
    arrays = votes["people"], votes["statements"], votes["values"]
    # A statement that nobody had voted on waits for the next full analysis.
    new[np.unique(votes["statements"], return_index=True)[1]] = False
    early = _matrix(*(array[~new] for array in arrays))
    running = Running.of(early, analyse(early))
    before = memory()
    took, _ = timed(lambda: running.update(*(array[new] for array in arrays)))
    people = np.array(running.participant_ids)
    return {**took, "before": before, "ready": ready, **recovered(votes, people, running.labels)}


def _matrix(people: Any, statements: Any, values: Any) -> Any:
    from clustering.matrix import VoteMatrix

    return VoteMatrix.from_votes(people, statements, values)


def _made_ready(options: Any) -> float:
    """Seconds of CPU for a small analysis: compiled code is compiled, or read from the disk."""
    from clustering.engine import analyse

    random = np.random.default_rng(0)
    rows, columns = np.divmod(np.arange(200 * 16), 16)
    sides = np.where((rows < 110) == (columns % 2 == 0), 1, -1)
    values = np.where(
        random.random(len(rows)) < 0.1, 0, np.where(random.random(len(rows)) < 0.1, -sides, sides)
    )
    took, first = timed(lambda: analyse(_matrix(rows, columns, values), options=options))
    analyse(_matrix(rows, columns, values), options=options, previous=first)
    return took["cpu"]


def _recovered_by(votes: Any, result: Any) -> dict[str, Any]:
    people, groups = np.array(list(result.group_of), int), np.array(list(result.group_of.values()), int)
    return recovered(votes, people, groups)


def recovered(votes: Any, people: Any, groups: Any) -> dict[str, Any]:
    """How many groups, and the adjusted Rand index with the true ones over everybody with 7 votes.

    A truth of -1 is unknown.
    """
    from sklearn.metrics import adjusted_rand_score

    active = np.bincount(votes["people"], minlength=len(votes["truth"]))[people] >= FEWEST_VOTES
    active &= votes["truth"][people] >= 0
    truth = votes["truth"][people[active]]
    return {"k": len(np.unique(groups)), "ARI": float(adjusted_rand_score(truth, groups[active]))}


KINDS = {
    "red-dwarf": red_dwarf,
    "floor": floor,
    "default": ours,
    "polis": polis,
    **{f"polis, seed {seed}": partial(polis, seed=seed) for seed in range(5)},
    "update few": update_few,
    "update spread": update_spread,
}

if __name__ == "__main__":
    with np.load(sys.argv[2]) as given:
        print(json.dumps(KINDS[sys.argv[1]]({name: given[name] for name in given.files})))
