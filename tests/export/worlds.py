"""Worlds for the tests of export and of the pages: the exercise, built once, and holdings made by hand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from data.events import conform_events
from data.exercise.build import build
from data.holdings import Holdings
from data.holdings import located as as_located
from data.located import locate
from data.observations import SCHEMA as OBSERVATIONS
from data.observations import conform_observations
from data.store import Store
from export.geography import geography
from export.reading import SELECTIONS, Frame, Reading, coverage_as_known, place_frame, read
from export.rises import Rises, find_rises
from geo.coverage import Coverage
from geo.located import CIVILIAN_HARM, Flag, LocatedEvents
from geo.periods import to_day
from geo.precision import Treatment
from geo.tally import tally
from geo.view import View

KNOWN = dt.date(2046, 11, 4)
"""A Sunday: the last day of the last week of the worlds made by hand."""

FIRST = dt.date(2045, 1, 2)
LAG = 14
HOSTILE = "</script><script>alert('x')</script><img src=x onerror=alert(1)> \"quoted\" {{7*7}} \u202egnihtemos\u2066"

DAMAZIN = (11.79, 34.36)
NYALA = (12.05, 24.88)
TILLABERI = (14.21, 1.45)


@cache
def exercise_home(base: Path) -> Path:
    """The store of the exercise, built once a process below `base`."""
    home = base / "exercise"
    build(Store(home))
    return home


def one(day: dt.date, at: tuple[float, float] | None = DAMAZIN, **changes: Any) -> dict[str, Any]:
    """An invented one-sided incident at an exact place in Sudan, unless something else is said."""
    killed = changes.pop("killed", 1)
    one_sided = changes.get("kind", "one-sided") == "one-sided"
    civilians = changes.pop("civilians", killed if one_sided else 0)
    row = {
        "source": "ex_made",
        "date_start": changes.pop("start", day),
        "date_end": day,
        "date_precision": 1,
        "latitude": at[0] if at else None,
        "longitude": at[1] if at else None,
        "place_precision": 1,
        "country": "Sudan",
        "country_code": "SDN",
        "kind": "one-sided",
        "deaths_low": max(killed - 1, 0),
        "deaths_best": killed,
        "deaths_high": killed + 2,
        "deaths_a": 0,
        "deaths_b": 0,
        "deaths_civilians": 0 if one_sided else civilians,
        "deaths_unknown": 0,
        "civilian_deaths": killed if one_sided else civilians,
        "civilian_harm": one_sided or civilians > 0,
        "verified": True,
        "exercise": True,
    }
    return row | changes


def holdings(
    rows: Sequence[Mapping[str, Any]],
    spans: Sequence[tuple[str, dt.date, dt.date]] = (("SDN", FIRST, KNOWN),),
    *,
    lag: int = LAG,
    observations: Sequence[Mapping[str, Any]] = (),
) -> Holdings:
    """Holdings of these rows and spans of coverage; ids are EX-1, EX-2 and so on where none is given."""
    numbered = [{"id": f"EX-{n}"} | dict(row) for n, row in enumerate(rows, start=1)]
    named = dict.fromkeys(name for row in numbered for name in row)
    raw = pa.Table.from_pylist([dict.fromkeys(named) | row for row in numbered])
    lat = np.array([np.nan if row["latitude"] is None else row["latitude"] for row in rows])
    lng = np.array([np.nan if row["longitude"] is None else row["longitude"] for row in rows])
    places = locate(lat, lng)
    for name, values in (("cell", pa.array(places.cell)), ("area", places.area), ("area_country", places.area_country)):
        raw = raw.append_column(name, pa.chunked_array([values]))
    details = conform_events(raw).unify_dictionaries()
    country, first, last = zip(*spans, strict=True) if spans else ((), (), ())
    days = [np.array([to_day(day) for day in column], dtype=np.int32) for column in (first, last)]
    seen = conform_observations(pa.Table.from_pylist([dict(row) for row in observations])) if observations else None
    return Holdings(
        as_located(details),
        details,
        OBSERVATIONS.empty_table() if seen is None else seen,
        Coverage(country, *days, (days[1] - lag).astype(np.int32)),
        (),
        MappingProxyType({"ex_made": max(last, default=KNOWN)}),
        MappingProxyType({}),
        (),
        exercise=True,
    )


def view(known: dt.date = KNOWN, weeks: int = 6, **changes: Any) -> View:
    """A view of the last `weeks` weeks of a world."""
    first = changes.pop("first", known - dt.timedelta(days=7 * weeks - 1))
    return View(exercise=True, known=known, first=first, last=known, **changes)


def reading(held: Holdings, seen: View) -> Reading:
    """The reading of a view, as the pages make it."""
    placed = place_frame(held, geography().areas, Frame.of(seen))
    return read(seen, placed, tally(placed, SELECTIONS[seen.kinds]), coverage_as_known(held, seen.known))


def rises(held: Holdings, known: dt.date = KNOWN, place: str = "") -> Rises:
    """Where violence rises in a world, as the Overview asks it."""
    areas = geography().areas
    seen = Frame.of(view(known, place=place))
    frames = [replace(seen, resolution=size, ring=ring) for size, ring in ((4, 1), (5, 1), (0, 0))]
    tallies = [tally(place_frame(held, areas, frame), CIVILIAN_HARM) for frame in frames]
    return find_rises(*tallies, areas, geography().places)


def frame_of(events: LocatedEvents) -> pd.DataFrame:
    """The records as a plain data frame: an independent way to count."""
    names = ("cell", "area", "country", "support", "start_day", "end_day", "civilian_deaths", "deaths_best", "row")
    frame = pd.DataFrame({name: np.asarray(getattr(events, name)) for name in names})
    codes = np.array([*events.country_codes, ""], dtype=object)
    frame["code"] = codes[frame["country"]]
    frame["civilian"] = (np.asarray(events.flags) & int(Flag.CIVILIAN_HARM)) != 0
    frame["days"] = frame["end_day"] - frame["start_day"] + 1
    return frame


def replace_treatment(seen: View, treatment: Treatment) -> View:
    """The same view with imprecise places treated otherwise."""
    return replace(seen, treatment=treatment)
