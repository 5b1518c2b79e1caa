"""The harness: what a ratio and a target mean, what table and file hold, how the made incidents lie."""

import json

import numpy as np
import pytest

import bench.__main__ as command
from bench.machine import machine
from bench.row import Row
from bench.rows import measured
from bench.scale import FULL, QUICK
from bench.synthetic_events import FIRST, LAST, coverage, incidents, weeks
from bench.timing import Timing
from geo.cells import NO_CELL, parents
from geo.coverage import State
from geo.precision import Support

COLUMNS = {"name", "value", "unit", "peer", "peer_value", "ratio", "machine"}
SECONDS = Timing((0.2, 0.1, 0.4))


class Stub:
    def __init__(self, title, milliseconds):
        self.title, self.milliseconds = title, milliseconds

    def name(self, scale):
        return f"{self.title} ({scale.called})"

    def measure(self, scale):
        timing = Timing((self.milliseconds / 1e3,))
        return Row.of(self.name(scale), "ms", timing, peer="something else", peer_seconds=1.0, target=50.0)


@pytest.fixture
def stubs(monkeypatch):
    rows = [Stub("quick one", 40.0), Stub("slow one", 80.0)]
    monkeypatch.setattr(command, "measured", lambda: rows)
    return rows


def test_a_timing_counts_its_repeats_and_not_the_first_call():
    calls = []
    timing = Timing.of(lambda: calls.append(1), 5)
    assert (len(calls), len(timing.seconds)) == (6, 5)
    assert (SECONDS.median, SECONDS.least) == (0.2, 0.1)
    assert SECONDS.p95 == pytest.approx(0.38)


def test_a_ratio_above_one_is_ours_being_better():
    less = Row.of("x", "ms", SECONDS, peer="p", peer_seconds=0.6, target=150.0)
    more = Row.of("x", "rows/s", SECONDS, rows=100, peer="p", peer_seconds=0.6, target=400.0)
    assert (less.value, less.best, less.peer_value) == pytest.approx((200, 100, 600))
    assert (more.value, more.best, more.peer_value) == pytest.approx((500, 1000, 100 / 0.6))
    assert less.ratio == pytest.approx(3)
    assert more.ratio == pytest.approx(3)
    assert (less.met, more.met) == (False, True)


def test_a_row_without_peer_or_target_says_nothing_of_them():
    alone = Row.of("x", "s", SECONDS)
    assert (alone.ratio, alone.met, alone.peer_value) == (None, None, None)


def test_the_file_holds_the_promised_columns(stubs, tmp_path, capsys):
    out = tmp_path / "results.json"
    assert command.main(["--out", str(out)]) == 0
    entries = json.loads(out.read_text("utf-8"))
    assert [entry["name"] for entry in entries] == ["quick one (3M)", "slow one (3M)"]
    assert all(set(entry) >= COLUMNS for entry in entries)
    assert [entry["ratio"] for entry in entries] == [25.0, 12.5]
    assert entries[0]["machine"]["cores"] == machine()["cores"]
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[1].endswith("met")
    assert lines[2].endswith("MISSED")
    assert "[2/2] slow one" in printed.err


def test_one_row_alone_leaves_the_others_as_they_were(stubs, tmp_path):
    out = tmp_path / "results.json"
    command.main(["--out", str(out)])
    stubs[1].milliseconds = 10.0
    command.main(["--only", "slow", "--out", str(out)])
    assert [entry["value"] for entry in json.loads(out.read_text("utf-8"))] == [40.0, 10.0]
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


@pytest.mark.usefixtures("stubs")
def test_a_quick_run_writes_no_results(monkeypatch, tmp_path):
    monkeypatch.setattr(command, "RESULTS", tmp_path / "results.json")
    assert command.main(["--quick"]) == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("stubs")
def test_a_row_that_is_not_there_is_named_with_those_that_are(capsys):
    assert command.main(["--only", "nothing"]) == 2
    assert "slow one (3M)" in capsys.readouterr().err


def test_the_rows_that_were_promised_are_there():
    names = [module.name(FULL) for module in measured()]
    assert names[:2] == ["ingest rows per second (3M)", "cube for a new filter ms (3M)"]
    assert len(names) == len(set(names))


def test_the_cube_row_checks_its_peer_and_reports_it():
    row = next(module for module in measured() if module.name(QUICK).startswith("cube")).measure(QUICK)
    assert row.peer_value is not None
    assert row.value > 0


def test_made_incidents_are_clustered_and_repeatable():
    made, again = incidents(20_000), incidents.__wrapped__(20_000)
    events = made.events
    for name in ("cell", "area", "flags", "end_day", "deaths_best"):
        np.testing.assert_array_equal(getattr(events, name), getattr(again.events, name))
    assert (events.end_day.min() >= FIRST, events.end_day.max() <= LAST) == (True, True)
    assert (events.cell != NO_CELL).all()
    assert (events.deaths_low <= events.deaths_best).all()
    assert (events.civilian_deaths <= events.deaths_best).all()
    assert set(np.unique(events.support)) == set(Support)
    assert len(np.unique(made.latitude)) < len(events) / 4
    counts = np.sort(np.unique(parents(events.cell, 5), return_counts=True)[1])[::-1]
    assert counts[: len(counts) // 10].sum() > 0.4 * len(events)
    assert (coverage().states(("AAA",), weeks())[1:-1] == State.OBSERVED).all()
