import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.rejections import SCHEMA
from geo.errors import FileRefused
from tests.data.observed import frame, read, sums, write_csv, write_json

COUNTRIES = {"SDN": ("SUD", "Sudan"), "TCD": ("CHD", "Chad"), "XXA": ("STA", "Stateless"), "UNK": ("UKN", "Unknown")}


def row(origin: str, asylum: str, **figures: Any) -> dict[str, Any]:
    (coo, coo_name), (coa, coa_name) = COUNTRIES[origin], COUNTRIES[asylum]
    return {
        "year": figures.pop("year", 2024),
        "coo_name": coo_name,
        "coo": coo,
        "coo_iso": origin,
        "coa_name": coa_name,
        "coa": coa,
        "coa_iso": asylum,
        **figures,
    }


POPULATION = [
    row("SDN", "TCD", refugees=700_000, asylum_seekers="-", idps=0, stateless="*", returned_idps=0),
    row("SDN", "SDN", refugees=0, asylum_seekers=0, idps=8_000_000, stateless=0, returned_idps=12),
    row("XXA", "TCD", refugees=5, asylum_seekers=0, idps=0, stateless=9, returned_idps=0),
]


def write(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / "download"
    if kind == "parquet":
        texts = {name: [str(one[name]) for one in rows] for name in rows[0]}
        pq.write_table(pa.table(texts), path)
        return path
    if kind == "answer":
        return write_json(path, {"page": 1, "short-url": "", "maxPages": 3, "total": [], "items": rows})
    return write_csv(path, rows, tags=kind == "csv with tags")


@pytest.mark.parametrize("kind", ["parquet", "csv", "csv with tags", "answer"])
def test_population_is_the_same_from_every_form(tmp_path: Path, kind: str) -> None:
    draft = read(write(tmp_path, kind, POPULATION))
    assert draft.card.key == "unhcr_population"
    assert draft.rejections.rows == 0, "a row of tags is no row"
    assert sums(draft) == {
        "unhcr.refugees": 700_005,
        "unhcr.asylum_seekers": 0,
        "unhcr.idps": 8_000_000,
        "unhcr.stateless": 9,
        "unhcr.returned_idps": 12,
    }
    assert draft.table.num_rows == 14  # the dash is no row
    assert ("a part: page 1 of 3" in draft.coverage.reason) == (kind == "answer")
    assert "asylum_seekers 1" in draft.origin.layout


def test_a_star_is_suppressed_and_a_dash_is_missing_and_neither_is_zero(tmp_path: Path) -> None:
    table = frame(read(write(tmp_path, "csv", POPULATION)))
    withheld = table[table.state == "suppressed"]
    assert withheld.measure.tolist() == ["unhcr.stateless"]
    assert withheld.value.isna().all()
    seekers = table[(table.measure == "unhcr.asylum_seekers") & (table.origin_country == "SDN")]
    assert seekers.country_code.tolist() == ["SDN"]


def test_year_end_stocks_are_a_day_and_returns_the_year(tmp_path: Path) -> None:
    table = frame(read(write(tmp_path, "csv", POPULATION)))
    stock = table[table.measure == "unhcr.refugees"]
    assert set(stock.kind) == {"stock"}
    assert set(stock.period_start) == {dt.date(2024, 12, 31)}
    assert set(stock.period_end) == {dt.date(2025, 1, 1)}
    returns = table[table.measure == "unhcr.returned_idps"]
    assert set(returns.kind) == {"flow"}
    assert set(returns.period_start) == {dt.date(2024, 1, 1)}
    assert set(table.known_at) == {dt.date(2025, 6, 15)}


def test_a_code_that_is_no_country_is_missing_and_its_name_stays(tmp_path: Path) -> None:
    table = frame(read(write(tmp_path, "csv", POPULATION)))
    stateless = table[table.origin_country.isna()]
    assert set(stateless.place) == {"Chad, from Stateless"}
    assert set(stateless.country_code) == {"TCD"}
    assert set(table[table.origin_country == "SDN"].place) == {"Chad", "Sudan"}


def test_repeated_rows_are_named_and_counted_once(tmp_path: Path) -> None:
    other = POPULATION[0] | {"refugees": 1}
    draft = read(write(tmp_path, "csv", [*POPULATION, POPULATION[1], other]))
    assert draft.rejections.by_reason() == {"another value for the same place and time": 1, "the same row again": 1}
    assert sums(draft)["unhcr.refugees"] == 700_005
    first = draft.rejections.examples(1)[0]
    assert (first["row"], first["column"], first["value"]) == (5, "refugees", "0")
    assert draft.rejections.table.schema == SCHEMA


def test_bad_values_are_left_out_with_row_column_and_value(tmp_path: Path) -> None:
    bad = [
        POPULATION[0] | {"refugees": "1,000", "year": 2020},
        POPULATION[0] | {"refugees": -4, "year": 2019},
        POPULATION[0] | {"year": "x"},
        POPULATION[0] | {"year": 2026},
        POPULATION[0] | {"coa_iso": ""},
    ]
    draft = read(write(tmp_path, "csv", [*bad, *POPULATION]))
    assert draft.rejections.by_reason() == {
        "bad number": 2,
        "missing coa_iso": 1,
        "number out of range": 1,
        "year not over": 1,
    }
    seen = [(one["row"], one["column"], one["value"]) for one in draft.rejections.examples(9)]
    assert (2, "refugees", "1,000") in seen
    assert sums(draft)["unhcr.refugees"] == 700_005


def test_totals_alone_are_told_apart_by_whom_they_count(tmp_path: Path) -> None:
    home = [row("SDN", "SDN", total=9), row("TCD", "TCD", total=8)]
    assert read(write(tmp_path, "csv", home)).card.key == "unhcr_idmc"
    COUNTRIES["PSE"] = ("GAZ", "Palestinian")
    abroad = [row("PSE", "TCD", total=9), row("PSE", "PSE", total=8)]
    assert read(write(tmp_path, "csv", abroad)).card.key == "unhcr_unrwa"
    with pytest.raises(FileRefused, match="do not say which"):
        read(write(tmp_path, "csv", abroad[1:]))


def test_the_download_page_names_its_columns_in_words(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "population.csv",
        [
            {
                "Year": 2024,
                "Country of Origin": "Sudan",
                "Country of Origin ISO": "SDN",
                "Country of Asylum": "Chad",
                "Country of Asylum ISO": "TCD",
                "Refugees under UNHCR's mandate": 7,
                "Asylum-seekers": 3,
                "Stateless persons": "-",
            }
        ],
    )
    assert sums(read(path)) == {"unhcr.refugees": 7, "unhcr.asylum_seekers": 3}


def test_flows_and_solutions_are_flows_under_names_of_their_own(tmp_path: Path) -> None:
    flows = [row("SDN", "TCD", refugees=10, asylum_seekers="", refugee_like="", oip="")]
    draft = read(write(tmp_path, "csv", flows))
    assert (draft.card.key, sums(draft)) == ("unhcr_flows", {"unhcr.new_refugees": 10})
    assert set(frame(draft).kind) == {"flow"}
    solved = [row("SDN", "TCD", returned_refugees=1, resettlement=2, naturalisation="", returned_idps="")]
    assert sums(read(write(tmp_path, "csv", solved))) == {
        "unhcr.solutions_returned_refugees": 1,
        "unhcr.solutions_resettlement": 2,
    }
