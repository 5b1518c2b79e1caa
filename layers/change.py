"""Where it is growing: cells by what may be said of their change, clusters outlined and numbered beside themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.cells import Cells, centres, outlines, to_text
from geo.change_class import ChangeClass
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from layers import palette
from layers.camera import Camera
from layers.clipping import Geometries, to_degrees, to_pixels
from layers.drawing import (
    CellFill,
    Dots,
    Drawing,
    Hatch,
    Label,
    Labels,
    Legend,
    LegendRow,
    Mark,
    Strokes,
    Swatch,
    Symbol,
)
from layers.placement import BADGE_RADIUS

NAME: Final = "change"

FILLS: Final = {
    ChangeClass.SHARP: palette.RISE[2],
    ChangeClass.STRONG: palette.RISE[1],
    ChangeClass.RISE: palette.RISE[0],
    ChangeClass.NO_CHANGE: palette.NO_CHANGE,
    ChangeClass.FALL: palette.FALL,
}
NAMES: Final = {
    ChangeClass.SHARP: "Sharp rise: 6 times or more",
    ChangeClass.STRONG: "Strong rise: 3 to 6 times",
    ChangeClass.RISE: "Rise: under 3 times",
    ChangeClass.NO_CHANGE: "No evidence of change",
    ChangeClass.FALL: "Fall",
    ChangeClass.TOO_FEW: "Too few to tell",
    ChangeClass.NOT_COVERED: "Not covered",
}
_BADGE_PRIORITY: Final = 1e6
_DIRECTIONS: Final = np.radians(np.arange(16) * 22.5 - 90.0)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Neighbouring cells that rise together: number on the list, cells; `firm` = stands in most settings tried."""

    number: int
    name: str
    cells: Cells
    firm: bool
    tip: str = ""

    def __post_init__(self) -> None:
        """Refuse a cluster without cells."""
        if not len(self.cells):
            raise ValueRefused("a cluster has cells", column="cells", value=self.name)
        object.__setattr__(self, "cells", frozen(self.cells))


def draw_change(
    cells: Cells,
    classes: NDArray[np.integer],
    clusters: Sequence[Cluster],
    camera: Camera,
    *,
    names: Sequence[str] | None = None,
    tips: Sequence[str] | None = None,
    as_of: str = "",
) -> Drawing:
    """Return cells (units,) by `ChangeClass` (units,), outlines and numbers of clusters.

    `names` and `tips` (units,) say in words what a cell shows; not covered cells draw nothing, for `coverage` hatches
    their whole country. The key of a cell is its hex text, that of a badge the hex text of its cluster's first cell.
    """
    same_length(cells=cells, classes=classes)
    what = [ChangeClass(int(one)) for one in classes]
    about = tuple(
        "\n".join(filter(None, (names[i] if names else "", NAMES[one], tips[i] if tips else "")))
        for i, one in enumerate(what)
    )
    keys = to_text(cells)
    filled = np.array([i for i, one in enumerate(what) if one in FILLS], dtype=np.intp)
    fill = palette.table(*(FILLS[what[i]] for i in filled))
    marks: list[Mark] = []
    if len(filled):
        picked = tuple(about[i] for i in filled)
        marks.append(CellFill("change", cells[filled], fill, picked, 1.0, tuple(keys[i] for i in filled)))
        marks += _fall(cells[np.array([one is ChangeClass.FALL for one in what], dtype=np.bool_)])
    few = np.array([i for i, one in enumerate(what) if one is ChangeClass.TOO_FEW], dtype=np.intp)
    if len(few):
        lat, lng = centres(cells[few])
        radius = np.full(len(few), 1.2)
        few_tips, few_keys = tuple(about[i] for i in few), tuple(keys[i] for i in few)
        marks.append(Dots("too few", lng, lat, radius, palette.TOO_FEW, palette.NOTHING, tips=few_tips, keys=few_keys))
    if clusters:
        marks += _clusters(clusters, camera)
    return Drawing(NAME, tuple(marks), _legend(), as_of=as_of)


