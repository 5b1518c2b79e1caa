"""Cells (or provinces) coloured by class over a window. Zero is the land's colour: nothing is drawn there."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.amounts import Amounts, whole
from geo.areas import Areas
from geo.cells import areas_km2, centres, outlines, to_text
from geo.coverage import State
from geo.cube import Cube, Lattice, UnitKind
from geo.errors import ValueRefused
from geo.periods import span_text
from geo.tally import Tally
from geo.view import LayerName, Shown
from layers import palette
from layers.camera import Camera
from layers.classes import NONE, Classes, classes_for, fractional
from layers.clipping import Geometries
from layers.drawing import (
    AreaFill,
    CellFill,
    Colour,
    Colours,
    Dash,
    Drawing,
    Label,
    Labels,
    Legend,
    LegendRow,
    Mark,
    Strokes,
    Swatch,
)

WITH_RISK: Final = 0.82
"""Inset of cells where a forecast is drawn under them, so that both are seen."""

_PER: Final = 1000.0
_WHOLE: Final = 1e-6
_LEAST_SAID: Final = 0.05


def draw_cells(  # noqa: PLR0913 - an admin-1 lattice brings its shapes
    tally: Tally,
    window: slice,
    shown: Shown,
    *,
    names: Sequence[str] | None = None,
    areas: Areas | None = None,
    inset: float = 1.0,
    camera: Camera | None = None,
    amounts: Amounts | None = None,
    rates: NDArray[np.float64] | None = None,
    source: str = "",
    as_of: str = "",
) -> Drawing:
    """Return the units of a tally's lattice coloured by what `shown` says, summed over the periods of `window`.

    Where dates are spread over days, `amounts` of the same lattice and window stand for the counts. A map of rates
    needs `rates` (units,), incidents per 100,000 people and year: a unit with incidents and no rate (NaN) is grey.

    `names` (units,) head the tooltips ("Near Damazin, Blue Nile"). A lattice of areas needs the
    `areas` that its units index. A unit with more than half of its count in provisional periods is mixed with white and
    outlined with dashes; a suppressed one is white with a cross; zero and not covered draw nothing. The legend has a
    row for either only where one is drawn, and where the `camera` sees it if one is given.
    """
    cube = tally.killed if shown is Shown.KILLED else tally.incidents
    lattice = cube.lattice
    periods = lattice.periods
    first, last = int(periods.starts[window][0]), int(periods.ends[window][-1]) - 1
    classes = classes_for(shown, last - first + 1, lattice.kind)
    counted = whole(tally, window) if amounts is None else amounts
    classes = classes if amounts is None else fractional(classes)
    amount = counted.killed if shown is Shown.KILLED else counted.incidents
    found = classes.index(_coloured(amount, cube, areas, rates, shown))
    no_rate = _no_rate(amount, rates, shown)
    suppressed = (cube.state[window] == State.SUPPRESSED).any(axis=0)
    late = counted.late if amounts is not None else cube.over_state(window, State.PROVISIONAL)
    provisional = 2 * late > (counted.incidents if amounts is not None else amount)
    at = np.flatnonzero((found > NONE) | suppressed | no_rate)
    fill = _fills(classes, found, provisional, suppressed)
    fill[no_rate & ~suppressed] = palette.NO_RATE
    fill = fill[at]
    tips = _tips(counted, suppressed, span_text(first, last), at, names, tally.killed.unit)
    outlined = at[(provisional & ~suppressed)[at]]
    if lattice.kind is UnitKind.CELLS:
        keys = tuple(to_text(lattice.units[at]))
        main: Mark = CellFill("cells", lattice.units[at], fill, tips, inset, keys)
        rings = shapely.get_exterior_ring(drawn_in(outlines(lattice.units[outlined]), inset))
        lat, lng = centres(lattice.units[at[suppressed[at]]])
    else:
        mine = _of(lattice, areas)
        shapes = mine.geometry[lattice.units.astype(np.intp)]
        keys = tuple(str(code) for code in mine.codes[lattice.units[at].astype(np.intp)])
        main = AreaFill("cells", shapes[at], fill, palette.faded(palette.WHITE, 200), 0.8, tips, keys)
        rings = shapely.get_parts(shapely.boundary(shapes[outlined]))
        points = shapely.point_on_surface(shapes[at[suppressed[at]]])
        lat, lng = shapely.get_y(points), shapely.get_x(points)
    marks: list[Mark] = [main]
    if len(outlined):
        marks.append(Strokes("provisional", rings, palette.PROVISIONAL_LINE, 1.0, Dash.PROVISIONAL))
    if len(lat):
        crosses = tuple(Label(float(x), float(y), "×", anchor="middle") for x, y in zip(lng, lat, strict=True))  # noqa: RUF001
        marks.append(Labels("suppressed", crosses, 13, palette.SUPPRESSED_LINE, halo=False, fixed=True))
    title = title_text(cube.unit, shown, _unit_name(lattice, areas), span_text(first, last))
    seen = _seen(lattice, at, areas, camera)
    states = state_rows(
        provisional=bool((provisional & ~suppressed)[at][seen].any()), suppressed=bool(suppressed[at][seen].any())
    )
    if no_rate[at][seen].any():
        states = (*states, LegendRow(Swatch.FILL, palette.NO_RATE, "Incidents, but no rate: people unknown or too few"))
    legend = Legend(title, (*class_rows(classes), *states))
    return Drawing(LayerName.CELLS, tuple(marks), legend, source=source, as_of=as_of)


def _coloured(
    amount: NDArray[Any], cube: Cube, areas: Areas | None, rates: NDArray[np.float64] | None, shown: Shown
) -> NDArray[Any]:
    """Return what is put into classes: an amount, or an amount by area or by people (0 where there is no rate)."""
    if shown is Shown.RATE:
        if rates is None:
            raise ValueRefused("a map of rates comes without its rates", column="rates", remedy="Load a population.")
        return np.nan_to_num(rates)
    return amount / _size(cube, areas) * _PER if shown is Shown.DENSITY else amount


def _no_rate(amount: NDArray[Any], rates: NDArray[np.float64] | None, shown: Shown) -> NDArray[np.bool_]:
    if shown is not Shown.RATE or rates is None:
        return np.zeros(len(amount), dtype=np.bool_)
    return np.asarray(np.isnan(rates) & (amount > 0))


def _of(lattice: Lattice, areas: Areas | None) -> Areas:
    if areas is None:
        what = f"a lattice of {len(lattice)} areas comes without its areas"
        raise ValueRefused(what, column="areas", remedy="Pass the areas that its units index.")
    return areas


def _size(cube: Cube, areas: Areas | None) -> NDArray[np.float64]:
    """Area of each unit in km2."""
    lattice = cube.lattice
    if lattice.kind is UnitKind.CELLS:
        return areas_km2(lattice.units)
    return _of(lattice, areas).area_km2[lattice.units.astype(np.intp)]


def colours_of(classes: Classes) -> tuple[Colour, ...]:
    """Return the colour of each class: the five of harm, after the two of less than one where there are any."""
    return (*palette.HARM_PARTS, *palette.HARM)[-len(classes.names) :]


def _fills(
    classes: Classes, found: NDArray[np.int8], provisional: NDArray[np.bool_], suppressed: NDArray[np.bool_]
) -> Colours:
    colours = colours_of(classes)
    full = palette.table(*colours)[np.maximum(found, 0)]
    pale = palette.table(*(palette.mixed(c, palette.WHITE, palette.PROVISIONAL_WHITE) for c in colours))
    mixed = np.where(provisional[:, None], pale[np.maximum(found, 0)], full)
    return np.where(suppressed[:, None], np.array(palette.WHITE, dtype=np.uint8), mixed).astype(np.uint8)


def drawn_in(shapes: Geometries, inset: float) -> Geometries:
    """Return cell outlines drawn in by a hair, so that neighbours' dashes do not fall on one line."""
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    size = inset * 0.97
    moved = [
        shapely.transform(shape, lambda points, c=centre: c + (points - c) * size)
        for shape, centre in zip(shapes, middle, strict=True)
    ]
    return np.array(moved, dtype=object)


