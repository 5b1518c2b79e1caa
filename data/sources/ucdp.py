"""UCDP Georeferenced Event Dataset (GED) and Candidate Events: lethal events of organised violence since 1989."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data import geodata
from data.canonical import in_order, order_of
from data.card import Card
from data.draft import EVENTS, Draft
from data.events import KINDS, conform_events
from data.located import Places, brought_home, locate
from data.manifest import Origin
from data.readers import open_table
from data.readers.ahead import ahead
from data.readers.opened import Opened, StartAgain
from data.sources.gleditsch_ward import candidates
from data.sources.ucdp_coverage import last_start, release_coverage
from data.sources.ucdp_joined import is_joined, joined_coverage
from data.sources.ucdp_layout import Layout, looks_like_ucdp, recognise
from data.sources.ucdp_rows import DEATHS, Collector, Rows, country_codes
from data.sources.ucdp_values import refuse_day_first
from data.task import Task
from geo.errors import FileRefused

GED: Final = Card(
    key="ucdp_ged",
    title="UCDP Georeferenced Event Dataset (GED)",
    publisher="Uppsala Conflict Data Program, Uppsala University",
    citation=(
        "Davies, Pettersson & Öberg, Organized violence (Journal of Peace Research, article of the release's year); "
        "Sundberg & Melander (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4)"
    ),
    licence="CC BY 4.0",
    raw_shareable=True,
    rhythm="once a year, for the years to the end of the year before",
    lag_days=0,
    mutability="versioned",
    scope_note="Lethal events only, and only of organised violence with at least one recorded death.",
    namespace="ucdp",
    precedence=0,
)
CANDIDATE: Final = Card(
    key="ucdp_candidate",
    title="UCDP Candidate Events Dataset",
    publisher=GED.publisher,
    citation=(
        "Hegre, Croicu, Eck & Högbladh (2020), Introducing the UCDP Candidate Events Dataset, Research & Politics; "
        + GED.citation
    ),
    licence=GED.licence,
    raw_shareable=True,
    rhythm="every month, for the month before",
    lag_days=45,
    mutability="versioned",
    scope_note="Lethal events only, not all of them verified; figures of a year rise when it becomes final.",
    namespace="ucdp",
    precedence=1,
)
JOINED: Final = replace(
    CANDIDATE,
    key="ucdp_joined",
    title="UCDP events joined from several releases",
    citation=CANDIDATE.citation + "; joined by somebody else",
    scope_note="Lethal events only; its countries end in different years, so they cannot be compared.",
    precedence=2,
)
CARDS: Final = (GED, CANDIDATE, JOINED)
TITLE: Final = "UCDP GED or Candidate events"

_FIRST_ROWS: Final = 200
_POINTS_TO_JUDGE: Final = 5
_NATIONAL: Final = 6


def detect(opened: Opened) -> bool:
    """Return whether a file's first rows are those of a UCDP event file, complete or not."""
    return looks_like_ucdp(opened.first_rows(2))


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: date | None = None, task: Task, today: date
) -> Draft:
    """Return a GED or Candidate file as a draft; `coverage_end` is the last day that it covers, if a person says so.

    Raises `FileRefused` where the columns are not UCDP's, where no row can be kept, or where most points lie outside
    their stated country; `data.task.Cancelled` where the work was stopped.
    """
    opened = opened or open_table(path)
    layout = recognise(opened.name, opened.first_rows(_FIRST_ROWS))
    rows = _collected(opened, layout, task, today)
    _refuse_empty(opened.name, rows)
    task.step("locating", 0, None)
    final = _is_final(rows.table, today)
    joined = is_joined(rows.table)
    card = JOINED if joined else GED if final else CANDIDATE
    points = _Points.of(rows.table)
    order = order_of(rows.table["date_start"], rows.table["id"])
    if joined:
        coverage = joined_coverage(
            rows.table, lambda part: release_coverage(part, coverage_end, final=_is_final(part, today))
        )
    else:
        coverage = release_coverage(rows.table, coverage_end, final=final)
    columns = _events(rows.table, card)
    rejections, count = rows.rejections, rows.read
    del rows  # a large file is held once, not twice
    columns = {"headline": columns.pop("headline")} | columns  # the largest first, while least else is held
    with ThreadPoolExecutor(1) as pool:
        located = pool.submit(locate, points.lat, points.lng)
        ordered = in_order(columns, order)
        places = located.result()
    _refuse_swapped(opened.name, points, places)
    places = _home(points, places)
    task.step("checking", 0, None)
    derived = {"cell": places.cell, "area": places.area, "area_country": places.area_country}
    ordered |= in_order({name: pa.chunked_array([column]) for name, column in derived.items()}, order)
    del points, places, derived
    return Draft(
        kind=EVENTS,
        table=conform_events(pa.table(ordered)),
        card=card,
        coverage=coverage,
        origin=Origin(opened.name, opened.sha256(), opened.size, f"{opened.format}; columns: {layout.name}"),
        rejections=rejections,
        read=count,
    )


@dataclass(frozen=True, slots=True)
class _Points:
    """Where each row says that it happened: degrees (NaN where missing), Gleditsch-Ward number, `place_precision`."""

    lat: NDArray[np.float64]
    lng: NDArray[np.float64]
    country: NDArray[np.int32]
    precision: NDArray[np.uint8]

    @classmethod
    def of(cls, table: pa.Table) -> Self:
        names = ("latitude", "longitude", "country_number", "place_precision")
        return cls(*(table[name].to_numpy() for name in names))


