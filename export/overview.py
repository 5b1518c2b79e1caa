"""What the Overview says beside its list and map: freshness of the sources, captions, and what is not covered."""

import datetime as dt

import numpy as np

from data.geodata import PLACES_CREDIT
from data.holdings import Holdings
from export.geography import Geography
from export.reading import Reading
from export.rises import Rises
from export.wording import counted, left_out_text, listed
from geo.coverage import EVERYWHERE, State
from geo.periods import date_text, span_text, to_day
from geo.precision import Fate
from geo.study_area import StudyArea

FRESHNESS_HEAD = ("Source", "Newest", "Fetched", "Final up to", "Rhythm", "State")
SPARK_KEY = 'incidents a week: year before, <b class="rise">last 8 weeks</b>, provisional (dashed)'
_LATE_AFTER_DAYS = 45


def freshness(holdings: Holdings, known: dt.date) -> list[tuple[str, ...]]:
    """Return a row for each source held: what it is, how new, and up to when its numbers are final."""
    rows: list[tuple[str, ...]] = []
    for manifest in holdings.snapshots:
        newest = manifest.last
        final = known - dt.timedelta(days=manifest.card.lag_days)
        covered = max((span.last for span in manifest.coverage.spans), default=newest)
        final_to = min(final, covered) if covered else final
        late = newest is not None and (known - newest).days > _LATE_AFTER_DAYS
        rows.append(
            (
                manifest.card.title.removeprefix("EXERCISE "),
                date_text(to_day(newest)) if newest else "nothing",
                "made here" if manifest.exercise else f"{manifest.fetched_at:%d %b %Y}".lstrip("0"),
                date_text(to_day(final_to)),
                manifest.card.rhythm,
                f"Ends {date_text(to_day(newest))}" if late and newest else "On time",
            )
        )
    return rows


def list_caption(rises: Rises) -> str:
    """Return how the list is to be read."""
    if not rises.rises:
        return "No evidence of growth is not evidence of calm: see what is not covered below."
    return (
        "Filled number: stands in most of the settings tried (cells of 1,770 and 250 km², provinces; 4, 8 "
        "and 12 weeks; "
        "ending now, two and four weeks earlier); open: may be chance. Order: filled first, then the lower "
        "95 % limit of the rise."
    )


def map_caption(rises: Rises) -> str:
    """Return how the Overview's map was made."""
    windows = rises.windows
    return (
        f"Ratio of incidents a week, last {windows.recent} weeks to the {windows.baseline} before, in the "
        "area around each "
        "cell (H3 resolution 4, about 1,770 km²). Purple only where the lower 95 % limit is above no change. "
        f"Dashed borders: disputed. A detection of what was recorded, not a forecast. {PLACES_CREDIT}"
    )


def method_line(rises: Rises) -> str:
    """Return the method in one line for a picture."""
    return (
        f"Exact rate ratio of incidents, {rises.windows.recent} weeks against the {rises.windows.baseline} "
        "before, over each "
        "H3 cell (resolution 4, about 1,770 km²) and its neighbours; listed where the lower 95 % limit is above 1."
    )


def not_covered(reading: Reading, rises: Rises, geography: Geography) -> list[tuple[str, str]]:
    """Return what the page does not know, each with its reason: countries, late weeks, places, what was left out."""
    periods, windows, tally = rises.lattice.periods, rises.windows, reading.tally
    notes = []
    bare = [geography.country_name(code) for code in _bare_countries(reading)]
    if bare:
        notes.append((f"{listed(bare)}:", "no source looked there. That is not the same as no violence."))
    state = reading.placed.state
    late = np.flatnonzero((state == State.PROVISIONAL).any(axis=1))
    late = late[late >= windows.end]
    if len(late):
        first, last = int(periods.starts[late[0]]), int(periods.ends[late[-1]]) - 1
        notes.append((f"{span_text(first, last)}:", "provisional; late reports still arrive; not tested."))
    recent = windows.recent_slice
    area_only = tally.count(Fate.AREA_ONLY, recent)
    if area_only:
        what = counted(area_only, "incident", "incidents")
        notes.append((what, f"of the {windows.recent} weeks are known to a province only: counted there, in no cell."))
    if out := left_out_text(tally, recent):
        total = sum(sums["incidents"] for sums in tally.excluded(recent).values())
        notes.append((counted(total, "incident", "incidents"), f"of the {windows.recent} weeks are left out: {out}."))
    if not reading.view.exercise:
        notes.append(("Lethal events only:", "UCDP records incidents in which somebody was killed."))
    return notes


def _bare_countries(reading: Reading) -> list[str]:
    """Countries asked for that are covered in no period of the recent window."""
    study = StudyArea.parse(reading.view.place)
    codes = study.countries or tuple(sorted({code for code in reading.coverage.country if code != EVERYWHERE}))
    covered = reading.coverage.covered(reading.first_day, reading.last_day, codes)
    return [code for code, there in zip(codes, covered, strict=True) if not there]
