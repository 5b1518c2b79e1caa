"""What is slow and the same for everybody: computed once for a set of snapshots, shared by all sessions, read-only.

`key` holds the digests of the snapshots: other data, other results. Arguments that begin with `_` do not count as keys.
"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from data.holdings import Holdings, load
from data.store import Store
from export.geography import Geography, geography
from export.map_sheet import unit_names
from export.reading import SELECTIONS, Frame, place_frame
from export.rises import Rises, find_rises
from geo.located import CIVILIAN_HARM
from geo.tally import Placed, Tally, tally
from geo.view import AREA_RESOLUTION, Kinds

RISE_RESOLUTION, FINE_RESOLUTION = 4, 5


@st.cache_resource(max_entries=4, show_spinner="Opening the data")
def holdings_of(
    exercise: bool,  # noqa: FBT001 - a cache key
    source: str,
    home: str,
    digests: tuple[str, ...],
) -> Holdings:
    """Return what is held of a source of events in a store whose current snapshots have these digests."""
    del digests
    return load(Store(Path(home)), exercise=exercise, source=source)


@st.cache_resource(max_entries=24, show_spinner=False)
def placed_on(frame: Frame, key: tuple[str, ...], _holdings: Holdings, _geography: Geography) -> Placed:
    """Return every incident placed on the lattice of a frame; `key` names loaded boundaries too."""
    del key
    return place_frame(_holdings, _geography.areas, frame, _geography.districts)


@st.cache_resource(max_entries=48, show_spinner=False)
def tally_of(frame: Frame, kinds: Kinds, key: tuple[str, ...], _placed: Placed) -> Tally:
    """Return the tally of a selection of kinds on a placed lattice."""
    del key, frame
    return tally(_placed, SELECTIONS[kinds])


@st.cache_resource(max_entries=24, show_spinner=False)
def names_of(frame: Frame, key: tuple[str, ...], _placed: Placed, _geography: Geography) -> tuple[str, ...]:
    """Return a name for each unit of a frame's lattice."""
    del key
    return unit_names(_placed.lattice, _geography, frame.resolution)


@st.cache_resource(max_entries=24, show_spinner="Comparing with the year before")
def rises_of(frame: Frame, key: tuple[str, ...], _holdings: Holdings) -> Rises:
    """Return where recorded violence against civilians grows."""
    areas = geography().areas
    frames = (
        replace(frame, resolution=RISE_RESOLUTION, ring=1),
        replace(frame, resolution=FINE_RESOLUTION, ring=1),
        replace(frame, resolution=AREA_RESOLUTION, ring=0),
    )
    tallies = [tally(placed_on(each, key, _holdings, geography()), CIVILIAN_HARM) for each in frames]
    return find_rises(*tallies, areas, geography().places)
