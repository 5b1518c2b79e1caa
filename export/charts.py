"""Small charts as SVG text: sparklines, the histogram behind the slider, the trend of one place.

They go into `<img>` elements, which cannot use the page's font: no text inside, the reading stands in `alt`.
"""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.text import escape

PAST = "#B3BAC5"
NOW = "#43207A"
HARM = "#B02A37"
NOT_COVERED = "#E6E9ED"
BASE = "#8A93A0"
BAND = "#DDE1E6"


@dataclass(frozen=True, slots=True)
class Bars:
    """What a bar chart shows: `values` (n,), which bars stand out, are provisional, or have no value at all."""

    values: NDArray[Any]
    marked: NDArray[np.bool_]
    provisional: NDArray[np.bool_]
    missing: NDArray[np.bool_]


def bar_chart(
    bars: Bars,
    *,
    width: int,
    height: int,
    past: str = PAST,
    now: str = NOW,
    band: float | None = None,
    least_top: float = 1.0,
) -> str:
    """Return an SVG of `bars`: quiet colour for the past, strong where marked, half and dashed where provisional.

    A period without coverage is a grey block over the full height: never a zero. `band` shades 0 to that value; the
    scale reaches `least_top` at least, so that three incidents do not look like thirty.
    """
    n = max(len(bars.values), 1)
    top = max(float(bars.values.max(initial=0)), band or 0.0, least_top)
    step = width / n
    gap = min(1.0, step * 0.2)
    usable = height - 2
    parts = []
    if band:
        high = usable * band / top
        parts.append(f'<rect x="0" y="{usable - high:.1f}" width="{width}" height="{high:.1f}" fill="{BAND}"/>')
    for i, value in enumerate(bars.values.tolist()):
        x = i * step
        if bars.missing[i]:
            parts.append(f'<rect x="{x:.2f}" y="0" width="{step:.2f}" height="{usable}" fill="{NOT_COVERED}"/>')
            continue
        if not value:
            continue
        tall = max(usable * value / top, 1.5)
        colour = now if bars.marked[i] else past
        style = f'fill="{colour}"'
        if bars.provisional[i]:
            style += f' fill-opacity=".45" stroke="{colour}" stroke-width=".8" stroke-dasharray="1.5 1.5"'
        parts.append(
            f'<rect x="{x:.2f}" y="{usable - tall:.1f}" width="{max(step - gap, 0.6):.2f}" '
            f'height="{tall:.1f}" {style}/>'
        )
    base = f'<line x1="0" x2="{width}" y1="{height - 1.5}" y2="{height - 1.5}" stroke="{BASE}" stroke-width="1"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none">{"".join(parts)}{base}</svg>'
    )


def as_image(svg: str, alt: str, *, css: str = "") -> str:
    """Return an `<img>` element that holds the SVG, with its reading in words."""
    data = base64.b64encode(svg.encode()).decode()
    style = f' style="{escape(css)}"' if css else ""
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}"{style}>'
