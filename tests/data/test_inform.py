import datetime as dt
from pathlib import Path
from typing import Any

from tests.data.observed import frame, read, sums, write_csv


def trend(index: str, year: int, score: Any, country: str = "SDN") -> dict[str, Any]:
    return {
        "CountryName": "Sudan",
        "Iso3": country,
        "GNAYear": year,
        "IndicatorId": index,
        "FullName": index,
        "IndicatorScore": score,
    }


def indicator(name: str, year: int, score: Any, country: str = "SDN", unit: str = "Number") -> dict[str, Any]:
    return {
        "CountryName": "Sudan",
        "Iso3": country,
        "ValidityYear": year,
        "IndicatorName": name,
        "IndicatorScore": score,
        "Unit": unit,
    }


def test_trends_are_indices_of_a_year(tmp_path: Path) -> None:
    rows = [trend("INFORM", 2024, 7.5), trend("HA", 2024, 8.0), trend("INFORM", 2023, 11), trend("CC", 2031, 3)]
    draft = read(write_csv(tmp_path / "a", rows))
    assert sums(draft) == {"inform.risk": 7.5, "inform.hazard": 8.0}
    assert draft.rejections.by_reason() == {"number out of range": 1, "year not begun": 1}
    table = frame(draft)
    assert set(table.kind) == {"index"}
    assert set(table.period_start) == {dt.date(2024, 1, 1)}
    assert set(table.period_end) == {dt.date(2025, 1, 1)}


def test_an_indicator_with_two_values_for_any_country_is_left_out_everywhere(tmp_path: Path) -> None:
    rows = [
        indicator("Floods", 2025, 5000),
        indicator("Floods", 2025, 6.5),
        indicator("Floods", 2025, 0, "TCD"),
        indicator("Floods", 2025, 0, "TCD"),
        indicator("Land area", 2013, 1_800_000, unit="km2"),
        indicator("Land area", 2013, 1_800_000, unit="km2"),
        indicator("", 2025, 7.0),
        indicator("Refugees", 2024, 10),
        indicator("Refugees", 2025, 12),
    ]
    draft = read(write_csv(tmp_path / "a", rows))
    assert sums(draft) == {"inform.land_area": 1_800_000, "inform.refugees": 22}
    assert draft.rejections.by_reason() == {
        "two values under one name": 4,
        "no name of an indicator": 1,
        "the same row again": 1,
    }
    table = frame(draft)
    assert set(table[table.measure == "inform.land_area"].unit) == {"km2"}
    assert set(table.known_at) == {dt.date(2025, 1, 1)}
