"""Reading through a mapping: every row is kept or refused by name, what is assumed is said, the mapping is kept."""

import datetime as dt
import io
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from data.cli import main
from data.draft import EVENTS, OBSERVATIONS
from data.mapping import (
    Mapping,
    Settings,
    apart,
    draft,
    fields_of,
    guess,
    ingest_mapped,
    open_any,
    preview,
    save,
    saved,
    saved_all,
)
from data.measures import measure
from data.sources import detect
from data.store import Store
from geo.errors import FileRefused, ValueRefused
from tests.data import made
from tests.data import own_files as own

HEADER = ("date", "lat", "lon", "deaths", "type")


def events(path: Path, rows: list[tuple[Any, ...]], header: tuple[str, ...] = HEADER) -> Path:
    return own.write(path, header, rows)


def plain(count: int = 20, iso3: str = "NGA") -> list[tuple[Any, ...]]:
    return [
        (day, lat, lng, n % 4, ("Massacre", "Battle")[n % 2])
        for n, (day, (lat, lng)) in enumerate(zip(own.days(count), own.points(iso3, count), strict=True))
    ]


BAD = (
    (3, ("soon", 9.0, 8.0, 1, "Massacre"), "bad date", "date"),
    (4, ("", 9.0, 8.0, 1, "Massacre"), "missing date", "date"),
    (5, ("2099-01-01", 9.0, 8.0, 1, "Massacre"), "date in the future", "date"),
    (6, ("2021-02-01", 9.0, "", 1, "Massacre"), "half a point", "lon"),
    (7, ("2021-02-01", 95.0, 8.0, 1, "Massacre"), "off the globe", "lat"),
    (8, ("2021-02-01", "9 deg", 8.0, 1, "Massacre"), "bad coordinate", "lat"),
    (9, ("2021-02-01", 0.0, -30.0, 1, "Massacre"), "in no country", "lat"),
    (10, ("2021-02-01", "", "", 1, "Massacre"), "missing place", "lat"),
    (11, ("2021-02-01", 9.0, 8.0, "many", "Massacre"), "bad number", "deaths"),
    (12, ("2021-02-01", 9.0, 8.0, 2.5, "Massacre"), "bad number", "deaths"),
    (13, ("2021-02-01", 9.0, 8.0, -1, "Massacre"), "bad number", "deaths"),
    (14, ("2021-02-01", 9.0, 8.0, "", "Massacre"), "missing deaths", "deaths"),
    (15, ("2021-02-01", 9.0, 8.0, 1, "Zork"), "type without a kind", "type"),
)


def test_each_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    rows = plain(60)
    rows = [rows[0], *(bad for _, bad, _, _ in BAD), *rows[1:], rows[0]]
    path = events(tmp_path / "a.csv", rows)
    mapping = guess(open_any(path))
    mapping = mapping.with_settings(kinds={k: v for k, v in mapping.settings.kinds.items() if k != "zork"})
    got = draft(path, mapping, today=own.TODAY)
    assert (got.read, got.table.num_rows, got.rejections.rows) == (len(rows), 60, len(BAD) + 1)
    firsts = {one["row"]: (one["reason"], one["column"]) for one in reversed(got.rejections.examples(99))}
    assert firsts == {row: (reason, column) for row, _, reason, column in BAD} | {75: ("the same row again", "date")}
    assert all(one["remedy"] for one in got.rejections.examples(99))
    shown = preview(open_any(path), mapping, today=own.TODAY)
    assert (shown.read, shown.kept, shown.rejected) == (len(rows), 60, len(BAD) + 1)
    assert sum(shown.reasons.values()) == shown.rejected
    assert {one["reason"] for one in shown.examples} == set(shown.reasons)


