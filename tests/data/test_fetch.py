"""Getting a file from a server that misbehaves: it comes whole and unchanged, or the refusal says what to do."""

import datetime as dt
import io
import itertools
import json
import socket
import zipfile
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import pytest

from data.cli import main
from data.sources.fetch import MOST_TRIES, Fetched, Waiting, fetch
from data.sources.ucdp_address import ucdp_address
from data.store import Store
from data.task import Cancelled, Task
from geo.errors import FileRefused, ValueRefused
from tests.data import made
from tests.data.faulty_server import Faulty, serving


def zipped(seed: int = 1, size: int = 300_000) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("GEDEvent_v25_1.csv", np.random.default_rng(seed).bytes(size))
    return out.getvalue()


CONTENT = zipped()


class Clock:
    """Waits without waiting, and remembers how long."""

    def __init__(self) -> None:
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    @property
    def waiting(self) -> Waiting:
        return Waiting(sleep=self.sleep, jitter=lambda: 0.5, timeout=3.0)


def got(faulty: Faulty, folder: Path, clock: Clock | None = None, task: Task | None = None) -> Fetched:
    return fetch(faulty.url, folder, task=task or Task(), waiting=(clock or Clock()).waiting)


@pytest.mark.parametrize(
    ("plan", "tries"),
    [
        (["ok"], 1),
        (["429:2", "ok"], 2),
        (["500", "503", "502", "504", "408", "ok"], 6),
        (["cut:100000", "ok"], 2),
        (["cut:100000", "cut:50000", "cut:1", "ok"], 4),
        (["short:299000", "no-range"], 2),
        (["cut:70000", "other-range", "ok"], 3),
        (["long", "ok"], 2),
        (["silent"], 1),
        (["cut:200000", "500", "ok"], 3),
    ],
    ids=str,
)
def test_the_file_comes_whole(plan: list[str], tries: int, tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, plan)) as faulty:
        came = got(faulty, tmp_path)
    assert came.path.read_bytes() == CONTENT
    assert came == Fetched(tmp_path / "ged251-csv.zip", faulty.url, len(CONTENT), fresh=True, tries=tries)
    assert len(faulty.asked) == tries
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ged251-csv.zip", "ged251-csv.zip.json"]


def test_it_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, ["cut:100000", "ok"])) as faulty:
        got(faulty, tmp_path)
    assert "range" not in faulty.asked[0]
    assert faulty.asked[1]["range"] == "bytes=100000-"
    assert faulty.asked[1]["if-range"] == faulty.etag


def test_without_a_validator_it_begins_again(tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, ["cut:100000", "ok"], validators=False)) as faulty:
        assert got(faulty, tmp_path).path.read_bytes() == CONTENT
    assert "range" not in faulty.asked[1]


def test_a_file_that_changed_meanwhile_is_never_mixed(tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, ["cut:100000", "404"])) as faulty, pytest.raises(FileRefused):
        got(faulty, tmp_path)
    other = zipped(2)
    faulty.content, faulty.plan = other, ["ok"]
    note = tmp_path / "ged251-csv.zip.json"
    with serving(faulty):
        note.write_text(note.read_text("utf-8").replace(old_address(note), faulty.url), "utf-8")
        assert got(faulty, tmp_path).path.read_bytes() == other
    assert faulty.asked[-1]["range"] == "bytes=100000-"


def old_address(note: Path) -> str:
    return note.read_text("utf-8").split('"address": "')[1].split('"')[0]


def test_a_part_of_another_address_is_thrown_away(tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, ["cut:100000", "404"])) as faulty, pytest.raises(FileRefused):
        got(faulty, tmp_path)
    with serving(Faulty(zipped(3))) as faulty:
        assert got(faulty, tmp_path).path.read_bytes() == zipped(3)
    assert "range" not in faulty.asked[0]


def test_what_is_the_newest_is_not_sent_again(tmp_path: Path) -> None:
    with serving(Faulty(CONTENT)) as faulty:
        assert got(faulty, tmp_path).fresh
        again = got(faulty, tmp_path)
        assert not again.fresh
        assert again.path.read_bytes() == CONTENT
        faulty.content = zipped(4)
        assert got(faulty, tmp_path).path.read_bytes() == zipped(4)


@pytest.mark.parametrize("plan", [["500"], ["429"], ["cut:0"], ["long"]], ids=str)
def test_after_six_tries_it_says_what_to_do(plan: list[str], tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, plan)) as faulty, pytest.raises(FileRefused) as refused:
        got(faulty, tmp_path)
    assert len(faulty.asked) == MOST_TRIES == 6
    assert "was tried 6 times" in str(refused.value)
    assert "python -m data ingest FILE" in str(refused.value)
    assert not (tmp_path / "ged251-csv.zip").exists()


def test_what_came_is_kept_for_the_next_time(tmp_path: Path) -> None:
    plan = ["cut:30000"]
    with serving(Faulty(CONTENT, plan)) as faulty:
        with pytest.raises(FileRefused, match="180,000 bytes are kept"):
            got(faulty, tmp_path)
        faulty.plan = ["ok"]
        assert got(faulty, tmp_path).path.read_bytes() == CONTENT
    assert faulty.asked[-1]["range"] == "bytes=180000-"


