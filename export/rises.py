"""Where recorded violence against civilians grows, ranked by how surely: the reading behind the Overview.

A ranking, not an alarm: clusters of cells whose exact rate ratio has its lower 95 % limit above 1, those that stand
in most settings first and then by that limit, beside what the same rule listed in an ordinary week of the past year
(methods.md 5 and 13).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.areas import Areas
from geo.cells import Cells, bin_points, centres, parents, to_text
from geo.change_class import ChangeClass
from geo.cube import Lattice
from geo.neighbours import neighbours
from geo.places import Places
from geo.tally import Tally
from stats.change import Change, change
from stats.clusters import Cluster, clusters
from stats.exact_ratio import ExactRatio, exact_ratio
from stats.one_unit import as_one_unit
from stats.ordinary_week import OrdinaryWeek, ordinary_week
from stats.rate_ratio import RateRatio, rate_ratio
from stats.record_high import Record, record_high
from stats.rise_rule import FIRST_RULE, RiseRule
from stats.stability import Settings, try_settings
from stats.trend import Trend
from stats.windows import Windows, final_window

RECENT_WEEKS = 8
DEATHS_WEEKS = 4
BASELINE_WEEKS = 52
STALE_WEEKS = 12
"""A comparison that ends this long before the as-of date is not about now: a source that ended is not a fall."""


@dataclass(frozen=True, slots=True)
class Rise:
    """One cluster of cells that grows: its name, numbers and doubts. `killed` counts civilians over four weeks.

    `stands` of `settings` tried; `weeks_listed` weeks on the list without a break, this one included.
    """

    number: int
    place: str
    area: str
    country: str
    cells: Cells
    key: str
    incidents: int
    expected: float
    estimate: float
    low: float
    high: float
    killed: int
    record: Record
    stands: int
    settings: int
    weeks_listed: int
    trend: Trend

    @property
    def firm(self) -> bool:
        """Whether it stands in more than half of the settings that the data bear."""
        return 2 * self.stands > self.settings


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole study area: incidents of the recent window, what the year before would give, and the exact ratio."""

    incidents: int
    expected: float
    ratio: ExactRatio

    @property
    def rising(self) -> bool:
        """Whether the total itself rises, by its lower 95 % limit."""
        return bool(self.ratio.low > 1.0)


@dataclass(frozen=True, slots=True)
class Rises:
    """All that the Overview says: the ranked `rises`, the `classes` of every cell, the whole, and an ordinary week."""

    lattice: Lattice
    windows: Windows
    ratio: RateRatio
    change: Change
    rises: tuple[Rise, ...]
    whole: Whole
    ordinary: OrdinaryWeek

    @property
    def comparable(self) -> bool:
        """Whether any cell has a long enough history, and the last final week is not long past."""
        recent = self.lattice.periods.count - self.windows.end <= STALE_WEEKS
        return recent and bool(self.ratio.counts.known.any())

    @property
    def classes(self) -> NDArray[np.uint8]:
        """The class of change of each cell (`ChangeClass`); not covered where nothing can be compared."""
        return self.change.classes if self.comparable else np.full_like(self.change.classes, ChangeClass.NOT_COVERED)

    @property
    def firm(self) -> int:
        """Number of clusters that stand in more than half of the settings."""
        return sum(rise.firm for rise in self.rises)


def find_rises(
    coarse: Tally, fine: Tally, by_area: Tally, areas: Areas, places: Places, rule: RiseRule = FIRST_RULE
) -> Rises:
    """Rank the clusters of `coarse` (H3 resolution 4, weekly, with a ring) and try each on `fine` (5) and `by_area`.

    All three tallies hold the same selection of the same incidents over the same periods.
    """
    cube = coarse.incidents
    windows = final_window(cube.state, RECENT_WEEKS, BASELINE_WEEKS)
    stale = cube.lattice.periods.count - windows.end > STALE_WEEKS
    near = neighbours(cube.lattice)
    ratio = rate_ratio(cube, near, windows)
    classes = change(ratio, rule)
    found = clusters(ratio, classes.rising, near)
    ordinary = ordinary_week(cube, near, windows, rule)
    tried = _Tried.of(coarse, fine, by_area, windows, rule)
    names = _Names(areas, places, cube.lattice.resolution or 0)
    listed = [_rise(cluster, coarse, ordinary, tried, names) for cluster in found] if not stale else []
    listed.sort(key=lambda rise: (not rise.firm, -rise.low))
    rises = tuple(replace(rise, number=number) for number, rise in enumerate(listed, start=1))
    return Rises(cube.lattice, windows, ratio, classes, rises, _whole(coarse, ratio, windows), ordinary)


