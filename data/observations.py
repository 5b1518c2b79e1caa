"""The observation schema: a value that was never an event, with its unit, period, measure and state.

Stocks (people displaced at a date), flows (people newly displaced in a period), forecasts, indices and counts meet
events only in the cube. A missing value is never zero: `state` says why nothing is there.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data.columns import LABEL, TEXT, Column, Complaint, complaints, conform, schema_of, where_true

KINDS: Final = ("stock", "flow", "forecast", "index", "count")
STATES: Final = ("observed", "not_covered", "suppressed", "provisional")
_WITHHELD: Final = ("not_covered", "suppressed")


def _latitude(name: str, meaning: str) -> Column:
    return Column(name, pa.float64(), meaning, nullable=True, unit="degrees", low=-90, high=90)


def _longitude(name: str, meaning: str) -> Column:
    return Column(name, pa.float64(), meaning, nullable=True, unit="degrees", low=-180, high=180)


COLUMNS: Final = (
    Column("source", LABEL, "Key of the source's card."),
    Column("measure", LABEL, "What is measured, such as displaced_new, risk_probability, articles."),
    Column("kind", LABEL, "How values combine: stocks never add over time, nor to flows.", choices=KINDS),
    Column("value", pa.float64(), "The value; missing unless observed or provisional.", nullable=True, unit="see unit"),
    Column("low", pa.float64(), "Lower limit, where the source gives one.", nullable=True, unit="see unit"),
    Column("high", pa.float64(), "Upper limit, where the source gives one.", nullable=True, unit="see unit"),
    Column(
        "quantile",
        pa.float64(),
        "Forecast distributions: the probability whose quantile the value is; missing for a mean or a point.",
        nullable=True,
        low=0,
        high=1,
    ),
    Column("unit", LABEL, "Unit of the value, such as people, probability, articles."),
    Column("state", LABEL, "What the value is (methods.md 1).", choices=STATES),
    Column("period_start", pa.date32(), "First day of the period."),
    Column("period_end", pa.date32(), "Day after the last of the period: half-open."),
    Column("known_at", pa.date32(), "Day on which the source said so."),
    Column(
        "horizon_days",
        pa.int32(),
        "Forecasts: days from known_at to the end of the period.",
        nullable=True,
        unit="days",
        low=0,
    ),
    Column("cell", pa.uint64(), "H3 cell that it belongs to; 0 where it belongs to no cell."),
    Column("area", LABEL, "Code of the admin-1 area that it belongs to.", nullable=True),
    Column("country_code", LABEL, "ISO 3166-1 alpha-3 of its country.", nullable=True),
    Column(
        "place_code", LABEL, "The source's own code of the unit: pg:62356, pcode:SD01, name:Sagaing.", nullable=True
    ),
    Column("place", LABEL, "Name of the unit as the source writes it.", nullable=True),
    _latitude("latitude", "Representative point of the place, or of the destination."),
    _longitude("longitude", "Representative point of the place, or of the destination."),
    Column("origin_country", LABEL, "Flows and stocks: ISO 3166-1 alpha-3 that people left.", nullable=True),
    Column("origin_area", LABEL, "Flows: code of the admin-1 area that people left.", nullable=True),
    Column("origin_cell", pa.uint64(), "Flows: H3 cell that people left; 0 where it is not known."),
    _latitude("origin_latitude", "Flows: representative point of the origin."),
    _longitude("origin_longitude", "Flows: representative point of the origin."),
    Column("exercise", pa.bool_(), "Simulated, not real."),
)
"""Every column of an observation, in order."""

SCHEMA: Final = schema_of(COLUMNS)
"""The Arrow schema; each field's metadata holds meaning, unit and range."""


def conform_observations(table: pa.Table) -> pa.Table:
    """Return `table` in the schema's order and types, with nullable columns filled in as missing."""
    return conform(COLUMNS, table)


def check_observations(table: pa.Table) -> tuple[Complaint, ...]:
    """Return everything that is wrong with a table of observations, all at once; empty when it may be stored."""
    found = complaints(COLUMNS, table)
    if found:
        return tuple(found)
    withheld = pc.is_in(table["state"].cast(TEXT), pa.array(_WITHHELD))
    rules = (
        ("period_end", pc.less_equal(table["period_end"], table["period_start"]), "is not after period_start"),
        (
            "value",
            pc.and_(withheld, pc.is_valid(table["value"])),
            "is given although the state says that none is known",
        ),
        (
            "value",
            pc.and_(pc.invert(withheld), pc.is_null(table["value"])),
            "is missing although the state says observed",
        ),
        ("value", pc.invert(pc.is_finite(table["value"])), "is not a finite number"),
        ("low", pc.greater(table["low"], table["high"]), "is above high"),
        (
            "longitude",
            pc.xor(pc.is_null(table["latitude"]), pc.is_null(table["longitude"])),
            "only one of latitude and longitude is given",
        ),
        (
            "origin_longitude",
            pc.xor(pc.is_null(table["origin_latitude"]), pc.is_null(table["origin_longitude"])),
            "only one of origin_latitude and origin_longitude is given",
        ),
    )
    for column, bad, what in rules:
        found += where_true(column, bad, table[column], what, "See the column's meaning in the schema.")
    return tuple(found)
