import numpy as np
import pytest

from geo.coverage import State
from stats.peers import ChangeBand, Signal, humanitarian_signal, peers
from tests.stats.building import cube_of


def series(*tail, before=0, weeks=60):
    """One unit with `before` a week and then the tail."""
    return np.array([before] * (weeks - len(tail)) + list(tail))[:, None]


def judged(*tail, **options):
    return peers(cube_of(series(*tail, **options)), 60)


@pytest.mark.parametrize(
    ("tail", "surge"),
    [((1, 1, 1, 1, 2), True), ((1, 1, 1, 1, 1), False), ((0, 1, 1, 1, 9), False), ((4, 4, 4, 4, 7), False)],
)
def test_a_surge_doubles_the_four_weeks_before_which_hold_one_a_week(tail, surge):
    assert judged(*tail).surge[0] == surge


@pytest.mark.parametrize(("tail", "threat"), [((4, 4, 4, 4), True), ((4, 4, 4, 3), False), ((9, 9, 0, 0), True)])
def test_a_threat_doubles_the_year_before(tail, threat):
    assert judged(*tail, before=2).threat[0] == threat


@pytest.mark.parametrize(
    ("tail", "band"),
    [
        ((3, 3, 3, 3), ChangeBand.DOWN),  # exactly -25 %
        ((4, 4, 4, 4), ChangeBand.STEADY),
        ((4, 4, 5, 5), ChangeBand.UP),
        ((5, 5, 5, 5), ChangeBand.STEEPLY_UP),  # exactly +25 %
    ],
)
def test_change_falls_into_bands(tail, band):
    assert judged(*tail, before=4).change[0] == band


def test_after_an_empty_year_change_has_no_band_and_nothing_is_no_threat():
    assert judged(3).change[0] == ChangeBand.UNKNOWN
    assert judged(3).threat[0]
    assert not judged(0).threat[0]


def test_six_weeks_far_above_the_mean_are_volatile():
    weeks = np.ones(60, dtype=int)
    weeks[10:58:8] = 20
    found = peers(cube_of(weeks[:, None]), 60)
    year = weeks[8:]
    assert found.weeks_above[0] == (year >= year.mean() + 2 * year.std(ddof=1)).sum() == 6
    assert found.volatile[0]
    assert found.high_baseline[0]
    assert not judged(0).volatile[0]


def test_an_unobserved_week_leaves_a_place_unknown():
    values = np.full((60, 2), 5)
    state = np.full((60, 2), State.OBSERVED)
    state[30, 0] = State.NOT_COVERED
    found = peers(cube_of(values, state=state), 60)
    assert found.known.tolist() == [False, True]
    assert found.weeks_above[0] == -1
    assert found.change[0] == ChangeBand.UNKNOWN


def signalled(rows, since=0):
    unit, day, deaths = np.array(rows).T
    return humanitarian_signal(unit, day, deaths, units=2, last_day=5000, covered_since=np.array([since, since]))[0]


def test_a_hundred_deaths_in_thirty_days_and_no_worse_before():
    now = [(0, 4990, 60), (0, 4971, 40)]
    assert signalled(now) == Signal.THREE_YEARS
    assert signalled([*now, (0, 4000, 101)]) == Signal.YEAR
    assert signalled([*now, (0, 4000, 100)]) == Signal.THREE_YEARS
    assert signalled([*now, (0, 4900, 101)]) == Signal.NONE
    assert signalled([(0, 4990, 60), (0, 4970, 40)]) == Signal.NONE  # 31 days
    assert signalled([(0, 4990, 99)]) == Signal.NONE
    assert signalled([*now, (0, 5001, 500), (1, 4900, 500), (0, 3800, 900)]) == Signal.THREE_YEARS


def test_without_the_years_before_no_high_is_called():
    now = [(0, 4990, 100)]
    assert signalled(now, since=5000 - 1095) == Signal.THREE_YEARS
    assert signalled(now, since=5000 - 1094) == Signal.YEAR
    assert signalled(now, since=5000 - 364) == Signal.NONE
