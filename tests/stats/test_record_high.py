import numpy as np
import pytest

from geo.coverage import State
from geo.cube import UnitKind
from stats.record_high import Record, record_high
from tests.stats.building import cube_of, near, random_cube


def series(changes, periods=200):
    values = np.zeros((periods, 1), dtype=int)
    for index, value in changes.items():
        values[index] = value
    return cube_of(values, unit="civilians killed")


@pytest.mark.parametrize(
    ("changes", "level", "highest_year", "highest_three"),
    [
        ({-1: 4}, Record.NONE, 0, 0),
        ({-1: 5}, Record.THREE_YEARS, 0, 0),
        ({-4: 3, -1: 2}, Record.THREE_YEARS, 3, 3),
        ({-5: 5, -1: 5}, Record.THREE_YEARS, 5, 5),
        ({-5: 6, -1: 5}, Record.NONE, 6, 6),
        ({-56: 9, -1: 5}, Record.NONE, 9, 9),
        ({-57: 9, -1: 5}, Record.YEAR, 0, 9),
        ({-160: 9, -1: 5}, Record.YEAR, 0, 9),
        ({-161: 9, -1: 5}, Record.THREE_YEARS, 0, 0),
    ],
)
def test_the_past_that_is_looked_at(changes, level, highest_year, highest_three):
    cube = series(changes)
    record = record_high(cube, near(cube), 200)
    assert record.level[0] == level
    assert record.highest_year[0] == highest_year
    assert record.highest_three_years[0] == highest_three


def test_areas_need_ten():
    values = np.zeros((200, 2), dtype=int)
    values[-1] = (9, 10)
    cube = cube_of(values, kind=UnitKind.AREAS)
    assert record_high(cube, near(cube), 200).level.tolist() == [Record.NONE, Record.THREE_YEARS]


def test_equals_plain_maxima_over_disks_and_ignores_what_comes_after():
    cube = random_cube(41, periods=230, rate=0.5)
    end = 210
    pooled = near(cube).pool(cube.values)
    runs = np.array([pooled[e - 4 : e].sum(axis=0) for e in range(end - 156, end + 1)])
    record = record_high(cube, near(cube), end)
    assert (record.deaths == runs[-1]).all()
    assert (record.highest_year == runs[-53:-1].max(axis=0)).all()
    assert (record.highest_three_years == runs[:-1].max(axis=0)).all()
    three = (runs[-1] >= 5) & (runs[-1] >= runs.max(axis=0))
    assert ((record.level == Record.THREE_YEARS) == three).all()


def test_a_short_or_uncovered_past_is_unknown():
    cube = series({-1: 9}, periods=55)
    assert not record_high(cube, near(cube), 55).known[0]
    cube = series({-1: 9}, periods=56)
    record = record_high(cube, near(cube), 56)
    assert (record.known[0], record.level[0], record.highest_three_years[0]) == (True, Record.YEAR, -1)
    state = np.full((200, 1), State.OBSERVED)
    state[170] = State.NOT_COVERED
    gap = cube_of(series({-1: 9}).values, state=state)
    assert record_high(gap, near(gap), 200).level[0] == Record.NONE


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (60, 0)])
def test_degenerate_cubes(shape):
    cube = cube_of(np.zeros(shape))
    for end in (0, shape[0]):
        assert not record_high(cube, near(cube), end).level.any()
