import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ValueRefused
from geo.located import CIVILIAN_HARM
from geo.tally import tally
from geo.weighted import UNIT, weighted
from tests.geo.building import one_event
from tests.geo.test_tally_parts import placed_in


@given(st.lists(one_event, min_size=1, max_size=40))
def test_weights_of_one_and_of_the_toll_are_the_tally_itself(rows):
    placed = placed_in(rows, 4, len(rows) + 1)
    whole = tally(placed, CIVILIAN_HARM)
    ones = weighted(placed, CIVILIAN_HARM, np.ones(len(rows)), "incidents")
    killed = weighted(placed, CIVILIAN_HARM, placed.events.civilian_deaths.astype(float), "killed")
    assert np.array_equal(ones.values, whole.incidents.values.astype(np.int64) * UNIT)
    assert np.array_equal(killed.values, whole.killed.values.astype(np.int64) * UNIT)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf, 1e15])
def test_a_weight_that_is_none_is_refused(bad):
    placed = placed_in([(0, 0, 0, 1, True, False, 27_000, 0, (1, 1, 1, 1))], 4, 9)
    with pytest.raises(ValueRefused, match="weights"):
        weighted(placed, CIVILIAN_HARM, np.full(1, bad), "x")
