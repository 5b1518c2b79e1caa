"""What is selected: the accent in a white casing, so that it reads on every colour."""

from typing import Any, Final

import numpy as np
import shapely

from geo.cells import outlines
from layers import palette
from layers.drawing import Drawing, Strokes

NAME: Final = "selection"


def draw_selection(cell: int | None = None, polygon: Any = None) -> Drawing:  # noqa: ANN401 - shapely publishes no types
    """Return the outline of a selected H3 cell, or of a selected area's polygon; nothing where neither is given."""
    if cell is not None:
        polygon = outlines(np.array([cell], dtype=np.uint64))[0]
    if polygon is None:
        return Drawing(NAME, ())
    rings = shapely.get_parts(shapely.boundary(np.array([polygon], dtype=object)))
    return Drawing(
        NAME,
        (
            Strokes("selection casing", rings, palette.WHITE, palette.CASING_WIDTH),
            Strokes("selection line", rings, palette.ACCENT, palette.SELECTION_WIDTH),
        ),
    )
