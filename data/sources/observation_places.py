"""Admin-1 areas of points that a source gives beside a country: never an area of another country."""

import numpy as np
import pyarrow as pa

from data import geodata
from data.located import brought_home, locate
from data.sources.observation_rows import Floats
from geo.coordinates import LATITUDE_LIMIT, LONGITUDE_LIMIT


def areas_of(latitude: Floats, longitude: Floats, countries: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return the code of the admin-1 area of each point (NaN where missing) within the country that is named.

    Missing where the country is, and where the point lies further outside it than outlines are generalised by.
    """
    on_globe = (np.abs(latitude) <= LATITUDE_LIMIT) & (np.abs(longitude) <= LONGITUDE_LIMIT)
    latitude, longitude = (np.where(on_globe, degrees, np.nan) for degrees in (latitude, longitude))  # rest is refused
    places = locate(latitude, longitude)
    words = np.array([*countries.dictionary.to_pylist(), None], dtype=object)
    named = words[countries.indices.fill_null(len(words) - 1).to_numpy()]
    of_area = np.array([*geodata.admin1("fine").countries, None], dtype=object)

    away = (of_area[places.index] != named) & ~np.isnan(latitude)
    homes = {frozenset({code}): np.flatnonzero(away & (named == code)) for code in set(named[away]) - {None}}
    area = (places := brought_home(places, latitude, longitude, homes)).area
    missing = (of_area[places.index] != named) | (places.index < 0)
    return pa.DictionaryArray.from_arrays(pa.array(area.indices.fill_null(0).to_numpy(), mask=missing), area.dictionary)
