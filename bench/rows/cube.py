"""The whole cube for a filter that nobody asked for yet: weekly, resolution 5, incidents and deaths."""

from itertools import cycle
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.placed import placed
from bench.row import Row
from bench.scale import Scale
from bench.timing import Timing
from geo.located import ALL_VIOLENCE, CIVILIAN_HARM, Flag, Selection
from geo.precision import Fate
from geo.tally import Placed, tally

_SELECTIONS: Final = (
    CIVILIAN_HARM,
    ALL_VIOLENCE,
    Selection(Flag.STATE_BASED, civilian=False),
    Selection(Flag.ONE_SIDED | Flag.NON_STATE, none_of=Flag.UNVERIFIED),
    Selection(Flag.ONE_SIDED),
)
_PEER: Final = (
    "pandas groupby (unit, period) of the same arrays, placed records of the same selection only, count and sum of "
    "deaths, put into the same two dense cubes (checked equal): no areas, no account of what is left out"
)


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"cube for a new filter ms ({scale.called})"


def measure(scale: Scale) -> Row:
    """Count another selection at each repeat; nothing is kept between them."""
    on = placed(scale.rows)
    for selection in _SELECTIONS:
        ours, (counts, deaths) = tally(on, selection), _grouped(on, selection)
        np.testing.assert_array_equal(ours.incidents.values.T, counts)
        np.testing.assert_array_equal(ours.killed.values.T, deaths)
    turn, peer_turn = cycle(_SELECTIONS), cycle(_SELECTIONS)
    timing = Timing.of(lambda: tally(on, next(turn)), 3 * scale.repeats)
    beside = Timing.of(lambda: _grouped(on, next(peer_turn)), scale.repeats)
    return Row.of(name(scale), "ms", timing, peer=_PEER, peer_seconds=beside.median, target=150.0)


def _grouped(on: Placed, selection: Selection) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the two cubes (units, periods) by pandas."""
    events = on.events
    chosen = (on.fate == Fate.PLACED) & events.of(selection)
    table = pd.DataFrame({"unit": on.unit[chosen], "period": on.period[chosen], "toll": events.toll(selection)[chosen]})
    found = table.groupby(["unit", "period"], sort=False)["toll"].agg(["size", "sum"]).reset_index()
    cubes = tuple(np.zeros((len(on.lattice), on.lattice.periods.count), dtype=np.int32) for _ in range(2))
    for cube, column in zip(cubes, ("size", "sum"), strict=True):
        cube[found["unit"], found["period"]] = found[column]
    return cubes[0], cubes[1]
