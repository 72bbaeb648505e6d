"""`participate analyse`: what an exported conversation comes to, without a database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from clustering.matrix import VoteMatrix
    from clustering.options import EngineName
    from clustering.parts import Parts
    from clustering.results import OpinionAnalysis
    from deliberation.opinion.polis_export import PolisExport
    from participate.commands.analysed import Analysed


def _place_for(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """Refused before anything is read, and before an option taken for the name leaves its value over."""
    if file is not None and file.name.startswith("--"):
        raise click.BadParameter(f"the name of a FILE must follow it, not {file.name}.", param_hint="--json")
    if file is not None and not file.parent.is_dir():
        raise click.BadParameter(
            f"there is no folder {file.parent}. Make it first, or name a file elsewhere.", param_hint="--json"
        )
    return file


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Let the workers of this Dask cluster read and place Parquet votes, such as tcp://10.0.0.5:8786.",
)
@click.option(
    "--engine",
    type=click.Choice(["default", "polis"]),
    default="default",
    show_default=True,
    help="polis: the groups and lists that Polis would compute.",
)
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_place_for,
    help="Write the whole result here, as docs/reference/analysis.schema.json describes it.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Of the random numbers.")
def analyse(
    folder: Path, cluster: str | None, engine: "EngineName", json_file: Path | None, seed: int
) -> None:
    """Find the opinion groups in the conversation that FOLDER holds as Polis exported it.

    FOLDER may also be a Parquet file, or hold several, with the columns participant, statement and value
    (+1, 0, -1), sorted by participant: see docs/how-to/scale.md.

    Prints what marks each group out, what most people agree on and what divides them. Nothing is stored.
    The same files, engine and seed give the same result, byte for byte, on the same machine. The first
    analysis after an installation takes about half a minute longer: parts of the program are compiled once.

    \b
    Examples:
      participate analyse exports/parking
      participate analyse exports/parking --engine polis
      participate analyse exports/parking --json parking.json --seed 7
      participate analyse votes.parquet --cluster tcp://10.0.0.5:8786
    """
    if cluster is not None and not _is_parquet(folder):
        raise click.BadParameter("a cluster reads Parquet votes alone.", param_hint="--cluster")
    analysed = (
        _of_parquet(folder, engine, seed, cluster)
        if _is_parquet(folder)
        else _of_export(folder, engine, seed)
    )
    for warning in analysed.warnings:
        click.echo(f"Note: {warning}", err=True)
    click.echo("\n".join(analysed.words()))
    if json_file is not None:
        json_file.write_text(_text(analysed), encoding="utf-8")
        click.echo(f"\n{json_file} has the whole result.")


def _is_parquet(folder: Path) -> bool:
    return folder.suffix == ".parquet" or (
        not (folder / "comments.csv").exists() and any(folder.glob("*.parquet"))
    )


def _of_parquet(path: Path, engine: "EngineName", seed: int, cluster: str | None) -> "Analysed":
    from clustering.parts import analyse_parts
    from participate.commands.analysed import Analysed
    from participate.commands.progress import progress_bar

    if engine != "default":
        raise click.BadParameter("Parquet votes are analysed by the default engine.", param_hint="--engine")
    try:
        with progress_bar("Analysing") as show, _parts(path, cluster) as parts:
            analysis = analyse_parts(
                parts, seed=seed, progress=lambda _stage, done, total: show(done / max(total, 1))
            )
    except ModuleNotFoundError as error:
        raise click.ClickException(f"{error.name} is missing: `make cluster` adds it.") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    return Analysed(
        topic=path.resolve().stem,
        texts={},
        n_participants=len(analysis.places),
        n_statements=len(analysis.statement_ids),
        n_votes=analysis.decision.votes if analysis.decision is not None else 0,
        warnings=(),
        analysis=analysis,
    )


def _parts(path: Path, cluster: str | None) -> "AbstractContextManager[Parts]":
    from contextlib import nullcontext

    from clustering.parquet import read_votes

    if cluster is None:
        return nullcontext(read_votes(path))
    from clustering.cluster import votes_on_cluster

    return votes_on_cluster(cluster, path)


def _of_export(folder: Path, engine: "EngineName", seed: int) -> "Analysed":
    from clustering.matrix import VoteMatrix
    from deliberation.opinion.polis_export import read_export
    from participate.commands.analysed import Analysed

    export = read_export(folder)
    votes = export.votes
    matrix = VoteMatrix.from_votes(votes.participant_ids, votes.statement_ids, votes.values)
    people, statements = matrix.shape
    return Analysed(
        topic=export.topic,
        texts={one.external_id: " ".join(one.text.split()) for one in export.statements},
        n_participants=people,
        n_statements=statements,
        n_votes=matrix.n_votes,
        warnings=(*export.warnings, *_unusual(matrix)),
        analysis=_analysis(matrix, export, engine, seed),
    )


def _unusual(matrix: "VoteMatrix") -> tuple[str, ...]:
    """What the anomaly screen notices, in counts alone; ids stay out of it."""
    from clustering.screen import screen

    return tuple(f"Unusual ballots, counted all the same: {flag.sentence}" for flag in screen(matrix).flags)


def _analysis(
    matrix: "VoteMatrix", export: "PolisExport", engine: "EngineName", seed: int
) -> "OpinionAnalysis":
    from clustering import Options
    from clustering import analyse as work
    from participate.commands.progress import progress_bar

    held_back = tuple(one.external_id for one in export.statements if not one.publishable)
    options = Options(
        engine=engine,
        moderated_out=(*held_back, *export.statements_without_row),
        meta=tuple(one.external_id for one in export.statements if one.is_meta),
    )
    with progress_bar("Analysing") as show:
        return work(
            matrix,
            seed=seed,
            options=options,
            progress=lambda _stage, done, total: show(done / max(total, 1)),
        )


def _text(analysed: "Analysed") -> str:
    import json

    return json.dumps(analysed.document(), ensure_ascii=False, indent=1) + "\n"
