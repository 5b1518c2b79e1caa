"""GeoJSON, GeoParquet and zipped shapefiles as events; what is unsafe or disguised is refused."""

import json
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from data.mapping import draft, guess, open_any
from data.readers import shapefile as shapefile_reader
from data.readers.geo_features import open_features
from data.readers.opened import Opened
from geo.errors import FileRefused
from tests.data import own_files as own

COUNT = 30


def frame(crs: str = "EPSG:4326", *, areas: bool = False) -> gpd.GeoDataFrame:
    spots = own.points("UKR", COUNT)
    shapes: list[Any] = [shapely.Point(lng, lat) for lat, lng in spots]
    if areas:
        shapes[:10] = [shape.buffer(0.05) for shape in shapes[:10]]
        shapes[10] = shapely.LineString([spots[10][::-1], (spots[10][1] + 0.1, spots[10][0])])
    made = gpd.GeoDataFrame(
        {"day": [str(day) for day in own.days(COUNT)], "deaths": np.arange(COUNT) % 4, "notes": "текст"},
        geometry=shapes,
        crs="EPSG:4326",
    )
    return made.to_crs(crs)


def shapefile(folder: Path, crs: str = "EPSG:4326", **more: Any) -> Path:
    (folder / "parts").mkdir()
    frame(crs, **more).to_file(folder / "parts" / "Incidents of ours.shp", encoding="utf-8")
    return packed(folder, {path.name: path.read_bytes() for path in (folder / "parts").iterdir()})


def packed(folder: Path, parts: dict[str, bytes], name: str = "own.zip") -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in parts.items():
            archive.writestr(inside, content)
    return folder / name


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def geojson(folder: Path, **more: Any) -> Path:
    path = folder / "own.geojson"
    path.write_text(frame(**more).to_json(drop_id=True), encoding="utf-8")
    return path


def geoparquet(folder: Path, crs: str = "EPSG:4326", **more: Any) -> Path:
    frame(crs, **more).to_parquet(folder / "own.parquet")
    return folder / "own.parquet"


def columns(opened: Opened) -> dict[str, list[str]]:
    names, *rows = opened.first_rows(COUNT + 1)
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


MAKERS = {"geojson": geojson, "geoparquet": geoparquet, "shapefile": shapefile}


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS.keys())
def test_points_become_events(tmp_path: Path, maker: Any) -> None:
    path = maker(tmp_path)
    mapping = guess(open_any(path)).answered("civilians", "one-sided")
    assert mapping.ready
    made = draft(path, mapping, today=own.TODAY)
    assert made.read == made.table.num_rows == COUNT
    got = np.array(sorted(zip(made.table["latitude"].to_pylist(), made.table["longitude"].to_pylist(), strict=True)))
    assert np.abs(got - np.array(sorted(own.points("UKR", COUNT)))).max() < 1e-6
    assert made.table["date_start"].to_pylist() == own.days(COUNT)
    assert sum(made.table["deaths_best"].to_pylist()) == sum(n % 4 for n in range(COUNT))
    assert set(made.table["headline"].to_pylist()) == {"текст"}
    assert made.origin is not None
    assert len(made.origin.sha256) == 64


@pytest.mark.parametrize("maker", [geojson, geoparquet], ids=["geojson", "geoparquet"])
def test_an_area_is_stood_for_by_a_point_in_it_and_says_so(tmp_path: Path, maker: Any) -> None:
    path = maker(tmp_path, areas=True)
    found = columns(open_any(path))
    assert found["place_precision"] == ["area"] * 10 + ["line"] + [""] * 19
    shapes = frame(areas=True).geometry
    inside = [
        shapes[n].contains(shapely.Point(float(found["longitude"][n]), float(found["latitude"][n]))) for n in range(10)
    ]
    assert all(inside)
    made = draft(path, guess(open_any(path)).answered("civilians", "one-sided"), today=own.TODAY)
    by_day = dict(zip(made.table["date_start"].to_pylist(), made.table["place_precision"].to_pylist(), strict=True))
    assert [by_day[day] for day in own.days(COUNT)] == [4] * 10 + [5] + [2] * 19


