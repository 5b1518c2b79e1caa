"""Loaded boundaries in the store's home: `boundaries/<digest>/areas.parquet | lines.parquet, about.json`.

A folder is written aside, synced and renamed, so that a reader sees all of it or nothing; its name is the digest of the
loaded file and of what was said about it.
"""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from data import geodata
from data.boundaries.products import Layout, Product, recognise
from data.boundaries.shapes import Soundness, in_degrees, lines, polygons
from data.geodata.borders import merged
from data.geodata.coverage import label_points
from data.geodata.profiles import table_rows
from data.readers.geojson import is_geojson, read_geojson
from data.readers.geoparquet import is_geoparquet, read_geoparquet
from data.readers.shapefile import is_shapefile, read_shapefile
from data.sources.iso_3166 import alpha_3
from geo.areas import Areas, Level
from geo.errors import FileRefused, NothingThere, StoreDamaged

_ABOUT: Final = "about.json"
_SHORTEST: Final = 6
_LEVELS: Final[dict[int, Level]] = {1: "admin1", 2: "admin2"}
_STYLE_OF_RANK: Final = {"1": "intl", "2": "other", "3": "special"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is known of loaded boundaries: product, order of the areas (0 for lines), licence, how sound they are."""

    digest: str
    name: str
    product: Product
    level: int
    features: int
    countries: tuple[str, ...]
    licence: str
    soundness: Soundness
    added_at: str

    @classmethod
    def from_json(cls, text: str) -> "Loaded":
        """Return what a file says; raises `StoreDamaged` where it says something else."""
        try:
            read = json.loads(text)
            read["product"], read["countries"] = Product(read["product"]), tuple(read["countries"])
            return cls(**(read | {"soundness": Soundness(**read["soundness"])}))
        except (TypeError, ValueError, KeyError) as error:
            raise StoreDamaged(f"the description of loaded boundaries cannot be read: {error}") from error


def add(path: Path, home: Path, *, licence: str, name: str = "") -> Loaded:
    """Read, check and keep a file of boundaries; loading the same again returns the one that is there.

    `licence` is what the publisher asks for, in words: it is shown wherever the boundaries are. Raises `FileRefused`
    for a file that is none of the three products, is damaged, or comes without a licence.
    """
    if not licence.strip():
        raise FileRefused(
            f"It is not said under which licence {path.name} may be used.", remedy="Give the publisher's licence text."
        )
    table, shapes, crs = _read(path)
    kinds = table["shapeType"].to_pylist() if "shapeType" in table.column_names else ()
    layout = recognise(table.column_names, path.name, kinds)
    there = in_degrees(path.name, shapes, crs)
    read = _areas if layout.level else _lines
    columns, soundness = read(table, layout, there, path.name)
    digest = _digest(path, licence.strip(), name)
    about = Loaded(
        digest=digest,
        name=name or path.name,
        product=layout.product,
        level=layout.level,
        features=len(there),
        countries=tuple(sorted(set(columns["country"]))) if layout.level else (),
        licence=licence.strip(),
        soundness=soundness,
        added_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    target = _folder(home) / digest
    if target.exists():
        return Loaded.from_json((target / _ABOUT).read_text(encoding="utf-8"))
    _write(target, pa.table(columns), about)
    return about


def held(home: Path) -> tuple[Loaded, ...]:
    """Return what is loaded, by name; folders that cannot be read are left out."""
    found = []
    for path in sorted(_folder(home).glob("*/" + _ABOUT)):
        try:
            found.append(Loaded.from_json(path.read_text(encoding="utf-8")))
        except (OSError, StoreDamaged):
            continue
    return tuple(sorted(found, key=lambda one: (one.name, one.digest)))


def get(home: Path, digest: str) -> Loaded:
    """Return loaded boundaries by the first six or more characters of their digest; raises `NothingThere`."""
    fitting = [one for one in held(home) if len(digest) >= _SHORTEST and one.digest.startswith(digest)]
    if len(fitting) != 1:
        raise NothingThere(f"no loaded boundaries have the digest {digest!r}. See: python -m data boundaries list")
    return fitting[0]


def remove(home: Path, digest: str) -> Loaded:
    """Move loaded boundaries to the trash and return what they were; raises `NothingThere`."""
    one = get(home, digest)
    target = home / "trash" / f"boundaries-{one.digest}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    (_folder(home) / one.digest).rename(target)
    return one


def areas(home: Path, one: Loaded) -> Areas:
    """Return loaded areas, to be used as the shipped ones are; raises `NothingThere` for lines."""
    if not one.level:
        raise NothingThere(f"{one.name} holds lines, no areas.")
    table = _table(home, one)
    text = {name: table[name].to_numpy(zero_copy_only=False).astype(object) for name in ("code", "name", "country")}
    names = {code: country.name for code, country in geodata.countries().items()}
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    return Areas(
        level=_LEVELS[one.level],
        codes=text["code"],
        names=text["name"],
        countries=text["country"],
        country_names=np.array([names.get(code, code) for code in text["country"]], dtype=object),
        geometry=np.asarray(shapes, dtype=object),
        label_lng=table["label_lng"].to_numpy(),
        label_lat=table["label_lat"].to_numpy(),
    )


def border_lines(home: Path, one: Loaded) -> dict[str, NDArray[np.object_]]:
    """Return loaded border lines by style (rank 1 intl, 2 other, 3 special); raises `NothingThere` for areas."""
    if one.level:
        raise NothingThere(f"{one.name} holds areas, no lines.")
    table = _table(home, one)
    style = table["style"].to_numpy(zero_copy_only=False)
    whole = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    parts, of = shapely.get_parts(whole, return_index=True)
    return {name: merged(parts[style[of] == name]) for name in _STYLE_OF_RANK.values()}


def _read(path: Path) -> tuple[pa.Table, NDArray[np.object_], str]:
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if head.startswith(b"PK\x03\x04") and is_shapefile(path):
        return read_shapefile(path)
    if is_geoparquet(path, head):
        return read_geoparquet(path)
    if is_geojson(path, head):
        return read_geojson(path)
    raise FileRefused(
        f"{path.name} is no GeoJSON, GeoParquet or zipped shapefile.", remedy="Download one of these formats."
    )


def _areas(table: pa.Table, layout: Layout, shapes: NDArray[np.object_], file: str) -> tuple[dict[str, Any], Soundness]:
    code, name = (_full(table, column, file) for column in (layout.code, layout.name))
    values, counts = np.unique(code.astype(str), return_counts=True)
    if (counts > 1).any():
        raise FileRefused(
            f"Codes repeat in {file}: {values[counts > 1][0]!r} in column {layout.code}.", remedy="Merge these areas."
        )
    whole, soundness = polygons(file, shapes, code)
    lng, lat = label_points(whole)
    country = _countries(table, layout, file)
    columns = {"code": code, "name": name, "country": country, "label_lng": lng, "label_lat": lat}
    return columns | {"geometry": shapely.to_wkb(whole)}, soundness


def _lines(table: pa.Table, layout: Layout, shapes: NDArray[np.object_], file: str) -> tuple[dict[str, Any], Soundness]:
    rank = np.array([str(value or "").removesuffix(".0") for value in table[layout.rank].to_pylist()], dtype=object)
    odd = np.flatnonzero(~np.isin(rank.astype(str), list(_STYLE_OF_RANK)))
    if len(odd):
        raise FileRefused(
            f"{file}: rank {rank[odd[0]]!r} in row {odd[0] + 1} of column {layout.rank} is not 1, 2 or 3.",
            remedy="Load LSIB as published.",
        )
    style = np.array([_STYLE_OF_RANK[value] for value in rank], dtype=object)
    label = table[layout.label].to_pylist() if layout.label else [""] * len(style)
    return {"style": style, "label": label, "geometry": shapely.to_wkb(lines(file, shapes))}, Soundness()


def _full(table: pa.Table, column: str, file: str) -> NDArray[np.object_]:
    values = np.array([str(value or "").strip() for value in table[column].to_pylist()], dtype=object)
    empty = np.flatnonzero(values == "")
    if len(empty):
        raise FileRefused(
            f"{file}: column {column} is empty in row {empty[0] + 1}.", remedy="Fill it, or drop the row."
        )
    return values


def _countries(table: pa.Table, layout: Layout, file: str) -> NDArray[np.object_]:
    """Return the alpha-3 code of each area's country, from a code of two or three letters, or a name."""
    codes = {row["iso2"]: row["iso3"] for row in table_rows("iso_alpha2")}
    columns = [table[name].to_pylist() for name in (layout.country, layout.country_name) if name]
    if not columns:
        raise FileRefused(f"{file} does not say which country its areas lie in.", remedy="Keep the column ADM0_PCODE.")
    out = []
    for row, said in enumerate(zip(*columns, strict=True), start=1):
        words = [str(value or "").strip() for value in said]
        found = next((code for word in words if (code := codes.get(word.upper()) or alpha_3(word))), None)
        if found is None:
            raise FileRefused(
                f"{file}: the country {words[0]!r} in row {row} is not known.", remedy="Use ISO 3166 codes."
            )
        out.append(found)
    return np.array(out, dtype=object)


def _folder(home: Path) -> Path:
    return home / "boundaries"


def _table(home: Path, one: Loaded) -> pa.Table:
    path = _folder(home) / one.digest / "boundaries.parquet"
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise StoreDamaged(f"the loaded boundaries {one.digest[:12]} cannot be read: {error}") from error


def _digest(path: Path, licence: str, name: str) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        whole.update(hashlib.file_digest(file, "sha256").digest())
    whole.update(json.dumps([licence, name]).encode())
    return whole.hexdigest()


def _write(target: Path, table: pa.Table, about: Loaded) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=target.parent, prefix=".staged-"))
    try:
        with (staged / "boundaries.parquet").open("wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        with (staged / _ABOUT).open("w", encoding="utf-8") as file:
            json.dump(asdict(about), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        staged.chmod(0o755)
        staged.rename(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
