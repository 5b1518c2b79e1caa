"""Vintages: what a source of events said at the end of each of the last 24 months, and what it took back since.

Kept as one table of spells, not as 24 copies: a row is one wording of one record with the day from which it stood
(`known_from`) and the day on which it was replaced or taken back (`known_to`, missing where it still stands).
"""

import datetime as dt
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.canonical import canonical_events, content_digest
from data.events import SCHEMA as EVENTS
from data.exercise.arrow import dates, labels
from data.exercise.calibration import DELETED, REVISED
from data.exercise.geography import Ints
from data.exercise.world import CLOCK, LAST_DAY
from data.store import Store
from geo.errors import NothingThere, ValueRefused
from geo.periods import to_day

MONTHS: Final = 24
FATES: Final = ("stands", "revised", "deleted")
SCHEMA: Final = pa.schema(
    [
        *EVENTS,
        pa.field("known_from", pa.date32(), nullable=False),
        pa.field("known_to", pa.date32()),
        pa.field("fate", pa.dictionary(pa.int32(), pa.string()), nullable=False),
    ]
)
"""The event schema, the spell, and what ended it."""

_REVISED_AFTER, _DELETED_AFTER = (3, 21), (4, 41)
"""Weeks after it came in, half-open."""
_LOWERED = 0.25
_DOUBLES_FROM = dt.date(CLOCK.year - 3, 7, 1)


def month_ends() -> list[dt.date]:
    """Return the last days of the 24 whole months before the clock, the earliest first."""
    first = CLOCK.year * 12 + CLOCK.month - 1 - MONTHS
    starts = [dt.date(month // 12, month % 12 + 1, 1) for month in range(first + 1, first + MONTHS + 1)]
    return [start - dt.timedelta(days=1) for start in starts]


def table(events: pa.Table, delay_weeks: Ints, rng: np.random.Generator) -> pa.Table:
    """Return the spells of a source: `events` as they stand at the clock, with the weeks each took to come in.

    Some had another number of deaths at first, and some records that are not among `events` stood for a while: doubles
    of others, taken back. What stands at the clock is exactly `events`.
    """
    came = events["date_end"].cast(pa.int32()).to_numpy().astype(np.int64) + 7 * delay_weeks
    revised, at, before = _revised(events, came, rng)
    since = came.copy()
    since[revised] = at
    doubles, from_, to = _doubles(events, came, rng)
    n, r, d = events.num_rows, len(revised), doubles.num_rows
    known_from = np.concatenate([since, came[revised], from_])
    known_to = np.concatenate([np.full(n, LAST_DAY + 1), at, to])
    fate = np.repeat(np.arange(len(FATES)), [n, r, d])
    rows = pa.concat_tables([events, before, doubles]).unify_dictionaries()
    ends = pc.if_else(pa.array(known_to > LAST_DAY), pa.scalar(None, pa.date32()), dates(known_to))
    columns = [*rows.columns, dates(known_from), ends, labels(fate, list(FATES))]
    return pa.table(columns, schema=SCHEMA)


def as_of(vintages: pa.Table, on: dt.date) -> pa.Table:
    """Return the events as the source told them at the end of a day, in the event schema.

    Raises `ValueRefused` for a day after the clock: nobody knows what the source will say.
    """
    if on > CLOCK:
        raise ValueRefused(f"known on {on:%d %b %Y} is after the exercise's clock", remedy=f"Choose {CLOCK} or before.")
    stood = (pc.field("known_from") <= on) & (pc.is_null(pc.field("known_to")) | (pc.field("known_to") > on))
    return vintages.filter(stood).select(EVENTS.names).cast(EVENTS)


def digest(vintages: pa.Table, on: dt.date) -> str:
    """Return the digest of a vintage: the same for the same rows, however they are laid out."""
    return content_digest(canonical_events(as_of(vintages, on)), {"known": on.isoformat()})


def path_of(store: Store, source: str) -> Path:
    """Return where the spells of a source lie beside the snapshots."""
    return store.home / "exercise" / f"vintages-{source}.parquet"


def held(store: Store, source: str) -> pa.Table:
    """Return the spells of a source as built; raises `NothingThere` where the exercise is not built."""
    path = path_of(store, source)
    if not path.is_file():
        raise NothingThere(f"no vintages of {source} are held. Build the exercise with: python -m data exercise")
    return pq.read_table(path, partitioning=None).cast(SCHEMA)


def _revised(events: pa.Table, came: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, pa.Table]:
    """Return the rows whose deaths were changed, the day of it, and the rows as they stood before."""
    deaths = events["deaths_best"].to_numpy()
    at = came + 7 * rng.integers(*_REVISED_AFTER, len(came))
    low = rng.random(len(came)) >= _LOWERED
    factor = np.where(low, rng.uniform(0.3, 0.9, len(came)), rng.uniform(1.1, 1.7, len(came)))
    rows = np.flatnonzero((rng.random(len(came)) < REVISED) & (deaths > 0) & (at <= LAST_DAY))
    before = _with_deaths(events.take(pa.array(rows)), factor[rows])
    changed = before["deaths_best"].to_numpy() != deaths[rows]
    return rows[changed], at[rows[changed]], before.filter(pa.array(changed))


def _with_deaths(rows: pa.Table, factor: NDArray[np.float64]) -> pa.Table:
    """Return the rows with each part of the dead times a factor, rounded, and all that follows from the parts."""
    parts = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    new = {name: np.round(rows[name].to_numpy() * factor).astype(np.int32) for name in parts}
    best = np.sum(list(new.values()), axis=0, dtype=np.int32)
    one_sided = pc.equal(rows["kind"].cast(pa.string()), "one-sided").to_numpy()
    civilians = np.where(one_sided, best, new["deaths_civilians"])
    new |= {
        "deaths_low": np.minimum(rows["deaths_low"].to_numpy(), best),
        "deaths_best": best,
        "deaths_high": np.maximum(rows["deaths_high"].to_numpy(), best),
        "civilian_deaths": civilians,
    }
    harm = one_sided | (new["deaths_civilians"] > 0)
    for name, values in {**new, "civilian_harm": harm}.items():
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, rows.schema.field(at), pa.array(values, rows.schema.field(at).type))
    return rows


def _doubles(events: pa.Table, came: Ints, rng: np.random.Generator) -> tuple[pa.Table, Ints, Ints]:
    """Return records that stood for a while beside the one they double, and the days from and to which they did."""
    late = np.flatnonzero(came >= to_day(_DOUBLES_FROM))
    rows = np.sort(rng.choice(late, size=round(DELETED * len(late)), replace=False))
    from_ = came[rows] + rng.integers(0, 8, len(rows))
    to = from_ + 7 * rng.integers(*_DELETED_AFTER, len(rows))
    stood = to <= LAST_DAY
    doubles = events.take(pa.array(rows[stood]))
    prefix = str(events["id"][0]).rsplit("-", 1)[0]
    ids = pa.array([f"{prefix}-D{number}" for number in range(1, doubles.num_rows + 1)])
    return doubles.set_column(0, doubles.schema.field(0), ids), from_[stood], to[stood]
