"""Small pieces of HTML for the pages: the ranked list, tables, the place card. Every free text passes `layers.text`."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from data.geodata import PLACES_CREDIT
from data.holdings import Holdings
from export.charts import HARM, NOW, Bars, as_image, bar_chart
from export.held import credit
from export.map_sheet import Sheet
from export.place_card import IncidentRow, PlaceCard
from export.reading import Reading
from export.rises import Rise, Rises
from export.wording import (
    RECORD_TEXT,
    counted,
    counted_line,
    expected_text,
    interval_text,
    left_out_text,
    rise_incidents,
    rise_since,
    rise_stands,
)
from geo.coverage import State
from geo.periods import date_text, span_text, to_date, to_day
from geo.view import View
from layers.exercise_mark import TEXT as EXERCISE_TEXT
from layers.text import escape
from stats.record_high import Record
from stats.trend import Trend

_SPARK_WEEKS, _SPARK_TOP = 68, 6.0
_TREND_WEEKS = 104
_MOST_YEARS, _YEAR_STEPS = 10, (1, 2, 5, 10)


def heading(title: str, aside: str = "", *, small: bool = False) -> str:
    """Return the finding as the page's title, with a line beside it (already HTML)."""
    size = " small" if small else ""
    right = f'<p class="caption">{aside}</p>' if aside else ""
    return f'<div class="headrow"><h1 class="finding{size}">{escape(title)}</h1>{right}</div>'


def doubt(text: str) -> str:
    """Return the line of doubt under a finding."""
    return f'<p class="doubt">{escape(text)}</p>'


def finding_note(text: str) -> str:
    """Return the one sentence that a check comes to."""
    return f'<p class="found">{escape(text)}</p>'


def section(title: str, aside: str = "") -> str:
    """Return a section's heading with a note beside it (already HTML)."""
    right = f'<p class="caption">{aside}</p>' if aside else ""
    return f'<div class="headrow"><h2 class="section">{escape(title)}</h2>{right}</div>'


def caption(text: str) -> str:
    """Return a caption."""
    return f'<p class="caption">{escape(text)}</p>'


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()) -> str:
    """Return a plain table; the columns in `numbers` stand to the right."""

    def cell(tag: str, i: int, value: object) -> str:
        kind = ' class="num"' if i in numbers else ' class="first"' if i == 0 else ""
        return f"<{tag}{kind}>{_DATE.sub(_unbroken, escape(str(value)))}</{tag}>"

    top = "".join(cell("th", i, name) for i, name in enumerate(head))
    body = "".join(f"<tr>{''.join(cell('td', i, value) for i, value in enumerate(row))}</tr>" for row in rows)
    return f'<div class="scroll"><table class="plain"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


_DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")


def _unbroken(date: re.Match[str]) -> str:
    """A date is read as one: it does not break at the end of a line."""
    return date[0].replace(" ", "\u00a0")


def notes(rows: Iterable[tuple[str, str]]) -> str:
    """Return a list of notes, each with its subject in bold."""
    items = "".join(f"<li><b>{escape(head)}</b> {escape(text)}</li>" for head, text in rows)
    return f'<ul class="notes">{items}</ul>'


def ranked_list(rises: Rises, countries: dict[str, str]) -> str:
    """Return the areas with a recorded rise, surest first, each with its numbers, flags and doubt."""
    weeks = rises.windows.recent
    items = "".join(_ranked(rise, rises, weeks, countries.get(rise.country, rise.country)) for rise in rises.rises)
    return f'<ol class="ranked">{items}</ol>'