def test_it_waits_as_long_as_it_is_asked_to(tmp_path: Path) -> None:
    clock = Clock()
    with serving(Faulty(CONTENT, ["429:17", "ok"])) as faulty:
        got(faulty, tmp_path, clock)
    assert clock.slept == pytest.approx(17)
    later = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=40), usegmt=True)
    clock = Clock()
    with serving(Faulty(CONTENT, [f"503:{later}", "ok"])) as faulty:
        got(faulty, tmp_path / "other", clock)
    assert 35 < clock.slept <= 41
    clock = Clock()
    with serving(Faulty(CONTENT, ["500", "500", "500", "ok"])) as faulty:
        got(faulty, tmp_path / "third", clock)
    assert clock.slept == pytest.approx(1.5 + 3 + 6)


def test_it_does_not_wait_for_hours(tmp_path: Path) -> None:
    clock = Clock()
    with serving(Faulty(CONTENT, ["429:7200"])) as faulty, pytest.raises(FileRefused, match="come back in 7,200 s"):
        got(faulty, tmp_path, clock)
    assert len(faulty.asked) == 1
    assert clock.slept == 0


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_what_will_not_pass_is_not_tried_again(code: int, tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, [str(code)])) as faulty, pytest.raises(FileRefused, match=f"answered {code}"):
        got(faulty, tmp_path)
    assert len(faulty.asked) == 1


def test_a_web_page_with_status_200_is_no_file(tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, ["html"])) as faulty, pytest.raises(FileRefused, match="web page instead of data"):
        got(faulty, tmp_path)
    assert len(faulty.asked) == 1
    assert not list(tmp_path.iterdir())


def test_a_page_does_not_cost_what_came_before(tmp_path: Path) -> None:
    with serving(Faulty(CONTENT, ["cut:100000", "html", "ok"])) as faulty:
        with pytest.raises(FileRefused, match="web page"):
            got(faulty, tmp_path)
        assert got(faulty, tmp_path).path.read_bytes() == CONTENT
    assert faulty.asked[-1]["range"] == "bytes=100000-"


def test_without_a_network_it_says_so_at_once(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clock = Clock()
    with pytest.raises(FileRefused) as refused:
        fetch(f"http://127.0.0.1:{port}/ged251-csv.zip", tmp_path, waiting=clock.waiting)
    assert "There is no way from this machine to 127.0.0.1" in str(refused.value)
    assert "open the address in a browser" in str(refused.value)
    assert clock.slept == 0
    with pytest.raises(FileRefused, match=r"no way from this machine to no-such-host\.invalid"):
        fetch("https://no-such-host.invalid/ged251-csv.zip", tmp_path, waiting=clock.waiting)


def test_it_says_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    said: list[tuple[str, int, int | None]] = []
    calls = itertools.count()
    with serving(Faulty(CONTENT)) as faulty:
        with pytest.raises(Cancelled):
            got(faulty, tmp_path, task=Task(lambda *step: said.append(step), lambda: next(calls) >= 2))
        assert said[0][0] == "fetching"
        assert said[0][2] == len(CONTENT)
        assert 0 < (tmp_path / "ged251-csv.zip.part").stat().st_size < len(CONTENT)
        got(faulty, tmp_path, task=Task(lambda *step: said.append(step)))
    assert said[-1] == ("fetching", len(CONTENT), len(CONTENT))
    assert "range" in faulty.asked[-1]


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://a.example/x.zip", "ged251-csv.zip", "https://a.example/", "https://a.example/%2e%2e"],
)
def test_only_addresses_of_files_are_asked_for(address: str, tmp_path: Path) -> None:
    with pytest.raises(ValueRefused, match="no address of a file"):
        fetch(address, tmp_path)


def test_the_addresses_of_releases() -> None:
    assert ucdp_address() == "https://ucdp.uu.se/downloads/ged/ged251-csv.zip"
    assert ucdp_address("26.1") == "https://ucdp.uu.se/downloads/ged/ged261-csv.zip"
    assert ucdp_address("26.0.3") == "https://ucdp.uu.se/downloads/candidateged/GEDEvent_v26_0_3.csv"
    for wrong in ("", "25", "25.1/../x", "2025.1", "25.1.1"):
        with pytest.raises(ValueRefused):
            ucdp_address(wrong)


def test_the_command_gets_and_loads_and_says_what_came(tmp_path: Path, home: Path, capsys) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent_v25_1.csv", made.text(made.rows(300, year=2024)))
    with serving(Faulty(out.getvalue())) as faulty:
        assert main(["fetch-ucdp", "--url", faulty.url, "--json"]) == 0
        first = json.loads(capsys.readouterr().out)
        assert main(["fetch-ucdp", "--url", faulty.url, "--json"]) == 0
        second = json.loads(capsys.readouterr().out)
    assert (first["read"], first["kept"], first["bytes"], first["fresh"]) == (300, 300, len(out.getvalue()), True)
    assert (second["snapshot"], second["already"], second["fresh"]) == (first["snapshot"], True, False)
    (held,) = Store(home).current("events", exercise=False)
    assert held.card.key == "ucdp_ged"


def test_the_command_refuses_in_words(home: Path, capsys) -> None:
    with serving(Faulty(CONTENT, ["html"])) as faulty:
        assert main(["fetch-ucdp", "--url", faulty.url]) == 1
    assert "web page instead of data" in capsys.readouterr().err
    assert main(["fetch-ucdp", "--version", "twenty"]) == 1
    assert "no number of a UCDP release" in capsys.readouterr().err
    assert not Store(home).list()