def _fall(cells: Cells) -> list[Mark]:
    if not len(cells):
        return []
    return [Hatch("fall stripes", outlines(cells), palette.FALL_LINE, spacing=5.0, width=1.1, angle=0.0)]


def union(cells: Cells, camera: Camera) -> Geometries:
    """Return the area of a cluster as polygons in pixels; a hair is added so that neighbours melt into one."""
    shapes = shapely.buffer(to_pixels(outlines(cells), camera), 0.4, join_style="mitre")
    return np.asarray(shapely.get_parts(shapely.union_all(shapes)), dtype=object)


def _clusters(clusters: Sequence[Cluster], camera: Camera) -> list[Mark]:
    shapes = [union(cluster.cells, camera) for cluster in clusters]
    everything = shapely.union_all(np.concatenate(shapes))
    rings = np.concatenate([shapely.get_exterior_ring(parts) for parts in shapes])
    badges = []
    for cluster, parts in zip(clusters, shapes, strict=True):
        x, y = beside(parts, everything, camera)
        lng, lat = camera.positions(np.array([x]), np.array([y]))
        symbol = Symbol.BADGE if cluster.firm else Symbol.OPEN_BADGE
        tip = cluster.tip or f"{cluster.number}. {cluster.name}"
        key = to_text(cluster.cells[:1])[0]
        priority = _BADGE_PRIORITY - cluster.number
        badges.append(
            Label(
                float(lng[0]), float(lat[0]), str(cluster.number), priority, "middle", symbol=symbol, tip=tip, key=key
            )
        )
    return [
        Strokes("cluster casing", to_degrees(rings, camera), palette.WHITE, palette.CLUSTER_WIDTH + 1.6),
        Strokes("clusters", to_degrees(rings, camera), palette.INK, palette.CLUSTER_WIDTH),
        Labels("badges", tuple(badges), 13, palette.INK, bold=True, halo=False, may_drop=False),
    ]


def beside(parts: Geometries, everything: object, camera: Camera) -> tuple[float, float]:
    """Return a point (pixels) from which a badge touches no cluster: the first of sixteen directions that is free.

    Directions begin at the top and go round; one inside the map is preferred. The largest part of a cluster carries it.
    """
    largest = parts[int(np.argmax(shapely.area(parts)))]
    middle = shapely.centroid(largest)
    shapely.prepare(everything)
    best: tuple[int, float, tuple[float, float]] | None = None
    for rank, turn in enumerate(_DIRECTIONS):
        reach = _reach(largest, middle, turn) + BADGE_RADIUS + 4.0
        x, y = middle.x + reach * np.cos(turn), middle.y + reach * np.sin(turn)
        clear = float(shapely.distance(shapely.points(x, y), everything)) - BADGE_RADIUS
        out = not (BADGE_RADIUS < x < camera.width - BADGE_RADIUS and BADGE_RADIUS < y < camera.height - BADGE_RADIUS)
        cost = (2 * (clear < 0) + out, reach + rank * 0.1, (float(x), float(y)))
        best = cost if best is None else min(best, cost)
    assert best is not None  # noqa: S101 - there are sixteen directions
    return best[2]


def _reach(shape: object, middle: shapely.Point, turn: float) -> float:
    """How far a shape reaches from its middle in a direction."""
    xy = shapely.get_coordinates(shape) - [middle.x, middle.y]
    return float((xy @ [np.cos(turn), np.sin(turn)]).max())


def _legend() -> Legend:
    rows = [LegendRow(Swatch.FILL, FILLS[one], NAMES[one]) for one in tuple(FILLS)[:4]]
    rows.append(LegendRow(Swatch.STRIPES, palette.FALL, NAMES[ChangeClass.FALL]))
    rows.append(LegendRow(Swatch.SMALL_DOT, palette.TOO_FEW, NAMES[ChangeClass.TOO_FEW]))
    rows.append(LegendRow(Swatch.FILL, palette.LAND, "No incident in two years"))
    rows.append(LegendRow(Swatch.OUTLINE, palette.INK, "Cluster of cells rising together"))
    return Legend("Change in incidents", tuple(rows))
