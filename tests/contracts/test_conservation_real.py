"""Conservation on real files: placed + known to an area + left out by reason = read, number by number as plain pandas.

The expectation uses no code of the product: the raw file by pandas, cells by the h3 library, areas by geopandas from
the shipped outlines, and the rules of docs/methods.md 2 and 2b written out again.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data import geodata
from data.holdings import Holdings, load
from data.ingest import ingest
from data.manifest import Manifest
from data.sources.gleditsch_ward import candidates
from data.store import Store
from export.reading import SELECTIONS, Frame, place_frame
from geo.cells import to_text
from geo.cube import Cube
from geo.periods import EPOCH, Grain, to_date
from geo.precision import Fate, Treatment
from geo.tally import TOTALS, tally
from geo.view import AREA_RESOLUTION, Kinds
from tests.conftest import ROOT
from tests.contracts.real_events import raw_events
from tests.data import made

pytestmark = [pytest.mark.realdata, pytest.mark.timeout(180)]

FILES = {
    "SDN": "ucdp_ged_hdx_sdn_1989-2023.csv.gz",
    "MMR": "ucdp_ged_netify_myanmar_1989-2023.csv.gz",
    "NGA": "ucdp_ged_hdx_nga_1990-2019.csv.gz",
    "IRQ": "ucdp_ged_hdx_irq_1989-2018.csv.gz",
    "MEX": "ucdp_ged_netify_mexico_1989-2023.csv.gz",
}
WORKBOOK = "ucdp_candidate_v26_0_2_global.xlsx"
ROWS = {"SDN": 3822, "MMR": 7374, "NGA": 4603, "IRQ": 7473, "MEX": 18957, "candidate": 1298}
UNVERIFIED_ROWS = 515

RESOLUTIONS = (3, 4, 5, 6, 7, AREA_RESOLUTION)
LONGEST_DAYS = {Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92}
PANDAS_GRAIN = {Grain.WEEK: "W-SUN", Grain.MONTH: "M", Grain.QUARTER: "Q"}
KINDS = (Kinds.CIVILIAN, Kinds.ALL)
SUMS = list(TOTALS)
COAST_M = 5_000.0
REAL = False  # not the exercise


@dataclass(frozen=True)
class Case:
    """A file twice: as the product holds it, and as plain pandas reads it."""

    manifest: Manifest
    holdings: Holdings
    raw: pd.DataFrame
    known: dt.date


def add_areas(raw: pd.DataFrame) -> pd.DataFrame:
    """Add `area`, the code of the outline for each point, and its country.

    The outline around it; but one of the country that the source names, within 5 km, rather than a neighbour's; and one
    within 5 km where none is around it, if of one country only.
    """
    shapes = gpd.read_parquet(ROOT / "data" / "geodata" / "admin1_fine.parquet").set_crs(4326, allow_override=True)
    spots = raw[["lat", "lng", "state"]].drop_duplicates().reset_index(drop=True)
    points = gpd.GeoDataFrame(spots, geometry=gpd.points_from_xy(spots["lng"], spots["lat"]), crs=4326)
    joined = points.sjoin(shapes[["geometry"]], predicate="intersects", how="left")
    row = joined.groupby(joined.index)["index_right"].min()
    for spot in row.index:
        lat, lng, state = spots.loc[spot, ["lat", "lng", "state"]]
        around = "" if pd.isna(row[spot]) else shapes.loc[row[spot], "country"]
        if around in candidates(state) or around.startswith("X-"):
            continue
        reach = shapely.box(lng - 0.1, lat - 0.1, lng + 0.1, lat + 0.1)
        beside = shapes.iloc[shapes.sindex.query(reach)]
        flat = beside.geometry.to_crs(f"+proj=aeqd +lat_0={lat} +lon_0={lng} +datum=WGS84")
        metres = flat.distance(shapely.Point(0, 0))
        near = metres[metres <= COAST_M]
        home = near[shapes.loc[near.index, "country"].isin(candidates(state))]
        if len(home) or around:
            row[spot] = home.idxmin() if len(home) else row[spot]
            continue
        if len(set(shapes.loc[near.index, "country"])) == 1:
            row[spot] = near.idxmin()
    known = row.dropna().astype(int)
    spots["area"] = pd.Series(shapes["code"].to_numpy()[known], index=known.index)
    spots["area_country"] = pd.Series(shapes["country"].to_numpy()[known], index=known.index)
    return raw.merge(spots, on=["lat", "lng", "state"], how="left", validate="many_to_one")


def fates(raw: pd.DataFrame, resolution: int, grain: Grain, known: dt.date) -> pd.Series:
    """What becomes of each record, every place asked for: methods.md 2 and 2b, the first rule that holds."""
    later = raw["end"].dt.to_period(PANDAS_GRAIN[grain]) > pd.Period(known, PANDAS_GRAIN[grain])
    exact, near = raw["prec"] == 1, raw["prec"].isin([2, 3])
    area_at_worst = exact | near | (raw["prec"] == 4) | ((raw["prec"] == 5) & raw["named"])
    country = (raw["prec"] == 6) | ((raw["prec"] == 5) & ~raw["named"])
    has_area = raw["area"].notna()
    if resolution == AREA_RESOLUTION:
        rules = [(area_at_worst & has_area, Fate.PLACED)]
    else:
        enters = exact | near if resolution <= 4 else exact
        rules = [(enters, Fate.PLACED), (area_at_worst & has_area, Fate.AREA_ONLY)]
    rules = [
        (later, Fate.OUTSIDE_PERIOD),
        (raw["days"] > LONGEST_DAYS[grain], Fate.TOO_LONG),
        *rules,
        (country, Fate.COUNTRY_ONLY),
        (raw["prec"] == 7, Fate.NO_PLACE),
    ]
    found = np.select([rule for rule, _ in rules], [fate.name for _, fate in rules], Fate.NO_AREA.name)
    return pd.Series(found, index=raw.index)


@pytest.fixture(scope="module")
def cases(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Every file, ingested once into a store of its own."""
    out = {}
    for name, file in (*FILES.items(), ("candidate", WORKBOOK)):
        store = Store(tmp_path_factory.mktemp(name))
        manifest = ingest(real_data / file, store, now=made.NOW).manifest
        holdings = load(store, exercise=False)
        out[name] = Case(manifest, holdings, add_areas(raw_events(real_data / file)), max(holdings.as_of.values()))
    return out


