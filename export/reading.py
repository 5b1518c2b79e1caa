"""What a view says: the lattice it asks for, the incidents placed on it, and their tally over its window."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.boundaries.second_order import within
from data.holdings import Holdings
from geo.areas import Areas
from geo.coverage import Coverage
from geo.lattices import area_lattice, cell_lattice
from geo.located import ALL_VIOLENCE, CIVILIAN_HARM, Flag, Selection
from geo.periods import Grain, Periods, to_day
from geo.precision import Support, TimeTreatment, Treatment
from geo.study_area import StudyArea
from geo.tally import Placed, Tally, place
from geo.view import AREA_RESOLUTION, DISTRICT_RESOLUTION, Kinds, View

_QUIET_DAYS = 3 * 366
"""Covered days before the first incident that count: zeros to compare with."""

SELECTIONS = {
    Kinds.CIVILIAN: CIVILIAN_HARM,
    Kinds.ALL: ALL_VIOLENCE,
    Kinds.STATE_BASED: Selection(Flag.STATE_BASED, civilian=False),
    Kinds.NON_STATE: Selection(Flag.NON_STATE, civilian=False),
    Kinds.ONE_SIDED: Selection(Flag.ONE_SIDED),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a placed lattice depends on: a tally for any selection of kinds follows from it, and so do all windows."""

    exercise: bool
    place: str
    resolution: int
    grain: Grain
    known: dt.date
    treatment: Treatment
    source: str = ""
    ring: int = 0
    times: TimeTreatment = TimeTreatment.END

    @classmethod
    def of(cls, view: View) -> "Frame":
        """Return the frame of a view."""
        return cls(
            view.exercise,
            view.place,
            view.resolution,
            view.grain,
            view.known,
            view.treatment,
            view.source,
            times=view.times,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A view's tally, with the slice of periods that its window means, and the coverage as known then."""

    view: View
    placed: Placed
    tally: Tally
    coverage: Coverage
    window: slice

    @property
    def periods(self) -> Periods:
        """The periods of the lattice."""
        return self.placed.lattice.periods

    @property
    def first_day(self) -> int:
        """First day of the window, as whole periods hold it."""
        return int(self.periods.starts[self.window][0])

    @property
    def last_day(self) -> int:
        """Last day of the window (inclusive), not after the as-of date."""
        return min(int(self.periods.ends[self.window][-1]) - 1, to_day(self.view.known))


def coverage_as_known(holdings: Holdings, known: dt.date) -> Coverage:
    """Return the coverage as it stood on the as-of date."""
    return holdings.coverage.as_known(to_day(known))


def periods_of(holdings: Holdings, grain: Grain, known: dt.date) -> Periods:
    """Return the periods from the first covered day, or the first incident if that is earlier, to the as-of date."""
    days = [*holdings.coverage.first.tolist()]
    if len(holdings.events):
        first_incident = int(holdings.events.end_day.min())
        days = [max(min(days, default=first_incident), first_incident - _QUIET_DAYS)]
    last = to_day(known)
    return Periods.covering(min(min(days, default=last), last), last, grain)


def place_frame(holdings: Holdings, areas: Areas, frame: Frame, districts: Areas | None = None) -> Placed:
    """Return every incident placed on the lattice that a frame asks for; `districts` are those that a user loaded.

    A frame of districts without any is one of provinces.
    """
    events, study = holdings.events, StudyArea.parse(frame.place)
    inside = study.inside(events, areas)
    periods = periods_of(holdings, frame.grain, frame.known)
    second = None
    if frame.resolution == DISTRICT_RESOLUTION and districts is not None:
        lattice = area_lattice(districts, periods, np.flatnonzero(study.holds(districts.countries)).astype(np.int32))
        lat, lng = (holdings.details[name].to_numpy() for name in ("latitude", "longitude"))
        second = within(districts, events, lat, lng)
    elif frame.resolution in {AREA_RESOLUTION, DISTRICT_RESOLUTION}:
        lattice = area_lattice(areas, periods, _areas_of(study, holdings, areas, inside, frame.treatment))
    else:
        lattice = cell_lattice(
            events, frame.resolution, periods, areas, inside=inside, ring=frame.ring, treatment=frame.treatment
        )
    known_to_area = inside & (events.support <= Support.AREA)
    beside = area_lattice(areas, periods, events.area[known_to_area])
    coverage = coverage_as_known(holdings, frame.known)
    return place(
        events,
        lattice,
        beside,
        coverage,
        treatment=frame.treatment,
        times=frame.times,
        inside=inside,
        second=second,
    )


def read(view: View, placed: Placed, tally: Tally, coverage: Coverage) -> Reading:
    """Return the reading of a view on its frame's lattice."""
    window = placed.lattice.periods.window(to_day(view.first), to_day(view.last))
    if window.stop <= window.start:
        last = placed.lattice.periods.count
        window = slice(max(last - 1, 0), last)
    return Reading(view, placed, tally, coverage, window)


def _areas_of(
    study: StudyArea, holdings: Holdings, areas: Areas, inside: NDArray[np.bool_], treatment: Treatment
) -> NDArray[np.int32]:
    """The areas of the countries asked for, or of every country that has an incident, and all that an incident enters.

    An incident in an area of undetermined status (Abyei) belongs to the country that its source names.
    """
    events = holdings.events
    if study.countries:
        wanted = study.holds(areas.countries)
    else:
        seen = np.unique(events.area[inside & (events.area >= 0)])
        wanted = np.isin(areas.countries.astype(str), np.unique(areas.countries[seen].astype(str)))
    enters = inside & (events.area >= 0)
    if treatment is not Treatment.AS_CODED:
        enters &= events.support <= Support.AREA
    wanted[events.area[enters]] = True
    return np.flatnonzero(wanted).astype(np.int32)
