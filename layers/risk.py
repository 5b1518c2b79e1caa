"""A forecast under the incident cells: probabilities in named bands, in the blue of amounts that are not harm."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cells import Cells, to_text
from geo.errors import ValueRefused
from geo.frozen import same_length
from geo.view import LayerName
from layers import palette
from layers.drawing import CellFill, Drawing, Legend, LegendRow, Swatch

BREAKS: Final = (0.2, 0.4)
BANDS: Final = ("1 to 2 in 10", "2 to 4 in 10", "4 in 10 or more")
_SEAMLESS: Final = 1.03
_LEAST_DRAWN: Final = 0.1
"""Below it a tint would lie over whole countries and say nothing."""


def draw_risk(
    cells: Cells,
    probability: NDArray[np.float64],
    *,
    made: str,
    span: str,
    source: str = "",
    measure: str = "an incident",
) -> Drawing:
    """Return cells tinted by the probability (0 to 1) of `measure` in the time `span` that a forecast of `made` gives.

    NaN is not covered by the forecast and draws nothing, as do cells under 1 in 10. Raises `ValueRefused` for a
    probability outside 0 to 1.
    """
    same_length(cells=cells, probability=probability)
    bad = np.flatnonzero((probability < 0) | (probability > 1))
    if len(bad):
        row = int(bad[0])
        raise ValueRefused("a probability lies between 0 and 1", column="probability", row=row, value=probability[row])
    at = np.flatnonzero(np.nan_to_num(probability, nan=0.0) >= _LEAST_DRAWN)
    band = np.searchsorted(np.array(BREAKS), probability[at], side="right")
    about = f"Forecast made from {made}, for {span}"
    tips = tuple(f"Forecast: {100 * p:.0f} in 100 for {measure}, {span}" for p in probability[at].tolist())
    mark = CellFill("risk", cells[at], palette.table(*palette.RISK)[band], tips, _SEAMLESS, tuple(to_text(cells[at])))
    rows = tuple(LegendRow(Swatch.FILL, c, text) for c, text in zip(palette.RISK, BANDS, strict=True))
    legend = Legend(f"Forecast chance of {measure}, {span}", rows)
    left_out = f"{about}. Cells under 1 in 10 are not tinted."
    return Drawing(LayerName.RISK, (mark,) if len(at) else (), legend, left_out=left_out, source=source, as_of=made)
