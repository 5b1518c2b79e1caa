"""What a page says of the holdings as a whole: the as-of date, the first day, who says so."""

import datetime as dt

from data.holdings import Holdings
from data.population_draft import CARD as POPULATION_CARD
from export.geography import Geography
from export.observed import layers_observed
from geo.coverage import EVERYWHERE
from geo.periods import to_date
from geo.precision import Treatment
from geo.study_area import StudyArea
from geo.view import LayerName, Shown, View


def known_on(holdings: Holdings) -> dt.date:
    """Return the last day that any source of events covers: the as-of date of a view that asks for the latest."""
    if len(holdings.coverage.last):
        return to_date(int(holdings.coverage.last.max()))
    return max(holdings.as_of.values(), default=dt.date(1970, 1, 1))


def short_title(title: str) -> str:
    """Return a source's title short enough for a control: `EX-A`, `UCDP Candidate Events Dataset`."""
    return title.removeprefix("EXERCISE ").split(":")[0]


def first_known(holdings: Holdings) -> dt.date:
    """Return the first day of an incident, or the first covered day where there is none."""
    if len(holdings.events):
        return to_date(int(holdings.events.end_day.min()))
    return to_date(int(holdings.coverage.first.min())) if len(holdings.coverage.first) else known_on(holdings)


def source_line(holdings: Holdings) -> str:
    """Return the citation of each source of events, each once."""
    return "; ".join(dict.fromkeys(one.card.citation for one in holdings.snapshots if one.kind == "events"))


def credit(holdings: Holdings, view: View) -> str:
    """Return who says what a map of the view shows: the sources of events and, where people are counted, of people."""
    people = (
        f"people: {one.origin.name}, as of {one.first:%d %b %Y}"
        for one in holdings.snapshots
        if one.card.key == POPULATION_CARD.key and one.origin and one.first
    )
    counted = view.shown is Shown.RATE or view.treatment is Treatment.SPREAD
    return "; ".join([source_line(holdings).rstrip("."), *(people if counted else ())])


def countries_held(holdings: Holdings) -> frozenset[str]:
    """Return the countries that a source names or says to have covered."""
    return frozenset(holdings.events.country_codes) | {c for c in holdings.coverage.country if c != EVERYWHERE}


def provinces(holdings: Holdings, geography: Geography, place: str) -> dict[str, str]:
    """Return the label of each province of a study area by its code, where a source names or covers its country."""
    areas, known = geography.areas, countries_held(holdings)
    asked = StudyArea.parse(place).holds(areas.countries)
    return {
        str(areas.codes[i]): f"{areas.names[i]}, {areas.country_names[i]}"
        for i in range(len(areas))
        if asked[i] and areas.countries[i] in known
    }


def layers_held(holdings: Holdings) -> list[LayerName]:
    """Return the layers that there are data for, in the order of the layer list."""
    without = {LayerName.DISPLACEMENT, LayerName.RISK} - layers_observed(holdings.observations)
    return [name for name in LayerName if name not in without]
