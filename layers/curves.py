"""The shape of a flow's arrow, in pixels: an arc bent to the left of its direction, a head, a place for its number."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layers.camera import Camera
from layers.drawing import Arrow
from layers.type_size import text_width

_BEND: Final = 0.18
_STEPS: Final = 24
_GAP: Final = 7.0
"""Pixels left free before the place that the arrow points to."""
_LABEL_GAP: Final = 2.0
_NUMBER, _SMALL_NUMBER = 13.0, 11.0
_BESIDE: Final = tuple(
    (at, out, gap)
    for gap in (0.0, 9.0, 18.0)
    for at in (0.5, 0.4, 0.6, 0.7, 0.3, 0.82, 0.18, 0.95)
    for out in (True, False)
)
"""Where a number may stand: part of the way, outside the bend or in it, pixels further away; best first."""


@dataclass(frozen=True, slots=True)
class Curve:
    """An arrow's shaft (n, 2), its head (3, 2) and the middle of its label, in pixels."""

    shaft: NDArray[np.float64]
    head: NDArray[np.float64]
    label: tuple[float, float]


def number_type(camera: Camera) -> float:
    """Return the type size in pixels of the numbers beside arrows."""
    return _SMALL_NUMBER if camera.small else _NUMBER


def number_size(arrow: Arrow, camera: Camera) -> tuple[float, float]:
    """Return width and height in pixels of an arrow's number."""
    size = number_type(camera)
    return text_width(arrow.text, size, bold=True), size


def number_places(arrow: Arrow, camera: Camera) -> tuple[tuple[Arrow, ...], NDArray[np.float64]]:
    """Return the arrow with its number at each place where it may stand, best first, and their middles (n, 2)."""
    arc = _arc(arrow, camera)
    tries = tuple(replace(arrow, label_at=at, label_outside=out, label_gap=gap) for at, out, gap in _BESIDE)
    return tries, np.array([_beside(one, arc, camera) for one in tries])


def curve(arrow: Arrow, camera: Camera) -> Curve:
    """Return how an arrow lies on the map."""
    arc = _arc(arrow, camera)
    length = max(float(np.hypot(*(arc[-1] - arc[0]))), 1e-6)
    head_length = min(6.0 + 1.9 * arrow.width, length * 0.5)
    tip = _cut(arc, min(_GAP, length * 0.2))
    shaft = _cut(tip, head_length * 0.85)
    point = tip[-1]
    back = shaft[-1] - point
    back /= max(float(np.hypot(*back)), 1e-9)
    side = np.array([-back[1], back[0]])
    foot = point + back * head_length
    head = np.array([point, foot + side * head_length * 0.48, foot - side * head_length * 0.48])
    return Curve(shaft, head, _beside(arrow, arc, camera))


def _arc(arrow: Arrow, camera: Camera) -> NDArray[np.float64]:
    """Return the whole arc from place to place, in pixels."""
    x, y = camera.pixels(np.array([arrow.start[0], arrow.end[0]]), np.array([arrow.start[1], arrow.end[1]]))
    start, end = np.array([x[0], y[0]]), np.array([x[1], y[1]])
    chord = end - start
    aside = np.array([chord[1], -chord[0]]) * _BEND
    control = (start + end) / 2 + aside
    t = np.linspace(0.0, 1.0, _STEPS)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)


def _beside(arrow: Arrow, arc: NDArray[np.float64], camera: Camera) -> tuple[float, float]:
    """Return the middle of an arrow's number."""
    at = round(arrow.label_at * (_STEPS - 1))
    way = arc[min(at + 1, _STEPS - 1)] - arc[max(at - 1, 0)]
    out = np.array([way[1], -way[0]]) / max(float(np.hypot(*way)), 1e-9) * (1 if arrow.label_outside else -1)
    wide, high = number_size(arrow, camera)
    away = arrow.width / 2 + _LABEL_GAP + arrow.label_gap
    middle = arc[at] + out * (abs(out[0]) * wide / 2 + abs(out[1]) * high / 2 + away)
    return float(middle[0]), float(middle[1])


def _cut(line: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Return a line shortened by `length` at its end."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    stop = max(float(along[-1]) - length, along[-1] * 0.1)
    kept = along < stop
    last = [np.interp(stop, along, line[:, 0]), np.interp(stop, along, line[:, 1])]
    return np.vstack([line[kept], last])
