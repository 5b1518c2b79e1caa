import datetime as dt
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from data.ingest import ingest
from data.sources.ucdp_layout import OFFICIAL_COLUMNS
from data.sources.ucdp_values import BAD, Decoder, day, days, whole_number, whole_numbers
from data.store import Store
from data.task import Cancelled, Task
from geo.errors import FileRefused
from tests.data import made

GOOD = made.rows(40)


def changed(row: int, **values: object) -> list[made.Row]:
    """The good rows with some values of one row (0-based) changed."""
    return [event | values if n == row else event for n, event in enumerate(GOOD)]


def test_every_value_arrives(tmp_path: Path) -> None:
    done, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    table = store.table(done.manifest).to_pandas().set_index("id")
    for event in GOOD:
        got = table.loc[str(event["id"])]
        assert str(got.date_start) == event["date_start"][:10]
        assert str(got.date_end) == event["date_end"][:10]
        assert (got.latitude, got.longitude) == (event["latitude"], event["longitude"])
        assert (got.date_precision, got.place_precision) == (event["date_prec"], event["where_prec"])
        names = ("deaths_low", "low"), ("deaths_best", "best"), ("deaths_high", "high"), ("deaths_a", "deaths_a")
        assert all(got[ours] == event[theirs] for ours, theirs in names)
        assert got.headline == event["source_headline"]
        assert (got.adm_1 if isinstance(got.adm_1, str) else "") == event["adm_1"]
        assert (got.place, got.country, got.actor_a) == (event["where_coordinates"], event["country"], event["side_a"])
        assert (got.sources_count if got.sources_count == got.sources_count else -1) == event["number_of_sources"]
        one_sided = event["type_of_violence"] == 3
        assert got.civilian_deaths == (event["best"] if one_sided else event["deaths_civilians"])
        assert got.civilian_harm == (one_sided or event["deaths_civilians"] > 0)
        assert got.country_code == {625: "SDN", 436: "NER", 432: "MLI", 775: "MMR"}[event["country_id"]]
        assert got.area_country == got.country_code
        assert got.cell


def test_shuffled_and_repeated_files_are_one_snapshot(tmp_path: Path) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    again = ingest(tmp_path / "a.csv", store, now=made.NOW)
    shuffled = GOOD.copy()
    np.random.default_rng(3).shuffle(shuffled)
    other = ingest(made.write(tmp_path / "b.csv.gz", shuffled), store, now=made.NOW)
    assert (first.already, again.already, other.already) == (False, True, True)
    assert first.manifest.digest == again.manifest.digest == other.manifest.digest
    assert len(store.list()) == 1


def test_shuffled_columns_are_the_same_events(tmp_path: Path) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    columns = list(OFFICIAL_COLUMNS)
    np.random.default_rng(5).shuffle(columns)
    other = ingest(made.write(tmp_path / "b.csv", GOOD, columns), store, now=made.NOW)
    assert other.manifest.digest == first.manifest.digest


def test_one_changed_value_is_another_snapshot(tmp_path: Path) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    other = ingest(made.write(tmp_path / "b.csv", changed(3, side_b="Somebody else")), store, now=made.NOW)
    assert other.manifest.digest != first.manifest.digest


