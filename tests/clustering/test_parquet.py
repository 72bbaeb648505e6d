"""Votes in Parquet files: read in ranges of participants, analysed here or by a cluster."""

from dataclasses import asdict

import numpy as np
import pytest

from clustering import analyse
from clustering.matrix import VoteMatrix
from clustering.parts import analyse_parts
from tests.clustering.conftest import camps_rows

pytestmark = pytest.mark.cluster


def rows_of(seed=5):
    """480 people in two camps, numbered, in rows sorted by person; somebody's second vote counts."""
    draw = np.random.default_rng(seed)
    rows = [
        (40 * copy + int(person[1:]), int(statement[1:]), vote if draw.random() > 0.05 else -vote)
        for copy in range(12)
        for person, statement, vote in camps_rows()
    ]
    rows.sort(key=lambda row: row[0])
    return [rows[0], (rows[0][0], rows[0][1], -rows[0][2]), *rows[1:]]


def written(file, rows, size=400, names=("participant", "statement", "value")):
    import pyarrow
    from pyarrow import parquet

    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    parquet.write_table(pyarrow.table(columns), file, row_group_size=size)
    return file


@pytest.fixture
def votes(tmp_path):
    """A folder of two files; one person's rows go on from one row group into the next, and the next file."""
    rows = rows_of()
    written(tmp_path / "a.parquet", rows[:3003])
    written(tmp_path / "b.parquet", rows[3003:])
    return tmp_path


def whole(rows):
    return analyse(VoteMatrix.from_votes(*zip(*rows, strict=True)))


@pytest.mark.parametrize("votes_a_part", [1, 1_000, 1_000_000])
def test_every_vote_is_read_once_whatever_the_parts(votes, votes_a_part):
    from clustering.parquet import ranges_in, read_votes

    read = read_votes(votes, votes_a_part=votes_a_part).parts
    assert sum(len(part.ballots.votes) for part in read) == len({row[:2] for row in rows_of()})
    people = [person for part in read for person in part.participant_ids]
    assert len(people) == len(set(people)) == 480
    rows = [group.rows for wanted in ranges_in(votes, votes_a_part=votes_a_part) for group in wanted.groups]
    assert sum(rows) < 2 * len(rows_of())


def test_a_file_read_in_parts_has_the_analysis_of_one_process(votes):
    from clustering.parquet import read_votes

    assert asdict(analyse_parts(read_votes(votes, votes_a_part=900))) == asdict(whole(rows_of()))


def test_names_may_be_text(tmp_path):
    from clustering.parquet import read_votes

    rows = sorted((f"p{person:03}", f"s{statement}", vote) for person, statement, vote in rows_of()[1:2000])
    file = written(tmp_path / "text.parquet", rows)
    assert asdict(analyse_parts(read_votes(file, votes_a_part=500))) == asdict(whole(rows))


def test_files_that_cannot_be_read_are_refused_in_words(tmp_path):
    from clustering.parquet import read_votes

    for rows, names, words in (
        (
            rows_of()[::-1],
            ("participant", "statement", "value"),
            "begins with participant .* Sort the rows by",
        ),
        (rows_of(), ("who", "statement", "value"), "bad.parquet has no column participant; it needs"),
        ([(1, 1, 2)], ("participant", "statement", "value"), "Unknown vote .*2"),
        ([(1, None, 1), (2, 3, 1)], ("participant", "statement", "value"), "row group 0: has empty cells"),
    ):
        with pytest.raises(ValueError, match=words):
            read_votes(written(tmp_path / "bad.parquet", rows, names=names))
    with pytest.raises(ValueError, match="has no file"):
        read_votes(tmp_path / "nothing")


@pytest.mark.prove
def test_two_workers_of_a_cluster_have_the_analysis_of_one_process(votes, tmp_path):
    from click.testing import CliRunner
    from distributed import LocalCluster

    from clustering.cluster import votes_on_cluster
    from participate import cli

    here = whole(rows_of())
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
        ) as cluster,
        votes_on_cluster(cluster.scheduler_address, votes, votes_a_part=900) as parts,
    ):
        assert len(parts.parts) > 4
        there = analyse_parts(parts)
        places = {person for part in parts.parts for person in parts.client.who_has(part).popitem()[1]}
        assert len(places) == 2
        command = ["analyse", str(votes), "--cluster", cluster.scheduler_address]
        said = CliRunner().invoke(cli.cli, [*command, "--json", str(tmp_path / "there.json")])
    assert said.exit_code == 0, said.output
    CliRunner().invoke(cli.cli, ["analyse", str(votes), "--json", str(tmp_path / "here.json")])
    assert (tmp_path / "there.json").read_bytes() == (tmp_path / "here.json").read_bytes()
    assert there.group_of == here.group_of
    for person, place in here.places.items():
        assert there.places[person] == pytest.approx(place, abs=1e-6)
        assert there.membership[person] == pytest.approx(here.membership[person], abs=1e-6)
    for mine, its in zip(here.consensus, there.consensus, strict=True):
        assert (mine.statement_id, mine.direction) == (its.statement_id, its.direction)
        assert its.score == pytest.approx(mine.score, abs=1e-6)
    assert asdict(there)["groups"] == asdict(here)["groups"]
