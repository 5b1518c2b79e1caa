"""Legends as small HTML whose keys look like the map. Pages drop inline SVG, so each key is an image."""

import base64
from collections.abc import Iterable
from typing import Final

from layers import palette
from layers.drawing import Colour, Dash, Drawing, Legend, LegendRow, Swatch
from layers.palette import hex_text
from layers.text import escape

_WIDE, _HIGH = 22, 14
_INK: Final = hex_text(palette.INK)
_EDGE: Final = "#8A94A3"
_STYLE: Final = (
    "<style>.tocsin-legend{font-size:12px;line-height:17px;color:#1B1F24;font-variant-numeric:tabular-nums}"
    ".tocsin-legend h4{font-size:12px;line-height:17px;font-weight:700;margin:8px 0 2px;padding:0;color:#1B1F24}"
    ".tocsin-legend h4:first-child{margin-top:0}"
    ".tocsin-legend ul{list-style:none;margin:0;padding:0}"
    ".tocsin-legend li{display:flex;gap:8px;align-items:center;margin:0;padding:0;font-size:12px;line-height:18px}"
    ".tocsin-legend img{flex:none;display:block}"
    ".tocsin-legend b{font-weight:400;color:#5B6675}</style>"
)


def legend_html(drawings: Iterable[Drawing]) -> str:
    """Return the legends of drawings, in their order, as one block; equal rows appear once."""
    parts, said = [], set()
    for drawing in drawings:
        if drawing.legend is None:
            continue
        rows = [row for row in drawing.legend.rows if (row.swatch, row.colour, row.text) not in said]
        said |= {(row.swatch, row.colour, row.text) for row in rows}
        if rows:
            parts.append(_block(Legend(drawing.legend.title, tuple(rows))))
    return f'{_STYLE}<div class="tocsin-legend">{"".join(parts)}</div>'


def _block(legend: Legend) -> str:
    rows = "".join(
        f'<li><img alt="" width="{_WIDE}" height="{_HIGH}" src="data:image/svg+xml;base64,'
        f'{base64.b64encode(swatch_svg(row).encode()).decode()}">'
        f"<span>{escape(row.text)}{_name(row)}</span></li>"
        for row in legend.rows
    )
    title = f"<h4>{escape(legend.title)}</h4>" if legend.title else ""
    return f"{title}<ul>{rows}</ul>"


def _name(row: LegendRow) -> str:
    return f"&ensp;<b>{escape(row.name)}</b>" if row.name and row.swatch is not Swatch.LINE else ""


def swatch_svg(row: LegendRow) -> str:
    """Return the key of a legend's row as SVG, 22 x 14 pixels, without text."""
    colour = hex_text(row.colour)
    body = _SHAPES[row.swatch].format(
        colour=colour,
        edge=_EDGE,
        ink=_INK,
        bare=hex_text(palette.NOT_COVERED),
        dash=hex_text(palette.PROVISIONAL_LINE),
        fall=hex_text(palette.FALL_LINE),
        spread=hex_text(palette.SPREAD_LINE),
        width=_line_width(row),
        pattern=row.name if row.swatch is Swatch.LINE and row.name in set(Dash) - {Dash.SOLID} else "none",
        tint=_tint(palette.AREA_TINT),
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}" viewBox="0 0 22 14">{body}</svg>'


def _line_width(row: LegendRow) -> float:
    return max(row.width, 1.1)


def _tint(colour: Colour) -> str:
    return hex_text(palette.mixed(palette.WHITE, palette.faded(colour, 255), colour[3] / 255))


_FRAME: Final = '<rect x=".5" y=".5" width="21" height="13" fill="{fill}" stroke="{{edge}}" stroke-width=".8"/>'
_SHAPES: Final = {
    Swatch.FILL: _FRAME.format(fill="{colour}"),
    Swatch.HATCH: _FRAME.format(fill="{bare}")
    + '<path d="M1 8L8 1M1 13.5L13.5 1M6.5 13.5L19 1M12 13.5L21.5 4M17.5 13.5L21.5 9.5" stroke="{colour}"/>',
    Swatch.DASHED: '<rect x=".5" y=".5" width="21" height="13" fill="{colour}" stroke="{dash}" '
    'stroke-dasharray="4 3"/>',
    Swatch.DOT: '<circle cx="11" cy="7" r="2.5" fill="{colour}"/>',
    Swatch.HALO: '<circle cx="11" cy="7" r="6.4" fill="{colour}" fill-opacity=".06" stroke="{colour}" '
    'stroke-opacity=".4" stroke-width=".8"/><circle cx="11" cy="7" r="2.3" fill="#FFFFFF" stroke="{colour}"/>',
    Swatch.LINE: '<path d="M0 7H22" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{pattern}"/>',
    Swatch.STRIPES: _FRAME.format(fill="{colour}") + '<path d="M1 4H21M1 7H21M1 10H21" stroke="{fall}"/>',
    Swatch.SPREAD: _FRAME.format(fill="{colour}")
    + '<path d="M1 1L13.5 13.5M7.5 1L20 13.5M14 1L21.5 8.5M1 7L7.5 13.5" stroke="{spread}"/>',
    Swatch.SMALL_DOT: _FRAME.format(fill="#FFFFFF") + '<circle cx="11" cy="7" r="1.4" fill="{colour}"/>',
    Swatch.OUTLINE: '<rect x="1" y="1" width="20" height="12" fill="none" stroke="{colour}" stroke-width="1.4"/>',
    Swatch.RING: '<circle cx="11" cy="7" r="3.2" fill="#FFFFFF" stroke="{colour}" stroke-width="1.5"/>',
    Swatch.SQUARE: '<rect x="7.5" y="3.5" width="7" height="7" fill="{colour}"/>',
    Swatch.ARROW: '<path d="M0 7H13" stroke="{colour}" stroke-width="{width}"/>'
    '<path d="M22 7L12 2.5V11.5Z" fill="{colour}"/>',
    Swatch.BOX: '<rect x="1" y="1" width="20" height="12" fill="{tint}" stroke="{colour}" stroke-width="1.3"/>'
    '<rect x="6" y="4" width="10" height="6" fill="#FFFFFF" stroke="{ink}" stroke-width=".8"/>',
    Swatch.CROSS: _FRAME.format(fill="#FFFFFF")
    + '<path d="M8 4L14 10M14 4L8 10" stroke="{colour}" stroke-width="1.2"/>',
}
