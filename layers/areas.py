"""What is known to an area only: the area outlined, lightly tinted, its number in a box. Never spread over cells."""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.amounts import Amounts, whole
from geo.areas import Areas
from geo.cells import centres
from geo.cube import UnitKind
from geo.periods import span_text
from geo.tally import Tally
from geo.view import LayerName
from layers import palette
from layers.camera import Camera
from layers.cells import number_text
from layers.clipping import MARGIN, Geometries, label_points, seen, to_pixels, visible
from layers.drawing import AreaFill, Drawing, Label, Labels, Legend, LegendRow, Mark, Spot, Strokes, Swatch
from layers.type_size import text_width

_CLEAR_PIXELS: Final = 3.0
"""How far an area's outline keeps from a disputed border: it must never make a dashed line solid."""
_TINT: Final = 1.5
"""Tolerance of the tint's edge in pixels; the outline hides it."""
_SIZE, _SMALL_SIZE = 12.5, 11.0
_SHORT_COST: Final = 6.0
"""How much worse a box is without the name of its area."""
_QUIET_PLACES: Final = 12
_TRIES: Final = 14
_BOX_REACH: Final = (50.0, 24.0)
"""Pixels from the middle of a box within which the centre of a cell is hidden: half its number and half a cell."""


def draw_areas(
    tally: Tally,
    window: slice,
    areas: Areas,
    camera: Camera,
    *,
    disputed: Geometries | None = None,
    amounts: Amounts | None = None,
    as_of: str = "",
) -> Drawing:
    """Return the areas that hold incidents of the window known to an area only; on a small map boxes have no names.

    Where dates or areas are spread, `amounts` of the same lattices and window stand for the counts.

    `areas` are those that the units of the tally's area lattice index.
    The outline stops where the border is `disputed` (line strings).
    """
    cube = tally.area_incidents
    first, last = int(cube.lattice.periods.starts[window][0]), int(cube.lattice.periods.ends[window][-1]) - 1
    span = span_text(first, last)
    shown = whole(tally, window) if amounts is None else amounts
    counts, killed = shown.area_incidents, shown.area_killed
    at = np.flatnonzero(counts > 0)
    if not len(at):
        return Drawing(LayerName.AREAS, ())
    unit = cube.lattice.units[at].astype(np.intp)
    more = " more" if tally.incidents.lattice.kind is UnitKind.CELLS else ""
    labels, tips = [], []
    size = _SMALL_SIZE if camera.small else _SIZE
    quiet = _quiet_places(tally, window, unit, areas, camera)
    for i, area in zip(at.tolist(), unit.tolist(), strict=True):
        number = number_text(counts[i])
        text, short = f"{number}{more} in {areas.names[area]}", f"{number}{more}"
        written = short if camera.small else text
        dead = f"{number_text(killed[i])} {tally.area_killed.unit}"
        tips.append(f"{text}, {span}\nKnown to this area only: in none of the cells\n{dead}")
        own, *others = quiet[area]
        spots = [Spot(*place, written, 1.0 + rank) for rank, place in enumerate(others)]
        spots += [Spot(*place, short, _SHORT_COST + rank) for rank, place in enumerate(quiet[area])]
        key, weight = str(areas.codes[area]), float(counts[i])
        labels.append(Label(*own, written, weight, "middle", tip=tips[-1], key=key, spots=tuple(spots)))
    shapes, of = seen(areas.geometry[unit], camera, thin=_TINT)
    fill = palette.table(*[palette.AREA_TINT] * len(shapes))
    marks: list[Mark] = [
        AreaFill(
            "areas", shapes, fill, tips=tuple(tips[k] for k in of), keys=tuple(str(areas.codes[unit[k]]) for k in of)
        ),
        Strokes("area outlines", outlines(areas.geometry[unit], camera, disputed), palette.INK_2, palette.AREA_WIDTH),
        Labels("area counts", tuple(labels), size, palette.INK, bold=True, boxed=True, halo=False, may_drop=False),
    ]
    total = counts.sum()
    legend = Legend("", (LegendRow(Swatch.BOX, palette.INK_2, "Known to an area only, in no cell"),))
    known = "incident is" if total == 1 else "incidents are"
    left_out = f"{number_text(total)} {known} known to an area only, in none of the cells."
    return Drawing(LayerName.AREAS, tuple(marks), legend, left_out=left_out, as_of=as_of)


def outlines(polygons: Geometries, camera: Camera, disputed: Geometries | None) -> Geometries:
    """Return the borders of areas, those of neighbours once, without the parts that run along a disputed border."""
    if not len(polygons):
        return np.array([], dtype=object)
    whole, _ = seen(polygons, camera, thin=0.0)
    edge = shapely.box(*camera.bounds(MARGIN)).exterior
    rings = shapely.union_all(shapely.boundary(whole))
    near = [shapely.buffer(edge, _CLEAR_PIXELS * 360.0 / camera.scale)]
    if disputed is not None and len(disputed):
        lines, _ = seen(disputed, camera, thin=0.0)
        near.append(shapely.buffer(shapely.union_all(lines), _CLEAR_PIXELS * 360.0 / camera.scale))
    parts = shapely.get_parts(shapely.line_merge(shapely.difference(rings, shapely.union_all(near))))
    return seen(parts[~shapely.is_empty(parts)], camera)[0]


def _quiet_places(
    tally: Tally, window: slice, units: NDArray[np.intp], areas: Areas, camera: Camera
) -> dict[int, list[tuple[float, float]]]:
    """Return for each area the places where its box hides the fewest cells that hold incidents, nearest its middle."""
    lng, lat = label_points(areas.geometry[units], areas.label_lng[units], areas.label_lat[units], camera)
    out = {int(unit): [(float(x), float(y))] for unit, x, y in zip(units, lng, lat, strict=True)}
    lattice = tally.incidents.lattice
    if lattice.kind is not UnitKind.CELLS:
        return out
    counts = tally.incidents.over(window)
    cell_lat, cell_lng = centres(lattice.units[counts > 0])
    cell_x, cell_y = camera.pixels(cell_lng, cell_lat)
    shapes = to_pixels(visible(areas.geometry[units], camera), camera)
    x, y = camera.pixels(lng, lat)
    for unit, shape, own_x, own_y in zip(units.tolist(), shapes, x, y, strict=True):
        if shapely.is_empty(shape):
            continue
        left, top, right, bottom = shapely.bounds(shape)
        grid = np.meshgrid(np.linspace(left, right, _TRIES + 2)[1:-1], np.linspace(top, bottom, _TRIES + 2)[1:-1])
        tried = np.column_stack([np.append(grid[0].ravel(), own_x), np.append(grid[1].ravel(), own_y)])
        tried = tried[shapely.contains_xy(shapely.buffer(shape, 1e-6), tried)]
        if not len(tried):
            continue
        beside = np.abs(tried[:, :1] - cell_x) < text_width(str(areas.names[unit]), _SIZE) / 2 + _BOX_REACH[0]
        covered = (beside & (np.abs(tried[:, 1:] - cell_y) < _BOX_REACH[1])).sum(axis=1)
        away = np.hypot(tried[:, 0] - own_x, tried[:, 1] - own_y) / max(np.hypot(right - left, bottom - top), 1.0)
        best = tried[np.argsort(covered + away, kind="stable")[:_QUIET_PLACES]]
        out[unit] = [(float(x), float(y)) for x, y in zip(*camera.positions(best[:, 0], best[:, 1]), strict=True)]
    return out
