"""A map as a whole: which drawings a view asks for, and where the camera looks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.holdings import Holdings
from export.artefacts import artefact_sentence, artefacts_of
from export.displayed import Displayed, displayed, spread_names
from export.geography import AS_LOADED, Geography, boundary_notes
from export.held import source_line
from export.observed import flows, forecast
from export.rates import rates_of
from export.reading import SELECTIONS, Reading
from export.rises import Rises
from geo.areas import Areas
from geo.cells import centres, from_text
from geo.coordinates import Degrees
from geo.coverage import EVERYWHERE
from geo.cube import Lattice, UnitKind
from geo.errors import NothingThere, ValueRefused
from geo.periods import date_text, span_text, to_date, to_day
from geo.precision import Fate
from geo.study_area import StudyArea
from geo.tally import Placed
from geo.view import AREA_RESOLUTION, LayerName, Profile, View
from layers.areas import draw_areas
from layers.artefacts import with_artefacts
from layers.basemap import draw_basemap
from layers.camera import Camera, fit
from layers.cells import WITH_RISK, draw_cells
from layers.change import Cluster, draw_change
from layers.coverage import draw_coverage
from layers.displacement import draw_displacement
from layers.drawing import Drawing
from layers.places import draw_places
from layers.points import PointDetails, chosen, draw_points
from layers.risk import draw_risk
from layers.selection import draw_selection
from layers.spread_cells import draw_spread

_LEGEND_ORDER = (LayerName.CELLS, LayerName.AREAS, LayerName.POINTS, LayerName.DISPLACEMENT, LayerName.RISK)
_SEEN_SHARE = (0.01, 0.99)
_FOCUS_MARGIN = 0.6
_TOWN, _TOWN_KM = 5_000, 60.0
"""A cell is named after a town of this many people where one is this near, else after the nearest place of any size."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The drawings of a map, from the ground up, and the camera they were made for."""

    drawings: tuple[Drawing, ...]
    camera: Camera

    @property
    def for_legend(self) -> tuple[Drawing, ...]:
        """Return the drawings as a legend reads: what was recorded first, the ground last."""
        order = [*(str(name) for name in _LEGEND_ORDER), "change", "coverage", "basemap", str(LayerName.PLACES)]
        return tuple(sorted(self.drawings, key=lambda one: order.index(one.name) if one.name in order else len(order)))

    @property
    def boundaries(self) -> str:
        """Return where the borders come from and how they are drawn."""
        return next(each.source for each in self.drawings if each.name == "basemap").removeprefix("Boundaries: ")

    def notes(self, profile: Profile, *, vintage: bool = False) -> tuple[str, ...]:
        """Return the caption of a profile's borders and the notes for what is seen (`export.geography`)."""
        own_lines = AS_LOADED in self.boundaries
        return boundary_notes(profile, self.camera, vintage=vintage, own_lines=own_lines)

    @property
    def sources(self) -> str:
        """Return who says so, each source once."""
        return "; ".join(dict.fromkeys(drawing.source for drawing in self.drawings if drawing.source))


def camera_for(view: View, placed: Placed, geography: Geography, width: int, height: int) -> Camera:
    """Return the camera that looks at the view's focus, or at where the incidents of its study area were.

    It does not depend on the window: a map that jumps while time runs cannot be read.
    """
    areas = geography.areas
    if view.focus:
        try:
            index = np.array([areas.index_of(view.focus)], dtype=np.int32)
        except NothingThere:
            index = np.empty(0, dtype=np.int32)
        if len(index):
            west, south, east, north = areas.bounds(index)
            dx, dy = _FOCUS_MARGIN * (east - west), _FOCUS_MARGIN * (north - south)
            return fit((west - dx, south - dy, east + dx, north + dy), width, height)
    lat, lng = _where_seen(placed, geography.units(view.resolution))
    if not len(lat):
        study = StudyArea.parse(view.place)
        asked = np.flatnonzero(study.holds(areas.countries)).astype(np.int32)
        return fit(areas.bounds(asked if len(asked) else None), width, height)
    (south, north), (west, east) = np.quantile(lat, _SEEN_SHARE), np.quantile(lng, _SEEN_SHARE)
    return fit((float(west) - 1, float(south) - 1, float(east) + 1, float(north) + 1), width, height)


