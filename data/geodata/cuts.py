"""Cut disputed areas out of the admin-1 units that hold them (boundaries.md, steps).

A piece is named `unit~piece`. Three ways: along lines of the disputed layer (the face that holds a probe point), at a
parallel, or by whole parts (islands).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import FileRefused

Geometry = Any  # shapely publishes no types

SLIVER_DEGREES2 = 0.003  # rests of the cut that follow an old course of the border: about 35 km2
OVERSHOOT_DEGREES = 0.08  # the lines come from an older edition and stop just short of the unit's edge


@dataclass(frozen=True)
class Cut:
    """A piece to cut from `unit`: `probes` (lng, lat) with `claims`, or `box` (w, s, e, n), whole parts if `parts`."""

    unit: str
    piece: str
    name: str
    claims: tuple[str, ...] = ()
    probes: tuple[tuple[float, float], ...] = ()
    box: tuple[float, float, float, float] | None = None
    parts: bool = False


SAHARA = (-20.0, 20.0, -5.0, 27.0 + 40.0 / 60.0)  # Western Sahara ends at 27 40 N
# A small piece comes before its large neighbour, or it would be taken for a sliver of it.
CUTS = (
    Cut("SDN-882", "abyei", "Abyei", ("South Sudanese claim",), ((28.4, 9.85),)),
    Cut("ISR-3056", "shebaa", "Shebaa Farms", ("Syrian claim", "Lebanese claim"), ((35.69, 33.29),)),
    Cut("ISR-3056", "golan", "Golan Heights", ("Syrian claim", "Lebanese claim"), ((35.78, 33.0),)),
    Cut("MAR-3456", "wsahara_w", "Laâyoune - Boujdour", box=SAHARA),
    Cut("MAR-3457", "wsahara_w", "Es-Semara", box=SAHARA),
    Cut("KEN-890", "ilemi", "Ilemi Triangle", ("Sudanese claim", "Kenyan claim"), ((35.17, 4.816), (35.744, 4.641))),
    Cut("CHN-1756", "aksai_chin", "Aksai Chin (north)", ("Indian claim",), ((79.067, 35.15), (79.798, 34.54))),
    Cut("CHN-1662", "aksai_chin", "Aksai Chin (south)", ("Indian claim",), ((78.82, 33.927), (80.095, 35.08))),
    Cut("CHN-1756", "shaksgam", "Shaksgam Valley", ("Indian claim",), ((76.441, 35.96),)),
    Cut("GEO-3039", "s_ossetia", "", ("Georgian claim",), ((44.051, 42.335),)),
    Cut("GEO-3034", "s_ossetia", "", ("Georgian claim",), ((44.482, 42.319),)),
    Cut("GEO-3035", "s_ossetia", "", ("Georgian claim",), ((43.729, 42.573),)),
    Cut("GEO-3030", "s_ossetia", "", ("Georgian claim",), ((43.66, 42.335),)),
    Cut("RUS-2616", "s_kurils", "Southern Kurils", box=(145.0, 43.2, 149.0, 45.6), parts=True),
    Cut("YEM-3497", "soqotra", "Soqotra", box=(51.0, 11.0, 56.0, 13.5), parts=True),
)


def _stretched(line: Geometry) -> Geometry:
    """Lengthen both ends of an open line straight on by `OVERSHOOT_DEGREES`."""
    xy = shapely.get_coordinates(line)

    def beyond(end: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
        step = end - before
        further: NDArray[np.float64] = end + step / np.hypot(*step) * OVERSHOOT_DEGREES
        return further

    return shapely.linestrings(np.vstack([beyond(xy[0], xy[1]), xy, beyond(xy[-1], xy[-2])]))


def _along(unit: Geometry, lines: NDArray[np.object_], cut: Cut) -> Geometry:
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.get_parts(lines))))
    network = shapely.union_all([shapely.boundary(unit), *(_stretched(line) for line in merged)])
    faces = shapely.get_parts(shapely.polygonize([network]))
    faces = faces[shapely.covers(unit, shapely.point_on_surface(faces))]
    picked = shapely.intersects(faces, shapely.multipoints(np.array(cut.probes)))
    return shapely.union_all(faces[picked])


def _boxed(unit: Geometry, cut: Cut) -> Geometry:
    assert cut.box is not None  # noqa: S101 - a Cut has probes or a box
    frame = shapely.box(*cut.box)
    if not cut.parts:
        return shapely.intersection(unit, frame)
    parts = shapely.get_parts(unit)
    return shapely.union_all(parts[shapely.covers(frame, parts)])


def pieces(units: Mapping[str, Geometry], lines: Mapping[str, NDArray[np.object_]]) -> dict[str, Geometry]:
    """Return every unit that is cut (what remains of it) and every piece, by code.

    `lines` holds the disputed lines by claim. The area of a unit and its pieces is the unit's former area. Raises
    `FileRefused` where a cut finds nothing, for then the inputs are not the editions these cuts were made for.
    """
    out: dict[str, Geometry] = {}
    for cut in CUTS:
        whole = units[cut.unit]
        if cut.box is None:
            chosen = np.concatenate([lines[claim] for claim in cut.claims])
            chosen = chosen[shapely.dwithin(chosen, whole, OVERSHOOT_DEGREES)]
            piece = _along(whole, chosen, cut)
        else:
            piece = _boxed(whole, cut)
        if shapely.is_empty(piece):
            raise FileRefused(
                f"the cut {cut.unit}~{cut.piece} finds nothing.", remedy="Use the package versions of sources.py."
            )
        rest = out.get(cut.unit, whole)
        parts = shapely.get_parts(shapely.difference(rest, piece))
        crumbs = (shapely.area(parts) < SLIVER_DEGREES2) & shapely.dwithin(parts, piece, 1e-9) & (cut.box is None)
        out[f"{cut.unit}~{cut.piece}"] = shapely.union_all([piece, *parts[crumbs]])
        out[cut.unit] = shapely.union_all(parts[~crumbs])
    return out
