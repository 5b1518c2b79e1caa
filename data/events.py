"""The event schema: one row is one reported happening. Every source that reports events is read into it.

`deaths_low <= deaths_best <= deaths_high` is what the numbers mean, but it does not always hold in UCDP's own files
(in eight country files low > best in 0 to 0.8 % of the rows, best > high in 0.1 to 1.3 %), so it is not asked for and
nothing is reordered.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import LABEL, TEXT, Column, Complaint, complaints, conform, schema_of, where_true

KINDS: Final = ("state-based", "non-state", "one-sided", "other")
"""UCDP's kinds of organised violence, `type_of_violence` 1, 2, 3; and what is no organised violence (ACLED's protests,
riots and strategic developments), which no selection of violence counts."""

_MOST_DEATHS: Final = 2**31 - 1
_RESOLUTION: Final = 7


def _deaths(name: str, meaning: str, *, nullable: bool = False) -> Column:
    return Column(name, pa.int32(), meaning, nullable, unit="people", low=0, high=_MOST_DEATHS)


COLUMNS: Final = (
    Column("id", TEXT, "The source's own id, unique within its namespace; EX- begins an exercise id."),
    Column("source", LABEL, "Key of the source's card, such as ucdp_ged."),
    Column("date_start", pa.date32(), "First day on which it may have happened."),
    Column("date_end", pa.date32(), "Last day on which it may have happened, not before date_start."),
    Column(
        "date_precision",
        pa.uint8(),
        "UCDP date_prec: 1 day, 2 to six days, 3 week, 4 month, 5 more; missing where the source does not state it.",
        nullable=True,
        low=1,
        high=5,
    ),
    Column(
        "latitude",
        pa.float64(),
        "WGS 84; missing together with longitude.",
        nullable=True,
        unit="degrees",
        low=-90,
        high=90,
    ),
    Column(
        "longitude",
        pa.float64(),
        "WGS 84; missing together with latitude.",
        nullable=True,
        unit="degrees",
        low=-180,
        high=180,
    ),
    Column(
        "place_precision",
        pa.uint8(),
        "UCDP where_prec: 1 exact, 2 within 25 km, 3 second-order area, 4 first-order area, 5 line or fuzzy area, "
        "6 country, 7 international.",
        low=1,
        high=7,
    ),
    Column("place", LABEL, "Name of the place as the source writes it.", nullable=True),
    Column("adm_1", LABEL, "First-order area as the source writes it; never used to join.", nullable=True),
    Column("adm_2", LABEL, "Second-order area as the source writes it; never used to join.", nullable=True),
    Column("country", LABEL, "Country as the source writes it; of its time, not of today."),
    Column(
        "country_code", LABEL, "ISO 3166-1 alpha-3 of the state that the source names, as it is today.", nullable=True
    ),
    Column("kind", LABEL, "Kind of organised violence.", choices=KINDS),
    Column("event_type", LABEL, "The source's own type and sub-type, where it has them.", nullable=True),
    Column("actor_a", LABEL, "First side; the perpetrator of one-sided violence.", nullable=True),
    Column("actor_b", LABEL, "Second side; Civilians for one-sided violence.", nullable=True),
    Column("conflict", LABEL, "Name of the conflict.", nullable=True),
    Column("dyad", LABEL, "Name of the pair of sides.", nullable=True),
    _deaths("deaths_low", "Low estimate of all deaths; deaths_best where the source gives one figure."),
    _deaths("deaths_best", "Best estimate of all deaths, or the one figure that the source gives."),
    _deaths("deaths_high", "High estimate of all deaths; deaths_best where the source gives one figure."),
    _deaths("deaths_a", "Deaths on the first side; missing where the source does not split them.", nullable=True),
    _deaths("deaths_b", "Deaths on the second side; missing likewise.", nullable=True),
    _deaths("deaths_civilians", "Civilian deaths as the source writes them; missing likewise.", nullable=True),
    _deaths("deaths_unknown", "Deaths of people of unknown status; missing likewise.", nullable=True),
    _deaths(
        "civilian_deaths",
        "deaths_best where one-sided, else deaths_civilians, of which a missing one adds none: it is what is known of "
        "civilians, and has no range (methods.md 1 and 5).",
    ),
    Column(
        "civilian_harm", pa.bool_(), "One-sided or deaths_civilians > 0: an incident of violence against civilians."
    ),
    Column("verified", pa.bool_(), "The source has finished checking it: code_status Clear or absent."),
    Column("status", LABEL, "UCDP code_status as written.", nullable=True),
    Column(
        "sources_count",
        pa.int32(),
        "Number of reports behind it; -1 in the source is missing.",
        nullable=True,
        unit="reports",
        low=0,
    ),
    Column("headline", TEXT, "Headline or article named by the source: plain text, never trusted.", nullable=True),
    Column("revision", LABEL, "The source's own mark of the row's revision.", nullable=True),
    Column("exercise", pa.bool_(), "Simulated, not real."),
    Column("cell", pa.uint64(), "H3 cell at resolution 7; 0 without coordinates. Derived."),
    Column("area", LABEL, "Code of the admin-1 polygon that holds the point. Derived.", nullable=True),
    Column("area_country", LABEL, "ISO 3166-1 alpha-3 of that polygon. Derived.", nullable=True),
)
"""Every column of an event, in order."""

SCHEMA: Final = schema_of(COLUMNS)
"""The Arrow schema; each field's metadata holds meaning, unit and range."""


