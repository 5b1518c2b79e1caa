"""ACLED event files that users bring: political violence, demonstrations and strategic developments by day and place.

Rows stay in the user's own store: they may not be shared, and no export holds them. ACLED gives one figure of deaths,
for everybody: it is the low, the best and the high one, and how many of the dead were civilians is not known, except
where the violence was against civilians.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data import geodata
from data.card import Card
from data.columns import constant
from data.coverage import Coverage, Span
from data.draft import EVENTS, Draft
from data.events import KINDS, conform_events
from data.located import Places, brought_home, locate
from data.manifest import Origin
from data.readers import open_table
from data.readers.ahead import ahead
from data.readers.opened import Opened, StartAgain
from data.sources.acled_layout import looks_like_acled, recognise
from data.sources.acled_rows import Collector
from data.sources.layout import Layout
from data.task import Task
from geo.errors import FileRefused
from geo.periods import date_text, to_date, to_day

ACLED: Final = Card(
    key="acled",
    title="ACLED events",
    publisher="Armed Conflict Location & Event Data (ACLED)",
    citation="Source: ACLED, analysis by the user",
    licence="ACLED terms of use: rows may not be shared, and nothing may stand in for ACLED's own products",
    raw_shareable=False,
    rhythm="every week",
    lag_days=14,
    mutability="living",
    scope_note=(
        "One figure of deaths an event, for everybody: ACLED does not split the dead, so civilians killed in fighting "
        "are not counted as civilians. Events without deaths are held too; some events are known to a week or a month."
    ),
    namespace="acled",
)
CARDS: Final = (ACLED,)
TITLE: Final = "ACLED events"

_FIRST_ROWS: Final = 200
_POINTS_TO_JUDGE: Final = 5
_LISTED: Final = 5


def detect(opened: Opened) -> bool:
    """Return whether a file's columns are those of ACLED events, in either layout, complete or not."""
    return looks_like_acled(opened.first_rows(1))


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: dt.date | None = None, task: Task, today: dt.date
) -> Draft:
    """Return an ACLED event file as a draft; `coverage_end` is the last day that it covers, if a person says so.

    The citation names the day on which the file was written as the day of access. Raises `FileRefused` where columns
    are missing, where no row can be kept, or where most points lie outside their stated country;
    `data.task.Cancelled` where the work was stopped.
    """
    opened = opened or open_table(path)
    layout = recognise(opened.name, opened.first_rows(_FIRST_ROWS))
    collector = _collected(opened, layout, task, today)
    rows = collector.finish()
    rows.refuse_unusable(opened.name)
    task.step("locating", 0, None)
    places = _located(opened.name, rows.table)
    task.step("checking", 0, None)
    accessed = date_text(to_day(dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()))
    return Draft(
        kind=EVENTS,
        table=conform_events(pa.table(_events(rows.table, places))),
        card=replace(ACLED, citation=f"Source: ACLED (accessed {accessed}), analysis by the user"),
        coverage=_coverage(rows.table, coverage_end),
        origin=Origin(
            opened.name,
            opened.sha256(),
            opened.size,
            f"{opened.format}; columns: {layout.name}{_unknown(collector.unknown)}",
        ),
        rejections=rows.rejections,
        read=rows.read,
    )


def _collected(opened: Opened, layout: Layout, task: Task, today: dt.date) -> Collector:
    while True:
        collector = Collector(today)
        try:
            for batch in ahead(opened.batches(layout.columns, layout.width, layout.skip)):
                task.step("reading", batch.done, batch.of)
                collector.add(batch)
        except StartAgain:
            continue
        return collector


def _unknown(counts: dict[str, int]) -> str:
    """Return the types that ACLED's codebook does not hold, with their rows: they are kept, as "other"."""
    if not counts:
        return ""
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    more = f" and {len(most) - _LISTED} more" if len(most) > _LISTED else ""
    return "; types not known: " + ", ".join(f"{word[:60]} ({count:,})" for word, count in most[:_LISTED]) + more


