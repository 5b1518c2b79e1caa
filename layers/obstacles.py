"""What lies on a map and should not be hidden by a text, as boxes in pixels: cells, points, arrows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cells import areas_km2, centres
from geo.view import LayerName
from layers import palette
from layers.camera import Camera
from layers.curves import curve
from layers.drawing import SPREAD, Arrows, CellFill, Dots, Drawing

GAP: Final = 2.0
"""Pixels between two things that do not touch."""

_LUMA: Final = np.array([0.299, 0.587, 0.114])
_DARK: Final = 150.0
_MIDDLE: Final = 0.25
_WHOLE: Final = 0.5
_LEAST_RADIUS: Final = 1.9

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Boxes = NDArray[np.float64]
"""Shape (n, 4)."""


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Boxes of what lies on a map.

    `coloured` cells speak of harm or change, with the points; `pale` ones are forecasts or no evidence of change;
    `dark` the middles of dark cells, and `shafts` pieces of arrows.
    """

    coloured: Boxes
    pale: Boxes
    dark: Boxes
    shafts: Boxes

    @property
    def soft(self) -> Boxes:
        """Return what every text should avoid: arrows, and what is worst."""
        return np.vstack([self.shafts, self.dark])


def obstacles(drawings: Sequence[Drawing], camera: Camera) -> Obstacles:
    """Return what lies on a map that shows `drawings`."""
    coloured, pale, dark = [as_array([])], [as_array([])], [as_array([])]
    for drawing in drawings:
        for mark in drawing.marks:
            if isinstance(mark, CellFill):
                quiet = (mark.fill == np.array(palette.NO_CHANGE)).all(axis=1) | (drawing.name == LayerName.RISK)
                quiet |= mark.name == SPREAD
                worst = (mark.fill[:, :3].astype(np.float64) @ _LUMA < _DARK) & (drawing.name != LayerName.RISK)
                coloured.append(_cells(mark, ~quiet, camera, _WHOLE))
                pale.append(_cells(mark, quiet, camera, _WHOLE))
                dark.append(_cells(mark, worst, camera, _MIDDLE))
            if isinstance(mark, Dots) and not mark.metres:
                coloured.append(_dots(mark, camera))
    return Obstacles(np.vstack(coloured), np.vstack(pale), np.vstack(dark), _shafts(drawings, camera))


def overlaps(box: Box, others: Boxes) -> NDArray[np.float64]:
    """Area in square pixels that a box shares with each of `others`, a gap between them included."""
    wide = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0]) + GAP
    high = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1]) + GAP
    return np.asarray(np.maximum(wide, 0.0) * np.maximum(high, 0.0))


def box_around(x: float, y: float, wide: float, high: float) -> Box:
    """Return the box of a size around its middle."""
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def as_array(boxes: Sequence[Box]) -> Boxes:
    """Return boxes as an array (n, 4)."""
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _cells(mark: CellFill, rows: NDArray[np.bool_], camera: Camera, share: float) -> Boxes:
    """A box around each cell: `share` of the side of a square of its area, to each side of its middle."""
    cells = mark.cells[rows]
    lat, lng = centres(cells)
    x, y = camera.pixels(lng, lat)
    km_per_pixel = camera.km_per_pixel(0.0) * np.cos(np.radians(lat))
    half = np.sqrt(areas_km2(cells)) / km_per_pixel * share
    return np.column_stack([x - half, y - half, x + half, y + half])


def _dots(mark: Dots, camera: Camera) -> Boxes:
    seen = mark.radius >= _LEAST_RADIUS
    x, y = camera.pixels(mark.lng[seen], mark.lat[seen])
    radius = mark.radius[seen]
    return np.column_stack([x - radius, y - radius, x + radius, y + radius])


def _shafts(drawings: Sequence[Drawing], camera: Camera) -> Boxes:
    """Small boxes along the arrows."""
    arrows = [arrow for d in drawings for mark in d.marks if isinstance(mark, Arrows) for arrow in mark.arrows]
    shapes = [curve(arrow, camera) for arrow in arrows]
    points = [xy for shape in shapes for xy in (*shape.shaft[4:], shape.head.mean(axis=0))]
    return as_array([box_around(float(x), float(y), 5.0, 5.0) for x, y in points])
