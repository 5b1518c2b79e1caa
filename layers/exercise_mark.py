"""The slanted mark over every map of the exercise: no crop of one may pass for real data."""

import base64
from typing import Final

from layers import palette

TEXT: Final = "EXERCISE – SIMULATED DATA"
TILE, SMALL_TILE = (330, 140), (180, 84)
"""Pixels between two marks, across and down, every second row half a step aside; the small tile is for telephones,
where every 330 x 140 pixels hold a whole mark."""
NARROW: Final = 480
"""Pixels of the window up to which the small tile is used."""
ANGLE: Final = -17.0
"""Degrees; the text rises to the right."""
OPACITY: Final = 0.16
_LENGTH, _SMALL_LENGTH = (188, 13), (150, 11)
"""Pixels that the text takes, and its type size."""
_HALF_ROW: Final = 0.5


def pattern_svg(*, small: bool = False) -> str:
    """Return two rows of the mark as SVG, the second half a step aside; copies side by side have no gap."""
    (wide, high), (length, size) = (SMALL_TILE, _SMALL_LENGTH) if small else (TILE, _LENGTH)
    ink = palette.hex_text(palette.INK)
    marks = "".join(
        f'<text x="{x:g}" y="{y:g}" transform="rotate({ANGLE} {x:g} {y:g})" text-anchor="middle" '
        f'textLength="{length}" font-family="Arial, Helvetica, sans-serif" font-size="{size}" font-weight="600" '
        f'fill="{ink}" fill-opacity="{OPACITY}">{TEXT}</text>'
        for x, y in ((wide / 2, high / 2), (0, 1.5 * high), (wide, 1.5 * high))
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{2 * high}">{marks}</svg>'


def pattern_style(selector: str) -> str:
    """Return a style element that lays the mark over what `selector` names, out of reach of the pointer."""
    large, small = (base64.b64encode(pattern_svg(small=one).encode()).decode() for one in (False, True))
    image = "background-image:url('data:image/svg+xml;base64,{}')"
    return (
        f"<style>{selector}{{position:relative}}"
        f"{selector}::after{{content:'';position:absolute;inset:0;z-index:2;pointer-events:none;"
        f"{image.format(large)}}}"
        f"@media (max-width:{NARROW}px){{{selector}::after{{{image.format(small)}}}}}"
        "</style>"
    )


def mark_positions(width: float, height: float) -> list[tuple[float, float]]:
    """Return the middles of the marks over a picture (pixels, y down): no row or column is missing at the edges."""
    across, down = TILE
    rows = range(int(height // down) + 2)
    return [
        (column * across + (0.0 if row % 2 else across * _HALF_ROW), row * down + down / 2)
        for row in rows
        for column in range(int(width // across) + 2)
    ]
