"""The known doubles of the two sources of events: which record of ex_b tells of which record of ex_a."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.exercise.geography import distances_km
from data.exercise.monitor import Monitored

STRICT_KM, STRICT_DAYS = 1.0, 0
LOOSE_KM, LOOSE_DAYS = 5.0, 2
TIERS = ("strict", "loose", "beyond")
"""Whether the two tiers of methods.md 11 could find the pair: by distance and days between the last days."""


def table(events: pa.Table, monitored: Monitored, in_a: NDArray[np.bool_], in_b: NDArray[np.bool_]) -> pa.Table:
    """Return one row a pair: `id_a`, `id_b`, `km` and `days` between them, `tier`; by id of ex_b, each id once.

    Both records are in by the clock (`in_a` of `events`, `in_b` of the rows of `monitored`).
    """
    rows = np.flatnonzero(monitored.shared & in_b & in_a[monitored.of])
    first = events.take(pa.array(monitored.of[rows]))
    second = monitored.table.take(pa.array(rows))
    place = [one[name].to_numpy() for one in (first, second) for name in ("latitude", "longitude")]
    km = distances_km(*place)
    day = [one["date_end"].cast(pa.int32()).to_numpy() for one in (first, second)]
    days = day[1] - day[0]
    strict = (km <= STRICT_KM) & (np.abs(days) <= STRICT_DAYS)
    loose = (km <= LOOSE_KM) & (np.abs(days) <= LOOSE_DAYS)
    tier = np.where(strict, 0, np.where(loose, 1, 2)).astype(np.int32)
    columns = {
        "id_a": first["id"],
        "id_b": second["id"],
        "km": pa.array(km.round(2)),
        "days": pa.array(days),
        "tier": pa.DictionaryArray.from_arrays(pa.array(tier), pa.array(TIERS)),
    }
    return pa.table(columns)
