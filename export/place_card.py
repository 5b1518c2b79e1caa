"""What is known of one selected cell or area: its numbers, its trend, its latest incidents, their precision."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.holdings import Holdings
from export.artefacts import artefact_sentence, artefacts_of
from export.displayed import displayed
from export.geography import Geography
from export.reading import SELECTIONS, Reading
from export.wording import listed
from geo.areas import Areas
from geo.cells import areas_km2, centres, from_text, parents, resolutions, to_text
from geo.coverage import EVERYWHERE, Coverage
from geo.cube import UnitKind
from geo.errors import NothingThere, ValueRefused
from geo.located import LocatedEvents
from geo.neighbours import neighbours
from geo.periods import date_text, span_text
from geo.precision import Fate, Support
from geo.tally import Placed
from layers.cells import part_text
from stats.one_unit import as_one_unit
from stats.rate_ratio import rate_ratio
from stats.trend import Trend
from stats.windows import Windows, final_window

MOST_LISTED = 50
RECENT, BASELINE = 8, 52

SUPPORT_TEXT = {
    Support.EXACT: "exact place",
    Support.NEAR: "within 25 km",
    Support.AREA: "area only",
    Support.COUNTRY: "country only",
    Support.NOWHERE: "no place",
}


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident as a list shows it."""

    when: str
    provisional: bool
    what: str
    id: str
    actor: str
    support: str
    killed: int
    low: int
    high: int
    verified: bool


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """The card of a selected unit; counts are of the view's window, `expected` of its latest eight final weeks."""

    key: str
    title: str
    subtitle: str
    incidents: int
    killed: int
    area_only: int
    recent: int | None
    expected: float | None
    trend: Trend | None
    rows: tuple[IncidentRow, ...]
    supports: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]
    covered: bool
    notes: tuple[str, ...] = ()
    """What must be said of a cell: that it may be a coding artefact, or how much is shared to it and not known."""


def place_card(reading: Reading, holdings: Holdings, geography: Geography, names: tuple[str, ...]) -> PlaceCard | None:
    """Return the card of the view's selection, None where nothing that exists is selected."""
    key = reading.view.selected
    if not key:
        return None
    try:
        return _cell_card(reading, holdings, geography, names, key)
    except ValueRefused:
        pass
    for areas in (geography.units(reading.view.resolution), geography.areas):
        try:
            return _area_card(reading, holdings, geography, areas, key)
        except NothingThere:
            continue
    return None


def selection_of(key: str, reading: Reading, holdings: Holdings, geography: Geography) -> str:
    """Return what a click selects: a cell and an area as they are, incidents (ids joined by commas) by their cell.

    Where the map shows provinces a cell stands for the province of its incidents.
    """
    first = key.split(",", maxsplit=1)[0]
    rows = np.flatnonzero(np.asarray(pc.equal(holdings.details["id"], first)))
    if not len(rows):
        return key
    events, lattice = reading.placed.events, reading.placed.lattice
    record = int(np.flatnonzero(events.row == rows[0])[0])
    if lattice.resolution is None:
        unit = int(reading.placed.unit[record])
        if unit >= 0:
            return str(geography.units(reading.view.resolution).codes[int(lattice.units[unit])])
        return str(geography.areas.codes[events.area[record]]) if events.area[record] >= 0 else ""
    return to_text(parents(events.cell[record : record + 1], lattice.resolution))[0]


