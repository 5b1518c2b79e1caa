import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tests.data.observed import frame, read, sums, write_csv, write_json

BASE: dict[str, Any] = {
    "id": 1,
    "country": "Sudan",
    "iso3": "SDN",
    "latitude": 13.6,
    "longitude": 25.3,
    "centroid": "[13.6, 25.3]",
    "displacement_type": "Conflict",
    "qualifier": "total",
    "figure": 100,
    "displacement_date": "2026-03-05T00:00:00.000Z",
    "displacement_start_date": "2026-03-01T00:00:00.000Z",
    "displacement_end_date": "2026-03-05T00:00:00.000Z",
    "year": 2026,
    "event_name": "Sudan: fighting - North Darfur",
    "event_start_date": "2026-03-01T00:00:00.000Z",
    "standard_popup_text": "<b>Sudan</b> <script>alert(1)</script>",
    "standard_info_text": "<b>Sudan</b>",
    "created_at": "2026-03-08T09:00:00.000Z",
}


def updates(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [BASE | {"id": n + 1} | change for n, change in enumerate(changes)]


def role(words: str, **more: Any) -> dict[str, Any]:
    return {"role": words} | more


def test_recommended_figures_replace_every_triangulation_of_the_event(tmp_path: Path) -> None:
    path = write_json(
        tmp_path / "a",
        updates(
            role("Recommended figure", figure=100),
            role("Recommended figure", figure=40, latitude=14.0),
            role("Triangulation", figure=70, created_at="2026-03-20T00:00:00Z"),
            role("Triangulation", figure=5, event_name="another event"),
        ),
    )
    draft = read(path)
    assert sums(draft) == {"idmc.displaced_conflict": 145}
    assert draft.rejections.by_reason() == {"an event with a recommended figure": 1}
    assert draft.read == draft.table.num_rows + 1
    assert "recommended" in draft.coverage.reason


def test_without_a_recommended_figure_the_latest_triangulation_of_each_place_counts(tmp_path: Path) -> None:
    path = write_json(
        tmp_path / "a",
        updates(
            role("Triangulation", figure=70, created_at="2026-03-20T00:00:00Z"),
            role("Triangulation", figure=60, created_at="2026-03-10T00:00:00Z"),
            role("Triangulation", figure=9, latitude=14.5, created_at="2026-03-01T00:00:00Z"),
        ),
    )
    draft = read(path)
    assert sums(draft) == {"idmc.displaced_conflict": 79}
    assert draft.rejections.by_reason() == {"an older triangulation of the same place": 1}
    assert draft.rejections.examples(1)[0]["row"] == 3


def test_locations_say_which_place_it_is_even_where_the_point_was_moved(tmp_path: Path) -> None:
    where = {"locations_coordinates": "13.6, 25.3", "locations_name": "El Fasher", "locations_type": "Origin"}
    path = write_json(
        tmp_path / "a",
        updates(
            role("Triangulation", figure=70, event_id=5, created_at="2026-03-20T00:00:00Z", **where),
            role("Triangulation", figure=60, event_id=5, latitude=13.7, event_name="renamed", **where),
            role("Triangulation", figure=8, event_id=6, **where),
        ),
    )
    draft = read(path)
    assert sums(draft) == {"idmc.displaced_conflict": 78}
    assert draft.rejections.by_reason() == {"an older triangulation of the same place": 1}


def test_a_file_without_roles_says_so_and_drops_only_the_same_again(tmp_path: Path) -> None:
    path = write_json(
        tmp_path / "a",
        updates({"figure": 70}, {"figure": 75, "created_at": "2026-03-30T00:00:00Z"}, {"figure": 5, "latitude": 12.0}),
    )
    draft = read(path)
    assert sums(draft) == {"idmc.displaced_conflict": 80}
    assert draft.rejections.by_reason() == {"the same event, place and days again": 1}
    assert "no role given" in draft.coverage.reason


def test_rows_without_an_event_are_events_of_their_own(tmp_path: Path) -> None:
    draft = read(write_json(tmp_path / "a", updates({"event_name": None}, {"event_name": None})))
    assert sums(draft) == {"idmc.displaced_conflict": 200}


def test_conflict_and_disaster_never_mix_and_other_types_are_refused(tmp_path: Path) -> None:
    path = write_json(
        tmp_path / "a",
        updates({}, {"displacement_type": "Disaster", "figure": 7}, {"displacement_type": "Development"}),
    )
    draft = read(path)
    assert sums(draft) == {"idmc.displaced_conflict": 100, "idmc.displaced_disaster": 7}
    assert draft.rejections.by_reason() == {"unknown code": 1}


PLACES = {
    "locations_name": "El Fasher; <b>Tawila</b>; Kutum",
    "locations_coordinates": "13.63, 25.35; 13.5, 24.9; 14.2, 24.66",
    "locations_type": "Origin; Destination; Destination",
}


@pytest.mark.parametrize("form", ["text", "list"])
def test_a_figure_is_shared_out_among_destinations_and_its_origin_is_kept_apart(tmp_path: Path, form: str) -> None:
    places = {
        name: json.loads(json.dumps(text.split("; "))) if form == "list" else text for name, text in PLACES.items()
    }
    table = frame(read(write_json(tmp_path / "a", updates({**places, "figure": 101}))))
    assert sorted(table.place) == ["Kutum", "Tawila"]
    assert table.value.tolist() == [50.5, 50.5]
    assert set(table.origin_latitude) == {13.63}
    assert sorted(table.latitude) == [13.5, 14.2]
    assert (set(table.country_code), set(table.origin_country)) == ({"SDN"}, {"SDN"})
    assert table.area.notna().all()
    assert table.origin_area.notna().all()


def test_an_origin_alone_gives_no_point_to_where_people_are(tmp_path: Path) -> None:
    change = {"locations_name": "El Fasher", "locations_coordinates": "13.63, 25.35", "locations_type": "Origin"}
    table = frame(read(write_json(tmp_path / "a", updates(change))))
    assert table.latitude.isna().all()
    assert table.area.isna().all()
    assert table.origin_latitude.tolist() == [13.63]
    assert table.place.tolist() == ["El Fasher"]


def test_places_that_are_both_are_paired_with_themselves(tmp_path: Path) -> None:
    change = {
        "locations_name": "El Fasher; Kutum",
        "locations_coordinates": "13.63, 25.35; 14.2, 24.66",
        "locations_type": "Both; Both",
    }
    table = frame(read(write_json(tmp_path / "a", updates(change))))
    assert (table.latitude == table.origin_latitude).all()
    assert sorted(table.latitude) == [13.63, 14.2]
    assert table.value.sum() == 100


def test_two_origins_and_two_destinations_make_four_equal_shares(tmp_path: Path) -> None:
    change = {
        "locations_name": "A; B; C; D",
        "locations_coordinates": "13.1, 25; 13.2, 25; 13.3, 25; 13.4, 25",
        "locations_type": "Origin; Destination; Origin; Destination",
    }
    plain = {"event_name": "another", "figure": 8}
    table = frame(read(write_json(tmp_path / "a", updates(change, plain))))
    four = table[table.value == 25]
    assert sorted(zip(four.origin_latitude, four.latitude, strict=True)) == [
        (13.1, 13.2),
        (13.1, 13.4),
        (13.3, 13.2),
        (13.3, 13.4),
    ]
    assert table.value.sum() == 108


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"locations_type": "Origin"}, "locations that do not match"),
        ({"locations_coordinates": "13.6; 25.3; x"}, "bad coordinates"),
        ({"locations_coordinates": "93.6, 25.3; 13.5, 24.9; 14.2, 24.66"}, "bad coordinates"),
        ({"locations_type": "Origin; Destination; Transit"}, "unknown code"),
    ],
)
def test_lists_that_do_not_fit_leave_the_row_out(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    draft = read(write_json(tmp_path / "a", updates({**PLACES, **change}, {"event_name": "x", "figure": 3})))
    assert draft.rejections.by_reason() == {reason: 1}
    assert sums(draft) == {"idmc.displaced_conflict": 3}


def test_html_reaches_no_column(tmp_path: Path) -> None:
    table = frame(read(write_json(tmp_path / "a", updates(PLACES))))
    shown = table.select_dtypes(object).astype(str)
    assert not shown.apply(lambda column: column.str.contains("<|script")).any().any()
    assert "Tawila" in set(table.place)


def test_days_known_at_and_lower_limits_are_the_files(tmp_path: Path) -> None:
    table = frame(read(write_json(tmp_path / "a", updates({"qualifier": "more than"}))))
    assert table[["period_start", "period_end", "known_at"]].iloc[0].tolist() == [
        dt.date(2026, 3, 1),
        dt.date(2026, 3, 6),
        dt.date(2026, 3, 8),
    ]
    assert table.low.tolist() == [100]


def test_the_copy_of_hdx_is_read_with_its_tags(tmp_path: Path) -> None:
    rows = [
        {k: v for k, v in one.items() if "standard" not in k}
        | {"description": "<b>x</b>", "link": "", "combined_type": ""}
        for one in updates({}, {"event_name": "another", "figure": 11})
    ]
    draft = read(write_csv(tmp_path / "a.csv", rows, tags=True))
    assert sums(draft) == {"idmc.displaced_conflict": 111}
