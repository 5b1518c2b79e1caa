"""Every real event file under the three treatments: what pandas counts in it is placed, known to an area, or left out.

The totals only; cell by cell and reason by reason six files are compared in test_treatments_real.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.holdings import Holdings, load
from data.ingest import ingest
from data.store import Store
from export.displayed import displayed
from export.geography import geography
from export.reading import SELECTIONS, Frame, coverage_as_known, place_frame, read
from geo.periods import Grain, to_date
from geo.precision import Fate, Treatment
from geo.tally import tally
from geo.view import AREA_RESOLUTION, Kinds, View
from tests.conftest import ROOT
from tests.data import made

pytestmark = [pytest.mark.realdata, pytest.mark.timeout(300)]

FOLDER = Path(os.environ.get("TOCSIN_TEST_DATA") or ROOT.parent / "shared" / "data")
NOT_EVENTS = "countryyear"
FILES = sorted(path.name for path in FOLDER.glob("ucdp_*") if NOT_EVENTS not in path.name) or ["none"]


def plain(path: Path) -> tuple[int, int]:
    """Rows and deaths of a file by pandas alone."""
    if path.suffix == ".xlsx":
        table = pd.read_excel(path, engine="calamine")
    elif path.suffix == ".parquet":
        table = pd.read_parquet(path)
    else:
        table = pd.read_csv(path, index_col=False, low_memory=False)
    column = "best_est" if "best_est" in table else "best"
    deaths = pd.to_numeric(table[column], errors="coerce")  # the row of HXL tags is no number
    return int(deaths.notna().sum()), int(deaths.sum())


@pytest.fixture(scope="module")
def held(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    known: dict[str, Holdings] = {}

    def give(name: str) -> Holdings:
        if name not in known:
            known.clear()
            store = Store(tmp_path_factory.mktemp("held"))
            ingest(real_data / name, store, now=made.NOW)
            known[name] = load(store, exercise=False)
        return known[name]

    return give


@pytest.mark.parametrize("treatment", Treatment)
@pytest.mark.parametrize("name", FILES)
def test_nothing_is_lost(real_data: Path, held, name: str, treatment: Treatment) -> None:
    holdings = held(name)
    rows, deaths = plain(real_data / name)
    manifest = holdings.snapshots[0]
    assert manifest.read == rows
    for size in (4, AREA_RESOLUTION):
        last = to_date(int(holdings.events.end_day.max()))
        first = to_date(int(holdings.events.start_day.min()))
        view = View(
            exercise=False,
            known=last,
            first=first,
            last=last,
            grain=Grain.QUARTER,
            resolution=size,
            kinds=Kinds.ALL,
            treatment=treatment,
        )
        placed = place_frame(holdings, geography().areas, Frame.of(view))
        counted = tally(placed, SELECTIONS[view.kinds])
        assert counted.fates[:, :, 0].sum() == manifest.kept == rows - sum(manifest.rejected.values())
        if not manifest.rejected:
            assert counted.fates[:, :, 2].sum() == deaths
        reading = read(view, placed, counted, coverage_as_known(holdings, view.known))
        shown = displayed(reading, geography())
        window = reading.window
        whole = counted.count(Fate.PLACED, window) + counted.count(Fate.AREA_ONLY, window)
        if shown.spread is None:
            beside = shown.amounts.area_incidents.sum()
            assert shown.amounts.incidents.sum() + beside == whole
        else:
            parts = shown.spread.known.sum() + shown.spread.shared.sum() + shown.spread.rest.sum()
            assert np.isclose(parts, whole, rtol=1e-9, atol=0)
