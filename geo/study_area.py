"""The place asked for: whole countries by code, or everything; and which records belong to it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geo.areas import Areas
from geo.located import LocatedEvents
from geo.precision import Support


@dataclass(frozen=True, slots=True)
class StudyArea:
    """A set of countries (ISO 3166 alpha-3, sorted); empty stands for everything that there is."""

    countries: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the study area of an address: codes joined by `+`, or nothing for everything."""
        return cls(tuple(sorted(filter(None, text.split("+")))))

    def to_text(self) -> str:
        """Return the study area as it stands in an address."""
        return "+".join(self.countries)

    def holds(self, countries: NDArray[np.object_] | list[str]) -> NDArray[np.bool_]:
        """Return which of the country codes belong to it."""
        if not self.countries:
            return np.ones(len(countries), dtype=np.bool_)
        return np.isin(np.asarray(countries, dtype=object).astype(str), self.countries)

    def inside(self, events: LocatedEvents, areas: Areas) -> NDArray[np.bool_]:
        """Return which records lie in it (records,).

        By the polygon they lie in where their place is known to an area or better (before July 2011 a source's "Sudan"
        holds today's South Sudan), else, and where the status of the polygon is undetermined, by the country that the
        source names.
        """
        of_area = np.append(self.holds(areas.countries), False)  # the last one is "in no area"
        of_country = np.append(self.holds(list(events.country_codes)), not self.countries)
        settled = np.append([not str(code).startswith("X-") for code in areas.countries], False).astype(np.bool_)
        by_place = settled[events.area] & (events.support <= Support.AREA)
        return np.where(by_place, of_area[events.area], of_country[events.country])
