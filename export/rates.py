"""Rates of a reading: incidents by the people who live in each unit, where a population is held."""

import numpy as np
from numpy.typing import NDArray

from data.holdings import Holdings
from export.displayed import Displayed
from export.reading import Reading
from geo.precision import Treatment
from geo.view import DISTRICT_RESOLUTION, Shown, View
from stats.rate import rate


def rates_of(reading: Reading, shown: Displayed, holdings: Holdings) -> NDArray[np.float64] | None:
    """Return incidents per 100,000 people and year of each unit (units,), None where the view asks for no rate."""
    if reading.view.shown is not Shown.RATE or holdings.population is None:
        return None
    lattice = reading.placed.lattice
    days = int(reading.periods.ends[reading.window][-1]) - reading.first_day
    return rate(shown.amounts.incidents, holdings.population.of(lattice), days)


def measures_offered(holdings: Holdings, view: View) -> list[Shown]:
    """Return what cells may be coloured by: rates only of whole incidents, and only where a population is held."""
    spread = view.treatment is Treatment.SPREAD
    bears = holdings.population is not None and not spread and view.resolution != DISTRICT_RESOLUTION
    return [one for one in Shown if one is not Shown.RATE or bears]


def refused_measure(holdings: Holdings, view: View) -> str:
    """Return why the measure that a view asks for is not offered, or an empty text."""
    if view.shown in measures_offered(holdings, view):
        return ""
    if holdings.population is None:
        return "There are no rates without a population. Load a raster (GeoTIFF) or a table of people on the Data page."
    if view.resolution == DISTRICT_RESOLUTION:
        return "There are no rates by district: people are known by cell and by province."
    return "A rate counts whole incidents: it is not shown where area counts are spread over cells."
