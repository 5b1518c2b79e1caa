"""A page's whole world: store, geodata, view. Pages ask the desk and show; what is slow is computed once and shared.

The view lives in the session and in the address; both are kept the same. Whatever depends on the snapshot only is
shared by all sessions and read-only.
"""

from dataclasses import replace
from typing import Self
from urllib.parse import urlencode

import streamlit as st

from app_pages import shared
from data.boundaries.held import held as loaded_boundaries
from data.exercise.world import CLOCK
from data.holdings import Holdings
from data.store import Store
from export.geography import Geography, loaded_geography
from export.held import first_known, known_on
from export.map_sheet import Sheet, camera_for, change_sheet, map_sheet
from export.place_card import PlaceCard, place_card, selection_of
from export.rates import refused_measure
from export.reading import Frame, Reading, coverage_as_known, periods_of, read
from export.rises import Rises
from export.study_areas import StudyChoice, study_choices
from geo.periods import Grain, to_date, to_day
from geo.precision import TimeTreatment, Treatment
from geo.tally import Placed
from geo.view import AREA_RESOLUTION, DISTRICT_RESOLUTION, Kinds, Shown, View
from geo.window import as_known
from layers.camera import Camera

FIRST_WINDOW_WEEKS = 6
TELEPHONE_WIDTH, TELEPHONE_HEIGHT = 328, 420


