"""The shape of a flow's arrow, in pixels: an arc bent to the left of its direction, a head, a place for its number."""

from dataclasses import dataclass
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
NUMBER_SIZE: Final = 13.0
"""Type size of the number beside an arrow."""


@dataclass(frozen=True, slots=True)
class Curve:
    """An arrow's shaft (n, 2), its head (3, 2) and the middle of its label, in pixels."""

    shaft: NDArray[np.float64]
    head: NDArray[np.float64]
    label: tuple[float, float]


def number_size(arrow: Arrow) -> tuple[float, float]:
    """Return width and height in pixels of an arrow's number."""
    return text_width(arrow.text, NUMBER_SIZE, bold=True), NUMBER_SIZE


def curve(arrow: Arrow, camera: Camera) -> Curve:
    """Return how an arrow lies on the map."""
    x, y = camera.pixels(np.array([arrow.start[0], arrow.end[0]]), np.array([arrow.start[1], arrow.end[1]]))
    start, end = np.array([x[0], y[0]]), np.array([x[1], y[1]])
    chord = end - start
    length = max(float(np.hypot(*chord)), 1e-6)
    aside = np.array([chord[1], -chord[0]]) * _BEND
    control = (start + end) / 2 + aside
    t = np.linspace(0.0, 1.0, _STEPS)[:, None]
    arc = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    head_length = min(6.0 + 1.9 * arrow.width, length * 0.5)
    tip = _cut(arc, min(_GAP, length * 0.2))
    shaft = _cut(tip, head_length * 0.85)
    point = tip[-1]
    back = shaft[-1] - point
    back /= max(float(np.hypot(*back)), 1e-9)
    side = np.array([-back[1], back[0]])
    foot = point + back * head_length
    head = np.array([point, foot + side * head_length * 0.48, foot - side * head_length * 0.48])
    at = round(arrow.label_at * (_STEPS - 1))
    way = arc[min(at + 1, _STEPS - 1)] - arc[max(at - 1, 0)]
    out = np.array([way[1], -way[0]]) / max(float(np.hypot(*way)), 1e-9) * (1 if arrow.label_outside else -1)
    wide, high = number_size(arrow)
    middle = arc[at] + out * (abs(out[0]) * wide / 2 + abs(out[1]) * high / 2 + arrow.width / 2 + _LABEL_GAP)
    return Curve(shaft, head, (float(middle[0]), float(middle[1])))


def _cut(line: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Return a line shortened by `length` at its end."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    stop = max(float(along[-1]) - length, along[-1] * 0.1)
    kept = along < stop
    last = [np.interp(stop, along, line[:, 0]), np.interp(stop, along, line[:, 1])]
    return np.vstack([line[kept], last])
