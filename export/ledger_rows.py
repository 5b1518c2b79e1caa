"""Tables of the Data page: what is loaded, where it covers, what every record became, what was rejected and why."""

from collections.abc import Sequence

import numpy as np

from data.holdings import Holdings
from data.manifest import Manifest
from export.geography import Geography
from geo.coverage import EVERYWHERE
from geo.periods import date_text, to_day
from geo.precision import Fate
from geo.tally import Tally

SNAPSHOT_HEAD = ("Source", "File", "Read", "Kept", "Rejected", "Dates", "Loaded (UTC)", "Snapshot")
COVERAGE_HEAD = ("Country", "From", "To", "Final up to", "Incidents held")
FATE_HEAD = ("What became of it", "Incidents", "Killed (low)", "Killed (best)", "Killed (high)", "Civilians killed")
REJECTED_HEAD = ("Row", "Column", "Value", "Reason", "Remedy")


def snapshots(manifests: Sequence[Manifest]) -> list[tuple[str, ...]]:
    """Return a row for each snapshot."""
    return [
        (
            one.card.title.removeprefix("EXERCISE "),
            one.origin.name if one.origin else "made here",
            f"{one.read:,}",
            f"{one.kept:,}",
            f"{sum(one.rejected.values()):,}",
            f"{date_text(to_day(one.first))} to {date_text(to_day(one.last))}" if one.first and one.last else "none",
            f"{one.ingested_at:%d %b %Y, %H:%M}".lstrip("0"),
            one.digest[:12],
        )
        for one in manifests
    ]


def coverage(holdings: Holdings, geography: Geography) -> list[tuple[str, ...]]:
    """Return a row for each span of coverage, by country, with the incidents that its country has."""
    spans = holdings.coverage
    codes = holdings.events.country_codes
    held = np.bincount(holdings.events.country[holdings.events.country >= 0], minlength=len(codes))
    incidents = dict(zip(codes, held.tolist(), strict=False))
    named = sum(incidents.get(code, 0) for code in {*spans.country} - {EVERYWHERE})
    incidents[EVERYWHERE] = len(holdings.events) - named
    rows = [
        (
            "All other countries" if code == EVERYWHERE else geography.country_name(code),
            date_text(int(first)),
            date_text(int(last)),
            date_text(int(final)),
            f"{incidents.get(code, 0):,}",
        )
        for code, first, last, final in zip(spans.country, spans.first, spans.last, spans.final_to, strict=True)
    ]
    return sorted(rows)


def fates(tally: Tally) -> list[tuple[str, ...]]:
    """Return what became of every record: placed, known to an area, left out by reason; last what was read."""
    sums = tally.fates.sum(axis=0)
    rows = [(fate.reason.capitalize(), *sums[fate].tolist()) for fate in Fate if sums[fate, 0]]
    rows.append(("Read, all together", *tally.read.tolist()))
    return [(str(name), *(f"{value:,}" for value in values)) for name, *values in rows]


def rejected(manifest: Manifest) -> list[tuple[str, ...]]:
    """Return the first rejected rows of a snapshot, as they stand in its file."""
    return [
        tuple(str(row.get(name, "")) for name in ("row", "column", "value", "reason", "remedy"))
        for row in manifest.rejected_rows
    ]
