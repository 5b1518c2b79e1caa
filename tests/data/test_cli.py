import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data.cli import DONE, REFUSED, USAGE, main
from tests.data import made

ROOT = Path(__file__).resolve().parent.parent.parent


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main([*arguments, "--home", str(home)], out, err)
    return code, out.getvalue(), err.getvalue()


def answer(home: Path, *arguments: str) -> dict[str, Any]:
    code, out, err = run(home, *arguments, "--json")
    assert (code, err) == (DONE, "")
    value = json.loads(out)
    assert isinstance(value, dict)
    return value


@pytest.fixture
def loaded(home: Path, tmp_path: Path) -> str:
    events = made.rows(40)
    events[7] = events[7] | {"best": "many"}
    return str(answer(home, "ingest", str(made.write(tmp_path / "a.csv", events)))["snapshot"])


def test_ingest_prints_one_object(home: Path, tmp_path: Path) -> None:
    events = made.rows(40)
    events[7] = events[7] | {"best": "many"}
    got = answer(home, "ingest", str(made.write(tmp_path / "a.csv", events)))
    assert (got["read"], got["kept"], got["rejected"]) == (40, 39, {"bad number": 1})
    kept = [event for n, event in enumerate(events) if n != 7]
    assert got["deaths"] == {name: sum(event[name] for event in kept) for name in ("low", "best", "high")}
    assert len(got["snapshot"]) == 64
    assert {"country": "NER", "first": "1989-01-01", "last": "2020-12-31"} in got["coverage"]["countries"]
    assert got["unverified"] == 0
    assert got["seconds"] > 0


def test_ingest_for_people_names_row_and_remedy(home: Path, tmp_path: Path) -> None:
    events = made.rows(40)
    events[7] = events[7] | {"best": "many"}
    code, out, err = run(home, "ingest", str(made.write(tmp_path / "a.csv", events)))
    assert (code, err) == (DONE, "")
    assert "39 of 40 incidents kept" in out
    assert "1 rows rejected: bad number" in out
    assert "row 9, best = 'many': Write a whole number" in out


def test_a_refused_file_is_1_and_the_others_are_loaded(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    good = made.write(tmp_path / "good.csv", made.rows(20))
    code, out, _ = run(home, "ingest", str(bad), str(good), "--json")
    files = json.loads(out)["files"]
    assert code == REFUSED
    assert "no known source" in files[0]["error"]
    assert files[1]["kept"] == 20
    assert len(answer(home, "list")["snapshots"]) == 1


def test_a_missing_file_is_refused_in_words(home: Path, tmp_path: Path) -> None:
    code, out, err = run(home, "ingest", str(tmp_path / "none.csv"))
    assert (code, out) == (REFUSED, "")
    assert "none.csv is not a file" in err


@pytest.mark.parametrize(
    "arguments", [[], ["ingest"], ["nonsense"], ["ingest", "a", "--coverage-end", "soon"], ["show"]]
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == USAGE
    assert "usage" in capsys.readouterr().err


def test_list_and_show(home: Path, loaded: str) -> None:
    got = answer(home, "list")
    assert [one["snapshot"] for one in got["snapshots"]] == [loaded]
    assert got["snapshots"][0]["as_of"] == "2020-12-31"
    assert got["damaged"] == {}
    code, out, _ = run(home, "list")
    assert code == DONE
    assert loaded[:12] in out
    assert "1 Jan 1989 to 31 Dec 2020" in out
    assert answer(home, "show", loaded[:8])["digest"] == loaded
    assert "CC BY 4.0" in run(home, "show", loaded)[1]
    assert run(home, "show", "ffffffff")[0] == REFUSED


def test_verify_finds_damage(home: Path, loaded: str) -> None:
    assert answer(home, "verify") == {"verified": 1, "damaged": {}}
    path = home / "snapshots" / loaded / "events.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    code, out, _ = run(home, "verify", loaded, "--json")
    assert code == REFUSED
    assert list(json.loads(out)["damaged"]) == [loaded]
    assert run(home, "verify")[0] == REFUSED


def test_remove_and_restore(home: Path, loaded: str) -> None:
    assert answer(home, "remove", loaded) == {"removed": loaded}
    assert answer(home, "list")["snapshots"] == []
    assert answer(home, "restore", loaded) == {"restored": loaded}
    assert len(answer(home, "list")["snapshots"]) == 1


@pytest.mark.parametrize("resolution", ["3", "4", "7"])
@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_excluded_accounts_for_everything(home: Path, loaded: str, grain: str, resolution: str) -> None:
    got = answer(home, "excluded", loaded, "--grain", grain, "--resolution", resolution)
    assert got["read"]["incidents"] == 39
    for name, total in got["read"].items():
        assert sum(sums[name] for sums in got["fates"].values()) == total


def test_the_program_itself_runs(home: Path, tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.csv.gz", made.rows(20))
    done = subprocess.run(
        [sys.executable, "-m", "data", "ingest", str(path), "--json", "--home", str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["kept"] == 20
