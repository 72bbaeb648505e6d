"""`participate analyse`: what an exported conversation comes to, without a database."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from clustering.results import ConsensusItem, OpinionAnalysis, Representative
    from deliberation.opinion.polis_export import PolisExport

SHOWN = 5
"""Statements listed for each group and for what most people agree on; the JSON has all."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the whole result here.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Of the random numbers.")
def analyse(folder: Path, json_file: Path | None, seed: int) -> None:
    """Find the opinion groups in the conversation that FOLDER holds as Polis exported it.

    Prints what marks each group out and what most people agree on. Nothing is stored. The same files and
    the same seed give the same result, byte for byte.

    \b
    Examples:
      participate analyse exports/parking
      participate analyse exports/parking --json parking.json --seed 7
    """
    from deliberation.opinion.polis_export import read_export

    if json_file is not None and not json_file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {json_file.parent}.", param_hint="--json")
    export = read_export(folder)
    analysis = _analysed(export, seed)
    for warning in export.warnings:
        click.echo(f"Note: {warning}", err=True)
    click.echo("\n".join(_words(export, analysis)))
    if json_file is not None:
        json_file.write_text(_document(analysis), encoding="utf-8")
        click.echo(f"\n{json_file} has the whole result.")


def _analysed(export: "PolisExport", seed: int) -> "OpinionAnalysis":
    from clustering import Options
    from clustering import analyse as engine
    from clustering.matrix import VoteMatrix
    from participate.commands.progress import progress_bar

    votes = export.votes
    matrix = VoteMatrix.from_votes(votes.participant_ids, votes.statement_ids, votes.values)
    held_back = tuple(one.external_id for one in export.statements if not one.publishable)
    options = Options(
        moderated_out=(*held_back, *export.statements_without_row),
        meta=tuple(one.external_id for one in export.statements if one.is_meta),
    )
    with progress_bar("Analysing") as show:
        return engine(
            matrix,
            seed=seed,
            options=options,
            progress=lambda _stage, done, total: show(done / max(total, 1)),
        )


def _words(export: "PolisExport", analysis: "OpinionAnalysis") -> Iterator[str]:
    texts = {one.external_id: " ".join(one.text.split()) for one in export.statements}
    yield export.topic
    yield (
        f"{len(analysis.places):,} people cast {len(export.votes.values):,} votes "
        f"on {len(analysis.statement_ids):,} statements."
    )
    yield from (note for note in analysis.notes)
    if analysis.k > 1:
        for group in analysis.groups:
            yield f"\nGroup {chr(ord('A') + group.id)}: {group.size:,} people. It stands out by this:"
            yield from _listed([_said(item, texts) for item in group.representative])
    for direction in ("agree", "disagree"):
        yield f"\nMost people {direction}:"
        yield from _listed([_counted(i, texts) for i in analysis.consensus if i.direction == direction])


def _listed(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines[:SHOWN]] or ["  (nothing)"]


def _said(item: "Representative", texts: dict[int, str]) -> str:
    return _line(item.successes, item.votes, item.direction, item.statement_id, texts)


def _counted(item: "ConsensusItem", texts: dict[int, str]) -> str:
    return _line(round(item.score * item.votes), item.votes, item.direction, item.statement_id, texts)


def _line(agreeing: int, voting: int, direction: str, number: int, texts: dict[int, str]) -> str:
    return f"{agreeing} of {voting} {direction} with {number}: {texts.get(number, '')}"


def _document(analysis: "OpinionAnalysis") -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(analysis), sort_keys=True, ensure_ascii=False, indent=1) + "\n"
