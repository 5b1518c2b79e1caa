"""Incident points: a dot where the place is exact, a halo of 25 km where it is known that well, one dot for a crowd."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.frozen import frozen, same_length
from geo.located import Selection
from geo.periods import date_text, span_text
from geo.precision import RADIUS_KM, Fate, Support
from geo.tally import Placed
from geo.view import LayerName
from layers import palette
from layers.camera import Camera
from layers.drawing import Dots, Drawing, Label, Labels, Legend, LegendRow, Mark, Swatch
from layers.text import one_line
from layers.type_size import text_width

CLUSTER_PIXELS: Final = 9.0
"""Incidents nearer to one another than about this are one dot."""
COUNT_WRITTEN_FROM: Final = 5
RADIUS, SMALL_RADIUS = 2.5, 2.0
_CROWD_RADIUS, _CROWD_RIM = 7.0, 2.5
"""Pixels of a dot that holds its count, at least, and from its text to its edge."""
_COUNT_SIZE: Final = 10.0
_LISTED: Final = 6
_KEYS: Final = 50
_LONGEST_HEADLINE: Final = 90


@dataclass(frozen=True, slots=True)
class PointDetails:
    """What the table says of the chosen incidents, aligned with `chosen`: place (degrees), headline, source id."""

    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    headline: NDArray[np.object_]
    source_id: NDArray[np.object_]

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        same_length(**{field.name: getattr(self, field.name) for field in fields(self)})
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))


def chosen(placed: Placed, selection: Selection, window: slice) -> NDArray[np.int64]:
    """Return the records (indices into `placed.events`) that are placed, of the selection, and in the window."""
    start, stop, _ = window.indices(placed.lattice.periods.count)
    inside = (placed.period >= start) & (placed.period < stop) & (placed.fate == Fate.PLACED)
    return np.flatnonzero(inside & placed.events.of(selection))


def clusters(x: NDArray[np.float64], y: NDArray[np.float64], kind: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return a cluster number for each point: those of one kind in one square of `CLUSTER_PIXELS`."""
    if not len(x):
        return np.empty(0, dtype=np.int64)
    squares = np.column_stack([np.floor(x / CLUSTER_PIXELS), np.floor(y / CLUSTER_PIXELS), kind])
    _, number = np.unique(squares, axis=0, return_inverse=True)
    return number.ravel().astype(np.int64)


def draw_points(
    placed: Placed,
    selection: Selection,
    window: slice,
    details: PointDetails,
    camera: Camera,
    *,
    as_of: str = "",
) -> Drawing:
    """Return a dot for each cluster of the incidents that `chosen` names, with halos around those known to 25 km.

    `details` is aligned with `chosen(placed, selection, window)`. A dot grows with its count, which is written in it
    from 5 on where it does not lie on a larger one. The key of a dot is the ids of its source,
    joined by commas (50 at most).
    """
    picked = chosen(placed, selection, window)
    same_length(details=details.lng, chosen=picked)
    events = placed.events
    support = events.support[picked]
    x, y = camera.pixels(details.lng, details.lat)
    number = clusters(x, y, support)
    count = np.bincount(number)
    order = np.argsort(number, kind="stable")
    groups = np.split(order, np.cumsum(count)[:-1]) if len(order) else []
    lng = np.array([details.lng[group].mean() for group in groups])
    lat = np.array([details.lat[group].mean() for group in groups])
    exact = np.array([support[group[0]] == Support.EXACT for group in groups], dtype=np.bool_)
    tips = [_tip(placed, selection, picked, details, group) for group in groups]
    keys = [",".join(str(one) for one in details.source_id[group][:_KEYS]) for group in groups]
    marks = _halos(details, support, np.unique(np.flatnonzero(support == Support.NEAR)))
    least = SMALL_RADIUS if camera.small else RADIUS
    radius = np.where(count > 1, np.minimum(least + 0.8 * np.log2(np.maximum(count, 1)), 8.0), least)
    crowd, wide = crowds(lng, lat, count, camera)
    radius = np.where(crowd, wide, radius)
    for name, rows, fill in (
        ("point near", ~exact & ~crowd, palette.WHITE),
        ("point exact", exact & ~crowd, palette.INK),
        ("crowd near", ~exact & crowd, palette.WHITE),
        ("crowd exact", exact & crowd, palette.INK),
    ):
        at = np.flatnonzero(rows)
        if len(at):
            line = palette.INK if fill == palette.WHITE else palette.WHITE
            over = bool(crowd[at].all())
            said = tuple(tips[i] for i in at), tuple(keys[i] for i in at)
            marks.append(
                Dots(name, lng[at], lat[at], radius[at], fill, line, 1.0, over=over, tips=said[0], keys=said[1])
            )
            numbers = tuple(
                Label(float(lng[i]), float(lat[i]), f"{count[i]:,}", float(count[i]), "middle")
                for i in at.tolist()
                if crowd[i]
            )
            if numbers:
                marks.append(Labels(f"{name} counts", numbers, _COUNT_SIZE, line, bold=True, halo=False, fixed=True))
    rows_ = (
        LegendRow(Swatch.DOT, palette.INK, "Incident at an exact place"),
        LegendRow(Swatch.HALO, palette.INK, "Incident within about 25 km"),
    )
    periods = placed.lattice.periods
    span = span_text(int(periods.starts[window][0]), int(periods.ends[window][-1]) - 1)
    title = f"{len(picked):,} incidents placed, {span}"
    return Drawing(LayerName.POINTS, tuple(marks), Legend(title, rows_), as_of=as_of)


