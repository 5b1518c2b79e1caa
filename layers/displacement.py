"""Displacement flows as curved arrows, as wide as people are many. A flow only: stocks are never added to it."""

import math
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.view import LayerName
from layers import palette
from layers.camera import Camera
from layers.drawing import Arrow, Arrows, Drawing, Legend, LegendRow, Swatch

TOP, _SMALL_TOP = 12, 4
_LEAST_WIDTH: Final = 1.5
_MOST_WIDTH, _SMALL_MOST_WIDTH = 6.0, 3.5
_STEPS: Final = (1, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class Flows:
    """People newly displaced between two places in the window, one row a pair: degrees, names, people."""

    origin_lng: NDArray[np.float64]
    origin_lat: NDArray[np.float64]
    origin: NDArray[np.object_]
    destination_lng: NDArray[np.float64]
    destination_lat: NDArray[np.float64]
    destination: NDArray[np.object_]
    people: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse columns of different lengths and negative numbers of people."""
        same_length(**{field.name: getattr(self, field.name) for field in fields(self)})
        bad = np.flatnonzero(self.people < 0)
        if len(bad):
            row = int(bad[0])
            raise ValueRefused("a flow has a negative number of people", column="people", row=row)
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))


def draw_displacement(
    flows: Flows, span: str, *, top: int = TOP, camera: Camera | None = None, source: str = "", as_of: str = ""
) -> Drawing:
    """Return the `top` largest flows as arrows; the rest is counted in `left_out`. Rows of one pair are added up first.

    A small map (`camera`) has four arrows at most, and slimmer ones. A flow within one place draws no arrow and is
    counted as left out. `span` is the window in words.
    """
    rows = np.column_stack([flows.origin_lng, flows.origin_lat, flows.destination_lng, flows.destination_lat])
    pairs, first, of = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    people = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(people, of.ravel(), flows.people)
    stays = (pairs[:, :2] == pairs[:, 2:]).all(axis=1)
    order = [i for i in np.lexsort((first, -people)).tolist() if people[i] and not stays[i]]
    small = camera is not None and camera.small
    top, widest = (min(top, _SMALL_TOP), _SMALL_MOST_WIDTH) if small else (top, _MOST_WIDTH)
    shown, rest = order[:top], order[top:]
    greatest = int(people[shown[0]]) if shown else 0
    arrows = tuple(
        Arrow(
            (float(pairs[i, 0]), float(pairs[i, 1])),
            (float(pairs[i, 2]), float(pairs[i, 3])),
            width(int(people[i]), greatest, widest),
            f"{people[i]:,}",
            f"{people[i]:,} people newly displaced, {span}\nfrom {flows.origin[first[i]]} "
            f"to {flows.destination[first[i]]}",
        )
        for i in reversed(shown)
    )
    keys = sorted({_nice(greatest / 4), _nice(greatest)} - {0})
    legend_rows = (LegendRow(Swatch.ARROW, palette.FLOW, f"{k:,}", width=width(k, greatest, widest)) for k in keys)
    legend = Legend(f"People newly displaced, {span}", tuple(legend_rows)) if shown else None
    marks = (Arrows("flows", arrows, palette.FLOW),) if arrows else ()
    left_out = _left_out(len(rest), int(people[rest].sum()), int(people[stays].sum()))
    return Drawing(LayerName.DISPLACEMENT, marks, legend, left_out=left_out, source=source, as_of=as_of)


def width(people: int, greatest: int, widest: float = _MOST_WIDTH) -> float:
    """Return an arrow's width in pixels: its share of the greatest flow, at least 1.5 so that it can be seen."""
    return round(max(_LEAST_WIDTH, widest * math.sqrt(people / greatest)), 2)


def _left_out(flows: int, people: int, within: int) -> str:
    parts = []
    if flows:
        word = "flow" if flows == 1 else "flows"
        parts.append(f"{flows:,} smaller {word} of {people:,} people together are not drawn")
    if within:
        parts.append(f"{within:,} people moved within one place")
    said = "; ".join(parts)
    return f"{said}." if said else ""


def _nice(value: float) -> int:
    """Return the greatest of 1, 2, 3, 5 times a power of ten that is not above `value`; 0 below 1."""
    if value < 1:
        return 0
    power = int(10.0 ** math.floor(math.log10(value)))
    return max(step * power for step in _STEPS if step * power <= value)