def _located(name: str, table: pa.Table) -> Places:
    lat, lng = (table[column].fill_null(np.nan).to_numpy() for column in ("latitude", "longitude"))
    coded = table["country_code"].combine_chunks()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    words, codes = np.array(coded.dictionary.to_pylist(), dtype=object), coded.indices.to_numpy()
    places = locate(lat, lng)
    away = _outside(words, codes, places) & ~np.isnan(lat)
    rows = {frozenset({word}): np.flatnonzero(away & (codes == n)) for n, word in enumerate(words)}
    places = brought_home(places, lat, lng, {word: found for word, found in rows.items() if len(found)})
    away = _outside(words, codes, places) & ~np.isnan(lat)
    given = int((~np.isnan(lat)).sum())
    if away.sum() < _POINTS_TO_JUDGE or away.sum() * 2 <= given:
        return places
    could = away & (np.abs(lng) <= 90)  # noqa: PLR2004 - a longitude beyond cannot be a latitude
    if (~_outside(words, codes[could], locate(lng[could], lat[could]))).sum() * 2 > away.sum():
        raise FileRefused(
            f"Latitude and longitude of {name} are swapped: {away.sum():,} of {given:,} points lie outside their "
            "stated country, and inside it the other way round.",
            remedy="Swap the two column names in the file and load it again.",
        )
    raise FileRefused(
        f"{away.sum():,} of {given:,} points of {name} lie outside their stated country.",
        remedy="Check that latitude, longitude, country and iso stand in their own columns, in decimal degrees.",
    )


def _outside(words: NDArray[np.object_], codes: NDArray[np.int32], places: Places) -> NDArray[np.bool_]:
    """Return which points lie in no area of their country, and in none of undetermined status (X-)."""
    countries = np.append(geodata.admin1("fine").countries.astype(str), "")
    found = countries[places.index]
    outside: NDArray[np.bool_] = (found != words[codes].astype(str)) & ~np.char.startswith(found, "X-")
    return outside


def _events(table: pa.Table, places: Places) -> dict[str, object]:
    size = table.num_rows
    one_sided = pc.equal(table["kind"].cast(pa.string()), KINDS[2]).to_numpy()
    deaths = table["deaths"].to_numpy()
    taken = ("id", "date_precision", "latitude", "longitude", "place_precision", "place", "adm_1", "adm_2", "country")
    more = ("country_code", "kind", "event_type", "actor_a", "actor_b", "sources_count", "headline", "revision")
    return {
        **{name: table[name] for name in (*taken, *more)},
        "source": constant(ACLED.key, size),
        "date_start": table["date_start"].cast(pa.date32()),
        "date_end": table["date_end"].cast(pa.date32()),
        "deaths_low": deaths,
        "deaths_best": deaths,
        "deaths_high": deaths,
        "civilian_deaths": np.where(one_sided, deaths, np.int32(0)),
        "civilian_harm": one_sided,
        "verified": np.ones(size, dtype=bool),
        "exercise": np.zeros(size, dtype=bool),
        "cell": places.cell,
        "area": places.area,
        "area_country": places.area_country,
    }


def _coverage(table: pa.Table, stated_end: dt.date | None) -> Coverage:
    """Return spans from each country's first event to the file's last: an export is cut by its user, in any way."""
    last = stated_end or to_date(int(pc.max(table["day"]).as_py()))
    texts = pa.table({"country": table["country_code"].cast(pa.string()), "day": table["day"]})
    firsts = texts.group_by("country").aggregate([("day", "min")]).to_pylist()
    starts = {str(one["country"]): to_date(int(one["day_min"])) for one in firsts}
    spans = tuple(Span(code, first, last) for code, first in sorted(starts.items()) if first <= last)
    if not spans:
        raise FileRefused(f"Nothing is covered before {last}.", remedy="Give a later end of coverage.")
    ending = f"set by hand to {last}" if stated_end else "the last event of the file"
    return Coverage(spans, "countries", f"from each country's first event in the file; to {ending}; no other country")
