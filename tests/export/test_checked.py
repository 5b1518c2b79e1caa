"""What a checked file is, in sentences: the counts are those of the draft, and what is proposed stands first."""

import datetime as dt
from pathlib import Path

import pytest

from data.check import Loaded, earlier, load, look
from data.draft import Draft
from data.refresh import Refresh
from data.store import Store
from export import checked
from export.geography import Geography
from export.held_rows import rejected_examples
from tests.data import made

TODAY = dt.date(2026, 11, 25)
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def drafted(folder: Path, rows: list[made.Row], name: str = "GEDEvent_v25_1.csv") -> Draft:
    found = look(made.write(folder / name, rows), today=TODAY)
    assert found.draft is not None
    return found.draft


def test_one_sentence_says_what_it_is(tmp_path: Path, geography: Geography) -> None:
    rows = [row for row in made.rows(200, year=2023) if row["country"] == "Sudan"]
    rows[1]["latitude"] = "95"
    said = checked.draft_sentence(drafted(tmp_path, rows), geography)
    kept = [row for n, row in enumerate(rows) if n != 1]
    first, last = min(row["date_start"] for row in kept)[:4], max(row["date_end"] for row in kept)[:4]
    title = "UCDP Georeferenced Event Dataset (GED)"
    assert said == f"{title}: {len(rows) - 1} incidents, Sudan, {first} to {last}; 1 rejected"
    everywhere = checked.draft_sentence(drafted(tmp_path, made.rows(200, year=2023)), geography)
    assert "Mali, Myanmar, Niger and Sudan" in everywhere


@pytest.mark.realdata
def test_a_real_file_in_one_sentence(real_data: Path, geography: Geography) -> None:
    found = look(real_data / "ucdp_ged_hdx_sdn_1989-2023.csv.gz", today=TODAY)
    assert found.draft is not None
    said = checked.draft_sentence(found.draft, geography)
    assert said == ("UCDP Georeferenced Event Dataset (GED): 3,822 incidents, Sudan, 1989 to 2023; 0 rejected")


def test_the_details_add_up(tmp_path: Path) -> None:
    rows = made.rows(80, year=2024)
    rows[1]["latitude"], rows[2]["best"] = "95", "many"
    rows[3]["code_status"] = "Check dates"
    draft = drafted(tmp_path, rows)
    said = dict(checked.draft_details(draft))
    assert said["Rows read"] == "80: 78 kept, 2 rejected"
    assert said["People killed"].startswith(f"{sum(draft.table['deaths_best'].to_pylist()):,} (")
    assert said["Not yet verified by the source"] == "1"
    assert "may be passed on" in said["Licence"]
    table = checked.rejected_table(draft)
    assert all(len(row) == len(checked.REJECTED_HEAD) for row in table)
    assert sum(int(row[1]) for row in table if row[1]) == 2
    assert table == rejected_examples(draft.rejections.by_reason(), draft.rejections.table)


def test_what_is_proposed_stands_first(tmp_path: Path, home: Path) -> None:
    store = Store(home)
    rows = made.rows(60, year=2023)
    old = load(drafted(tmp_path, rows), store, now=NOW).manifest
    assert list(checked.replacing_choices(())) == [""]
    whole = earlier(drafted(tmp_path, rows[:-1], "newer.csv"), store)
    assert list(checked.replacing_choices(whole)) == [old.digest, ""]
    part = earlier(drafted(tmp_path, [row for row in rows if row["country"] == "Sudan"], "part.csv"), store)
    assert list(checked.replacing_choices(part)) == ["", old.digest]
    sudan = [row for row in rows if row["country"] == "Sudan"]
    smaller = load(drafted(tmp_path, sudan, "sudan.csv"), store, now=NOW).manifest
    load(drafted(tmp_path, rows, "GEDEvent_v25_1.csv"), store, now=NOW + dt.timedelta(hours=1))  # the newest again
    both = earlier(drafted(tmp_path, sudan, "sudan-2.csv"), store)
    assert [one.manifest.digest for one in both] == [old.digest, smaller.digest]
    assert list(checked.replacing_choices(both)) == [smaller.digest, old.digest, ""]


def test_the_change_is_told_with_signs() -> None:
    change = Refresh(
        added=3, changed=2, deleted=4, same=1000, killed_added=12, killed_deleted=7, killed_changed=-1, killed_moved=5
    )
    rows = checked.change_rows(change, events=True)
    assert all(len(row) == len(checked.CHANGE_HEAD) for row in rows)
    assert [row[1:] for row in rows] == [("3", "+12"), ("2", "-1 (moved: 5)"), ("4", "-7"), ("1,000", "0")]
    assert {row[2] for row in checked.change_rows(change, events=False)} == {""}


def test_what_was_loaded_again_is_said(tmp_path: Path, home: Path) -> None:
    came = load(drafted(tmp_path, made.rows(40, year=2024)), Store(home), now=NOW)
    assert checked.loaded_sentence(came).startswith("40 of 40 records kept, 0 rejected. They run from ")
    assert "loaded before" in checked.loaded_sentence(Loaded(came.manifest, already=True))
