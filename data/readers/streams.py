"""The bytes of a file as they are read: counted, hashed, unpacked with care."""

import gzip
import hashlib
import io
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from geo.errors import FileRefused

MOST_UNPACKED: Final = 8 << 30
"""Bytes that a gzipped file may unpack to; the yearly GED is about 240 MB."""
MOST_RATIO: Final = 200
"""Times that a gzipped file may grow; published files grow about 6 times."""
_RATIO_FROM: Final = 64 << 20


class Counted(io.RawIOBase):
    """A file that knows how many bytes were read and their SHA-256: hashed by a thread of its own, in the same pass."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._thread = ThreadPoolExecutor(1)
        self._hashed: Future[None] | None = None
        self._seal = hashlib.sha256()
        self.count = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; they are hashed while the next ones are waited for."""
        self._wait()  # one piece at a time, so that none pile up
        piece = self._file.read(size) or b""
        self.count += len(piece)
        self._hashed = self._thread.submit(self._seal.update, piece)
        return piece

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase takes more buffers
        """Fill a buffer; what was read is hashed when this returns."""
        self._wait()
        size = self._file.readinto(buffer) or 0
        self.count += size
        self._seal.update(buffer[:size])
        return size

    def sha256(self) -> str:
        """Return the SHA-256 of what was read."""
        self._wait()
        return self._seal.hexdigest()

    def _wait(self) -> None:
        if self._hashed is not None:
            self._hashed.result()

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown()
        self._file.close()
        super().close()


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzipped file, refused as soon as they grow out of proportion."""

    def __init__(self, packed: Counted, name: str) -> None:
        self._packed = packed
        self._name = name
        self._file = gzip.GzipFile(fileobj=io.BufferedReader(packed, 1 << 20), mode="rb")
        self.count = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` unpacked bytes."""
        piece = self._file.read(size)
        self.count += len(piece)
        out_of_ratio = self.count > _RATIO_FROM and self.count > MOST_RATIO * self._packed.count
        if self.count > MOST_UNPACKED or out_of_ratio:
            raise FileRefused(
                f"{self._name} unpacks to far more than it holds.", remedy="Unpack it and look at it first."
            )
        return piece

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase takes more buffers
        """Fill a buffer with unpacked bytes."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
