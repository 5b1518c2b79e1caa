"""The rows of a snapshot on their way to disk and back: checked, hashed and written side by side, a piece at a time."""

import hashlib
import io
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from data.canonical import ContentDigest
from data.draft import CHECKS, SCHEMAS
from data.source_column import with_source
from data.sums import Sums
from geo.errors import ValueRefused

_PENDING: Final = 2
"""Pieces that may wait to be hashed or written: what is held is bounded by them."""
_BATCH: Final = 1 << 16
_PAGE: Final = 4 << 20
"""Rows encoded at a time and bytes of a page: above the library's own, for whole columns are always read."""


class Written:
    """A staging folder with the rows of one snapshot.

    `staging` makes the folder and returns it with the handle that holds it; it is called when the first rows come, so
    that input which is refused before leaves no trace. `checked` says that the rows were checked before.
    """

    def __init__(self, staging: Callable[[], tuple[Path, int]], kind: str, *, checked: bool) -> None:
        self.sums = Sums(kind)
        self.files: dict[str, str] = {}
        self.digest = ""
        self._staging = staging
        self._kind = kind
        self._checked = checked
        self._held: tuple[Path, int] | None = None
        self._rows: _Rows | None = None
        self._digest: ContentDigest | None = None
        self._writer, self._judge = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._pending: list[tuple[Future[None], Future[None]]] = []

    @property
    def folder(self) -> Path:
        """The staging folder, once rows were taken."""
        if self._held is None:
            raise ValueRefused("there is no row to keep", remedy="Nothing was written.")
        return self._held[0]

    def take(self, piece: pa.Table) -> None:
        """Take some more rows; raises what went wrong with those before, `ValueRefused` where they break the schema."""
        if self._rows is None or self._digest is None:
            self._held = self._staging()
            self._rows = _Rows(self.folder / f"{self._kind}.parquet", piece.schema)
            self._digest = ContentDigest(piece.schema)
        self.sums.add(piece)
        judged = self._judge.submit(_judge, self._digest, piece, self._kind, checked=self._checked)
        self._pending.append((judged, self._writer.submit(self._rows.write, piece)))
        self._wait(_PENDING)

    def _wait(self, left: int) -> None:
        while len(self._pending) > left:
            for future in self._pending.pop(0):
                future.result()

    def finish(self, identity: Mapping[str, object]) -> None:
        """Bring all rows to disk and find their digest."""
        self._wait(0)
        if self._rows is None or self._digest is None:
            raise ValueRefused("there is no row to keep", remedy="Nothing was written.")
        closed = self._writer.submit(self._rows.close)
        self.digest = self._digest.finish(identity)
        self.files[self._rows.path.name] = closed.result()

    def discard(self) -> None:
        """Remove the folder and everything in it."""
        self._end()
        if self._rows is not None:
            self._rows.abandon()
        if self._held is not None:
            shutil.rmtree(self._held[0], ignore_errors=True)
            os.close(self._held[1])
            self._held = None

    def _end(self) -> None:
        for pool in (self._writer, self._judge):
            pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        """Hold the folder."""
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Let the folder go: it stays where it was moved to, or it is removed where something failed."""
        if kind is not None:
            self.discard()
            return
        self._end()
        if self._held is not None:
            os.close(self._held[1])


def _judge(digest: ContentDigest, piece: pa.Table, kind: str, *, checked: bool) -> None:
    if not checked:
        found = CHECKS[kind](with_source(piece, "checked here", SCHEMAS[kind]))
        if found:
            raise ValueRefused(f"{len(found)} faults in {kind}: " + " ".join(str(one) for one in found))
    digest.add(piece)


def stored_digest(path: Path, identity: Mapping[str, object]) -> str:
    """Return the digest of stored rows, read a piece at a time."""
    with pq.ParquetFile(path) as held:
        digest = ContentDigest(held.schema_arrow)
        for group in range(held.num_row_groups):
            digest.add(held.read_row_group(group))
    return digest.finish(identity)


def write_table(table: pa.Table, path: Path) -> str:
    """Write a table at once and return the SHA-256 of the file."""
    rows = _Rows(path, table.schema)
    rows.write(table)
    return rows.close()


class _Rows:
    """A Parquet file that is hashed while it is written."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self._file = _Hashed(path)
        kinds = {field.name: field.type for field in schema}
        whole = [name for name, kind in kinds.items() if pa.types.is_int32(kind) or pa.types.is_date32(kind)]
        self._writer = pq.ParquetWriter(
            self._file,
            schema,
            compression={name: "snappy" if pa.types.is_string(kind) else "none" for name, kind in kinds.items()},
            use_dictionary=[name for name, kind in kinds.items() if pa.types.is_dictionary(kind)],
            column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
            write_statistics=False,
            write_batch_size=_BATCH,
            data_page_size=_PAGE,
        )

    def write(self, piece: pa.Table) -> None:
        """Write some more rows as one group."""
        self._writer.write_table(piece.unify_dictionaries().combine_chunks(), max(piece.num_rows, 1))

    def close(self) -> str:
        """Bring the file to disk and return its SHA-256."""
        self._writer.close()
        return self._file.finish()

    def abandon(self) -> None:
        """Close the file, whatever is in it."""
        self._file.useless = True
        self._writer.close()
        self._file.close()


class _Hashed(io.RawIOBase):
    """A file that is hashed while it is written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._seal = hashlib.sha256()
        self.useless = False
        """Whether it is to be thrown away: then the disk, which may be full, is left alone."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        if self.useless:
            return len(data)
        self._seal.update(data)
        return self._file.write(data)

    def finish(self) -> str:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._seal.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()
