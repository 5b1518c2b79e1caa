"""Scripted storylines: what happens where, and what a reader must see. Data only; `scripted.py` plays them.

Places are towns of the shipped geography; `redrawn` gives the same stories other places (methods.md 9: thresholds hold
on seeds with places and dates redrawn).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from data.exercise.geography import Geography
from data.exercise.world import COUNTRIES


class Plot(StrEnum):
    """The kind of a storyline."""

    GROWTH = "growth"
    MASS_KILLING = "mass_killing"
    LATENT_RISK = "latent_risk"
    FALSE_HOT_SPOT = "false_hot_spot"
    SMALL_NUMBERS = "small_numbers"
    FADING = "fading"


@dataclass(frozen=True, slots=True)
class Storyline:
    """One story around a town; counts are incidents of violence against civilians within `radius_km`.

    `usual` is the number in eight weeks of the three years before (it may be a fraction), `recent` the number in the
    eight weeks to 13 Dec 2048, `recent_deaths` the civilians killed in those. Of the records of a false hot spot none
    is placed there: all are coded to the capital with precision 4 to 6. `risk` is a floor for the published risk of
    the cells around.
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


STORYLINES = (
    Storyline(
        "damazin", Plot.GROWTH, "Damazin", "Ad-Damazin", "SDN", 50.0, 4.0, 32, 112,
        "incidents eight times the year before, deaths and incidents flags up, risk high, attention low", 0.6,
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


def redrawn(stories: tuple[Storyline, ...], geography: Geography, rng: np.random.Generator) -> tuple[Storyline, ...]:
    """Return the stories at other towns of their countries, of 10,000 people or more, none twice; a capital stays."""
    towns = geography.towns
    capitals = [country.capital for country in COUNTRIES]
    out: list[Storyline] = []
    for story in stories:
        if story.plot is Plot.FALSE_HOT_SPOT:
            out.append(story)
            continue
        country = [country.code for country in COUNTRIES].index(story.country)
        fit = (towns.country == country) & (towns.population >= 1e4) & (towns.area >= 0)  # noqa: PLR2004 - a town
        taken = [*capitals, *(other.town for other in out)]
        town = str(rng.choice([name for name in towns.name[fit] if name not in taken]))
        out.append(replace(story, place=town, town=town))
    return tuple(out)