def map_sheet(
    reading: Reading, holdings: Holdings, geography: Geography, camera: Camera, names: Sequence[str]
) -> Sheet:
    """Return the map that a reading asks for; `names` (units,) head the tooltips of its lattice."""
    view, window = reading.view, reading.window
    layers, as_of = set(view.layers), date_text(to_day(view.known))
    drawn = geography.drawn(camera.zoom)
    out = list(ground(reading, geography, camera))
    shown, study = displayed(reading, geography, holdings.population), StudyArea.parse(view.place)
    issue = forecast(holdings.observations, to_date(reading.last_day), study) if LayerName.RISK in layers else None
    if issue is not None:
        out.append(draw_risk(issue.cells, issue.probability, made=issue.made, span=issue.span))
    if LayerName.CELLS in layers:
        out.append(cells_drawing(reading, shown, holdings, geography, camera, names))
    if LayerName.AREAS in layers and view.resolution != AREA_RESOLUTION:
        disputed = geography.boundaries(camera.zoom, view.profile).broken
        beside = shown.beside
        out.append(draw_areas(reading.tally, window, drawn, camera, disputed=disputed, amounts=beside, as_of=as_of))
    if LayerName.POINTS in layers:
        selection = SELECTIONS[view.kinds]
        picked = chosen(reading.placed, selection, window)
        details = point_details(holdings.details, reading.placed.events.row[picked])
        out.append(draw_points(reading.placed, selection, window, details, camera, as_of=as_of))
    if LayerName.DISPLACEMENT in layers and holdings.observations.num_rows:
        first, last = to_date(reading.first_day), to_date(reading.last_day)
        pairs, span = flows(holdings.observations, first, last, geography.areas, study, view.known)
        out.append(draw_displacement(pairs, span, camera=camera, as_of=as_of))
    if LayerName.PLACES in layers:
        out.append(place_names(geography, camera, asked_for(reading), view.profile))
    if view.selected:
        out.append(selected_drawing(view.selected, geography.units(view.resolution, camera.zoom), drawn))
    return Sheet(tuple(out), camera)


def cells_drawing(
    reading: Reading, shown: Displayed, holdings: Holdings, geography: Geography, camera: Camera, names: Sequence[str]
) -> Drawing:
    """Return the units of a reading by class: whole counts, or parts where a reader spreads dates or areas."""
    view, window = reading.view, reading.window
    inset = WITH_RISK if LayerName.RISK in view.layers else 1.0
    source, as_of = source_line(holdings), date_text(to_day(view.known))
    if shown.spread is not None:
        first, last = reading.first_day, int(reading.periods.ends[window][-1]) - 1
        return draw_spread(
            shown.spread,
            view.shown,
            camera,
            days=last - first + 1,
            span=span_text(first, last),
            unit=reading.tally.killed.unit,
            names=spread_names(shown, tuple(names), geography),
            inset=inset,
            by_people=holdings.population is not None,
            source=source,
            as_of=as_of,
        )
    drawing = draw_cells(
        reading.tally,
        window,
        view.shown,
        names=names,
        areas=geography.units(view.resolution, camera.zoom),
        camera=camera,
        inset=inset,
        amounts=shown.amounts if shown.days else None,
        rates=rates_of(reading, shown, holdings),
        source=source,
        as_of=as_of,
    )
    found = artefacts_of(reading, holdings)
    if found is None:
        return drawing
    why = [artefact_sentence(found, unit) for unit in range(len(found.flagged))]
    return with_artefacts(drawing, reading.placed.lattice.units, found, why)


