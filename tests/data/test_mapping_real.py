"""Real event files read through a guessed mapping give the events that their own reader gives."""

from pathlib import Path

import pytest

from data.draft import whole
from data.mapping import draft, guess, open_any
from data.sources import detect
from data.task import SILENT
from tests.data import own_files as own
from tests.data.test_ucdp_real import CSVS, XLSX

pytestmark = pytest.mark.realdata

SAME = (
    *("id", "date_start", "date_end", "latitude", "longitude", "place_precision", "country", "kind"),
    *("deaths_low", "deaths_best", "deaths_high", "deaths_civilians", "civilian_deaths", "civilian_harm", "cell"),
)


@pytest.mark.parametrize("name", [CSVS[1], *CSVS[5:8], XLSX])
def test_a_mapping_reads_what_the_files_own_reader_reads(real_data: Path, name: str) -> None:
    path = real_data / name
    mapping = guess(open_any(path))
    assert mapping.ready, mapping.open_questions
    mapped = draft(path, mapping, today=own.TODAY)
    source, opened = detect(path)
    known = whole(source.read(path, opened, task=SILENT, today=own.TODAY))
    assert mapped.read == known.read
    assert mapped.rejections.rows == known.rejections.rows == 0
    for column in SAME:
        assert mapped.table[column].to_pylist() == known.table[column].to_pylist(), column
