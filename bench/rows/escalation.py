"""Both scored flags of escalation with the threshold from the map's own past year."""

from dataclasses import replace
from typing import Final

import numpy as np

from bench.row import Row
from bench.scale import FULL, Scale
from bench.synthetic_cube import cube, disks
from bench.timing import Timing
from geo.weighted import UNIT
from stats.rise_score import RiseScore, deaths_rise, deaths_weight, incidents_rise
from stats.windows import Windows

_WEEKS: Final = 220


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"escalation with own threshold s ({_cells(scale) // 1000}k)"


def measure(scale: Scale) -> Row:
    """Score this week and 52 before it: incidents 8/52, and deaths 4/52 by their weights."""
    incidents, near = cube(_cells(scale), _WEEKS), disks(_cells(scale), _WEEKS)
    rng = np.random.default_rng(2)
    killed = np.where(incidents.values > 0, rng.negative_binomial(0.5, 0.2, incidents.values.shape), 0)
    deaths = replace(incidents, values=killed.astype(np.int32), unit="deaths")
    weight = np.round(deaths_weight(deaths.values) * UNIT).astype(np.int64)
    weights = replace(incidents, values=weight, unit="weight")

    def both() -> tuple[RiseScore, RiseScore]:
        return (
            incidents_rise(incidents, near, Windows(_WEEKS, 8, 52)),
            deaths_rise(weights, deaths, incidents, near, Windows(_WEEKS, 4, 52)),
        )

    assert all(found.threshold.known and found.threshold.reached <= 0.01 for found in both())
    return Row.of(name(scale), "s", Timing.of(both, scale.repeats), target=3.0)


def _cells(scale: Scale) -> int:
    return 50_000 if scale == FULL else 2_000
