"""A zip archive that holds one delimited text file, as UCDP's download page gives it: unpacked beside, counted."""

import hashlib
import shutil
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from data.readers.delimited import Delimited
from data.readers.opened import Batch
from data.readers.streams import MOST_RATIO, MOST_UNPACKED
from geo.errors import FileRefused

_PIECE: Final = 1 << 20
_RATIO_FROM: Final = 64 << 20
_ENCRYPTED: Final = 1
_TEXTS: Final = frozenset({".csv", ".txt", ".tsv"})
_BESIDE: Final = ("__MACOSX/",)
"""Folders that a system adds to an archive of its own accord."""


class Zipped:
    """The one text file in a zip archive; `name` and `sha256` are the archive's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        folder = tempfile.mkdtemp(prefix="tocsin-")
        self._gone = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        try:
            with zipfile.ZipFile(path) as archive:
                member = _only_text(self.name, archive)
                inside = Path(folder) / "unpacked.csv"  # never the archive's own name: it may hold a path
                _unpack(self.name, archive, member, inside)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
            raise FileRefused(f"{self.name} is cut off or damaged: {error}.", remedy="Download it again.") from error
        if not inside.stat().st_size:
            raise FileRefused(f"{self.name} holds an empty file.", remedy="Download it again.")
        self._text = Delimited(inside)
        self._text.name = self.name
        self.format = f"zipped {self._text.format}"

    @property
    def size(self) -> int:
        """Size of the archive in bytes."""
        return self.path.stat().st_size

    def first_rows(self, count: int) -> list[list[str]]:
        """Return up to `count` rows that are not empty, split into fields."""
        return self._text.first_rows(count)

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (see `Opened.batches`)."""
        return self._text.batches(columns, width, skip)

    @property
    def text(self) -> Delimited:
        """The text file in it."""
        return self._text

    def sha256(self) -> str:
        """Return the SHA-256 of the archive's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _only_text(name: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    held = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith(_BESIDE)]
    names = ", ".join(one.filename[:60] for one in held[:4]) + (" ..." if len(held) > 4 else "")  # noqa: PLR2004 - enough to know it by
    astray = [one for one in held if _leads_out(one.filename)]
    if astray:
        raise FileRefused(
            f"{name} holds a file with a path that leads out of the archive: {astray[0].filename[:80]!r}.",
            remedy="Ask who made it for a plain archive, or give the CSV file itself.",
        )
    if len(held) != 1:
        raise FileRefused(
            f"{name} holds {len(held)} files ({names}), not one.", remedy="Unpack it and give the CSV that you mean."
        )
    if PurePosixPath(held[0].filename).suffix.lower() not in _TEXTS:
        raise FileRefused(
            f"{name} is an archive that holds {names}, not a workbook and no CSV.", remedy="Give a CSV in it."
        )
    if held[0].flag_bits & _ENCRYPTED:
        raise FileRefused(f"{name} is protected by a password.", remedy="Unpack it and give the CSV in it.")
    return held[0]


def _leads_out(filename: str) -> bool:
    path = PurePosixPath(filename.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0]


def _unpack(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack in pieces, counting what really comes out: the sizes in an archive's directory may lie."""
    count = 0
    with archive.open(member) as packed, target.open("wb") as file:
        while piece := packed.read(_PIECE):
            count += len(piece)
            out_of_ratio = count > _RATIO_FROM and count > MOST_RATIO * max(member.compress_size, 1)
            if count > MOST_UNPACKED or out_of_ratio:
                raise FileRefused(
                    f"{name} unpacks to far more than it holds.", remedy="Unpack it and look at it first."
                )
            file.write(piece)