def test_rows_of_another_width_are_counted(tmp_path: Path) -> None:
    path = events(tmp_path / "a.csv", plain())
    path.write_text(path.read_text(encoding="utf-8") + "2021-01-01,9,8\n", encoding="utf-8")
    mapping = guess(open_any(path))
    got = draft(path, mapping, today=own.TODAY)
    assert (got.read, got.table.num_rows) == (21, 20)
    assert got.rejections.by_reason() == {"wrong number of fields": 1}
    shown = preview(open_any(path), mapping, today=own.TODAY)
    assert (shown.read, shown.kept) == (21, 20)


def test_a_preview_looks_at_the_first_rows_and_says_so(tmp_path: Path) -> None:
    path = events(tmp_path / "a.csv", [*plain(50), ("soon", 9.0, 8.0, 1, "Massacre")])
    opened = open_any(path)
    mapping = guess(opened)
    first = preview(opened, mapping, 5, sample=30, today=own.TODAY)
    assert (first.read, first.kept, first.whole, first.rows_looked_at) == (30, 30, False, "the first 30 rows")
    assert first.table.num_rows == 5
    whole = preview(opened, mapping, whole=True, today=own.TODAY)
    assert (whole.read, whole.kept, whole.whole) == (51, 50, True)
    assert whole.kinds == {"one-sided": 25, "state-based": 25}
    assert whole.countries == {"NGA": 50}
    assert whole.deaths == sum(n % 4 for n in range(50))
    assert whole.types == {"massacre": 26, "battle": 25}
    points = np.array(own.points("NGA", 50))
    assert whole.extent == pytest.approx(
        (points[:, 1].min(), points[:, 0].min(), points[:, 1].max(), points[:, 0].max())
    )
    assert (whole.first, whole.last) == (own.days(50)[0], own.days(50)[-1])


def test_a_preview_of_what_is_missing_reads_nothing(tmp_path: Path) -> None:
    path = events(tmp_path / "a.csv", plain())
    opened = open_any(path)
    mapping = guess(opened).with_column("date", None)
    shown = preview(opened, mapping)
    assert shown.missing == ("Choose the column of the date, or one of the year.",)
    assert shown.table.num_rows == shown.read == 0
    with pytest.raises(ValueRefused, match="column of the date"):
        draft(path, mapping)
    with pytest.raises(ValueRefused, match="both latitude and longitude"):
        draft(path, guess(opened).with_column("longitude", None))


def test_the_card_and_the_coverage_say_what_is_known(tmp_path: Path) -> None:
    path = events(tmp_path / "Our Incidents 2021.csv", plain())
    mapping = guess(open_any(path))
    got = draft(path, mapping, today=own.TODAY)
    card = got.card
    assert (card.key, card.namespace, card.title) == (*["own_our_incidents_2021"] * 2, "Our Incidents 2021.csv")
    assert (card.licence, card.raw_shareable, card.publisher) == ("not stated", False, "not stated")
    assert set(got.table["source"].to_pylist()) == {card.key}
    (span,) = got.coverage.spans
    assert (span.country_code, span.first, span.last) == ("NGA", own.days(20)[0], own.days(20)[-1])
    assert "first to the last date" in got.coverage.reason
    said = mapping.with_settings(
        publisher="Our monitors", licence="CC BY 4.0", raw_shareable=True, coverage_last=dt.date(2021, 12, 31)
    )
    other = draft(path, said, today=own.TODAY)
    assert (other.card.publisher, other.card.raw_shareable) == ("Our monitors", True)
    assert other.coverage.spans[0].last == dt.date(2021, 12, 31)
    assert "end was set by hand to 2021-12-31" in other.coverage.reason


def test_deaths_of_one_column_are_low_best_and_high(tmp_path: Path) -> None:
    path = events(tmp_path / "a.csv", plain())
    table = draft(path, guess(open_any(path)), today=own.TODAY).table
    assert table["deaths_low"].equals(table["deaths_best"])
    assert table["deaths_high"].equals(table["deaths_best"])
    one_sided = np.array(table["kind"].to_pylist()) == "one-sided"
    assert (table["civilian_harm"].to_numpy() == one_sided).all()
    assert (table["civilian_deaths"].to_numpy() == np.where(one_sided, table["deaths_best"].to_numpy(), 0)).all()