@pytest.mark.parametrize(
    ("reason", "column", "values"),
    [
        ("bad number", "best", {"best": "many"}),
        ("bad number", "low", {"low": "0x1F"}),
        ("bad number", "deaths_a", {"deaths_a": ""}),
        ("bad number", "deaths_b", {"deaths_b": "1.5"}),
        ("bad number", "high", {"high": "99999999999"}),
        ("bad number", "latitude", {"latitude": "12,5"}),
        ("bad number", "longitude", {"longitude": "nan"}),
        ("bad number", "id", {"id": "A-7"}),
        ("bad number", "number_of_sources", {"number_of_sources": "-4"}),
        ("bad date", "date_start", {"date_start": "31/02/2020"}),
        ("bad date", "date_end", {"date_end": "2020-02-31"}),
        ("bad date", "date_end", {"date_end": ""}),
        ("bad date", "date_start", {"date_start": "2020-01-01; drop"}),
        ("end before start", "date_end", {"date_start": "2020-02-02", "date_end": "2020-02-01"}),
        ("coordinates out of range", "latitude", {"latitude": "91"}),
        ("coordinates out of range", "longitude", {"longitude": "-180.5"}),
        ("one coordinate missing", "latitude", {"latitude": ""}),
        ("one coordinate missing", "longitude", {"longitude": ""}),
        ("unknown code", "type_of_violence", {"type_of_violence": "4"}),
        ("unknown code", "where_prec", {"where_prec": "0"}),
        ("unknown code", "date_prec", {"date_prec": "6"}),
        ("unknown code", "country_id", {"country_id": "999"}),
        ("negative deaths", "deaths_civilians", {"deaths_civilians": "-1"}),
        ("missing id", "id", {"id": ""}),
        ("duplicate id", "id", {"id": "1000"}),
    ],
)
def test_a_bad_row_is_rejected_by_name(tmp_path: Path, reason: str, column: str, values: made.Row) -> None:
    done, store = made.load(made.write(tmp_path / "a.csv", changed(7, **values)), tmp_path)
    one = done.manifest
    assert (one.read, one.kept, dict(one.rejected)) == (40, 39, {reason: 1})
    complaint = store.rejected(one).to_pylist()[0]
    assert (complaint["row"], complaint["column"], complaint["reason"]) == (9, column, reason)
    assert (complaint["value"] or "") == str(values[column])
    assert complaint["remedy"]


def test_all_complaints_come_in_one_pass_and_a_row_counts_once(tmp_path: Path) -> None:
    events = changed(7, best="x", date_end="never", latitude="200")
    events[9] = events[9] | {"best": "-3"}
    done, store = made.load(made.write(tmp_path / "a.csv", events), tmp_path)
    assert done.manifest.kept == 38
    assert sum(done.manifest.rejected.values()) == 2
    table = store.rejected(done.manifest).to_pandas()
    assert sorted(table[table.row == 9].column) == ["best", "date_end", "latitude"]
    assert table[table.row == 11].reason.tolist() == ["negative deaths"]


def test_both_coordinates_may_be_missing(tmp_path: Path) -> None:
    done, store = made.load(made.write(tmp_path / "a.csv", changed(7, latitude="", longitude="")), tmp_path)
    assert done.manifest.kept == 40
    row = store.table(done.manifest).to_pandas().set_index("id").loc["1007"]
    assert row.cell == 0
    assert pd.isna(row.latitude)
    assert pd.isna(row.area)


def test_rows_with_other_numbers_of_fields_never_shift(tmp_path: Path) -> None:
    lines = made.text(GOOD).splitlines()
    lines[5] += ",surplus"
    lines[9] = "17,only two"
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    done, store = made.load(path, tmp_path)
    assert dict(done.manifest.rejected) == {"wrong number of fields": 2}
    assert done.manifest.read == 40
    assert store.rejected(done.manifest)["row"].to_pylist() == [6, 10]


def test_row_numbers_hold_behind_malformed_rows_and_line_breaks(tmp_path: Path) -> None:
    events = changed(12, best="x")
    events[2] = events[2] | {"source_article": "a\nb\nc"}
    lines = made.text(events).split("\n")
    lines.insert(1, "1,2,3")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    done, store = made.load(path, tmp_path)
    assert store.rejected(done.manifest).select(["row", "reason"]).to_pylist() == [
        {"row": 2, "reason": "wrong number of fields"},
        {"row": 15, "reason": "bad number"},
    ]


def test_a_surplus_field_that_no_column_names_is_refused(tmp_path: Path) -> None:
    lines = made.text(GOOD).splitlines()
    path = tmp_path / "a.csv"
    path.write_text("\n".join([lines[0], *(f"{n},{line}" for n, line in enumerate(lines[1:]))]))
    with pytest.raises(FileRefused, match="50 fields in its rows where its header names 49"):
        made.load(path, tmp_path)


