"""The parts of the default engine, each against figures worked out by hand or by plain numpy."""

import numpy as np
import pytest

from clustering.ballots import Ballots
from clustering.class_kernels import lloyd
from clustering.classes import fit_classes, hard, shares_of
from clustering.consensus import BINS, enough_of, hostile_share, trimmed_mean
from clustering.crossfit import cross_fitted, matched
from clustering.evidence import z_of
from clustering.factors import UPPER, fit_factors, solve_people
from clustering.kernels import PACKED, WIDTH, F
from clustering.labels import aligning
from clustering.ladder import Step, adjusted_rand, decided
from clustering.passing import fit_intercepts
from clustering.representative import divisive, representatives, standing_of
from clustering.results import Decision
from clustering.seeds import partitions


@pytest.fixture
def ballots(matrix, camps):
    return Ballots.of(matrix(camps).canonical())


def unpacked(packed):
    whole = np.zeros((F, F))
    whole[UPPER] = packed[:PACKED]
    return whole + np.triu(whole, 1).T


def test_ballots_hold_each_vote_once_by_person_and_by_statement(ballots):
    starts, people, votes = ballots.by_statement
    by_person = set(
        zip(ballots.people.tolist(), ballots.statements.tolist(), ballots.votes.tolist(), strict=True)
    )
    statements = np.repeat(np.arange(ballots.n_statements), np.diff(starts))
    assert by_person == set(zip(people.tolist(), statements.tolist(), votes.tolist(), strict=True))
    assert len(by_person) == len(ballots.votes) == ballots.counts.sum()
    folds = np.stack([ballots.fold(fold, 7, 5) for fold in range(7)])
    assert (folds.sum(axis=0) == 1).all()
    assert folds.sum(axis=1).min() > len(ballots.votes) / 14
    assert not (ballots.fold(0, 7, 5) == ballots.fold(0, 7, 6)).all()
    assert ballots.of_people(np.array([3])).votes.tolist() == ballots.votes[ballots.people == 3].tolist()


def test_the_compiled_step_is_the_formula(ballots):
    opinions = ballots.opinions
    model = fit_factors(opinions, iterations=3)
    moments = model.people.copy()
    solve_people(opinions, model.statements, moments)
    mine = unpacked(model.people[4])
    total, pull = np.zeros((F, F)), np.zeros(F)
    for n in np.flatnonzero(opinions.people == 4):
        statement = unpacked(model.statements.moments[opinions.statements[n]])
        xi = np.sqrt((mine * statement).sum())
        total += np.tanh(xi / 2) / (2 * xi) * statement
        pull += opinions.votes[n] / 2 * statement[:, -1]
    prior = np.diag([1.0] * (F - 2) + [1 / model.statements.variance])
    covariance = np.linalg.inv(prior + total[1:, 1:])
    mean = np.concatenate(([1.0], covariance @ (pull - total[0])[1:]))
    expected = np.outer(mean, mean)
    expected[1:, 1:] += covariance
    assert unpacked(moments[4]) == pytest.approx(expected, abs=1e-4)
    assert moments.shape == (opinions.n_people, WIDTH)


def test_the_factors_predict_votes_held_out_better_than_intercepts(ballots):
    held = ballots.opinions.fold(0, 4, 9)
    kept, out = ballots.opinions.where(~held), ballots.opinions.where(held)
    chances = fit_factors(kept).agreement(out.people, out.statements)
    plain = fit_intercepts(kept.people, kept.statements, kept.votes > 0, (kept.n_people, kept.n_statements))
    loss = [
        -np.log(np.where(out.votes > 0, p, 1 - p)).mean()
        for p in (chances, plain.probability(out.people, out.statements))
    ]
    assert loss[0] < 0.75 * loss[1]


def test_a_class_says_what_its_people_say_drawn_towards_everybody(ballots):
    opinions = ballots.opinions
    start = hard((opinions.people[opinions.starts[:-1]] % 2).astype(int), 2)
    classes = fit_classes(opinions, start, overall=shares_of(opinions))
    assert sorted(np.bincount(classes.labels)) == [15, 25]
    assert classes.responsibilities.sum(axis=1) == pytest.approx(1)
    one = fit_classes(opinions, np.ones((opinions.n_people, 1)), overall=shares_of(opinions))
    counts, q = opinions.counts, shares_of(opinions)
    assert one.agree[:, 0] == pytest.approx((counts[:, 0] + 10 * q) / (counts.sum(axis=1) + 10))


