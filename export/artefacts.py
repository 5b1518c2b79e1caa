"""Possible coding artefacts of a reading under `as coded`, and the sentence that says why (methods.md 2)."""

from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray

from data.holdings import Holdings
from export.geography import Geography, geography
from export.reading import SELECTIONS, Reading
from geo.artefact import STACKED, Anchor, Artefacts, find_artefacts
from geo.cells import Cells, bin_points, parents
from geo.cube import UnitKind
from geo.precision import Fate, Treatment, fits


def artefacts_of(reading: Reading, holdings: Holdings) -> Artefacts | None:
    """Return what was found in each unit of a reading's window; None unless records stand in cells as coded."""
    lattice, window, events = reading.placed.lattice, reading.window, reading.placed.events
    if reading.view.treatment is not Treatment.AS_CODED or lattice.kind is not UnitKind.CELLS:
        return None
    if lattice.resolution is None:
        return None
    placed = reading.placed
    mine = (placed.fate == Fate.PLACED) & events.of(SELECTIONS[reading.view.kinds])
    at = np.flatnonzero(mine & (placed.period >= window.start) & (placed.period < window.stop))
    return find_artefacts(
        placed.unit[at],
        _coordinates(holdings, events.row[at]),
        ~fits(events.support[at], lattice.resolution),
        anchors(lattice.units, lattice.resolution),
    )


def anchors(units: Cells, resolution: int) -> NDArray[np.uint8]:
    """Return the `Anchor` bits of cells: what imprecise records are coded to lies in them."""
    out = np.zeros(len(units), dtype=np.uint8)
    for kind, finest in _anchor_cells(geography()).items():
        out |= np.where(np.isin(units, parents(finest, resolution)), np.uint8(kind), np.uint8(0))
    return out


def artefact_sentence(found: Artefacts, unit: int) -> str:
    """Return why a unit is flagged, or an empty text."""
    if not found.flagged[unit]:
        return ""
    records, rough, stacked = (int(column[unit]) for column in (found.records, found.imprecise, found.stacked))
    where = _anchor_text(Anchor(int(found.anchor[unit])))
    incidents = "incident" if records == 1 else "incidents"
    if stacked >= STACKED:
        beside = f" The cell holds {where}." if where else ""
        return (
            f"Possible coding artefact: {stacked:,} of {records:,} {incidents} here stand on one coordinate and are "
            f"known to a wider area only.{beside}"
        )
    return (
        f"Possible coding artefact: {rough:,} of {records:,} {incidents} here {'is' if rough == 1 else 'are'} known to "
        f"a wider area only, and the cell holds {where}, where such records are coded."
    )


def _anchor_text(anchor: Anchor) -> str:
    if Anchor.CENTRE in anchor:
        return "the centre point of a province"
    if Anchor.CAPITAL in anchor:
        return "a national capital"
    return "the largest town of a province" if Anchor.SEAT in anchor else ""


def _coordinates(holdings: Holdings, rows: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return an id for the coordinate of each row of the details: equal where longitude and latitude are."""
    part = holdings.details.select(["longitude", "latitude"])
    pairs = np.column_stack([part["longitude"].to_numpy()[rows], part["latitude"].to_numpy()[rows]])
    return np.asarray(np.unique(pairs, axis=0, return_inverse=True)[1]).ravel().astype(np.int64)


@cache
def _anchor_cells(shipped: Geography) -> dict[Anchor, Cells]:
    """Return the cells at resolution 7 of centres, seats and capitals of all areas."""
    areas, places = shipped.areas, shipped.places
    middle = shapely.centroid(areas.geometry)
    lat, lng = places.lat.astype(np.float64), places.lng.astype(np.float64)
    lat, lng = np.clip(lat, -90.0, 90.0), np.clip(lng, -180.0, 180.0)
    area = areas.locate(lat, lng)
    order = np.lexsort((-places.population, area))
    order = order[area[order] >= 0]
    largest = order[np.unique(area[order], return_index=True)[1]]
    largest = largest[places.population[largest] > 0]
    capital = np.flatnonzero(places.capital)
    return {
        Anchor.CENTRE: np.concatenate(
            [
                bin_points(shapely.get_y(middle), shapely.get_x(middle)),
                bin_points(areas.label_lat.astype(np.float64), areas.label_lng.astype(np.float64)),
            ]
        ),
        Anchor.SEAT: bin_points(lat[largest], lng[largest]),
        Anchor.CAPITAL: bin_points(lat[capital], lng[capital]),
    }