@dataclass(frozen=True, slots=True)
class _Tried:
    """The three lattices of methods.md 13, each in its nine settings."""

    windows: Windows
    coarse: Settings
    fine: Settings
    fine_parents: Cells
    areas: Settings
    area_units: NDArray[np.uint64]

    @classmethod
    def of(cls, coarse: Tally, fine: Tally, by_area: Tally, windows: Windows, rule: RiseRule) -> "_Tried":
        def settings(tally: Tally) -> Settings:
            near = neighbours(tally.incidents.lattice)
            return try_settings(tally.incidents, near, windows.end, windows.baseline, rule)

        lattice = fine.incidents.lattice
        resolution = coarse.incidents.lattice.resolution or 0
        return cls(
            windows,
            settings(coarse),
            settings(fine),
            parents(lattice.units, resolution),
            settings(by_area),
            by_area.incidents.lattice.units,
        )

    def stands(self, members: NDArray[np.integer], cells: Cells, area: int) -> tuple[int, int]:
        """Return in how many settings any part of the cluster was flagged, and how many the data bear."""
        standing, borne = 0, 0
        for settings, units in (
            (self.coarse, members),
            (self.fine, np.flatnonzero(np.isin(self.fine_parents, cells))),
            (self.areas, np.flatnonzero(self.area_units == np.uint64(max(area, 0))) if area >= 0 else members[:0]),
        ):
            rose, judged = settings.standing(units)
            standing += int(rose.sum())
            borne += int(judged.sum())
        return standing, borne


class _Names:
    """Names of clusters; the cells of all places are computed once."""

    def __init__(self, areas: Areas, places: Places, resolution: int) -> None:
        self.areas, self.places = areas, places
        lat, lng = places.lat.astype(np.float64), places.lng.astype(np.float64)
        self.place_cells = parents(bin_points(lat, lng), resolution)

    def area_of(self, core: Cells) -> int:
        """Return the index of the admin-1 area that holds the core cell's centre, -1 in none."""
        return int(self.areas.locate(*centres(core))[0])


def _rise(cluster: Cluster, tally: Tally, ordinary: OrdinaryWeek, tried: _Tried, names: _Names) -> Rise:
    windows = tried.windows
    lattice = tally.incidents.lattice
    cells = lattice.units[cluster.members]
    _, trend = as_one_unit(tally.incidents, cluster.around, windows)
    deaths, _ = as_one_unit(tally.killed, cluster.around, windows)
    record = record_high(deaths, neighbours(deaths.lattice, 0), windows.end, recent=DEATHS_WEEKS)
    core = lattice.units[cluster.core : cluster.core + 1]
    area = names.area_of(core)
    area_name = str(names.areas.names[area]) if area >= 0 else ""
    stands, settings = tried.stands(cluster.members, cells, area)
    code = lattice.country_codes[lattice.country[cluster.core]] if lattice.country[cluster.core] >= 0 else ""
    return Rise(
        0,
        name_of(cells, core, names.places, names.place_cells, area_name),
        area_name,
        code,
        cells,
        to_text(core)[0],
        cluster.recent,
        cluster.expected,
        cluster.estimate,
        cluster.low,
        cluster.high,
        int(record.deaths[0]),
        Record(int(record.level[0])),
        stands,
        settings,
        _weeks_listed(ordinary.rising[:, cluster.members]),
        trend,
    )


def _weeks_listed(rising: NDArray[np.bool_]) -> int:
    """Weeks that the cluster has stood on the list without a break, this one included; rows run back in time."""
    broken = np.flatnonzero(~rising.any(axis=1))
    return 1 + (int(broken[0]) if len(broken) else len(rising))


def name_of(cells: Cells, core: Cells, places: Places, place_cells: Cells, otherwise: str) -> str:
    """Return the largest place in the cluster's cells, else the nearest to its core, else `otherwise`."""
    at = np.flatnonzero(np.isin(place_cells, cells))
    if len(at):
        return str(places.name[at[np.argmax(places.population[at])]])
    if not len(places):
        return otherwise
    nearest, _ = places.nearest_place(*centres(core))
    return str(places.name[nearest[0]])


def _whole(tally: Tally, ratio: RateRatio, windows: Windows) -> Whole:
    """The total over cells that can be judged, with the incidents known to an area only of the same countries."""
    counts = ratio.counts
    known = counts.known
    recent, baseline = int(counts.own_recent[known].sum()), int(counts.own_baseline[known].sum())
    lattice = tally.area_incidents.lattice
    if len(lattice):
        beside = rate_ratio(tally.area_incidents, neighbours(lattice), windows).counts
        recent += int(beside.own_recent[beside.known].sum())
        baseline += int(beside.own_baseline[beside.known].sum())
    exact = exact_ratio(recent, baseline, windows.recent, windows.baseline)
    return Whole(recent, baseline * windows.recent / windows.baseline, exact)
