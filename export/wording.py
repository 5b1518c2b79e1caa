"""Sentences about what was recorded, in the product's own words (docs/look.md, "Wording").

Plain text only. Every finding says "recorded", both numbers, and its doubt; never "warning", "predicts", "likely",
"safe".
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from export.reading import SELECTIONS, Reading
from export.rises import Rise, Rises
from geo.amounts import wide
from geo.periods import date_text, span_text
from geo.precision import (
    FINEST_RESOLUTION,
    LEAST_SHARE,
    Fate,
    Support,
    TimeTreatment,
    Treatment,
    finest_borne,
    fits,
)
from geo.tally import Tally
from geo.view import AREA_RESOLUTION, DISTRICT_RESOLUTION, Kinds, LayerName, Shown
from stats.record_high import Record

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

NOTHING_HELD = {
    False: (
        "No real incidents are loaded yet",
        "Load a file on the Data page, or choose Exercise to go on with simulated data.",
    ),
    True: (
        "The exercise is not built yet",
        "Build it with: python -m data exercise (make run does), and reload this page. Or choose Real and load a file.",
    ),
}
"""Title and remedy where no incident is held, of real data and of the exercise."""

KINDS_TEXT = {
    Kinds.CIVILIAN: "violence against civilians",
    Kinds.STATE_BASED: "state-based violence",
    Kinds.NON_STATE: "non-state violence",
    Kinds.ONE_SIDED: "one-sided violence",
    Kinds.ALL: "organised violence of all kinds",
}

RECORD_TEXT = {
    Record.NONE: "",
    Record.YEAR: "the most in a year",
    Record.THREE_YEARS: "the most in three years",
}


def number(count: int) -> str:
    """Return a small number as a word, a larger one in figures."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun: `1 incident`, `12 incidents`."""
    return f"{count:,} {one if count == 1 else many}"


def expected_text(expected: float) -> str:
    """Return an expectation as people read it: `about 4`, or `fewer than 1`."""
    return "fewer than 1" if expected < 0.95 else f"about {expected:,.0f}"  # noqa: PLR2004 - docs/look.md


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def overview_headline(rises: Rises) -> str:
    """Return the finding alone, short enough for the title of a picture."""
    return overview_title(rises).partition(";")[0]


def overview_title(rises: Rises, subject: str = "violence against civilians") -> str:
    """Return the finding: where growth is recorded, and what did not happen."""
    found, firm = rises.rises, rises.firm
    if not rises.comparable:
        return f"Nothing recent can be compared: where recorded {subject} is growing is not known"
    total = "the total is rising too" if rises.whole.rising else "the total is not rising"
    if not found:
        return f"No area with a recorded rise in {subject}; {total}"
    if not firm:
        return f"No recorded rise in {subject} stands in most settings; {number(len(found))} may be chance"
    surest = next(rise for rise in found if rise.firm)
    where = "one area" if firm == 1 else f"{number(firm)} areas"
    how = "" if firm == 1 else "most surely "
    return f"Recorded {subject} is growing in {where}, {how}around {surest.place}; {total}"


def overview_doubt(rises: Rises) -> str:
    """Return the line of doubt under the finding: the whole, the doubtful ones, and what an ordinary week lists."""
    if not rises.comparable:
        return _why_not(rises)
    windows, whole, periods = rises.windows, rises.whole, rises.lattice.periods
    last = int(periods.ends[windows.end - 1]) - 1
    doubtful = len(rises.rises) - rises.firm
    clear = f"{number(rises.firm).capitalize()} clear {'rise' if rises.firm == 1 else 'rises'}"
    return (
        f"{counted(whole.incidents, 'incident', 'incidents')} in the {windows.recent} weeks to "
        f"{date_text(last)} in the "
        f"whole study area, against {expected_text(whole.expected)} expected from the year before. "
        f"{clear} and {number(doubtful)} doubtful; {ordinary_text(rises)}"
    )


def _why_not(rises: Rises) -> str:
    """Return why nothing can be compared, and what to do."""
    windows, periods = rises.windows, rises.lattice.periods
    needed = windows.recent + windows.baseline
    if not windows.end:
        return f"No week is covered and final. A comparison needs {needed} of them: load a longer file."
    last = date_text(int(periods.ends[windows.end - 1]) - 1)
    return (
        f"A comparison needs {needed} final weeks that a source covers, up to now; the last final week ends on {last}. "
        "The Map shows what is recorded. Choose an earlier date above, or load newer or longer files."
    )


