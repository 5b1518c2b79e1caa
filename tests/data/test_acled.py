import datetime as dt
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.holdings import located
from data.ingest import ingest
from data.readers import open_table
from data.sources import sources
from data.sources.acled_rows import written_day
from data.sources.iso_3166 import alpha_3
from data.sources.ucdp_values import BAD
from data.store import Store
from geo.errors import FileRefused
from geo.located import Flag
from geo.periods import to_day
from geo.precision import Support
from tests.data import made, made_acled

GOOD = made_acled.rows(70)


def changed(row: int, **values: str) -> list[made_acled.Row]:
    """The good rows with some values of one row (0-based) changed."""
    return [event | values if n == row else event for n, event in enumerate(GOOD)]


def loaded(tmp_path: Path, events: list[made_acled.Row], columns: tuple[str, ...] = made_acled.NEW) -> pd.DataFrame:
    done, store = made.load(made_acled.write(tmp_path / "a.csv", events, columns), tmp_path)
    return store.table(done.manifest).to_pandas().set_index("id")


def test_every_value_arrives(tmp_path: Path) -> None:
    table = loaded(tmp_path, GOOD)
    assert len(table) == 70
    for event in GOOD:
        got = table.loc[event["event_id_cnty"]]
        assert str(got.date_start) == str(got.date_end) == event["event_date"]
        assert (got.latitude, got.longitude) == (float(event["latitude"]), float(event["longitude"]))
        assert got.place_precision == {"1": 1, "2": 3, "3": 4}[event["geo_precision"]]
        assert got.deaths_low == got.deaths_best == got.deaths_high == int(event["fatalities"])
        assert got[["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"]].isna().all()
        assert got.country_code == got.area_country == event["iso3"]
        assert got.event_type == f"{event['event_type']}: {event['sub_event_type']}"
        assert (got.place, got.adm_1, got.actor_a) == (event["location"], event["admin1"], event["actor1"])
        assert (got.headline, got.revision) == (event["notes"], event["timestamp"])
        assert got.sources_count == 1 + event["source"].count(";")


def test_kinds_follow_who_fought_and_who_was_targeted(tmp_path: Path) -> None:
    table = loaded(tmp_path, changed(4, civilian_targeting="Civilian targeting", fatalities="6"))
    kinds = [table.loc[event["event_id_cnty"]].kind for event in GOOD[:7]]
    assert kinds == ["state-based", "non-state", "state-based", "one-sided", "one-sided", "other", "other"]
    protest = table.loc[GOOD[4]["event_id_cnty"]]
    assert (protest.civilian_deaths, protest.civilian_harm) == (6, True)
    harmed = table[table.kind == "one-sided"]
    assert (harmed.civilian_deaths == harmed.deaths_best).all()
    assert (table[table.kind != "one-sided"].civilian_deaths == 0).all()
    assert not table[table.kind != "one-sided"].civilian_harm.any()


@pytest.mark.parametrize("words", ["words", "numbers", "capitals"])
def test_words_and_numbers_of_sides_are_the_same(tmp_path: Path, words: str) -> None:
    first, store = made.load(made_acled.write(tmp_path / "a.csv", GOOD), tmp_path)
    tables = {"words": made_acled.WORDS, "numbers": {}, "capitals": {"1": "State Forces"}}
    events = [e | {k: tables[words].get(e[k], e[k]) for k in ("inter1", "inter2")} for e in GOOD]
    other = ingest(made_acled.write(tmp_path / "b.csv", events), store, now=made.NOW)
    assert other.manifest.digest == first.manifest.digest


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("columns", [made_acled.OLD, made_acled.NEW])
def test_both_layouts_and_every_delimiter_are_one_snapshot(
    tmp_path: Path, columns: tuple[str, ...], delimiter: str
) -> None:
    assert len(columns) == 31
    first, store = made.load(made_acled.write(tmp_path / "a.csv", GOOD), tmp_path)
    other = ingest(made_acled.write(tmp_path / "b.csv", GOOD, columns, delimiter), store, now=made.NOW)
    assert other.manifest.digest == first.manifest.digest


