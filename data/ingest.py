"""From a file to a snapshot: detect, read, commit. A bad file changes nothing."""

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path

from data.manifest import Manifest
from data.sources import detect
from data.store import Store
from data.task import SILENT, Task


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came of a file: its snapshot, whether it was there already, and the seconds it took."""

    manifest: Manifest
    already: bool
    seconds: float


def ingest(
    path: Path,
    store: Store,
    *,
    coverage_end: dt.date | None = None,
    task: Task = SILENT,
    now: dt.datetime | None = None,
) -> Ingested:
    """Read a file of any known source into the store and return its snapshot.

    Raises `FileRefused` or `ValueRefused` where it cannot be kept, `data.task.Cancelled` where the work was stopped:
    then the store is as it was. Raises `NotConserved` where read is not kept + rejected.
    """
    begun = time.perf_counter()
    now = now or dt.datetime.now(dt.UTC)
    source, opened = detect(path)
    draft = source.read(path, opened, coverage_end=coverage_end, task=task, today=now.date())
    known = {manifest.digest for manifest in store.list()}
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    manifest = store.commit(draft, task=task, fetched_at=written, now=now)
    return Ingested(manifest, manifest.digest in known, time.perf_counter() - begun)
