"""The words of the mapping form: a plain label for each field, and what the first rows would be read as."""

import datetime as dt
from collections.abc import Mapping as Answers
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow.compute as pc

from data.draft import EVENTS
from data.mapping import Field, Mapping, Preview
from export.geography import Geography
from export.points_picture import points_picture
from export.wording import counted
from geo.periods import date_text, span_text, to_day
from layers.basemap import Boundaries

KINDS: Final = {EVENTS: "Incidents", "observations": "Figures"}
KINDS_HELP: Final = (
    "Incidents: each row happened at a time and a place. "
    "Figures: people displaced, scores or counts of a place and a period."
)
NOT_THERE: Final = "not in this file"
LOAD: Final = {EVENTS: "Load and show on the map", "observations": "Load this file"}
GUESSED: Final = "Guessed from the names and the values. Change what is wrong; the rest can stay."

_KIND_TEXT: Final = {
    "one-sided": "attack on civilians",
    "state-based": "fighting of a state",
    "non-state": "fighting of groups",
    "other": "other, not counted",
}
_LABELS: Final = {
    "date": "When did it happen?",
    "date_end": "Until when, if it lasted?",
    "latitude": "Latitude (north, south)",
    "longitude": "Longitude (east, west)",
    "point": "Latitude and longitude in one column",
    "place": "Name of the place",
    "adm_1": "Province",
    "adm_2": "District",
    "country": "Country",
    "type": "What kind of event?",
    "actor_a": "Who did it?",
    "actor_b": "Against whom?",
    "deaths": "How many were killed?",
    "deaths_civilians": "How many of them were civilians?",
    "id": "Number or id of the row",
    "period": "Of which day or period?",
    "value": "The figure",
    "place_code": "Code of the place",
}
_ALWAYS: Final = {
    EVENTS: ("date", "latitude", "longitude", "deaths", "type", "place", "country", "actor_a"),
    "observations": ("period", "value", "place_code", "country", "place", "measure"),
}
_INSTEAD: Final = {"date": ("year",), "period": ("year",), "latitude": ("point",), "longitude": ("point",)}
"""What need not be asked for where another field says it."""
_SHOWN: Final = {
    EVENTS: {
        "date_start": "When",
        "latitude": "Latitude",
        "longitude": "Longitude",
        "place": "Place",
        "country": "Country",
        "kind": "Kind",
        "deaths_best": "Killed",
        "actor_a": "Who did it",
    },
    "observations": {
        "period_start": "From",
        "value": "Figure",
        "unit": "Unit",
        "measure": "What",
        "place": "Place",
        "place_code": "Code",
        "country_code": "Country",
    },
}


def label(field: Field) -> str:
    """Return the question that a field answers."""
    return _LABELS.get(field.key, field.label)


def asked_for(mapping: Mapping) -> tuple[list[Field], list[Field]]:
    """Return the fields that the form shows at once (those mapped and those most files have), and the others."""
    said = {key for key, others in _INSTEAD.items() if any(other in mapping.columns for other in others)}
    wanted = {key for key in _ALWAYS[mapping.kind] if key not in said} | set(mapping.columns)
    rank = {key: n for n, key in enumerate(_ALWAYS[mapping.kind])}
    first = sorted((f for f in mapping.fields if f.key in wanted), key=lambda f: rank.get(f.key, len(rank)))
    return first, [f for f in mapping.fields if f.key not in wanted]


def why(mapping: Mapping, field: Field) -> str:
    """Return what a field means, and why its column was guessed."""
    found = mapping.found.get(field.key)
    return f"{field.meaning} Chosen by {found.reason}." if found else field.meaning


def column_name(name: str | None) -> str:
    """Return a column's name as the form offers it."""
    return NOT_THERE if name is None else name


def with_answers(mapping: Mapping, answers: Answers[str, str | None]) -> Mapping:
    """Return the mapping with each question answered by what was chosen, or by what a required one proposes.

    What an optional one proposes stays an assumption, and is called one, until a person chooses something else.
    """
    for question in mapping.unsure:
        answer = answers.get(question.key) or question.default
        if answer and (question.required or answer != question.default):
            mapping = mapping.answered(question.key, answer)
    return mapping


def left_to_do(mapping: Mapping) -> str:
    """Return what must be done before the file can be loaded, in a sentence; empty where nothing must."""
    count = len(mapping.open_questions)
    if count:
        return "Answer the question first." if count == 1 else f"Answer the {count} questions first."
    return " ".join(mapping.missing)


def counts(preview: Preview) -> str:
    """Return how many rows would be read and rejected, in a sentence."""
    looked = preview.rows_looked_at
    return f"{looked[:1].upper()}{looked[1:]}: {preview.kept:,} would be read, {preview.rejected:,} rejected."


def extent(preview: Preview, mapping: Mapping, geography: Geography) -> list[tuple[str, str]]:
    """Return when and where the rows would lie, and who would be counted."""
    rows = []
    if preview.first and preview.last:
        rows.append(("When", span_text(to_day(preview.first), to_day(preview.last))))
    if preview.countries:
        named = [f"{geography.country_name(code)} {count:,}" for code, count in list(preview.countries.items())[:5]]
        more = len(preview.countries) - len(named)
        named += [counted(more, "other", "others")] if more else []
        rows.append(("Where", ", ".join(named)))
    if preview.kinds and not _open(mapping):
        rows.append(
            ("Kinds", ", ".join(f"{_KIND_TEXT.get(kind, kind)} {count:,}" for kind, count in preview.kinds.items()))
        )
    if preview.deaths is not None:
        rows.append(("Killed", f"{preview.deaths:,}"))
    rows += [("Note", note) for note in preview.notes if not note.startswith(_ASKED_BESIDE)]
    return rows


def _open(mapping: Mapping) -> bool:
    """Whether it is still asked what a row is: then no kind is shown."""
    return bool(mapping.open_questions)


_ASKED_BESIDE: Final = "Not answered yet"
"""Begins a note on a question that the form itself shows."""


REASON_HEAD: Final = ("Why rejected", "Rows", "Row", "Column", "Value", "Remedy")


def rejected(preview: Preview) -> list[tuple[str, ...]]:
    """Return the reasons, most frequent first, each with its examples."""
    rows: list[tuple[str, ...]] = []
    for reason, count in preview.reasons.items():
        examples = [one for one in preview.examples if one["reason"] == reason] or [{}]
        for n, one in enumerate(examples):
            said = (reason.capitalize(), f"{count:,}") if n == 0 else ("", "")
            rows.append((*said, *(str(one.get(name) or "") for name in ("row", "column", "value", "remedy"))))
    return rows


def first_rows(preview: Preview, mapping: Mapping, most: int = 5) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """Return the head and the first rows of a table as they would be read."""
    known = set(preview.table.schema.names) - ({"kind"} if _open(mapping) else set())
    shown = {name: head for name, head in _SHOWN[mapping.kind].items() if name in known}
    if not shown:
        return (), []
    rows = preview.table.select(list(shown)).slice(0, most).to_pylist()
    return tuple(shown.values()), [tuple(_KIND_TEXT.get(row[name], _text(row[name])) for name in shown) for row in rows]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return date_text(to_day(value))
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def points(preview: Preview, boundaries: Boundaries) -> str:
    """Return the picture of where the rows that were read lie; empty where none has a point."""
    if not {"latitude", "longitude"} <= set(preview.table.schema.names):
        return ""
    lat, lng = (pc.fill_null(preview.table[name], np.nan).to_numpy() for name in ("latitude", "longitude"))
    return points_picture(lat, lng, boundaries)
