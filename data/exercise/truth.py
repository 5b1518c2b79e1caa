"""What a back-test may know and a reader may not: which storylines there are, where and when, and what must be seen.

Besides the scripted storylines it names those that follow from others or from the sources: a mass killing while it is
still to come, people who leave three weeks after violence, one happening in two sources, late reports, a source that
ends.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.exercise import displacement
from data.exercise.geography import Geography, distances_km
from data.exercise.history import History
from data.exercise.storylines import Plot, Storyline
from data.exercise.world import CLOCK, COUNTRIES, FINAL_DAY, RECENT_WEEKS
from geo.cells import parents
from geo.periods import to_date, to_day

RESOLUTION = 4
MASS_KILLING_DEATHS, MASS_KILLING_DAYS = 250, 90
"""Civilian deaths in a span that make mass violence "under way" (methods.md 9)."""

IMMINENT_DAYS = 28
AFTER_DAYS = 21
"""When displacement peaks after violence."""

SCHEMA: Final = pa.schema(
    [
        ("key", pa.string()),
        ("plot", pa.string()),
        ("place", pa.string()),
        ("country_code", pa.string()),
        ("area", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("cells", pa.list_(pa.uint64())),
        ("first", pa.date32()),
        ("last", pa.date32()),
        ("usual", pa.float64()),
        ("recent", pa.int64()),
        ("risk", pa.string()),
        ("escalation", pa.string()),
        ("attention", pa.string()),
        ("response", pa.bool_()),
        ("links", pa.int64()),
        ("follows", pa.string()),
        ("must_see", pa.string()),
        ("exercise", pa.bool_()),
    ]
)
"""`risk`, `escalation` (up, not up), `attention` and `response` are the axes of the stage that a reader must find on
`last`, missing where nothing is scripted; `links` counts doubles in both sources, `follows` is the key of the storyline
that one comes from. Place, cells and the like are missing where a storyline is everywhere."""

_RISES = (Plot.GROWTH, Plot.MASS_KILLING, Plot.SMALL_NUMBERS)


def table(
    geography: Geography, stories: tuple[Storyline, ...], history: History, events: pa.Table, links: pa.Table
) -> pa.Table:
    """Return one row a storyline. `events` are the records of ex_a by the clock, `links` their doubles in ex_b."""
    rows = [_scripted(geography, story) for story in stories]
    by_plot = {row["plot"]: row for row in reversed(rows)}
    growth = by_plot.get(Plot.GROWTH)
    for story, row in zip(stories, list(rows), strict=True):
        if story.plot is Plot.MASS_KILLING:
            rows.append(_imminent(geography, story, row, history))
    if growth:
        rows += [_displacement(growth), _in_two_sources(growth, events, links)]
    rows += [_late_reporting(), *_ends()]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _scripted(geography: Geography, story: Storyline) -> dict[str, Any]:
    lat, lng = geography.town(story.town, story.country)
    near = distances_km(geography.latitude, geography.longitude, lat, lng) <= story.radius_km
    at = int(geography.locate(np.array([lat]), np.array([lng]))[0])
    return {
        "key": story.key,
        "plot": str(story.plot),
        "place": story.place,
        "country_code": story.country,
        "area": str(geography.regions.code[at]) if at >= 0 else None,
        "latitude": lat,
        "longitude": lng,
        "cells": sorted(set(parents(geography.cells[near], RESOLUTION).tolist())),
        "first": to_date(story.last_day - 7 * RECENT_WEEKS + 1),
        "last": to_date(story.last_day),
        "usual": story.usual,
        "recent": story.recent,
        "risk": "high" if story.risk else None,
        "escalation": "up" if story.plot in _RISES else "not up",
        "attention": story.attention or None,
        "response": story.plot is Plot.MASS_KILLING,
        "must_see": story.must_see,
        "exercise": True,
    }


def _imminent(geography: Geography, story: Storyline, row: Mapping[str, Any], history: History) -> dict[str, Any]:
    near = distances_km(geography.latitude, geography.longitude, row["latitude"], row["longitude"]) <= story.radius_km
    there = near[history.cell]
    days = np.arange(story.last_day - 7 * RECENT_WEEKS + 1, story.last_day + 1)
    toll = np.bincount(history.day[there], weights=history.civilian_deaths[there], minlength=int(days[-1]) + 1)
    total = np.cumsum(toll)
    reached = days[total[days] - total[days - MASS_KILLING_DAYS] >= MASS_KILLING_DEATHS]
    under_way = int(reached[0]) if len(reached) else story.last_day
    return {
        **row,
        "key": f"{story.key}_before",
        "plot": str(Plot.IMMINENT),
        "first": row["first"] - dt.timedelta(days=IMMINENT_DAYS),
        "last": to_date(under_way - 1),
        "escalation": None,
        "response": None,
        "follows": story.key,
        "must_see": f"the mass killing is still to come: {MASS_KILLING_DEATHS} civilians killed in {MASS_KILLING_DAYS} "
        f"days are reached on {to_date(under_way)}; trailing deaths do not show it, only an analyst's flag can",
    }


def _displacement(row: Mapping[str, Any]) -> dict[str, Any]:
    after = dt.timedelta(days=AFTER_DAYS)
    return {
        **row,
        "key": f"{row['key']}_displaced",
        "plot": str(Plot.DISPLACEMENT),
        "first": row["first"] + after,
        "last": min(row["last"] + after, displacement.LAST),
        "escalation": None,
        "response": None,
        "follows": row["key"],
        "must_see": "people leave the area about three weeks after the violence",
    }


def _in_two_sources(row: Mapping[str, Any], events: pa.Table, links: pa.Table) -> dict[str, Any]:
    inside = events.filter(
        (pc.field("date_end") >= row["first"]) & (pc.field("date_end") <= row["last"]) & pc.field("civilian_harm")
    )
    cells = parents(inside["cell"].to_numpy(), RESOLUTION)
    there = inside["id"].filter(pa.array(np.isin(cells, np.array(row["cells"], dtype=np.uint64))))
    both = int(pc.sum(pc.is_in(there, links["id_a"].combine_chunks())).as_py() or 0)
    return {
        **row,
        "key": f"{row['key']}_twice",
        "plot": str(Plot.TWO_SOURCES),
        "escalation": None,
        "response": None,
        "links": both,
        "follows": row["key"],
        "must_see": f"{both} of {len(there)} incidents stand in both sources: the plain sum counts them twice",
    }


def _late_reporting() -> dict[str, Any]:
    return {
        "key": "late",
        "plot": str(Plot.LATE_REPORTING),
        "place": "everywhere",
        "first": to_date(FINAL_DAY + 1),
        "last": CLOCK,
        "must_see": "fewer incidents than happened: reports of the last two weeks are still coming in",
        "exercise": True,
    }


def _ends() -> list[dict[str, Any]]:
    return [
        {
            "key": f"{country.code.lower()}_ends",
            "plot": str(Plot.SOURCE_ENDS),
            "place": country.name,
            "country_code": country.code,
            "first": to_date(to_day(country.last) + 1),
            "last": CLOCK,
            "must_see": "not covered, never zero",
            "exercise": True,
        }
        for country in COUNTRIES
        if country.last != CLOCK
    ]
