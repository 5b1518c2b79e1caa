import numpy as np
import pytest

from geo.cells import NO_CELL, bin_points, parents
from geo.cube import Lattice, UnitKind
from geo.errors import ValueRefused
from geo.periods import Grain, Periods
from geo.population import Population

PERIODS = Periods.covering(0, 6, Grain.WEEK)
CELLS = np.unique(bin_points(np.linspace(10, 12, 400), np.linspace(20, 22, 400)))


def lattice(units: np.ndarray, resolution: int | None) -> Lattice:
    kind = UnitKind.AREAS if resolution is None else UnitKind.CELLS
    return Lattice(kind, units.astype(np.uint64), resolution, PERIODS, np.zeros(len(units), dtype=np.int16), ("SDN",))


def in_cells(people: np.ndarray, area: int = 3) -> Population:
    return Population(CELLS, np.full(len(CELLS), area, dtype=np.int32), people)


def test_coarser_cells_hold_what_their_descendants_hold() -> None:
    people = np.random.default_rng(1).uniform(0, 100, len(CELLS))
    for resolution in (3, 4, 5, 6, 7):
        units = np.unique(parents(CELLS, resolution))
        found = in_cells(people).of(lattice(units, resolution))
        assert found.sum() == pytest.approx(people.sum())
        first = parents(CELLS, resolution) == units[0]
        assert found[0] == pytest.approx(people[first].sum())


def test_where_nothing_is_known_people_are_missing_and_not_none() -> None:
    elsewhere = bin_points(np.array([-20.0]), np.array([-60.0]))
    units = np.unique(np.concatenate([CELLS[:5], elsewhere]))
    found = in_cells(np.zeros(len(CELLS))).of(lattice(units, 7))
    assert np.isnan(found[units == elsewhere[0]]).all()
    assert (found[units != elsewhere[0]] == 0).all()


def test_a_count_for_the_whole_area_is_preferred_to_the_sum_of_its_cells() -> None:
    cells = np.append(CELLS, NO_CELL)
    area = np.append(np.full(len(CELLS), 3), 5).astype(np.int32)
    both = Population(cells, area, np.append(np.ones(len(CELLS)), 70.0))
    units = np.array([2, 3, 5])
    assert both.of(lattice(units, None)).tolist()[1:] == [len(CELLS), 70.0]
    assert np.isnan(both.of(lattice(units, None))[0])
    whole = Population(cells, np.append(np.full(len(CELLS), 3), 3).astype(np.int32), both.people)
    assert whole.of(lattice(np.array([3]), None)).tolist() == [70.0]


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_a_count_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueRefused, match="people"):
        in_cells(np.append(np.ones(len(CELLS) - 1), bad))
