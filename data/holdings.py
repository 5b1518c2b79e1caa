"""What is held now: the union of the current snapshots, ready to be tallied, with their coverage and their sources."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data import geodata
from data.card import Card
from data.draft import EVENTS, OBSERVATIONS
from data.events import KINDS, SCHEMA
from data.manifest import Manifest
from data.population import population_held
from data.store import Store
from data.united_observations import Harvest, united
from geo.coverage import Coverage
from geo.frozen import frozen
from geo.located import Flag, LocatedEvents
from geo.periods import to_day
from geo.population import Population
from geo.precision import ucdp_support

OLDER: Final = "an older copy of a row that was loaded again"
CANDIDATE: Final = "a candidate row that the annual file replaces"

_KIND_FLAGS: Final = dict(zip(KINDS, (Flag.STATE_BASED, Flag.NON_STATE, Flag.ONE_SIDED, Flag.OTHER), strict=True))


@dataclass(frozen=True, slots=True)
class Holdings:
    """The events of one source and all observations of a store, real or exercise, never both.

    Two sources report the same happening, so events of one namespace are held, `source` (empty where there is none);
    `sources` names every one that could be, by namespace, and `apart` holds the snapshots of the others.
    `events.row` indexes `details`, which holds every column of the event schema. `as_of` is the last day that each
    source covers. `superseded` counts rows of snapshots that another snapshot replaces, by reason. `areas` are those of
    `geodata.admin1("fine")`, which `events.area` indexes.
    """

    events: LocatedEvents
    details: pa.Table
    observations: pa.Table
    coverage: Coverage
    cards: tuple[Card, ...]
    as_of: Mapping[str, dt.date]
    superseded: Mapping[str, int]
    snapshots: tuple[Manifest, ...]
    exercise: bool
    source: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[Manifest, ...] = ()
    population: Population | None = None
    """People by place, where a user loaded any: without it there are no rates."""

    def __bool__(self) -> bool:
        """Return whether anything is held."""
        return bool(self.snapshots)

    @property
    def everything(self) -> tuple[Manifest, ...]:
        """Return every current snapshot, those of other sources of events last."""
        return (*self.snapshots, *self.apart)

    @property
    def digests(self) -> tuple[str, ...]:
        """Return the digests of the snapshots, sorted: together they name exactly these holdings."""
        return tuple(sorted(one.digest for one in self.snapshots))


def load(store: Store, *, exercise: bool, source: str = "") -> Holdings:
    """Return what `store` holds now: the events of a source united by id, observations of all snapshots.

    `source` is a namespace; one that is not held gives the first of `sources`: the one loaded last, or by name in the
    exercise. Of rows with one id the annual file's wins over the candidate's, and the one loaded later over the
    earlier. Raises `StoreDamaged` where a snapshot cannot be read.
    """
    found = store.current(EVENTS, exercise=exercise)
    sources = sources_of(found, exercise=exercise)
    chosen = source if source in sources else next(iter(sources), "")
    snapshots = [one for one in found if one.card.namespace == chosen]
    ranked = sorted(snapshots, key=lambda one: one.card.precedence)  # stable: the newest first within a precedence
    tables = [store.table(one) for one in ranked]
    tables, superseded = _united(ranked, tables)
    details = _joined(tables)
    others = store.current(OBSERVATIONS, exercise=exercise)
    observations, replaced = united([Harvest(store.table(one), one.coverage) for one in others])
    everything = (*ranked, *others)
    return Holdings(
        events=located(details),
        details=details,
        observations=observations,
        coverage=united_coverage(ranked),
        cards=tuple({one.card.key: one.card for one in everything}.values()),
        as_of=MappingProxyType(_as_of(everything)),
        superseded=MappingProxyType(superseded | replaced),
        snapshots=everything,
        exercise=exercise,
        source=chosen,
        sources=MappingProxyType(sources),
        apart=tuple(one for one in found if one.card.namespace != chosen),
        population=population_held(observations),
    )


def sources_of(snapshots: Iterable[Manifest], *, exercise: bool) -> dict[str, str]:
    """Return the title of each source of events by its namespace, from its newest snapshot; the first one is opened."""
    titles: dict[str, str] = {}
    for one in snapshots:
        titles.setdefault(one.card.namespace, one.card.title)
    return dict(sorted(titles.items())) if exercise else titles


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    if not tables:
        return SCHEMA.empty_table()
    return pa.concat_tables([table.cast(SCHEMA) for table in tables]).unify_dictionaries()


def _united(ranked: Sequence[Manifest], tables: Sequence[pa.Table]) -> tuple[list[pa.Table], dict[str, int]]:
    """Return the rows of each snapshot that no snapshot before it in the ranking has, and how many were left out."""
    kept = list(tables)
    counts: dict[str, int] = {}
    for namespace in {one.card.namespace for one in ranked}:
        members = [n for n, one in enumerate(ranked) if one.card.namespace == namespace]
        if len(members) == 1:
            continue
        numbers = _numbers([tables[n]["id"] for n in members])
        first = np.zeros(len(numbers), dtype=bool)
        first[np.unique(numbers, return_index=True)[1]] = True
        begin = 0
        precedences: list[int] = []
        for n in members:
            fresh = first[begin : begin + tables[n].num_rows]
            begin += tables[n].num_rows
            left = int((~fresh).sum())
            if left:
                kept[n] = tables[n].filter(pa.array(fresh))
                reason = CANDIDATE if ranked[n].card.precedence > min(precedences) else OLDER
                counts[reason] = counts.get(reason, 0) + left
            precedences.append(ranked[n].card.precedence)
    return kept, counts


def _numbers(ids: Sequence[pa.ChunkedArray]) -> NDArray[np.int64]:
    """Return a number for each id of all snapshots in turn, equal where the ids are."""
    whole = pa.chunked_array([chunk for column in ids for chunk in column.chunks], pa.string())
    try:
        numbers: NDArray[np.int64] = whole.cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        numbers = whole.combine_chunks().dictionary_encode().indices.cast(pa.int64()).to_numpy()
    return numbers


def located(details: pa.Table) -> LocatedEvents:
    """Return a table of events as arrays for a tally; `row` is the row of the table."""
    named = pc.or_(pc.is_valid(details["adm_1"]), pc.is_valid(details["adm_2"])).to_numpy()
    kinds = _looked_up(details["kind"], _KIND_FLAGS, 0).astype(np.uint8)
    areas = {code: index for index, code in enumerate(geodata.admin1("fine").codes)}
    codes = sorted(set(_words(details["country_code"])))
    flags = kinds | np.where(details["civilian_harm"].to_numpy(), np.uint8(Flag.CIVILIAN_HARM), np.uint8(0))
    flags |= np.where(details["verified"].to_numpy(), np.uint8(0), np.uint8(Flag.UNVERIFIED))
    deaths = {
        name: details[name].to_numpy() for name in ("deaths_low", "deaths_best", "deaths_high", "civilian_deaths")
    }
    return LocatedEvents(
        cell=details["cell"].to_numpy(),
        area=_looked_up(details["area"], areas, -1),
        country=_looked_up(details["country_code"], {code: n for n, code in enumerate(codes)}, -1).astype(np.int16),
        support=frozen(ucdp_support(details["place_precision"].to_numpy(), named)),
        flags=flags,
        start_day=details["date_start"].cast(pa.int32()).to_numpy(),
        end_day=details["date_end"].cast(pa.int32()).to_numpy(),
        row=np.arange(details.num_rows, dtype=np.int32),
        country_codes=tuple(codes),
        **deaths,
    )


def _words(column: pa.ChunkedArray) -> list[str]:
    return [word for chunk in column.chunks for word in chunk.dictionary.to_pylist()]


def _looked_up(column: pa.ChunkedArray, values: Mapping[str, Any], missing: int) -> NDArray[np.int32]:
    """Return the value of each word of a dictionary column, `missing` where there is no word or no value for it."""
    parts = [np.zeros(0, dtype=np.int32)]
    for chunk in column.chunks:
        found = [values.get(word, missing) for word in chunk.dictionary.to_pylist()]
        table = np.array([*found, missing], dtype=np.int32)
        parts.append(table[chunk.indices.fill_null(len(table) - 1).to_numpy()])
    return np.concatenate(parts)


def united_coverage(snapshots: Iterable[Manifest]) -> Coverage:
    """Return the spans of all snapshots; what lies inside a source's lag is not final."""
    rows = [
        (span.country_code, to_day(span.first), to_day(span.last), to_day(span.last) - one.card.lag_days)
        for one in snapshots
        for span in one.coverage.spans
    ]
    country, first, last, final = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Coverage(country, *(np.array(days, dtype=np.int32) for days in (first, last, final)))


def _as_of(snapshots: Iterable[Manifest]) -> dict[str, dt.date]:
    out: dict[str, dt.date] = {}
    for one in snapshots:
        end = max((span.last for span in one.coverage.spans), default=one.last)
        if end:
            out[one.card.key] = max(end, out.get(one.card.key, end))
    return out
