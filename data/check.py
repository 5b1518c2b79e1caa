"""A file looked at before anything is written: what it is, which snapshots it could take the place of; then loading it.

A file of a known source becomes a draft; another one is opened for a mapping. Loading commits the draft and, where a
person wants that, moves the snapshot that it replaces to the trash: both can be taken back.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from data import mapping
from data.coverage import EVERYWHERE, Coverage, Span, merged
from data.draft import Draft, whole
from data.manifest import Manifest
from data.readers.opened import Opened
from data.refresh import Refresh, refresh
from data.sources import detect
from data.store import Store
from data.task import SILENT, Task
from geo.errors import FileRefused


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was looked at: `draft` where its source is known, else `opened`, to be mapped."""

    path: Path
    draft: Draft | None = None
    opened: Opened | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A current snapshot of the draft's source that covers some of the same; `within`: nothing but the same."""

    manifest: Manifest
    within: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: the snapshot, whether it was there already, the one it replaced and what that changed."""

    manifest: Manifest
    already: bool
    replaced: Manifest | None = None
    change: Refresh | None = None


def look(path: Path, *, task: Task = SILENT, today: dt.date | None = None) -> Found:
    """Read a file without writing anything; raises `FileRefused` or `ValueRefused` where it cannot be kept at all."""
    today = today or dt.datetime.now(dt.UTC).date()
    try:
        source, opened = detect(path)
    except FileRefused:
        return Found(path, opened=mapping.open_any(path))  # refuses in its own words what is no table
    return Found(path, draft=whole(source.read(path, opened, task=task, today=today)))


def earlier(draft: Draft, store: Store) -> tuple[Earlier, ...]:
    """Return the current snapshots that the draft could take the place of, the newest first."""
    same = (
        one
        for one in store.current(draft.kind, exercise=draft.exercise)
        if (one.card.key, one.card.namespace) == (draft.card.key, draft.card.namespace)
    )
    return tuple(
        Earlier(one, within=_within(one.coverage, draft.coverage))
        for one in same
        if _touches(one.coverage, draft.coverage)
    )


def load(
    draft: Draft,
    store: Store,
    *,
    replacing: Manifest | None = None,
    task: Task = SILENT,
    now: dt.datetime | None = None,
) -> Loaded:
    """Commit a draft and, where it replaces a snapshot, move that one to the trash and say what changed.

    Raises what `Store.commit` raises: then everything is as it was.
    """
    now = now or dt.datetime.now(dt.UTC)
    known = {one.digest for one in store.list()}
    manifest = store.commit(draft, task=task, now=now)
    already = manifest.digest in known
    if replacing is None or replacing.digest == manifest.digest:
        return Loaded(manifest, already)
    change = refresh(store.table(replacing), store.table(manifest), draft.kind)
    store.remove(replacing.digest)
    return Loaded(manifest, already, replacing, change)


def take_back(loaded: Loaded, store: Store) -> None:
    """Undo a replacement: the replaced snapshot comes back, the one that replaced it goes to the trash."""
    if loaded.replaced:
        store.restore(loaded.replaced.digest)
    if not loaded.already:
        store.remove(loaded.manifest.digest)


def _own(coverage: Coverage, country: str) -> tuple[Span, ...]:
    """The spans that hold for a country, each as one of that country: its own, else those of everywhere."""
    own = [span for span in coverage.spans if span.country_code == country]
    own = own or [span for span in coverage.spans if span.country_code == EVERYWHERE]
    return merged(Span(country, span.first, span.last) for span in own)


def _within(inner: Coverage, outer: Coverage) -> bool:
    return all(
        any(held.first <= span.first and span.last <= held.last for held in _own(outer, span.country_code))
        for span in inner.spans
    )


def _touches(one: Coverage, other: Coverage) -> bool:
    countries = {span.country_code for held in (one, other) for span in held.spans}
    return any(
        a.first <= b.last and b.first <= a.last
        for country in countries
        for a in _own(one, country)
        for b in _own(other, country)
    )
