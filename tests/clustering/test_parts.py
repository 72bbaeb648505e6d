"""People in parts: sums that add up, and the analysis of one process, to the last digit."""

from dataclasses import asdict, replace
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import Options, analyse, model, parts
from clustering.ballots import Ballots
from clustering.classes import Classes
from clustering.factors import fit_factors
from clustering.kernels import PACKED, F
from clustering.matrix import VoteMatrix
from clustering.parts import Part, PartsHere, analyse_parts
from clustering.sums import Counted, Sums
from tests.clustering.conftest import camps_rows


def in_parts(rows, count):
    """The rows in so many parts, by participant, each with its own numbering of people and statements."""
    people = sorted({person for person, _, _ in rows})
    mine = [set(people[part::count]) for part in range(count)]
    return PartsHere(
        tuple(
            Part.of(VoteMatrix.from_votes(*zip(*(row for row in rows if row[0] in some), strict=True)))
            for some in mine
        )
    )


def matrix_of(rows):
    return VoteMatrix.from_votes(*zip(*rows, strict=True))


@pytest.fixture(scope="module")
def whole():
    """Ballots of the 40 people in two camps, statements fitted to them, and two classes."""
    ballots = Ballots.of(matrix_of(camps_rows()).canonical())
    agree = np.where(np.arange(12) % 2, 0.8, 0.3)
    classes = Classes(np.zeros((0, 2)), np.stack((agree, 1 - agree), axis=1), np.array([0.6, 0.4]), 0.0)
    return ballots, fit_factors(ballots.opinions).statements, classes


@given(st.lists(st.integers(0, 3), min_size=40, max_size=40), st.booleans())
@settings(max_examples=15)
def test_sums_of_parts_add_up_to_the_sums_of_all(whole, part_of, grouped):
    ballots, statements, classes = whole
    classes = classes if grouped else None
    every = Sums.of(ballots, statements, classes)
    members = [np.flatnonzero(np.array(part_of) == part) for part in range(4)]
    some = [Sums.of(ballots.of_people(people), statements, classes) for people in members]
    total = reduce(add, some)
    for exact in ("histogram", "sizes", "by_group"):
        assert (getattr(total, exact) == getattr(every, exact)).all()
        assert getattr(total, exact).dtype.kind == "i"
    assert (total.counted.votes == every.counted.votes).all()
    assert (total.counted.people, total.counted.n_votes) == (40, every.counted.n_votes)
    np.testing.assert_allclose(total.weighed, every.weighed, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(total.moments, every.moments, rtol=1e-12, atol=1e-12)


def test_sums_hold_what_they_say(whole):
    ballots, statements, classes = whole
    sums = Sums.of(ballots, statements, classes)
    assert sums.counted.votes.tolist() == ballots.counts.tolist()
    assert sums.weighed.shape == (12, PACKED + F)
    assert sums.moments[0] == pytest.approx(40)  # of E zz' the first entry is 1 for each person
    assert (sums.histogram.sum(axis=1) == 40).all()
    assert sums.sizes.sum() == 40
    assert (sums.by_group.sum(axis=0) == ballots.counts).all()
    nobody = Sums.of(ballots.of_people(np.zeros(0, np.int64)), statements, classes)
    assert (nobody + sums).by_group.tolist() == sums.by_group.tolist()
    assert Counted.of(ballots).n_votes == len(ballots.votes)


@pytest.mark.parametrize("options", [Options(), Options(moderated_out=("s3", "s4")), Options(min_people=99)])
@pytest.mark.parametrize("count", [1, 3])
def test_people_in_parts_have_the_analysis_of_one_process(camps, options, count):
    rows = [*camps, ("alone", "s3", 1), ("shy", "s1", -1)]
    here, there = (
        analyse(matrix_of(rows), options=options),
        analyse_parts(in_parts(rows, count), options=options),
    )
    assert set(there.groups[0].members) == set(here.groups[0].members)
    assert asdict(replace(there, groups=())) == asdict(replace(here, groups=()))


def test_with_more_people_than_are_fitted_the_same_sample_is_drawn(monkeypatch):
    rows = [
        (f"{copy}{p}", s, v if (copy + len(s) * int(p[1:])) % 7 else 0)
        for copy in range(4)
        for p, s, v in camps_rows()
    ]
    monkeypatch.setattr(model, "MOST_FITTED", 60)
    monkeypatch.setattr(model, "MOST_COUNTED", 100)
    monkeypatch.setattr(parts, "MOST_COUNTED", 100)
    here, there = analyse(matrix_of(rows)), analyse_parts(in_parts(rows, 5))
    assert len(here.group_of) == 160
    assert asdict(there) == asdict(here)
    later = analyse_parts(in_parts(rows, 2), previous=there)
    assert later.change.moved == 0


def test_what_cannot_be_done_in_parts_is_refused():
    for options in (Options(engine="polis"), Options(landscape=True)):
        with pytest.raises(ValueError, match="analysed by the default engine, without a landscape"):
            analyse_parts(in_parts(camps_rows(), 2), options=options)
