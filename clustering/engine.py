"""`analyse`: votes in, one `OpinionAnalysis` out, whichever engine does the work."""

from clustering.matrix import VoteMatrix
from clustering.options import DEFAULTS, Options, Progress
from clustering.results import OpinionAnalysis

__all__ = ["Options", "analyse"]


def analyse(
    votes: VoteMatrix,
    *,
    seed: int = 0,
    options: Options = DEFAULTS,
    previous: OpinionAnalysis | None = None,
    progress: Progress | None = None,
) -> OpinionAnalysis:
    """Analyse the votes of one consultation.

    The result depends on the votes, `seed`, `options` and `previous` alone: not on the order of the rows,
    and on names only where two people or statements cannot otherwise be told apart. Group ids run from 0,
    biggest first; with a `previous` analysis they and the direction of the axes follow it instead. `progress`
    is called as (stage, steps done, steps in all). An empty matrix gives an analysis without groups. The
    default engine draws no random numbers, so `seed` turns only the landscape and the compatible mode.
    Raises ValueError for an engine that is not known.
    """
    if options.engine == "polis":
        from clustering.as_polis import analyse_as_polis as work
    elif options.engine == "default":
        from clustering.opinion import analyse_opinion as work
    else:
        raise ValueError(f'There is no engine "{options.engine}": choose "default" or "polis".')
    return work(votes, seed=seed, options=options, previous=previous, progress=progress or _silent)


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass
