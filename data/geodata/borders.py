"""Border lines from the shared edges of a coverage, each with one style for every profile; the coast is no border."""

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.geodata.profiles import belongs_to, styles
from geo.view import Profile

Geometries = NDArray[np.object_]
DIGITS = 1e7  # coordinates as whole numbers of 1e-7 degree: edges of a valid coverage are then equal or not at all


def shared_edges(geometry: Geometries) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the segments that two polygons share: coordinates (n, 2, 2), and the two owners (first < second)."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    rings, of = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, mine = xy[:-1][same], xy[1:][same], owner[of][ring[:-1][same]]
    a, b = np.rint(start * DIGITS).astype(np.int64), np.rint(end * DIGITS).astype(np.int64)
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a[swap], b[swap] = b[swap], a[swap].copy()
    order = np.lexsort((mine, b[:, 1], b[:, 0], a[:, 1], a[:, 0]))
    key = np.hstack([a, b])[order]
    twin = np.flatnonzero((key[1:] == key[:-1]).all(axis=1))
    first, second = order[twin], order[twin + 1]
    segment = np.stack([start[first], end[first]], axis=1)
    between = mine[first] != mine[second]
    return segment[between], mine[first][between], mine[second][between]


def merged(lines: Geometries) -> Geometries:
    """Return lines joined end to end where two of them meet, so that dashes run on unbroken."""
    if not len(lines):
        return lines
    parts: Geometries = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines))))
    return parts


def lines(
    geometry: Geometries, code: NDArray[Any], country: NDArray[Any], drawn: NDArray[Any] | None = None
) -> pd.DataFrame:
    """Return the border lines: a column of style for each profile, and the geometry (LineString).

    `geometry`, `code` and `country` (pieces,) are the pieces of a clean coverage; between two pieces of one unit of
    `drawn` (default: every piece is a unit) no admin-1 line runs. Lines of the same styles are merged. What no profile
    draws is left away.
    """
    segment, first, second = shared_edges(geometry)
    units = code if drawn is None else drawn
    within = units[first] == units[second]
    columns = {}
    for profile in Profile:
        style, _ = styles(profile, code, belongs_to(profile, code, country), first, second)
        columns[profile.value] = np.where(within & (style == "adm1"), "none", style)
    triples, which = np.unique(np.stack(list(columns.values()), axis=1).astype(str), axis=0, return_inverse=True)
    frames = []
    for number, triple in enumerate(triples.tolist()):
        if set(triple) != {"none"}:
            joined = merged(shapely.linestrings(segment[which.ravel() == number]))
            frames.append(pd.DataFrame({**dict(zip(columns, triple, strict=True)), "geometry": joined}))
    return pd.concat(frames, ignore_index=True)
