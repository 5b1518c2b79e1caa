"""The slanted mark over every map of the exercise: no crop of one may pass for real data."""

import base64
from typing import Final

from layers import palette

TEXT: Final = "EXERCISE – SIMULATED DATA"
TILE: Final = (330, 140)
"""Pixels between two marks, across and down."""
ANGLE: Final = -17.0
"""Degrees; the text rises to the right."""
OPACITY: Final = 0.16
_HALF_ROW: Final = 0.5


def pattern_svg() -> str:
    """Return one tile of the mark as SVG; a second, shifted copy closes the gap between columns."""
    wide, high = TILE
    ink = palette.hex_text(palette.INK)
    text = (
        '<text x="{x}" y="{y}" transform="rotate({angle} {x} {y})" text-anchor="middle" textLength="188" '
        'font-family="Arial, Helvetica, sans-serif" font-size="13" font-weight="600" fill="{ink}" '
        'fill-opacity="{opacity}">{mark}</text>'
    )
    marks = "".join(
        text.format(x=x, y=y, angle=ANGLE, ink=ink, opacity=OPACITY, mark=TEXT) for x, y in ((wide / 2, high / 2),)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}">{marks}</svg>'


def pattern_style(selector: str) -> str:
    """Return a style element that lays the mark over what `selector` names, out of reach of the pointer."""
    image = base64.b64encode(pattern_svg().encode()).decode()
    return (
        f"<style>{selector}{{position:relative}}"
        f"{selector}::after{{content:'';position:absolute;inset:0;z-index:2;pointer-events:none;"
        f"background-image:url('data:image/svg+xml;base64,{image}')}}</style>"
    )


def mark_positions(width: float, height: float) -> list[tuple[float, float]]:
    """Return the middles of the marks over a picture (pixels, y down): no row or column is missing at the edges."""
    across, down = TILE
    rows = range(int(height // down) + 2)
    return [
        (column * across + (across * _HALF_ROW if row % 2 else 0.0), row * down + down / 2)
        for row in rows
        for column in range(int(width // across) + 2)
    ]
