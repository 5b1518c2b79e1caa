"""Event tables that people derived from UCDP files: read for what they state, and not for more.

What a column would have told is missing, never guessed: without `where_prec` no point is taken for a place, without
`date_prec` no date for a day, without a split of the dead none of them for a civilian unless the violence was
one-sided. Each kind of table has a namespace of its own. Its ids are UCDP's (of the sample's 1,051 rows that also stand
in full files here all agree in kind and country), but united by id its rows would stand among those of real releases
like rows that say as much.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from data.card import Card
from data.columns import constant
from data.coverage import Coverage
from data.draft import EVENTS, Draft
from data.events import KINDS, conform_events
from data.located import locate
from data.manifest import Origin
from data.readers import open_table
from data.readers.ahead import ahead
from data.readers.opened import Opened, StartAgain
from data.sources.kept_rows import KeptRows
from data.sources.ucdp import CANDIDATE, GED
from data.sources.ucdp_coverage import release_coverage
from data.sources.ucdp_derived_rows import Collector
from data.sources.ucdp_layout import DERIVED, derived_table
from data.sources.ucdp_rows import country_codes
from data.task import Task
from geo.errors import FileRefused

TABLE: Final = replace(
    CANDIDATE,
    key="ucdp_candidate_table",
    title="UCDP Candidate events, a table without places",
    citation=CANDIDATE.citation + "; cut to seven columns by somebody else",
    scope_note=(
        "Lethal events only, known to their country only: the table has no coordinates. Not known to be verified, "
        "without low and high figures, and without civilians killed in fighting; one date an event, however long."
    ),
    namespace="ucdp_candidate_table",
    precedence=0,
)
SAMPLE: Final = replace(
    GED,
    key="ucdp_ged_sample",
    title="UCDP GED, a sample of events",
    citation=GED.citation + "; sampled by somebody else",
    mutability="append",
    scope_note=(
        "A sample with the same number of events for every year: it bears no trends, no totals and no comparison of "
        "places. How exactly a place is known is not stated, so events count in their country only; the date is the "
        "middle of the event's days, and there are no low and high figures."
    ),
    namespace="ucdp_ged_sample",
)
CARDS: Final = (TABLE, SAMPLE)
TITLE: Final = "tables of events derived from UCDP GED or Candidate"

_CARDS: Final = {"candidate": TABLE, "sample": SAMPLE}
_COUNTRY_ONLY: Final = 6
"""UCDP's `where_prec` for a place known to the country only. Of the sample's rows that can be looked up in full files
5 % are no better than that, and which they are cannot be told."""


def detect(opened: Opened) -> bool:
    """Return whether a file has exactly the columns of a table that people derived from GED."""
    rows = opened.first_rows(1)
    return bool(rows) and derived_table(rows[0]) is not None


def read(
    path: Path, opened: Opened | None = None, *, coverage_end: dt.date | None = None, task: Task, today: dt.date
) -> Draft:
    """Return a derived table as a draft; a sample covers nothing, whatever `coverage_end` says.

    Raises `FileRefused` where the columns are others or no row can be kept, `data.task.Cancelled` where stopped.
    """
    opened = opened or open_table(path)
    header = opened.first_rows(1)[0]
    form = derived_table(header)
    if form is None:
        raise FileRefused(
            f"{opened.name} is no table derived from UCDP that is known.",
            remedy=f"Known are the columns {', '.join(DERIVED['candidate'])}; or {', '.join(DERIVED['sample'])}.",
        )
    names = [field.strip().strip("\ufeff").lower() for field in header]
    columns = {name: names.index(name) for name in DERIVED[form]}
    rows = _collected(opened, columns, len(names), task, today)
    rows.refuse_unusable(opened.name)
    card = _CARDS[form]
    return Draft(
        kind=EVENTS,
        table=conform_events(pa.table(_events(rows.table, card))),
        card=card,
        coverage=_nothing() if card is SAMPLE else release_coverage(rows.table, coverage_end, final=False),
        origin=Origin(opened.name, opened.sha256(), opened.size, f"{opened.format}; columns: {form} table"),
        rejections=rows.rejections,
        read=rows.read,
    )


def _collected(opened: Opened, columns: dict[str, int], width: int, task: Task, today: dt.date) -> KeptRows:
    while True:
        collector = Collector(today)
        try:
            for batch in ahead(opened.batches(columns, width, 1)):
                task.step("reading", batch.done, batch.of)
                collector.add(batch)
        except StartAgain:
            continue
        return collector.finish()


def _nothing() -> Coverage:
    return Coverage((), "sample", "a sample of events covers nothing: where it has none, there may have been many")


def _events(table: pa.Table, card: Card) -> dict[str, object]:
    size = table.num_rows
    code = table["type_of_violence"].to_numpy().astype(np.int32) - 1
    one_sided = code == KINDS.index("one-sided")
    best = table["best"].to_numpy()
    civilians = table["civilian_deaths"]
    known = civilians.fill_null(0).to_numpy()
    places = locate(table["latitude"].fill_null(np.nan).to_numpy(), table["longitude"].fill_null(np.nan).to_numpy())
    return {
        "id": table["id"].cast(pa.string()),
        "source": constant(card.key, size),
        "date_start": table["date_start"].cast(pa.date32()),
        "date_end": table["date_end"].cast(pa.date32()),
        "latitude": table["latitude"],
        "longitude": table["longitude"],
        "place_precision": np.full(size, _COUNTRY_ONLY, dtype=np.uint8),
        "country": table["country"],
        "country_code": country_codes(table["country_number"].to_numpy()),
        "kind": pa.DictionaryArray.from_arrays(pa.array(code), pa.array(KINDS)),
        "conflict": table["conflict"],
        "deaths_low": best,
        "deaths_best": best,
        "deaths_high": best,
        "deaths_civilians": civilians,
        "civilian_deaths": np.where(one_sided, best, known).astype(np.int32),
        "civilian_harm": one_sided | (known > 0),
        "verified": np.full(size, card is SAMPLE),
        "exercise": np.zeros(size, dtype=bool),
        "cell": places.cell,
        "area": places.area,
        "area_country": places.area_country,
    }
