"""New votes taken in by an analysis that is there, against a full analysis of all votes."""

import numpy as np
import pytest

from clustering import Options, analyse
from clustering.ladder import adjusted_rand
from clustering.running import Running, _counted
from tests.clustering.conftest import camps_rows


@pytest.fixture
def running(matrix, camps):
    return Running.of(matrix(camps), analyse(matrix(camps)))


def as_columns(rows):
    return tuple(map(list, zip(*rows, strict=True)))


def test_it_starts_with_the_groups_of_the_analysis(running, matrix, camps):
    analysis = analyse(matrix(camps))
    found = dict(zip(running.participant_ids, running.labels.tolist(), strict=True))
    assert found == analysis.group_of


def test_new_votes_give_nearly_what_a_full_analysis_gives(matrix, camps):
    early = [row for n, row in enumerate(camps) if n % 9]
    late = [row for n, row in enumerate(camps) if n % 9 == 0]
    running = Running.of(matrix(early), analyse(matrix(early)))
    for start in range(0, len(late), 5):
        running.update(*as_columns(late[start : start + 5]))
    full = Running.of(matrix(camps), analyse(matrix(camps), previous=analyse(matrix(early))))
    assert sorted(running.participant_ids) == sorted(full.participant_ids)
    label = dict(zip(full.participant_ids, full.labels, strict=True))
    theirs = np.array([label[name] for name in running.participant_ids])
    assert adjusted_rand(running.labels, theirs) == 1
    assert running.counts == pytest.approx(_counted(running.opinions, running.responsibilities), abs=1e-9)
    assert running.sums[:, :2].min() > -0.5, "what was put in is what is taken out"
    opinions = {(p, s): v for p, s, v in camps if v}
    assert running.opinions.votes.sum() == sum(opinions.values())
    assert len(running.opinions.votes) == len(opinions)


def test_somebody_new_joins_the_camp_that_votes_alike(running):
    people, statements, values = as_columns([("new", s, v) for p, s, v in camps_rows() if p == "p30"])
    running.update(people, statements, values)
    place = running.participant_ids.index
    assert running.labels[place("new")] == running.labels[place("p30")] != running.labels[place("p3")]


def test_a_changed_vote_replaces_the_old_one_and_a_pass_takes_it_away(running):
    row = running.participant_ids.index("p5")
    mine = running.opinions.of_people(np.array([row]))
    name = running.statement_ids[mine.statements[0]]
    running.update(["p5"], [name], [-int(mine.votes[0])])
    assert running.opinions.of_people(np.array([row])).votes.tolist() == [-mine.votes[0], *mine.votes[1:]]
    running.update(["p5"], [name], [0])
    assert running.opinions.of_people(np.array([row])).votes.tolist() == mine.votes[1:].tolist()


def test_what_it_cannot_take_is_said_and_changes_nothing(running, matrix, camps):
    before = running.sums.copy()
    with pytest.raises(ValueError, match="does not know statement 'unheard'"):
        running.update(["p1", "stranger"], ["s1", "unheard"], [1, 1])
    assert "stranger" not in running.participant_ids
    assert (running.sums == before).all()
    with pytest.raises(ValueError, match='"polis" without a model'):
        Running.of(matrix(camps), analyse(matrix(camps), options=Options(engine="polis")))
