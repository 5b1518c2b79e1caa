"""Whether points lie on land, and in how few countries: what tells latitude from longitude."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data import geodata
from data.mapping.countries import country_of
from geo.coordinates import LATITUDE_LIMIT, LONGITUDE_LIMIT

Floats = NDArray[np.float64]
_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Land:
    """Share of points on land, and the share of those in the one country that holds most (`country`, ISO3)."""

    share: float
    together: float
    country: str

    @property
    def score(self) -> float:
        """One number for comparing two readings of the same columns."""
        return self.share * (0.5 + 0.5 * self.together)


def on_land(lat: Floats, lng: Floats, written: pa.Array | None = None) -> Land:
    """Return how many of up to 400 points (degrees, NaN where missing) lie on land; off the globe is none.

    With the country that is `written` beside each, a point counts only in its own; where no name is known, on land.
    """
    there = np.flatnonzero(np.isfinite(lat) & np.isfinite(lng))
    if not len(there):
        return Land(0.0, 0.0, "")
    there = there[np.linspace(0, len(there) - 1, min(len(there), _MOST)).astype(np.int64)]
    lats, lngs = lat[there], lng[there]
    fine = (np.abs(lats) <= LATITUDE_LIMIT) & (np.abs(lngs) <= LONGITUDE_LIMIT)
    areas = geodata.admin1("fine")
    index = areas.locate(lats[fine], lngs[fine])
    held = np.where(index >= 0, areas.countries[index].astype(str), "")
    if written is not None:
        own = np.array([country_of(word or "") or "" for word in written.take(pa.array(there[fine])).to_pylist()])
        if (own != "").any():
            held = np.where((own == "") | (own == held), held, "")
    countries, counts = np.unique(held[held != ""], return_counts=True)
    if not len(countries):
        return Land(0.0, 0.0, "")
    return Land(float(counts.sum() / len(lats)), float(counts.max() / counts.sum()), str(countries[counts.argmax()]))
