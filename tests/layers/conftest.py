"""A small invented country on an empty sea, and incidents in it: no shipped geography is needed to test the layers."""

from dataclasses import dataclass

import numpy as np
import pytest
import shapely

from geo.areas import Areas
from geo.cells import bin_points
from geo.coverage import Coverage
from geo.lattices import area_lattice, cell_lattice
from geo.located import CIVILIAN_HARM, LocatedEvents
from geo.periods import Grain, Periods
from geo.places import Places
from geo.tally import Placed, Tally, place, tally
from layers.basemap import Boundaries
from layers.camera import Camera, fit
from layers.points import PointDetails, chosen

LAST = 28_000
WEEKS = 12
HOSTILE = "</script><script>alert('x')</script> {{7*7}} {tip} \"quoted\" \u202egnihtemos\u0000"


def squares(codes, countries, names) -> Areas:
    """Squares of two degrees side by side from 28 E, between 10 and 12 N."""
    lng = 29.0 + 2.0 * np.arange(len(codes))
    shapes = [shapely.box(x - 1, 10, x + 1, 12) for x in lng]
    columns = [np.array(column, dtype=object) for column in (codes, names, countries, countries, shapes)]
    return Areas("admin1", *columns, lng, np.full(len(codes), 11.0))


@dataclass(frozen=True)
class World:
    """Everything that the layers ask for."""

    areas: Areas
    countries: Areas
    boundaries: Boundaries
    coverage: Coverage
    periods: Periods
    events: LocatedEvents
    lng: np.ndarray
    lat: np.ndarray
    places: Places
    camera: Camera
    window: slice

    def placed(self, *, by_area: bool = False) -> Placed:
        areas = area_lattice(self.areas, self.periods)
        lattice = areas if by_area else cell_lattice(self.events, 4, self.periods, self.areas)
        return place(self.events, lattice, areas, self.coverage)

    def tally(self, *, by_area: bool = False) -> Tally:
        return tally(self.placed(by_area=by_area), CIVILIAN_HARM)

    def details(self, headline: str = "Village raided") -> PointDetails:
        picked = chosen(self.placed(), CIVILIAN_HARM, self.window)
        rows = self.events.row[picked]
        ids = np.array([f"EX-A-{row}" for row in rows], dtype=object)
        return PointDetails(self.lng[rows], self.lat[rows], np.full(len(rows), headline, dtype=object), ids)


@pytest.fixture(scope="session")
def world() -> World:
    areas = squares(["A1", "A2", "B1", "C1"], ["AAA", "AAA", "BBB", "CCC"], ["West", "East", "Hill", "Far"])
    countries = Areas(
        "admin0",
        *(np.array(column, dtype=object) for column in (["AAA", "BBB", "CCC"], ["Aland", "Bland", "Cland"])),
        np.array(["AAA", "BBB", "CCC"], dtype=object),
        np.array(["Aland", "Bland", "Cland"], dtype=object),
        np.array([shapely.box(28, 10, 32, 12), shapely.box(32, 10, 34, 12), shapely.box(34, 10, 36, 12)], dtype=object),
        np.array([30.0, 33.0, 35.0]),
        np.full(3, 11.5),
    )
    lines = {
        "adm1": np.array([shapely.LineString([(30, 10), (30, 12)])], dtype=object),
        "intl": np.array([shapely.LineString([(34, 10), (34, 12)])], dtype=object),
        "other": np.array([shapely.LineString([(32, 10), (32, 12)])], dtype=object),
    }
    rng = np.random.default_rng(5)
    n = 240
    lng, lat = rng.uniform(28.1, 31.9, n), rng.uniform(10.1, 11.9, n)
    lng[:60], lat[:60] = 29.2, 10.8
    day = (LAST - rng.integers(0, 7 * WEEKS, n)).astype(np.int32)
    best = rng.integers(0, 9, n).astype(np.int32)
    support = rng.choice([0, 1, 2, 3], n, p=[0.5, 0.2, 0.25, 0.05]).astype(np.uint8)
    events = LocatedEvents(
        bin_points(lat, lng),
        areas.locate(lat, lng),
        np.zeros(n, dtype=np.int16),
        support,
        rng.choice([12, 1], n, p=[0.8, 0.2]).astype(np.uint8),
        day,
        day,
        best // 2,
        best,
        best + 1,
        best // 2,
        np.arange(n, dtype=np.int32),
        ("AAA",),
    )
    days = [np.array([value], dtype=np.int32) for value in (LAST - 4000, LAST, LAST - 14)]
    names = ["Alpha", "Bêta", "Gamma", "Delta"]
    places = Places(
        np.array(names, dtype=object),
        np.array([10.8, 11.2, 11.0, 11.0], dtype=np.float32),
        np.array([29.2, 31.0, 31.05, 33.0], dtype=np.float32),
        np.array(["AAA", "AAA", "AAA", "BBB"], dtype=object),
        np.array([900_000, 400_000, 350_000, 0], dtype=np.int32),
        np.array([True, False, False, True]),
        np.array([0, 2, 2, 0], dtype=np.uint8),
    )
    periods = Periods.covering(LAST - 7 * WEEKS, LAST, Grain.WEEK)
    return World(
        areas,
        countries,
        Boundaries(countries, lines, np.array([shapely.box(29.4, 11.2, 29.7, 11.4)], dtype=object)),
        Coverage(("AAA",), *days),
        periods,
        events,
        lng,
        lat,
        places,
        fit((28, 9.5, 36, 12.5), 1376, 612),
        periods.window(LAST - 41, LAST),
    )