def change_sheet(rises: Rises, reading: Reading, geography: Geography, camera: Camera, names: Sequence[str]) -> Sheet:
    """Return the Overview's map: cells by class of change, clusters outlined and numbered."""
    clusters = [Cluster(rise.number, rise.place, rise.cells, rise.firm) for rise in rises.rises]
    as_of = date_text(to_day(reading.view.known))
    change = draw_change(rises.lattice.units, rises.classes, clusters, camera, names=names, as_of=as_of)
    return Sheet(
        (
            *ground(reading, geography, camera),
            change,
            place_names(geography, camera, asked_for(reading), reading.view.profile),
        ),
        camera,
    )


def ground(reading: Reading, geography: Geography, camera: Camera) -> tuple[Drawing, Drawing]:
    """Return what lies under everything: land, water, borders, and the hatch where nobody looked in the window."""
    study = asked_for(reading)
    boundaries = geography.boundaries(camera.zoom, reading.view.profile)
    return (
        draw_basemap(boundaries, geography.drawn_as_asked(study), camera),
        draw_coverage(reading.coverage, reading.periods, reading.window, boundaries, study, camera),
    )


def asked_for(reading: Reading) -> tuple[str, ...]:
    """Return the countries of the study area; for everything those that any source looked at, () where that is all."""
    codes = set(reading.coverage.country)
    everything = () if EVERYWHERE in codes else tuple(sorted(codes))
    return StudyArea.parse(reading.view.place).countries or everything


def place_names(
    geography: Geography, camera: Camera, study: tuple[str, ...], profile: Profile = Profile.NEUTRAL
) -> Drawing:
    """Return towns, capitals and names of countries; those outside the study area are muted."""
    asked = geography.drawn_as_asked(study)
    names, territories = geography.named(profile), geography.territories(profile)
    return draw_places(geography.places_of(profile), camera, countries=names, study=asked, territories=territories)


def point_details(table: pa.Table, rows: np.ndarray) -> PointDetails:
    """Return what the table says of the records in `rows`."""
    part = table.select(["longitude", "latitude", "headline", "id"]).take(pa.array(rows))

    def texts(name: str) -> np.ndarray:
        return np.array([text or "" for text in part[name].to_pylist()], dtype=object)

    return PointDetails(part["longitude"].to_numpy(), part["latitude"].to_numpy(), texts("headline"), texts("id"))


def selected_drawing(selected: str, *known: Areas) -> Drawing:
    """Return the outline of what is selected: an H3 cell or an area of those `known`; nothing where it is neither."""
    try:
        return draw_selection(cell=from_text(selected))
    except ValueRefused:
        pass
    for areas in known:
        try:
            return draw_selection(polygon=areas.geometry[areas.index_of(selected)])
        except NothingThere:
            continue
    return draw_selection()


def unit_names(lattice: Lattice, geography: Geography, resolution: int = AREA_RESOLUTION) -> tuple[str, ...]:
    """Return a name for each unit of a view's `resolution`: `Near Damazin, Blue Nile`, or the area's own."""
    areas = geography.areas
    if lattice.kind is UnitKind.AREAS:
        areas = geography.units(resolution)
        units = lattice.units.astype(np.intp)
        return tuple(f"{areas.names[i]}, {areas.country_names[i]}" for i in units)
    lat, lng = centres(lattice.units)
    nearest, _ = geography.places.nearest_place(lat, lng)
    town, km = geography.places.nearest_place(lat, lng, min_population=_TOWN)
    nearest = np.where(km <= _TOWN_KM, town, nearest)
    area = areas.locate(lat, lng)
    return tuple(
        f"Near {geography.places.name[place]}{f', {areas.names[at]}' if at >= 0 else ''}"
        for place, at in zip(nearest.tolist(), area.tolist(), strict=True)
    )


def _where_seen(placed: Placed, areas: Areas) -> tuple[Degrees, Degrees]:
    """Where incidents were placed, each counted, of any kind and time."""
    lattice = placed.lattice
    units = placed.unit[placed.fate == Fate.PLACED]
    if lattice.kind is UnitKind.AREAS:
        at = lattice.units.astype(np.intp)
        return areas.label_lat[at], areas.label_lng[at]
    lat, lng = centres(lattice.units)
    return lat[units], lng[units]
