"""People from rasters and tables: everybody is in one cell, and what is unknown stays unknown."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from data.holdings import load
from data.ingest import ingest
from data.population import population_held
from data.population_draft import MEASURE
from data.sources import detect
from data.store import Store
from geo.cells import FINEST, bin_points, to_text
from geo.errors import FileRefused
from tests.data import made

SUDAN = (24.0, 15.0)


def raster(path: Path, values: np.ndarray[Any, Any], degrees: float, crs: str = "EPSG:4326", **more: Any) -> Path:
    west, north = more.pop("corner", SUDAN)
    options = {"nodata": -9999.0, "count": 1} | more
    height, width = values.shape[-2:]
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=height,
        width=width,
        dtype="float32",
        crs=crs,
        transform=from_origin(west, north, degrees, degrees),
        **options,
    ) as file:
        file.write(values.astype(np.float32).reshape(options["count"], height, width))
    return path


def held(path: Path, home: Path) -> Any:
    store = Store(home)
    manifest = ingest(path, store, now=made.NOW).manifest
    return manifest, store.table(manifest)


@pytest.mark.parametrize(
    ("degrees", "size"), [(0.000833, 120), (0.00833, 60), (0.1, 6)], ids=["100 m", "1 km", "11 km"]
)
def test_everybody_of_a_raster_is_in_one_cell(tmp_path: Path, degrees: float, size: int) -> None:
    values = np.random.default_rng(3).integers(0, 90, (size, size)).astype(float)
    values[:3] = -9999.0
    manifest, table = held(raster(tmp_path / "ppp_2020.tif", values, degrees), tmp_path / "home")
    people = table["value"].to_numpy()
    assert people.sum() == pytest.approx(values[3:].sum(), abs=1e-3)
    assert len(set(table["cell"].to_pylist())) == table.num_rows
    assert set(table["measure"].to_pylist()) == {MEASURE}
    assert set(table["period_start"].to_pylist()) == {dt.date(2020, 7, 1)}
    assert "SDN" in table["country_code"].to_pylist()
    assert f"{int(values[3:].size):,} pixels" in manifest.coverage.reason


def test_people_stand_where_the_pixel_is(tmp_path: Path) -> None:
    values = np.zeros((40, 40))
    values[10, 30] = 500.0
    _, table = held(raster(tmp_path / "a.tif", values, 0.00833), tmp_path / "home")
    there = table.filter(table["value"].to_numpy() > 0)
    lat, lng = 15.0 - 10.5 * 0.00833, 24.0 + 30.5 * 0.00833
    assert there["cell"].to_pylist() == bin_points(np.array([lat]), np.array([lng])).tolist()
    assert there["value"].to_pylist() == [500.0]


def test_a_pixel_wider_than_a_cell_is_divided_evenly(tmp_path: Path) -> None:
    _, table = held(raster(tmp_path / "a.tif", np.full((1, 1), 9000.0), 0.5), tmp_path / "home")
    assert table.num_rows > 400
    assert table["value"].to_numpy().sum() == pytest.approx(9000.0)
    assert table["value"].to_numpy().max() < 60


def test_a_projected_raster_lies_where_its_system_says(tmp_path: Path) -> None:
    values = np.full((8, 8), 25.0)
    path = raster(tmp_path / "a.tif", values, 1000.0, crs="EPSG:32635", corner=(500_000.0, 1_500_000.0))
    _, table = held(path, tmp_path / "home")
    assert table["value"].to_numpy().sum() == pytest.approx(1600.0)
    assert table["latitude"].to_numpy() == pytest.approx(13.53, abs=0.06)
    assert table["longitude"].to_numpy() == pytest.approx(27.04, abs=0.06)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"values": np.full((4, 4), -5.0)}, "below zero"),
        ({"values": np.full((4, 4), 900_000.0)}, "no people a pixel"),
        ({"values": np.full((4, 4), -9999.0)}, "no people"),
        ({"values": np.ones((2, 4, 4)), "count": 2}, "2 bands"),
        ({"values": np.ones((4, 4)), "crs": None}, "no coordinate system"),
        ({"values": np.ones((4, 4)), "corner": (-35.0, 0.0)}, "on land"),
    ],
)
def test_a_raster_that_is_no_population_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = raster(tmp_path / "a.tif", degrees=0.00833, **change)
    with pytest.raises(FileRefused, match=said):
        held(path, tmp_path / "home")
    assert not list((tmp_path / "home").rglob("*.parquet"))


def test_a_cut_off_raster_is_refused(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", np.ones((300, 300)), 0.00833)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(FileRefused, match="GeoTIFF"):
        held(path, tmp_path / "home")


def test_a_raster_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", np.ones((4, 4)), 0.00833).rename(tmp_path / "a.csv")
    assert detect(path)[1].format == "GeoTIFF"


def test_a_table_by_cell_adds_up(tmp_path: Path) -> None:
    lat, lng = np.array([13.0, 13.5, 13.5]), np.array([25.0, 25.0, 25.0])
    cells = bin_points(lat, lng)
    lines = ["h3,Population", *(f"{cell},{n}" for cell, n in zip(to_text(cells), (10, 20, 5), strict=True))]
    path = tmp_path / "p.csv"
    path.write_text("\n".join([*lines, "zz,4", f"{to_text(cells[:1])[0]},many"]))
    manifest, table = held(path, tmp_path / "home")
    assert dict(zip(table["cell"].to_pylist(), table["value"].to_pylist(), strict=True)) == {
        int(cells[0]): 10.0,
        int(cells[1]): 25.0,
    }
    assert manifest.rejected == {"no known place": 1, "no number of people": 1}


def test_a_coarser_cell_is_no_place(tmp_path: Path) -> None:
    coarse = to_text(bin_points(np.array([13.0]), np.array([25.0]), FINEST - 2))[0]
    path = tmp_path / "p.csv"
    path.write_text(f"cell,people\n{coarse},10\n")
    with pytest.raises(FileRefused, match="no known place"):
        held(path, tmp_path / "home")


def test_a_table_by_province_and_by_point(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text('adm1_code;population;year\nSDN-879;"1,200";2023\nnowhere;4;2023\n')
    manifest, table = held(path, tmp_path / "home")
    assert table["area"].to_pylist() == ["SDN-879"]
    assert table["value"].to_pylist() == [1200.0]
    assert table["cell"].to_pylist() == [0]
    assert table["period_start"].to_pylist() == [dt.date(2023, 7, 1)]
    assert manifest.rejected == {"no known place": 1}
    path.write_text("lat,lon,pop\n13.0,25.0,7\n13.0001,25.0001,8\n")
    _, table = held(path, tmp_path / "other")
    assert table["value"].to_pylist() == [15.0]


def test_a_newer_file_replaces_an_older_ones_places(tmp_path: Path) -> None:
    home = tmp_path / "home"
    cells = to_text(bin_points(np.array([13.0, 13.5, 14.0]), np.array([25.0, 25.0, 25.0])))
    for hour, lines in enumerate(
        (["cell,people", f"{cells[0]},10", f"{cells[1]},20"], ["cell,people", f"{cells[1]},7"])
    ):
        path = tmp_path / f"{hour}.csv"
        path.write_text("\n".join(lines))
        ingest(path, Store(home), now=made.NOW + dt.timedelta(hours=hour))
    found = population_held(load(Store(home), exercise=False).observations)
    assert found is not None
    assert dict(zip(to_text(found.cell), found.people, strict=True)) == {cells[0]: 10.0, cells[1]: 7.0}


def test_without_a_file_no_population_is_held(tmp_path: Path) -> None:
    assert population_held(load(Store(tmp_path), exercise=False).observations) is None
