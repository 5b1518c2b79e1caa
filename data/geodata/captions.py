"""What a map has to say about its boundaries: the caption of its profile, and the notes for what is in view."""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import shapely

from data import geodata
from data.geodata.profiles import table_rows
from geo.errors import ValueRefused
from geo.view import Profile

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

NOT_LSIB: Final = " Not LSIB geometry."
CAPTIONS: Final = MappingProxyType(
    {
        Profile.NEUTRAL: geodata.CREDIT,
        Profile.UN: (
            "The boundaries and names shown and the designations used on this map do not imply official endorsement or "
            "acceptance by the United Nations."
        ),
        Profile.US: f"Names and boundary representation are not necessarily authoritative.{NOT_LSIB}",
    }
)
"""The sentence that every map of a profile carries."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a profile: its mark as on the label ("" = none), its text, and where it belongs."""

    mark: str
    text: str
    where: Any

    @property
    def line(self) -> str:
        """Return the note as it is printed."""
        return f"{self.mark} {self.text}" if self.mark else self.text


@cache
def _notes(profile: Profile) -> tuple[Note, ...]:
    return tuple(
        Note(row["mark"], row["text"], _where(row["where"])) for row in table_rows("notes") if row["profile"] == profile
    )


def _where(text: str) -> Any:  # noqa: ANN401 - shapely publishes no types
    """Return the shape that a note is about: `unit:` codes, `country:` codes, or the `line:` between two countries."""
    kind, _, rest = text.partition(":")
    codes = rest.split()
    areas, nations = geodata.admin1("coarse"), geodata.admin0("coarse")
    if kind == "unit":
        return shapely.union_all(areas.geometry[[areas.index_of(code) for code in codes]])
    shapes = nations.geometry[[nations.index_of(code) for code in codes if code in geodata.countries()]]
    if kind == "country":
        return shapely.union_all(shapes)
    one, other = (areas.geometry[np.isin(areas.codes, _side(code))] for code in codes)
    return shapely.intersection(shapely.union_all(one), shapely.union_all(other))


def _side(country: str) -> list[str]:
    """Return the units on one side of a line between two countries; in Kashmir those that either holds."""
    areas = geodata.admin1("coarse")
    mine = [str(code) for code in areas.codes[areas.countries == country]]
    held = [str(code) for code in areas.codes[areas.countries == "X-JK"] if str(code).startswith(country)]
    return mine + held


def notes(profile: Profile, bounds: Bounds) -> tuple[str, ...]:
    """Return the notes of a profile for what lies in `bounds` (west, south, east, north; degrees), in their order.

    Raises `ValueRefused` for bounds that are none.
    """
    west, south, east, north = bounds
    if not (west < east and south < north):
        raise ValueRefused("these bounds hold nothing", column="bounds", value=bounds)
    view = shapely.box(*bounds)
    return tuple(note.line for note in _notes(profile) if shapely.intersects(view, note.where))


def caption(profile: Profile, bounds: Bounds, *, own_lines: bool = False) -> tuple[str, ...]:
    """Return what stands under a map of a profile: its sentence, then the notes for what is in view.

    Where a user's LSIB is drawn (`own_lines`) it is not said that the geometry is another.
    """
    said = CAPTIONS[profile].removesuffix(NOT_LSIB) if own_lines else CAPTIONS[profile]
    return (said, *notes(profile, bounds))


def vintages(bounds: Bounds) -> tuple[str, ...]:
    """Return, for each country in view whose admin-1 is out of date, its name and how it is."""
    nations, view = geodata.admin0("coarse"), shapely.box(*bounds)
    seen = nations.codes[shapely.intersects(nations.geometry, view)].astype(str)
    known = (geodata.countries()[code] for code in seen)
    return tuple(f"{one.name}: {one.vintage_note}" for one in known if one.vintage_note)
