"""Everything a reader chose, and its address: a View and a URL query hold the same, both ways.

Every choice is written out, the as-of date too: an address must give the same picture next year.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Self

from geo.errors import ValueRefused
from geo.periods import Grain
from geo.precision import TimeTreatment, Treatment

DISTRICT_RESOLUTION = 2
"""`resolution` of a view whose units are areas of the second order, where a user loaded any."""

AREA_RESOLUTION = 0
"""`resolution` of a view whose units are admin-1 areas; 3 to 7 are H3 cells."""

RESOLUTIONS = (3, 4, 5, 6, 7)


class Kinds(StrEnum):
    """Which incidents: against civilians (the default and the point of the product), or one kind, or all."""

    CIVILIAN = "civilian"
    STATE_BASED = "state-based"
    NON_STATE = "non-state"
    ONE_SIDED = "one-sided"
    ALL = "all"


class Shown(StrEnum):
    """What colours the cells."""

    INCIDENTS = "incidents"
    KILLED = "killed"
    DENSITY = "density"
    RATE = "rate"
    """Incidents per 100,000 people; offered only where a population is held."""


class Profile(StrEnum):
    """Whose drawing of disputed borders (docs/boundaries.md)."""

    NEUTRAL = "neutral"
    US = "us"
    UN = "un"


class LayerName(StrEnum):
    """Overlays, from the top of the layer list down."""

    POINTS = "points"
    DISPLACEMENT = "displacement"
    AREAS = "areas"
    CELLS = "cells"
    RISK = "risk"
    PLACES = "places"


@dataclass(frozen=True, slots=True)
class View:
    """A reader's choices.

    `place` is the study area (geo.study_area): "" for everything, or ISO 3166 alpha-3 codes joined
    by `+`. `focus` is the admin-1 code that the map looks at ("" = the study area).

    `source` names whose incidents are counted, by namespace ("" = the first that is held): two sources report the same
    happening, so they are never added up.

    `first` and `last` are the inclusive window, `known` the as-of date, `selected` an H3 cell or an admin-1 code.
    """

    exercise: bool
    known: dt.date
    first: dt.date
    last: dt.date
    place: str = ""
    focus: str = ""
    grain: Grain = Grain.WEEK
    resolution: int = 4
    kinds: Kinds = Kinds.CIVILIAN
    shown: Shown = Shown.INCIDENTS
    treatment: Treatment = Treatment.PLACED
    layers: tuple[LayerName, ...] = tuple(LayerName)
    selected: str = ""
    present: bool = False
    source: str = ""
    profile: Profile = Profile.NEUTRAL
    times: TimeTreatment = TimeTreatment.END

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins, and a resolution that is not offered."""
        if self.last < self.first:
            raise ValueRefused("the window ends before it begins", value=self.last, remedy="Swap the two dates.")
        if self.resolution not in (AREA_RESOLUTION, DISTRICT_RESOLUTION, *RESOLUTIONS):
            raise ValueRefused("no such resolution", column="resolution", value=self.resolution, remedy="Use 3 to 7.")
        object.__setattr__(self, "layers", tuple(name for name in LayerName if name in self.layers))

    def to_query(self) -> dict[str, str]:
        """Return the address: every field as text, in a fixed order."""
        return {field.name: _to_text(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_query(cls, query: Mapping[str, str], default: Self) -> tuple[Self, list[str]]:
        """Return the view of an address, and a sentence for each part of it that could not be read.

        What is missing or unreadable keeps the value of `default`; unknown parts are passed over.
        """
        view, problems = default, []
        changes: dict[str, Any] = {}
        for field in fields(cls):
            if field.name not in query:
                continue
            try:
                changes[field.name] = _PARSERS[field.name](query[field.name])
            except (ValueError, ValueRefused):
                problems.append(f"The address has {field.name}={query[field.name][:40]!r}, which is not known here.")
        try:
            view = replace(default, **changes)
        except ValueRefused as refused:
            problems.append(f"The address could not be followed: {refused}")
        return view, problems


def _to_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.+-]{0,24}", text):
        raise ValueError(text)
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{0,40}", text):
        raise ValueError(text)
    return text


def _place(text: str) -> str:
    if not re.fullmatch(r"([A-Z-]{3,4}(\+[A-Z-]{3,4})*)?", text):
        raise ValueError(text)
    return text


def _layers(text: str) -> tuple[LayerName, ...]:
    parts: Iterable[str] = filter(None, text.split(","))
    return tuple(LayerName(part) for part in parts)


_PARSERS: dict[str, Callable[[str], Any]] = {
    "exercise": _flag,
    "known": dt.date.fromisoformat,
    "first": dt.date.fromisoformat,
    "last": dt.date.fromisoformat,
    "place": _place,
    "focus": _code,
    "grain": Grain,
    "resolution": int,
    "kinds": Kinds,
    "shown": Shown,
    "treatment": Treatment,
    "layers": _layers,
    "selected": _code,
    "present": _flag,
    "source": _name,
    "profile": Profile,
    "times": TimeTreatment,
}
