import numpy as np
import pytest

from geo.coverage import State
from geo.cube import Cube, Field, Lattice, Measure, UnitKind
from geo.errors import ValueRefused
from geo.periods import Grain, Periods

PERIODS = Periods(Grain.WEEK, 10, 3)


def lattice(units=(1, 5, 9)):
    number = len(units)
    return Lattice(
        UnitKind.AREAS, np.array(units, dtype=np.uint64), None, PERIODS, np.zeros(number, dtype=np.int16), ("AAA",)
    )


def cube(values, state=None, measure=Measure.COUNT):
    values = np.asarray(values)
    state = np.zeros(values.shape, dtype=np.uint8) if state is None else np.asarray(state, dtype=np.uint8)
    return Cube(lattice(), values, state, "incidents", measure)


def test_units_are_found_by_value():
    assert lattice().index_of(np.array([9, 1, 4, 10], dtype=np.uint64)).tolist() == [2, 0, -1, -1]
    assert lattice(()).index_of(np.array([9], dtype=np.uint64)).tolist() == [-1]


@pytest.mark.parametrize("units", [(5, 1), (1, 1)])
def test_units_out_of_order_or_twice_are_refused(units):
    with pytest.raises(ValueRefused, match="sorted and distinct"):
        lattice(units)


def test_a_resolution_goes_with_cells_only():
    with pytest.raises(ValueRefused, match="resolution"):
        Lattice(UnitKind.AREAS, np.arange(1, dtype=np.uint64), 5, PERIODS, np.zeros(1, dtype=np.int16), ())
    with pytest.raises(ValueRefused, match="resolution"):
        Lattice(UnitKind.CELLS, np.arange(1, dtype=np.uint64), None, PERIODS, np.zeros(1, dtype=np.int16), ())


def test_a_cube_refuses_what_does_not_fit():
    with pytest.raises(ValueRefused, match="shape"):
        cube(np.zeros((2, 3), dtype=int))
    with pytest.raises(ValueRefused, match="whole"):
        cube(np.zeros((3, 3)))
    assert cube(np.zeros((3, 3)), measure=Measure.RATE).measure is Measure.RATE


def test_negative_counts_are_refused():
    with pytest.raises(ValueRefused, match="negative"):
        cube(np.array([[0, 0, 0], [0, -1, 0], [0, 0, 0]]))


def test_sums_over_windows_and_states():
    state = [[0, 0, 1], [0, 3, 1], [3, 3, 1]]
    whole = cube(np.arange(9).reshape(3, 3), state)
    assert whole.total() == 36
    assert whole.over(slice(1, 3)).tolist() == [9, 11, 13]
    assert whole.over_state(slice(0, 3), State.PROVISIONAL).tolist() == [6, 11, 0]
    assert whole.covered(slice(0, 3)).tolist() == [True, True, False]


def test_rates_are_not_summed():
    for act in (
        lambda c: c.total(),
        lambda c: c.over(slice(0, 1)),
        lambda c: c.over_state(slice(0, 1), State.OBSERVED),
    ):
        with pytest.raises(ValueRefused, match="Counts are summed"):
            act(cube(np.zeros((3, 3)), measure=Measure.RATE))


def test_nothing_can_be_written_to():
    whole = cube(np.zeros((3, 3), dtype=int))
    for array in (whole.values, whole.state, whole.lattice.units):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_a_field_holds_its_estimate_between_its_limits():
    estimate, low, high = np.array([1.0, np.inf, np.nan]), np.array([0.5, 2.0, np.nan]), np.array([2.0, np.inf, np.nan])
    field = Field(lattice(), estimate, low, high, np.array([True, True, False]), "times")
    assert field.known.sum() == 2
    with pytest.raises(ValueRefused, match="row 0"):
        Field(lattice(), low, estimate, high, np.array([True, True, False]), "times")
    with pytest.raises(ValueRefused, match="row 2"):
        Field(lattice(), estimate, low, high, np.array([True, True, True]), "times")