def test_cross_fitting_counts_each_vote_once(ballots):
    classes = fit_classes(
        ballots.opinions, hard(np.arange(ballots.n_people) % 2, 2), overall=shares_of(ballots.opinions)
    )
    counts = cross_fitted(ballots, classes)
    assert counts.sum(axis=0).tolist() == ballots.counts.tolist()
    assert matched(np.array([1, 1, 0, 2]), np.array([0, 0, 2, 1]), 3).tolist() == [0, 0, 2, 1]


def test_the_adjusted_rand_index_by_hand():
    one, two = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1])
    # Pairs together in both: 1 + 1; in the first 3 + 1, in the second 1 + 3; of 10. By chance 4 * 4 / 10.
    assert adjusted_rand(one, two) == pytest.approx((2 - 1.6) / (4 - 1.6))
    assert adjusted_rand(one, 1 - one) == 1
    assert adjusted_rand(np.zeros(4, int), np.zeros(4, int)) == 1


def test_seeds_are_different_cuts_and_find_what_is_apart_along_a_diagonal():
    along = np.concatenate((np.arange(8.0), 30 + np.arange(8.0)))
    across = np.tile([0.0, 7.0, 3.0, 5.0], 4)
    cuts = [labels.tolist() for labels in partitions(np.stack((along, across), axis=1), 2)]
    assert cuts[0] == [0] * 8 + [1] * 8
    # Groups are numbered as they are met, and no partition is tried twice.
    assert len({tuple(cut) for cut in cuts}) == len(cuts)
    assert {cut[0] for cut in cuts} == {0}
    turned = np.stack((along + across, along - across), axis=1)
    by_across = [int(x > 4) for x in across]
    assert by_across in [cut.tolist() for cut in partitions(turned, 2)]
    assert lloyd(along[:, None], np.array([[0.0], [9.0]]), 12).tolist() == [0] * 8 + [1] * 8


def test_evidence_of_few_people_counts_for_less():
    spread = np.tile([-1.0, 1.0], 500)
    for people, z in ((1000, 2.5), (24, 2.33)):
        gains = spread[:people] / spread[:people].std(ddof=1) + 2.506 / people**0.5
        assert z_of(gains) == pytest.approx(z, abs=0.01)
    assert z_of(-np.arange(1.0, 9.0)) == -z_of(np.arange(1.0, 9.0)) < 0
    assert z_of(np.ones(9)) == 0


def step(k, steadiness):
    return Step(k, None, np.full(k, 10), steadiness)


LADDERS = [
    # evidence, steadiness of 2, 3, 4; the number of groups without a previous analysis
    (2.4, {2: 0.99, 3: 0.99}, 1),
    (2.6, {2: 0.70, 3: 0.69}, 2),
    (9.0, {2: 0.90, 3: 0.86}, 3),
    (9.0, {2: 0.95, 3: 0.86}, 2),
    (9.0, {2: 0.78, 4: 0.81}, 4),
    (9.0, {2: 0.81, 4: 0.80}, 2),
    (9.0, {2: 0.70, 4: 0.77}, 2),
    (9.0, {2: 0.70, 3: None}, 2),
    (9.0, {2: None}, 1),
]


@pytest.mark.parametrize(("evidence", "steadiness", "k"), LADDERS)
def test_the_number_of_groups_is_the_largest_steady_one(evidence, steadiness, k):
    steps = [step(*rung) for rung in steadiness.items()]
    assert decided(steps, evidence, 1000, None) == Decision(k, evidence, None, 1000)


def test_a_change_is_asked_for_twice_and_not_for_a_trifle():
    steady = [step(2, 0.95), step(3, 0.95)]
    first = decided(steady, 9.0, 1050, Decision(2, 9.0, None, 1000))
    assert first == Decision(2, 9.0, 3, 1050)
    assert decided(steady, 9.0, 1060, first) == Decision(2, 9.0, 3, 1050), "too few new votes to ask again"
    assert decided(steady, 9.0, 1103, first) == Decision(3, 9.0, None, 1103)
    # Three groups fall only below 0.78, one group is left only above 2.5 and entered only below 1.5.
    assert decided([step(2, 0.85), step(3, 0.79)], 9.0, 2000, Decision(3, 9.0, 2, 1000)).k == 3
    assert decided([step(2, 0.85), step(3, 0.77)], 9.0, 2000, Decision(3, 9.0, 2, 1000)).k == 2
    assert decided([step(2, 0.85)], 1.6, 2000, Decision(2, 9.0, 1, 1000)).k == 2
    assert decided([step(2, 0.85)], 1.4, 2000, Decision(2, 9.0, 1, 1000)).k == 1
    assert decided([step(2, 0.85)], 2.4, 2000, Decision(1, 1.0, 2, 1000)).k == 1


