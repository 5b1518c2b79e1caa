"""Where labels stand so that none lies on another: greedy by priority, over all layers of a map at once.

What stands fast (numbers within dots) and what must be read (numbers of flows, badges, boxed numbers) comes first and
is moved; names of countries look for a free place in their country, names of places try eight places around their
point; both drop out rather than overlap, a place together with its symbol.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from layers.camera import Camera
from layers.clipping import MARGIN
from layers.curves import number_places, number_size
from layers.drawing import Arrows, Drawing, Label, Labels, Mark, Symbol
from layers.obstacles import Box, Boxes, Obstacles, as_array, box_around, obstacles, overlaps
from layers.scale import scale_footprint
from layers.type_size import spaced_capitals, text_width

BADGE_RADIUS: Final = 10.0
SYMBOL_RADIUS: Final = 4.0

_BOX_PADDING, _SMALL_PADDING = (7.0, 4.0), (4.0, 2.0)
_GAP: Final = 2.0
_LINE: Final = 1.15
_SHIFTS: Final[tuple[tuple[float, float], ...]] = tuple(
    sorted(
        ((aside, below) for aside in (0, -0.5, 0.5, -1, 1) for below in (0, -1, 1, -2, 2, -3, 3)),
        key=lambda shift: 2 * abs(shift[0]) + abs(shift[1]),
    )
)
"""Parts of a label's width and heights by which it is moved, nearest first."""
_NUDGES: Final[tuple[tuple[float, float], ...]] = (
    (0, 0),
    (0, -0.5),
    (0, 0.5),
    (-0.4, 0),
    (0.4, 0),
    (0, -0.9),
    (0, 0.9),
)
_AROUND: Final = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))
_RANK, _SOFT = 0.5, 3.0
_IN_PART, _WHOLLY = 1, 2
_CAPITAL: Final = 4.0
"""What it costs that a box hides a capital."""
_PALE: Final = 0.7
"""What a pale cell under the name of a country costs."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A label to be placed: which mark and row it is, the boxes it may take, how each is written and what it costs."""

    mark: tuple[int, int]
    row: int
    label: Label
    boxes: tuple[Box, ...]
    texts: tuple[str, ...]
    costs: tuple[float, ...]
    symbol: Box | None
    style: Labels


def arranged(drawings: Sequence[Drawing], camera: Camera) -> tuple[Drawing, ...]:
    """Return the drawings with every label where it stands without overlap, and without those that found no place.

    A label that is returned has anchor `middle` and the offset of its own middle. Labels across the map's edge are
    dropped. Numbers of arrows are moved along their arrow and to its other side; one that finds no place is left away.
    No box lies on another box.
    """
    items = [*_items(drawings, camera)]
    items.sort(key=lambda item: (not item.style.fixed, item.style.may_drop, -item.label.priority))
    ground = obstacles(drawings, camera)
    capitals = as_array([one.symbol for one in items if one.symbol and one.label.symbol is Symbol.SQUARE])
    taken: list[Box] = [scale_footprint(camera)]
    kept: dict[tuple[int, int], list[tuple[int, Label]]] = {}
    fixed = sum(item.style.fixed for item in items)
    for item in items[:fixed]:
        taken.append(item.boxes[0])
        kept.setdefault(item.mark, []).append((item.row, _moved(item, 0, camera)))
    drawings = [_with_numbers(drawing, camera, taken, ground) for drawing in drawings]
    for item in items[fixed:]:
        chosen = _choose(item, as_array(taken), ground, capitals)
        if chosen is not None:
            taken += [item.boxes[chosen], *([item.symbol] if item.symbol else [])]
            kept.setdefault(item.mark, []).append((item.row, _moved(item, chosen, camera)))
    return tuple(_with_labels(drawing, i, kept) for i, drawing in enumerate(drawings))


def box_padding(camera: Camera) -> tuple[float, float]:
    """Return the pixels left and right, above and below the text of a boxed label."""
    return _SMALL_PADDING if camera.small else _BOX_PADDING


