"""Make the exercise of a seed and put it into the store."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.draft import EVENTS, OBSERVATIONS, Draft
from data.exercise import (
    attention,
    coding,
    delays,
    displacement,
    forecasts,
    geography,
    history,
    incidents,
    links,
    monitor,
    risk,
    sites,
    stocks,
    truth,
    vintages,
)
from data.exercise.cards import card, coverage
from data.exercise.storylines import STORYLINES, Storyline, redrawn
from data.exercise.world import CLOCK, DEFAULT_SEED, FINAL_DAY, VERSION, stream
from data.manifest import Manifest
from data.store import Store

SOURCES = (
    incidents.SOURCE, monitor.SOURCE, displacement.SOURCE, stocks.SOURCE, risk.SOURCE, forecasts.SOURCE,
    attention.SOURCE,
)  # fmt: skip
EVENT_SOURCES = (incidents.SOURCE, monitor.SOURCE)
"""The first is the one that is opened: `Holdings` takes the first namespace by name."""

TRUTH = Path("exercise") / "truth.parquet"
LINKS = Path("exercise") / "links.parquet"


@dataclass(frozen=True, slots=True)
class Exercise:
    """One seed's tables by source, the history behind the records of ex_a (row for row), and what is true of them.

    `vintages` holds the spells of both sources of events, `links` the doubles between them, `stories` what was played.
    """

    tables: Mapping[str, pa.Table]
    recorded: history.History
    truth: pa.Table
    vintages: Mapping[str, pa.Table]
    links: pa.Table
    stories: tuple[Storyline, ...]


def make(
    seed: int = DEFAULT_SEED,
    stories: tuple[Storyline, ...] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Exercise:
    """Return the exercise of a seed; the same seed and version give the same tables.

    Without `stories` the default seed plays them as written, every other one at other places and dates.
    """
    say = progress or _silent
    say("reading the geography")
    world = geography.load()
    if stories is None:
        stories = STORYLINES if seed == DEFAULT_SEED else redrawn(STORYLINES, world, stream(seed, "redraw"))
    say("simulating eight years")
    happened = history.simulate(world, stories, seed)
    recorded = _rows(happened, coding.reported(happened, stream(seed, "reports")))
    where = sites.draw(world, recorded.cell, stream(seed, "sites"))
    written = coding.write(world, recorded, where, stream(seed, "coding"))
    say("writing the records")
    events = incidents.table(world, recorded, written, stream(seed, "records"))
    twice = monitor.monitored(world, recorded, where, events, stream(seed, "monitor"))
    say("what was known when")
    first = delays.draw(incidents.SOURCE, recorded.day, _certain(recorded.day, recorded), stream(seed, "delays"))
    day = twice.table["date_end"].cast(pa.int32()).to_numpy().astype(np.int64)
    second = delays.draw(monitor.SOURCE, day, day > FINAL_DAY, stream(seed, "monitor delays"))
    by_clock = {
        incidents.SOURCE: events.filter(pa.array(first.in_by_clock)),
        monitor.SOURCE: twice.table.filter(pa.array(second.in_by_clock)),
    }
    vintage = {
        source: vintages.table(by_clock[source], of.weeks[of.in_by_clock], stream(seed, f"vintages {source}"))
        for source, of in ((incidents.SOURCE, first), (monitor.SOURCE, second))
    }
    linked = links.table(events, twice, first.in_by_clock, second.in_by_clock)
    say("displacement, risk and attention")
    flows = displacement.table(world, happened, stream(seed, "displacement"))
    tables = {
        **by_clock,
        displacement.SOURCE: flows,
        stocks.SOURCE: stocks.table(world, flows, stream(seed, "stocks")),
        risk.SOURCE: risk.table(world, stories, events, stream(seed, "risk"), first.in_by_clock),
        forecasts.SOURCE: forecasts.table(world, by_clock[incidents.SOURCE]),
        attention.SOURCE: attention.table(happened, stream(seed, "attention")),
    }
    known = _rows(recorded, first.in_by_clock)
    told = truth.table(world, stories, known, by_clock[incidents.SOURCE], linked)
    return Exercise(tables, known, told, vintage, linked, stories)


def build(
    store: Store,
    seed: int = DEFAULT_SEED,
    progress: Callable[[str], None] | None = None,
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Put the exercise of `seed` into the store; return seed, version, clock, made, rows, digests and seconds.

    Truth, links and vintages lie beside the snapshots, in `exercise`. Does nothing where this seed and version is
    there, unless `force`. Snapshots of another seed or version go to the trash: two histories must not be read as one.
    """
    started = time.monotonic()
    there = {
        one.card.key: one for one in store.list() if _ours(one) and _of(one, seed) and not store.verify(one.digest)
    }
    beside = [store.home / TRUTH, store.home / LINKS, *(vintages.path_of(store, source) for source in EVENT_SOURCES)]
    made = force or len(there) < len(SOURCES) or not all(path.is_file() for path in beside)
    if made:
        exercise = make(seed, progress=progress)
        drafts = [_draft(source, exercise.tables[source], seed) for source in SOURCES]
        for manifest in store.list():
            if _ours(manifest) and not _of(manifest, seed):
                store.remove(manifest.digest)
        there = {draft.card.key: store.commit(draft) for draft in drafts}
        spells = [exercise.vintages[source] for source in EVENT_SOURCES]
        for path, table in zip(beside, [exercise.truth, exercise.links, *spells], strict=True):
            _write(path, table)
    return {
        "seed": seed,
        "version": VERSION,
        "clock": CLOCK.isoformat(),
        "made": made,
        "rows": {source: there[source].kept for source in SOURCES},
        "digests": {source: there[source].digest for source in SOURCES},
        "seconds": round(time.monotonic() - started, 1),
    }


def _certain(day: NDArray[np.int64], recorded: history.History) -> NDArray[np.bool_]:
    """Return which records of ex_a are in by the clock: of the last two weeks all that are left, and storylines'."""
    return np.asarray((day > FINAL_DAY) | (recorded.story != history.BACKGROUND), dtype=np.bool_)


def _silent(_: str) -> None:
    """Say nothing."""


def _rows(happened: history.History, chosen: Any) -> history.History:  # noqa: ANN401 - a mask
    return history.History(*(getattr(happened, field.name)[chosen] for field in fields(happened)))


def _ours(manifest: Manifest) -> bool:
    return manifest.exercise and manifest.card.key in SOURCES


def _of(manifest: Manifest, seed: int) -> bool:
    return manifest.card == card(manifest.card.key, seed)


def _draft(source: str, table: pa.Table, seed: int) -> Draft:
    kind = EVENTS if source in EVENT_SOURCES else OBSERVATIONS
    return Draft(kind, table, card(source, seed), coverage(source), exercise=True)


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
