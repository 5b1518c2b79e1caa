import csv
import gzip
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.canonical import content_digest
from data.draft import EVENTS, OBSERVATIONS
from data.excluded import excluded
from data.holdings import load
from data.ingest import ingest
from data.sources import sources
from data.sources.gleditsch_ward import candidates
from data.sources.ucdp import CANDIDATE, GED
from data.sources.ucdp_country_year import MEASURES
from data.store import Store
from geo.located import CIVILIAN_HARM, Flag
from geo.periods import Grain
from tests.data import made

pytestmark = pytest.mark.realdata

CSVS = (
    "ucdp_ged_hdx_bgd_1989-2018.csv.gz",
    "ucdp_ged_hdx_irq_1989-2018.csv.gz",
    "ucdp_ged_hdx_nga_1990-2019.csv.gz",
    "ucdp_ged_hdx_sdn_1989-2023.csv.gz",
    "ucdp_ged_hdx_ssd_2011-2021.csv.gz",
    "ucdp_ged_netify_mexico_1989-2023.csv.gz",
    "ucdp_ged_netify_myanmar_1989-2023.csv.gz",
    "ucdp_gedevents_export_bfa_trailingcomma.csv.gz",
    "ucdp_gedevents_export_sdn_trailingcomma.csv.gz",
)
XLSX = "ucdp_candidate_v26_0_2_global.xlsx"


def plain(path: Path) -> pd.DataFrame:
    """The file as plain pandas reads it, tag row dropped."""
    if path.suffix == ".xlsx":
        frame = pd.read_excel(path, engine="calamine")
    else:
        frame = pd.read_csv(path, index_col=False, low_memory=False)
    frame = frame.rename(columns={"best_est": "best", "high_est": "high", "low_est": "low"})
    frame = frame[frame["id"].notna()].copy()
    for name in (
        "best",
        "high",
        "low",
        "deaths_civilians",
        "type_of_violence",
        "where_prec",
        "latitude",
        "country_id",
        "id",
    ):
        frame[name] = pd.to_numeric(frame[name])
    return frame


@pytest.mark.parametrize("name", [*CSVS, XLSX])
def test_every_row_and_death_of_the_file_arrives(real_data: Path, tmp_path: Path, name: str) -> None:
    store = Store(tmp_path)
    one = ingest(real_data / name, store, now=made.NOW).manifest
    expected = plain(real_data / name)
    table = store.table(one).to_pandas()
    assert one.read == one.kept == len(expected) == len(table)
    assert one.rejected == {}
    for ours, theirs in (("low", "low"), ("best", "best"), ("high", "high")):
        assert one.deaths[ours] == expected[theirs].sum()
    civilian = np.where(expected.type_of_violence == 3, expected.best, expected.deaths_civilians)
    assert one.deaths["civilian"] == civilian.sum()
    assert sorted(table["id"].astype(int)) == sorted(expected["id"].astype(int))
    both = table.assign(id=table["id"].astype(int)).merge(expected, on="id", suffixes=("", "_file"))
    assert (both.latitude == both.latitude_file).all()
    assert (both.place_precision == both.where_prec).all()
    assert (both.deaths_civilians == both.deaths_civilians_file).all()
    dates = pd.to_datetime(both.date_start_file.astype(str).str.slice(0, 10), format="mixed")
    assert (pd.to_datetime(both.date_start) == dates).all()
    assert both.adm_1.astype(object).fillna("").tolist() == both.adm_1_file.fillna("").tolist()
    assert table.country_code.notna().all()
    assert store.verify(one.digest) == ()


