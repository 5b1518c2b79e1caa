"""Drawings as one still SVG: light enough for several maps beside each other, and without WebGL.

A picture in an `<img>` cannot use the page's font, so labels are left away except boxed numbers, which are drawn in
the system's sans-serif. Where things lie on each other the order is that of the drawings.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.cells import outlines
from layers import palette
from layers.camera import Camera
from layers.clipping import Geometries, seen, to_pixels
from layers.dashes import hatched
from layers.drawing import AreaFill, CellFill, Colour, Drawing, Hatch, Labels, Mark, Strokes
from layers.palette import hex_text
from layers.placement import arranged, box_padding, size_of
from layers.text import escape

_INSET: Final = 0.97
_BORDERS: Final = "basemap"


def svg(drawings: Sequence[Drawing], camera: Camera) -> str:
    """Return a picture of drawings, from the ground up, of the camera's size; borders lie over the cells."""
    marks = [(drawing.name, mark) for drawing in arranged(drawings, camera) for mark in drawing.marks]
    over = [mark for name, mark in marks if name == _BORDERS and isinstance(mark, Strokes)]
    labels = [mark for _, mark in marks if isinstance(mark, Labels)]
    ground = [mark for name, mark in marks if not (name == _BORDERS and isinstance(mark, Strokes))]
    body = "".join(piece for mark in (*ground, *over, *labels) for piece in _pieces(mark, camera))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {camera.width} {camera.height}" '
        f'width="{camera.width}" height="{camera.height}">{body}</svg>'
    )


def _pieces(mark: Mark, camera: Camera) -> Iterator[str]:
    match mark:
        case AreaFill():
            yield from _areas(mark, camera)
        case CellFill():
            yield from _cells(mark, camera)
        case Hatch():
            shapes, _ = seen(mark.polygons, camera, thin=0.0)
            lines = hatched(shapes, mark.spacing, mark.angle, camera)
            yield _lines(lines, mark.line, mark.width, "none", camera)
        case Strokes():
            dash = f"{mark.dash.pattern[0]:g} {mark.dash.pattern[1]:g}" if mark.dash.pattern[0] else "none"
            yield _lines(mark.lines, mark.colour, mark.width, dash, camera)
        case Labels():
            yield from _boxed(mark, camera)


def _areas(mark: AreaFill, camera: Camera) -> Iterator[str]:
    parts, of = seen(mark.polygons, camera)
    line = f' stroke="{hex_text(mark.line)}" stroke-width="{mark.width:g}"' if mark.line is not None else ""
    for colour, path in _by_colour(mark.fill[of], to_pixels(parts, camera)):
        yield f'<path d="{path}" {_fill(colour)} fill-rule="evenodd"{line}/>'


def _cells(mark: CellFill, camera: Camera) -> Iterator[str]:
    shapes = to_pixels(outlines(mark.cells), camera)
    size = mark.inset * _INSET
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    points, of = shapely.get_coordinates(shapes, return_index=True)
    drawn = shapely.set_coordinates(shapes.copy(), middle[of] + (points - middle[of]) * size)
    inside = shapely.intersects(drawn, shapely.box(0, 0, camera.width, camera.height))
    for colour, path in _by_colour(mark.fill[inside], drawn[inside]):
        yield f'<path d="{path}" {_fill(colour)}/>'


def _by_colour(fill: NDArray[np.uint8], shapes: Geometries) -> Iterator[tuple[Colour, str]]:
    colours, of = np.unique(fill, axis=0, return_inverse=True)
    for i, (red, green, blue, alpha) in enumerate(colours.tolist()):
        rings = shapely.get_rings(shapes[of.ravel() == i])
        yield (red, green, blue, alpha), "".join(f"{_path(ring)}Z" for ring in rings)


def _lines(lines: Geometries, colour: Colour, width: float, dash: str, camera: Camera) -> str:
    parts, _ = seen(lines, camera, thin=0.0)
    path = "".join(map(_path, to_pixels(parts, camera)))
    if not path:
        return ""
    return (
        f'<path d="{path}" fill="none" stroke="{hex_text(colour)}" stroke-width="{width:g}" '
        f'stroke-dasharray="{dash}" stroke-opacity="{colour[3] / 255:g}"/>'
    )


def _boxed(mark: Labels, camera: Camera) -> Iterator[str]:
    if not mark.boxed or not mark.labels:
        return
    lng, lat = (np.array([getattr(one, name) for one in mark.labels]) for name in ("lng", "lat"))
    _, down = box_padding(camera)
    for label, x, y in zip(mark.labels, *camera.pixels(lng, lat), strict=True):
        wide, high = size_of(label, mark, camera)
        left, top = x + label.offset[0] - wide / 2, y + label.offset[1] - high / 2
        yield (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="3" fill="#FFFFFF" '
            f'stroke="{hex_text(palette.INK)}"/><text x="{left + wide / 2:.1f}" y="{top + high - down - 2.5:.1f}" '
            f'font-family="sans-serif" font-size="{mark.size:g}" font-weight="600" text-anchor="middle" '
            f'fill="{hex_text(mark.colour)}">{escape(label.text)}</text>'
        )


def _path(line: shapely.Geometry) -> str:
    points = np.round(shapely.get_coordinates(line), 1)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points.tolist())


def _fill(colour: Colour) -> str:
    return f'fill="{hex_text(colour)}" fill-opacity="{colour[3] / 255:g}"'
