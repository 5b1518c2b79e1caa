"""Where labels stand so that none lies on another: greedy by priority, over all layers of a map at once.

What must be read (boxed numbers, flows, badges) comes first and is moved; names of places try eight places around their
point and drop out rather than overlap, together with their symbol.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cells import areas_km2, centres
from geo.view import LayerName
from layers.camera import Camera
from layers.clipping import MARGIN
from layers.curves import curve, number_size
from layers.drawing import Arrows, CellFill, Drawing, Label, Labels, Mark, Symbol
from layers.type_size import spaced_capitals, text_width

BOX_PADDING: Final = (7.0, 4.0)
"""Pixels left and right, above and below the text of a boxed label."""
BADGE_RADIUS: Final = 10.0
SYMBOL_RADIUS: Final = 4.0

_GAP: Final = 2.0
_LINE: Final = 1.15
_SHIFTS: Final[tuple[tuple[float, float], ...]] = (
    (0, 0),
    (0, -1),
    (0, 1),
    (0, -2),
    (0, 2),
    (-0.6, -1),
    (0.6, -1),
    (-0.6, 1),
    (0.6, 1),
    (-1, 0),
    (1, 0),
)
_AROUND: Final = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))
_BESIDE: Final = tuple((at, out) for at in (0.5, 0.4, 0.6, 0.7, 0.3) for out in (True, False))
_SOFT: Final = 3.0
_LUMA: Final = np.array([0.299, 0.587, 0.114])
_DARK: Final = 150.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Item:
    """A label to be placed: which mark and row it is, the boxes it may take, what its symbol covers."""

    mark: tuple[int, int]
    row: int
    label: Label
    boxes: tuple[Box, ...]
    symbol: Box | None
    may_drop: bool


def arranged(drawings: Sequence[Drawing], camera: Camera) -> tuple[Drawing, ...]:
    """Return the drawings with every label where it stands without overlap, and without those that found no place.

    A label that is returned has anchor `middle` and the offset of its own middle. Labels across the map's edge are
    dropped. Numbers of arrows are moved along their arrow and to its other side, never dropped.
    """
    items = [*_items(drawings, camera)]
    items.sort(key=lambda item: (item.may_drop, -item.label.priority))
    taken: list[Box] = []
    soft = np.vstack([_shafts(drawings, camera), _dark_cells(drawings, camera)])
    drawings = [_with_numbers(drawing, camera, taken, soft) for drawing in drawings]
    kept: dict[tuple[int, int], list[tuple[int, Label]]] = {}
    for item in items:
        box = _choose(item, _array(taken), soft)
        if box is None:
            continue
        taken += [box, *([item.symbol] if item.symbol else [])]
        kept.setdefault(item.mark, []).append((item.row, _moved(item.label, box, camera)))
    return tuple(_with_labels(drawing, i, kept) for i, drawing in enumerate(drawings))


def _items(drawings: Sequence[Drawing], camera: Camera) -> Iterator[_Item]:
    for i, drawing in enumerate(drawings):
        for j, mark in enumerate(drawing.marks):
            if not isinstance(mark, Labels) or not mark.labels:
                continue
            x, y = camera.pixels(np.array([one.lng for one in mark.labels]), np.array([one.lat for one in mark.labels]))
            for row, label in enumerate(mark.labels):
                px, py = float(x[row]), float(y[row])
                boxes = tuple(box for box in _boxes(label, mark, px, py) if _inside(box, camera))
                ring = _symbol_box(label, px, py)
                if boxes:
                    yield _Item((i, j), row, label, boxes, ring, mark.may_drop)


def _boxes(label: Label, mark: Labels, x: float, y: float) -> Iterator[Box]:
    """Every box that a label may take, best first."""
    wide, high = size_of(label, mark)
    dx, dy = label.offset
    if mark.around:
        reach = abs(dx) or SYMBOL_RADIUS + _GAP
        for right, down in _AROUND:
            sideways = right * (wide / 2 + (reach if down == 0 else reach * 0.5))
            yield _box(x + sideways, y + down * (high / 2 + reach * (1.0 if right == 0 else 0.35)), wide, high)
        return
    lean = {"start": 0.5, "middle": 0.0, "end": -0.5}[label.anchor]
    for aside, below in _SHIFTS if not mark.may_drop else _SHIFTS[:5]:
        yield _box(x + dx + (lean + aside * 0.5) * wide, y + dy + below * (high + _GAP), wide, high)


def size_of(label: Label, mark: Labels) -> tuple[float, float]:
    """Return width and height in pixels of a label, its box or badge included."""
    if label.symbol in {Symbol.BADGE, Symbol.OPEN_BADGE}:
        return 2 * BADGE_RADIUS, 2 * BADGE_RADIUS
    text = spaced_capitals(label.text) if mark.spaced else label.text
    wide, high = text_width(text, mark.size, bold=mark.bold), mark.size * _LINE
    return (wide + 2 * BOX_PADDING[0], high + 2 * BOX_PADDING[1]) if mark.boxed else (wide, high)


def _box(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _inside(box: Box, camera: Camera) -> bool:
    """Whether a box lies wholly on the map, or wholly in the margin around it: none is cut by the edge."""
    left, top, right, bottom = box
    on_it = left > 0 and top > 0 and right < camera.width and bottom < camera.height
    off_it = right < 0 or bottom < 0 or left > camera.width or top > camera.height
    beyond = MARGIN * camera.width, MARGIN * camera.height
    near = (
        left > -beyond[0]
        and right < camera.width + beyond[0]
        and top > -beyond[1]
        and bottom < camera.height + beyond[1]
    )
    return on_it or (off_it and near)


def _symbol_box(label: Label, x: float, y: float) -> Box | None:
    if label.symbol in {Symbol.RING, Symbol.SQUARE}:
        return _box(x, y, 2 * SYMBOL_RADIUS, 2 * SYMBOL_RADIUS)
    return None


def _shafts(drawings: Sequence[Drawing], camera: Camera) -> NDArray[np.float64]:
    """Return small boxes along the arrows, which labels should avoid."""
    arrows = [arrow for d in drawings for mark in d.marks if isinstance(mark, Arrows) for arrow in mark.arrows]
    shapes = [curve(arrow, camera) for arrow in arrows]
    points = [xy for shape in shapes for xy in (*shape.shaft[4:], shape.head.mean(axis=0))]
    return _array([_box(float(x), float(y), 5.0, 5.0) for x, y in points])


def _dark_cells(drawings: Sequence[Drawing], camera: Camera) -> NDArray[np.float64]:
    """Return a box in the middle of each dark cell, which labels should avoid: what is worst is not to be hidden."""
    boxes = []
    for drawing in drawings:
        for mark in drawing.marks:
            if isinstance(mark, CellFill) and drawing.name != LayerName.RISK:
                dark = mark.cells[mark.fill[:, :3].astype(np.float64) @ _LUMA < _DARK]
                lat, lng = centres(dark)
                x, y = camera.pixels(lng, lat)
                half = np.sqrt(areas_km2(dark)) / camera.km_per_pixel(camera.lat) * 0.25
                boxes.append(np.column_stack([x - half, y - half, x + half, y + half]))
    return np.vstack(boxes) if boxes else _array([])


def _with_numbers(drawing: Drawing, camera: Camera, taken: list[Box], soft: NDArray[np.float64]) -> Drawing:
    """Return a drawing with the numbers of its arrows where they hide the least, wide arrows first."""
    marks: list[Mark] = []
    for mark in drawing.marks:
        if isinstance(mark, Arrows):
            moved = {}
            for arrow in sorted(mark.arrows, key=lambda one: -one.width):
                tries = [replace(arrow, label_at=at, label_outside=out) for at, out in _BESIDE]
                boxes = [_box(*curve(one, camera).label, *number_size(one)) for one in tries]
                costs = [
                    (float(_overlaps(box, _array(taken)).sum()), float((_overlaps(box, soft) > 0).sum()))
                    for box in boxes
                ]
                best = min(range(len(tries)), key=lambda i: (*costs[i], i))
                moved[id(arrow)] = tries[best]
                taken.append(boxes[best])
            marks.append(replace(mark, arrows=tuple(moved[id(arrow)] for arrow in mark.arrows)))
        else:
            marks.append(mark)
    return replace(drawing, marks=tuple(marks))


def _choose(item: _Item, taken: NDArray[np.float64], soft: NDArray[np.float64]) -> Box | None:
    """Return the first box that nothing else has taken; None where a label that may drop finds none."""
    if item.may_drop and item.symbol and _overlaps(item.symbol, taken).any():
        return None
    costs = []
    for rank, box in enumerate(item.boxes):
        hit = _overlaps(box, taken)
        costs.append((float(hit.sum()), 0.5 * rank + _SOFT * min(float((_overlaps(box, soft) > 0).sum()), 2.0), rank))
    best = min(costs)
    return None if best[0] and item.may_drop else item.boxes[best[2]]


def _overlaps(box: Box, others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area in square pixels that a box shares with each of `others`, a gap between them included."""
    wide = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0]) + _GAP
    high = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1]) + _GAP
    return np.maximum(wide, 0.0) * np.maximum(high, 0.0)


def _array(boxes: list[Box]) -> NDArray[np.float64]:
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _moved(label: Label, box: Box, camera: Camera) -> Label:
    x, y = camera.pixels(np.array([label.lng]), np.array([label.lat]))
    offset = (round((box[0] + box[2]) / 2 - float(x[0]), 1), round((box[1] + box[3]) / 2 - float(y[0]), 1))
    return replace(label, anchor="middle", offset=offset)


def _with_labels(drawing: Drawing, i: int, kept: dict[tuple[int, int], list[tuple[int, Label]]]) -> Drawing:
    marks = tuple(
        replace(mark, labels=tuple(label for _, label in sorted(kept.get((i, j), []), key=lambda pair: pair[0])))
        if isinstance(mark, Labels)
        else mark
        for j, mark in enumerate(drawing.marks)
    )
    return replace(drawing, marks=marks)
