"""Cells with what is known to be in them, and what is shared to them from their area: hatched, never as observed."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.cells import areas_km2, centres, outlines, to_text
from geo.spread import Spread
from geo.view import LayerName, Shown
from layers import palette
from layers.camera import Camera
from layers.cells import class_rows, colours_of, drawn_in, number_text, part_text, state_rows, title_text
from layers.classes import NONE, classes_for, fractional
from layers.clipping import MARGIN, Geometries
from layers.drawing import SPREAD, CellFill, Dash, Drawing, Hatch, Legend, LegendRow, Mark, Strokes, Swatch

_PER: Final = 1000.0
_SPACING, _WIDTH, _ANGLE = 5.0, 0.9, -45.0
_HAIR: Final = 1e-6


def draw_spread(  # noqa: PLR0913 - what a legend says
    spread: Spread,
    shown: Shown,
    camera: Camera,
    *,
    days: int,
    span: str,
    unit: str,
    names: Sequence[str],
    inset: float = 1.0,
    by_people: bool = False,
    source: str = "",
    as_of: str = "",
) -> Drawing:
    """Return the cells of a spread by the class of known and shared together, those mostly shared under a hatch.

    A cell that is mostly known, and mostly provisional, is pale and dashed as elsewhere.

    `days` is the length of the window and `span` its dates in words, `unit` names a death ("civilians killed"),
    `names` (units,) head the tooltips. Only cells near what the `camera` sees are drawn: an area has thousands.
    """
    cells = spread.lattice.units
    amount = spread.killed + spread.killed_shared if shown is Shown.KILLED else spread.incidents
    density = shown is Shown.DENSITY
    classes = fractional(classes_for(shown, days))
    found = classes.index(amount / areas_km2(cells) * _PER if density else amount)
    at = np.flatnonzero(found > NONE)
    at = at[_near(spread, at, camera)]
    own = ~spread.mostly_shared[at]
    late = own & (2 * spread.late > spread.incidents)[at]
    colours = colours_of(classes)
    pale = palette.table(*(palette.mixed(one, palette.WHITE, palette.PROVISIONAL_WHITE) for one in colours))
    fill = np.where(late[:, None], pale[found[at]], palette.table(*colours)[found[at]]).astype(np.uint8)
    tips = _tips(spread, at, names, span, unit)
    marks: list[Mark] = []
    for name, mine in ((SPREAD, ~own), ("cells", own)):
        picked = at[mine]
        if len(picked):
            said = tuple(tips[i] for i in np.flatnonzero(mine).tolist())
            marks.append(CellFill(name, cells[picked], fill[mine], said, inset, tuple(to_text(cells[picked]))))
        if name == SPREAD and len(picked):
            marks.append(Hatch("spread hatch", _melted(cells[picked]), palette.SPREAD_LINE, _SPACING, _WIDTH, _ANGLE))
    if late.any():
        rings = shapely.get_exterior_ring(drawn_in(outlines(cells[at[late]]), inset))
        marks.append(Strokes("provisional", rings, palette.PROVISIONAL_LINE, 1.0, Dash.PROVISIONAL))
    rows = [*class_rows(classes), *state_rows(provisional=bool(late.any()), suppressed=False)]
    if not own.all():
        rows.append(LegendRow(Swatch.SPREAD, palette.HARM_PARTS[1], "Spread from the area, not known to be here"))
    legend = Legend(title_text(unit, shown, "cell", span), tuple(rows))
    return Drawing(
        LayerName.CELLS,
        tuple(marks),
        legend,
        left_out=spread_text(spread, by_people=by_people),
        source=source,
        as_of=as_of,
    )


def spread_text(spread: Spread, *, by_people: bool = False) -> str:
    """Return in words how much is shared, and how much could not be, by reason."""
    shared = spread.shared.sum()
    by = "where people live" if by_people else "their size"
    said = [f"{part_text(shared, 'incident')} known to an area only, shared over the area's cells by {by}."]
    said += [f"{part_text(count, 'incident')} not shared: {why}." for why, count in spread.unspread.items()]
    return " ".join(said) if shared > 0 or spread.unspread else ""


def _near(spread: Spread, at: NDArray[np.intp], camera: Camera) -> NDArray[np.bool_]:
    west, south, east, north = camera.bounds(MARGIN)
    lat, lng = centres(spread.lattice.units[at])
    return np.asarray((lng > west) & (lng < east) & (lat > south) & (lat < north))


def _melted(cells: NDArray[np.uint64]) -> Geometries:
    """One outline of neighbouring cells; a hair is added so that they melt into one."""
    return np.asarray(shapely.get_parts(shapely.union_all(shapely.buffer(outlines(cells), _HAIR))), dtype=object)


def _tips(spread: Spread, at: NDArray[np.intp], names: Sequence[str], span: str, unit: str) -> tuple[str, ...]:
    """Say for each cell what is known to be in it, what is shared to it, and how many were killed."""
    out = []
    for i in at.tolist():
        known, shared = spread.known[i], spread.shared[i]
        lines = [str(names[i]) if known else f"In {names[i]}"]
        if known:
            lines.append(f"{part_text(known, 'incident')} known to be here, {span}")
        if shared:
            more = " more" if known else ""
            lines.append(f"{part_text(shared, 'incident')}{more}, shared from the area, {span}")
        if spread.late[i]:
            lines.append(f"{number_text(spread.late[i])} provisional, may still rise")
        lines.append(f"{number_text(spread.killed[i] + spread.killed_shared[i])} {unit}")
        out.append("\n".join(lines))
    return tuple(out)