def _ranked(rise: Rise, rises: Rises, weeks: int, country: str) -> str:
    """One row: a clear rise with its flags, a doubtful one in two lines."""
    where = ", ".join(filter(None, (rise.area, country)))
    badge = f'<span class="badge{"" if rise.firm else " open"}" aria-hidden="true">{rise.number}</span>'
    record = RECORD_TEXT[rise.record]
    killed = f"{_killed(rise)} in 4 weeks{f', {record}' if record else ''}."
    standing = f"{rise_stands(rise)} settings · {rise_since(rise, _first_day_listed(rise, rises))}"
    flags = chip("Incidents", up=True) + chip("Record high", up=rise.record is not Record.NONE)
    chips = f'<div class="chips">{flags}<span>{escape(standing)}</span></div>' if rise.firm else ""
    doubt = "" if rise.firm else f'<p class="caption">May be chance: {escape(standing)}</p>'
    return (
        f'<li><div>{badge}</div><div><p class="where"><b>{escape(rise.place)}</b>, {escape(where)}</p>'
        f'<p title="{escape(interval_text(rise))}">{escape(rise_incidents(rise, weeks))} {killed}</p>{doubt}</div>'
        f'<div class="spark">{sparkline(rise)}</div>{chips}</li>'
    )


def _killed(rise: Rise) -> str:
    if not rise.killed:
        return "No civilian recorded killed"
    return f'<span class="killed">{counted(rise.killed, "civilian", "civilians")} killed</span>'


def recorded_list(rises: Rises, countries: dict[str, str], most: int = 7) -> str:
    """Return the areas with a recorded rise as short lines beside a picture, and how many are not named."""
    rows = [
        f'<li><span class="badge{"" if rise.firm else " open"}">{rise.number}</span><span><b>{escape(rise.place)}</b>, '
        f"{escape(countries.get(rise.country, rise.country))}<br>{counted(rise.incidents, 'incident', 'incidents')}; "
        f"{escape(expected_text(rise.expected))} expected. "
        f'<span class="killed">{rise.killed:,} killed</span></span></li>'
        for rise in rises.rises[:most]
    ]
    rest = len(rises.rises) - len(rows)
    chance = ", each of which may be chance" if not any(rise.firm for rise in rises.rises[most:]) else ""
    more = f'<p class="caption">and {rest} more{chance}</p>' if rest > 0 else ""
    return f'<ul class="recorded">{"".join(rows)}</ul>{more}' if rows else ""


def _first_day_listed(rise: Rise, rises: Rises) -> int:
    """First day after the week with which the place came onto the list."""
    periods = rises.lattice.periods
    return int(periods.ends[max(rises.windows.end - rise.weeks_listed, 0)])


def chip(text: str, *, up: bool) -> str:
    """Return a flag that is up or not: its sign survives grey printing."""
    return f'<span class="chip{" up" if up else ""}">{"▲" if up else "–"} {escape(text)}</span>'


def sparkline(rise: Rise) -> str:
    """Return the weeks of a rise as a small chart: year before, recent weeks, provisional weeks."""
    trend = rise.trend
    shown = slice(max(len(trend.values) - _SPARK_WEEKS, 0), None)
    alt = (
        f"Incidents a week around {rise.place}: {rise.incidents} in the last {trend.windows.recent} final weeks, "
        f"{expected_text(rise.expected)} expected"
    )
    return as_image(bar_chart(bars_of(trend, shown), width=124, height=36, least_top=_SPARK_TOP), alt)


def bars_of(trend: Trend, shown: slice) -> Bars:
    """Return a trend's periods as bars: its recent window stands out."""
    recent = np.zeros(len(trend.values), dtype=np.bool_)
    recent[trend.windows.recent_slice] = True
    return Bars(
        trend.values[shown],
        recent[shown],
        (trend.state == State.PROVISIONAL)[shown],
        np.isin(trend.state, (State.NOT_COVERED, State.SUPPRESSED))[shown],
    )


