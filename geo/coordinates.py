"""Latitude and longitude in degrees: checked at the door, and each distinct pair worked on once."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import ValueRefused
from geo.frozen import same_length

Degrees = NDArray[np.float64]

LATITUDE_LIMIT = 90.0
LONGITUDE_LIMIT = 180.0


def check_coordinates(latitude: Degrees, longitude: Degrees) -> None:
    """Refuse what is not on the globe: H3 itself takes latitude 91 or longitude 540 without complaint.

    Raises `ValueRefused` with the first bad row (0-based) and its value; a NaN is refused as well.
    """
    same_length(latitude=latitude, longitude=longitude)
    for column, values, limit in (
        ("latitude", latitude, LATITUDE_LIMIT),
        ("longitude", longitude, LONGITUDE_LIMIT),
    ):
        bad = np.flatnonzero(~(np.abs(values) <= limit))
        if len(bad):
            what = f"{column} is not between -{limit:.0f} and {limit:.0f} degrees"
            row = int(bad[0])
            raise ValueRefused(
                what,
                column=column,
                row=row,
                value=float(values[row]),
                remedy="Check that latitude and longitude are decimal degrees and not swapped.",
            )


def distinct(latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees, NDArray[np.int64]]:
    """Return the distinct pairs and, for each row, the index of its pair (the last array has the input's length).

    Conflict records share coordinates (towns, centroids): work per pair is several times less than per row.
    """
    lat_codes, lats = pd.factorize(np.asarray(latitude, dtype=np.float64))
    lng_codes, lngs = pd.factorize(np.asarray(longitude, dtype=np.float64))
    pair, pairs = pd.factorize(lat_codes.astype(np.int64) * max(len(lngs), 1) + lng_codes)
    which_lat, which_lng = np.divmod(np.asarray(pairs, dtype=np.int64), max(len(lngs), 1))
    return lats[which_lat], lngs[which_lng], pair.astype(np.int64)