def ordinary_text(rises: Rises) -> str:
    """Return how many areas the same rule listed in an ordinary week of the past year: the measure of chance."""
    if not len(rises.ordinary.ends):
        return "the history is too short to say what an ordinary week lists."
    return f"an ordinary week of the past year listed {rises.ordinary.median_clusters:.0f}."


def rise_incidents(rise: Rise, weeks: int) -> str:
    """Return both numbers of a rise, or that they are too few."""
    count = counted(rise.incidents, "incident", "incidents")
    return f"{count} in {weeks} weeks, where the year before would give {expected_text(rise.expected)}."


def rise_since(rise: Rise, first_week_day: int) -> str:
    """Return since when a place stands on the list."""
    if rise.weeks_listed == 1:
        return "new this week"
    return f"on the list since {date_text(first_week_day)}"


def rise_stands(rise: Rise) -> str:
    """Return in how many settings a rise stands."""
    return f"stands in {rise.stands} of {rise.settings}"


def interval_text(rise: Rise) -> str:
    """Return the ratio with its limits: never one without the other."""
    high = "no upper limit" if rise.high == float("inf") else f"{rise.high:.1f}"
    ratio = "new" if rise.estimate == float("inf") else f"{rise.estimate:.1f} times"
    return f"{ratio} (95 % limits {rise.low:.1f} to {high})"


def map_title(kinds: Kinds, shown: Shown, first: int, last: int) -> str:
    """Return what a map shows and when."""
    what = "People killed" if shown is Shown.KILLED else "Incidents"
    by = " by population" if shown is Shown.RATE else ""
    if shown is Shown.KILLED and kinds is Kinds.CIVILIAN:
        return f"Civilians killed, {span_text(first, last)}"
    link = "in" if shown is Shown.KILLED else "of"
    return f"{what} {link} {KINDS_TEXT[kinds]}{by}, {span_text(first, last)}"


def counted_line(tally: Tally, window: slice) -> tuple[int, int, int, int]:
    """Return how many incidents of a window are placed, known to an area only, left out, and reported together."""
    placed, area_only = tally.count(Fate.PLACED, window), tally.count(Fate.AREA_ONLY, window)
    out = sum(sums["incidents"] for sums in tally.excluded(window).values())
    return placed, area_only, out, placed + area_only + out


def left_out_text(tally: Tally, window: slice) -> str:
    """Return what is left out of a window, by reason, or an empty text."""
    parts = [f"{sums['incidents']:,} {fate.reason}" for fate, sums in tally.excluded(window).items()]
    return listed(parts)


TREATMENT_TEXT = {
    Treatment.PLACED: "Kept apart",
    Treatment.SPREAD: "Spread over the area",
    Treatment.AS_CODED: "As coded",
}

TREATMENT_HELP = (
    "Kept apart: a cell shows only what is known to be in it; what is known to an area stands beside it as a number. "
    "Spread over the area: that number is shared over the area's cells, by where people live where a population is "
    "loaded, else by their size, under a hatch; nobody knows "
    "that anything happened in such a cell. "
    "As coded: every record at the coordinates its source wrote, as other tools show it. It makes false hot spots at "
    "capitals and centroids."
)

TIMES_TEXT = {TimeTreatment.END: "At their end", TimeTreatment.SPREAD: "Spread over days"}

TIMES_HELP = (
    "At their end: an incident counts whole in the period in which it ended; one longer than the period is left out "
    "here and counted in longer ones. Spread over days: it is shared evenly over its days. For display only."
)

SHOWN_TEXT = {Shown.INCIDENTS: "Incidents", Shown.KILLED: "Killed", Shown.DENSITY: "Density", Shown.RATE: "Rate"}

RESOLUTION_TEXT = {3: "12,400 km²", 4: "1,770 km²", 5: "250 km²", 6: "36 km²", 7: "5 km²"}
"""Mean areas of H3 cells (h3geo.org): cells of one resolution differ by up to 2.4 times."""