def test_the_trailing_comma_of_the_website_is_read_right(tmp_path: Path) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    events = []
    for event in GOOD:
        start, end = (dt.date.fromisoformat(str(event[name])[:10]) for name in ("date_start", "date_end"))
        names = {"best_est": event["best"], "high_est": event["high"], "low_est": event["low"]}
        dates = {"date_start": f"{start:%m/%d/%Y} 00:00:00", "date_end": f"{end:%m/%d/%Y} 00:00:00"}
        events.append(event | names | dates)
    columns = [c for c in OFFICIAL_COLUMNS if c not in {"best", "high", "low", "gwnoa", "gwnob"}]
    lines = made.text(events, [*columns, "best_est", "high_est", "low_est"]).splitlines()
    path = tmp_path / "b.csv"
    path.write_text("\n".join([lines[0], *(f"{line}," for line in lines[1:])]))
    other = ingest(path, store, now=made.NOW)
    assert other.manifest.digest == first.manifest.digest


def test_without_a_header_the_official_order_is_taken(tmp_path: Path) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    path = tmp_path / "b.csv"
    path.write_text(made.text(GOOD).split("\n", 1)[1])
    assert ingest(path, store, now=made.NOW).manifest.digest == first.manifest.digest


@pytest.mark.parametrize("how", ["utf-8-sig", "latin-1", "semicolon", "crlf", "blank lines", "floats", "hxl", "index"])
def test_variants_give_the_same_events(tmp_path: Path, how: str) -> None:
    events = changed(2, side_b="Frente Español")
    first, store = made.load(made.write(tmp_path / "a.csv", events), tmp_path)
    columns = list(OFFICIAL_COLUMNS)
    content = made.text(events)
    encoding = how if how in {"utf-8-sig", "latin-1"} else "utf-8"
    lines = content.splitlines()
    if how == "semicolon":
        lines = [line.replace(",", ";") for line in lines]
    elif how == "blank lines":
        lines = ["", lines[0], "", *lines[1:], "", ""]
    elif how == "floats":
        floats = [e | {k: f"{e[k]}.0" for k in ("id", "best", "type_of_violence", "country_id")} for e in events]
        lines = made.text(floats, columns).splitlines()
    elif how == "hxl":
        lines.insert(1, ",".join("#adm1" if c == "adm_1" else "" for c in columns))
    elif how == "index":
        lines = [f",{lines[0]}", *(f"{n},{line}" for n, line in enumerate(lines[1:]))]
    path = tmp_path / "b.csv"
    text = ("\r\n" if how == "crlf" else "\n").join(lines)
    if how == "semicolon":
        text = text.replace("; with a comma", ", with a comma").replace('"Invented', '"Invented')
    path.write_bytes(text.encode(encoding))
    assert ingest(path, store, now=made.NOW).manifest.digest == first.manifest.digest


def test_latin_1_after_the_first_sample_is_read(tmp_path: Path) -> None:
    events = made.rows(2000)
    events[-1] = events[-1] | {"side_b": "Frente Español"}
    path = tmp_path / "a.csv"
    path.write_bytes(made.text(events).encode("latin-1"))
    done, store = made.load(path, tmp_path)
    assert done.manifest.kept == 2000
    assert "Frente Español" in store.table(done.manifest)["actor_b"].to_pylist()


def test_excel_gives_the_same_events_as_csv(tmp_path: Path) -> None:
    first, store = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(OFFICIAL_COLUMNS))
    for event in GOOD:
        dates = {k: dt.datetime.fromisoformat(str(event[k])) for k in ("date_start", "date_end")}
        sheet.append(
            [(event | dates)[column] or None if column != "best" else event[column] for column in OFFICIAL_COLUMNS]
        )
        for cell, column in zip(sheet[sheet.max_row], OFFICIAL_COLUMNS, strict=True):
            if event[column] == 0:
                cell.value = 0
    book.save(tmp_path / "b.xlsx")
    assert ingest(tmp_path / "b.xlsx", store, now=made.NOW).manifest.digest == first.manifest.digest


def test_formulas_and_scripts_stay_plain_text(tmp_path: Path) -> None:
    hostile = ["=1+1", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "@SUM(A1)", "\t=1", "+1", "-1", "' OR 1=1 --"]
    events = GOOD[: len(hostile)]
    events = [
        e | {"source_headline": h, "side_a": h, "where_coordinates": h} for e, h in zip(events, hostile, strict=True)
    ]
    done, store = made.load(made.write(tmp_path / "a.csv", events), tmp_path)
    table = store.table(done.manifest).to_pandas().set_index("id").loc[[str(e["id"]) for e in events]]
    for column in ("headline", "actor_a", "place"):
        assert table[column].tolist() == hostile