def test_low_and_high_without_a_best_give_the_middle(tmp_path: Path) -> None:
    header = ("date", "lat", "lon", "killed_min", "killed_max", "type")
    path = events(tmp_path / "a.csv", [(d, a, b, 2, 7, t) for d, a, b, _, t in plain()], header)
    table = draft(path, guess(open_any(path)), today=own.TODAY).table
    assert {(r["deaths_low"], r["deaths_best"], r["deaths_high"]) for r in table.to_pylist()} == {(2, 4, 7)}


def test_blank_deaths_are_refused_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    rows = [(d, a, b, "" if n % 4 else k, t) for n, (d, a, b, k, t) in enumerate(plain())]
    path = events(tmp_path / "a.csv", rows)
    mapping = guess(open_any(path))
    assert "blank_deaths" in {one.key for one in mapping.unsure}
    got = draft(path, mapping, today=own.TODAY)
    assert got.rejections.by_reason() == {"missing deaths": 15}
    kept = draft(path, mapping.answered("blank_deaths", "zero"), today=own.TODAY)
    assert kept.table.num_rows == 20
    assert "15 rows do not say how many were killed" in kept.card.scope_note


def test_countries_come_from_the_outline_or_as_written(tmp_path: Path) -> None:
    header = (*HEADER, "country")
    spots = [*plain(10), *plain(10, "SDN")]
    names = ["", "Nigeria"] * 5 + ["SDN", "Soudan", "السودان", "Elsewhere", ""] * 2
    rows = [(d, a, b, n, t, name) for n, ((d, a, b, _, t), name) in enumerate(zip(spots, names, strict=True))]
    table = draft(path := events(tmp_path / "a.csv", rows, header), guess(open_any(path)), today=own.TODAY).table
    codes = dict(zip(table["deaths_best"].to_pylist(), table["country_code"].to_pylist(), strict=True))
    assert codes == {n: "NGA" if n < 10 else "SDN" for n in range(20)}
    written = dict(zip(table["deaths_best"].to_pylist(), table["country"].to_pylist(), strict=True))
    assert (written[0], written[1], written[11], written[14]) == ("Nigeria", "Nigeria", "Soudan", "Sudan")


def test_rows_without_coordinates_are_known_to_their_country(tmp_path: Path) -> None:
    header = (*HEADER, "country", "province")
    rows = [(d, "" if n > 14 else a, "" if n > 14 else b, k, t, "Nigeria", "Borno" if n > 17 else "")
            for n, (d, a, b, k, t) in enumerate(plain())]  # fmt: skip
    table = draft(path := events(tmp_path / "a.csv", rows, header), guess(open_any(path)), today=own.TODAY).table
    assert table["latitude"].null_count == 5
    assert table["place_precision"].to_pylist() == [2] * 15 + [6] * 3 + [4] * 2
    assert (table["cell"].to_numpy()[15:] == 0).all()


def test_ids_are_the_rows_own_or_made_of_the_row(tmp_path: Path) -> None:
    rows = plain()
    first = draft(path := events(tmp_path / "a.csv", rows), guess(open_any(path)), today=own.TODAY).table
    again = draft(path := events(tmp_path / "b.csv", rows[::-1]), guess(open_any(path)), today=own.TODAY).table
    assert set(first["id"].to_pylist()) == set(again["id"].to_pylist())
    changed = [(*rows[0][:3], 9, rows[0][4]), *rows[1:]]
    other = draft(path := events(tmp_path / "c.csv", changed), guess(open_any(path)), today=own.TODAY).table
    assert len(set(first["id"].to_pylist()) - set(other["id"].to_pylist())) == 1
    numbered = [(n, *row) for n, row in enumerate(rows)]
    path = events(tmp_path / "d.csv", numbered, ("id", *HEADER))
    mapping = guess(open_any(path))
    assert set(draft(path, mapping, today=own.TODAY).table["id"].to_pylist()) == {str(n) for n in range(20)}
    events(path, [*numbered, numbered[0]], ("id", *HEADER))
    assert draft(path, mapping, today=own.TODAY).rejections.by_reason() == {"the same id again": 1}