def _cell_card(
    reading: Reading, holdings: Holdings, geography: Geography, names: tuple[str, ...], key: str
) -> PlaceCard:
    lattice = reading.placed.lattice
    resolution = lattice.resolution
    unit = -1
    here = np.array([from_text(key)], dtype=np.uint64)
    if resolution is not None and resolutions(here)[0] >= resolution:
        here = parents(here, resolution)
        unit = int(lattice.index_of(here)[0])
    size = f"{areas_km2(here)[0]:,.0f} km² · H3 {to_text(here)[0].rstrip('f')}"
    notes = _notes(reading, holdings, geography, here, unit)
    if unit < 0:
        index = int(geography.areas.locate(*centres(here))[0])
        country = str(geography.areas.countries[index]) if index >= 0 else ""
        bare = _empty(key, "Cell without a recorded incident", size, covered=_covered(reading, country))
        return replace(bare, notes=notes)
    name, area = _split(names[unit])
    chosen = reading.placed.unit == unit
    made = _card(reading, holdings, (key, f"Cell {name}", f"{area}{size}"), unit, chosen)
    return replace(made, notes=notes)


def _notes(
    reading: Reading, holdings: Holdings, geography: Geography, here: NDArray[np.uint64], unit: int
) -> tuple[str, ...]:
    """What must be said of one cell under the view's treatment."""
    if unit >= 0 and (found := artefacts_of(reading, holdings)) is not None:
        sentence = artefact_sentence(found, unit)
        return (sentence,) if sentence else ()
    shown = displayed(reading, geography, holdings.population)
    if shown.spread is None or shown.shares is None:
        return ()
    at = int(shown.spread.lattice.index_of(here)[0])
    if at < 0 or not shown.spread.shared[at]:
        return ()
    column = shown.shares.matrix[:, [int(np.searchsorted(shown.shares.cells, here[0]))]].tocoo()
    names = listed([str(geography.areas.names[area]) for area in shown.shares.areas[column.row].tolist()])
    amount = part_text(float(shown.spread.shared[at]), "incident")
    known = (
        f"{amount} more {'is' if amount.startswith('1 ') else 'are'} shared to this cell from {names}, where they are "
        "known to the area only. None of that is known to have been here."
    )
    return (known,)


def _area_card(reading: Reading, holdings: Holdings, geography: Geography, areas: Areas, key: str) -> PlaceCard:
    """The card of an area of the lattice, or of an admin-1 area beside it; raises `NothingThere` for another key."""
    placed, index = reading.placed, areas.index_of(key)
    of_lattice = areas.level == geography.units(reading.view.resolution).level
    title, size = str(areas.names[index]), f"{areas.country_names[index]} · {areas.area_km2[index]:,.0f} km²"
    country = str(areas.countries[index])
    note = geography.countries[country].vintage_note if areas.level == "admin1" else None
    size = f"{size} · {note}" if note else size
    if placed.lattice.kind is UnitKind.AREAS and of_lattice:
        unit = int(placed.lattice.index_of(np.array([index], dtype=np.uint64))[0])
        if unit < 0:
            return _empty(key, title, size, covered=_covered(reading, country))
        return _card(reading, holdings, (key, title, size), unit, placed.unit == unit)
    chosen = (placed.events.area == index) & ((placed.fate == Fate.PLACED) | (placed.fate == Fate.AREA_ONLY))
    return _card(reading, holdings, (key, title, size), None, chosen, country)


def _card(
    reading: Reading,
    holdings: Holdings,
    head: tuple[str, str, str],
    unit: int | None,
    chosen: NDArray[np.bool_],
    country: str = "",
) -> PlaceCard:
    """The card of the `chosen` records (records,); `head` is key, title and subtitle, `unit` that of the lattice."""
    window = reading.window
    placed, tally = reading.placed, reading.tally
    selection = SELECTIONS[reading.view.kinds]
    counted = (placed.fate == Fate.PLACED) | (placed.fate == Fate.AREA_ONLY)
    mine = chosen & counted & placed.events.of(selection)
    shown = mine & (placed.period >= window.start) & (placed.period < window.stop)
    at = np.flatnonzero(shown)
    at = at[np.argsort(-placed.events.end_day[at], kind="stable")]
    toll = placed.events.toll(selection)
    recent = expected = trend = None
    covered = _covered(reading, country)
    if unit is not None:
        windows = final_window(placed.state, RECENT, BASELINE)
        _, trend = as_one_unit(tally.incidents, np.array([unit]), windows)
        recent, expected = _against_year(reading, unit, windows)
        covered = bool(tally.incidents.covered(window)[unit])
    return PlaceCard(
        *head,
        len(at),
        int(toll[at].sum()),
        int((shown & (placed.fate == Fate.AREA_ONLY)).sum()),
        recent,
        expected,
        trend,
        _rows(placed, holdings.details, at[:MOST_LISTED], reading),
        _shares(placed, at),
        _sources(holdings.details, placed, at),
        covered,
    )


