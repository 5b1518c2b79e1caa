"""The cards of the exercise's sources: each title begins with EXERCISE; seed and version stand in the scope note."""

import datetime as dt

from data.card import Card
from data.coverage import Coverage, Span
from data.exercise import attention, displacement, forecasts, incidents, monitor, risk, stocks
from data.exercise.world import CLOCK, COUNTRIES, FIRST_DATE, LAG_DAYS, VERSION

_WHAT = {
    incidents.SOURCE: (
        "incident records, weekly", "weekly", LAG_DAYS,
        "Lethal incidents of organised violence only.",
    ),
    monitor.SOURCE: (
        "incident records of a second source, weekly", "weekly", LAG_DAYS,
        "Tells of most incidents of EX-A in its own words, and of violence without deaths, protests and the like.",
    ),
    displacement.SOURCE: (
        "people newly displaced, weekly", "weekly", 14,
        "Flows between provinces; fewer than 200 people are left out.",
    ),
    risk.SOURCE: (
        "risk forecasts, monthly", "monthly", 0,
        "Probability of violence against civilians in a cell within 90 days.",
    ),
    stocks.SOURCE: (
        "people displaced at a date, monthly", "monthly", stocks.REPORT_DAYS,
        "Stocks by province, and people who went home: what the published flows leave behind.",
    ),
    forecasts.SOURCE: (
        "forecast distributions, quarterly", "quarterly", 0,
        "Incidents against civilians and civilians killed in a cell within 90 days: mean and five quantiles.",
    ),
    attention.SOURCE: ("articles by country, monthly", "monthly", 2, "Counts for whole countries."),
}  # fmt: skip


def card(source: str, seed: int) -> Card:
    """Return the card of one of the exercise's sources."""
    what, rhythm, lag, scope = _WHAT[source]
    return Card(
        key=source,
        title=f"EXERCISE {source.upper().replace('_', '-')}: {what}",
        publisher="Tocsin exercise",
        citation=f"EXERCISE - SIMULATED DATA: {what} (seed {seed}). Invented happenings on a real map.",
        licence="CC0-1.0",
        raw_shareable=True,
        rhythm=rhythm,
        lag_days=lag,
        mutability="versioned",
        scope_note=f"Simulated, nothing in it happened (seed {seed}, version {VERSION}). {scope}",
        namespace=source,
    )


def coverage(source: str) -> Coverage:
    """Return where and when a source looked; Ethiopia and Eritrea have no span at all."""
    ends = {
        incidents.SOURCE: {country.code: country.last for country in COUNTRIES},
        monitor.SOURCE: {country.code: country.last for country in COUNTRIES},
        stocks.SOURCE: {country.code: stocks.last_day() for country in COUNTRIES},
        forecasts.SOURCE: {country.code: CLOCK for country in COUNTRIES if country.last == CLOCK},
        displacement.SOURCE: {country.code: displacement.LAST for country in COUNTRIES},
        risk.SOURCE: {country.code: CLOCK for country in COUNTRIES if country.last == CLOCK},
        attention.SOURCE: {country.code: CLOCK.replace(day=1) - dt.timedelta(days=1) for country in COUNTRIES},
    }[source]
    first = {risk.SOURCE: risk.issue_dates()[0], forecasts.SOURCE: forecasts.issue_dates()[0]}.get(source, FIRST_DATE)
    spans = tuple(Span(code, first, last) for code, last in sorted(ends.items()))
    return Coverage(spans, "countries", "Set by the exercise.")
