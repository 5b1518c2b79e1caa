"""The shipped geography as the layers want it, read once: areas, boundaries by detail, names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data import geodata
from data.boundaries import held as boundaries_held
from data.geodata import captions
from geo.areas import Areas, joined
from geo.places import Places
from geo.view import DISTRICT_RESOLUTION, Profile
from layers.basemap import Boundaries
from layers.camera import Camera
from layers.country_names import Territory

PROFILE_TEXT = {Profile.NEUTRAL: "Neutral", Profile.US: "US-style", Profile.UN: "UN"}
PROFILE_HELP = "How disputed borders are drawn and named. The lines are Natural Earth's in each case."

SECOND_ORDER = 2
AS_LOADED = "as loaded"
"""What is said of border lines that a user loaded."""
FINE_FROM_ZOOM = 5.0
"""Zoom from which the finer drawing is used (docs/boundaries.md)."""


@dataclass(frozen=True, eq=False)
class OwnLines:
    """Border lines by style, as a user loaded them, and what they are called."""

    name: str
    lines: Mapping[str, NDArray[np.object_]]


@dataclass(frozen=True, eq=False)
class Geography:
    """Areas, places and boundaries, shared and read-only.

    `areas` are the admin-1 areas that points are looked up in; `coarse` the same areas drawn for small scales;
    `nations` the countries that they make up, as data are coded. What a profile changes is asked for by profile.
    """

    areas: Areas
    coarse: Areas
    nations: Areas
    countries: dict[str, geodata.Country]
    places: Places
    districts: Areas | None = None
    """Areas of the second order that a user loaded."""
    own_lines: OwnLines | None = None
    """Border lines that a user loaded: they stand for the US-style ones."""

    def units(self, resolution: int, zoom: float = FINE_FROM_ZOOM) -> Areas:
        """Return the areas that a lattice of areas indexes: loaded districts, or admin-1 as drawn at a zoom."""
        if resolution == DISTRICT_RESOLUTION and self.districts is not None:
            return self.districts
        return self.drawn(zoom)

    def boundaries(self, zoom: float, profile: Profile = Profile.NEUTRAL) -> Boundaries:
        """Return the drawing of a profile that fits a zoom."""
        shipped = _boundaries("fine" if zoom >= FINE_FROM_ZOOM else "coarse", profile)
        if self.own_lines is None or profile is not Profile.US:
            return shipped
        return self.with_own_lines(shipped, self.own_lines.lines, self.own_lines.name)

    def with_own_lines(self, boundaries: Boundaries, lines: Mapping[str, NDArray[np.object_]], name: str) -> Boundaries:
        """Return a drawing with the border lines that a user loaded (by style) instead of those that are shipped.

        Areas, and the lines of admin-1, stay Natural Earth's; `name` is what the lines are called.
        """
        own = {**lines, "adm1": boundaries.of_style("adm1")}
        return replace(boundaries, lines=own, source=f"{name}, {AS_LOADED}; areas: Natural Earth")

    def named(self, profile: Profile = Profile.NEUTRAL) -> Areas:
        """Return the countries as a profile names them, without the territories that have a name of their own."""
        return geodata.named(profile)

    def places_of(self, profile: Profile = Profile.NEUTRAL) -> Places:
        """Return the places; a capital of no country of the profile is a town."""
        return _places(profile)

    def territories(self, profile: Profile = Profile.NEUTRAL) -> tuple[Territory, ...]:
        """Return the names of territories that a profile writes within countries."""
        return tuple(Territory(one.name, one.lng, one.lat, one.reach) for one in geodata.territories(profile))

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
    )


@cache
def loaded_geography(home: Path, digests: tuple[str, ...]) -> Geography:
    """Return the shipped geography with the boundaries that a user loaded into a store's home (by their digests).

    Districts of several files stand together; of a code that two files have, the first file's is kept. Of several
    files of lines the first is drawn.
    """
    if not digests:
        return geography()
    chosen = [one for one in boundaries_held.held(home) if one.digest in digests]
    found = [boundaries_held.areas(home, one) for one in chosen if one.level == SECOND_ORDER]
    lines = [OwnLines(one.name, boundaries_held.border_lines(home, one)) for one in chosen if not one.level]
    return replace(geography(), districts=joined(found) if found else None, own_lines=lines[0] if lines else None)


@cache
def _places(profile: Profile) -> Places:
    places = geodata.places()
    owners = list(set(geodata.belongs_to(profile).tolist()))
    return replace(places, capital=places.capital & np.isin(places.country.astype(str), owners))


@cache
def _boundaries(detail: geodata.Detail, profile: Profile) -> Boundaries:
    nations = geodata.nations(profile, detail)
    unsettled = np.char.startswith(nations.codes.astype(str), "X-") & (profile is not Profile.US)
    return Boundaries(
        geodata.admin0(detail),
        geodata.lines(detail, profile),
        geodata.lakes(),
        profile,
        nations.geometry[unsettled],
    )


def boundary_notes(
    profile: Profile, camera: Camera, *, vintage: bool = False, own_lines: bool = False
) -> tuple[str, ...]:
    """Return a profile's caption and its notes for what a camera sees; `vintage` adds how old the areas seen are.

    With `own_lines` it is not said that the lines are no LSIB: a user loaded them.
    """
    bounds = camera.bounds(0.0)
    old = " ".join(captions.vintages(bounds)) if vintage else ""
    return (
        *captions.caption(profile, bounds, own_lines=own_lines),
        *((f"Admin-1 out of date here. {old}",) if old else ()),
    )
