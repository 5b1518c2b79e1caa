"""Border lines from the shared edges of a coverage, each with one style; the coast is not a border.

Different countries: `international`; the same country: `admin1`; a row of `tables/disputed.csv` overrules both, so no
solid line lies under a dashed one.
"""

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
STYLES = ("international", "disputed", "admin1")
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


def styles(
    code: NDArray[Any],
    country: NDArray[Any],
    disputed: pd.DataFrame,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> NDArray[Any]:
    """Return the style of the line between units `first` and `second` (indices into `code` and `country`).

    `disputed` has unit, territory, line ("disputed", "none" or empty) and line_with: countries or territories on the
    other side, `*` for all. A line inside one territory is never changed. "none" never hides a border of countries.
    """
    pairs, which = np.unique(np.stack([first, second], axis=1), axis=0, return_inverse=True)
    territories: dict[str, set[str]] = {}
    for unit, territory in zip(disputed["unit"], disputed["territory"], strict=True):
        territories.setdefault(unit, set()).add(territory)
    rows: dict[str, list[tuple[str, str, frozenset[str]]]] = {}
    for unit, territory, line, with_ in disputed[["unit", "territory", "line", "line_with"]].itertuples(index=False):
        rows.setdefault(unit, []).append((territory, line, frozenset(with_.split())))

    def ruled(one: int, other: int) -> set[str]:
        sides = {country[other], *territories.get(code[other], ())}
        return {
            line
            for territory, line, with_ in rows.get(code[one], ())
            if line and territory not in sides and ("*" in with_ or with_ & sides)
        }

    out = []
    for i, j in pairs:
        found = ruled(i, j) | ruled(j, i)
        plain = "international" if country[i] != country[j] else "admin1"
        undetermined = plain == "international" and (country[i].startswith("X-") or country[j].startswith("X-"))
        if "disputed" in found or undetermined:
            out.append("disputed")
        else:
            out.append("none" if "none" in found and plain == "admin1" else plain)
    return np.array(out, dtype=object)[which.ravel()]


def lines(geometry: Geometries, code: NDArray[Any], country: NDArray[Any], disputed: pd.DataFrame) -> pd.DataFrame:
    """Return the border lines as a table of style and geometry (LineString), merged so that dashes run on unbroken."""
    segment, first, second = shared_edges(geometry)
    style = styles(code, country, disputed, first, second)
    frames = []
    for name in STYLES:
        pieces = shapely.linestrings(segment[style == name])
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(pieces)))
        frames.append(pd.DataFrame({"style": name, "geometry": merged}))
    return pd.concat(frames, ignore_index=True)
