"""A cell is flagged by the rule of methods.md 2, and by nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.artefact import STACKED, Anchor, find_artefacts


def found(rows, anchor=0, **options):
    """One cell with these records: (coordinate, imprecise)."""
    point = np.array([row[0] for row in rows], dtype=np.int64)
    rough = np.array([row[1] for row in rows], dtype=bool)
    return find_artefacts(np.zeros(len(rows), dtype=np.int32), point, rough, np.array([anchor], np.uint8), **options)


@pytest.mark.parametrize(
    ("rows", "anchor", "flagged"),
    [
        ([(0, True)] * 3, 0, True),
        ([(0, True)] * 2, 0, False),
        ([(0, True), (1, True), (2, True)], 0, False),
        ([(0, False)] * 9, Anchor.CAPITAL, False),
        ([(0, True), (1, True), (2, False)], Anchor.SEAT, True),
        ([(0, True), (2, False)], Anchor.CENTRE, False),
        ([(0, True)], Anchor.CENTRE, True),
        ([(0, True)] * 3 + [(1, False)] * 50, 0, True),
        ([], Anchor.CENTRE, False),
    ],
)
def test_the_rule(rows, anchor, flagged):
    assert found(rows, anchor).flagged.tolist() == [flagged]


def test_k_is_a_setting():
    assert STACKED == 3
    assert not found([(0, True)] * 4, k=5).flagged[0]
    assert found([(0, True)] * 5, k=5).flagged[0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.booleans()), max_size=40))
def test_the_counts_are_plain_counts(rows):
    unit, point = (np.array([row[i] for row in rows], dtype=np.int64) for i in (0, 1))
    rough = np.array([row[2] for row in rows], dtype=bool)
    result = find_artefacts(unit, point, rough, np.zeros(4, dtype=np.uint8))
    for cell in range(4):
        mine = [row for row in rows if row[0] == cell]
        assert result.records[cell] == len(mine)
        assert result.imprecise[cell] == sum(row[2] for row in mine)
        stacks = [sum(row[2] and row[1] == at for row in mine) for at in range(5)]
        assert result.stacked[cell] == max(stacks)
        assert result.flagged[cell] == (max(stacks) >= 3)