def sums(raw: pd.DataFrame) -> list[int]:
    """The five sums of some records."""
    return raw[SUMS].sum().tolist()


def by_unit_and_period(cube: Cube, grain: Grain) -> dict[tuple[str, str], int]:
    """What a cube holds other than zero, by the unit's code and the first day of the period."""
    when, where = np.nonzero(cube.values)
    units = cube.lattice.units[where]
    codes = to_text(units) if cube.lattice.resolution is not None else geodata.admin1("fine").codes[units.astype(int)]
    days = [str(to_date(day)) for day in cube.lattice.periods.starts[when]]
    assert cube.lattice.periods.grain is grain
    return dict(zip(zip(codes, days, strict=True), cube.values[when, where].tolist(), strict=True))


def grouped(raw: pd.DataFrame, unit: str, grain: Grain, column: str) -> dict[tuple[str, str], int]:
    """The same by pandas."""
    starts = raw["end"].dt.to_period(PANDAS_GRAIN[grain]).dt.start_time.dt.strftime("%Y-%m-%d")
    found = raw.groupby([raw[unit], starts])[column].sum()
    return found[found != 0].to_dict()


@pytest.mark.parametrize("name", [*FILES, "candidate"])
def test_read_is_kept_and_rejected(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    one = case.manifest
    assert one.read == len(case.raw) == ROWS[name]
    assert one.read == one.kept + sum(one.rejected.values())
    assert len(case.holdings.events) == one.kept
    assert not case.holdings.superseded
    assert list(one.deaths.values()) == sums(case.raw)[1:]
    assert list(one.deaths) == ["low", "best", "high", "civilian"]


@pytest.mark.parametrize("name", [*FILES, "candidate"])
def test_every_record_is_placed_known_to_an_area_or_left_out_by_reason(cases: dict[str, Case], name: str) -> None:
    case, areas = cases[name], geodata.admin1("fine")
    checked = 0
    for resolution in RESOLUTIONS:
        unit = "area" if resolution == AREA_RESOLUTION else f"cell{resolution}"
        for grain in Grain:
            placed = place_frame(case.holdings, areas, Frame(REAL, "", resolution, grain, case.known, Treatment.PLACED))
            fate = fates(case.raw, resolution, grain, case.known)
            for kinds in KINDS:
                found = tally(placed, SELECTIONS[kinds])
                asked = case.raw["civilian"] if kinds is Kinds.CIVILIAN else case.raw["civilian"].notna()
                what = (name, resolution, grain.value, kinds.value)
                assert found.read.tolist() == sums(case.raw), what
                assert found.fates.sum(axis=(0, 1)).tolist() == sums(case.raw), what
                expected = {one: sums(case.raw[asked & (fate == one.name)]) for one in Fate}
                expected[Fate.OTHER_KIND] = sums(case.raw[~asked])
                got = {one: found.fates[:, one].sum(axis=0).tolist() for one in Fate}
                assert got == expected, what
                inside, known = (case.raw[asked & (fate == one)] for one in ("PLACED", "AREA_ONLY"))
                toll = "civilian_deaths" if kinds is Kinds.CIVILIAN else "deaths_best"
                for cube, rows, key, column in (
                    (found.incidents, inside, unit, "incidents"),
                    (found.killed, inside, unit, toll),
                    (found.area_incidents, known, "area", "incidents"),
                    (found.area_killed, known, "area", toll),
                ):
                    assert by_unit_and_period(cube, grain) == grouped(rows, key, grain, column), (*what, cube.unit)
                checked += 1
    assert checked == len(RESOLUTIONS) * len(Grain) * len(KINDS)


@pytest.mark.parametrize("name", FILES)
def test_what_ends_after_the_as_of_date_is_outside_the_period(cases: dict[str, Case], name: str) -> None:
    case, known = cases[name], dt.date(2014, 8, 13)
    for grain in Grain:
        frame = Frame(REAL, "", 4, grain, known, Treatment.PLACED)
        found = tally(place_frame(case.holdings, geodata.admin1("fine"), frame), SELECTIONS[Kinds.ALL])
        fate = fates(case.raw, 4, grain, known)
        assert (fate == Fate.OUTSIDE_PERIOD.name).any()
        for one in Fate:
            assert found.fates[:, one].sum(axis=0).tolist() == sums(case.raw[fate == one.name])


def known_to_an_area(raw: pd.DataFrame) -> pd.Series:
    """Which records are known to an area or better."""
    return (raw["prec"] <= 4) | ((raw["prec"] == 5) & raw["named"])


def outside_country(raw: pd.DataFrame, country: str) -> pd.Series:
    """Which lie in another country: by the outline around them where their place is known to an area or better.

    Else, and where the status of that outline is undetermined (X-), by the country that the source names.
    """
    lies_in = raw["area_country"].fillna("")
    settled = (lies_in != "") & ~lies_in.str.startswith("X-")
    return known_to_an_area(raw) & settled & (lies_in != country)


def left_out_of_place(case: Case, country: str, resolution: int, treatment: Treatment) -> list[int]:
    """The sums that a frame of one country leaves out as outside the place, having checked that nothing is lost."""
    frame = Frame(REAL, country, resolution, Grain.MONTH, case.known, treatment)
    found = tally(place_frame(case.holdings, geodata.admin1("fine"), frame), SELECTIONS[Kinds.ALL])
    assert found.fates.sum(axis=(0, 1)).tolist() == sums(case.raw)
    return found.fates[:, Fate.OUTSIDE_PLACE].sum(axis=0).tolist()


@pytest.mark.parametrize("treatment", Treatment)
@pytest.mark.parametrize("name", FILES)
def test_a_country_asked_for_leaves_out_what_lies_in_another(
    cases: dict[str, Case], name: str, treatment: Treatment
) -> None:
    case = cases[name]
    expected = sums(case.raw[outside_country(case.raw, name)])
    for resolution in RESOLUTIONS[:-1]:
        assert left_out_of_place(case, name, resolution, treatment) == expected, resolution


@pytest.mark.parametrize("treatment", Treatment)
@pytest.mark.parametrize("name", FILES)
def test_areas_of_a_country_leave_out_what_its_cells_leave_out(
    cases: dict[str, Case], name: str, treatment: Treatment
) -> None:
    case = cases[name]
    expected = sums(case.raw[outside_country(case.raw, name)])
    assert left_out_of_place(case, name, AREA_RESOLUTION, treatment) == expected


@pytest.mark.parametrize("name", ["MMR", "NGA", "IRQ", "MEX"])
def test_what_the_source_names_a_country_is_not_lost_to_its_neighbour(cases: dict[str, Case], name: str) -> None:
    """Outlines are generalised by kilometres, and towns on a river border stand on its banks."""
    assert left_out_of_place(cases[name], name, 4, Treatment.PLACED)[0] == 0


def test_most_of_what_lies_outside_sudan_was_sudan_until_july_2011(cases: dict[str, Case]) -> None:
    raw = cases["SDN"].raw
    left = raw[outside_country(raw, "SDN")]
    south = left[left["area_country"] == "SSD"]
    assert len(south) > 0.9 * len(left)
    assert (south["end"] < "2011-07-09").mean() > 0.9


def test_the_candidate_file_keeps_its_unverified_rows_marked(cases: dict[str, Case]) -> None:
    case = cases["candidate"]
    unverified = case.raw["status"] != "Clear"
    details = case.holdings.details.to_pandas()
    assert unverified.sum() == case.manifest.unverified == UNVERIFIED_ROWS
    assert case.manifest.verified == (~unverified).sum()
    assert (~details["verified"]).sum() == (details["status"] != "Clear").sum() == UNVERIFIED_ROWS
    assert details.loc[~details["verified"], "deaths_best"].sum() == case.raw.loc[unverified, "deaths_best"].sum()


def test_days_count_from_1970(cases: dict[str, Case]) -> None:
    events, raw = cases["IRQ"].holdings.events, cases["IRQ"].raw
    assert sorted(events.end_day) == sorted((raw["end"] - pd.Timestamp(EPOCH)).dt.days)
    assert sorted(events.start_day) == sorted((raw["start"] - pd.Timestamp(EPOCH)).dt.days)
