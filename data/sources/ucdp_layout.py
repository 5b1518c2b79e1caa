"""The columns of UCDP event files: the official layout, and what the variants that people have call them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from data.sources.layout import Layout, names_of
from data.sources.ucdp_values import BAD, day, whole_number
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
    "source_headline", "where_coordinates", "adm_1", "adm_2", "country_id", "region", "source_file",
)
"""Columns that are read where they are there."""

DERIVED: Final = {
    "candidate": ("id", "conflict_new_id", "conflict_name", "country", "best", "type_of_violence", "date"),
    "sample": (
        "id", "conflict_id", "latitude", "longitude", "date", "type_of_violence", "best", "civilian_deaths",
        "combatant_deaths", "country", "region",
    ),
}
"""Tables that people made from GED, which lack what a release states: exactly these columns, in any order."""
# fmt: on

_ALIASES: Final = {"best_est": "best", "high_est": "high", "low_est": "low"}
_TELLING: Final = frozenset({"type_of_violence", "conflict_new_id", "where_prec", "dyad_new_id", "best", "date_prec"})
_TELLING_ENOUGH: Final = 2
_KINDS: Final = frozenset({"1", "2", "3", "1.0", "2.0", "3.0"})
_OFFICIAL: Final = {column: place for place, column in enumerate(OFFICIAL_COLUMNS)}


def looks_like_ucdp(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a file's first rows are those of a UCDP event file, complete or not."""
    if not rows:
        return False
    names = _names(rows[0])
    return _headless(rows[0]) or (derived_table(names) is None and len(_TELLING & set(names)) >= _TELLING_ENOUGH)


def derived_table(names: Sequence[str]) -> str | None:
    """Return which of the tables that people derived from GED these columns are (a key of `DERIVED`), or None."""
    held = {name.strip().strip("\ufeff").lower() for name in names if name.strip()}
    return next((key for key, columns in DERIVED.items() if held == set(columns)), None)


def recognise(name: str, rows: Sequence[Sequence[str]]) -> Layout:
    """Return the layout of a file called `name` from its first rows.

    Raises `FileRefused`, naming the columns, where some are missing or doubled, or where rows have fields that no
    column names: read as they stand, those would shift into the wrong columns.
    """
    if _headless(rows[0]):
        positions: dict[str, int] = {
            column: _OFFICIAL[column] for column in (*REQUIRED, *OPTIONAL) if column in _OFFICIAL
        }
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
    positions = {str(column): names.index(column) for column in (*REQUIRED, *OPTIONAL) if column in names}
    tagged = len(rows) > 1 and _tags(rows[1], positions)
    data = rows[2:] if tagged else rows[1:]
    width = _width(name, names, data)
    return Layout(_layout_name(rows[0], tagged=tagged, trailing=width > len(names)), positions, width, 1 + tagged)


def _names(header: Sequence[str]) -> list[str]:
    return [_ALIASES.get(field, field) for field in names_of(header)]


def _headless(first: Sequence[str]) -> bool:
    """Return whether a row is an event in the official order: as many fields, and six of them what they must be."""
    if len(first) != len(OFFICIAL_COLUMNS):
        return False
    value = {column: first[_OFFICIAL[column]].strip() for column in REQUIRED}
    degree = re.compile(r"-?\d{1,3}(\.\d+)?|")
    return (
        whole_number(value["id"]) != BAD
        and value["type_of_violence"] in _KINDS
        and 1 <= whole_number(value["where_prec"]) <= len("1234567")
        and all(degree.fullmatch(value[column]) for column in ("latitude", "longitude"))
        and all(day(value[column]) != BAD for column in ("date_start", "date_end"))
        and all(whole_number(value[column]) != BAD for column in ("best", "high", "low"))
    )


def _tags(row: Sequence[str], positions: Mapping[str, int]) -> bool:
    """Return whether a row holds HXL tags: hashes, and no event (a headline may begin with a hash)."""
    kind = positions["type_of_violence"]
    is_event = len(row) > kind and row[kind].strip() in _KINDS
    return not is_event and any(field.strip().startswith("#") for field in row)


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
