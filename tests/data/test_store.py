import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.canonical import canonical_events, canonical_observations, content_digest
from data.coverage import Coverage, Span, merged
from data.draft import EVENTS, OBSERVATIONS, Draft, whole
from data.ingest import ingest
from data.manifest import Manifest
from data.observations import conform_observations
from data.sources import detect
from data.sources.ucdp import GED
from data.store import Store
from data.stream import Stream
from data.task import SILENT
from geo.errors import NotConserved, NothingThere, StoreDamaged, ValueRefused
from tests.data import made

ROOT = Path(__file__).resolve().parent.parent.parent


def stored(folder: Path, count: int = 30, seed: int = 1) -> tuple[Store, str]:
    done, store = made.load(made.write(folder / f"{count}-{seed}.csv", made.rows(count, seed)), folder)
    return store, done.manifest.digest


def observations(values: list[float]) -> pa.Table:
    day = pa.array([dt.date(2020, 1, 1)] * len(values), pa.date32())
    columns = {
        "source": ["made"] * len(values),
        "measure": ["displaced_new"] * len(values),
        "kind": ["flow"] * len(values),
        "value": pa.array(values, pa.float64()),
        "unit": ["people"] * len(values),
        "state": ["observed"] * len(values),
        "period_start": day,
        "period_end": pa.array([dt.date(2020, 2, 1)] * len(values), pa.date32()),
        "known_at": day,
        "cell": np.zeros(len(values), dtype=np.uint64),
        "origin_cell": np.zeros(len(values), dtype=np.uint64),
        "exercise": np.zeros(len(values), dtype=bool),
    }
    return conform_observations(pa.table(columns))


COVERED = Coverage((Span("SDN", made.NOW.date(), made.NOW.date()),), "countries", "for a test")


