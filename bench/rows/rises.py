"""Where violence grows, for the Overview of the exercise: all settings and the ordinary week."""

from bench.exercise import frames, holdings
from bench.row import Row
from bench.scale import Scale
from bench.timing import Timing
from export.geography import geography
from export.reading import place_frame
from export.rises import find_rises
from geo.located import CIVILIAN_HARM
from geo.tally import tally
from geo.view import AREA_RESOLUTION


def name(scale: Scale) -> str:
    """Return the row's name."""
    del scale
    return "rises of the exercise ms"


def measure(scale: Scale) -> Row:
    """Find them from the three tallies, which are made before the clock starts."""
    ground = geography()
    on = [place_frame(holdings(), ground.areas, frame) for frame in frames((4, 1), (5, 1), (AREA_RESOLUTION, 0))]
    coarse, fine, by_area = (tally(each, CIVILIAN_HARM) for each in on)
    timing = Timing.of(lambda: find_rises(coarse, fine, by_area, ground.areas, ground.places), scale.repeats)
    return Row.of(name(scale), "ms", timing)
