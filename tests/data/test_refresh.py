"""What a newer copy changed, against plain dictionaries: added, changed, deleted, and the deaths that moved."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.draft import EVENTS, OBSERVATIONS
from data.refresh import Refresh, refresh

DAY = dt.date(2024, 3, 1)


def events(rows: dict[str, tuple[int, str | None]], source: str = "a") -> pa.Table:
    """A table of the columns that a comparison looks at: id, source, deaths_best, place."""
    return pa.table(
        {
            "id": pa.array(list(rows), pa.string()),
            "source": pa.array([source] * len(rows)).dictionary_encode(),
            "deaths_best": pa.array([killed for killed, _ in rows.values()], pa.int32()),
            "place": pa.array([place for _, place in rows.values()], pa.string()).dictionary_encode(),
        }
    )


ROWS = st.dictionaries(
    st.text("abc1", min_size=1, max_size=2),
    st.tuples(st.integers(0, 3), st.sampled_from([None, "", "x", "y"])),
    max_size=12,
)


@given(old=ROWS, new=ROWS, seed=st.integers(0, 99))
def test_it_is_what_dictionaries_say(old, new, seed: int) -> None:
    shuffled = events(new, "b").take(pa.array(np.random.default_rng(seed).permutation(len(new))))
    found = refresh(events(old), shuffled, EVENTS)
    both = old.keys() & new.keys()
    changed = [key for key in both if old[key] != new[key]]
    moved = [new[key][0] - old[key][0] for key in changed]
    assert found == Refresh(
        added=len(new.keys() - old.keys()),
        changed=len(changed),
        deleted=len(old.keys() - new.keys()),
        same=len(both) - len(changed),
        killed_added=sum(new[key][0] for key in new.keys() - old.keys()),
        killed_deleted=sum(old[key][0] for key in old.keys() - new.keys()),
        killed_changed=sum(moved),
        killed_moved=sum(abs(each) for each in moved),
    )


def observations(values: list[tuple[str, float | None]], known: dt.date = DAY) -> pa.Table:
    count = len(values)
    return pa.table(
        {
            "source": pa.array(["a"] * count).dictionary_encode(),
            "measure": pa.array(["displaced"] * count).dictionary_encode(),
            "place_code": pa.array([place for place, _ in values]).dictionary_encode(),
            "period_start": pa.array([DAY] * count, pa.date32()),
            "known_at": pa.array([known] * count, pa.date32()),
            "value": pa.array([value for _, value in values], pa.float64()),
        }
    )


def test_observations_are_compared_by_what_they_are_of() -> None:
    old = observations([("SD01", 10.0), ("SD02", None), ("SD03", 5.0), ("SD03", 6.0)])
    new = observations(
        [("SD03", 5.0), ("SD03", 7.0), ("SD01", 10.0), ("SD02", 0.0), ("SD04", 1.0)], dt.date(2024, 4, 1)
    )
    found = refresh(old, new, OBSERVATIONS)
    assert (found.added, found.changed, found.deleted, found.same) == (1, 2, 0, 2), "missing is not zero"
    assert (found.killed_added, found.killed_moved) == (0, 0)


@pytest.mark.parametrize("kind", [EVENTS, OBSERVATIONS])
def test_nothing_and_itself(kind: str) -> None:
    table = events({"1": (1, None), "2": (0, "x")}) if kind == EVENTS else observations([("SD01", 1.0)])
    assert refresh(table, table, kind).same == table.num_rows
    assert refresh(table.slice(0, 0), table, kind).added == table.num_rows
    assert refresh(table, table.slice(0, 0), kind).deleted == table.num_rows