def _tips(
    counted: Amounts,
    withheld: NDArray[np.bool_],
    span: str,
    at: NDArray[np.intp],
    names: Sequence[str] | None,
    unit: str,
) -> tuple[str, ...]:
    """Say for each unit its counts, what is provisional or withheld, and when."""
    out = []
    for i in at.tolist():
        lines = [str(names[i])] if names is not None else []
        if withheld[i]:
            lines.append("Suppressed: known, and withheld by policy")
        else:
            lines.append(f"{part_text(counted.incidents[i], 'incident')}, {span}")
            if counted.late[i] > 0:
                lines.append(f"{number_text(counted.late[i])} provisional, may still rise")
            lines.append(f"{number_text(counted.killed[i])} {unit}")
        out.append("\n".join(lines))
    return tuple(out)


def number_text(amount: float) -> str:
    """Return an amount: `12`, `0.4`, `under 0.1`."""
    near = round(amount)
    if abs(amount - near) < _WHOLE:
        return f"{near:,}"
    return "under 0.1" if amount < _LEAST_SAID else f"{amount:,.1f}"


def part_text(amount: float, noun: str) -> str:
    """Return an amount with its noun: `1 incident`, `0.4 incidents`."""
    return f"{number_text(amount)} {noun if abs(amount - 1) < _WHOLE else f'{noun}s'}"


