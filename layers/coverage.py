"""Countries in which nobody looked: hatched as a whole. Not covered is not zero."""

from collections.abc import Collection
from typing import Final

import numpy as np

from geo.coverage import Coverage, State
from geo.periods import Periods
from layers import palette
from layers.basemap import Boundaries
from layers.camera import Camera
from layers.clipping import seen
from layers.drawing import AreaFill, Drawing, Hatch, Legend, LegendRow, Swatch

NAME: Final = "coverage"


def not_covered(coverage: Coverage, periods: Periods, window: slice, countries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the countries that are covered in no period of the window."""
    state = coverage.states(countries, periods)[window]
    return tuple(code for code, bare in zip(countries, (state == State.NOT_COVERED).all(axis=0), strict=True) if bare)


def draw_coverage(
    coverage: Coverage,
    periods: Periods,
    window: slice,
    boundaries: Boundaries,
    study: Collection[str],
    camera: Camera,
) -> Drawing:
    """Return a hatch over every country of `study` (empty = all) that is covered in no period of the window.

    The legend lists the hatched countries that the camera sees.
    """
    codes = tuple(str(code) for code in boundaries.countries.codes)
    bare = set(not_covered(coverage, periods, window, codes))
    wanted = np.array([code in bare and (not study or code in study) for code in codes], dtype=np.bool_)
    shapes, of = seen(boundaries.countries.geometry[wanted], camera)
    if not len(shapes):
        return Drawing(NAME, ())
    listed = sorted({str(name) for name in boundaries.countries.names[wanted][np.unique(of)]})
    marks = (
        AreaFill("not covered", shapes, palette.table(*[palette.NOT_COVERED] * len(shapes))),
        Hatch("not covered hatch", shapes, palette.HATCH_LINE),
    )
    text = f"Not covered: {', '.join(listed[:4])}{f' and {len(listed) - 4} more' if len(listed) > 4 else ''}"  # noqa: PLR2004
    row = LegendRow(Swatch.HATCH, palette.HATCH_LINE, text)
    return Drawing(NAME, marks, Legend("", (row,)), left_out="Where no source looked nothing is known; it is not zero.")
