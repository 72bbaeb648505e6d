"""`participate analyse`: what an exported conversation comes to, without a database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from clustering.matrix import VoteMatrix
    from clustering.options import EngineName
    from clustering.results import OpinionAnalysis
    from deliberation.opinion.polis_export import PolisExport
    from participate.commands.analysed import Analysed


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
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
    help="Write the whole result here, as docs/reference/analysis.schema.json describes it.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Of the random numbers.")
def analyse(folder: Path, engine: "EngineName", json_file: Path | None, seed: int) -> None:
    """Find the opinion groups in the conversation that FOLDER holds as Polis exported it.

    Prints what marks each group out, what most people agree on and what divides them. Nothing is stored.
    The same files, engine and seed give the same result, byte for byte, on the same machine.

    \b
    Examples:
      participate analyse exports/parking
      participate analyse exports/parking --engine polis
      participate analyse exports/parking --json parking.json --seed 7
    """
    if json_file is not None and not json_file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {json_file.parent}.", param_hint="--json")
    analysed = _of_export(folder, engine, seed)
    for warning in analysed.warnings:
        click.echo(f"Note: {warning}", err=True)
    click.echo("\n".join(analysed.words()))
    if json_file is not None:
        json_file.write_text(_text(analysed), encoding="utf-8")
        click.echo(f"\n{json_file} has the whole result.")


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
        warnings=export.warnings,
        analysis=_analysis(matrix, export, engine, seed),
    )


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
