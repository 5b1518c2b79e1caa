"""Event files that somebody joined from several UCDP files: what each part covers, and no more.

Such a file names the part of every row in a column `source_file`. Taken as one release it would cover every country to
the end of the newest part, and violence would seem to fall to zero where another part ended years before.
"""

from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data.coverage import Coverage, Span, merged
from geo.errors import FileRefused

LEAST_A_YEAR: Final = 1_000
"""Events a year below which many countries are a sample of the world, not the world: GED has several thousand."""
_DAYS_A_YEAR: Final = 365


def is_joined(summary: pa.Table) -> bool:
    """Return whether the rows name more than one part (column `part`)."""
    return len(pc.unique(summary["part"]).drop_null()) > 1


def joined_coverage(summary: pa.Table, coverage_of: Callable[[pa.Table], Coverage]) -> Coverage:
    """Return what the parts cover, each judged by itself with `coverage_of`; rows that name no part cover nothing.

    Raises `FileRefused` where no part covers anything: then it is a sample.
    """
    spans: list[Span] = []
    reasons = []
    part = summary["part"]
    for label in sorted(pc.unique(part).drop_null().to_pylist()):
        rows = summary.filter(pc.fill_null(pc.equal(part, label), fill_value=False))
        found = coverage_of(rows)
        if found.scope == "world" and _is_sample(rows):
            reasons.append(f"{label}: a sample, covers nothing")
            continue
        spans += found.spans
        reasons.append(f"{label}: {found.reason}")
    if not spans:
        raise FileRefused("Every part of the file is a sample: it covers nothing.", remedy="Use a whole release.")
    return Coverage(merged(spans), "countries", f"joined from {len(reasons)} files. " + ". ".join(reasons))


def _is_sample(rows: pa.Table) -> bool:
    first, last = pc.min(rows["first_start"]).as_py(), pc.max(rows["date_start"]).as_py()
    years = max((last - first + 1) / _DAYS_A_YEAR, 1 / 12)
    return bool(pc.sum(rows["rows"]).as_py() / years < LEAST_A_YEAR)