def test_both_sudan_files_are_one_snapshot(real_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = ingest(real_data / "ucdp_ged_hdx_sdn_1989-2023.csv.gz", store, now=made.NOW)
    other = ingest(real_data / "ucdp_gedevents_export_sdn_trailingcomma.csv.gz", store, now=made.NOW)
    assert first.manifest.digest == other.manifest.digest
    assert other.already
    assert (first.manifest.kept, first.manifest.deaths["best"]) == (3822, 106270)
    spans = {s.country_code: (str(s.first), str(s.last)) for s in first.manifest.coverage.spans}
    assert spans == {"SDN": ("1989-01-01", "2023-12-31"), "SSD": ("1989-01-01", "2011-07-08")}


def test_the_candidate_workbook_keeps_its_unverified_rows_marked(real_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = ingest(real_data / XLSX, store, now=made.NOW).manifest
    table = store.table(one).to_pandas()
    assert (one.kept, one.unverified) == (1298, 515)
    assert (table.status != "Clear").sum() == (~table.verified).sum() == 515
    assert one.card.key == "ucdp_candidate"
    assert one.coverage.scope == "world"
    assert {(str(s.first), str(s.last)) for s in one.coverage.spans} == {("2026-02-01", "2026-02-28")}
    events = load(store, exercise=False).events
    assert ((events.flags & Flag.UNVERIFIED) != 0).sum() == 515


def test_a_country_file_ends_with_its_year_not_with_its_last_event(real_data: Path, tmp_path: Path) -> None:
    one = ingest(real_data / "ucdp_ged_hdx_irq_1989-2018.csv.gz", Store(tmp_path), now=made.NOW).manifest
    assert str(one.last) == "2018-12-25"
    assert [str(s.last) for s in one.coverage.spans] == ["2018-12-31"]


def test_the_trailing_comma_shifts_what_plain_pandas_reads_and_not_ours(real_data: Path, tmp_path: Path) -> None:
    for name, column, right in (("bfa", "country", "Burkina Faso"), ("sdn", "country", "Sudan")):
        path = real_data / f"ucdp_gedevents_export_{name}_trailingcomma.csv.gz"
        shifted = pd.read_csv(path, low_memory=False)
        assert (shifted[column] != right).all()
        assert not pd.to_numeric(shifted["type_of_violence"], errors="coerce").isin([1, 2, 3]).all()
        store = Store(tmp_path / name)
        table = store.table(ingest(path, store, now=made.NOW).manifest).to_pandas()
        assert (table[column] == right).all()
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        row = dict(zip(lines[0].split(","), next(csv.reader([lines[1]])), strict=False))
        got = table.set_index("id").loc[row["id"]]
        assert (got.latitude, got.deaths_high) == (float(row["latitude"]), int(row["high_est"]))


COMPARED = ["id", "date_start", "date_end", "date_precision", "latitude", "longitude", "place_precision", "adm_1"]
COMPARED += ["adm_2", "country_code", "kind", "actor_a", "actor_b", "deaths_low", "deaths_best", "deaths_high"]
COMPARED += ["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "civilian_deaths", "civilian_harm"]


def test_both_sudan_files_hold_the_same_events_value_by_value(real_data: Path, tmp_path: Path) -> None:
    digests = []
    for name in ("ucdp_ged_hdx_sdn_1989-2023.csv.gz", "ucdp_gedevents_export_sdn_trailingcomma.csv.gz"):
        store = Store(tmp_path / name)
        table = store.table(ingest(real_data / name, store, now=made.NOW).manifest).select(COMPARED)
        assert table.num_rows == 3822
        digests.append(content_digest(table, {}))
    assert digests[0] == digests[1]


def test_a_zip_of_a_real_file_is_the_same_snapshot(real_data: Path, tmp_path: Path) -> None:
    name = "ucdp_ged_hdx_bgd_1989-2018.csv.gz"
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent.csv", gzip.decompress((real_data / name).read_bytes()))
    store = Store(tmp_path / "home")
    first = ingest(real_data / name, store, now=made.NOW)
    assert ingest(tmp_path / "a.zip", store, now=made.NOW).manifest.digest == first.manifest.digest


def test_the_joined_file_arrives_whole_and_covers_its_parts_only(real_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = ingest(real_data / "ucdp_ged_unified.parquet", store, now=made.NOW).manifest
    expected = pd.read_parquet(real_data / "ucdp_ged_unified.parquet")
    table = store.table(one).to_pandas()
    assert one.read == one.kept == len(expected) == 46977
    assert one.deaths["best"] == expected.best.sum()
    civilian = np.where(expected.type_of_violence == 3, expected.best, expected.deaths_civilians)
    assert one.deaths["civilian"] == civilian.sum()
    both = table.assign(id=table["id"].astype(int)).merge(expected, on="id", suffixes=("", "_file"))
    assert (both.latitude == both.latitude_file).all()
    assert (pd.to_datetime(both.date_end) == both.date_end_file).all()
    spans = [(s.country_code, str(s.first), str(s.last)) for s in one.coverage.spans]
    assert ("NGA", "1989-01-01", "2019-12-31") in spans
    assert ("NGA", "2026-02-01", "2026-02-28") in spans
    assert ("IRQ", "1989-01-01", "2018-12-31") in spans
    assert [span[1:] for span in spans if span[0] == "SYR"] == [("2026-02-01", "2026-02-28")]  # a sample till then
    assert one.card.key == "ucdp_joined"
    assert one.card.precedence > CANDIDATE.precedence > GED.precedence


def test_the_table_without_places_is_known_to_countries_only(real_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = ingest(real_data / "ucdp_candidate_2025_global_nocoords.csv.gz", store, now=made.NOW).manifest
    table = store.table(one)
    assert (one.read, one.kept, one.deaths["best"], one.unverified) == (28396, 28396, 181331, 28396)
    nothing = ("latitude", "longitude", "date_precision", "deaths_a", "deaths_b", "deaths_civilians", "area", "actor_a")
    assert all(table[name].null_count == 28396 for name in nothing)
    assert set(table["place_precision"].to_pylist()) == {6}
    frame = table.select(["kind", "deaths_best", "civilian_deaths", "civilian_harm", "country_code"]).to_pandas()
    assert frame.kind.value_counts().to_dict() == {"state-based": 17946, "non-state": 6065, "one-sided": 4385}
    assert (frame.civilian_harm == (frame.kind == "one-sided")).all()
    assert (frame.civilian_deaths == frame.deaths_best.where(frame.kind == "one-sided", 0)).all()
    assert frame.country_code.notna().all()
    assert {(str(s.first), str(s.last)) for s in one.coverage.spans} == {("2025-01-01", "2025-12-31")}
    fates = excluded(store, one.digest, Grain.MONTH, 4)["fates"]
    assert list(fates) == ["known to a country only"]


def test_the_sample_bears_no_place_no_trend_and_no_coverage(real_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = real_data / "ucdp_ged_v25_1_global_sample9972.csv.gz"
    one = ingest(path, store, now=made.NOW).manifest
    expected = pd.read_csv(path)
    assert (one.read, one.kept) == (9972, 9972)
    assert one.coverage.spans == ()
    assert "no trends" in one.card.scope_note
    table = store.table(one).to_pandas()
    assert set(table.place_precision) == {6}
    assert table.latitude.notna().all()
    both = table.assign(id=table["id"].astype(int)).merge(expected, on="id", suffixes=("", "_file"))
    assert (both.deaths_civilians == both.civilian_deaths_file).all()
    one_sided = both.type_of_violence == 3
    assert (both.civilian_deaths == both.best.where(one_sided, both.civilian_deaths_file)).all()
    fates = excluded(store, one.digest, Grain.MONTH, 4)["fates"]
    assert list(fates) == ["known to a country only"]


def test_derived_tables_never_unite_with_releases(real_data: Path) -> None:
    del real_data
    namespaces = [card.namespace for source in sources() for card in source.CARDS if card.key.startswith("ucdp")]
    assert sorted(namespaces) == [
        "ucdp",
        "ucdp",
        "ucdp",
        "ucdp_candidate_table",
        "ucdp_country_year",
        "ucdp_ged_sample",
    ]


def test_what_the_support_of_the_sample_rests_on(real_data: Path) -> None:
    sample = pd.read_csv(real_data / "ucdp_ged_v25_1_global_sample9972.csv.gz")
    whole = pd.read_parquet(real_data / "ucdp_ged_unified.parquet")
    both = sample.merge(whole, on="id", suffixes=("", "_file"))
    assert len(both) == 1051
    assert (both.type_of_violence == both.type_of_violence_file).all()
    assert (both.country == both.country_file).all()
    named = both.adm_1.notna() | both.adm_2.notna()
    vague = (both.where_prec > 5) | ((both.where_prec == 5) & ~named)
    assert round(float(vague.mean()), 3) == 0.054
    date = pd.to_datetime(both.date)
    assert ((both.date_start <= date) & (date <= both.date_end)).all()
    assert round(float((both.date_start < both.date_end).mean()), 2) == 0.15


def test_country_years_are_observations_and_never_events(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "ucdp_organizedviolence_countryyear_v25_1.csv.gz"
    store = Store(tmp_path)
    one = ingest(path, store, now=made.NOW).manifest
    expected = pd.read_csv(path, low_memory=False)
    table = store.table(one).to_pandas()
    assert one.kind == OBSERVATIONS
    assert len(table) == len(MEASURES) * len(expected) == 8 * 6936
    columns = {measure.name: measure for measure in MEASURES}
    for name, rows in table.groupby("measure", observed=True):
        measure = columns[name]
        assert rows.value.sum() == expected[measure.value].sum()
        if measure.low:
            crossed = expected[measure.low] > expected[measure.high]
            assert rows.low.sum() == expected.loc[~crossed, measure.low].sum()
            assert rows.high.isna().sum() == crossed.sum()
    one_sided = table[(table.measure == "ucdp.os_deaths_best") & (table.place_code == "gw:517")]
    rwanda = one_sided[one_sided.period_start.astype(str) == "1994-01-01"].iloc[0]
    row = expected[(expected.country_id_cy == 517) & (expected.year_cy == 1994)].iloc[0]
    assert (rwanda.value, rwanda.country_code) == (row.os_total_deaths_best_cy, "RWA")
    assert str(rwanda.period_end) == "1995-01-01"
    assert str(rwanda.known_at) == "2025-06-30"
    assert table.country_code.notna().all()


def test_holdings_unite_files_and_say_what_was_superseded(real_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name in ("ucdp_ged_hdx_sdn_1989-2023.csv.gz", "ucdp_ged_netify_myanmar_1989-2023.csv.gz", XLSX):
        ingest(real_data / name, store)
    held = load(store, exercise=False)
    assert len(held.events) == held.details.num_rows == 3822 + 7374 + 1298
    assert held.superseded == {}
    expected = [
        plain(real_data / name)
        for name in ("ucdp_ged_hdx_sdn_1989-2023.csv.gz", "ucdp_ged_netify_myanmar_1989-2023.csv.gz", XLSX)
    ]
    assert held.events.deaths_best.sum() == sum(frame.best.sum() for frame in expected)
    harm = sum(((f.type_of_violence == 3) | (f.deaths_civilians > 0)).sum() for f in expected)
    assert held.events.of(CIVILIAN_HARM).sum() == harm
    assert str(held.as_of["ucdp_ged"]) == "2023-12-31"
    assert held.coverage.end_of("SDN") is not None


def test_points_lie_in_their_country_as_measured_before(real_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name, code, least in (("nga_1990-2019", 475, 0.97), ("irq_1989-2018", 645, 0.98), ("sdn_1989-2023", 625, 0.96)):
        one = ingest(real_data / f"ucdp_ged_hdx_{name}.csv.gz", store, now=made.NOW).manifest
        table = store.table(one).to_pandas()
        assert table.area_country.isin(candidates(code)).mean() > least
    assert len(store.current(EVENTS, exercise=False)) == 3


def test_a_release_that_came_without_its_header_is_the_same_snapshot(real_data: Path, tmp_path: Path) -> None:
    name = "ucdp_ged_netify_myanmar_1989-2023.csv.gz"
    content = gzip.decompress((real_data / name).read_bytes())
    (tmp_path / "a.csv").write_bytes(content.split(b"\n", 1)[1])
    store = Store(tmp_path / "home")
    first = ingest(real_data / name, store, now=made.NOW)
    other = ingest(tmp_path / "a.csv", store, now=made.NOW)
    assert other.manifest.digest == first.manifest.digest
    assert other.manifest.kept == 7374
