"""Rows that a view leaves out, by reason: as many as the tally says, the right ones, and none that may not leave."""

from dataclasses import replace

import numpy as np
import pytest

from data.holdings import Holdings
from data.manifest import Manifest
from data.store import Store
from export import held_rows
from export.downloads import csv_of
from export.reading import Reading
from geo.precision import Fate, Treatment
from geo.view import Kinds
from tests.data import made
from tests.export import worlds


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Invented rows in UCDP's columns, one of them rejected."""
    folder = tmp_path_factory.mktemp("rejected")
    rows = made.rows(60, year=2024)
    rows[5]["latitude"] = "91"
    return made.load(made.write(folder / "GEDEvent_v25_1.csv", rows), folder)[1]


@pytest.mark.parametrize("kinds", list(Kinds))
@pytest.mark.parametrize("treatment", [Treatment.PLACED, Treatment.AS_CODED])
def test_every_fate_has_as_many_records_as_the_tally_counts(
    exercise: Holdings, east_reading: Reading, kinds: Kinds, treatment: Treatment
) -> None:
    view = replace(east_reading.view, kinds=kinds, treatment=treatment)
    reading = worlds.reading(exercise, view)
    counts = np.bincount(held_rows.fates_of(reading), minlength=len(Fate))
    assert counts.tolist() == reading.tally.fates[:, :, 0].sum(axis=0).tolist()


def test_the_rows_are_those_left_out_with_their_reason(exercise: Holdings, east_reading: Reading) -> None:
    rows = held_rows.left_out_rows(east_reading, exercise)
    excluded = east_reading.tally.excluded()
    asked = {fate.reason: sums["incidents"] for fate, sums in excluded.items() if fate.asked_for}
    found = dict(zip(*np.unique(rows["reason"].to_pylist(), return_counts=True), strict=True))
    assert {str(key): int(count) for key, count in found.items()} == asked
    killed = sum(rows["deaths_best"].to_pylist())
    assert killed == sum(sums["deaths_best"] for fate, sums in excluded.items() if fate.asked_for)
    wide = rows.filter(np.array(rows["reason"].to_pylist()) == Fate.TOO_LONG.reason)
    days = [(b - a).days + 1 for a, b in zip(wide["date_start"].to_pylist(), wide["date_end"].to_pylist(), strict=True)]
    assert days
    assert min(days) > 7


def test_each_choice_gives_the_rows_that_it_names(exercise: Holdings, east_reading: Reading) -> None:
    choices = held_rows.choices(east_reading, exercise)
    for choice, text in choices.items():
        rows = held_rows.left_out_rows(east_reading, exercise, held_rows.fates_named(choice))
        assert f"({rows.num_rows:,} rows)" in text
    assert b"EXERCISE" in csv_of(held_rows.left_out_rows(east_reading, exercise), exercise=True).splitlines()[1]


def test_rows_of_a_source_that_may_not_be_passed_on_never_leave(exercise: Holdings, east_reading: Reading) -> None:
    private = replace(exercise, cards=tuple(replace(card, raw_shareable=False) for card in exercise.cards))
    assert held_rows.left_out_rows(east_reading, private, tuple(Fate)).num_rows == 0
    assert held_rows.choices(east_reading, private) == {}
    assert len(held_rows.left_out_rows(east_reading, exercise)) > 0


def closed(manifest: Manifest) -> Manifest:
    return replace(manifest, card=replace(manifest.card, raw_shareable=False, licence="not to be passed on"))


def test_the_reason_is_said(exercise: Holdings) -> None:
    assert held_rows.held_back(exercise) == ""
    private = replace(exercise, snapshots=tuple(closed(one) for one in exercise.snapshots))
    said = held_rows.held_back(private)
    assert "not to be passed on" in said
    assert "not offered for download" in said


def test_rejected_rows_lose_their_values_where_they_may_not_leave(store: Store) -> None:
    (manifest,) = store.list()
    table = store.rejected(manifest)
    assert "91" in held_rows.rejected_rows(manifest, table)["value"].to_pylist()
    assert "value" not in held_rows.rejected_rows(closed(manifest), table).schema.names
    examples = held_rows.rejected_examples(dict(manifest.rejected), table)
    assert examples[0][1] == f"{next(iter(manifest.rejected.values())):,}"
    assert "91" in examples[0]


def test_the_counted_rows_are_those_of_the_tally(exercise: Holdings, east_reading: Reading) -> None:
    rows = held_rows.counted_rows(east_reading, exercise)
    tally = east_reading.tally
    assert rows.num_rows == tally.count(Fate.PLACED) + tally.count(Fate.AREA_ONLY)
    killed = tally.killed.total() + tally.area_killed.total()
    assert sum(rows["civilian_deaths"].to_pylist()) == killed
    assert held_rows.counted_text(rows).startswith(f"{rows.num_rows:,} rows")
