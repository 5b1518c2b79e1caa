"""Make the exercise of a seed and put it into the store."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.draft import EVENTS, OBSERVATIONS, Draft
from data.exercise import attention, coding, displacement, geography, history, incidents, risk, sites, truth
from data.exercise.cards import card, coverage
from data.exercise.storylines import STORYLINES, Storyline
from data.exercise.world import CLOCK, DEFAULT_SEED, VERSION, stream
from data.manifest import Manifest
from data.store import Store

SOURCES = (incidents.SOURCE, displacement.SOURCE, risk.SOURCE, attention.SOURCE)
TRUTH = Path("exercise") / "truth.parquet"


@dataclass(frozen=True, slots=True)
class Exercise:
    """One seed's tables by source, the history behind the records (row for row), and the storylines' truth."""

    tables: Mapping[str, pa.Table]
    recorded: history.History
    truth: pa.Table


def make(
    seed: int = DEFAULT_SEED,
    stories: tuple[Storyline, ...] = STORYLINES,
    progress: Callable[[str], None] | None = None,
) -> Exercise:
    """Return the exercise of a seed; the same seed and version give the same tables."""
    say = progress or _silent
    say("reading the geography")
    world = geography.load()
    say("simulating eight years")
    happened = history.simulate(world, stories, seed)
    recorded = _rows(happened, coding.reported(happened, stream(seed, "reports")))
    where = sites.draw(world, recorded.cell, stream(seed, "sites"))
    written = coding.write(world, recorded, where, stream(seed, "coding"))
    say("writing the records")
    events = incidents.table(world, recorded, written, stream(seed, "records"))
    say("displacement, risk and attention")
    tables = {
        incidents.SOURCE: events,
        displacement.SOURCE: displacement.table(world, happened, stream(seed, "displacement")),
        risk.SOURCE: risk.table(world, stories, events, stream(seed, "risk")),
        attention.SOURCE: attention.table(happened, stream(seed, "attention")),
    }
    return Exercise(tables, recorded, truth.table(world, stories))


def build(
    store: Store,
    seed: int = DEFAULT_SEED,
    progress: Callable[[str], None] | None = None,
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Put the exercise of `seed` into the store; return seed, version, clock, made, rows, digests and seconds.

    Does nothing where this seed and version is there, unless `force`. Snapshots of another seed or version go to the
    trash: two histories must not be read as one.
    """
    started = time.monotonic()
    there = {
        one.card.key: one for one in store.list() if _ours(one) and _of(one, seed) and not store.verify(one.digest)
    }
    made = force or len(there) < len(SOURCES)
    if made:
        exercise = make(seed, progress=progress)
        drafts = [_draft(source, exercise.tables[source], seed) for source in SOURCES]
        for manifest in store.list():
            if _ours(manifest) and not _of(manifest, seed):
                store.remove(manifest.digest)
        there = {draft.card.key: store.commit(draft) for draft in drafts}
        _write(store.home / TRUTH, exercise.truth)
    return {
        "seed": seed,
        "version": VERSION,
        "clock": CLOCK.isoformat(),
        "made": made,
        "rows": {source: there[source].kept for source in SOURCES},
        "digests": {source: there[source].digest for source in SOURCES},
        "seconds": round(time.monotonic() - started, 1),
    }


def _silent(_: str) -> None:
    """Say nothing."""


def _rows(happened: history.History, chosen: Any) -> history.History:  # noqa: ANN401 - a mask
    return history.History(*(getattr(happened, field.name)[chosen] for field in fields(happened)))


def _ours(manifest: Manifest) -> bool:
    return manifest.exercise and manifest.card.key in SOURCES


def _of(manifest: Manifest, seed: int) -> bool:
    return manifest.card == card(manifest.card.key, seed)


def _draft(source: str, table: pa.Table, seed: int) -> Draft:
    kind = EVENTS if source == incidents.SOURCE else OBSERVATIONS
    return Draft(kind, table, card(source, seed), coverage(source), exercise=True)


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
