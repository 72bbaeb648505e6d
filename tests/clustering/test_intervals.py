"""Intervals and false-discovery control, against figures printed in the papers they come from."""

import numpy as np
import pytest

from clustering.intervals import discoveries, newcombe_of, two_proportion_z, two_sided, wilson


def one(*figures):
    return [np.array([figure], float) for figure in figures]


def test_wilsons_interval_is_that_of_newcombes_table():
    # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_none_and_all_reach_the_ends_and_no_trial_says_nothing():
    assert wilson(0, 7)[0] == 0
    assert wilson(7, 7)[1] == 1
    assert wilson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="but got 8 of 7"):
        wilson(8, 7)


def test_newcombes_interval_is_that_of_his_table():
    # Newcombe (1998), Statistics in Medicine 17:873, table II, method 10.
    difference, low, high = newcombe_of(*one(56, 70, 48, 80))
    assert (difference[0], low[0], high[0]) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    difference, low, high = newcombe_of(*one(9, 10, 3, 10))
    assert (difference[0], low[0], high[0]) == pytest.approx((0.6, 0.1705, 0.8090), abs=5e-5)
    assert [side[0] for side in newcombe_of(*one(0, 0, 3, 10))] == [0, -1, 1]


def test_the_two_proportion_z_by_hand():
    # 8 of 10 against 4 of 10: pooled 0.6, variance 0.24 (0.1 + 0.1), z = 0.4 / sqrt(0.048).
    assert two_proportion_z(*one(8, 10, 4, 10))[0] == pytest.approx(0.4 / 0.048**0.5)
    assert two_proportion_z(*one(10, 10, 10, 10))[0] == 0
    assert two_sided(np.array([1.959963984540054]))[0] == pytest.approx(0.05)


def test_discoveries_step_up_to_the_last_that_passes():
    # Limits: 0.02, 0.04, 0.06, 0.08, 0.10. The third passes and takes the second along.
    assert discoveries(np.array([0.5, 0.01, 0.055, 0.05, 0.2]), 0.10).tolist() == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert discoveries(np.array([0.5, 0.4]), 0.10).tolist() == [False, False]
    assert discoveries(np.array([]), 0.10).tolist() == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        discoveries(np.array([0.5]), 10)
