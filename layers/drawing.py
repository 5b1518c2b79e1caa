"""What a layer shows, said without saying how: marks in draw order, a legend, and what is left out.

A renderer for each format (live map, picture, page) turns the same Drawing into its own terms. Sizes are in CSS pixels
unless a name says otherwise; colours are RGBA bytes; positions are longitude, latitude in degrees. Texts are plain:
escaping is the renderer's task (`layers.text`).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from geo.cells import Cells
from geo.frozen import frozen, same_length
from geo.view import LayerName

Colour = tuple[int, int, int, int]
Colours = NDArray[np.uint8]
"""RGBA, shape (n, 4)."""


SPREAD = "spread"
"""Name of the mark whose amounts are shared from a wider area: nothing is known to be there."""


class Dash(StrEnum):
    """How a line is broken: not at all, or as mock `Lines` says (pixels on, off)."""

    SOLID = "solid"
    DISPUTED = "6 3"
    CONTROL = "1.5 3"
    PROVISIONAL = "4 3"

    @property
    def pattern(self) -> tuple[float, float]:
        """Pixels on and off; (0, 0) for a solid line."""
        return {Dash.DISPUTED: (6.0, 3.0), Dash.CONTROL: (1.5, 3.0), Dash.PROVISIONAL: (4.0, 3.0)}.get(self, (0.0, 0.0))


@dataclass(frozen=True, slots=True)
class CellFill:
    """H3 cells filled by class. `inset` is the part of a cell's size that is drawn (1 = a hair from its neighbours)."""

    name: str
    cells: Cells
    fill: Colours
    tips: tuple[str, ...]
    inset: float = 1.0
    keys: tuple[str, ...] = ()
    """What a click on each cell selects; empty = not selectable."""

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        same_length(cells=self.cells, fill=self.fill, tips=np.array(self.tips, dtype=object))
        object.__setattr__(self, "fill", frozen(self.fill))


@dataclass(frozen=True, slots=True)
class AreaFill:
    """Polygons (shapely) filled and outlined; `keys` as in `CellFill`."""

    name: str
    polygons: NDArray[np.object_]
    fill: Colours
    line: Colour | None = None
    width: float = 1.0
    tips: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hatch:
    """Polygons (shapely) covered with parallel lines at 45 degrees, `spacing` pixels apart: not covered."""

    name: str
    polygons: NDArray[np.object_]
    line: Colour
    spacing: float = 8.0
    width: float = 1.0
    angle: float = 45.0
    """Degrees from the horizontal: 45 = not covered, 0 = falling."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """Lines (shapely line strings)."""

    name: str
    lines: NDArray[np.object_]
    colour: Colour
    width: float
    dash: Dash = Dash.SOLID


@dataclass(frozen=True, slots=True)
class Dots:
    """Points; `radius` in pixels, or in metres where `metres` (halos). `width` 0 = no outline."""

    name: str
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    radius: NDArray[np.float64]
    fill: Colour
    line: Colour
    width: float = 0.0
    metres: bool = False
    over: bool = False
    """Whether the dots lie over arrows, because something is written in them."""
    tips: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """One flow from a place to another, as people count it."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    text: str
    tip: str
    label_at: float = 0.5
    """Part of the way at which the number stands."""
    label_outside: bool = True
    """Whether the number stands outside the bend, or in it."""
    label_gap: float = 0.0
    """Pixels between arrow and number beyond the usual."""


@dataclass(frozen=True, slots=True)
class Arrows:
    """Curved arrows with their numbers beside them."""

    name: str
    arrows: tuple[Arrow, ...]
    colour: Colour


class Symbol(StrEnum):
    """What stands at a label's place; it goes where the label goes, and drops out with it."""

    NONE = "none"
    RING = "ring"
    """A town."""
    SQUARE = "square"
    """A capital."""
    BADGE = "badge"
    """The label itself, white on a filled ink circle."""
    OPEN_BADGE = "open badge"
    """The label itself, ink on a white circle: may be chance."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Another place for a label (degrees), and how it is written there; `cost` says how much worse than its own."""

    lng: float
    lat: float
    text: str
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """One text at a place. `priority` decides who stays where two would overlap (higher stays)."""

    lng: float
    lat: float
    text: str
    priority: float = 0.0
    anchor: str = "start"
    """start, middle or end."""
    offset: tuple[float, float] = (0.0, 0.0)
    """Pixels to the right and down."""
    symbol: Symbol = Symbol.NONE
    tip: str = ""
    key: str = ""
    """What a click on the label selects."""
    spots: tuple[Spot, ...] = ()
    """Where else, or how else, it may be written where its own place is not free."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Texts of one style; `boxed` puts each in a white box with an ink outline; `halo` draws a white rim."""

    name: str
    labels: tuple[Label, ...]
    size: float
    colour: Colour
    bold: bool = False
    boxed: bool = False
    halo: bool = True
    """A rim of the land's colour, so that the text reads on cells."""
    spaced: bool = False
    """Capitals with wide spacing: names of countries."""
    may_drop: bool = True
    """Whether a label may be left away where it would overlap another; if not, it is moved beside what it meets, and a
    boxed one is left away only where nothing near is free."""
    fixed: bool = False
    """Whether the labels stand where they stand, and others keep away: numbers within a dot."""
    off_cells: bool = False
    """Whether a label may lie on no coloured cell, cluster or arrow: names of countries."""
    around: bool = False
    """Whether the eight places around its point are as good: names of places."""


Mark = CellFill | AreaFill | Hatch | Strokes | Dots | Arrows | Labels


class Swatch(StrEnum):
    """The shape of a legend's key, so that textures survive grey printing."""

    FILL = "fill"
    HATCH = "hatch"
    DASHED = "dashed"
    DOT = "dot"
    HALO = "halo"
    LINE = "line"
    STRIPES = "stripes"
    SPREAD = "spread"
    """Shared from a wider area: lines that fall to the right."""
    SMALL_DOT = "small dot"
    OUTLINE = "outline"
    RING = "ring"
    SQUARE = "square"
    ARROW = "arrow"
    BOX = "box"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One key of a legend: its colour and texture, the range it stands for, and its name."""

    swatch: Swatch
    colour: Colour
    text: str
    name: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Legend:
    """A legend: a title that says measure and window, and its rows."""

    title: str
    rows: tuple[LegendRow, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one layer shows. `left_out` says in words what it does not; `source` and `as_of` who says so, and when."""

    name: LayerName | str
    marks: tuple[Mark, ...]
    legend: Legend | None = None
    left_out: str = ""
    source: str = ""
    as_of: str = ""