class Desk:
    """Everything a page may ask for. Made anew on each run; what it hands out is shared and read-only."""

    def __init__(self, view: View, store: Store, problems: list[str]) -> None:
        self.view, self.store, self.problems = view, store, problems
        self._boundaries = tuple(one.digest for one in loaded_boundaries(store.home))
        self.geography: Geography = loaded_geography(store.home, self._boundaries)
        self.go_to = ""
        self._current: dict[bool, tuple[str, ...]] = {}

    @classmethod
    def open(cls) -> Self:
        """Return the desk for this run: the view of the address where it is new, else that of the session."""
        store = Store.default()
        query = st.query_params.to_dict()
        exercise = query.get("exercise", "1") == "1"
        view: View | None = st.session_state.get("view")
        problems: list[str] = []
        if view is None or (query and query != st.session_state.get("written")):
            desk = cls(cls._opening_view(store, exercise=exercise), store, [])
            default = view if view is not None and view.exercise == exercise else desk.view
            view, problems = View.from_query(query, default)
        desk = cls(view, store, problems)
        desk.keep(desk._held(view))
        return desk

    def _held(self, view: View) -> View:
        """Return the view with what is not held here replaced by what is, and say so in `problems`."""
        holdings = self.holdings_of(exercise=view.exercise, source=view.source)
        if view.source and view.source != holdings.source:
            self.problems.append(f"There is no source of incidents called {view.source} here.")
        view = replace(view, source=holdings.source)
        known = min(max(view.known, first_known(holdings)), known_on(holdings))
        if known != view.known and holdings:
            self.problems.append(f"Nothing is held for {view.known}: the page shows what was known on {known}.")
        view = as_known(view, known) if known != view.known else view
        if view.first < first_known(holdings):
            view = replace(view, first=min(first_known(holdings), view.last))
        if view.resolution == DISTRICT_RESOLUTION and self.geography.districts is None:
            self.problems.append("No districts are loaded. Load them with: python -m data boundaries add FILE")
            view = replace(view, resolution=AREA_RESOLUTION)
        if reason := refused_measure(holdings, view):
            self.problems.append(reason)
            view = replace(view, shown=Shown.INCIDENTS)
        if view.focus and view.focus not in self.geography.codes:
            self.problems.append(f"There is no province with the code {view.focus}.")
            view = replace(view, focus="")
        return view

    @staticmethod
    def _opening_view(store: Store, *, exercise: bool) -> View:
        desk = Desk(View(exercise, CLOCK, CLOCK, CLOCK), store, [])
        return desk.first_view(exercise=exercise)

    def first_view(self, *, exercise: bool, source: str = "") -> View:
        """Return the view that opens: the latest weeks of the first study area, of a source or of the first one."""
        holdings = self.holdings_of(exercise=exercise, source=source)
        known = known_on(holdings)
        first = to_date(to_day(known) - 7 * FIRST_WINDOW_WEEKS + 1)
        place = study_choices(holdings, self.geography, exercise=exercise)[0].place
        return View(exercise, known, first, known, place, source=holdings.source, profile=self.view.profile)

    def keep(self, view: View) -> None:
        """Make `view` the view of the session and of the address."""
        self.view = view
        st.session_state["view"] = view
        query = view.to_query()
        if st.query_params.to_dict() != query:
            st.query_params.from_dict(query)
        st.session_state["written"] = query

    # what the data say

    def holdings_of(self, *, exercise: bool, source: str) -> Holdings:
        """Return what is held of a source of incidents: in the exercise, or in real data."""
        return shared.holdings_of(exercise, source, str(self.store.home), self._digests(exercise=exercise))

    @property
    def holdings(self) -> Holdings:
        """What the view's data are."""
        return self.holdings_of(exercise=self.view.exercise, source=self.view.source)

    def _digests(self, *, exercise: bool) -> tuple[str, ...]:
        """The current snapshots, newest first; read once a run, for every question to the desk asks for them."""
        if exercise not in self._current:
            kinds = ("events", "observations")
            found = (one.digest for kind in kinds for one in self.store.current(kind, exercise=exercise))
            self._current[exercise] = tuple(found)
        return self._current[exercise]

    @property
    def _key(self) -> tuple[str, ...]:
        """What a placed lattice depends on besides its frame: the snapshots, and boundaries that a user loaded."""
        return (*self._digests(exercise=self.view.exercise), *self._boundaries)

    def look_again(self) -> None:
        """Forget which snapshots are current: the store has just changed."""
        self._current.clear()

    def choices(self) -> tuple[StudyChoice, ...]:
        """Return the study areas that can be chosen."""
        return study_choices(self.holdings, self.geography, exercise=self.view.exercise)

    def placed(self) -> Placed:
        """Return every incident placed on the view's lattice."""
        return shared.placed_on(Frame.of(self.view), self._key, self.holdings, self.geography)

    def reading(self) -> Reading:
        """Return what the view says."""
        key = self._digests(exercise=self.view.exercise)
        placed = self.placed()
        counted = shared.tally_of(Frame.of(self.view), self.view.kinds, key, placed)
        return read(self.view, placed, counted, coverage_as_known(self.holdings, self.view.known))

    def names(self) -> tuple[str, ...]:
        """Return a name for each unit of the view's lattice."""
        return shared.names_of(Frame.of(self.view), self._key, self.placed(), self.geography)

    def rise_view(self) -> View:
        """Return the view that the Overview reads: weeks, resolution 4, places kept apart, whatever the Map shows."""
        return replace(
            self.view,
            grain=Grain.WEEK,
            resolution=shared.RISE_RESOLUTION,
            kinds=Kinds.CIVILIAN,
            treatment=Treatment.PLACED,
            times=TimeTreatment.END,
            focus="",
            selected="",
        )

    def rises(self) -> Rises:
        """Return where recorded violence against civilians grows."""
        frame = Frame.of(self.rise_view())
        return shared.rises_of(frame, self._digests(exercise=self.view.exercise), self.holdings)

    def card(self, reading: Reading) -> PlaceCard | None:
        """Return the card of what is selected."""
        return place_card(reading, self.holdings, self.geography, self.names())

    # maps

    def camera(self, placed: Placed, width: int, height: int, *, focus: str | None = None) -> Camera:
        """Return where the view's map looks; a telephone gets a map of its own width."""
        if self.narrow:
            width, height = TELEPHONE_WIDTH, min(height, TELEPHONE_HEIGHT)
        view = self.view if focus is None else replace(self.view, focus=focus)
        return camera_for(view, placed, self.geography, width, height)

    def sheet(self, reading: Reading, width: int, height: int) -> Sheet:
        """Return the Map's sheet."""
        camera = self.camera(reading.placed, width, height)
        return map_sheet(reading, self.holdings, self.geography, camera, self.names())

    def change_sheet(self, rises: Rises, width: int, height: int) -> Sheet:
        """Return the Overview's sheet."""
        reading = self.rise_reading()
        placed, frame = reading.placed, replace(Frame.of(reading.view), ring=1)
        camera = self.camera(placed, width, height, focus="")
        names = shared.names_of(frame, self._key, placed, self.geography)
        return change_sheet(rises, reading, self.geography, camera, names)

    @property
    def narrow(self) -> bool:
        """Whether the reader's device says that it is a telephone."""
        return "Mobi" in (st.context.headers.get("User-Agent") or "")

    def rise_reading(self) -> Reading:
        """Return the reading behind the Overview, its window the recent weeks of the comparison."""
        view, key = self.rise_view(), self._digests(exercise=self.view.exercise)
        frame = replace(Frame.of(view), ring=1)
        placed = shared.placed_on(frame, key, self.holdings, self.geography)
        counted = shared.tally_of(frame, view.kinds, key, placed)
        recent = self.rises().windows.recent_slice
        if recent.stop > recent.start:
            starts, ends = placed.lattice.periods.starts, placed.lattice.periods.ends
            first, last = to_date(int(starts[recent.start])), to_date(int(ends[recent.stop - 1]) - 1)
            view = replace(view, first=first, last=min(last, view.known))
        return read(view, placed, counted, coverage_as_known(self.holdings, view.known))

    def link(self, *, present: bool = False) -> str:
        """Return the address of this view."""
        base = (st.context.url or "").split("?")[0]
        return f"{base}?{urlencode(replace(self.view, present=present).to_query())}"

    def first_day(self) -> int:
        """Return the first day of the view's history."""
        return periods_of(self.holdings, self.view.grain, self.view.known).first_day

    def select(self, key: str, reading: Reading) -> None:
        """Select what was clicked: a cell, an area, or the cell of an incident."""
        self.keep(replace(self.view, selected=selection_of(key, reading, self.holdings, self.geography)))

    def open_map(self, key: str) -> None:
        """Go to the Map with a cell of the Overview selected."""
        self.keep(replace(self.rise_view(), selected=key))
        self.go_to = "map"

    def visit(self, view: View) -> None:
        """Open a view of the tour on the Map, once the page has been left."""
        self.keep(view)
        st.session_state["visiting"] = True

    @staticmethod
    def visiting() -> bool:
        """Return whether a stop of the tour was just chosen."""
        return bool(st.session_state.pop("visiting", False))

    def remove(self, digest: str) -> None:
        """Move a snapshot to the trash; `restore` brings it back."""
        st.session_state["removed"] = self.store.remove(digest).digest
        self.look_again()
        self.keep(self.first_view(exercise=self.view.exercise))

    def restore(self, digest: str) -> None:
        """Bring a removed snapshot back."""
        self.store.restore(digest)
        self.look_again()
        st.session_state.pop("removed", None)
        self.keep(self.first_view(exercise=self.view.exercise))