def _unit_name(lattice: Lattice, areas: Areas | None) -> str:
    if lattice.kind is UnitKind.CELLS:
        return "cell"
    return "district" if _of(lattice, areas).level == "admin2" else "province"


def title_text(unit: str, shown: Shown, place: str, span: str) -> str:
    """Return a legend's title: what is coloured, in which unit (a `place`: cell, province, district), and when."""
    what = {
        Shown.KILLED: f"{unit.capitalize()} in a {place}",
        Shown.DENSITY: "Incidents per 1,000 km²",
        Shown.RATE: f"Incidents per 100,000 people and year, by {place}",
    }.get(shown, f"Incidents in a {place}")
    return f"{what}, {span}"


def class_rows(classes: Classes) -> tuple[LegendRow, ...]:
    """Return a legend's row for each class."""
    texts = zip(colours_of(classes), classes.texts(), classes.names, strict=True)
    return tuple(LegendRow(Swatch.FILL, colour, text, name) for colour, text, name in texts)


def _seen(lattice: Lattice, at: NDArray[np.intp], areas: Areas | None, camera: Camera | None) -> NDArray[np.bool_]:
    """Return which units of `at` the camera sees."""
    if camera is None:
        return np.ones(len(at), dtype=np.bool_)
    west, south, east, north = camera.bounds()
    if lattice.kind is UnitKind.CELLS:
        lat, lng = centres(lattice.units[at])
        return np.asarray((lng > west) & (lng < east) & (lat > south) & (lat < north))
    shapes = _of(lattice, areas).geometry[lattice.units[at].astype(np.intp)]
    return np.asarray(shapely.intersects(shapes, shapely.box(west, south, east, north)))


def state_rows(*, provisional: bool, suppressed: bool) -> tuple[LegendRow, ...]:
    """Return the rows of what is no class: zero, and provisional and suppressed where they are drawn."""
    pale = palette.mixed(palette.HARM[1], palette.WHITE, palette.PROVISIONAL_WHITE)
    rows = [LegendRow(Swatch.FILL, palette.LAND, "None recorded (zero)")]
    if provisional:
        rows.append(LegendRow(Swatch.DASHED, pale, "Provisional, may still rise"))
    if suppressed:
        rows.append(LegendRow(Swatch.CROSS, palette.SUPPRESSED_LINE, "Suppressed"))
    return tuple(rows)
