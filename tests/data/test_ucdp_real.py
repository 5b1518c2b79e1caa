from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.draft import EVENTS
from data.holdings import load
from data.ingest import ingest
from data.sources.gleditsch_ward import candidates
from data.store import Store
from geo.errors import FileRefused
from geo.located import CIVILIAN_HARM, Flag
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


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("ucdp_candidate_2025_global_nocoords.csv.gz", "latitude"),
        ("ucdp_ged_v25_1_global_sample9972.csv.gz", "date_prec"),
    ],
)
def test_tables_made_from_ged_are_refused_by_name(real_data: Path, tmp_path: Path, name: str, missing: str) -> None:
    with pytest.raises(FileRefused, match=missing):
        ingest(real_data / name, Store(tmp_path), now=made.NOW)
    assert not Store(tmp_path).list()


def test_country_years_are_no_events(real_data: Path, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no known source"):
        ingest(real_data / "ucdp_organizedviolence_countryyear_v25_1.csv.gz", Store(tmp_path), now=made.NOW)


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
