"""Where and when a release looked, as plain dates: one span of inclusive days a country, and how it is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geo.errors import ValueRefused

EVERYWHERE: Final = "*"
"""Stands for every country that has no span of its own: part of a world file's coverage."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `first` to `last`, both inclusive, on which the source looked at a country (ISO3, or `EVERYWHERE`)."""

    country_code: str
    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins."""
        if self.last < self.first:
            raise ValueRefused(
                f"coverage of {self.country_code} ends on {self.last}, before it begins on {self.first}",
                remedy="Give an end of coverage that lies within the file's dates.",
            )


@dataclass(frozen=True, slots=True)
class Coverage:
    """All spans of a snapshot; `scope` is world or countries, `reason` says how scope and dates are known."""

    spans: tuple[Span, ...]
    scope: str
    reason: str


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans sorted by country and date, those of one country joined where they touch or overlap."""
    out: list[Span] = []
    for span in sorted(spans):
        before = out[-1] if out else None
        if before and before.country_code == span.country_code and span.first <= before.last + timedelta(days=1):
            out[-1] = Span(span.country_code, before.first, max(before.last, span.last))
        else:
            out.append(span)
    return tuple(out)
