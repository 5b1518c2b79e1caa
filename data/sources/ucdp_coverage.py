"""What a UCDP release covers: the countries of its rows or the whole world, from when to when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data.coverage import EVERYWHERE, Coverage, Span, merged
from data.sources.gleditsch_ward import GED_BEGINS, STATES, spans
from geo.errors import FileRefused
from geo.periods import to_date

_WORLD_COUNTRIES: Final = 50
_WORLD_REGIONS: Final = 5
_WORLD_COUNTRIES_WITH_REGIONS: Final = 30


def last_start(table: pa.Table) -> date:
    """Return the last day on which an event begins: an event at the edge of a release may end after it."""
    return to_date(pc.max(table["date_start"]).as_py())


def release_coverage(table: pa.Table, stated_end: date | None, *, final: bool) -> Coverage:
    """Return what the rows of one release cover (columns `date_start`, `date_end`, `country_number`, `region`).

    A final release runs to the end of its last year, another from the month of its first event to the end of its last
    month; `stated_end` overrides the end. Raises `FileRefused` where nothing would be covered.
    """
    last = last_start(table)
    if final:
        first, end = GED_BEGINS, date(last.year, 12, 31)
        reason = f"a final release with all events verified: to the end of its last year, {last.year}"
    else:
        # An increment: it says nothing of the time before its first month.
        first = to_date(pc.min(table["date_end"]).as_py()).replace(day=1)
        end = _end_of_month(last)
        reason = f"a candidate release: from the month of its first event to the end of {last:%B %Y}"
    if stated_end:
        end = stated_end
        reason += f"; its end was set by hand to {stated_end}"
    numbers = {int(number) for number in pc.unique(table["country_number"]).to_pylist()}
    regions = len(pc.unique(table["region"].cast(pa.string())).drop_null())
    broad = regions >= _WORLD_REGIONS and len(numbers) >= _WORLD_COUNTRIES_WITH_REGIONS
    world = len(numbers) >= _WORLD_COUNTRIES or broad
    if world:
        scope, covered = "world", [state.number for state in STATES]
        reason += f"; the whole world, for it holds {len(numbers)} countries" + (" of every region" if broad else "")
    else:
        scope, covered = "countries", sorted(numbers)
        reason += f"; only the {len(numbers)} countries that it holds" if len(numbers) > 1 else "; only its country"
    found = merged(_clipped(covered, first, end))
    if not found:
        raise FileRefused(f"Nothing is covered before {end}.", remedy="Give a later end of coverage.")
    return Coverage((*found, Span(EVERYWHERE, first, end)) if world else found, scope, reason)


def _clipped(numbers: Iterable[int], first: date, end: date) -> Iterable[Span]:
    for number in numbers:
        for span in spans(number):
            begins, ends = max(first, span.first), min(end, span.last or end)
            if begins <= ends:
                yield Span(span.iso3, begins, ends)


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
