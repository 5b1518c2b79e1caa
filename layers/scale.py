"""A scale bar that is true at the middle of the map, and the line that says so."""

import base64
import math
from dataclasses import dataclass
from typing import Final

from layers import palette
from layers.camera import Camera
from layers.text import escape

_MOST_PIXELS: Final = 150.0
_STEPS: Final = (1.0, 2.0, 5.0)
_HIGH: Final = 34.0
_NUMBERS, _LINE = 30.0, 510.0
"""Pixels beyond the bar that its numbers take, and that the boundary line takes beside it."""

_ROOM: Final = 84.0
"""Pixels of bar from which the middle tick's number has room between the other two."""


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of two equal parts: `km` at its three ticks, its length in pixels, and the latitude where it is true."""

    km: tuple[float, float, float]
    pixels: float
    lat: float


def scale_bar(camera: Camera) -> ScaleBar:
    """Return the longest bar of 2, 4 or 10 times a power of ten km that fits in 150 pixels at the map's middle."""
    half = camera.km_per_pixel(camera.lat) * _MOST_PIXELS / 2
    power = 10.0 ** math.floor(math.log10(half))
    km = max(step * power for step in _STEPS if step * power <= half)
    return ScaleBar((0.0, km, 2 * km), 2 * km / camera.km_per_pixel(camera.lat), camera.lat)


def scale_footprint(camera: Camera) -> tuple[float, float, float, float]:
    """Return the box (left, top, right, bottom; pixels) in the lower left corner that bar and boundary line take."""
    wide = scale_bar(camera).pixels + (_NUMBERS if camera.small else _LINE)
    return 0.0, camera.height - _HIGH, min(wide, float(camera.width)), float(camera.height)


def scale_svg(bar: ScaleBar) -> str:
    """Return the bar as SVG without text: an image in a page cannot use the page's fonts."""
    wide, half, ink = bar.pixels, bar.pixels / 2, palette.hex_text(palette.INK)
    path = f"M.5 0V6.5H{wide + 0.5:.1f}V0M{half + 0.5:.1f} 6.5V2"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide + 1:.0f}" height="8">'
        f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="1.2"/></svg>'
    )


def scale_html(camera: Camera, *, boundaries: str = "Natural Earth, neutral profile") -> str:
    """Return the bar, its numbers and the boundary line as HTML (no inline SVG: pages drop it)."""
    bar = scale_bar(camera)
    ticks = [f"{km:,g}" for km in bar.km]
    where = f"{abs(bar.lat):.1f}° {'N' if bar.lat >= 0 else 'S'}"
    image = base64.b64encode(scale_svg(bar).encode()).decode()
    number = '<span style="position:absolute;left:{left:.1f}px;transform:translateX(-50%)">{text}</span>'
    marks = "".join(
        number.format(left=bar.pixels * i / 2, text=f"{tick}{' km' if i == len(ticks) - 1 else ''}")
        for i, tick in enumerate(ticks)
        if i != 1 or bar.pixels >= _ROOM
    )
    return (
        '<div style="display:flex;gap:28px;align-items:flex-end;font-size:12px;line-height:17px;padding:2px 12px">'
        f'<div style="position:relative;width:{bar.pixels + 1:.0f}px;padding-top:17px;flex:none">'
        f'<div style="position:absolute;top:0;left:0;white-space:nowrap">{marks}</div>'
        f'<img alt="Scale bar: {ticks[-1]} km" src="data:image/svg+xml;base64,{image}" style="display:block"></div>'
        f'<div style="color:{palette.hex_text(palette.MUTED)};padding-left:24px">'
        f"Boundaries: {escape(boundaries)} · Web Mercator, scale at {where}</div></div>"
    )
