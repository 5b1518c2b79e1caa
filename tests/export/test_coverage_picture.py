"""The grid of where and when a source looked: every box says what the coverage says, and every row is counted once."""

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest

from data.coverage import Coverage, Span
from data.holdings import united_coverage
from data.store import Store
from export import ledger_rows
from export.coverage_picture import MOST_BOXES, Grid, grid, legend, picture, summary
from export.geography import Geography
from geo.coverage import EVERYWHERE, State
from geo.periods import to_date
from tests.data import made
from tests.export import worlds
from tests.export.pieces import inert


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(worlds.exercise_home(tmp_path_factory.getbasetemp()))


def grid_of(store: Store, key: str, geography: Geography, *, exercise: bool = True) -> Grid:
    kinds = ("events", "observations")
    found = [one for kind in kinds for one in store.current(kind, exercise=exercise) if one.card.key == key]
    shown = grid(found, [store.table(one) for one in found], geography)
    assert shown is not None
    return shown


def boxes(html: str) -> list[tuple[str, int, str]]:
    """Mark, months and title of every box."""
    found = re.findall(r'<td class="(\w)"(?: colspan="(\d+)")? title="([^"]*)"', html)
    return [(mark, int(span or 1), title) for mark, span, title in found]


def test_every_box_is_as_the_coverage_says(store: Store, geography: Geography) -> None:
    shown = grid_of(store, "ex_a", geography)
    marks = {State.OBSERVED: "o", State.PROVISIONAL: "p", State.NOT_COVERED: "n", State.SUPPRESSED: "n"}
    wanted = [marks[State(state)] for column in range(len(shown.codes)) for state in shown.state[:, column].tolist()]
    html = picture(shown, geography)
    assert [mark for mark, span, _ in boxes(html) for _ in range(span)] == wanted
    inert(html)
    niger = [title for _, _, title in boxes(html) if title.startswith("Niger,")]
    assert niger[-1] == "Niger, Dec 2048: not covered"
    assert niger[71].startswith("Niger, Dec 2046: provisional")
    assert niger[70].startswith("Niger, Nov 2046: observed")


def test_every_row_is_counted_in_its_month_and_country(store: Store, geography: Geography) -> None:
    shown = grid_of(store, "ex_a", geography)
    (manifest,) = [one for one in store.current("events", exercise=True) if one.card.key == "ex_a"]
    table = store.table(manifest)
    assert shown.rows.sum() == table.num_rows
    days, codes = table["date_end"].to_pylist(), table["country_code"].to_pylist()
    months = [to_date(day) for day in shown.periods.starts.tolist()]
    for code in ("SDN", "NER"):
        for n in (0, 50, 71, 95):
            mine = sum(
                c == code and (d.year, d.month) == (months[n].year, months[n].month)
                for d, c in zip(days, codes, strict=True)
            )
            assert shown.rows[n, shown.codes.index(code)] == mine
    total = sum(
        int(re.search(r", ([\d,]+) incident", title)[1].replace(",", ""))
        for _, _, title in boxes(picture(shown, geography))
        if "incident" in title
    )
    assert total == table.num_rows


@pytest.mark.parametrize("key", ["ex_risk", "ex_displacement", "ex_attention"])
def test_figures_have_a_grid_too(key: str, store: Store, geography: Geography) -> None:
    shown = grid_of(store, key, geography)
    assert "row" in picture(shown, geography)
    assert (
        0
        < shown.rows.sum()
        <= sum(one.kept for one in store.current("observations", exercise=True) if one.card.key == key)
    )


def test_a_long_history_is_joined_by_years_and_stays_small(tmp_path, geography: Geography) -> None:
    _, store = made.load(made.write(tmp_path / "GEDEvent_v25_1.csv", made.rows(400, year=2024)), tmp_path)
    shown = grid_of(store, "ucdp_ged", geography, exercise=False)
    html = picture(shown, geography)
    found = boxes(html)
    assert shown.periods.count >= 12 * 35
    assert len(found) <= MOST_BOXES
    assert sum(span for _, span, _ in found) == shown.periods.count * len(shown.codes)
    assert any(re.fullmatch(r"Sudan, Jan to Dec 2003: observed, \d+ incidents?", title) for _, _, title in found)
    assert len(html) < 400_000


def test_a_state_that_changes_within_a_year_is_seen_however_long_the_history(tmp_path, geography: Geography) -> None:
    _, store = made.load(made.write(tmp_path / "GEDEvent_v25_1.csv", made.rows(400, year=2024)), tmp_path)
    (one,) = store.list()
    codes = [code for code in geography.countries if not code.startswith("X")]
    ends = [dt.date(2010, 5, 31) if code == "SDN" else dt.date(2024, 12, 31) for code in codes]
    for some in (["MLI", "SDN"], codes):
        spans = tuple(Span(code, dt.date(1989, 1, 1), ends[codes.index(code)]) for code in some)
        shown = grid([replace(one, coverage=Coverage(spans, "countries", "said so"))], [store.table(one)], geography)
        assert shown is not None
        html = picture(shown, geography)
        found = boxes(html)
        sudan = [(mark, title) for mark, _, title in found if title.startswith("Sudan, ")]
        assert any(mark == "o" and "May 2010" in title for mark, title in sudan)
        assert any(mark == "n" and "Jun" in title for mark, title in sudan)
        assert sum(span for _, span, _ in found) == shown.periods.count * len(some)
        assert len(html) < 400_000


def test_a_source_that_says_nothing_of_where_it_looked(store: Store, geography: Geography) -> None:
    (one, *_) = store.current("events", exercise=True)
    silent = replace(one, coverage=Coverage((), "countries", "not known"))
    assert grid([silent], [store.table(one)], geography) is None


def test_the_world_has_a_row_for_all_other_countries(store: Store, geography: Geography) -> None:
    one = next(one for one in store.current("events", exercise=True) if one.card.key == "ex_a")
    spans = (
        Span("SDN", dt.date(2041, 1, 1), dt.date(2048, 12, 27)),
        Span(EVERYWHERE, dt.date(2041, 1, 1), dt.date(2048, 12, 27)),
    )
    world = replace(one, coverage=Coverage(spans, "world", "all of it"))
    shown = grid([world], [store.table(one)], geography)
    assert shown is not None
    assert shown.codes == ("SDN", EVERYWHERE), "what has a name comes first"
    assert shown.rows.sum() == one.kept
    assert "All other countries, Jan 2041" in picture(shown, geography)
    rows = ledger_rows.spans([world], shown, geography)
    assert {row[0]: int(row[4].replace(",", "")) for row in rows} == dict(
        zip(("Sudan", "All other countries"), shown.rows.sum(axis=0).tolist(), strict=True)
    )


def test_the_table_of_dates_says_the_same(store: Store, geography: Geography) -> None:
    shown = grid_of(store, "ex_a", geography)
    chosen = [one for one in store.current("events", exercise=True) if one.card.key == "ex_a"]
    rows = ledger_rows.spans(chosen, shown, geography)
    assert all(len(row) == len(ledger_rows.COVERAGE_HEAD) for row in rows)
    assert len(rows) == len(united_coverage(chosen).country)
    niger = next(row for row in rows if row[0] == "Niger")
    assert niger[2:4] == ("31 Dec 2046", "17 Dec 2046")
    said = summary(shown, geography)
    observed = int((shown.state == State.OBSERVED).sum())
    assert f"{observed:,} country-months observed" in said
    assert int(np.isin(shown.state, [State.NOT_COVERED]).sum()) == 24
    assert "24 not covered" in said
    inert(legend())