def size_of(label: Label, mark: Labels, camera: Camera) -> tuple[float, float]:
    """Return width and height in pixels of a label, its box or badge included."""
    if label.symbol in {Symbol.BADGE, Symbol.OPEN_BADGE}:
        return 2 * BADGE_RADIUS, 2 * BADGE_RADIUS
    lines = [spaced_capitals(line) if mark.spaced else line for line in label.text.split("\n")]
    wide = max(text_width(line, mark.size, bold=mark.bold) for line in lines)
    across, down = box_padding(camera) if mark.boxed else (0.0, 0.0)
    return wide + 2 * across, mark.size * _LINE * len(lines) + 2 * down


def _items(drawings: Sequence[Drawing], camera: Camera) -> Iterator[_Item]:
    for i, drawing in enumerate(drawings):
        for j, mark in enumerate(drawing.marks):
            if not isinstance(mark, Labels) or not mark.labels:
                continue
            x, y = camera.pixels(np.array([one.lng for one in mark.labels]), np.array([one.lat for one in mark.labels]))
            for row, label in enumerate(mark.labels):
                px, py = float(x[row]), float(y[row])
                tried, ring = _tries(label, mark, px, py, camera), _symbol_box(label, px, py)
                seen = ring is not None and _within(ring, camera, 0.0) > 0
                inside = [one for one in tried if mark.fixed or _inside(one[0], camera, seen=seen)]
                if inside and (ring is None or _within(ring, camera, 0.0) != _IN_PART):
                    boxes, texts, costs = zip(*inside, strict=True)
                    yield _Item((i, j), row, label, boxes, texts, costs, ring, mark)


def _tries(label: Label, mark: Labels, x: float, y: float, camera: Camera) -> list[tuple[Box, str, float]]:
    """Return every box that a label may take, how it is written there, and its cost."""
    wide, high = size_of(label, mark, camera)
    dx, dy = label.offset
    lean = {"start": 0.5, "middle": 0.0, "end": -0.5}[label.anchor]
    own = (x + dx + lean * wide, y + dy)
    if mark.fixed:
        return [(box_around(*own, wide, high), label.text, 0.0)]
    if mark.around:
        reach = abs(dx) or SYMBOL_RADIUS + _GAP
        boxes = [_beside_point(right, down, reach, (x, y), (wide, high)) for right, down in _AROUND]
        return [(box, label.text, _RANK * rank) for rank, box in enumerate(boxes)]
    shifts = ((0.0, 0.0),) if mark.off_cells else _NUDGES if mark.may_drop or label.spots else _SHIFTS
    out = [
        (box_around(own[0] + aside * wide, own[1] + below * (high + _GAP), wide, high), label.text, _RANK * rank)
        for rank, (aside, below) in enumerate(shifts)
    ]
    if label.spots:
        at = camera.pixels(np.array([spot.lng for spot in label.spots]), np.array([spot.lat for spot in label.spots]))
        for spot, sx, sy in zip(label.spots, *at, strict=True):
            wide, high = size_of(replace(label, text=spot.text), mark, camera)
            out.append((box_around(float(sx), float(sy), wide, high), spot.text, spot.cost))
    return out


def _beside_point(right: int, down: int, reach: float, point: tuple[float, float], size: tuple[float, float]) -> Box:
    """Return the box of a text in one of the eight directions from its point."""
    wide, high = size
    sideways = right * (wide / 2 + (reach if down == 0 else reach * 0.5))
    below = down * (high / 2 + reach * (1.0 if right == 0 else 0.35))
    return box_around(point[0] + sideways, point[1] + below, wide, high)


def _inside(box: Box, camera: Camera, *, seen: bool) -> bool:
    """Whether a box lies wholly on the map, or, unless its symbol is `seen`, wholly in the margin around it."""
    on_it = _within(box, camera, 0.0)
    return on_it == _WHOLLY or (not seen and on_it == 0 and _within(box, camera, MARGIN) == _WHOLLY)


