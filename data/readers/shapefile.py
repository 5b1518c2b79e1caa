"""A zipped shapefile: the archive checked before anything is unpacked, its parts copied under fixed names, one driver.

GDAL picks a driver by a file's bytes and name. Here both are fixed: the parts are called layer.shp, layer.shx and so
on, nothing else lies beside them, and a header that is not a shapefile's to the byte is refused before.
"""

import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from geo.errors import FileRefused

MOST_FEATURES: Final = 2_000_000
MOST_UNPACKED: Final = 2 << 30
"""Bytes that the parts may unpack to in all."""
MOST_RATIO: Final = 200
"""Times that a part may grow."""
MOST_MEMBERS: Final = 500
DRIVER: Final = "ESRI Shapefile"
_RATIO_FROM: Final = 4 << 20
_PIECE: Final = 1 << 20
_ENCRYPTED: Final = 1
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED: Final = (".shp", ".shx", ".dbf")
_LONGEST_PRJ: Final = 1 << 16
_CODE, _VERSION = 9994, 1000
_SHAPES: Final = (0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31)
_TABLES: Final = (0x03, 0x83, 0x30, 0x31, 0x8B, 0xF5)
"""First bytes of dBASE tables."""


def is_shapefile(path: Path) -> bool:
    """Return whether a zip archive holds a .shp; one that cannot be opened is taken for none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist()[:MOST_MEMBERS])
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return False


def read_shapefile(path: Path) -> tuple[pa.Table, Any, str]:
    """Return the attributes as text, the shapes (shapely, None where there is none) and the coordinate system.

    The system is empty where there is no .prj. Raises `FileRefused` for an archive that leads out of itself, holds
    links, grows out of proportion, is locked or holds no or several layers, and for parts that are no shapefile's.
    """
    folder = Path(tempfile.mkdtemp(prefix="tocsin-"))
    try:
        with zipfile.ZipFile(path) as archive:
            for part, member in _layer(path.name, archive).items():
                _unpack(path.name, archive, member, folder / f"layer{part}")
        _check_parts(path.name, folder)
        return _read(path.name, folder / "layer.shp")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise FileRefused(f"{path.name} is cut off or damaged: {error}.", remedy="Download it again.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _layer(name: str, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the parts of the one layer, by extension."""
    held = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    if len(held) > MOST_MEMBERS:
        raise FileRefused(f"{name} holds {len(held):,} files.", remedy="Give an archive with one layer.")
    for one in held:
        _refuse_unsafe(name, one)
    shp = [one for one in held if one.filename.lower().endswith(".shp")]
    if len(shp) != 1:
        shown = ", ".join(one.filename[:60] for one in shp[:4])
        raise FileRefused(f"{name} holds {len(shp)} layers ({shown}), not one.", remedy="Give one layer in an archive.")
    stem = shp[0].filename[:-4].lower()
    parts = {part: one for one in held for part in _PARTS if one.filename.lower() == stem + part}
    absent = [part for part in _NEEDED if part not in parts]
    if absent:
        raise FileRefused(
            f"{name} lacks the {' and '.join(absent)} of its shapefile.", remedy="Zip all parts of the layer together."
        )
    grown = [p for p in held if p.file_size > _RATIO_FROM and p.file_size > MOST_RATIO * max(p.compress_size, 1)]
    if grown or sum(part.file_size for part in parts.values()) > MOST_UNPACKED:
        raise _bomb(name)
    return parts


def _refuse_unsafe(name: str, one: zipfile.ZipInfo) -> None:
    path = PurePosixPath(one.filename.replace("\\", "/"))
    remedy = "Ask who made it for a plain archive."
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]):
        raise FileRefused(
            f"{name} holds a file with a path that leads out of the archive: {one.filename[:80]!r}.", remedy=remedy
        )
    if stat.S_ISLNK(one.external_attr >> 16):
        raise FileRefused(f"{name} holds a link, {one.filename[:80]!r}.", remedy=remedy)
    if one.flag_bits & _ENCRYPTED:
        raise FileRefused(f"{name} is protected by a password.", remedy="Unpack it and zip it without one.")


def _unpack(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack in pieces, counting what really comes out: the sizes in an archive's directory may lie."""
    count = 0
    with archive.open(member) as packed, target.open("wb") as file:
        while piece := packed.read(_PIECE):
            count += len(piece)
            if count > MOST_UNPACKED or (count > _RATIO_FROM and count > MOST_RATIO * max(member.compress_size, 1)):
                raise _bomb(name)
            file.write(piece)


def _bomb(name: str) -> FileRefused:
    return FileRefused(f"{name} unpacks to far more than it holds.", remedy="Unpack it and look at it first.")


def _check_parts(name: str, folder: Path) -> None:
    """Refuse parts that are no shapefile's to the byte, so that no other driver can take them for its own."""
    for part in (".shp", ".shx"):
        with (folder / f"layer{part}").open("rb") as file:
            head = file.read(100)
        fine = len(head) == 100 and head[4:24] == bytes(20)  # noqa: PLR2004 - the header of the format
        if not fine or struct.unpack(">i", head[:4])[0] != _CODE or struct.unpack("<i", head[28:32])[0] != _VERSION:
            raise FileRefused(f"The {part} in {name} is no shapefile's.", remedy="Export the layer again.")
        if struct.unpack("<i", head[32:36])[0] not in _SHAPES:
            raise FileRefused(f"The {part} in {name} has no known kind of shape.", remedy="Export the layer again.")
    with (folder / "layer.dbf").open("rb") as file:
        if file.read(1) not in {bytes([one]) for one in _TABLES}:
            raise FileRefused(f"The .dbf in {name} is no table.", remedy="Export the layer again.")
    prj = folder / "layer.prj"
    if prj.exists() and prj.stat().st_size > _LONGEST_PRJ:
        raise FileRefused(f"The .prj in {name} is no coordinate system.", remedy="Export the layer again.")


def _read(name: str, shp: Path) -> tuple[pa.Table, Any, str]:
    try:
        known = pyogrio.read_info(shp)
        if known["driver"] != DRIVER:
            raise FileRefused(f"{name} is no shapefile but {known['driver']}.", remedy="Export the layer again.")
        if known["features"] > MOST_FEATURES:
            raise FileRefused(f"{name} holds {known['features']:,} features.", remedy="Save it as GeoParquet.")
        meta, _, packed, columns = pyogrio.raw.read(shp, force_2d=True, datetime_as_string=True)
    except (DataSourceError, DataLayerError, FeatureError, UnicodeDecodeError, ValueError) as error:
        raise FileRefused(f"The shapefile in {name} cannot be read: {error}.", remedy="Export it again.") from error
    shapes = shapely.from_wkb(packed, on_invalid="ignore")
    names = [str(field) for field in meta["fields"]]
    texts = {field: _text(values) for field, values in zip(names, columns, strict=True)}
    table = pa.table(texts or {"feature": np.arange(1, len(shapes) + 1).astype(str)})
    return table, shapes, str(meta["crs"] or "")


def _text(values: Any) -> pa.Array:  # noqa: ANN401 - an array of any type that pyogrio gives
    made = pa.array(values, from_pandas=True)
    text = made.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
