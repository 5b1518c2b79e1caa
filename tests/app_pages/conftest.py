"""The stores that the pages are opened on: full, empty, real data only, broken."""

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from data.exercise import monitor
from tests.data import made
from tests.export.worlds import exercise_home


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The log of a page that is broken on purpose is not news; each test sees no other's cache of a store."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exercise_home(tmp_path_factory.getbasetemp())


@pytest.fixture
def full(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The exercise; read only."""
    monkeypatch.setenv("TOCSIN_HOME", str(built))
    return built


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No snapshot at all: before `make run` has built the exercise."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "empty"))
    return tmp_path / "empty"


@pytest.fixture(scope="session")
def real_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    rows = made.rows(400, year=2024)
    rows[5]["latitude"] = "91"
    rows[0] |= {"date_start": "2024-12-20", "date_end": "2024-12-20"}
    for n, row in enumerate(rows[1:]):
        day = f"{2022 + n % 3}-{1 + n % 12:02}-{1 + n % 28:02} 00:00:00.000"
        row |= {"date_start": day, "date_end": day, "where_prec": 1, "year": day[:4], "type_of_violence": 3}
    made.load(made.write(folder / "GEDEvent_v25_1.csv", rows), folder)
    return folder / "home"


@pytest.fixture
def real(real_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Invented rows in UCDP's columns, and no exercise; a copy, because pages may change it."""
    home = tmp_path / "real"
    shutil.copytree(real_store, home)
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    return home


@pytest.fixture
def rough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Real data in which one place in three is exact."""
    rows = made.rows(90, year=2024)
    for n, row in enumerate(rows):
        row |= {"where_prec": 1 if n % 3 == 0 else 2, "type_of_violence": 3}
    made.load(made.write(tmp_path / "GEDEvent_v25_1.csv", rows), tmp_path)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def flipped(path: Path, at: int) -> None:
    """Change one byte of a file."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


@pytest.fixture
def snapshot_of(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Copy the exercise and give the folder of its first snapshot of a kind; of events, of the source that opens."""

    def give(kind: str) -> Path:
        home = tmp_path / "broken"
        shutil.copytree(built, home)
        monkeypatch.setenv("TOCSIN_HOME", str(home))
        for folder in sorted((home / "snapshots").iterdir()):
            manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
            if manifest["kind"] == kind and manifest["card"]["key"] != monitor.SOURCE:
                return folder
        raise AssertionError(kind)

    return give


@pytest.fixture
def cleared() -> Iterator[None]:
    """Forget what the pages have cached, before and after."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
