import numpy as np
import pytest

from geo.change_class import ChangeClass
from geo.coverage import State
from geo.cube import UnitKind
from geo.errors import ValueRefused
from stats.change import change
from stats.exact_ratio import exact_ratio
from stats.rate_ratio import rate_ratio
from stats.rise_rule import RiseRule
from stats.windows import Windows
from tests.stats.building import cube_of, near, random_cube

WINDOWS = Windows(60, 8, 52)


def counts_of(pairs):
    """A ratio of areas with the given recent and baseline counts."""
    values = np.zeros((60, len(pairs)), dtype=int)
    values[-1], values[0] = np.transpose(pairs)
    cube = cube_of(values, kind=UnitKind.AREAS)
    return rate_ratio(cube, near(cube), WINDOWS)


@pytest.mark.parametrize(
    ("recent", "baseline", "wanted"),
    [
        (0, 0, ChangeClass.TOO_FEW),
        (1, 0, ChangeClass.TOO_FEW),
        (2, 0, ChangeClass.SHARP),
        (12, 8, ChangeClass.SHARP),
        (32, 26, ChangeClass.SHARP),
        (12, 20, ChangeClass.STRONG),
        (60, 200, ChangeClass.RISE),
        (10, 52, ChangeClass.NO_CHANGE),
        (0, 25, ChangeClass.NO_CHANGE),
        (0, 26, ChangeClass.FALL),
        (0, 3, ChangeClass.TOO_FEW),
        (0, 8, ChangeClass.NO_CHANGE),
        (4, 200, ChangeClass.FALL),
    ],
)
def test_classes(recent, baseline, wanted):
    assert change(counts_of([(recent, baseline)])).classes[0] == wanted


def test_unknown_is_not_covered_and_never_flagged():
    values = np.zeros((60, 3), dtype=int)
    values[-4:] = 9
    state = np.full(values.shape, State.OBSERVED)
    state[-1, 0] = State.NOT_COVERED
    state[0, 1] = State.SUPPRESSED
    cube = cube_of(values, state=state, kind=UnitKind.AREAS)
    found = change(rate_ratio(cube, near(cube), WINDOWS))
    assert found.classes.tolist() == [ChangeClass.NOT_COVERED, ChangeClass.NOT_COVERED, ChangeClass.SHARP]
    assert found.rising.tolist() == [False, False, True]
    assert found.surprising.tolist() == [0, 0, 2]


def test_the_surprising_count_is_the_smallest_that_is_flagged():
    baselines = list(range(60))
    surprising = change(counts_of([(0, baseline) for baseline in baselines])).surprising
    for baseline, count in zip(baselines, surprising.tolist(), strict=True):
        flags = change(counts_of([(count, baseline), (count - 1, baseline)])).rising
        assert flags.tolist() == [True, False]


@pytest.mark.parametrize("rule", [RiseRule(), RiseRule(above=2.0), RiseRule(level=0.99, least_incidents=4)])
def test_the_rule_is_the_lower_limit(rule):
    ratio = rate_ratio(random_cube(11, rate=0.2), near(random_cube(11)), WINDOWS.earlier(-160))
    found = change(ratio, rule)
    counts = ratio.counts
    exact = exact_ratio(counts.recent, counts.baseline, 8, 52, rule.level)
    assert (found.rising == ((exact.low > rule.above) & (counts.recent >= rule.least_incidents))).all()
    assert (rule.falling(counts) == (exact.high < 1 / rule.above)).all()


def test_one_of_each_exists_in_a_busy_cube():
    cube = random_cube(12, radius=12, rate=0.3)
    found = change(rate_ratio(cube, near(cube), Windows(220, 8, 52)))
    seen = set(found.classes.tolist())
    assert {ChangeClass.NO_CHANGE, ChangeClass.FALL, ChangeClass.RISE} <= seen
    assert ((found.classes <= ChangeClass.RISE) == found.rising).all()


def test_rules_that_mean_nothing_are_refused():
    for wrong in ({"above": 0.0}, {"level": 1.0}, {"least_incidents": 0}):
        with pytest.raises(ValueRefused):
            RiseRule(**wrong)
