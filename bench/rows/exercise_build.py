"""The exercise, simulated and written into an empty store."""

import itertools
import tempfile
from pathlib import Path

from bench.row import Row
from bench.scale import Scale
from bench.timing import Timing
from data.exercise.build import build
from data.store import Store


def name(scale: Scale) -> str:
    """Return the row's name."""
    del scale
    return "exercise build s"


def measure(scale: Scale) -> Row:
    """Build it anew each time."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        homes = itertools.count()
        timing = Timing.of(
            lambda: build(Store(Path(folder) / str(next(homes)))), min(scale.repeats, 5), warm=scale.repeats > 2
        )
    return Row.of(name(scale), "s", timing, target=10.0)