def test_many_batches_are_one_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, store = made.load(made_acled.write(tmp_path / "a.csv", GOOD), tmp_path)
    pq.write_table(pa.Table.from_pylist([{c: e[c] for c in made_acled.NEW} for e in GOOD]), tmp_path / "b.parquet")
    monkeypatch.setattr("data.readers.parquet._ROWS_A_BATCH", 9)
    other = ingest(tmp_path / "b.parquet", store, now=made.NOW)
    assert other.manifest.digest == first.manifest.digest


def test_the_old_layout_knows_targeted_civilians_by_type_only(tmp_path: Path) -> None:
    events = changed(4, civilian_targeting="Civilian targeting")
    assert loaded(tmp_path, events, made_acled.OLD).loc[GOOD[4]["event_id_cnty"]].kind == "other"


def test_time_precision_widens_the_days(tmp_path: Path) -> None:
    events = changed(0, event_date="2024-02-14", time_precision="2")
    events[1] = events[1] | {"event_date": "2024-02-14", "time_precision": "3"}
    table = loaded(tmp_path, events)
    week, month = (table.loc[GOOD[n]["event_id_cnty"]] for n in (0, 1))
    assert (str(week.date_start), str(week.date_end), week.date_precision) == ("2024-02-11", "2024-02-17", 3)
    assert (str(month.date_start), str(month.date_end), month.date_precision) == ("2024-02-01", "2024-02-29", 4)


def test_supports_and_flags_are_those_of_the_methods_page(tmp_path: Path) -> None:
    done, store = made.load(made_acled.write(tmp_path / "a.csv", GOOD), tmp_path)
    table = store.table(done.manifest)
    events = located(table)
    ids = [table["id"].to_pylist()[row] for row in events.row]
    by_precision = {"1": Support.EXACT, "2": Support.NEAR, "3": Support.AREA}
    precision = {event["event_id_cnty"]: event["geo_precision"] for event in GOOD}
    assert events.support.tolist() == [by_precision[precision[one]] for one in ids]
    other = sum(event["event_type"] in {"Protests", "Riots", "Strategic developments"} for event in GOOD)
    assert ((events.flags & Flag.OTHER) != 0).sum() == other


def test_types_that_are_not_known_are_kept_and_listed(tmp_path: Path) -> None:
    events = changed(0, event_type="Cyber attack", disorder_type="Demostrations")
    done, store = made.load(made_acled.write(tmp_path / "a.csv", events), tmp_path)
    assert done.manifest.kept == 70
    assert done.manifest.origin is not None
    assert "types not known: Cyber attack (1), Demostrations (1)" in done.manifest.origin.layout
    table = store.table(done.manifest).to_pandas().set_index("id")
    assert table.loc[GOOD[0]["event_id_cnty"]].kind == "other"


def test_the_card_forbids_sharing_and_names_the_day_of_access(tmp_path: Path) -> None:
    path = made_acled.write(tmp_path / "a.csv", GOOD)
    written = dt.datetime(2026, 11, 20, tzinfo=dt.UTC).timestamp()
    os.utime(path, (written, written))
    card = made.load(path, tmp_path)[0].manifest.card
    assert (card.key, card.namespace, card.raw_shareable, card.lag_days) == ("acled", "acled", False, 14)
    assert card.mutability == "living"
    assert card.citation == "Source: ACLED (accessed 20 Nov 2026), analysis by the user"


def test_coverage_begins_with_each_country_and_ends_with_the_file(tmp_path: Path) -> None:
    done, _ = made.load(made_acled.write(tmp_path / "a.csv", GOOD), tmp_path)
    last = max(event["event_date"] for event in GOOD)
    spans = {span.country_code: (str(span.first), str(span.last)) for span in done.manifest.coverage.spans}
    assert spans == {
        code: (min(event["event_date"] for event in GOOD if event["iso3"] == code), last)
        for code in ("SDN", "NER", "MLI")
    }
    assert done.manifest.coverage.scope == "countries"


