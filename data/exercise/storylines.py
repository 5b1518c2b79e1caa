"""Scripted storylines: what happens where, and what a reader must see. Data only; `scripted.py` plays them.

Places are towns of the shipped geography. The default seed plays them as written; `redrawn` gives the same stories
other places and dates, as every other seed does (methods.md 9: thresholds hold on seeds with places and dates redrawn).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from data.exercise.geography import Geography, distances_km
from data.exercise.world import CLOCK, COUNTRIES, FINAL_DAY


class Plot(StrEnum):
    """The kind of a storyline; the last five are not scripted but follow from others or from the sources (truth.py)."""

    GROWTH = "growth"
    MASS_KILLING = "mass_killing"
    LATENT_RISK = "latent_risk"
    FALSE_HOT_SPOT = "false_hot_spot"
    SMALL_NUMBERS = "small_numbers"
    FADING = "fading"
    IMMINENT = "imminent"
    LATE_REPORTING = "late_reporting"
    TWO_SOURCES = "two_sources"
    DISPLACEMENT = "displacement"
    SOURCE_ENDS = "source_ends"


@dataclass(frozen=True, slots=True)
class Storyline:
    """One story around a town; counts are incidents of violence against civilians within `radius_km`.

    `usual` is the number in eight weeks of the three years before (it may be a fraction), `recent` the number in the
    eight weeks to `last_day` (13 Dec 2048 unless redrawn), `recent_deaths` the civilians killed in those. Of the
    records of a false hot spot none is placed there: all are coded to the capital with precision 4 to 6. `risk` is a
    floor for the published risk of the cells around, `attention` what articles about the country must show ("low", or
    "" where nothing is scripted).
    """

    key: str
    plot: Plot
    place: str
    town: str
    country: str
    radius_km: float
    usual: float
    recent: int
    recent_deaths: int
    must_see: str
    risk: float = 0.0
    attention: str = ""
    last_day: int = FINAL_DAY


STORYLINES = (
    Storyline(
        "damazin", Plot.GROWTH, "Damazin", "Ad-Damazin", "SDN", 50.0, 4.0, 32, 112,
        "incidents eight times the year before, deaths and incidents flags up, risk high, attention low", 0.6, "low",
    ),
    Storyline(
        "bria", Plot.MASS_KILLING, "Bria", "Bria", "CAF", 50.0, 3.5, 24, 330,
        "at least 250 civilians killed in 90 days: the response flag", 0.5,
    ),
    Storyline(
        "mopti", Plot.LATENT_RISK, "Mopti", "Mopti", "MLI", 70.0, 3.0, 3, 8,
        "risk forecasts high, no rise recorded", 0.66,
    ),
    Storyline(
        "khartoum", Plot.FALSE_HOT_SPOT, "Khartoum", "Khartoum", "SDN", 45.0, 4.0, 20, 46,
        "a hot spot at the capital only when imprecise records are drawn as coded",
    ),
    Storyline(
        "kadugli", Plot.GROWTH, "Kadugli", "Kadugli", "SDN", 55.0, 5.0, 19, 30,
        "a moderate true rise",
    ),
    Storyline(
        "bol", Plot.SMALL_NUMBERS, "Bol", "Bol", "TCD", 40.0, 0.7, 6, 42,
        "a rise from almost nothing: the ratio is wide",
    ),
    Storyline("juba", Plot.FADING, "Juba", "Juba", "SSD", 80.0, 14.0, 2, 3, "a fall"),
    Storyline("geneina", Plot.FADING, "El Geneina", "El Geneina Fort", "SDN", 85.0, 26.0, 5, 12, "a fall"),
    Storyline("nyala", Plot.FADING, "Nyala", "Nyala", "SDN", 85.0, 20.0, 6, 12, "a fall"),
    Storyline("fasher", Plot.FADING, "El Fasher", "El Fasher", "SDN", 85.0, 18.0, 5, 10, "a fall"),
    Storyline("bambari", Plot.FADING, "Bambari", "Bambari", "CAF", 70.0, 16.0, 4, 9, "a fall"),
)  # fmt: skip


EARLIEST_WEEKS = 39
"""A redrawn story ends at most so many weeks before 13 Dec 2048."""

_TOWN = 1e4
_APART = 1.5
"""Redrawn stories lie so many times the sum of their radii apart, where their country is large enough."""


def redrawn(stories: tuple[Storyline, ...], geography: Geography, rng: np.random.Generator) -> tuple[Storyline, ...]:
    """Return the stories at other towns of their countries, of 10,000 people or more, and ending on other Sundays.

    The false hot spot goes to any capital that is covered to the clock. None is near another where that can be.
    """
    out: list[Storyline] = []
    for story in stories:
        town, country = _elsewhere(story, out, geography, rng)
        last = FINAL_DAY - 7 * int(rng.integers(0, EARLIEST_WEEKS + 1))
        out.append(replace(story, place=town, town=town, country=country, last_day=last))
    return tuple(out)


def _elsewhere(
    story: Storyline, others: list[Storyline], geography: Geography, rng: np.random.Generator
) -> tuple[str, str]:
    towns = geography.towns
    capitals = [country.capital for country in COUNTRIES]
    if story.plot is Plot.FALSE_HOT_SPOT:
        covered = [country for country in COUNTRIES if country.last == CLOCK]
        chosen = covered[int(rng.integers(len(covered)))]
        return chosen.capital, chosen.code
    country = [country.code for country in COUNTRIES].index(story.country)
    fit = (towns.country == country) & (towns.population >= _TOWN) & (towns.area >= 0) & ~np.isin(towns.name, capitals)
    rows = np.flatnonzero(fit)
    rows = rows[np.unique(towns.name[rows].astype(str), return_index=True)[1]]  # the largest of a name, as `town` finds
    room = np.full(len(rows), np.inf)
    for other in others:
        lat, lng = geography.town(other.town, other.country)
        apart = distances_km(towns.latitude[rows], towns.longitude[rows], lat, lng)
        room = np.minimum(room, apart / (other.radius_km + story.radius_km))
    free = rows[room >= _APART]
    row = int(rng.choice(free)) if len(free) else int(rows[room.argmax()])
    return str(towns.name[row]), story.country