def _swap(events: list[made.Row]) -> list[made.Row]:
    return [event | {"latitude": event["longitude"], "longitude": event["latitude"]} for event in events]


@pytest.mark.parametrize("countries", [{436, 432}, {625}, {775}])
def test_swapped_coordinates_are_refused(tmp_path: Path, countries: set[int]) -> None:
    events = _swap([event for event in made.rows(200) if event["country_id"] in countries])
    with pytest.raises(FileRefused, match=r"swapped.*Swap the two column names"):
        made.load(made.write(tmp_path / "a.csv", events), tmp_path)
    assert not Store(tmp_path / "home").list()


def test_points_in_another_country_are_refused(tmp_path: Path) -> None:
    events = [event | {"latitude": -33.0, "longitude": -60.0} for event in GOOD]
    with pytest.raises(FileRefused, match="outside their stated country"):
        made.load(made.write(tmp_path / "a.csv", events), tmp_path)


def bad_files() -> dict[str, bytes]:
    whole = made.text(GOOD).encode()
    packed = gzip.compress(whole)
    header = whole.split(b"\n", 1)[0]
    return {
        "empty": b"",
        "header only": header + b"\n",
        "header without a line end": header,
        "cut gzip": packed[: len(packed) // 2],
        "damaged gzip": packed[:-6] + b"\0\1\2\3\4\5",
        "binary": bytes(range(256)) * 20,
        "utf-16": whole.decode().encode("utf-16"),
        "not a workbook": b"PK\x03\x04" + b"\0" * 100,
        "old excel": b"\xd0\xcf\x11\xe0" + b"\0" * 100,
        "prose": b"Dear colleagues,\nplease find attached\n",
        "html": b"<!doctype html><html><body>Unauthorized</body></html>",
        "missing columns": made.text(GOOD, [c for c in OFFICIAL_COLUMNS if c not in {"best", "latitude"}]).encode(),
        "doubled column": made.text(GOOD, [*OFFICIAL_COLUMNS, "best"]).encode(),
        "nothing to keep": made.text([event | {"best": "x"} for event in GOOD]).encode(),
        "gzip of a bomb": gzip.compress(header + b"\n" + b"0" * (80 << 20)),
    }


@pytest.mark.parametrize("how", bad_files())
def test_a_bad_file_changes_nothing(tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bad_files()[how])
    store = Store(tmp_path / "home")
    with pytest.raises(FileRefused):
        ingest(path, store, now=made.NOW)
    assert not store.home.exists() or not any(p.is_file() for p in store.home.rglob("*"))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    columns = [c for c in OFFICIAL_COLUMNS if c not in {"best", "latitude"}]
    with pytest.raises(FileRefused, match="the columns latitude, best are missing"):
        made.load(made.write(tmp_path / "a.csv", GOOD, columns), tmp_path)


def test_coverage_of_a_final_file_ends_with_its_year(tmp_path: Path) -> None:
    done, _ = made.load(made.write(tmp_path / "a.csv", GOOD), tmp_path)
    spans = {s.country_code: (str(s.first), str(s.last)) for s in done.manifest.coverage.spans}
    assert done.manifest.card.key == "ucdp_ged"
    assert done.manifest.coverage.scope == "countries"
    assert spans["SDN"] == ("1989-01-01", "2020-12-31")
    assert spans["SSD"] == ("1989-01-01", "2011-07-08")
    assert set(spans) == {"SDN", "SSD", "NER", "MLI", "MMR"}


@pytest.mark.parametrize("how", ["unverified", "this year"])
def test_coverage_of_a_candidate_file_is_its_months(tmp_path: Path, how: str) -> None:
    events = [e | {"date_start": "2026-02-11", "date_end": "2026-02-12"} for e in GOOD]
    if how == "unverified":
        events = [
            e | {"date_start": "2024-02-11", "date_end": "2024-02-12", "code_status": "Check deaths"} for e in GOOD
        ]
    done, _ = made.load(made.write(tmp_path / "a.csv", events), tmp_path)
    assert done.manifest.card.key == "ucdp_candidate"
    span = done.manifest.coverage.spans[0]
    assert (str(span.first), str(span.last)) == {
        "unverified": ("2024-02-01", "2024-02-29"),
        "this year": ("2026-02-01", "2026-02-28"),
    }[how]
    assert done.manifest.unverified == (40 if how == "unverified" else 0)


def test_coverage_can_be_set_by_hand_and_is_part_of_the_digest(tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.csv", GOOD)
    first, store = made.load(path, tmp_path)
    other = ingest(path, store, coverage_end=dt.date(2021, 6, 30), now=made.NOW)
    assert other.manifest.digest != first.manifest.digest
    assert max(s.last for s in other.manifest.coverage.spans) == dt.date(2021, 6, 30)
    assert "by hand" in other.manifest.coverage.reason


def test_work_can_be_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    asked: list[str] = []

    def progress(stage: str, done: int, total: int | None) -> None:
        del done, total
        asked.append(stage)

    path = made.write(tmp_path / "a.csv", GOOD)
    with pytest.raises(Cancelled):
        made.load(path, tmp_path, task=Task(progress, lambda: len(asked) > 1))
    assert not Store(tmp_path / "home").list()
    made.load(path, tmp_path, task=Task(progress))
    assert {"reading", "locating", "checking", "writing"} <= set(asked)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(["{:%Y-%m-%d}", "{:%m/%d/%Y} 00:00:00"]))
def test_a_date_is_the_day_that_pandas_reads(date: dt.date, form: str) -> None:
    text = form.format(date)
    if date.year >= 1000:
        assert day(text) == pd.Timestamp(date).value // 86_400_000_000_000


DATES = st.one_of(
    st.none(),
    st.dates().map(str),
    st.datetimes().map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}"),
    st.datetimes().map(lambda at: at.isoformat(" ", "milliseconds")),
    st.text("0123456789-/ :T.xZ", max_size=23),
    st.sampled_from(
        ["0000-01-01", "2020-02-30 00:00:00", "2020-01-01 25:00:00", "2020-01-01 00:00+02", "2020-01-01T00:00:00"]
    ),
)