def test_a_mapping_survives_json_and_is_found_again(tmp_path: Path) -> None:
    path = events(tmp_path / "a.csv", plain())
    store = Store(tmp_path / "home")
    opened = open_any(path)
    assert saved(store, opened) is None
    mapping = (
        guess(opened).with_settings(publisher="Ours", coverage_last=dt.date(2022, 1, 1)).with_column("headline", "type")
    )
    assert Mapping.from_json(mapping.to_json()) == mapping
    target = save(store, mapping)
    assert target.parent == store.home / "mappings"
    assert [p.name for p in target.parent.iterdir()] == [target.name]
    other = events(tmp_path / "next month.csv", plain(30))
    assert saved(store, open_any(other)) == mapping
    assert saved(store, open_any(events(tmp_path / "c.csv", plain(), ("date", "lat", "lon", "killed", "type")))) is None
    (target.parent / "broken.json").write_text("{", encoding="utf-8")
    assert saved_all(store) == (mapping,)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "people"},
        {"columns": {"latitude": "nothing"}},
        {"columns": {"age": "lat"}},
        {"settings": {"date_order": "ydm"}},
        {"settings": {"place_precision": 0}},
        {"settings": {"kinds": {"a": "bad"}}},
        {"settings": {"slug": "../../etc"}},
        {"settings": {"coverage_last": "soon"}},
        {"settings": {"nothing": 1}},
        {"settings": {"title": 5}},
        {"skip": -1},
        {"names": [1, 2]},
        {"tocsin_mapping": 99},
    ],
    ids=str,
)
def test_a_mapping_that_is_none_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    body = json.loads(guess(open_any(events(tmp_path / "a.csv", plain()))).to_json())
    Mapping.from_json(json.dumps(body))
    with pytest.raises(ValueRefused):
        Mapping.from_json(json.dumps({**body, **change}))
    for text in ("", "[]", "{}", "[" * 100_000):
        with pytest.raises(ValueRefused):
            Mapping.from_json(text)


def test_a_mapping_is_for_its_columns_only(tmp_path: Path) -> None:
    mapping = guess(open_any(events(tmp_path / "a.csv", plain())))
    other = events(tmp_path / "b.csv", plain(), ("date", "lat", "lon", "dead", "type"))
    with pytest.raises(FileRefused, match="other columns"):
        draft(other, mapping)
    with pytest.raises(FileRefused, match="other columns"):
        preview(open_any(other), mapping)