def test_statements_are_named_from_ten_votes_on_each_side_only():
    # Group 0: 9 of 10 agree with the first, 9 of 9 with the second; group 1: 1 of 12, 0 of 12.
    counts = np.array([[[9, 1, 0], [9, 0, 0]], [[1, 11, 0], [0, 11, 1]]])
    standing = standing_of(counts)
    named = representatives(standing, 0, ("first", "second"))
    assert [(item.statement_id, item.direction, item.successes, item.votes) for item in named] == [
        ("first", "agree", 9, 10)
    ]
    assert (named[0].successes_outside, named[0].votes_outside) == (1, 12)
    # pooled 10/22, z = (0.9 - 1/12) / sqrt(10/22 * 12/22 * (1/10 + 1/12))
    assert named[0].score == pytest.approx(3.8305, abs=1e-4)
    assert [(i.statement_id, i.direction) for i in representatives(standing, 1, ("first", "second"))] == [
        ("first", "disagree")
    ]


def test_divisive_is_the_variance_of_agreeing_between_groups():
    counts = np.array([[[90, 10, 0]], [[10, 90, 0]]])
    found = divisive(standing_of(counts), np.array([0.5, 0.5]), np.array([0.5]), ("it",))
    # Shrunk by ten votes of a half: 95/110 and 15/110, so 40/110 from the middle.
    assert found[0].score == pytest.approx((40 / 110) ** 2)


def test_the_trimmed_mean_by_hand():
    # Ten people: one at each of ten probabilities; without the lowest and the highest the mean of eight.
    at = [25, 70, 120, 180, 230, 280, 330, 380, 430, 500]
    histogram = np.zeros((1, BINS), np.int64)
    histogram[0, at] = 1
    assert trimmed_mean(histogram)[0] == pytest.approx(np.mean([(b + 0.5) / BINS for b in at[1:-1]]))
    assert trimmed_mean(histogram, 0.05)[0] < trimmed_mean(histogram)[0]


def test_the_hostile_share_by_hand():
    # Everybody at 0.9 (bin 460): with h hostile at 0.05 and a tenth cut below, the mean is
    # ((h - 0.1) low + (0.9 - h) high) / 0.8, which is 0.6 at h = 0.1 + 0.8 (high - 0.6) / (high - low).
    histogram = np.zeros((2, BINS), np.int64)
    histogram[:, 460] = 50
    high, low = 460.5 / BINS, 25.5 / BINS
    expected = 0.1 + 0.8 * (high - 0.6) / (high - low)
    assert hostile_share(histogram, np.array([0.0, 0.4])) == pytest.approx([expected, 0.0], abs=1e-5)
    # Added people, not a share of those there: h of all, so 50 honest and 50 h / (1 - h) hostile.
    hostile = np.zeros((1, BINS), np.int64)
    hostile[0, 460], hostile[0, 25] = 6000, round(6000 * expected / (1 - expected))
    assert trimmed_mean(hostile)[0] == pytest.approx(0.6, abs=1e-3)


def test_a_few_who_vote_on_everything_bring_in_nothing(matrix):
    rows = [(f"p{n}", f"s{m}", 1) for n in range(100) for m in range(5)]
    rows += [(f"all{n}", f"s{m}", -1) for n in range(12) for m in range(60)]
    ballots = Ballots.of(matrix(rows).canonical())
    enough = enough_of(ballots)
    assert enough.sum() == 5, "12 people on 55 statements are a tenth of the people, but count for one each"


def test_passing_is_learned_by_person_and_by_statement():
    people, statements = np.repeat(np.arange(30), 20), np.tile(np.arange(20), 30)
    passed = ((people * 7 + statements * 3) % 10 < 2 + 6 * (people < 10)) & (statements != 4)
    model = fit_intercepts(people, statements, passed, (30, 20))
    chances = model.probability(people, statements)
    for few in (people < 10, people >= 10):
        part = few & (statements != 4)
        assert chances[part].mean() == pytest.approx(passed[part].mean(), abs=0.1)  # drawn together a little
    assert passed[people < 10].mean() > 2 * passed[people >= 10].mean()
    assert chances[statements == 4].mean() < chances[statements != 4].mean() - 0.1


def test_axes_are_turned_onto_those_before():
    before = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.5]])
    angle = np.deg2rad(35)
    turned = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]]) @ before
    assert aligning(turned, before) @ turned == pytest.approx(before)
    assert aligning(np.zeros((2, 0)), np.zeros((2, 0))).tolist() == np.eye(2).tolist()
