"""Boundaries that a user loads: recognised, checked, kept; districts hold what is known that closely."""

import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from data import geodata
from data.boundaries import held
from data.boundaries.products import Product, recognise
from data.boundaries.second_order import within
from data.cli import main
from geo.cells import bin_points
from geo.coverage import Coverage
from geo.errors import FileRefused, NothingThere, ValueRefused
from geo.lattices import area_lattice
from geo.located import ALL_VIOLENCE, Flag, LocatedEvents
from geo.periods import Grain, Periods
from geo.precision import Fate, ucdp_support
from geo.tally import place, tally

CC = "CC BY-IGO 3.0"
WEST, EAST = shapely.box(30.0, 12.0, 31.0, 13.0), shapely.box(31.0, 12.0, 32.0, 13.0)


def cod_ab(shapes=(WEST, EAST), **columns) -> gpd.GeoDataFrame:
    """Two districts of Sudan, with the columns of COD-AB."""
    rows = {
        "ADM2_EN": ["West", "East"],
        "ADM2_PCODE": ["SD01001", "SD01002"],
        "ADM1_EN": ["State", "State"],
        "ADM1_PCODE": ["SD01", "SD01"],
        "ADM0_EN": ["Sudan", "Sudan"],
        "ADM0_PCODE": ["SD", "SD"],
    }
    return gpd.GeoDataFrame(rows | columns, geometry=list(shapes), crs="EPSG:4326")


def geoboundaries(shapes=(WEST, EAST)) -> gpd.GeoDataFrame:
    rows = {
        "shapeName": ["West", "East"],
        "shapeISO": ["", ""],
        "shapeID": ["8B1", "8B2"],
        "shapeGroup": ["SDN", "SDN"],
        "shapeType": ["ADM2", "ADM2"],
    }
    return gpd.GeoDataFrame(rows, geometry=list(shapes), crs="EPSG:4326")


def lsib() -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(30, y), (31, y), (32, y)]) for y in (1, 2, 3)]
    rows = {"CC1": ["SD"] * 3, "CC2": ["SS"] * 3, "RANK": [1, 2, 3], "STATUS": [""] * 3, "LABEL": ["", "Abyei", ""]}
    return gpd.GeoDataFrame(rows, geometry=lines, crs="EPSG:4326")


def written(frame, path):
    """The frame as the format that the name of the path says."""
    if path.suffix == ".zip":
        folder = path.parent / path.stem
        folder.mkdir()
        pyogrio.write_dataframe(frame, folder / "layer.shp", driver="ESRI Shapefile")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(folder.iterdir()):
                archive.write(part, part.name)
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        path.write_text(frame.to_json(), encoding="utf-8")
    return path


FRAMES = {Product.COD_AB: cod_ab, Product.GEOBOUNDARIES: geoboundaries, Product.LSIB: lsib}


@pytest.mark.parametrize("name", ["one.geojson", "one.parquet", "one.zip"])
@pytest.mark.parametrize("product", Product)
def test_a_product_is_recognised_in_every_format(product, name, tmp_path) -> None:
    one = held.add(written(FRAMES[product](), tmp_path / name), tmp_path / "home", licence=CC)
    assert (one.product, one.licence, one.name) == (product, CC, name)
    assert held.held(tmp_path / "home") == (one,)
    if product is Product.LSIB:
        lines = held.border_lines(tmp_path / "home", one)
        assert {style: len(found) for style, found in lines.items()} == {"intl": 1, "other": 1, "special": 1}
        assert shapely.get_coordinates(lines["other"]).tolist() == [[30, 2], [31, 2], [32, 2]]
        with pytest.raises(NothingThere):
            held.areas(tmp_path / "home", one)
        return
    areas = held.areas(tmp_path / "home", one)
    assert areas.level == "admin2"
    assert areas.names.tolist() == ["West", "East"]
    assert set(areas.countries) == {"SDN"}
    assert set(areas.country_names) == {"Sudan"}
    assert areas.locate(np.array([12.5, 12.5]), np.array([30.5, 31.5])).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("columns", "level", "code", "name"),
    [
        (["ADM2_FR", "ADM2_PCODE", "ADM0_PCODE"], 2, "ADM2_PCODE", "ADM2_FR"),
        (["adm2_name", "adm2_pcode", "adm1_pcode", "iso3"], 2, "adm2_pcode", "adm2_name"),
        (["adm1_name", "adm1_pcode", "iso2"], 1, "adm1_pcode", "adm1_name"),
    ],
)
def test_spellings_of_cod_ab(columns, level, code, name) -> None:
    layout = recognise(columns, "file")
    assert (layout.level, layout.code, layout.name) == (level, code, name)