def crowds(
    lng: NDArray[np.float64], lat: NDArray[np.float64], count: NDArray[np.int64], camera: Camera
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which clusters hold their count, and the radius in pixels that it needs.

    Of two whose dots would lie on one another only the larger does.
    """
    x, y = camera.pixels(lng, lat)
    wide = np.array(
        [max(_CROWD_RADIUS, text_width(f"{n:,}", _COUNT_SIZE, bold=True) / 2 + _CROWD_RIM) for n in count.tolist()]
    )
    crowd = np.zeros(len(count), dtype=np.bool_)
    for i in np.argsort(-count, kind="stable").tolist():
        if count[i] < COUNT_WRITTEN_FROM:
            break
        crowd[i] = not (crowd & (np.hypot(x - x[i], y - y[i]) < wide + wide[i])).any()
    return crowd, wide


def _halos(details: PointDetails, support: NDArray[np.uint8], at: NDArray[np.int64]) -> list[Mark]:
    """One circle for each distinct place known to 25 km: several incidents there are still one circle."""
    if not len(at):
        return []
    places = np.unique(np.column_stack([details.lng[at], details.lat[at]]), axis=0)
    metres = np.full(len(places), RADIUS_KM[Support(int(support[at[0]]))] * 1000.0)
    line = palette.faded(palette.INK, 70)
    return [Dots("halo", places[:, 0], places[:, 1], metres, palette.faded(palette.INK, 7), line, 0.7, metres=True)]


def _tip(
    placed: Placed, selection: Selection, picked: NDArray[np.int64], details: PointDetails, group: NDArray[np.int64]
) -> str:
    events = placed.events
    latest = group[np.argsort(-events.end_day[picked[group]], kind="stable")]
    parts = [_about(placed, selection, int(picked[i]), details, int(i)) for i in latest[:_LISTED]]
    head = [f"{len(group):,} incidents here"] if len(group) > 1 else []
    more = [f"and {len(group) - _LISTED:,} more"] if len(group) > _LISTED else []
    return "\n".join([*head, *parts, *more])


def _about(placed: Placed, selection: Selection, record: int, details: PointDetails, i: int) -> str:
    """Date, headline, toll, precision and id of one incident."""
    events = placed.events
    start, end = int(events.start_day[record]), int(events.end_day[record])
    when = date_text(end) if start == end else span_text(start, end)
    low, best, high = (int(column[record]) for column in (events.deaths_low, events.deaths_best, events.deaths_high))
    spread = f" ({low:,} to {high:,})" if low != high else ""
    civilians = f", {int(events.civilian_deaths[record]):,} of them civilians" if selection.civilian else ""
    where = "exact place" if events.support[record] == Support.EXACT else "within about 25 km"
    headline = one_line(str(details.headline[i] or ""), longest=_LONGEST_HEADLINE)
    first = f"{when} · {headline}" if headline else when
    identity = one_line(str(details.source_id[i]), longest=40)
    return f"{first}\n{best:,} killed{spread}{civilians}\n{where} · {identity}"