@pytest.mark.parametrize("crs", ["EPSG:32636", "EPSG:3857"])
@pytest.mark.parametrize("maker", [geoparquet, shapefile], ids=["geoparquet", "shapefile"])
def test_other_coordinate_systems_are_brought_to_degrees(tmp_path: Path, maker: Any, crs: str) -> None:
    found = columns(open_any(maker(tmp_path, crs)))
    got = np.column_stack([np.array(found["latitude"], float), np.array(found["longitude"], float)])
    assert np.abs(got - np.array(own.points("UKR", COUNT))).max() < 1e-6


def test_an_older_geojson_names_its_system(tmp_path: Path) -> None:
    body = json.loads(frame("EPSG:32636").to_json(to_wgs84=False, drop_id=True))
    body["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32636"}}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    found = columns(open_any(path))
    assert float(found["latitude"][0]) == pytest.approx(own.points("UKR", COUNT)[0][0], abs=1e-6)
    body["crs"]["properties"]["name"] = "/etc/passwd"
    path.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(FileRefused, match="coordinate system"):
        open_any(path)


def test_a_shapefile_without_prj_must_be_degrees(tmp_path: Path) -> None:
    parts = parts_of(shapefile(tmp_path))
    parts = {name: content for name, content in parts.items() if not name.endswith(".prj")}
    assert "taken as WGS 84" in open_any(packed(tmp_path, parts, "b.zip")).format
    (tmp_path / "more").mkdir()
    metres = parts_of(shapefile(tmp_path / "more", "EPSG:32636"))
    metres = {name: content for name, content in metres.items() if not name.endswith(".prj")}
    with pytest.raises(FileRefused, match="coordinates are no degrees"):
        open_any(packed(tmp_path, metres, "c.zip"))


def test_features_without_geometry_keep_their_place_in_the_count(tmp_path: Path) -> None:
    body = json.loads(frame().to_json(drop_id=True))
    body["features"][0]["geometry"] = None
    body["features"][1]["geometry"] = {"type": "Point", "coordinates": ["x", "y"]}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(body), encoding="utf-8")
    made = draft(path, guess(open_any(path)).answered("civilians", "one-sided"), today=own.TODAY)
    assert (made.read, made.table.num_rows) == (COUNT, COUNT - 2)
    assert made.rejections.by_reason() == {"missing place": 2}
    assert [one["row"] for one in made.rejections.examples(2)] == [2, 3]


@pytest.mark.parametrize("name", ["own.geojson", "own.json", "own.csv", "own.shp", "own.zip"])
def test_a_vrt_is_refused_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>",
        encoding="utf-8",
    )
    with pytest.raises(FileRefused, match="XML"):
        open_any(path)


def test_a_vrt_inside_an_archive_is_no_shapefile(tmp_path: Path) -> None:
    parts = parts_of(shapefile(tmp_path))
    vrt = b"<OGRVRTDataSource><OGRVRTLayer name='layer'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>" * 3
    for end in (".shp", ".shx", ".dbf"):
        bad = {name: vrt if name.endswith(end) else content for name, content in parts.items()}
        with pytest.raises(FileRefused, match=r"no shapefile's|no table"):
            open_any(packed(tmp_path, bad, "b.zip"))


@pytest.mark.parametrize(("at", "what"), [(4, b"\1"), (28, b"\7"), (32, b"\77"), (0, b"\1")], ids=str)
def test_a_header_must_be_a_shapefiles_to_the_byte(tmp_path: Path, at: int, what: bytes) -> None:
    parts = parts_of(shapefile(tmp_path))
    shp = next(name for name in parts if name.endswith(".shp"))
    parts[shp] = parts[shp][:at] + what + parts[shp][at + 1 :]
    with pytest.raises(FileRefused, match=r"The \.shp"):
        open_any(packed(tmp_path, parts, "b.zip"))


