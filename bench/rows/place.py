"""Where each record goes on a lattice, worked out once for all filters."""

from bench.placed import frame
from bench.row import Row
from bench.scale import Scale
from bench.synthetic_events import coverage, incidents
from bench.timing import Timing
from geo.tally import place


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"place {scale.called} ms"


def measure(scale: Scale) -> Row:
    """Place all records on weeks and H3 resolution 5."""
    events, on, cover = incidents(scale.rows).events, frame(scale.rows), coverage()
    return Row.of(name(scale), "ms", Timing.of(lambda: place(events, on.cells, on.areas, cover), scale.repeats))
