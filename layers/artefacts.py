"""The outline of cells that may look busy only because of where imprecise records were coded (methods.md 2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import shapely

from geo.artefact import STACKED, Artefacts
from geo.cells import Cells, outlines
from layers import palette
from layers.drawing import CellFill, Drawing, Legend, LegendRow, Strokes, Swatch

NAME: Final = "artefacts"
WIDTH: Final = 2.0


def with_artefacts(drawing: Drawing, cells: Cells, found: Artefacts, sentences: Sequence[str]) -> Drawing:
    """Return a drawing of cells with those outlined in ink that may be coding artefacts, and their tips saying why.

    `cells` (units,) are those of `found`; `sentences` (units,) say why, empty where nothing is flagged.
    """
    flagged = np.flatnonzero(found.flagged)
    if not len(flagged):
        return drawing
    rings = shapely.get_exterior_ring(outlines(cells[flagged]))
    marks = tuple(_said(mark, cells, sentences) if isinstance(mark, CellFill) else mark for mark in drawing.marks)
    row = LegendRow(Swatch.OUTLINE, palette.INK, "Possible coding artefact")
    legend = drawing.legend or Legend("", ())
    how_many = f"{len(flagged):,} {'cell' if len(flagged) == 1 else 'cells'} flagged as a possible coding artefact"
    rule = (
        f"{how_many}: {STACKED} or more imprecise records on one coordinate, or more than half of the records "
        "imprecise in a cell that holds a centre point, a largest town or a capital."
    )
    return replace(
        drawing,
        marks=(*marks, Strokes(NAME, rings, palette.INK, WIDTH)),
        legend=replace(legend, rows=(*legend.rows, row)),
        left_out=" ".join(filter(None, (drawing.left_out, rule))),
    )


def _said(mark: CellFill, cells: Cells, sentences: Sequence[str]) -> CellFill:
    at = np.searchsorted(cells, mark.cells)
    tips = ("\n".join(filter(None, (tip, sentences[i]))) for tip, i in zip(mark.tips, at.tolist(), strict=True))
    return replace(mark, tips=tuple(tips))
