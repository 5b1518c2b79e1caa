import numpy as np
import pytest
from scipy.stats import nbinom

from geo.coverage import State
from geo.errors import ValueRefused
from stats.exact_ratio import exact_ratio
from stats.trend import Basis, trend, usual_range
from stats.windows import Windows
from tests.stats.building import cube_of, random_cube


def test_the_series_sums_each_unit_once():
    cube = random_cube(51)
    found = trend(cube, np.array([3, 1, 3]), Windows(220, 8, 52))
    assert (found.values == cube.values[:, [1, 3]].sum(axis=1)).all()
    assert (found.state == State.OBSERVED).all()
    assert found.unit == "incidents"


def test_states_together():
    state = np.array([[0, 0, 0], [0, 0, 1], [1, 1, 1], [3, 3, 3], [0, 2, 0], [2, 2, 2], [3, 0, 0]])
    cube = cube_of(np.ones((7, 3)), state=state)
    found = trend(cube, np.arange(3), Windows(7, 1, 2))
    observed, uncovered, suppressed, provisional = State
    assert found.state.tolist() == [
        observed,
        provisional,
        uncovered,
        provisional,
        suppressed,
        suppressed,
        provisional,
    ]
    assert found.values.tolist() == [3, 2, 0, 3, 2, 0, 3]


def test_no_units_are_not_covered():
    found = trend(random_cube(52), np.array([], dtype=int), Windows(220, 8, 52))
    assert (found.state == State.NOT_COVERED).all()
    assert found.usual is None


def test_the_poisson_range_is_what_the_exact_ratio_does_not_reject():
    for total in (0, 1, 10, 52, 200):
        baseline = np.full(52, total // 52)
        baseline[: total % 52] += 1
        usual = usual_range(baseline)
        assert usual.basis is Basis.EXACT_POISSON
        for count in range(30):
            exact = exact_ratio(count, total, 1, 52)
            inside = exact.low <= 1 <= exact.high
            assert inside == (usual.low <= count <= usual.high), (total, count, usual)


def test_counts_that_vary_more_get_a_negative_binomial():
    baseline = np.zeros(52, dtype=int)
    baseline[:4] = 13
    usual = usual_range(baseline)
    assert usual.basis is Basis.NEGATIVE_BINOMIAL
    variance = baseline.var(ddof=1)
    size = usual.mean**2 / (variance - usual.mean)
    assert nbinom.var(size, usual.mean / variance) == pytest.approx(variance)
    assert usual.high > usual_range(np.ones(52, dtype=int)).high
    assert nbinom.cdf(usual.high, size, usual.mean / variance) >= 0.975
    assert nbinom.cdf(usual.high - 1, size, usual.mean / variance) < 0.975


def test_without_a_whole_baseline_there_is_no_range():
    assert trend(random_cube(53, periods=59), np.array([0]), Windows(59, 8, 52)).usual is None
    assert trend(random_cube(53, periods=60), np.array([0]), Windows(60, 8, 52)).usual is not None
    with pytest.raises(ValueRefused, match="at least one period"):
        usual_range(np.array([], dtype=int))


def test_the_range_knows_nothing_of_the_recent_window():
    cube = random_cube(54)
    louder = cube.values.copy()
    louder[212:] += 50
    windows = Windows(220, 8, 52)
    units = np.arange(9)
    assert trend(cube, units, windows).usual == trend(cube_of(louder, units=cube.lattice.units), units, windows).usual


def test_the_basis_turns_where_the_variance_exceeds_the_mean():
    even, uneven = np.tile([0, 2], 26), np.tile([0, 0, 0, 4], 13)
    assert even.mean() < even.var(ddof=1) < 1.05 * even.mean()
    assert usual_range(even).basis is Basis.NEGATIVE_BINOMIAL
    assert usual_range(uneven).basis is Basis.NEGATIVE_BINOMIAL
    assert usual_range(np.tile([0, 1], 26)).basis is Basis.EXACT_POISSON
