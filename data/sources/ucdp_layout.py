"""The columns of UCDP event files: the official layout, and what the variants that people have call them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.errors import FileRefused

# fmt: off
OFFICIAL_COLUMNS: Final = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id",
    "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id",
    "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article",
    "source_office", "source_date", "source_headline", "source_original", "where_prec", "where_coordinates",
    "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country",
    "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b",
    "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)
"""The 49 columns of GED and Candidate releases, in their order."""

REQUIRED: Final = (
    "id", "type_of_violence", "where_prec", "latitude", "longitude", "country", "date_prec", "date_start",
    "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low",
)
"""Columns without which a file is no GED or Candidate file."""

OPTIONAL: Final = (
    "code_status", "conflict_name", "dyad_name", "side_a", "side_b", "number_of_sources", "source_article",
    "source_headline", "where_coordinates", "adm_1", "adm_2", "country_id", "region",
)
"""Columns that are read where they are there."""
# fmt: on

_ALIASES: Final = {"best_est": "best", "high_est": "high", "low_est": "low"}
_TELLING: Final = frozenset({"type_of_violence", "conflict_new_id", "where_prec", "dyad_new_id", "best", "date_prec"})
_TELLING_ENOUGH: Final = 2
_KINDS: Final = frozenset({"1", "2", "3", "1.0", "2.0", "3.0"})


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out: position of each column that is read, fields a row, rows before the first event."""

    name: str
    columns: Mapping[str, int]
    width: int
    skip: int


def looks_like_ucdp(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a file's first rows are those of a UCDP event file, complete or not."""
    if not rows:
        return False
    return _headless(rows[0]) or len(_TELLING & set(_names(rows[0]))) >= _TELLING_ENOUGH


def recognise(name: str, rows: Sequence[Sequence[str]]) -> Layout:
    """Return the layout of a file called `name` from its first rows.

    Raises `FileRefused`, naming the columns, where some are missing or doubled, or where rows have fields that no
    column names: read as they stand, those would shift into the wrong columns.
    """
    if _headless(rows[0]):
        positions = {column: place for place, column in enumerate(OFFICIAL_COLUMNS) if column in (*REQUIRED, *OPTIONAL)}
        return Layout("official, without a header row", positions, len(OFFICIAL_COLUMNS), 0)
    names = _names(rows[0])
    missing = [column for column in REQUIRED if column not in names]
    if missing:
        raise FileRefused(
            f"{name} is not a complete UCDP event file: the columns {', '.join(missing)} are missing.",
            remedy="Use the full GED or Candidate file as UCDP publishes it (CSV or Excel).",
        )
    doubled = sorted({column for column in (*REQUIRED, *OPTIONAL) if names.count(column) > 1})
    if doubled:
        raise FileRefused(f"{name} has the columns {', '.join(doubled)} twice.", remedy="Remove one of each.")
    positions = {column: names.index(column) for column in (*REQUIRED, *OPTIONAL) if column in names}
    tagged = len(rows) > 1 and any(field.strip().startswith("#") for field in rows[1])
    data = rows[2:] if tagged else rows[1:]
    width = _width(name, names, data)
    return Layout(_layout_name(rows[0], tagged=tagged, trailing=width > len(names)), positions, width, 1 + tagged)


def _names(header: Sequence[str]) -> list[str]:
    cleaned = [field.strip().strip("\ufeff").lower() for field in header]
    return [_ALIASES.get(field, field) for field in cleaned]


def _headless(first: Sequence[str]) -> bool:
    kind = OFFICIAL_COLUMNS.index("type_of_violence")
    return len(first) == len(OFFICIAL_COLUMNS) and first[0].strip().isdigit() and first[kind].strip() in _KINDS


def _width(name: str, names: Sequence[str], data: Sequence[Sequence[str]]) -> int:
    """Return the fields of a row: those named, or one more where all rows end with an empty field (website export)."""
    named, kind = len(names), names.index("type_of_violence")
    longer = [row for row in data if len(row) > named]
    if len(longer) * 2 <= len(data):
        return named
    # An unnamed first column beside an empty last one has as many fields, but then the codes are out of place.
    in_place = sum(row[kind].strip() in _KINDS for row in longer)
    if all(len(row) == named + 1 and not row[-1].strip() for row in longer) and in_place * 2 > len(longer):
        return named + 1
    raise FileRefused(
        f"{name} has {len(longer[0])} fields in its rows where its header names {named} columns.",
        remedy="A column name is missing from the header, or a text holds a delimiter without quotes: export it again.",
    )


def _layout_name(header: Sequence[str], *, tagged: bool, trailing: bool) -> str:
    names = [field.strip().strip("\ufeff").lower() for field in header]
    if trailing or "best_est" in names:
        return "website export"
    order = "official" if names[: len(OFFICIAL_COLUMNS)] == list(OFFICIAL_COLUMNS) else "rearranged"
    if "code_status" not in names:
        order = "before 2020"
    return f"{order}, with HXL tags" if tagged else order