CELLS_TEXT = {3: "Coarser", 4: RESOLUTION_TEXT[4], 5: "Finer", AREA_RESOLUTION: "Province"}
DISTRICT_TEXT = "District"
CELLS_HELP = (
    "Cells of 12,400, 1,770 or 250 km² on average, or provinces. Finer cells hold only incidents with an exact place."
)

LAYER_TEXT = {
    LayerName.POINTS: "Incident points",
    LayerName.DISPLACEMENT: "Displacement",
    LayerName.AREAS: "Known to an area only",
    LayerName.CELLS: "Incidents in cells",
    LayerName.RISK: "Risk forecast",
    LayerName.PLACES: "Places",
}


def too_fine(resolution: int, tally: Tally, window: slice) -> str:
    """Return why a resolution is finer than some of the incidents bear, or an empty text."""
    if resolution <= FINEST_RESOLUTION[Support.NEAR]:
        return ""
    area_only = tally.count(Fate.AREA_ONLY, window)
    placed = tally.count(Fate.PLACED, window)
    return (
        f"Cells of {RESOLUTION_TEXT.get(resolution, 'this size')} hold only incidents with an exact place: "
        f"{placed:,} of "
        f"{placed + area_only:,}. The others are known to about 25 km or to a province, and stand with their province."
    )


def about_precision(reading: Reading, refusal: str) -> list[str]:
    """Return what a map says of its cells and dates: a refusal, how many a fine cell loses, that dates are spread."""
    view = reading.view
    fine = "" if view.treatment is Treatment.AS_CODED else too_fine(view.resolution, reading.tally, reading.window)
    if view.treatment is Treatment.SPREAD:
        fine = fine.replace("and stand with their province", "and are shared over their province")
    said = [refusal, fine]
    if view.times is TimeTreatment.SPREAD:
        reach = wide(reading.placed, SELECTIONS[view.kinds], reading.window)
        said.append(
            f"Dates are spread over days: {counted(reach, 'incident', 'incidents')} of the window "
            f"{'reaches' if reach == 1 else 'reach'} over more than one {view.grain}, and only the days within it are "
            "counted here. Totals above count each incident whole in the period in which it ended."
        )
    return [text for text in said if text]


def refused(resolution: int, support: NDArray[np.uint8]) -> str:
    """Return why records of these supports (records,) do not bear cells of a resolution; nothing where they do."""
    if resolution <= finest_borne(support):
        return ""
    placed = int(fits(support, FINEST_RESOLUTION[Support.NEAR]).sum())
    enter = int(fits(support, resolution).sum())
    return (
        f"Cells of {RESOLUTION_TEXT.get(resolution, 'this size')} are finer than these data bear: only {enter:,} of "
        f"{placed:,} placed incidents are known exactly enough to enter one, and fewer than "
        f"{LEAST_SHARE:.0%} would leave the map to chance. The finest that they bear is shown."
    )


def counted_sentence(tally: Tally, window: slice) -> str:
    """Return the totals of a window side by side: placed, known to an area only, left out by reason."""
    placed, area_only, out, together = counted_line(tally, window)
    why = left_out_text(tally, window)
    return (
        f"Whole study area: {placed:,} placed, {area_only:,} known to an area only, {out:,} left out"
        f"{f' ({why})' if why else ''}; together {together:,} reported."
    )


_METHODS = {
    Treatment.PLACED: "imprecise places kept apart",
    Treatment.SPREAD: "what is known to an area only is shared over its cells by size",
    Treatment.AS_CODED: "every record where its source coded it",
}


AREAS_TEXT = {AREA_RESOLUTION: "provinces", DISTRICT_RESOLUTION: "districts, as loaded"}


def map_method(resolution: int, treatment: Treatment, times: TimeTreatment = TimeTreatment.END) -> str:
    """Return how a map was made, in one line for a picture."""
    units = (
        AREAS_TEXT[resolution]
        if resolution in AREAS_TEXT
        else f"H3 cells of resolution {resolution}, about {RESOLUTION_TEXT[resolution]}"
    )
    when = (
        "an incident belongs to the period in which it ended"
        if times is TimeTreatment.END
        else "an incident is shared evenly over its days"
    )
    return f"Incidents counted in {units}; {_METHODS[treatment]}; {when}."