def test_two_files_of_one_name_are_two_sources(tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    first = events(tmp_path / "data.csv", plain())
    ingest_mapped(first, guess(open_any(first)), store, now=made.NOW)
    (tmp_path / "other").mkdir()
    second = events(tmp_path / "other" / "data.csv", plain(), ("date", "lat", "lon", "killed", "type"))
    done = ingest_mapped(second, guess(open_any(second)), store, now=made.NOW)
    assert done.manifest.card.namespace == "own_data_2"
    again = ingest_mapped(first, guess(open_any(first)), store, now=made.NOW)
    assert again.already
    assert again.manifest.card.namespace == "own_data"
    assert apart(store, guess(open_any(first))).settings.slug == "data"


def test_a_file_of_ones_own_is_not_claimed_unasked(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no known source"):
        detect(own.simple(tmp_path / "a.csv"))


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    evil = ["=HYPERLINK(1)", "<script>alert(1)</script>", "\u202etxt", "'; DROP TABLE x; --", "{{7*7}}", "a" * 5000]
    rows = [(*row, evil[n % len(evil)]) for n, row in enumerate(plain())]
    path = events(tmp_path / "<b>x.csv", rows, (*HEADER, "notes"))
    got = draft(path, guess(open_any(path)), today=own.TODAY)
    assert got.table.num_rows == 20
    assert set(got.table["headline"].to_pylist()) == {text[:300] for text in evil}
    assert got.card.key == "own_b_x"


def test_a_raster_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,lat,lon\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="no rows"):
        guess(open_any(tmp_path / "a.csv"))
    (tmp_path / "b.csv").write_text("just a text\nand another\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="one column"):
        guess(open_any(tmp_path / "b.csv"))


def displaced(path: Path, **more: Any) -> Path:
    rows = [
        (f"2021-{1 + n % 12:02}-01", f"SD{n // 12 + 1:02}", f"State {n // 12}", 1000 * n + 1, more.get("extra", ""))
        for n in range(48)
    ]
    return own.write(path, ("reporting_date", "admin1_pcode", "admin1_name", "idps", "comment"), rows)


def test_observations_ask_for_stock_or_flow(tmp_path: Path) -> None:
    path = displaced(tmp_path / "dtm.csv")
    mapping = guess(open_any(path))
    assert mapping.kind == OBSERVATIONS
    assert mapping.columns["value"] == "idps"
    asked = {one.key for one in mapping.open_questions}
    assert asked == {"observation_kind", "measure", "unit", "period_length"}
    for key, answer in (
        ("observation_kind", "stock"),
        ("measure", "People displaced"),
        ("unit", "people"),
        ("period_length", "day"),
    ):
        mapping = mapping.answered(key, answer)
    got = draft(path, mapping, today=own.TODAY)
    table = got.table
    assert (got.kind, got.read, table.num_rows) == (OBSERVATIONS, 48, 48)
    assert set(table["kind"].to_pylist()) == {"stock"}
    assert set(table["measure"].to_pylist()) == {"own_dtm.stock.people_displaced"}
    assert set(table["place_code"].to_pylist()) == {"pcode:SD01", "pcode:SD02", "pcode:SD03", "pcode:SD04"}
    assert sum(table["value"].to_pylist()) == sum(1000 * n + 1 for n in range(48))
    assert set(pc.subtract(table["period_end"].cast("int32"), table["period_start"].cast("int32")).to_pylist()) == {1}
    known = measure("own_dtm.stock.people_displaced")
    assert (known.label, known.kind, known.additive, known.adds_over_time) == ("People displaced", "stock", True, False)
    months = draft(path, mapping.with_settings(period_length="month"), today=own.TODAY).table
    lengths = pc.subtract(months["period_end"].cast("int32"), months["period_start"].cast("int32"))
    assert set(lengths.to_pylist()) == {28, 30, 31}
    with pytest.raises(ValueRefused):
        mapping.answered("observation_kind", "sum")


def test_observations_that_cannot_be_kept_are_named(tmp_path: Path) -> None:
    rows = [("2021-01", "SDN", "idps", 5), ("2021-02", "SDN", "idps", ""), ("2021-03", "SDN", "idps", "*"),
            ("2021-04", "SDN", "idps", -3), ("2021-05", "", "idps", 3), ("2021-01", "SDN", "idps", 9),
            ("2021-13", "SDN", "idps", 3), ("2021-06", "SDN", "idps", "x")]  # fmt: skip
    path = own.write(tmp_path / "a.csv", ("period", "iso3", "indicator", "value"), rows)
    mapping = guess(open_any(path), OBSERVATIONS).answered("observation_kind", "stock").answered("unit", "people")
    got = draft(path, mapping, today=own.TODAY)
    assert (got.read, got.table.num_rows) == (8, 2)
    assert got.table["state"].to_pylist() == ["observed", "suppressed"]
    assert got.rejections.by_reason() == {
        "another value for the same place and time": 1, "bad date": 1, "bad number": 1, "missing place": 1,
        "missing value": 1, "number out of range": 1,
    }  # fmt: skip


def test_thousands_or_decimals_are_asked(tmp_path: Path) -> None:
    rows = [(f"2021-{n + 1:02}", "SDN", f"{n + 1},{n:03}") for n in range(12)]
    path = own.write(tmp_path / "a.csv", ("period", "iso3", "value"), rows, ";")
    mapping = guess(open_any(path))
    assert "decimal" in {one.key for one in mapping.open_questions}
    for key, answer in (("observation_kind", "stock"), ("measure", "people"), ("unit", "people")):
        mapping = mapping.answered(key, answer)
    values = {
        sign: draft(path, mapping.answered("decimal", sign), today=own.TODAY).table["value"][1].as_py() for sign in ".,"
    }
    assert values == {".": 2001.0, ",": 2.001}


def test_fields_are_described() -> None:
    for kind in (EVENTS, OBSERVATIONS):
        keys = [field.key for field in fields_of(kind)]
        assert len(set(keys)) == len(keys)
        assert all(field.label and field.meaning.endswith(".") and field.words for field in fields_of(kind))
    with pytest.raises(ValueRefused):
        fields_of("people")
    with pytest.raises(ValueRefused):
        Settings(coverage_first=dt.date(2021, 1, 2), coverage_last=dt.date(2021, 1, 1))


def run(*arguments: object) -> tuple[int, Any]:
    out, err = io.StringIO(), io.StringIO()
    code = main([str(one) for one in arguments], out, err)
    text = out.getvalue()
    return code, json.loads(text) if "--json" in arguments else text + err.getvalue()


def test_the_command_line_maps_and_loads(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = events(tmp_path / "a.csv", [row[:4] for row in plain()], HEADER[:4])
    code, text = run("map", path, "--home", home)
    assert code == 0
    assert "Question: Are these attacks on civilians?" in text
    target = tmp_path / "m.json"
    code, shown = run(
        "map", path, "--home", home, "--answer", "civilians=one-sided", "--publisher", "Us", "--save", target, "--json"
    )
    assert (code, shown["ready"], shown["kept"], shown["rejected"]) == (0, True, 20, {})
    code, done = run("ingest", path, "--mapping", target, "--home", home, "--json", "--coverage-end", "2021-12-31")
    assert (code, done["read"], done["kept"]) == (0, 20, 20)
    assert done["coverage"]["countries"][0]["last"] == "2021-12-31"
    code, shown = run("map", path, "--home", home, "--json")
    assert shown["ready"]  # the mapping that was kept is found again
    code, shown = run("map", path, "--home", home, "--anew", "--json")
    assert not shown["ready"]
    code, text = run("map", path, "--home", home, "--answer", "civilians=perhaps")
    assert code == 1
    assert "Refused" in text


@pytest.mark.slow
def test_a_million_rows_are_previewed_at_once_and_read_in_seconds(tmp_path: Path) -> None:
    spots = np.array(own.points("NGA", 1000))
    n = np.arange(1_000_000)
    lat, lng = spots[n % 1000, 0] + n // 1000 * 1e-5, spots[n % 1000, 1]
    day = np.datetime64("2010-01-01") + n % 4000
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,date,lat,lon,deaths,type\n")
        file.writelines(
            f"{i},{d},{a:.5f},{b:.5f},{i % 5},Massacre\n" for i, d, a, b in zip(n, day, lat, lng, strict=True)
        )
    begun = time.perf_counter()
    opened = open_any(path)
    mapping = guess(opened)
    shown = preview(opened, mapping, today=own.TODAY)
    assert time.perf_counter() - begun < 8
    assert shown.rows_looked_at == "the first 20,000 rows"
    begun = time.perf_counter()
    got = draft(path, mapping, today=own.TODAY)
    print(f"a million rows in {time.perf_counter() - begun:.1f} s")  # noqa: T201 - seen with -s
    assert got.table.num_rows == 1_000_000
    assert pc.sum(got.table["deaths_best"]).as_py() == int((n % 5).sum())
