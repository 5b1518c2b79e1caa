"""The words of the mapping form: what is asked, what is answered by a proposal, what the preview says."""

from pathlib import Path

import pytest

from data import mapping
from data.mapping import Mapping, Preview, guess, open_any, preview
from export import mapping_words as words
from export.geography import Geography
from tests.export.pieces import inert


def written(folder: Path, text: str) -> mapping.Mapping:
    path = folder / "odd.csv"
    path.write_text(text, "utf-8")
    return guess(open_any(path))


def seen(folder: Path, made: Mapping, rows: int = 2000) -> Preview:
    return preview(open_any(folder / "odd.csv"), made, rows)


KINDS = ("battle", "attack on civilians", "attack on civilians")
GOOD = "date,lat,lon,deaths,type\n" + "".join(
    f"2024-05-{1 + n % 28:02},{12 + n % 7 * 0.137:.4f},{24 + n % 9 * 0.211:.4f},{n % 4},{KINDS[n % 3]}\n"
    for n in range(90)
)


def test_proposals_answer_what_must_be_answered_and_others_stay_assumptions(tmp_path: Path) -> None:
    base = written(tmp_path, GOOD.replace(",deaths", ",xx"))
    made = words.with_answers(base, {})
    assert all(not one.default for one in made.open_questions)
    optional = [one for one in base.unsure if not one.required]
    assert all(one in made.unsure for one in optional), "nobody has said so"
    chosen = words.with_answers(base, {"place_precision": "4"})
    assert chosen.settings.place_precision == 4
    assert chosen.settings.precision_assumed is (base.settings.place_precision == 4)


def test_what_is_left_to_do(tmp_path: Path) -> None:
    base = written(tmp_path, GOOD)
    assert words.left_to_do(words.with_answers(base, {})) == ""
    ambiguous = written(
        tmp_path, "date,lat,lon,deaths\n" + "".join(f"0{1 + n % 9}/0{1 + n % 9}/2024,12.5,24.1,1\n" for n in range(30))
    )
    assert words.left_to_do(words.with_answers(ambiguous, {})).startswith("Answer the ")
    answers = {"date_order": "dmy", "civilians": "one-sided"}
    assert words.left_to_do(words.with_answers(ambiguous, answers)) == ""
    nowhere = base.with_column("latitude", None).with_column("longitude", None)
    assert "Choose" in words.left_to_do(nowhere)


def test_an_answer_can_be_taken_back(tmp_path: Path) -> None:
    turned = written(
        tmp_path,
        "x,y,date,deaths,type\n"
        + "".join(f"{12 + n * 0.01:.3f},{24 + n * 0.01:.3f},2024-05-{1 + n:02},1,battle\n" for n in range(28)),
    )
    for question in turned.unsure:
        for value, _ in question.options:
            first = words.with_answers(turned, {question.key: value})
            assert words.with_answers(turned, {question.key: value}) == first, "answers start from the same mapping"


@pytest.mark.parametrize("kind", list(words.KINDS))
def test_every_field_is_asked_for_once(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(GOOD, "utf-8")
    made = guess(open_any(path), kind)
    first, others = words.asked_for(made)
    assert sorted(field.key for field in (*first, *others)) == sorted(field.key for field in made.fields)
    assert set(made.columns) <= {field.key for field in first}
    assert all(words.label(field) for field in made.fields)


def test_the_preview_in_words(tmp_path: Path, geography: Geography) -> None:
    made = words.with_answers(written(tmp_path, GOOD + "never,12,24,1,battle\n"), {})
    shown = seen(tmp_path, made)
    assert words.counts(shown) == "All 91 rows: 90 would be read, 1 rejected."
    facts = dict(words.extent(shown, made, geography))
    assert "2024" in facts["When"]
    assert facts["Where"] == "Sudan 90"
    assert "attack on civilians 60" in facts["Kinds"]
    head, rows = words.first_rows(shown, made)
    assert len(rows) == 5
    assert all(len(row) == len(head) for row in rows)
    assert rows[0][:3] == ("1 May 2024", "12", "24")
    (rejected,) = words.rejected(shown)
    assert len(rejected) == len(words.REASON_HEAD)
    assert "never" in rejected
    inert(words.points(shown, geography.boundaries(0)))


def test_nothing_read_shows_nothing(tmp_path: Path, geography: Geography) -> None:
    made = written(tmp_path, GOOD).with_column("date", None)
    shown = seen(tmp_path, made)
    assert words.points(shown, geography.boundaries(0)) == ""
    assert words.first_rows(shown, made)[1] == []
    assert words.rejected(shown) == []