def conform_events(table: pa.Table) -> pa.Table:
    """Return `table` in the schema's order and types, with nullable columns filled in as missing."""
    return conform(COLUMNS, table)


def check_events(table: pa.Table) -> tuple[Complaint, ...]:
    """Return everything that is wrong with a table of events, all at once; empty when it may be stored."""
    found = complaints(COLUMNS, table)
    if found:
        return tuple(found)
    found += where_true(
        "date_end",
        pc.less(table["date_end"], table["date_start"]),
        table["date_end"],
        "is before date_start",
        "Swap the two dates.",
    )
    found += where_true(
        "longitude",
        pc.xor(pc.is_null(table["latitude"]), pc.is_null(table["longitude"])),
        table["longitude"],
        "only one of latitude and longitude is given",
        "Give both or neither.",
    )
    found += where_true("id", pc.equal(table["id"], ""), table["id"], "is empty", "Give every event an id.")
    repeated = _repeated(table["id"])
    if repeated:
        found.append(Complaint("id", f"{repeated} ids occur more than once", "Keep one row for each id.", repeated))
    return tuple(found + _cells(table) + _civilians(table))


def _repeated(ids: pa.ChunkedArray) -> int:
    """Return how many ids stand in more than one row; sorting numbers is ten times faster than hashing texts."""
    try:
        if (np.diff(np.sort(ids.cast(pa.int64()).to_numpy())) > 0).all():
            return 0
    except pa.ArrowInvalid:
        pass
    return len(ids) - int(pc.count_distinct(ids).as_py())


def _cells(table: pa.Table) -> list[Complaint]:
    cells = table["cell"].to_numpy()
    given = table["latitude"].is_valid().to_numpy()
    resolution = (cells >> np.uint64(52)) & np.uint64(0xF)
    bad = np.where(given, resolution != _RESOLUTION, cells != 0)
    return where_true(
        "cell",
        pa.chunked_array([bad]),
        table["cell"],
        "is no cell of resolution 7, or does not agree with the coordinates",
        "Bin the coordinates with geo.cells.bin_points; 0 where there are none.",
    )


def _civilians(table: pa.Table) -> list[Complaint]:
    one_sided = pc.equal(table["kind"].cast(TEXT), "one-sided")
    civilians = pc.fill_null(table["deaths_civilians"], 0)
    deaths = pc.if_else(one_sided, table["deaths_best"], civilians)
    harm = pc.or_(one_sided, pc.greater(civilians, 0))
    return [
        *where_true(
            "civilian_deaths",
            pc.not_equal(deaths, table["civilian_deaths"]),
            table["civilian_deaths"],
            "does not follow from kind and deaths",
            "deaths_best where one-sided, else deaths_civilians.",
        ),
        *where_true(
            "civilian_harm",
            pc.xor(harm, table["civilian_harm"]),
            table["civilian_harm"],
            "does not follow from kind and deaths",
            "True where one-sided or deaths_civilians > 0.",
        ),
    ]
