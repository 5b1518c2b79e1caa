import datetime as dt
import gzip
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from data.draft import OBSERVATIONS
from data.ingest import ingest
from data.measures import measure
from data.sources import detect
from data.sources.prio_grid import centres
from data.sources.unhcr_codes import read_codes
from data.store import Store
from geo.errors import FileRefused
from tests.data import made, observed

pytestmark = pytest.mark.realdata

FILES = {
    "unhcr_population.parquet": ("data.sources.unhcr", "unhcr_population"),
    "unhcr_flows.parquet": ("data.sources.unhcr", "unhcr_flows"),
    "unhcr_solutions.parquet": ("data.sources.unhcr", "unhcr_solutions"),
    "unhcr_demographics.parquet": ("data.sources.unhcr", "unhcr_demographics"),
    "unhcr_idmc.parquet": ("data.sources.unhcr", "unhcr_idmc"),
    "unhcr_unrwa.parquet": ("data.sources.unhcr", "unhcr_unrwa"),
    "idmc_idu_fixture_ind_113.json.gz": ("data.sources.idmc", "idmc_idu"),
    "inform_risk_index_2025.csv.gz": ("data.sources.inform", "inform"),
    "inform_risk_trends_2015-2024.csv.gz": ("data.sources.inform", "inform"),
    "views_api_fatalities002_2025_06_t01_cm.json.gz": ("data.sources.views", "views"),
    "views_api_fatalities002_2025_06_t01_cm-iso-afg.json.gz": ("data.sources.views", "views"),
    "views_api_fatalities002_2025_06_t01_pgm.json.gz": ("data.sources.views", "views"),
}
WIDE = {
    "unhcr_population.parquet": "unhcr.",
    "unhcr_flows.parquet": "unhcr.new_",
    "unhcr_solutions.parquet": "unhcr.solutions_",
    "unhcr_idmc.parquet": "unhcr.idmc_",
    "unhcr_unrwa.parquet": "unhcr.unrwa_",
}
FLOWS = {"returned_refugees", "returned_idps", "resettlement", "naturalisation"}


def unpacked(path: Path) -> Any:
    """What a gzipped JSON file holds."""
    return json.loads(gzip.decompress(path.read_bytes()))


def large(name: str) -> object:
    """The name, marked where reading the file takes seconds."""
    return pytest.param(name, marks=pytest.mark.slow) if name == "unhcr_population.parquet" else name


@pytest.mark.parametrize("name", [large(name) for name in FILES])
def test_every_file_is_read_by_its_own_reader_unasked(real_data: Path, tmp_path: Path, name: str) -> None:
    anonymous = tmp_path / "download"
    anonymous.write_bytes((real_data / name).read_bytes())
    module, key = FILES[name]
    source, _ = detect(anonymous)
    assert source.__name__ == module
    one = ingest(anonymous, Store(tmp_path / "home"), now=made.NOW).manifest
    assert (one.card.key, one.kind) == (key, OBSERVATIONS)
    assert one.read == one.kept + sum(one.rejected.values())
    assert Store(tmp_path / "home").verify(one.digest) == ()


def test_no_other_file_of_the_folder_is_taken_for_observations(real_data: Path) -> None:
    taken = set()
    for path in sorted(real_data.iterdir()):
        if path.name.endswith((".parquet", ".gz", ".xlsx")):
            try:
                source, _ = detect(path)
            except FileRefused:
                continue
            if any(source.__name__ == module for module, _ in FILES.values()):
                taken.add(path.name)
    assert taken == {*FILES, "unhcr_countries.parquet"}


