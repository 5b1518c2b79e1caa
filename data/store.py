"""The snapshot store: immutable folders named by the digest of their content; one writer, readers without locks.

    <home>/snapshots/<digest>/events.parquet | observations.parquet, rejected.parquet, manifest.json
    <home>/snapshots/<digest>/again    when it was last loaded again, if ever: outside digest and manifest
    <home>/staging/     what is being written, each folder held by its writer; one of a killed writer is cleared
    <home>/trash/       removed snapshots, so that a removal can be undone
    <home>/lock         held by the kernel for the writing process (flock): it falls with the process, never by age

A snapshot is written into staging, every file and the folder are synced, and one rename makes it visible: at any moment
a reader sees all of it or nothing.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from data import VERSION
from data.draft import SCHEMAS, Draft
from data.manifest import EXAMPLES, FORM, Manifest, identity_of
from data.readers.opened import StartAgain
from data.source_column import with_source
from data.stream import Ending, Stream
from data.task import SILENT, Task
from data.written import Written, stored_digest, write_table
from geo.errors import NotConserved, NothingThere, StoreDamaged, ValueRefused

HOME_VARIABLE: Final = "TOCSIN_HOME"
_MANIFEST: Final = "manifest.json"
_REJECTED: Final = "rejected.parquet"
_AGAIN: Final = "again"
_SHORTEST: Final = 6


@dataclass(frozen=True, slots=True)
class Store:
    """All snapshots under one folder."""

    home: Path

    @classmethod
    def default(cls) -> Self:
        """Return the store at `TOCSIN_HOME`, or in `.tocsin` beside the program."""
        home = os.environ.get(HOME_VARIABLE)
        return cls(Path(home) if home else Path(__file__).resolve().parent.parent / ".tocsin")

    def list(self) -> tuple[Manifest, ...]:
        """Return every sound manifest, the last loaded first. What is damaged is left out and named by `damaged`."""
        found = [manifest for _, manifest in self._manifests() if isinstance(manifest, Manifest)]
        return tuple(sorted(found, key=lambda one: (self._last_loaded(one), one.digest), reverse=True))

    def _last_loaded(self, manifest: Manifest) -> datetime:
        try:
            again = datetime.fromisoformat((self._folder(manifest.digest) / _AGAIN).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return manifest.ingested_at
        return again if again.tzinfo else manifest.ingested_at

    def damaged(self) -> dict[str, str]:
        """Return the snapshots whose manifest cannot be read, with the reason."""
        return {name: str(error) for name, error in self._manifests() if isinstance(error, StoreDamaged)}

    def _manifests(self) -> Iterator[tuple[str, Manifest | StoreDamaged]]:
        folder = self.home / "snapshots"
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                manifest = Manifest.from_json((path / _MANIFEST).read_text(encoding="utf-8"))
            except FileNotFoundError:
                if path.is_dir():  # else it was removed while we looked
                    yield path.name, StoreDamaged("the manifest is absent")
            except (OSError, UnicodeDecodeError) as error:
                yield path.name, StoreDamaged(f"the manifest cannot be read: {error}")
            except StoreDamaged as error:
                yield path.name, error
            else:
                same = manifest.digest == path.name
                yield path.name, manifest if same else StoreDamaged(f"it holds the manifest of {manifest.digest}")

    def get(self, digest: str) -> Manifest:
        """Return the manifest of a snapshot by its digest or the first six or more characters of it.

        Raises `NothingThere` where none or several fit, `StoreDamaged` where its manifest cannot be read.
        """
        fitting = [pair for pair in self._manifests() if len(digest) >= _SHORTEST and pair[0].startswith(digest)]
        if len(fitting) != 1:
            what = "no snapshot has" if not fitting else f"{len(fitting)} snapshots have a name that begins with"
            raise NothingThere(f"{what} the digest {digest!r}. List the snapshots with: python -m data list")
        manifest = fitting[0][1]
        if isinstance(manifest, StoreDamaged):
            raise manifest
        return manifest

    def current(self, kind: str, *, exercise: bool) -> tuple[Manifest, ...]:
        """Return the snapshots whose union is held now: those of a kind, real or exercise, the newest first."""
        return tuple(one for one in self.list() if one.kind == kind and one.exercise == exercise)

    def table(self, manifest: Manifest, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of a snapshot, mapped from its file; raises `StoreDamaged` where they cannot be read."""
        path = self._folder(manifest.digest) / f"{manifest.kind}.parquet"
        try:
            held = pq.ParquetFile(path, memory_map=True)
            names = held.schema_arrow.names if columns is None else [n for n in columns if n in held.schema_arrow.names]
            table = held.read(names)
        except (OSError, pa.ArrowException) as error:
            raise StoreDamaged(f"the rows of snapshot {manifest.digest[:12]} cannot be read: {error}") from error
        if columns is not None and "source" not in columns:
            return table
        table = with_source(table, manifest.card.key, SCHEMAS[manifest.kind])
        return table if columns is None else table.select([n for n in columns if n in table.column_names])

    def rejected(self, manifest: Manifest) -> pa.Table:
        """Return every complaint about a row that was not kept (`data.rejections.SCHEMA`)."""
        return pq.read_table(self._folder(manifest.digest) / _REJECTED, partitioning=None)

    def verify(self, digest: str) -> tuple[str, ...]:
        """Recompute a snapshot's digest from its rows, compare every file; return what is damaged, empty when sound."""
        try:
            manifest = self.get(digest)
        except StoreDamaged as error:
            return (str(error),)
        folder = self._folder(manifest.digest)
        found = []
        for name, known in manifest.files.items():
            try:
                if _file_digest(folder / name) != known:
                    found.append(f"{name} has changed since it was written")
            except OSError as error:
                found.append(f"{name} cannot be read: {error}")
        if found:
            return tuple(found)
        identity = identity_of(
            manifest.kind, manifest.card.key, manifest.coverage, manifest.rejected, exercise=manifest.exercise
        )
        # Snapshots of the form before were named by another digest; their files are sealed all the same.
        if manifest.form == FORM and stored_digest(folder / f"{manifest.kind}.parquet", identity) != manifest.digest:
            found.append("the rows do not give the digest that names the snapshot")
        return tuple(found)

    def remove(self, digest: str) -> Manifest:
        """Move a snapshot to the trash and return its manifest; `restore` brings it back."""
        manifest = self.get(digest)
        with self._writing():
            self._discard(manifest.digest)
        return manifest

    def _discard(self, digest: str) -> None:
        """Move a snapshot's folder to the trash, whatever its state; the lock is held."""
        target = self.home / "trash" / digest
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        self._folder(digest).rename(target)
        _sync_folder(target.parent)
        _sync_folder(self.home / "snapshots")

    def restore(self, digest: str) -> Manifest:
        """Bring a removed snapshot back from the trash; raises `NothingThere` where it is not there."""
        with self._writing():
            trash = self.home / "trash"
            names = [path.name for path in trash.iterdir() if path.name.startswith(digest)] if trash.is_dir() else []
            if len(names) != 1 or len(digest) < _SHORTEST:
                raise NothingThere(f"no removed snapshot has the digest {digest!r}")
            if not self._folder(names[0]).exists():
                (trash / names[0]).rename(self._folder(names[0]))
                _sync_folder(self.home / "snapshots")
        return self.get(names[0])

    def commit(
        self,
        draft: Draft | Stream,
        *,
        task: Task = SILENT,
        fetched_at: datetime | None = None,
        now: datetime | None = None,
    ) -> Manifest:
        """Write a draft as a snapshot and return its manifest; the same content again returns the one that is there.

        That one then counts as the newest: who loads a file again wants its rows to win. One that is there and damaged
        goes to the trash and is written anew.

        Raises `OSError` where the disk refuses; nothing is visible until everything is on disk.
        """
        written, ending = self._written(draft, task)
        with written, self._writing():
            digest = written.digest
            now = now or datetime.now(UTC)
            if self._folder(digest).exists() and self.verify(digest):
                self._discard(digest)
            if self._folder(digest).exists():
                _write_text(now.isoformat(), written.folder / _AGAIN)
                (written.folder / _AGAIN).rename(self._folder(digest) / _AGAIN)
                _sync_folder(self._folder(digest))
                shutil.rmtree(written.folder)
                return self.get(digest)
            rejected = written.folder / _REJECTED
            written.files[rejected.name] = write_table(ending.rejections.table, rejected)
            manifest = _manifest(draft, ending, written, fetched_at or now, now)
            _write_text(manifest.to_json(), written.folder / _MANIFEST)
            written.folder.chmod(0o755)
            _sync_folder(written.folder)
            written.folder.rename(self._folder(digest))
            _sync_folder(self.home / "snapshots")
            return manifest

    def _written(self, draft: Draft | Stream, task: Task) -> tuple[Written, Ending]:
        """Write the rows of a harvest into a staging folder, from the start as often as its reading begins again."""
        while True:
            reading = draft.begin()
            written = Written(self._staging, draft.kind, checked=isinstance(draft, Draft))
            try:
                total = draft.table.num_rows if isinstance(draft, Draft) else None
                for piece in reading.pieces():
                    written.take(piece)
                    if total:
                        task.step("writing", written.sums.rows, total)
                ending = reading.ending()
                _refuse_lost(ending, written.sums.rows)
                task.step("writing", written.sums.rows, written.sums.rows)
                rejected = ending.rejections.by_reason()
                written.finish(
                    identity_of(draft.kind, ending.card.key, ending.coverage, rejected, exercise=draft.exercise)
                )
            except StartAgain:
                written.discard()
            except BaseException:
                written.discard()
                raise
            else:
                return written, ending

    def _staging(self) -> tuple[Path, int]:
        """Return a new staging folder and the handle that holds it: it falls with the process."""
        with self._writing():
            folder = Path(tempfile.mkdtemp(dir=self.home / "staging"))
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(handle, fcntl.LOCK_EX)
        return folder, handle

    def _folder(self, digest: str) -> Path:
        return self.home / "snapshots" / digest

    @contextmanager
    def _writing(self) -> Iterator[None]:
        for name in ("snapshots", "staging"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for leftover in (self.home / "staging").iterdir():
                _clear(leftover)
            yield


def _clear(leftover: Path) -> None:
    """Remove a staging folder whose writer is gone."""
    handle = os.open(leftover, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(leftover)
    finally:
        os.close(handle)


def _refuse_lost(ending: Ending, kept: int) -> None:
    if not kept:
        raise ValueRefused("there is no row to keep", remedy="Nothing was written.")
    if ending.read != kept + ending.rejections.rows:
        what = f"read {ending.read} rows, kept {kept}, rejected {ending.rejections.rows}"
        raise NotConserved(f"rows were lost or doubled: {what}")


def _write_text(text: str, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(draft: Draft | Stream, ending: Ending, written: Written, fetched_at: datetime, now: datetime) -> Manifest:
    sums = written.sums
    return Manifest(
        digest=written.digest,
        kind=draft.kind,
        exercise=draft.exercise,
        card=ending.card,
        origin=ending.origin,
        read=ending.read,
        kept=sums.rows,
        rejected=ending.rejections.by_reason(),
        rejected_rows=tuple(ending.rejections.examples(EXAMPLES)),
        coverage=ending.coverage,
        deaths=sums.deaths,
        kinds=dict(sorted(sums.kinds.items())),
        first=sums.first,
        last=sums.last,
        verified=sums.verified,
        unverified=sums.rows - sums.verified,
        fetched_at=fetched_at,
        ingested_at=now,
        software=f"tocsin {VERSION}",
        files=written.files,
        form=FORM,
    )
