"""Observations of several snapshots as one: what a later harvest says again replaces what an earlier one said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from data.coverage import EVERYWHERE, Coverage
from data.observations import SCHEMA
from geo.periods import to_day

AGAIN: Final = "said again by a later harvest"
COVERED: Final = "in the span of a later harvest"

_NOT_KEY: Final = frozenset({"value", "low", "high", "state", "known_at", "horizon_days", "exercise", "unit", "kind"})
_KEY: Final = tuple(name for name in SCHEMA.names if name not in _NOT_KEY)
_RENAMED: Final = frozenset({"idmc_idu"})
"""Sources whose figures move in place and time from harvest to harvest, so that no row of one meets one of another."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """The observations of one snapshot and the spans that it covers."""

    table: pa.Table
    coverage: Coverage


def united(newest_first: Sequence[Harvest]) -> tuple[pa.Table, dict[str, int]]:
    """Return the observations of all harvests and how many were replaced, by reason.

    An observation is the same where source, measure, period, unit of place, origin and quantile are; forecasts made at
    different days are different ones. Rows that are alike within one harvest all stay: they are parts. Of sources that
    move their figures, an earlier harvest keeps only what lies outside the spans of the later ones.
    """
    tables = [one.table for one in newest_first]
    if not tables:
        return SCHEMA.empty_table(), {}
    table = pa.concat_tables(tables).unify_dictionaries()
    rank = np.repeat(np.arange(len(tables)), [one.num_rows for one in tables])
    keep = np.ones(len(rank), dtype=bool)
    covered = _covered(newest_first)
    keep &= ~covered
    again = _again(table, rank) & keep if _shared_source(tables) else np.zeros(len(rank), dtype=bool)
    keep &= ~again
    counts = {AGAIN: int(again.sum()), COVERED: int(covered.sum())}
    return table.filter(pa.array(keep)), {reason: count for reason, count in counts.items() if count}


def _shared_source(tables: Sequence[pa.Table]) -> bool:
    sources = [source for table in tables for source in table["source"].cast(pa.string()).unique().to_pylist()]
    return len(sources) > len(set(sources))


def _again(table: pa.Table, rank: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows a harvest of a lower rank has too."""
    frame = pd.DataFrame({name: _codes(table[name]) for name in _KEY})
    forecast = table["kind"].cast(pa.string()).to_numpy(zero_copy_only=False) == "forecast"
    made = table["known_at"].cast(pa.int32()).to_numpy()
    frame["made"] = np.where(forecast, made, 0)
    frame["rank"] = rank
    newest = frame.groupby([*_KEY, "made"], sort=False)["rank"].transform("min")
    again: NDArray[np.bool_] = newest.to_numpy() < rank
    return again


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    whole = column.combine_chunks()
    coded = whole if isinstance(whole, pa.DictionaryArray) else whole.dictionary_encode()
    codes: NDArray[np.int64] = coded.indices.fill_null(-1).to_numpy().astype(np.int64)
    return codes


def _covered(newest_first: Sequence[Harvest]) -> NDArray[np.bool_]:
    """Return which rows of `_RENAMED` sources begin in a span that a later harvest of their source covers."""
    spans: dict[str, dict[str, list[tuple[int, int]]]] = {}
    parts = []
    for one in newest_first:
        source = one.table["source"][0].as_py() if one.table.num_rows else ""
        found = np.zeros(one.table.num_rows, dtype=bool)
        if source in _RENAMED:
            country = one.table["country_code"].cast(pa.string()).to_numpy(zero_copy_only=False)
            first = one.table["period_start"].cast(pa.int32()).to_numpy()
            for code, later in spans.get(source, {}).items():
                here = np.ones(len(first), dtype=bool) if code == EVERYWHERE else country == code
                for begin, end in later:
                    found |= here & (first >= begin) & (first <= end)
            for span in one.coverage.spans:
                held = spans.setdefault(source, {}).setdefault(span.country_code, [])
                held.append((to_day(span.first), to_day(span.last)))
        parts.append(found)
    return np.concatenate(parts)
