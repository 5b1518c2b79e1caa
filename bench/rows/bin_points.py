"""From a coordinate to its H3 cell."""

from typing import Final

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray

from bench.row import Row
from bench.scale import Scale
from bench.synthetic_events import incidents
from bench.timing import Timing
from geo.cells import FINEST, bin_points
from geo.coordinates import Degrees

_PEER: Final = "h3.latlng_to_cell in a loop over a sample of {:,} of the same points, scaled to all (checked equal)"


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"bin points rows per second ({scale.called})"


def measure(scale: Scale) -> Row:
    """Bin all records, most of which share their coordinates."""
    made = incidents(scale.rows)
    lat, lng = made.latitude[: scale.sample], made.longitude[: scale.sample]
    np.testing.assert_array_equal(bin_points(lat, lng), _loop(lat, lng))
    timing = Timing.of(lambda: bin_points(made.latitude, made.longitude), scale.repeats)
    beside = Timing.of(lambda: _loop(lat, lng), scale.repeats)
    return Row.of(
        name(scale),
        "rows/s",
        timing,
        rows=scale.rows,
        peer=_PEER.format(len(lat)),
        peer_seconds=beside.median * scale.rows / len(lat),
    )


def _loop(lat: Degrees, lng: Degrees) -> NDArray[np.uint64]:
    pairs = zip(lat.tolist(), lng.tolist(), strict=True)
    return np.array([h3.latlng_to_cell(y, x, FINEST) for y, x in pairs], dtype=np.uint64)