def _against_year(reading: Reading, unit: int, windows: Windows) -> tuple[int | None, float | None]:
    """Incidents of the latest final weeks in this unit alone, and what the year before would give."""
    if reading.view.grain != "week":
        return None, None
    counts = rate_ratio(reading.tally.incidents, neighbours(reading.placed.lattice, 0), windows).counts
    if not counts.known[unit]:
        return None, None
    return int(counts.own_recent[unit]), float(counts.expected[unit])


def _rows(placed: Placed, table: pa.Table, at: NDArray[np.intp], reading: Reading) -> tuple[IncidentRow, ...]:
    events = placed.events
    part = table.select(["id", "headline", "place", "actor_a", "verified"]).take(pa.array(events.row[at]))
    columns = {name: part[name].to_pylist() for name in part.column_names}
    toll = events.toll(SELECTIONS[reading.view.kinds])
    provisional = _provisional(reading, events, at)
    rows = []
    for i, record in enumerate(at.tolist()):
        start, end = int(events.start_day[record]), int(events.end_day[record])
        rows.append(
            IncidentRow(
                date_text(end, year=False) if start == end else span_text(start, end),
                bool(provisional[i]),
                columns["headline"][i] or columns["place"][i] or "No description",
                columns["id"][i],
                columns["actor_a"][i] or "actor not named",
                SUPPORT_TEXT[Support(int(events.support[record]))],
                int(toll[record]),
                int(events.deaths_low[record]),
                int(events.deaths_high[record]),
                bool(columns["verified"][i]),
            )
        )
    return tuple(rows)


def _provisional(reading: Reading, events: LocatedEvents, at: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which incidents ended after the last final day of their country (records,)."""
    codes = (*events.country_codes, "")
    final = np.array([_final_to(reading.coverage, code) for code in codes])
    return np.asarray(events.end_day[at] > final[events.country[at]])


def _final_to(coverage: Coverage, country: str) -> float:
    own = [code == country or (code == EVERYWHERE and country not in coverage.country) for code in coverage.country]
    return float(coverage.final_to[np.array(own, dtype=np.bool_)].max(initial=-(2**31))) if any(own) else np.inf


def _shares(placed: Placed, at: NDArray[np.intp]) -> tuple[tuple[str, int], ...]:
    counts = np.bincount(placed.events.support[at], minlength=len(Support))
    return tuple((SUPPORT_TEXT[support], int(counts[support])) for support in Support if counts[support])


def _sources(table: pa.Table, placed: Placed, at: NDArray[np.intp]) -> tuple[tuple[str, int], ...]:
    part = table["source"].take(pa.array(placed.events.row[at])).cast(pa.string())
    counts = part.value_counts()
    return tuple((row["values"], row["counts"]) for row in counts.to_pylist())


def _split(name: str) -> tuple[str, str]:
    near, _, area = name.partition(", ")
    return near[:1].lower() + near[1:], f"{area} · " if area else ""


def _covered(reading: Reading, country: str) -> bool:
    """Whether a source looked at a country on any day of the window."""
    return bool(reading.coverage.covered(reading.first_day, reading.last_day, (country,))[0])


def _empty(key: str, title: str, subtitle: str, *, covered: bool) -> PlaceCard:
    return PlaceCard(key, title, subtitle, 0, 0, 0, None, None, None, (), (), (), covered)
