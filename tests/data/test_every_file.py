"""Every real file is read unasked, by one source and no other."""

import os
from pathlib import Path

import pytest

from data.draft import whole
from data.readers import open_table
from data.sources import detect, sources
from data.task import SILENT
from tests.conftest import ROOT
from tests.data import made

pytestmark = pytest.mark.realdata

FOLDER = Path(os.environ.get("TOCSIN_TEST_DATA") or ROOT.parent / "shared" / "data")
BEGINNINGS = ("ucdp_", "unhcr_", "idmc_", "inform_", "views_")
CODES_ONLY = frozenset({"unhcr_countries.parquet"})
"""A list of codes: it is known, and refused, for it holds no observation."""
FILES = sorted(path.name for path in FOLDER.glob("*") if path.name.startswith(BEGINNINGS)) or ["none"]


def test_there_are_as_many_files_as_there_were(real_data: Path) -> None:
    assert len(FILES) >= 27


@pytest.mark.parametrize("name", FILES)
def test_one_source_claims_the_file(real_data: Path, name: str) -> None:
    opened = open_table(real_data / name)
    assert [source.TITLE for source in sources() if source.detect(opened)] == [detect(real_data / name)[0].TITLE]


@pytest.mark.parametrize("name", [name for name in FILES if name not in CODES_ONLY])
def test_the_file_can_be_read(real_data: Path, name: str) -> None:
    source, opened = detect(real_data / name)
    draft = whole(source.read(real_data / name, opened, task=SILENT, today=made.NOW.date()))
    assert draft.table.num_rows > 0
    assert draft.card in source.CARDS or draft.card.key in {card.key for card in source.CARDS}
