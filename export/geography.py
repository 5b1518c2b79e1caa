"""The shipped geography as the layers want it, read once: areas, boundaries by detail, names."""

from dataclasses import dataclass
from functools import cache, cached_property

from data import geodata
from geo.areas import Areas
from geo.places import Places
from layers.basemap import Boundaries

FINE_FROM_ZOOM = 5.0
"""Zoom from which the finer drawing is used (docs/boundaries.md)."""


@dataclass(frozen=True)
class Geography:
    """Areas, places and boundaries, shared and read-only.

    `areas` are the admin-1 areas that points are looked up in; `coarse` the same areas drawn for small scales;
    `nations` the countries that they make up.
    """

    areas: Areas
    coarse: Areas
    nations: Areas
    countries: dict[str, geodata.Country]
    places: Places
    boundaries_fine: Boundaries
    boundaries_coarse: Boundaries

    def boundaries(self, zoom: float) -> Boundaries:
        """Return the drawing that fits a zoom."""
        return self.boundaries_fine if zoom >= FINE_FROM_ZOOM else self.boundaries_coarse

    def drawn(self, zoom: float) -> Areas:
        """Return the admin-1 areas as they are drawn at a zoom."""
        return self.areas if zoom >= FINE_FROM_ZOOM else self.coarse

    @cached_property
    def country_names(self) -> dict[str, str]:
        """The neutral name of each country by its code."""
        return {code: country.name for code, country in self.countries.items()}

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all admin-1 areas."""
        return frozenset(str(code) for code in self.areas.codes)

    def drawn_as_asked(self, study: tuple[str, ...]) -> tuple[str, ...]:
        """Return the countries of a study area with the areas of undetermined status that any of them is a party to."""
        undetermined = (code for code, parties in geodata.parties().items() if set(parties) & set(study))
        return (*study, *undetermined) if study else ()

    def country_name(self, code: str) -> str:
        """Return the neutral name of a country, its code where it is not on the map."""
        return self.countries[code].name if code in self.countries else code


@cache
def geography() -> Geography:
    """Return the shipped geography; shared and read-only."""
    return Geography(
        geodata.admin1("fine"),
        geodata.admin1("coarse"),
        geodata.admin0("coarse"),
        dict(geodata.countries()),
        geodata.places(),
        _boundaries("fine"),
        _boundaries("coarse"),
    )


def _boundaries(detail: geodata.Detail) -> Boundaries:
    return Boundaries(geodata.admin0(detail), geodata.lines(detail), geodata.lakes())