def card(place: PlaceCard, unit: str) -> str:
    """Return the head and figures of a place card; `unit` names a death ("civilians killed")."""
    if not place.covered:
        return f'<h2 class="section">{escape(place.title)}</h2><p class="doubt">Not covered in this window.</p>'
    against = (
        f"<div><strong>{place.recent}</strong>in 8 final weeks; "
        f"{escape(expected_text(place.expected or 0.0))} expected</div>"
        if place.recent is not None
        else f"<div><strong>{place.area_only}</strong>of them known to the area only</div>"
    )
    return (
        f'<h2 class="section">{escape(place.title)}</h2><p class="caption">{escape(place.subtitle)}</p>'
        f'<div class="figures"><div><strong>{place.incidents:,}</strong>'
        f"{'incident' if place.incidents == 1 else 'incidents'} in view</div>{against}"
        f'<div><strong class="killed">{place.killed:,}</strong>{escape(unit)} in view</div></div>'
        f"{''.join(caption(note) for note in place.notes)}"
    )


def trend_chart(trend: Trend) -> str:
    """Return the trend of a place: two years of periods, the usual range shaded, with the reading in words."""
    shown = slice(max(len(trend.values) - _TREND_WEEKS, 0), None)
    first = int(trend.periods.starts[shown][0])
    usual = trend.usual
    band = float(usual.high) if usual else None
    grain = trend.periods.grain
    reading = (
        f"usual range: {_usual_text(usual.low, usual.high)} a {grain}"
        if usual
        else "too short a history for a usual range"
    )
    svg = bar_chart(bars_of(trend, shown), width=320, height=64, now=NOW, band=band)
    highest = int(trend.values[shown].max(initial=0))
    alt = f"Incidents a {grain} since {date_text(first)}; highest {highest}; {reading}"
    return (
        f'<p class="caption">Incidents a {grain}, highest {highest} · {escape(reading)}</p>'
        f"{as_image(svg, alt, css='width:100%;height:64px;display:block')}"
        '<div class="headrow '
        f'caption"><span>{date_text(first)}</span><span>{date_text(trend.periods.last_day)}</span></div>'
    )


def _usual_text(low: int, high: int) -> str:
    return "none" if not high else f"{low} to {high}"


def incident_list(rows: Sequence[IncidentRow], most: int = 6) -> str:
    """Return the latest incidents of a place."""
    if not rows:
        return caption(NOTHING_HERE)
    items = "".join(_incident(row) for row in rows[:most])
    return f'<ul class="incidents">{items}</ul>'


def _incident(row: IncidentRow) -> str:
    late = '<br><span class="sub"><i>provisional</i></span>' if row.provisional else ""
    marks = "" if row.verified else " · not verified"
    return (
        f'<li><span>{escape(row.when)}{late}</span><span><b>{escape(row.what)}</b> <span class="sub">{escape(row.id)}'
        f'</span><br><span class="sub">{escape(row.actor)} · {escape(row.support)}{marks}</span></span>'
        f'<span class="killed">{row.killed:,}</span></li>'
    )


def shares(place: PlaceCard) -> str:
    """Return how exactly the incidents of a card are located, and by whom they were reported."""
    exact = " · ".join(f"{text} {count:,}" for text, count in place.supports) or "no incident"
    who = " · ".join(f"{name} {count:,}" for name, count in place.sources) or "no incident"
    return notes((("How exactly located:", exact), ("Sources:", who)))


NOTHING_HERE = "No incident is recorded in this window. That is what was recorded, not proof of calm."
NO_TREND = "A trend is shown for cells, and for provinces when the map shows provinces."


def counted_aside(reading: Reading) -> str:
    """Return the totals beside the Map's title, the reasons one hover away."""
    placed, area_only, out, together = counted_line(reading.tally, reading.window)
    why = escape(left_out_text(reading.tally, reading.window) or "nothing is left out")
    return (
        f"Whole study area: <b>{placed:,}</b> placed · <b>{area_only:,}</b> known to an area only · "
        f"<b>{out:,}</b> left out "
        f'(<abbr title="{why}">why</abbr>) · together {together:,} reported'
    )