def test_the_table_of_codes_is_known_read_as_codes_and_stored_as_nothing(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "unhcr_countries.parquet"
    assert detect(path)[0].__name__ == "data.sources.unhcr"
    with pytest.raises(FileRefused, match="table of country codes: it holds no observation"):
        ingest(path, Store(tmp_path), now=made.NOW)
    codes = read_codes(path)
    assert len(codes) == 232
    assert (codes["ALG"].iso3, codes["AUL"].iso3, codes["TIB"].iso3) == ("DZA", "AUS", None)


@pytest.mark.parametrize("name", [large(name) for name in WIDE])
def test_every_figure_of_a_wide_file_arrives_once(real_data: Path, name: str) -> None:
    expected = pd.read_parquet(real_data / name)
    begun = time.perf_counter()
    draft = observed.read(real_data / name)
    taken = time.perf_counter() - begun
    table = draft.table
    figures = expected.select_dtypes("number").drop(columns="year")
    assert draft.rejections.rows == 0
    assert table.num_rows == figures.notna().to_numpy().sum()
    by_measure = table.group_by("measure").aggregate([("value", "sum"), ("value", "count")]).to_pylist()
    assert {row["measure"]: (row["value_sum"], row["value_count"]) for row in by_measure} == {
        WIDE[name] + column: (values.sum(), values.notna().sum()) for column, values in figures.items()
    }
    kinds = {WIDE[name] + column: "flow" if column in FLOWS or "flows" in name else "stock" for column in figures}
    seen = table.group_by(["measure", "kind"]).aggregate([]).to_pylist()
    assert {row["measure"]: row["kind"] for row in seen} == kinds
    assert taken < 20, "a file of 139,000 rows is read in a few seconds"


def test_stocks_stand_at_the_years_end_and_flows_span_the_year(real_data: Path) -> None:
    table = observed.frame(observed.read(real_data / "unhcr_solutions.parquet"))
    assert set(table.kind) == {"flow"}
    spans = set(zip(table.period_start, table.period_end, strict=True))
    assert all(a == dt.date(a.year, 1, 1) and b == dt.date(a.year + 1, 1, 1) for a, b in spans)
    table = observed.frame(observed.read(real_data / "unhcr_unrwa.parquet"))
    spans = set(zip(table.period_start, table.period_end, strict=True))
    assert all(a == dt.date(a.year, 12, 31) and b == dt.date(a.year + 1, 1, 1) for a, b in spans)


def test_people_of_no_country_keep_their_name_and_get_no_code(real_data: Path) -> None:
    expected = pd.read_parquet(real_data / "unhcr_flows.parquet")
    table = observed.frame(observed.read(real_data / "unhcr_flows.parquet"))
    unknown = expected.coo_iso.isin(["STA", "TIB", "UKN"])
    figures = ["refugees", "asylum_seekers", "refugee_like", "oip"]
    assert table.origin_country.isna().sum() == expected.loc[unknown, figures].notna().to_numpy().sum()
    assert table[table.origin_country.isna()].value.sum() == expected.loc[unknown, figures].sum().sum()
    assert table[table.origin_country.isna()].place.str.contains("Stateless|TIB|Unknown").all()
    assert not table.duplicated(["measure", "period_start", "country_code", "origin_country", "place"]).any()


def test_demographics_add_up_to_the_file_and_zero_beside_a_total_is_missing(real_data: Path) -> None:
    expected = pd.read_parquet(real_data / "unhcr_demographics.parquet")
    table = observed.frame(observed.read(real_data / "unhcr_demographics.parquet"))
    parts = table.measure.str.endswith(("_female", "_male"))
    assert table[~parts].value.sum() == expected.total.sum()
    assert (~parts).sum() == len(expected)
    told = expected.f_total + expected.m_total == expected.total
    assert table[table.measure.str.endswith("_female")].value.sum() == expected.f_total[told].sum()
    assert table[table.measure.str.endswith("_male")].value.sum() == expected.m_total[told].sum()
    refugees = table[table.measure == "unhcr.located_refugees"].value.sum()
    assert refugees == expected[expected.pop_type == "REF"].total.sum()
    named = table[~table.place.str.lower().str.startswith("dispersed")]
    assert named.place_code.str.startswith("name:").all()
    assert table[table.place.str.lower().str.startswith("dispersed")].place_code.isna().all()


def test_updates_of_idmc_keep_conflict_apart_from_disaster(real_data: Path) -> None:
    expected = pd.DataFrame(unpacked(real_data / "idmc_idu_fixture_ind_113.json.gz"))
    draft = observed.read(real_data / "idmc_idu_fixture_ind_113.json.gz")
    conflict = expected.displacement_type == "Conflict"
    assert draft.rejections.rows == 0
    assert observed.sums(draft) == {
        "idmc.displaced_conflict": expected.figure[conflict].sum(),
        "idmc.displaced_disaster": expected.figure[~conflict].sum(),
    }
    table = observed.frame(draft)
    assert (set(table.kind), set(table.country_code)) == ({"flow"}, {"IND"})
    assert table.low.notna().sum() == (expected.qualifier == "more than").sum()
    assert table.origin_latitude.isna().all()
    assert not table.select_dtypes(object).astype(str).apply(lambda column: column.str.contains("<")).any().any()
    assert [str(day) for span in draft.coverage.spans for day in (span.first, span.last)] == [
        min(expected.displacement_start_date)[:10],
        max(expected.displacement_end_date)[:10],
    ]


@pytest.mark.parametrize("end", ["cm", "cm-iso-afg", "pgm"])
def test_forecasts_of_views_keep_values_months_and_horizon(real_data: Path, end: str) -> None:
    name = f"views_api_fatalities002_2025_06_t01_{end}.json.gz"
    page = unpacked(real_data / name)
    rows = pd.DataFrame(page["data"])
    draft = observed.read(real_data / name)
    suffix = "_cell" if end == "pgm" else ""
    assert observed.sums(draft) == pytest.approx(
        {
            f"views.sb_mean{suffix}": rows.main_mean.sum(),
            f"views.sb_probability{suffix}": rows.main_dich.sum(),
        }
    )
    table = observed.frame(draft)
    assert len(table) == 2 * len(rows)
    assert (set(table.kind), set(table.known_at)) == ({"forecast"}, {dt.date(2025, 6, 30)})
    months = {
        (dt.date(1980 + (m - 1) // 12, (m - 1) % 12 + 1, 1), dt.date(1980 + m // 12, m % 12 + 1, 1))
        for m in rows.month_id.unique().tolist()
    }
    assert set(zip(table.period_start, table.period_end, strict=True)) == months
    days = [(end - known).days for end, known in zip(table.period_end, table.known_at, strict=True)]
    assert table.horizon_days.tolist() == days
    whole = page["row_count"] == len(rows)
    assert ("a part" in draft.coverage.reason) == ("a part" in draft.origin.layout) == (not whole)
    if end == "pgm":
        assert "1,000 of 471,960 rows, page 1 of 472" in draft.coverage.reason
        assert set(table.place_code) == {f"pg:{one}" for one in rows.pg_id}
        assert table.country_code.isna().all()
        assert (table.cell == 0).all()


def test_the_centre_of_every_cell_of_prio_grid_is_that_of_its_polygon(real_data: Path) -> None:
    cells = pd.read_parquet(real_data / "priogrid_cells_geometry.parquet")
    west, south, east, north = shapely.bounds(shapely.from_wkb(cells.geom.to_numpy())).T
    latitude, longitude = centres(cells.priogrid_gid.to_numpy().astype(np.int64))
    assert len(cells) == 64_818
    assert np.abs(latitude - (south + north) / 2).max() < 1e-9
    assert np.abs(longitude - (west + east) / 2).max() < 1e-9


def test_trends_of_inform_are_four_indices_by_year(real_data: Path) -> None:
    name = "inform_risk_trends_2015-2024.csv.gz"
    expected = pd.read_csv(real_data / name)
    draft = observed.read(real_data / name)
    ours = {"INFORM": "inform.risk", "HA": "inform.hazard", "VU": "inform.vulnerability", "CC": "inform.coping"}
    theirs = expected.groupby("IndicatorId").IndicatorScore.sum()
    assert observed.sums(draft) == pytest.approx({ours[key]: value for key, value in theirs.items()})
    assert draft.table.num_rows == len(expected)
    table = observed.frame(draft)
    assert (set(table.kind), set(table.unit)) == ({"index"}, {"score from 0 to 10"})
    kabul = table[(table.country_code == "AFG") & (table.measure == "inform.risk")]
    assert kabul[kabul.period_start == dt.date(2024, 1, 1)].value.tolist() == [7.8]


def test_a_release_of_inform_loses_only_what_cannot_be_told_apart(real_data: Path) -> None:
    name = "inform_risk_index_2025.csv.gz"
    file = pd.read_csv(real_data / name)
    draft = observed.read(real_data / name)
    unnamed = file.IndicatorName.isna()
    key = ["Iso3", "IndicatorName", "ValidityYear"]
    named = file[~unnamed].assign(IndicatorName=lambda f: f.IndicatorName.str.strip())
    torn = set(named[named.groupby(key).IndicatorScore.transform("nunique") > 1].IndicatorName)
    left = named[~named.IndicatorName.isin(torn)]
    kept = left.drop_duplicates(key)
    assert draft.rejections.by_reason() == {
        "two values under one name": int(named.IndicatorName.isin(torn).sum()),
        "no name of an indicator": int(unnamed.sum()),
        "the same row again": len(left) - len(kept),
    }
    assert draft.table.num_rows == len(kept)
    assert observed.frame(draft).value.sum() == pytest.approx(kept.IndicatorScore.sum())
    assert draft.table.num_rows + draft.rejections.rows == len(file)


def test_every_measure_has_a_label_unit_and_kind_that_agree(real_data: Path) -> None:
    for name in FILES:
        if name in {"unhcr_population.parquet", "inform_risk_index_2025.csv.gz"}:
            continue
        table = observed.read(real_data / name).table
        for row in table.group_by(["measure", "unit", "kind"]).aggregate([]).to_pylist():
            known = measure(row["measure"])
            assert (known.unit, known.kind) == (row["unit"], row["kind"])
            assert known.label
