from pathlib import Path

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest

from geo.cube import Lattice, UnitKind
from geo.neighbours import neighbours
from geo.periods import Grain, Periods

REFERENCE = Path(__file__).parents[1] / "reference"


def lattice(cells, resolution=5):
    units = np.array(sorted(cells), dtype=np.uint64)
    return Lattice(
        UnitKind.CELLS, units, resolution, Periods(Grain.WEEK, 0, 3), np.zeros(len(units), dtype=np.int16), ("AAA",)
    )


def test_equals_the_pairs_of_a_plain_h3_script():
    cells = [int(cell, 16) for cell in pd.read_csv(REFERENCE / "cells.csv").cell]
    edges = pd.read_csv(REFERENCE / "edges.csv")
    frame = lattice(cells)
    place = frame.index_of(np.array(cells, dtype=np.uint64))
    wanted = {(int(place[i]), int(place[j])) for i, j in edges.itertuples(index=False)}
    found = neighbours(frame).matrix.tocoo()
    assert {(int(i), int(j)) for i, j in zip(*found.coords, strict=True)} == wanted | {(i, i) for i in range(61)}


@pytest.mark.parametrize("radius", [0, 1, 2, 3])
def test_rows_are_disks_cut_to_the_lattice(radius):
    cells = h3.grid_disk(h3.latlng_to_cell(13.0, 30.0, 5), 4)
    frame = lattice(cells)
    near = neighbours(frame, radius)
    inside = set(cells)
    for row, cell in enumerate(frame.units.tolist()):
        members = frame.units[near.matrix[[row]].indices].tolist()
        assert sorted(members) == sorted(inside & set(h3.grid_disk(cell, radius)))
        assert near.degree[row] == len(members)
    assert (near.matrix.toarray() == near.matrix.toarray().T).all()
    assert set(near.matrix.data.tolist()) == {1}


def test_a_pentagon_has_six_in_its_disk():
    pentagon = h3.get_pentagons(5)[0]
    frame = lattice(h3.grid_disk(pentagon, 2))
    near = neighbours(frame)
    at = int(frame.index_of(np.array([pentagon], dtype=np.uint64))[0])
    assert near.degree[at] == 6
    assert set(near.degree.tolist()) >= {6, 7}


def test_pooling_is_a_plain_sum_and_keeps_whole_numbers():
    frame = lattice(h3.grid_disk(h3.latlng_to_cell(13.0, 30.0, 5), 3))
    near = neighbours(frame)
    values = np.random.default_rng(1).integers(0, 9, (3, len(frame))).astype(np.int32)
    dense = near.matrix.toarray()
    assert (near.pool(values) == values @ dense.T).all()
    assert (near.pool(values[0]) == dense @ values[0]).all()
    assert np.issubdtype(near.pool(values).dtype, np.integer)
    assert near.pool(values).shape == values.shape


def test_alone_and_nobody():
    single = neighbours(lattice([h3.latlng_to_cell(13.0, 30.0, 5)]))
    assert single.degree.tolist() == [1]
    nobody = neighbours(lattice([]))
    assert nobody.matrix.shape == (0, 0)
    assert nobody.pool(np.zeros((3, 0), dtype=int)).shape == (3, 0)


def test_areas_are_not_pooled():
    periods = Periods(Grain.WEEK, 0, 3)
    areas = Lattice(UnitKind.AREAS, np.arange(4, dtype=np.uint64), None, periods, np.zeros(4, dtype=np.int16), ("AAA",))
    assert (neighbours(areas).matrix.toarray() == np.eye(4)).all()