@pytest.mark.parametrize(
    ("reason", "column", "values"),
    [
        ("bad number", "fatalities", {"fatalities": "many"}),
        ("bad number", "fatalities", {"fatalities": ""}),
        ("negative deaths", "fatalities", {"fatalities": "-1"}),
        ("bad number", "latitude", {"latitude": "12,5"}),
        ("coordinates out of range", "longitude", {"longitude": "540"}),
        ("one coordinate missing", "latitude", {"latitude": ""}),
        ("unknown code", "geo_precision", {"geo_precision": "4"}),
        ("unknown code", "time_precision", {"time_precision": ""}),
        ("bad date", "event_date", {"event_date": "13/02/2024"}),
        ("bad date", "event_date", {"event_date": "05/02/2024"}),
        ("date in the future", "event_date", {"event_date": "2031-01-01"}),
        ("date before 1997", "event_date", {"event_date": "1924-01-01"}),
        ("unknown country", "country", {"iso": "", "iso3": "", "country": "Atlantis"}),
        ("missing id", "event_id_cnty", {"event_id_cnty": ""}),
        ("missing event type", "event_type", {"event_type": ""}),
        ("duplicate id", "event_id_cnty", {"event_id_cnty": GOOD[0]["event_id_cnty"]}),
    ],
)
def test_a_bad_row_is_rejected_by_name(tmp_path: Path, reason: str, column: str, values: dict[str, str]) -> None:
    done, store = made.load(made_acled.write(tmp_path / "a.csv", changed(8, **values)), tmp_path)
    assert (done.manifest.kept, dict(done.manifest.rejected)) == (69, {reason: 1})
    complaint = store.rejected(done.manifest).to_pylist()[0]
    assert (complaint["row"], complaint["column"], complaint["value"] or "") == (10, column, values[column])
    assert complaint["remedy"]


def test_swapped_coordinates_are_refused(tmp_path: Path) -> None:
    events = [e | {"latitude": e["longitude"], "longitude": e["latitude"]} for e in GOOD if e["iso3"] != "SDN"]
    with pytest.raises(FileRefused, match=r"swapped.*Swap the two column names"):
        made.load(made_acled.write(tmp_path / "a.csv", events), tmp_path)
    assert not Store(tmp_path / "home").list()


def test_points_in_another_country_are_refused(tmp_path: Path) -> None:
    events = [event | {"latitude": "-33", "longitude": "-60"} for event in GOOD]
    with pytest.raises(FileRefused, match=r"70 of 70 points of a\.csv lie outside their stated country"):
        made.load(made_acled.write(tmp_path / "a.csv", events), tmp_path)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    columns = tuple(column for column in made_acled.NEW if column not in {"fatalities", "latitude"})
    with pytest.raises(FileRefused, match="the columns latitude, fatalities are missing"):
        made.load(made_acled.write(tmp_path / "a.csv", GOOD, columns), tmp_path)


def test_only_acled_claims_its_files(tmp_path: Path) -> None:
    for columns in (made_acled.OLD, made_acled.NEW):
        path = made_acled.write(tmp_path / "a.csv", GOOD, columns)
        assert [one.TITLE for one in sources() if one.detect(open_table(path))] == ["ACLED events"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-01-05", dt.date(2024, 1, 5)),
        ("05 January 2024", dt.date(2024, 1, 5)),
        ("5-Jan-2024", dt.date(2024, 1, 5)),
        ("31 Feb 2024", None),
        ("1/2/2024", None),
        ("1 Foo 2024", None),
    ],
)
def test_dates_are_read_as_written(text: str, date: dt.date | None) -> None:
    assert written_day(text) == (to_day(date) if date else BAD)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *[("729", "SDN"), ("104", "MMR"), ("4", "AFG"), ("004", "AFG"), ("180.0", "COD"), ("0", None), ("SSD", "SSD")],
        *[("Kosovo", "XKX"), ("Democratic Republic of Congo", "COD"), ("Atlantis", None), ("", None)],
    ],
)
def test_a_country_is_known_by_number_code_or_name(written: str, code: str | None) -> None:
    assert alpha_3(written) == code