def test_an_archive_that_leads_out_is_refused(tmp_path: Path) -> None:
    parts = parts_of(shapefile(tmp_path))
    for name in ("../../evil.txt", "/evil.txt", "a\\..\\..\\evil.txt", "C:/evil.txt"):
        with pytest.raises(FileRefused, match="leads out"):
            open_any(packed(tmp_path, {**parts, name: b"x"}, "b.zip"))


def test_an_archive_with_a_link_is_refused(tmp_path: Path) -> None:
    parts = parts_of(shapefile(tmp_path))
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            if name.endswith(".dbf"):
                link = zipfile.ZipInfo(name)
                link.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(link, "/etc/passwd")
            else:
                archive.writestr(name, content)
    with pytest.raises(FileRefused, match="a link"):
        open_any(path)


def test_a_bomb_is_refused_before_and_while_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_of(shapefile(tmp_path))
    dbf = next(name for name in parts if name.endswith(".dbf"))
    bomb = packed(tmp_path, {**parts, dbf: b"\x03" + bytes(16 << 20)}, "b.zip")
    with monkeypatch.context() as patched:
        patched.setattr(shapefile_reader, "_unpack", None)  # it is refused by what it states of itself
        with pytest.raises(FileRefused, match="unpacks to far more"):
            open_any(bomb)
    # The directory says that it is small: what really comes out is counted.
    raw = bytearray(bomb.read_bytes())
    size = struct.pack("<I", (16 << 20) + 1)
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = struct.pack("<I", 1000)
    bomb.write_bytes(raw)
    with pytest.raises(FileRefused):
        open_any(bomb)


def test_several_layers_and_absent_parts_are_named(tmp_path: Path) -> None:
    parts = parts_of(shapefile(tmp_path))
    other = {f"other{Path(name).suffix}": content for name, content in parts.items()}
    with pytest.raises(FileRefused, match="2 layers"):
        open_any(packed(tmp_path, parts | other, "b.zip"))
    with pytest.raises(FileRefused, match=r"lacks the \.dbf"):
        open_any(packed(tmp_path, {n: c for n, c in parts.items() if not n.endswith(".dbf")}, "c.zip"))


def test_damaged_features_are_refused(tmp_path: Path) -> None:
    whole = geojson(tmp_path).read_bytes()
    path = tmp_path / "cut.geojson"
    for content in (
        whole[: len(whole) // 2],
        b'{"type":"FeatureCollection","features":[]}',
        b'{"type":"FeatureCollection","features":[1]}',
        b'{"type":"Feature","a":' + b"[" * 100_000,
    ):
        path.write_bytes(content)
        with pytest.raises(FileRefused):
            open_any(path)


def test_text_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    made = pa.table({"date": ["2021-01-01"] * 3, "name": ["okay", "Zürich", "okay"]})
    broken = made.set_column(1, "name", pa.array([b"okay", b"Z\xfcrich", b"okay"]).view(pa.string()))
    pq.write_table(broken, tmp_path / "a.parquet")
    with pytest.raises(FileRefused, match="not UTF-8"):
        guess(open_any(tmp_path / "a.parquet"))


def test_a_property_called_latitude_stands_beside(tmp_path: Path) -> None:
    made = frame()
    made["latitude"] = 99
    path = tmp_path / "a.geojson"
    path.write_text(made.to_json(drop_id=True), encoding="utf-8")
    found = columns(open_any(path))
    assert found["latitude (property)"] == ["99"] * COUNT
    assert guess(open_any(path)).columns["latitude"] == "latitude"


def test_other_files_are_no_features(tmp_path: Path) -> None:
    path = own.simple(tmp_path / "a.csv")
    assert open_features(path) is None
    assert open_features(tmp_path / "absent") is None
