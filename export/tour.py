"""The tour of the exercise: five stops, each a view with what there is to see."""

import datetime as dt
from dataclasses import dataclass, replace

from data.exercise.world import CLOCK
from export.study_areas import EXERCISE_GROUPS
from geo.precision import Treatment
from geo.view import LayerName, View

EAST, WEST = (area.to_text() for _, area in EXERCISE_GROUPS)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: its title, what to look at, and the view to open on the Map."""

    title: str
    text: str
    view: View


def stops(opening: View) -> tuple[Stop, ...]:
    """Return the stops; `opening` is the view with which the exercise opens."""
    view = replace(opening, known=CLOCK, first=CLOCK - dt.timedelta(days=41), last=CLOCK, place=EAST)
    niger_end = dt.date(2046, 12, 31)
    return (
        Stop(
            "Growth that few look at",
            "Around Damazin (Blue Nile, Sudan) incidents against civilians rise from about one a fortnight "
            "to several a "
            "week. Move the slider back half a year and play: the cells darken from the middle outwards.",
            replace(view, focus="SDN-148", first=dt.date(2048, 10, 19)),
        ),
        Stop(
            "Mass killing under way",
            "Around Bria (Central African Republic) the number of incidents is not the highest on the map, "
            "but the number "
            "of people killed is. Compare the measures Incidents and Killed.",
            replace(view, place="CAF", first=dt.date(2048, 10, 19)),
        ),
        Stop(
            "Risk without a rise",
            "Around Mopti (Mali) the forecast is high and nothing has grown. A forecast is not a record: the "
            "blue tint and "
            "the red cells say different things.",
            replace(view, place="MLI"),
        ),
        Stop(
            "A hot spot that is not there",
            "As coded, Khartoum is the darkest cell of Sudan: records known only to the country or the state "
            "sit on the "
            "capital's coordinates. Choose Kept apart, and the cell empties; the numbers stand beside it.",
            replace(
                view,
                place="SDN",
                treatment=Treatment.AS_CODED,
                layers=(LayerName.AREAS, LayerName.CELLS, LayerName.PLACES),
            ),
        ),
        Stop(
            "A source that ends",
            "After 31 December 2046 nobody records in Niger. Its cells do not fall to zero: the country is "
            "hatched, which "
            "means not covered.",
            replace(view, place=WEST, first=niger_end + dt.timedelta(days=7), last=niger_end + dt.timedelta(days=48)),
        ),
    )
