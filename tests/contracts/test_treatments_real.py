"""Conservation under the three treatments on real files, against plain pandas: nothing is lost by spreading either.

Whole counts exactly, shares to 1e-9 of the total; the expectation is that of test_conservation_real.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import geodata
from data.holdings import load
from data.ingest import ingest
from data.store import Store
from export.bearing import borne
from export.displayed import displayed
from export.geography import geography
from export.reading import SELECTIONS, Frame, Reading, coverage_as_known, place_frame, read
from geo.amounts import over_days, whole
from geo.cells import to_text
from geo.periods import Grain, to_date
from geo.precision import Fate, TimeTreatment, Treatment
from geo.spread import area_shares
from geo.tally import tally
from geo.view import AREA_RESOLUTION, Kinds, View
from tests.contracts.real_events import raw_events
from tests.contracts.test_conservation_real import (
    FILES,
    KINDS,
    LONGEST_DAYS,
    PANDAS_GRAIN,
    REAL,
    RESOLUTIONS,
    WORKBOOK,
    Case,
    add_areas,
    by_unit_and_period,
    fates,
    grouped,
    sums,
)
from tests.data import made

pytestmark = [pytest.mark.realdata, pytest.mark.timeout(300)]

QUICK = [
    ("SDN", 4, Grain.WEEK),
    ("SDN", AREA_RESOLUTION, Grain.MONTH),
    ("MMR", 5, Grain.QUARTER),
    ("MMR", 6, Grain.WEEK),
]
EVERY = [(name, size, grain) for name in (*FILES, "candidate") for size in RESOLUTIONS for grain in Grain]


@pytest.fixture(scope="module")
def case_of(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """One file, ingested when it is first asked for."""

    @cache
    def give(name: str) -> Case:
        file = real_data / (FILES | {"candidate": WORKBOOK})[name]
        store = Store(tmp_path_factory.mktemp(name))
        manifest = ingest(file, store, now=made.NOW).manifest
        holdings = load(store, exercise=False)
        return Case(manifest, holdings, add_areas(raw_events(file)), max(holdings.as_of.values()))

    return give


def coded_fates(case: Case, resolution: int, grain: Grain) -> pd.Series:
    """As coded: each record where its coordinates are, whatever its precision."""
    raw = case.raw
    kept = fates(raw, resolution, grain, case.known)
    decided = (kept == Fate.OUTSIDE_PERIOD.name) | (raw["days"] > LONGEST_DAYS[grain])
    enters = raw["area"].notna() if resolution == AREA_RESOLUTION else raw["lat"].notna()
    return kept.where(decided | ~enters, Fate.PLACED.name)


def check(case: Case, resolution: int, grain: Grain) -> None:
    """All three treatments of one file at one resolution and grain."""
    raw, areas = case.raw, geodata.admin1("fine")
    unit = "area" if resolution == AREA_RESOLUTION else f"cell{resolution}"
    expected = {one: fates(raw, resolution, grain, case.known) for one in (Treatment.PLACED, Treatment.SPREAD)}
    expected[Treatment.AS_CODED] = coded_fates(case, resolution, grain)
    for treatment, fate in expected.items():
        placed = place_frame(case.holdings, areas, Frame(REAL, "", resolution, grain, case.known, treatment))
        for kinds in KINDS:
            what = (resolution, grain.value, treatment.value, kinds.value)
            found = tally(placed, SELECTIONS[kinds])
            asked = raw["civilian"] if kinds is Kinds.CIVILIAN else raw["civilian"].notna()
            for one in set(Fate) - {Fate.OTHER_KIND}:
                got = found.fates[:, one].sum(axis=0).tolist()
                assert got == sums(raw[asked & (fate == one.name)]), (*what, one.name)
            inside, beside = (raw[asked & (fate == one)] for one in ("PLACED", "AREA_ONLY"))
            assert by_unit_and_period(found.incidents, grain) == grouped(inside, unit, grain, "incidents"), what
            if treatment is Treatment.SPREAD and resolution != AREA_RESOLUTION:
                check_spread(found, placed, resolution, grain, inside, beside)


def check_spread(found, placed, resolution: int, grain: Grain, inside: pd.DataFrame, beside: pd.DataFrame) -> None:
    """Period by period and as a whole: cells, shares and what could not be shared are what pandas counts."""
    areas = geodata.admin1("fine")
    cube = found.area_incidents
    held = cube.lattice.units[cube.values.sum(axis=0) > 0].astype(np.int32)
    shares = area_shares(areas, held, resolution)
    cells = shares.apply(cube.values, cube.lattice.units)
    not_shared = cube.values[:, shares.rows_of(cube.lattice.units) < 0].sum(axis=1)
    plain = beside["end"].dt.to_period(PANDAS_GRAIN[grain]).value_counts()
    for period, amount, rest in zip(cube.lattice.periods.starts, cells.sum(axis=1), not_shared, strict=True):
        count = plain.get(pd.Period(to_date(int(period)), PANDAS_GRAIN[grain]), 0)
        assert abs(amount + rest - count) <= 1e-9 * max(count, 1)
    reading = whole(found, slice(0, cube.lattice.periods.count))
    assert reading.incidents.sum() == len(inside)
    assert abs(cells.sum() + not_shared.sum() - len(beside)) <= 1e-9 * max(len(beside), 1)
    dropped = {str(areas.codes[shares.areas[row]]) for row in shares.unspread}
    assert not_shared.sum() == beside["area"].isin(dropped).sum()


@pytest.mark.parametrize(("name", "resolution", "grain"), QUICK, ids=str)
def test_nothing_is_lost_under_any_treatment(case_of, name: str, resolution: int, grain: Grain) -> None:
    check(case_of(name), resolution, grain)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "resolution", "grain"), EVERY, ids=str)
def test_nothing_is_lost_in_any_file_at_any_resolution(case_of, name: str, resolution: int, grain: Grain) -> None:
    check(case_of(name), resolution, grain)


def reading_of(case: Case, view: View) -> Reading:
    placed = place_frame(case.holdings, geodata.admin1("fine"), Frame.of(view))
    return read(view, placed, tally(placed, SELECTIONS[view.kinds]), coverage_as_known(case.holdings, view.known))


def view_of(case: Case, first: str, last: str, **changes) -> View:
    first_day, last_day = (pd.Timestamp(day).date() for day in (first, last))
    return View(
        exercise=False, known=case.known, first=first_day, last=last_day, source=case.holdings.source, **changes
    )


def test_what_the_map_shows_of_a_year_is_what_pandas_counts(case_of) -> None:
    case = case_of("MMR")
    view = view_of(case, "2021-01-01", "2021-12-31", grain=Grain.MONTH, treatment=Treatment.SPREAD)
    found = displayed(reading_of(case, view), geography()).spread
    fate = fates(case.raw, 4, Grain.MONTH, case.known)
    mine = case.raw[case.raw["civilian"] & (case.raw["end"].dt.year == 2021)]
    inside, beside = (mine[fate[mine.index] == one] for one in ("PLACED", "AREA_ONLY"))
    assert found is not None
    assert len(beside) > 50
    assert abs(found.incidents.sum() + found.rest.sum() - len(inside) - len(beside)) <= 1e-9 * len(mine)
    known = found.known > 0
    cells = dict(zip(to_text(found.lattice.units[known]), found.known[known].tolist(), strict=True))
    assert cells == inside.groupby("cell4").size().to_dict()


@pytest.mark.parametrize("name", ["SDN", "MMR"])
def test_dates_spread_over_days_lose_no_incident(case_of, name: str) -> None:
    """One row a day by pandas; incidents that a week leaves out for their dates are shared too."""
    case, first, last = case_of(name), pd.Timestamp("2017-07-03"), pd.Timestamp("2017-10-29")
    frame = Frame(REAL, "", 4, Grain.WEEK, case.known, Treatment.PLACED, times=TimeTreatment.SPREAD)
    placed = place_frame(case.holdings, geodata.admin1("fine"), frame)
    assert not tally(placed, SELECTIONS[Kinds.ALL]).count(Fate.TOO_LONG)
    window = placed.lattice.periods.window(*((day - pd.Timestamp(0)).days for day in (first, last)))
    found = over_days(placed, SELECTIONS[Kinds.ALL], window)
    raw = case.raw[(case.raw["end"] >= first) & (case.raw["start"] <= last)]
    part = ((raw["end"].clip(upper=last) - raw["start"].clip(lower=first)).dt.days + 1) / raw["days"]
    in_cells = raw["prec"].isin([1, 2, 3])
    in_areas = ~in_cells & raw["area"].notna() & ((raw["prec"] == 4) | ((raw["prec"] == 5) & raw["named"]))
    assert found.incidents.sum() == pytest.approx(part[in_cells].sum(), rel=1e-9)
    assert found.area_incidents.sum() == pytest.approx(part[in_areas].sum(), rel=1e-9)
    by_cell = part[in_cells].groupby(raw["cell4"]).sum()
    at = found.incidents > 0
    assert dict(zip(to_text(placed.lattice.units[at]), found.incidents[at], strict=True)) == pytest.approx(
        by_cell.to_dict(), rel=1e-9
    )


def test_finer_cells_than_the_data_bear_are_refused(case_of) -> None:
    for name, raw in ((name, case_of(name).raw) for name in ("SDN", "MMR")):
        case = case_of(name)
        view = view_of(case, "2020-01-01", "2020-12-31", kinds=Kinds.ALL, grain=Grain.QUARTER, resolution=6)
        shown, reason = borne(view, reading_of(case, view).placed)
        exact, placed = (raw["prec"] == 1).sum(), raw["prec"].isin([1, 2, 3]).sum()
        assert (shown.resolution == 4) == (exact < placed / 2) == bool(reason)
        if reason:
            assert f"{exact:,} of {placed:,}" in reason
