"""What a person says of a file besides which column is what: orders, units, kinds, precision, who made it."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Self

from data.events import KINDS
from data.mapping.dates import ORDERS, Order
from data.mapping.numbers import Decimal
from data.observations import KINDS as OBSERVATION_KINDS
from geo.errors import ValueRefused

CODES: Final = ("pcode", "adm1", "pg", "name")
"""What a code of a place is: an OCHA P-code, the code of a shipped province, a PRIO-GRID cell, a name."""
BLANKS: Final = ("refuse", "zero")
PERIODS: Final = ("", "day", "month", "year")
_ASSUMED_PRECISION: Final = 4
_MOST_PRECISION: Final = 7
_LONGEST: Final = 400
_SLUG: Final = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything has a default; the constructor refuses what cannot be meant (`ValueRefused`)."""

    date_order: Order = "ymd"
    decimal: Decimal = "."
    kind: str = ""
    """What a row is where it has no type (`data.events.KINDS`); one-sided: these are attacks on civilians."""
    kinds: MappingOf[str, str] = field(default_factory=dict)
    """What each value of the type column means, lower case."""
    place_precision: int = _ASSUMED_PRECISION
    """UCDP's where_prec of a row that states none."""
    precision_assumed: bool = True
    """Whether nobody has said so: then the card says that it is an assumption."""
    precisions: MappingOf[str, int] = field(default_factory=dict)
    blank_deaths: str = "refuse"
    """What a row without a figure of people killed is: left out, or kept with 0, as the card then says."""
    title: str = ""
    publisher: str = ""
    licence: str = "not stated"
    slug: str = "file"
    raw_shareable: bool = False
    coverage_first: dt.date | None = None
    coverage_last: dt.date | None = None
    observation_kind: str = ""
    period_length: str = ""
    """What a date of an observation stands for: that day, its month or its year; nothing: as it is written."""
    measure: str = ""
    unit: str = ""
    code: str = "pcode"

    def __post_init__(self) -> None:
        """Check every value and make the tables read-only."""
        for name, choices in _CHOICES.items():
            _one_of(name, getattr(self, name), choices)
        for name, sort in _SORTS.items():
            if not isinstance(getattr(self, name), sort):
                raise ValueRefused(f"{name} of a mapping is of another sort", value=getattr(self, name))
        for value in self.kinds.values():
            _one_of("kinds", value, KINDS)
        for code in (self.place_precision, *self.precisions.values()):
            if type(code) is not int or not 1 <= code <= _MOST_PRECISION:
                raise ValueRefused(
                    "a place precision is a code from 1 to 7", value=code, remedy="1 exact ... 6 country."
                )
        for name in ("title", "publisher", "licence", "measure", "unit"):
            object.__setattr__(self, name, " ".join(getattr(self, name).split())[:_LONGEST])
        if not _SLUG.fullmatch(self.slug):
            raise ValueRefused("a short name has 1 to 40 letters, digits or _", column="slug", value=self.slug)
        if self.coverage_first and self.coverage_last and self.coverage_last < self.coverage_first:
            raise ValueRefused("coverage ends before it begins", value=self.coverage_last, remedy="Swap the two dates.")
        object.__setattr__(self, "kinds", MappingProxyType(dict(self.kinds)))
        object.__setattr__(self, "precisions", MappingProxyType(dict(self.precisions)))

    def plain(self) -> dict[str, Any]:
        """Return the settings as plain values for JSON."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_plain(cls, values: MappingOf[str, Any]) -> Self:
        """Return the settings that `plain` gave; raises `ValueRefused` for what is none of them."""
        known = {one.name for one in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueRefused(f"a mapping has no setting called {', '.join(unknown)[:80]}")
        given = dict(values)
        for name in ("coverage_first", "coverage_last"):
            given[name] = _date(given.get(name))
        return cls(**given)


_CHOICES: Final[MappingOf[str, tuple[str, ...]]] = {
    "date_order": ORDERS,
    "decimal": (".", ","),
    "kind": ("", *KINDS),
    "blank_deaths": BLANKS,
    "observation_kind": ("", *OBSERVATION_KINDS),
    "code": CODES,
    "period_length": PERIODS,
}
_SORTS: Final[MappingOf[str, Any]] = {
    "kinds": MappingOf,
    "precisions": MappingOf,
    "precision_assumed": bool,
    "raw_shareable": bool,
    "coverage_first": (dt.date, type(None)),
    "coverage_last": (dt.date, type(None)),
} | dict.fromkeys(("title", "publisher", "licence", "slug", "measure", "unit"), str)


def slug_of(name: str) -> str:
    """Return the short name that a file's name gives: ASCII letters, digits and underscores."""
    stem = name.rsplit("/", maxsplit=1)[-1].split(".", maxsplit=1)[0]
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_") or "file"


def _one_of(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueRefused(
            f"{name} of a mapping is not a known word",
            value=value,
            remedy=f"Use one of: {', '.join(choice or '(nothing)' for choice in choices)}.",
        )


def _plain(value: object) -> object:
    if isinstance(value, MappingOf):
        return dict(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _date(value: object) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueRefused("a date of a mapping is no date", value=value, remedy="Write YYYY-MM-DD.") from error
