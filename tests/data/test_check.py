"""Looking at a file writes nothing; loading it may replace a snapshot, and that can be taken back."""

import datetime as dt
from pathlib import Path

import pytest

from data.check import earlier, load, look, take_back
from data.store import Store
from data.task import Cancelled, Task
from geo.errors import FileRefused
from tests.data import made

TODAY = dt.date(2026, 11, 25)
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def drafted(folder: Path, rows: list[made.Row], name: str = "GEDEvent_v25_1.csv"):
    found = look(made.write(folder / name, rows), today=TODAY)
    assert found.draft is not None
    return found.draft


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def test_a_known_file_is_read_and_nothing_is_written(tmp_path: Path, home: Path) -> None:
    draft = drafted(tmp_path, made.rows(50, year=2024))
    assert draft.card.key == "ucdp_ged"
    assert draft.table.num_rows == 50
    assert not files(home)


def test_an_unknown_table_is_opened_for_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("wann,breite,laenge\n2024-01-02,12.5,24.1\n", "utf-8")
    found = look(path, today=TODAY)
    assert found.draft is None
    assert found.opened is not None
    assert found.opened.name == "odd.csv"


@pytest.mark.parametrize("content", [b"", b"<!doctype html><p>log in", b"\xd0\xcf\x11\xe0 old excel"])
def test_what_is_no_table_is_refused_with_a_remedy(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        look(path, today=TODAY)
    assert refused.value.remedy


def test_looking_can_be_stopped(tmp_path: Path, home: Path) -> None:
    path = made.write(tmp_path / "GEDEvent_v25_1.csv", made.rows(50, year=2024))
    with pytest.raises(Cancelled):
        look(path, task=Task(cancelled=lambda: True), today=TODAY)
    assert not files(home)


def test_a_newer_file_replaces_what_it_covers(tmp_path: Path, home: Path) -> None:
    store = Store(home)
    rows = made.rows(60, year=2023)
    old = load(drafted(tmp_path, rows), store, now=NOW)
    assert (old.already, old.change, old.replaced) == (False, None, None)
    newer = [dict(row) for row in rows[2:]]  # two deleted
    newer[3]["best"] = int(newer[3]["best"]) + 5  # one changed
    newer[3]["high"] = int(newer[3]["high"]) + 5
    newer += made.rows(64, seed=9, year=2024)[60:]  # four added, and one year more
    newer[-1] |= {"date_start": "2024-12-20", "date_end": "2024-12-20", "year": 2024}
    draft = drafted(tmp_path, newer)
    (found,) = earlier(draft, store)
    assert found.manifest.digest == old.manifest.digest
    came = load(draft, store, replacing=found.manifest, now=NOW)
    assert came.change is not None
    assert (came.change.added, came.change.changed, came.change.deleted, came.change.same) == (4, 1, 2, 57)
    assert (came.change.killed_changed, came.change.killed_moved) == (5, 5)
    assert [one.digest for one in store.current("events", exercise=False)] == [came.manifest.digest]
    take_back(came, store)
    assert [one.digest for one in store.current("events", exercise=False)] == [old.manifest.digest]
    assert not store.verify(old.manifest.digest)


def test_the_same_file_again_replaces_nothing(tmp_path: Path, home: Path) -> None:
    store = Store(home)
    rows = made.rows(40, year=2024)
    first = load(drafted(tmp_path, rows), store, now=NOW)
    (found,) = earlier(drafted(tmp_path, rows), store)
    assert found.within
    again = load(drafted(tmp_path, rows), store, replacing=found.manifest, now=NOW)
    assert (again.already, again.replaced, again.change) == (True, None, None)
    take_back(again, store)
    assert [one.digest for one in store.list()] == [first.manifest.digest], "what was there before stays"


def test_only_what_covers_the_same_can_be_replaced(tmp_path: Path, home: Path) -> None:
    store = Store(home)
    sudan = [row for row in made.rows(200, year=2023) if row["country"] == "Sudan"]
    mali = [row for row in made.rows(200, year=2023) if row["country"] == "Mali"]
    load(drafted(tmp_path, sudan, "sdn.csv"), store, now=NOW)
    assert earlier(drafted(tmp_path, mali, "mli.csv"), store) == ()
    both = drafted(tmp_path, [*sudan, *mali], "both.csv")
    assert [one.within for one in earlier(both, store)] == [True]
    load(both, store, now=NOW)
    parts = {one.manifest.origin.name: one.within for one in earlier(drafted(tmp_path, sudan[:-1], "part.csv"), store)}
    assert parts["both.csv"] is False, "a part does not stand for the whole"


def test_a_candidate_does_not_replace_an_annual_file(tmp_path: Path, home: Path) -> None:
    store = Store(home)
    load(drafted(tmp_path, made.rows(40, year=2024)), store, now=NOW)
    unverified = made.rows(40, year=2024)
    for row in unverified:
        row["code_status"] = "Check dates"
    draft = drafted(tmp_path, unverified)
    assert draft.card.key == "ucdp_candidate"
    assert earlier(draft, store) == ()