@given(st.one_of(st.lists(DATES, max_size=9), DATES.map(lambda text: [text])))
def test_the_fast_path_of_dates_is_the_slow_one(texts: list[str | None]) -> None:
    column = pa.array(texts, pa.string())
    np.testing.assert_array_equal(days(column, Decoder(day)), Decoder(day)(column))


@given(
    st.lists(
        st.one_of(st.none(), st.text("0123456789-+. xXaF", max_size=6), st.integers(-9999, 10**12).map(str)), max_size=9
    ),
    st.integers(0, 3),
)
def test_the_fast_path_of_numbers_is_the_slow_one(texts: list[str | None], begin: int) -> None:
    column = pa.array(texts, pa.string()).slice(begin)
    np.testing.assert_array_equal(whole_numbers(column, Decoder(whole_number)), Decoder(whole_number)(column))


@given(st.text(max_size=12))
def test_a_whole_number_is_read_strictly(text: str) -> None:
    value = whole_number(text)
    if value != BAD:
        assert float(text) == value


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 39), st.sampled_from(OFFICIAL_COLUMNS), st.text('019.-/,"\n;é x', max_size=6)),
        min_size=1,
        max_size=12,
    )
)
def test_read_is_kept_and_rejected_whatever_the_damage(tmp_path: Path, damage: list[tuple[int, str, str]]) -> None:
    events = [dict(event) for event in GOOD]
    for row, column, value in damage:
        events[row][column] = value
    path = made.write(tmp_path / "a.csv", events)
    done, store = made.load(path, tmp_path)
    one = done.manifest
    assert one.read == 40 == one.kept + sum(one.rejected.values())
    assert store.table(one).num_rows == one.kept
    assert store.rejected(one)["row"].combine_chunks().unique().to_pylist() == sorted(
        set(store.rejected(one)["row"].to_pylist())
    )