def test_a_snapshot_comes_back_as_it_was(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    one = store.get(digest)
    assert one == store.list()[0] == store.get(digest[:6]) == store.current(EVENTS, exercise=False)[0]
    assert store.current(EVENTS, exercise=True) == ()
    assert store.verify(digest) == ()
    assert store.table(one).num_rows == one.kept == 30
    assert one.origin is not None
    assert one.origin.name == "30-1.csv"


def test_sums_of_the_manifest_are_those_of_the_rows(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    one = store.get(digest)
    events = made.rows(30)
    assert one.deaths["best"] == sum(event["best"] for event in events)
    assert one.deaths["low"] == sum(event["low"] for event in events)
    assert one.kinds == {
        name: sum(event["type_of_violence"] == code for event in events)
        for code, name in ((2, "non-state"), (3, "one-sided"), (1, "state-based"))
    }


@pytest.mark.parametrize("name", ["events.parquet", "rejected.parquet", "manifest.json"])
def test_any_changed_byte_is_found(tmp_path: Path, name: str) -> None:
    store, digest = stored(tmp_path)
    path = store.home / "snapshots" / digest / name
    whole = path.read_bytes()
    for position in range(0, len(whole), max(1, len(whole) // 25)):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        path.write_bytes(bytes(damaged))
        assert store.verify(digest), f"byte {position} of {name}"
    path.write_bytes(whole)
    assert store.verify(digest) == ()


def test_one_damaged_snapshot_leaves_the_others(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    _, other = stored(tmp_path, seed=2)
    (store.home / "snapshots" / digest / "manifest.json").unlink()
    assert [one.digest for one in store.list()] == [other]
    assert set(store.damaged()) == {digest}
    with pytest.raises(StoreDamaged):
        store.get(digest)


def test_rows_changed_together_with_their_file_digest_are_found(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    _, other = stored(tmp_path, seed=2)
    folder = store.home / "snapshots"
    (folder / digest / "events.parquet").write_bytes((folder / other / "events.parquet").read_bytes())
    assert store.verify(digest) == ("events.parquet has changed since it was written",)


def test_removal_can_be_undone(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    store.remove(digest)
    assert store.list() == ()
    with pytest.raises(NothingThere):
        store.get(digest)
    assert store.restore(digest[:8]).digest == digest
    assert store.verify(digest) == ()
    with pytest.raises(NothingThere):
        store.restore(digest)


@pytest.mark.parametrize("name", ["", "abc", "../..", "ffffffffffff", "*"])
def test_what_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    store, _ = stored(tmp_path)
    with pytest.raises(NothingThere):
        store.get(name)
    with pytest.raises(NothingThere):
        store.remove(name)


def test_a_draft_refuses_lost_rows_and_faults(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    table = store.table(store.get(digest))
    with pytest.raises(NotConserved, match="read 31 rows, kept 30, rejected 0"):
        Draft(EVENTS, table, GED, COVERED, read=31)
    with pytest.raises(ValueRefused, match="no row"):
        Draft(EVENTS, table.slice(0, 0), GED, COVERED)
    wrong = table.set_column(
        table.column_names.index("deaths_best"), table.field("deaths_best"), pa.array([-1] * 30, pa.int32())
    )
    with pytest.raises(ValueRefused, match="deaths_best: is outside"):
        Draft(EVENTS, wrong, GED, COVERED)


def test_observations_are_kept_beside_events(tmp_path: Path) -> None:
    store, _ = stored(tmp_path)
    one = store.commit(Draft(OBSERVATIONS, observations([3.0, 1.0, 2.0]), GED, COVERED))
    other = store.commit(Draft(OBSERVATIONS, observations([1.0, 2.0, 3.0]), GED, COVERED))
    assert one.digest == other.digest
    assert store.verify(one.digest) == ()
    assert store.table(one)["value"].to_pylist() == [1.0, 2.0, 3.0]
    assert [m.digest for m in store.current(OBSERVATIONS, exercise=False)] == [one.digest]


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(12)), st.integers(1, 5))
def test_the_digest_does_not_see_order_or_chunks(order: list[int], cut: int) -> None:
    table = observations([float(n) for n in range(12)])
    shuffled = table.take(order)
    cuts = pa.concat_tables([shuffled.slice(0, cut), shuffled.slice(cut)])
    assert content_digest(canonical_observations(cuts), {}) == content_digest(canonical_observations(table), {})
    changed = observations([float(n) for n in range(11)] + [99.0]).take(order)
    assert content_digest(canonical_observations(changed), {}) != content_digest(canonical_observations(table), {})


def test_the_digest_sees_missing_apart_from_zero_and_empty() -> None:
    def digest(values: list[object], kind: pa.DataType) -> str:
        return content_digest(pa.table({"a": pa.array(values, kind)}), {})

    assert digest([0, 1], pa.int32()) != digest([None, 1], pa.int32())
    assert digest(["", "a"], pa.string()) != digest([None, "a"], pa.string())
    assert digest(["ab", "c"], pa.string()) != digest(["a", "bc"], pa.string())
    assert digest([False, True], pa.bool_()) != digest([None, True], pa.bool_())


def test_ids_that_are_no_numbers_have_an_order_too(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    table = store.table(store.get(digest))
    named = table.set_column(0, table.field("id"), pa.array([f"EX-{n:04}" for n in range(30)]))
    order = np.random.default_rng(1).permutation(30)
    assert canonical_events(named.take(pa.array(order))).equals(canonical_events(named))


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 60), st.integers(0, 20)), max_size=8))
def test_merged_spans_hold_the_same_days(raw: list[tuple[str, int, int]]) -> None:
    start = made.NOW.date()
    spans = [Span(c, start + dt.timedelta(days=a), start + dt.timedelta(days=a + b)) for c, a, b in raw]

    def days(some: object) -> set[tuple[str, int]]:
        return {(s.country_code, n) for s in some for n in range(s.first.toordinal(), s.last.toordinal() + 1)}  # type: ignore[attr-defined]

    out = merged(spans)
    assert days(out) == days(spans)
    assert len(merged(out)) == len(out)


def test_a_second_writer_waits_and_both_are_kept(tmp_path: Path) -> None:
    paths = [made.write(tmp_path / f"{seed}.csv", made.rows(20, seed)) for seed in range(6)]
    store = Store(tmp_path / "home")
    threads = [threading.Thread(target=ingest, args=(path, store)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.list()) == 6
    assert all(store.verify(one.digest) == () for one in store.list())
    assert not list((store.home / "staging").iterdir())


WRITERS = """
import datetime as dt
import os
import sys
from pathlib import Path
from data.canonical import content_digest
from data.coverage import Coverage, Span
from data.draft import Draft, EVENTS
from data.sources.ucdp import GED
from data.store import Store
content_digest(Store(Path(sys.argv[1])).table(Store(Path(sys.argv[1])).list()[-1]), {})  # its kernels are loaded
for turn, _ in enumerate(sys.stdin):  # a writer for each line: started once, the program need not be imported again
    writer = os.fork()
    if writer:
        print(writer, flush=True)
        os.waitpid(writer, 0)
        continue
    store = Store(Path(sys.argv[1]))
    table = store.table(store.list()[-1])
    day = dt.date(2020, 1, 1)
    for n in range(10_000):
        span = Span("SDN", day, day + dt.timedelta(days=n + turn * 10_000))
        store.commit(Draft(EVENTS, table, GED, Coverage((span,), "countries", "crash test")))
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_last_good_is_readable(tmp_path: Path) -> None:
    store, digest = stored(tmp_path, 2000)
    rng = np.random.default_rng(4)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    known: set[str] = set()
    with subprocess.Popen(
        [sys.executable, "-c", WRITERS, str(store.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        for _ in range(15):
            writers.stdin.write("\n")
            writers.stdin.flush()
            writer = int(writers.stdout.readline())
            time.sleep(float(rng.uniform(0.05, 0.4)))
            os.kill(writer, signal.SIGKILL)
            assert store.damaged() == {}
            now = {one.digest for one in store.list()}
            assert known <= now
            assert digest in now
            known = now
            newest = store.list()[0]
            assert store.verify(newest.digest) == ()
        writers.stdin.close()
    assert len(known) > 15
    ingest(made.write(tmp_path / "last.csv", made.rows(20, 9)), store)  # restart needs no hand
    assert not list((store.home / "staging").iterdir())


def test_the_manifest_is_plain_json(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    body = json.loads((store.home / "snapshots" / digest / "manifest.json").read_text())
    assert body["digest"] == digest
    assert body["card"]["licence"] == "CC BY 4.0"
    assert body["coverage"]["spans"][0] == {"country_code": "MLI", "first": "1989-01-01", "last": "2020-12-31"}


@pytest.mark.parametrize("broken", ["manifest.json", "events.parquet"])
def test_a_damaged_snapshot_is_written_anew_when_its_file_is_loaded_again(tmp_path, broken):
    store, digest = stored(tmp_path)
    path = store.home / "snapshots" / digest / broken
    path.write_bytes(path.read_bytes()[:-9] + b"x" * 9)
    assert store.verify(digest)
    assert stored(tmp_path)[1] == digest
    assert not store.verify(digest)


def test_what_another_writer_has_in_hand_is_left_alone(tmp_path: Path) -> None:
    store, _ = stored(tmp_path)
    folder, handle = store._staging()
    (folder / "events.parquet").write_bytes(b"half")
    stored(tmp_path, seed=2)
    assert (folder / "events.parquet").exists()
    os.close(handle)  # as when its process is killed
    stored(tmp_path, seed=3)
    assert not folder.exists()


def test_a_file_looked_at_first_becomes_the_same_snapshot(tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.csv", made.rows(60))
    done, _ = made.load(path, tmp_path)
    source, opened = detect(path)
    draft = whole(source.read(path, opened, task=SILENT, today=made.NOW.date()))
    other = Store(tmp_path / "other")
    one = other.commit(draft, now=made.NOW)
    assert one.digest == done.manifest.digest == content_digest(draft.table, draft.identity)
    assert set(other.table(one)["source"].to_pylist()) == {"ucdp_ged"}
    assert other.table(one, columns=["id"]).column_names == ["id"]
    assert other.table(one, columns=["source", "id"]).column_names == ["source", "id"]


def test_a_table_of_several_sources_keeps_them(tmp_path: Path) -> None:
    table = observations([1.0, 2.0, 3.0])
    names = pa.array(["made", "bought", "made"]).dictionary_encode()
    table = table.set_column(table.column_names.index("source"), table.field("source"), names)
    store = Store(tmp_path)
    one = store.commit(Draft(OBSERVATIONS, table, GED, COVERED))
    assert sorted(store.table(one)["source"].to_pylist()) == ["bought", "made", "made"]
    assert store.verify(one.digest) == ()
    other = table.set_column(table.column_names.index("source"), table.field("source"), names.take([1, 0, 2]))
    assert store.commit(Draft(OBSERVATIONS, other, GED, COVERED)).digest != one.digest


def test_a_snapshot_of_the_form_before_is_still_sound(tmp_path: Path) -> None:
    store, digest = stored(tmp_path)
    path = store.home / "snapshots" / digest / "manifest.json"
    folder = path.parent.rename(path.parent.parent / ("0" * 64))
    old = replace(store_manifest(folder), digest="0" * 64, form=1)
    (folder / "manifest.json").write_text(old.to_json())
    assert store.verify("0" * 64) == ()
    (folder / "manifest.json").write_text(replace(old, form=2).to_json())
    assert store.verify("0" * 64) == ("the rows do not give the digest that names the snapshot",)


def store_manifest(folder: Path) -> Manifest:
    return Manifest.from_json((folder / "manifest.json").read_text())


def test_rows_lost_on_the_way_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.sources.ucdp_pieces.ROWS_A_PIECE", 10)
    monkeypatch.setattr("data.readers.blocks.SIZE", 1 << 12)
    path = made.write(tmp_path / "a.csv", made.rows(40))
    source, opened = detect(path)
    stream = source.read(path, opened, task=SILENT, today=made.NOW.date())
    assert isinstance(stream, Stream)
    kind = type(stream.begin())
    real = kind.pieces
    monkeypatch.setattr(kind, "pieces", lambda reading: list(real(reading))[1:])
    store = Store(tmp_path / "home")
    with pytest.raises(NotConserved, match=r"read \d+ rows, kept \d+, rejected 0"):
        store.commit(stream)
    assert not store.list()
    assert not list((store.home / "staging").iterdir())