def window_head(reading: Reading) -> str:
    """Return the window in words: its days, its length, and how much of it is provisional."""
    periods, window = reading.periods, reading.window
    count = window.stop - window.start
    states = reading.placed.state[window]
    late = (states == State.PROVISIONAL).any(axis=1) & ~(states == State.OBSERVED).any(axis=1)
    late = int(np.argmin(np.append(late[::-1], False)))  # at the end, without a break
    length = counted(count, str(periods.grain), f"{periods.grain}s")
    doubt = f"; the last {'one' if late == 1 else late} {'is' if late == 1 else 'are'} provisional" if late else ""
    return (
        f'<p class="when">{escape(span_text(reading.first_day, reading.last_day))}</p>'
        f'<p class="caption">{escape(length + doubt)}</p>'
    )


def histogram(reading: Reading) -> str:
    """Return all periods as bars, the window marked: what the slider stands under."""
    cube, beside = reading.tally.incidents, reading.tally.area_incidents
    values = cube.values.sum(axis=1) + beside.values.sum(axis=1)
    marked = np.zeros(len(values), dtype=np.bool_)
    marked[reading.window] = True
    state = cube.state
    bare = (state == State.NOT_COVERED).all(axis=1) if state.shape[1] else np.zeros(len(values), dtype=np.bool_)
    late = (state == State.PROVISIONAL).any(axis=1) & ~(state == State.OBSERVED).any(axis=1)
    grain, highest = reading.periods.grain, int(values.max(initial=0))
    svg = bar_chart(Bars(values, marked, late, bare), width=1000, height=44, now=HARM)
    alt = f"Incidents a {grain} in the whole study area, highest {highest}"
    return (
        f'<p class="caption">incidents a {grain}, highest {highest:,}</p>'
        f"{as_image(svg, alt, css='width:100%;height:44px;display:block')}{_years(reading)}"
    )


def _years(reading: Reading) -> str:
    """The years under the histogram, each where it begins; every second, fifth or tenth where there are many."""
    starts = [to_date(day) for day in reading.periods.starts.tolist()]
    begins = [i for i in range(1, len(starts)) if starts[i].year != starts[i - 1].year]
    every = next((step for step in _YEAR_STEPS if len(begins) <= _MOST_YEARS * step), _YEAR_STEPS[-1])
    shown = [i for i in begins if starts[i].year % every == 0]
    marks = "".join(f'<span style="left:{100 * i / len(starts):.2f}%">{starts[i].year}</span>' for i in shown)
    return f'<div class="years" aria-hidden="true">{marks}</div>'


def map_notes(sheet: Sheet, holdings: Holdings, view: View) -> str:
    """Return what the layers of a map leave out, who says so, and as of when."""
    said = [drawing.left_out for drawing in sheet.drawings if drawing.left_out]
    said += sheet.notes(view.profile, vintage=True)
    said.append(PLACES_CREDIT)
    said.append(f"As known on {date_text(to_day(view.known))}. Source: {credit(holdings, view)}.")
    return "".join(f'<p class="caption">{escape(line)}</p>' for line in dict.fromkeys(said))


def banner(*, exercise: bool, bottom: bool = False) -> str:
    """Return the marking: not set until a person chooses, and that it is an exercise where it is one."""
    mark = f'<span class="exercise">{EXERCISE_TEXT}</span>' if exercise else ""
    return f'<div class="banner{" bottom" if bottom else ""}"><span class="unset">MARKING NOT SET</span>{mark}</div>'


def footer(holdings: Holdings, view: View, sheet: Sheet, method: str) -> str:
    """Return what stands under a picture: as-of date, sources, method, boundaries, projection."""
    known, source = date_text(to_day(view.known)), credit(holdings, view)
    boundaries = " ".join(sheet.notes(view.profile))
    return (
        f'<p class="caption present-foot"><b>As known on {escape(known)}.</b> Source: {escape(source)}. '
        f"{escape(method)} {escape(boundaries)} {escape(PLACES_CREDIT)} "
        f"Projection: Web Mercator; scale at {abs(sheet.camera.lat):.0f}° "
        f"{'N' if sheet.camera.lat >= 0 else 'S'}.</p>"
    )
