"""Myanmar `as coded` against `placed`: which cells' ranks change and why, and docs/as-coded.md says what is so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from bench.as_coded_picture import FILE, Comparison, compared, holdings_of, markdown, ordinal, totals
from geo.precision import Fate
from geo.view import Kinds
from tests.conftest import ROOT
from tests.contracts.real_events import raw_events

pytestmark = pytest.mark.realdata

PAGE = (ROOT / "docs" / "as-coded.md").read_text("utf-8")
SHAN, KAYIN, BAGO, YANGON = "84406d3ffffffff", "846481dffffffff", "84648e1ffffffff", "84648c9ffffffff"
LONGEST_DAYS = 92


@dataclass(frozen=True)
class Myanmar:
    """The comparison for each selection of kinds, and the records by plain pandas."""

    compared: dict[Kinds, Comparison]
    raw: pd.DataFrame

    def counted(self, kinds: Kinds) -> pd.DataFrame:
        """The records of a selection whose dates fit a quarter."""
        fits = self.raw["days"] <= LONGEST_DAYS
        return self.raw[fits & self.raw["civilian"]] if kinds is Kinds.CIVILIAN else self.raw[fits]


@pytest.fixture(scope="module")
def myanmar(real_data: Path) -> Iterator[Myanmar]:
    with holdings_of(real_data) as holdings:
        both = {kinds: compared(holdings, kinds) for kinds in (Kinds.ALL, Kinds.CIVILIAN)}
        yield Myanmar(both, raw_events(real_data / FILE))


def ranks(events: pd.DataFrame) -> pd.DataFrame:
    """Counts and ranks of each cell as coded and placed (precision 1 to 3 at resolution 4), most as coded first."""
    by_cell = events.assign(placed=events["prec"] <= 3).groupby("cell4")
    found = by_cell.agg(coded=("incidents", "sum"), placed=("placed", "sum"))
    for name in ("coded", "placed"):
        found[f"rank_{name}"] = found[name].rank(ascending=False, method="min").astype(int)
    return found.sort_values("coded", ascending=False)


@pytest.mark.parametrize("kinds", [Kinds.ALL, Kinds.CIVILIAN])
def test_the_top_ten_and_their_ranks_are_those_of_plain_pandas(myanmar: Myanmar, kinds: Kinds) -> None:
    expected = ranks(myanmar.counted(kinds))
    top = myanmar.compared[kinds].top
    assert [row.number for row in top] == list(range(1, 11))
    assert [row.coded for row in top] == expected["coded"].head(10).tolist()
    for row in top:
        found = expected.loc[row.cell].tolist()
        assert [row.coded, row.placed, row.rank, row.rank_placed] == found, row


@pytest.mark.parametrize("kinds", [Kinds.ALL, Kinds.CIVILIAN])
def test_both_treatments_account_for_the_same_records(myanmar: Myanmar, kinds: Kinds) -> None:
    one, raw = myanmar.compared[kinds], myanmar.raw
    asked = raw[raw["civilian"]] if kinds is Kinds.CIVILIAN else raw
    assert sum(totals(one.coded)) == sum(totals(one.placed)) == len(asked)
    for found in one.pair:
        assert found.fates.sum(axis=(0, 1)).tolist() == one.coded.read.tolist()
        assert found.count(Fate.TOO_LONG) == (asked["days"] > LONGEST_DAYS).sum()
    fits = asked[asked["days"] <= LONGEST_DAYS]
    assert totals(one.coded) == (len(fits), 0, len(asked) - len(fits))
    assert totals(one.placed)[0] == (fits["prec"] <= 3).sum()
    nameless = ((fits["prec"] == 6) | ((fits["prec"] == 5) & ~fits["named"])).sum()
    assert one.placed.count(Fate.COUNTRY_ONLY) == nameless
    assert one.placed.count(Fate.NO_PLACE) == (fits["prec"] == 7).sum()
    assert totals(one.placed)[1] + one.placed.count(Fate.NO_AREA) == len(fits) - (fits["prec"] <= 3).sum() - (
        nameless + (fits["prec"] == 7).sum()
    )


def test_the_top_cell_as_coded_is_a_centroid(myanmar: Myanmar) -> None:
    for kinds in (Kinds.ALL, Kinds.CIVILIAN):
        events = myanmar.counted(kinds)
        here = events[events["cell4"] == SHAN]
        stacked = here.groupby(["lat", "lng"]).size().max()
        assert myanmar.compared[kinds].top[0].cell == SHAN
        assert stacked > 0.9 * len(here)
        assert here["prec"].isin([4, 5, 6]).mean() > 0.98
        assert myanmar.compared[kinds].top[0].rank_placed > 100


def test_a_region_centroid_falls_and_exact_places_rise(myanmar: Myanmar) -> None:
    by_cell = {row.cell: row for row in myanmar.compared[Kinds.ALL].top}
    assert by_cell[BAGO].rank_placed > 100
    assert (by_cell[KAYIN].rank, by_cell[KAYIN].rank_placed) == (2, 1)
    assert (by_cell[YANGON].rank, by_cell[YANGON].rank_placed) == (9, 2)
    assert {row.cell for row in by_cell.values() if row.rank != row.rank_placed} >= {SHAN, BAGO, KAYIN, YANGON}
    assert max(row.placed for row in by_cell.values()) == by_cell[KAYIN].placed


@pytest.mark.parametrize("kinds", [Kinds.ALL, Kinds.CIVILIAN])
def test_the_page_prints_the_tables_as_they_are(myanmar: Myanmar, kinds: Kinds) -> None:
    assert markdown(myanmar.compared[kinds]) in PAGE


def test_the_sentences_of_the_page_hold(myanmar: Myanmar) -> None:
    events = myanmar.counted(Kinds.ALL)
    shan, kayin, bago = (events[events["cell4"] == cell] for cell in (SHAN, KAYIN, BAGO))
    top = {row.cell: row for row in myanmar.compared[Kinds.ALL].top}
    words = re.sub(r"\s+", " ", PAGE)
    region = (bago["prec"] == 4) & (bago["lat"] == 18.25) & (bago["lng"] == 96.25)
    district = (kayin["prec"] == 3).groupby([kayin["lat"], kayin["lng"]]).sum().max()
    fallen = sum(row.rank_placed > 20 for row in myanmar.compared[Kinds.CIVILIAN].top)
    for sentence in (
        f"Of its {len(shan)} incidents, {shan['prec'].isin([4, 6]).sum()} stand on one pair of coordinates",
        f"{(shan['prec'] == 5).sum()} more are known to a township",
        f"placed, it ranks {ordinal(top[SHAN].rank_placed)}",
        f"{region.sum()} of its {len(bago)} incidents stand on the middle of the region",
        f"{(bago['prec'] <= 3).sum()} are known to be there",
        f"holds {(kayin['prec'] <= 3).sum()} incidents, and {district} of them are known to a district",
        f"The same {len(myanmar.raw):,} records stand on both sides",
    ):
        assert sentence in words, sentence
    assert shan[shan["prec"].isin([4, 6])].groupby(["lat", "lng"]).ngroups == 1
    assert (shan["prec"] <= 3).sum() == 5
    assert fallen == 3
    assert "three of the ten top cells drop below the twentieth rank" in words