def _collected(opened: Opened, layout: Layout, task: Task, today: date) -> Rows:
    while True:
        collector = Collector(today)
        try:
            for batch in ahead(opened.batches(layout.columns, layout.width, layout.skip)):
                task.step(
                    "reading", batch.done, batch.of
                )  # here, not where it is read: a page is told in its own thread
                collector.add(batch)
        except StartAgain:
            continue
        rows = collector.finish()
        pa.default_memory_pool().release_unused()
        return rows


def _refuse_empty(name: str, rows: Rows) -> None:
    off_the_globe = rows.rejections.by_reason().get("coordinates out of range", 0)
    if min(rows.flipped, off_the_globe) * 2 > rows.read:
        raise _swapped(name, rows.flipped, rows.read)
    refuse_day_first(name, rows.rejections.table, rows.read)
    if rows.table.num_rows:
        return
    if not rows.read:
        raise FileRefused(f"{name} has a header and no rows.", remedy="Download it again.")
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in rows.rejections.by_reason().items())
    first = rows.rejections.examples(1)[0]
    raise FileRefused(
        f"No row of {name} can be kept: {reasons}. First: row {first['row']}, column {first['column']}, "
        f"value {first['value']!r}.",
        remedy=str(first["remedy"]),
    )


def _swapped(name: str, outside: int, of: int) -> FileRefused:
    return FileRefused(
        f"Latitude and longitude of {name} are swapped: {outside:,} of {of:,} points lie outside their stated country, "
        "and inside it the other way round.",
        remedy="Swap the two column names in the file and load it again.",
    )


def _outside(numbers: NDArray[np.int32], places: Places) -> NDArray[np.bool_]:
    """Return which points lie in no polygon of the countries that their state covered at any time."""
    found = places.area_country
    codes = found.indices.fill_null(len(found.dictionary)).to_numpy()
    words = [*found.dictionary.to_pylist(), None]
    states = pa.array(numbers).dictionary_encode()
    inside = np.array(
        [[word in candidates(number) for word in words] for number in states.dictionary.to_pylist()], dtype=bool
    )
    outside: NDArray[np.bool_] = ~inside.reshape(-1, len(words))[states.indices.to_numpy(), codes]
    return outside


def _refuse_swapped(name: str, points: _Points, places: Places) -> None:
    lat, lng = points.lat, points.lng
    judged = ~np.isnan(lat) & (points.precision < _NATIONAL)
    outside = _outside(points.country, places) & judged
    if outside.sum() < _POINTS_TO_JUDGE or outside.sum() * 2 <= judged.sum():
        return
    could = outside & (np.abs(lng) <= 90)  # noqa: PLR2004 - a longitude beyond cannot be a latitude
    other_way = ~_outside(points.country[could], locate(lng[could], lat[could]))
    if other_way.sum() * 2 > outside.sum():
        raise _swapped(name, int(outside.sum()), int(judged.sum()))
    raise FileRefused(
        f"{outside.sum():,} of {judged.sum():,} points of {name} lie outside their stated country.",
        remedy="Check that latitude, longitude and country_id stand in their own columns, in decimal degrees.",
    )


def _home(points: _Points, places: Places) -> Places:
    """Return the places with points that a generalised border left in a neighbour given back to their country.

    Areas of undetermined status (X-) keep what lies in them.
    """
    numbers, lat, lng = points.country, points.lat, points.lng
    undetermined = np.char.startswith(geodata.admin1("fine").countries.astype(str), "X-")
    outside = _outside(numbers, places) & ~np.isnan(lat) & ~np.append(undetermined, False)[places.index]
    away = {candidates(number): np.flatnonzero(outside & (numbers == number)) for number in np.unique(numbers[outside])}
    return brought_home(places, lat, lng, away)


def _is_final(table: pa.Table, today: date) -> bool:
    """Return whether a file is a final release: everything is checked, and its last year is over."""
    unverified = _unverified(table["status"])
    return not pc.any(unverified).as_py() and last_start(table).year < today.year


def _unverified(status: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.not_equal(status, "Clear"), fill_value=False)


def _events(table: pa.Table, card: Card) -> dict[str, pa.ChunkedArray]:
    size = table.num_rows
    one_sided = table["kind"].to_numpy() == KINDS.index("one-sided") + 1
    civilians = table["deaths_civilians"].to_numpy()
    code = table["kind"].to_numpy().astype(np.int32) - 1
    columns: dict[str, object] = {
        name: table[name]
        for name in (
            *("id", *DEATHS.values()),
            *("date_precision", "place_precision", "latitude", "longitude", "place", "adm_1", "adm_2", "country"),
            *("actor_a", "actor_b", "conflict", "dyad", "status", "sources_count", "headline"),
        )
    }
    columns |= {
        "source": _constant(card.key, size),
        "date_start": table["date_start"].cast(pa.date32()),
        "date_end": table["date_end"].cast(pa.date32()),
        "country_code": country_codes(table["country_number"].to_numpy()),
        "kind": pa.DictionaryArray.from_arrays(pa.array(code), pa.array(KINDS)),
        "civilian_deaths": np.where(one_sided, table["deaths_best"].to_numpy(), civilians),
        "civilian_harm": one_sided | (civilians > 0),
        "verified": pc.invert(_unverified(table["status"])),
        "exercise": np.zeros(size, dtype=bool),
    }
    return {
        name: column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
        for name, column in columns.items()
    }


def _constant(word: str, size: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, dtype=np.int32)), pa.array([word]))