def _within(box: Box, camera: Camera, margin: float) -> int:
    """Return whether the map with its margin holds a box wholly (2), in part (1), or not (0)."""
    left, top, right, bottom = box
    across, down = margin * camera.width, margin * camera.height
    if left > -across and top > -down and right < camera.width + across and bottom < camera.height + down:
        return _WHOLLY
    return int(right >= -across and bottom >= -down and left <= camera.width + across and top <= camera.height + down)


def _symbol_box(label: Label, x: float, y: float) -> Box | None:
    if label.symbol in {Symbol.RING, Symbol.SQUARE}:
        return box_around(x, y, 2 * SYMBOL_RADIUS, 2 * SYMBOL_RADIUS)
    return None


def _with_numbers(drawing: Drawing, camera: Camera, taken: list[Box], ground: Obstacles) -> Drawing:
    """Return a drawing with the numbers of its arrows where they hide the least, wide arrows first."""
    marks: list[Mark] = []
    for mark in drawing.marks:
        if isinstance(mark, Arrows):
            moved = {}
            for arrow in sorted(mark.arrows, key=lambda one: -one.width):
                tries, middles = number_places(arrow, camera)
                size = number_size(arrow, camera)
                boxes = [box_around(float(x), float(y), *size) for x, y in middles]
                costs = []
                for rank, box in enumerate(boxes):
                    hidden = float((overlaps(box, ground.soft) > 0).sum())
                    costs.append((bool(overlaps(box, as_array(taken)).any()), _SOFT * hidden + _RANK * rank, rank))
                met, _, best = min(costs)
                moved[id(arrow)] = replace(tries[best], text="" if met else arrow.text)
                taken += [] if met else [boxes[best]]
            marks.append(replace(mark, arrows=tuple(moved[id(arrow)] for arrow in mark.arrows)))
        else:
            marks.append(mark)
    return replace(drawing, marks=tuple(marks))


def _choose(item: _Item, taken: Boxes, ground: Obstacles, capitals: Boxes) -> int | None:
    """Return which box of a label is best; None where it may be left away and finds none that is free."""
    style = item.style
    leaves = style.may_drop or style.boxed
    if style.may_drop and item.symbol and overlaps(item.symbol, taken).any():
        return None
    costs = []
    for rank, (box, cost) in enumerate(zip(item.boxes, item.costs, strict=True)):
        hit = float(overlaps(box, taken).sum())
        if style.off_cells:
            hit += float(overlaps(box, ground.coloured).sum() + overlaps(box, ground.shafts).sum())
            hidden = _PALE * float((overlaps(box, ground.pale) > 0).sum())
        elif style.boxed:
            hidden = 0.5 * _SOFT * float((overlaps(box, ground.coloured) > 0).sum())
            hidden += _SOFT * float((overlaps(box, ground.shafts) > 0).any())
            hidden += _CAPITAL * float((overlaps(box, capitals) > 0).sum())
        else:
            hidden = _SOFT * min(float((overlaps(box, ground.soft) > 0).sum()), 2.0)
        costs.append((hit, cost + hidden, rank))
    best = min(costs)
    return None if best[0] and leaves else best[2]


def _moved(item: _Item, chosen: int, camera: Camera) -> Label:
    """Return a label written in the middle of the box chosen for it."""
    label, box = item.label, item.boxes[chosen]
    x, y = camera.pixels(np.array([label.lng]), np.array([label.lat]))
    offset = (round((box[0] + box[2]) / 2 - float(x[0]), 1), round((box[1] + box[3]) / 2 - float(y[0]), 1))
    if item.style.off_cells:
        lng, lat = camera.positions(x + offset[0], y + offset[1])
        label, offset = replace(label, lng=float(lng[0]), lat=float(lat[0])), (0.0, 0.0)
    return replace(label, anchor="middle", offset=offset, text=item.texts[chosen], spots=())


def _with_labels(drawing: Drawing, i: int, kept: dict[tuple[int, int], list[tuple[int, Label]]]) -> Drawing:
    marks = tuple(
        replace(mark, labels=tuple(label for _, label in sorted(kept.get((i, j), []), key=lambda pair: pair[0])))
        if isinstance(mark, Labels)
        else mark
        for j, mark in enumerate(drawing.marks)
    )
    return replace(drawing, marks=marks)
