"""Tables of the Data page: what is loaded, where it covers, what every record became, what was rejected and why."""

from collections.abc import Sequence

from data.draft import EVENTS
from data.holdings import united_coverage
from data.manifest import Manifest
from export.coverage_picture import Grid
from export.geography import Geography
from export.reading import Reading
from export.wording import KINDS_TEXT, RESOLUTION_TEXT
from geo.coverage import EVERYWHERE
from geo.periods import date_text, span_text, to_day
from geo.precision import Fate
from geo.tally import Tally

SNAPSHOT_HEAD = ("Source", "File", "Read", "Kept", "Rejected", "Dates", "Loaded (UTC)", "Snapshot")
COVERAGE_HEAD = ("Country", "From", "To", "Final up to", "Rows held")
FATE_HEAD = ("What became of it", "Incidents", "Killed (low)", "Killed (best)", "Killed (high)", "Civilians killed")
REJECTED_HEAD = ("Why rejected", "Rows", "Row", "Column", "Value", "Remedy")


def snapshots(manifests: Sequence[Manifest]) -> list[tuple[str, ...]]:
    """Return a row for each snapshot."""
    return [
        (
            one.card.title.removeprefix("EXERCISE "),
            file_name(one) if one.origin else "made here",
            f"{one.read:,}",
            f"{one.kept:,}",
            f"{sum(one.rejected.values()):,}",
            f"{date_text(to_day(one.first))} to {date_text(to_day(one.last))}" if one.first and one.last else "none",
            f"{one.ingested_at:%d %b %Y, %H:%M}".lstrip("0"),
            one.digest[:12],
        )
        for one in manifests
    ]


def file_name(manifest: Manifest) -> str:
    """Return the name of the file that a snapshot came from."""
    return manifest.origin.name if manifest.origin else manifest.digest[:12]


def named(manifest: Manifest) -> str:
    """Return what a snapshot is called where it can be chosen."""
    return f"{file_name(manifest)} · {manifest.card.title} · {manifest.kept:,} rows"


def sources(manifests: Sequence[Manifest], shown: str) -> dict[str, str]:
    """Return the title of each source by its key: that of the namespace shown first, then others of incidents."""
    ordered = sorted(manifests, key=lambda one: (one.card.namespace != shown, one.kind != EVENTS))
    return {one.card.key: one.card.title.removeprefix("EXERCISE ") for one in ordered}


def spans(manifests: Sequence[Manifest], shown: Grid, geography: Geography) -> list[tuple[str, ...]]:
    """Return a row for each span of coverage of a source, by country, with the rows that its country has."""
    held = dict(zip(shown.codes, shown.rows.sum(axis=0).tolist(), strict=True))
    coverage = united_coverage(manifests)
    rows = [
        (
            "All other countries" if code == EVERYWHERE else geography.country_name(code),
            date_text(int(first)),
            date_text(int(last)),
            date_text(int(final)),
            f"{held[code]:,}",
        )
        for code, first, last, final in zip(
            coverage.country, coverage.first, coverage.last, coverage.final_to, strict=True
        )
    ]
    return sorted(rows)


def basis(reading: Reading) -> str:
    """Return what a count of fates goes by, in a sentence: the grain, the units, the kinds and the days of the Map."""
    view, periods = reading.view, reading.periods
    units = f"cells of {RESOLUTION_TEXT[view.resolution]}" if view.resolution else "provinces"
    days = span_text(periods.first_day, min(periods.last_day, to_day(view.known)))
    return f"As on the Map: {KINDS_TEXT[view.kinds]}, {units}, by {periods.grain}, {days}, in the study area above."


def fates(tally: Tally) -> list[tuple[str, ...]]:
    """Return what became of every record: placed, known to an area, left out by reason; last what was read."""
    sums = tally.fates.sum(axis=0)
    rows = [(fate.reason.capitalize(), *sums[fate].tolist()) for fate in Fate if sums[fate, 0]]
    rows.append(("Read, all together", *tally.read.tolist()))
    return [(str(name), *(f"{value:,}" for value in values)) for name, *values in rows]
