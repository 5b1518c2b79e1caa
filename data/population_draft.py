"""People by cell or by area as a draft of observations: the stock of people on one day, from a user's own file."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data import geodata
from data.card import Card
from data.columns import constant
from data.coverage import Coverage, Span
from data.draft import OBSERVATIONS, Draft
from data.located import Places, locate
from data.manifest import Origin
from data.observations import conform_observations
from data.rejections import NONE, Rejections
from geo.cells import NO_CELL, Cells, centres
from geo.errors import FileRefused

CARD: Final = Card(
    key="population",
    title="Population (a user's own file)",
    publisher="Not stated in the file",
    citation="Population: the user's own file; cite its publisher",
    licence="not stated in the file",
    raw_shareable=False,
    rhythm="as loaded",
    lag_days=0,
    mutability="versioned",
    scope_note="People by place at one date, used as a denominator only.",
    namespace="population",
)
MEASURE: Final = "population"


@dataclass(frozen=True, slots=True)
class Count:
    """People by place: cells of resolution 7, or indices into the admin-1 areas (`by_area`); distinct."""

    places: NDArray[np.unsignedinteger] | NDArray[np.signedinteger]
    people: NDArray[np.float64]
    by_area: bool = False


def population_draft(
    count: Count, day: dt.date, today: dt.date, origin: Origin, *, reason: str, rejections: Rejections = NONE, read: int
) -> Draft:
    """Return people by place on `day` as a draft.

    `read` counts the rows of the file that were kept and rejected, where a row is a place, else the places. Raises
    `FileRefused` where nothing lies on land.
    """
    size = len(count.people)
    places = _places(count)
    lat, lng = _points(count)

    columns: dict[str, object] = {
        "source": constant(CARD.key, size),
        "measure": constant(MEASURE, size),
        "kind": constant("stock", size),
        "value": count.people,
        "unit": constant("people", size),
        "state": constant("observed", size),
        "period_start": pa.array([day] * size, pa.date32()),
        "period_end": pa.array([day + dt.timedelta(days=1)] * size, pa.date32()),
        "known_at": pa.array([max(day, today)] * size, pa.date32()),
        "cell": places.cell,
        "area": places.area,
        "country_code": places.area_country,
        "latitude": lat,
        "longitude": lng,
        "origin_cell": np.zeros(size, dtype=np.uint64),
        "exercise": np.zeros(size, dtype=bool),
    }
    countries = sorted(set(places.area_country.drop_null().to_pylist()))
    if not countries:
        raise FileRefused(f"Nobody in {origin.name} lives on land.", remedy="Check its coordinate system.")
    coverage = Coverage(tuple(Span(code, day, day) for code in countries), "countries", reason)
    table = conform_observations(pa.table(columns))
    return Draft(OBSERVATIONS, table, CARD, coverage, origin=origin, rejections=rejections, read=read)


def _places(count: Count) -> Places:
    if count.by_area:
        return Places(np.full(len(count.places), NO_CELL, dtype=np.uint64), count.places.astype(np.int32))
    return locate(*centres(count.places.astype(np.uint64)))


def _points(count: Count) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not count.by_area:
        cells: Cells = count.places.astype(np.uint64)
        return centres(cells)
    areas = geodata.admin1("fine")
    return areas.label_lat[count.places], areas.label_lng[count.places]
