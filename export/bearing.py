"""Whether the data asked for bear the cells asked for (methods.md 2): finer ones are refused, with the reason."""

from dataclasses import replace

from export.reading import SELECTIONS
from export.wording import refused
from geo.precision import Fate, finest_borne
from geo.tally import Placed
from geo.view import View


def borne(view: View, placed: Placed) -> tuple[View, str]:
    """Return the view with the finest cells that its data bear, and why it is not the one asked for ("" if it is).

    The data are all records of the view's kinds in its place up to its as-of date, whatever the window: a map whose
    cells changed while time runs could not be read.
    """
    asked = placed.events.of(SELECTIONS[view.kinds])
    asked &= (placed.fate != Fate.OUTSIDE_PERIOD) & (placed.fate != Fate.OUTSIDE_PLACE)
    support = placed.events.support[asked]
    reason = refused(view.resolution, support)
    if not reason:
        return view, ""
    return replace(view, resolution=finest_borne(support), selected=""), reason