@pytest.mark.parametrize(
    ("columns", "kinds", "words"),
    [
        (["a", "b"], (), "no boundaries that are known"),
        (["ADM3_EN", "ADM3_PCODE", "ADM2_PCODE"], (), "order 3"),
        (["ADM2_PCODE"], (), "no name"),
        (["shapeName", "shapeID", "shapeGroup"], ("ADM1", "ADM2"), "of the kinds"),
    ],
)
def test_what_is_no_known_product_is_refused(columns, kinds, words) -> None:
    with pytest.raises(FileRefused, match=words):
        recognise(columns, "file", kinds)


def test_a_licence_is_asked_for(tmp_path) -> None:
    with pytest.raises(FileRefused, match="licence"):
        held.add(written(cod_ab(), tmp_path / "one.geojson"), tmp_path, licence=" ")


def test_crossed_outlines_overlaps_and_holes_are_reported(tmp_path) -> None:
    bow = shapely.Polygon([(30, 12), (31, 13), (31, 12), (30, 13), (30, 12)])
    over = shapely.box(30.9, 12.0, 32.0, 13.0)
    one = held.add(written(cod_ab((bow, over)), tmp_path / "one.geojson"), tmp_path / "a", licence=CC)
    assert one.soundness.mended == 1
    assert one.soundness.overlaps == 1
    assert shapely.is_valid(held.areas(tmp_path / "a", one).geometry).all()
    ring = shapely.box(30, 12, 33, 15) - shapely.box(31, 13, 32, 14)
    inner = shapely.box(31.5, 13.0, 32.0, 14.0)
    two = held.add(written(cod_ab((ring, inner)), tmp_path / "two.geojson"), tmp_path / "a", licence=CC)
    assert (two.soundness.mended, two.soundness.overlaps, two.soundness.holes) == (0, 0, 1)
    assert two.soundness.hole_km2 == pytest.approx(0.5 * 111.195**2 * np.cos(np.radians(13.5)), rel=1e-3)
    assert any("hole" in sentence for sentence in two.soundness.sentences())
    clean = held.add(written(cod_ab(), tmp_path / "three.geojson"), tmp_path / "a", licence=CC)
    assert clean.soundness.sentences() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ADM2_PCODE": ["SD01001", "SD01001"]}, "repeat"),
        ({"ADM2_EN": ["West", ""]}, "empty in row 2"),
        ({"ADM0_PCODE": ["SD", "Q9"], "ADM0_EN": ["Sudan", "Nowhere"]}, "'Q9' in row 2"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(change, words, tmp_path) -> None:
    with pytest.raises(FileRefused, match=words):
        held.add(written(cod_ab(**change), tmp_path / "one.geojson"), tmp_path / "home", licence=CC)
    assert not held.held(tmp_path / "home")


def test_points_and_an_odd_rank_are_refused(tmp_path) -> None:
    points = cod_ab((shapely.Point(30, 12), EAST))
    with pytest.raises(FileRefused, match="without a polygon"):
        held.add(written(points, tmp_path / "one.geojson"), tmp_path / "home", licence=CC)
    with pytest.raises(FileRefused, match="rank '7'"):
        held.add(written(lsib().assign(RANK=7), tmp_path / "two.geojson"), tmp_path / "home", licence=CC)


def test_metres_become_degrees(tmp_path) -> None:
    one = held.add(written(cod_ab().to_crs("EPSG:3857"), tmp_path / "one.parquet"), tmp_path, licence=CC)
    found = held.areas(tmp_path, one).geometry
    assert shapely.equals_exact(found[0], WEST, 1e-6, normalize=True)


def test_the_command_line(tmp_path) -> None:
    path, home = written(geoboundaries(), tmp_path / "one.geojson"), str(tmp_path / "home")

    def said(*words: str) -> tuple[int, str]:
        out = io.StringIO()
        return main(["boundaries", *words, "--home", home], out, io.StringIO()), out.getvalue()

    assert said("list") == (0, "No boundaries are loaded.\n")
    code, text = said("add", str(path), "--licence", CC, "--name", "Sudan 2")
    assert code == 0
    assert "Sudan 2: geoBoundaries, 2 areas of order 2 in SDN. Licence: CC BY-IGO 3.0" in text
    code, text = said("list", "--json")
    (row,) = json.loads(text)["boundaries"]
    assert row["level"] == 2
    assert said("add", str(path), "--licence", CC, "--name", "Sudan 2")[0] == 0
    assert len(held.held(tmp_path / "home")) == 1, "loading again changes nothing"
    assert said("remove", row["digest"][:8])[0] == 0
    assert said("list")[1] == "No boundaries are loaded.\n"
    assert said("remove", row["digest"][:8])[0] == 1


def test_damaged_descriptions_are_left_out(tmp_path) -> None:
    one = held.add(written(cod_ab(), tmp_path / "one.geojson"), tmp_path, licence=CC)
    (tmp_path / "boundaries" / one.digest / "about.json").write_text("{}")
    assert held.held(tmp_path) == ()
    with pytest.raises(NothingThere):
        held.get(tmp_path, one.digest)


# --- counting in them


def test_a_second_order_place_enters_and_a_first_order_one_does_not(tmp_path) -> None:
    """UCDP's codes 1, 2, 3 enter a district; 4 is known to the state only; 6 to the country; 7 to nothing."""
    areas = held.areas(tmp_path, held.add(written(cod_ab(), tmp_path / "one.geojson"), tmp_path, licence=CC))
    precision = np.array([1, 2, 3, 4, 5, 6, 7, 1, 1], dtype=np.uint8)
    lat = np.array([12.5, 12.5, 12.5, 12.5, 12.5, 12.5, 12.5, 14.5, 9.0])  # the last two in no district
    lng = np.array([30.5, 30.5, 31.5, 30.5, 30.5, 30.5, 30.5, 30.5, 8.0])  # and the last in Nigeria
    count = len(lat)
    shipped = geodata.admin1("fine")
    none = np.zeros(count, dtype=np.int32)
    day = np.full(count, 20_000, dtype=np.int32)
    events = LocatedEvents(
        cell=bin_points(lat, lng),
        area=shipped.locate(lat, lng),
        country=np.zeros(count, dtype=np.int16),
        support=ucdp_support(precision, np.zeros(count, dtype=np.bool_)),
        flags=np.full(count, int(Flag.STATE_BASED), dtype=np.uint8),
        start_day=day,
        end_day=day,
        deaths_low=none,
        deaths_best=none + 2,
        deaths_high=none + 3,
        civilian_deaths=none,
        row=np.arange(count, dtype=np.int32),
        country_codes=("SDN",),
    )
    periods = Periods(Grain.WEEK, 20_000 // 7 - 2, 6)
    coverage = Coverage(("SDN",), *(np.array([day], dtype=np.int32) for day in (19_000, 21_000, 21_000)))
    sudan = np.flatnonzero(shipped.countries.astype(str) == "SDN").astype(np.int32)
    placed = place(
        events,
        area_lattice(areas, periods),
        area_lattice(shipped, periods, sudan),
        coverage,
        second=within(areas, events, lat, lng),
    )
    fate = dict(zip(events.row.tolist(), placed.fate.tolist(), strict=True))
    assert [Fate(fate[row]) for row in range(count)] == [
        Fate.PLACED,
        Fate.PLACED,
        Fate.PLACED,
        Fate.AREA_ONLY,
        Fate.COUNTRY_ONLY,
        Fate.COUNTRY_ONLY,
        Fate.NO_PLACE,
        Fate.AREA_ONLY,
        Fate.OUTSIDE_PLACE,
    ]
    found = tally(placed, ALL_VIOLENCE)
    assert found.incidents.over(slice(None)).tolist() == [2, 1]
    assert found.killed.total() == 6
    assert found.area_incidents.total() == 2
    with pytest.raises(ValueRefused, match="second order"):
        within(shipped, events, lat, lng)
