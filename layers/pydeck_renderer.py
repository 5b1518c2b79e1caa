"""Drawings as a deck.gl map (pydeck): no tiles, no style, no request to any other host.

Three facts shape what is written here. After a click it greys every other object of a layer through
the layer's own colour accessor: colours are therefore given to the sublayers (`_subLayerProps`), which it leaves alone.
deck.gl's JSON runs a text that begins with `@@`: every text goes through `layers.text`.
Nothing is highlighted under the pointer: without a GPU each highlight redraws the map for longer than a tap may last
(600 against 30 ms measured), and clicks are lost.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pydeck
import shapely
from numpy.typing import NDArray

from geo.cells import to_text
from geo.view import LayerName
from layers import palette
from layers.basemap import NAME as BASEMAP
from layers.camera import Camera
from layers.change import NAME as CHANGE
from layers.clipping import MARGIN, Geometries, decimals, seen, to_degrees
from layers.coverage import NAME as COVERAGE
from layers.curves import curve, number_type
from layers.dashes import dashed, hatched
from layers.drawing import (
    AreaFill,
    Arrows,
    CellFill,
    Colour,
    Dash,
    Dots,
    Drawing,
    Hatch,
    Label,
    Labels,
    Mark,
    Strokes,
    Symbol,
)
from layers.placement import BADGE_RADIUS, arranged, box_padding
from layers.selection import NAME as SELECTION
from layers.text import plain
from layers.type_size import spaced_capitals

_ORDER: Final[tuple[str, ...]] = (
    BASEMAP,
    LayerName.RISK,
    COVERAGE,
    CHANGE,
    LayerName.CELLS,
    LayerName.AREAS,
    LayerName.POINTS,
    LayerName.DISPLACEMENT,
    LayerName.PLACES,
)
_AREA_TINT: Final = 0.5
"""The tint of areas lies under all cells, whose colours must be those of the legend."""
_SMALLER: Final = 0.65
"""How far a reader may zoom out: to the edge of what is drawn."""
_BORDERS: Final = 4.5
"""Border lines lie above the cells, so that a country is never lost under them."""
_ABOVE_ALL: Final = 100.0

_FONT: Final = '"Public Sans, sans-serif"'
_HALO_ATLAS: Final = {"sdf": True, "fontSize": 64, "buffer": 14, "radius": 20, "smoothing": 0.2}
_HALO_WIDTH: Final = 7.0
_CRISP: Final = 2
"""Pixels of the font's picture for one on the map: the text itself is drawn from a picture, which is crisper."""
_TOOLTIP: Final = {
    "text": "{tip}",
    "style": {
        "backgroundColor": palette.hex_text(palette.INK),
        "color": "#FFFFFF",
        "fontFamily": palette.FONT,
        "fontSize": "12px",
        "lineHeight": "17px",
        "padding": "8px 10px",
        "borderRadius": "4px",
        "maxWidth": "320px",
        "margin": "12px",
        "zIndex": "3",
        "overflowWrap": "anywhere",
    },
}
_SCRIPT_SAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}

Row = dict[str, Any]


class CompactDeck(pydeck.Deck):  # type: ignore[misc]
    """A deck whose JSON has no blanks (a fifth of pydeck's) and cannot end a script element."""

    def to_json(self) -> str:
        """Return the map as JSON."""
        text = json.dumps(json.loads(super().to_json()), separators=(",", ":"), ensure_ascii=False)
        for character, escaped in _SCRIPT_SAFE.items():
            text = text.replace(character, escaped)
        return text


@dataclass(frozen=True, slots=True)
class _Pen:
    """What every mark of one drawing shares: camera, decimals of a coordinate, opacity, and whether it answers."""

    camera: Camera
    places: int
    opacity: float
    interactive: bool
    name: str

    def layer(
        self, kind: str, mark: str, rows: list[Row], colours: Mapping[str, Any], **options: object
    ) -> pydeck.Layer:
        """Return one deck.gl layer; `colours` go to its sublayers. It answers the pointer where its rows have tips."""
        answers = self.interactive and any(_field(row, "tip") for row in rows)
        return pydeck.Layer(
            kind,
            data=rows,
            id=f"{self.name}:{mark}".replace(" ", "-"),
            opacity=self.opacity,
            pickable=answers,
            _sub_layer_props=dict(colours),
            **options,
        )

    def xy(self, points: NDArray[np.float64]) -> list[list[float]]:
        """Return positions as short numbers."""
        return [[_short(x), _short(y)] for x, y in np.round(points, self.places).tolist()]


def render(
    drawings: Sequence[Drawing],
    camera: Camera,
    *,
    interactive: bool = True,
    opacity: Mapping[str, float] | None = None,
) -> pydeck.Deck:
    """Return a deck.gl map of drawings, whatever their order; `opacity` (0 to 1) by the name of a drawing.

    Labels are arranged over all drawings. A click gives the `key` of what was hit (see `picked`); a tooltip its tip, as
    plain text. What lies more than half a map beyond an edge is not there, so the map cannot be moved further.
    """
    shares = opacity or {}
    stacked: list[tuple[float, int, pydeck.Layer]] = []
    for drawing in arranged(drawings, camera):
        share = float(np.clip(shares.get(drawing.name, 1.0), 0.0, 1.0))
        pen = _Pen(camera, decimals(camera), share, interactive, str(drawing.name))
        for mark in drawing.marks:
            stacked += [(_height(drawing.name, mark), len(stacked), layer) for layer in _layers(mark, pen)]
    west, south, east, north = (round(edge, 4) for edge in camera.bounds(MARGIN))
    controller = {"maxBounds": [[west, max(south, -85.0)], [east, min(north, 85.0)]], "dragRotate": False}
    return CompactDeck(
        layers=[layer for *_, layer in sorted(stacked, key=lambda one: one[:2])],
        views=[pydeck.View(type="MapView", id="map", controller=controller if interactive else False)],
        map_provider=None,
        initial_view_state=pydeck.ViewState(
            longitude=round(camera.lng, 5),
            latitude=round(camera.lat, 5),
            zoom=round(camera.zoom, 4),
            min_zoom=round(camera.zoom - _SMALLER, 4),
            max_zoom=round(camera.zoom + 5.0, 4),
            pitch=0,
            bearing=0,
        ),
        height=camera.height,
        tooltip=_TOOLTIP if interactive else False,
    )


def picked(state: Mapping[str, Any]) -> str:
    """Return the key of what was clicked, "" for nothing; `state` is what `st.pydeck_chart(on_select=...)` returns.

    A cell without a key of its own is its hex text.
    """
    objects = state.get("selection", {}).get("objects", {})
    for rows in objects.values():
        for row in rows:
            key = _field(row, "key") or _field(row, "h") if isinstance(row, Mapping) else ""
            if key:
                return key
    return ""


def _field(row: Mapping[str, Any], name: str) -> str:
    """Return a text of a row, or of its properties where the row is a GeoJSON feature."""
    value = row.get(name) or row.get("properties", {}).get(name)
    return str(value) if value else ""


def _height(name: str, mark: Mark) -> float:
    if name == SELECTION:
        return _ABOVE_ALL + 1
    if isinstance(mark, Labels):
        return _ABOVE_ALL
    if isinstance(mark, Dots) and mark.over:
        return _ABOVE_ALL - 0.5
    base = float(_ORDER.index(name)) if name in _ORDER else _ABOVE_ALL - 1
    if name == LayerName.AREAS and isinstance(mark, AreaFill):
        return _AREA_TINT
    return _BORDERS if name == BASEMAP and isinstance(mark, Strokes) else base


def _layers(mark: Mark, pen: _Pen) -> Iterator[pydeck.Layer]:
    match mark:
        case AreaFill():
            yield _areas(mark, pen)
        case CellFill():
            yield _cells(mark, pen)
        case Hatch():
            shapes, _ = seen(mark.polygons, pen.camera, thin=0.0)
            lines = hatched(shapes, mark.spacing, mark.angle, pen.camera)
            yield from _strokes(mark.name, lines, mark.line, mark.width, pen)
        case Strokes():
            yield from _strokes(mark.name, _broken(mark, pen.camera), mark.colour, mark.width, pen)
        case Dots():
            yield _dots(mark, pen)
        case Arrows():
            yield from _arrows(mark, pen)
        case Labels():
            yield from _labels(mark, pen)


def _said(tips: Sequence[str], keys: Sequence[str], i: int) -> Row:
    """Return the fields that make an object answer: its tip as plain text, its key."""
    row: Row = {}
    if i < len(tips) and tips[i]:
        row["tip"] = plain(tips[i])
    if i < len(keys) and keys[i]:
        row["key"] = plain(keys[i])
    return row


def _areas(mark: AreaFill, pen: _Pen) -> pydeck.Layer:
    parts, of = seen(mark.polygons, pen.camera)
    one_colour = len(np.unique(mark.fill, axis=0)) <= 1
    rows = []
    for part, i in zip(parts, of.tolist(), strict=True):
        rings = [pen.xy(shapely.get_coordinates(ring)) for ring in shapely.get_rings(part)]
        row = {"p": rings, **_said(mark.tips, mark.keys, i)}
        rows.append(row if one_colour else {**row, "c": mark.fill[i].tolist()})
    fill = mark.fill[0].tolist() if one_colour and len(mark.fill) else "@@=c"
    colours: dict[str, Any] = {"fill": {"getFillColor": fill}}
    options: dict[str, Any] = {"stroked": mark.line is not None}
    if mark.line is not None:
        colours["stroke"] = {"getColor": list(mark.line)}
        options |= {"get_line_width": mark.width, "line_width_units": '"pixels"'}
    return pen.layer("PolygonLayer", mark.name, rows, colours, get_polygon="p", **options)


def _cells(mark: CellFill, pen: _Pen) -> pydeck.Layer:
    texts = to_text(mark.cells)
    keys = () if mark.keys == tuple(texts) else mark.keys
    rows = [
        {"h": cell, "c": colour, **_said(mark.tips, keys, i)}
        for i, (cell, colour) in enumerate(zip(texts, mark.fill.tolist(), strict=True))
    ]
    sublayers = {name: {"getFillColor": "@@=c"} for name in ("hexagon-cell", "hexagon-cell-hifi")}
    return pen.layer(
        "H3HexagonLayer",
        mark.name,
        rows,
        sublayers,
        get_hexagon="h",
        coverage=mark.inset * 0.97,
        high_precision=True,
        extruded=False,
        stroked=False,
    )


def _broken(mark: Strokes, camera: Camera) -> Geometries:
    lines, _ = seen(mark.lines, camera, thin=0.0) if mark.dash is not Dash.SOLID else (mark.lines, None)
    return dashed(lines, mark.dash, camera)


def _strokes(name: str, lines: Geometries, colour: Colour, width: float, pen: _Pen) -> Iterator[pydeck.Layer]:
    """All lines of one style are one feature: the shortest way to write them."""
    parts, _ = seen(lines, pen.camera, thin=0.0)
    if not len(parts):
        return
    paths = [pen.xy(shapely.get_coordinates(line)) for line in parts]
    rows = [{"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": paths}, "properties": {}}]
    yield pen.layer(
        "GeoJsonLayer",
        name,
        rows,
        {"linestrings": {"getColor": list(colour)}},
        stroked=True,
        filled=False,
        get_line_width=width,
        line_width_units='"pixels"',
        line_joint_rounded=True,
        line_cap_rounded=False,
    )


def _feature(lng: float, lat: float, places: int, properties: Row) -> Row:
    where = [_short(round(lng, places)), _short(round(lat, places))]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": where}, "properties": properties}


def _short(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _circles(
    pen: _Pen, name: str, rows: list[Row], *, fill: Colour, line: Colour, width: float, metres: bool = False
) -> pydeck.Layer:
    """Circles with the radius `r` of their properties."""
    colours = {"points-circle": {"getFillColor": list(fill), "getLineColor": list(line)}}
    return pen.layer(
        "GeoJsonLayer",
        name,
        rows,
        colours,
        point_type='"circle"',
        filled=True,
        stroked=width > 0,
        get_point_radius="properties.r",
        point_radius_units='"meters"' if metres else '"pixels"',
        get_line_width=width,
        line_width_units='"pixels"',
    )


def _dots(mark: Dots, pen: _Pen) -> pydeck.Layer:
    points = zip(mark.lng.tolist(), mark.lat.tolist(), mark.radius.tolist(), strict=True)
    rows = [
        _feature(x, y, pen.places, {"r": _short(round(r, 1)), **_said(mark.tips, mark.keys, i)})
        for i, (x, y, r) in enumerate(points)
    ]
    return _circles(pen, mark.name, rows, fill=mark.fill, line=mark.line, width=mark.width, metres=mark.metres)


def _arrows(mark: Arrows, pen: _Pen) -> Iterator[pydeck.Layer]:
    """Shafts and heads, then the numbers; the heads are shapes of the map and grow when it is enlarged.

    Only the number answers the pointer: an arrow that did would take the clicks meant for the cells under it.
    """
    rows: list[Row] = []
    labels: list[Row] = []
    for arrow in mark.arrows:
        shape = curve(arrow, pen.camera)
        shaft = shapely.get_coordinates(
            to_degrees(np.array([shapely.linestrings(shape.shaft)], dtype=object), pen.camera)[0]
        )
        head = shapely.get_coordinates(
            to_degrees(np.array([shapely.polygons(shape.head)], dtype=object), pen.camera)[0]
        )
        line = {"type": "LineString", "coordinates": pen.xy(shaft)}
        rows.append({"type": "Feature", "geometry": line, "properties": {"w": arrow.width}})
        area = {"type": "Polygon", "coordinates": [pen.xy(head)]}
        rows.append({"type": "Feature", "geometry": area, "properties": {"w": 0.6}})
        if not arrow.text:
            continue
        lng, lat = pen.camera.positions(np.array([shape.label[0]]), np.array([shape.label[1]]))
        labels.append(
            {"p": pen.xy(np.column_stack([lng, lat]))[0], "t": plain(arrow.text), "o": [0, 0]}
            | _said((arrow.tip,), (), 0)
        )
    colour = list(mark.colour)
    colours = {
        "linestrings": {"getColor": colour},
        "polygons-stroke": {"getColor": colour},
        "polygons-fill": {"getFillColor": colour},
    }
    yield pen.layer(
        "GeoJsonLayer",
        mark.name,
        rows,
        colours,
        stroked=True,
        filled=True,
        get_line_width="properties.w",
        line_width_units='"pixels"',
        line_joint_rounded=True,
    )
    if labels:
        size = number_type(pen.camera)
        yield from _text(pen, f"{mark.name} numbers", labels, size=size, colour=mark.colour, bold=True, halo=True)


def _labels(mark: Labels, pen: _Pen) -> Iterator[pydeck.Layer]:
    yield from _symbols(mark, pen)
    white = [label for label in mark.labels if label.symbol is Symbol.BADGE]
    dark = [label for label in mark.labels if label.symbol is not Symbol.BADGE]
    for name, labels, colour in ((mark.name, dark, mark.colour), (f"{mark.name} white", white, palette.WHITE)):
        if labels:
            rows = [_label_row(label, mark, pen) for label in labels]
            yield from _text(
                pen, name, rows, size=mark.size, colour=colour, bold=mark.bold, halo=mark.halo, boxed=mark.boxed
            )


def _label_row(label: Label, mark: Labels, pen: _Pen) -> Row:
    lines = label.text.split("\n") if mark.spaced else []
    text = plain("\n".join(map(spaced_capitals, lines)) if mark.spaced else label.text, longest=120)
    where = [_short(round(label.lng, pen.places + 1)), _short(round(label.lat, pen.places + 1))]
    answers = {} if label.symbol in {Symbol.BADGE, Symbol.OPEN_BADGE} else _said((label.tip,), (label.key,), 0)
    return {"p": where, "t": text, "o": [_short(part) for part in label.offset], **answers}


def _symbols(mark: Labels, pen: _Pen) -> Iterator[pydeck.Layer]:
    looks = {
        Symbol.RING: (3.4, palette.WHITE, palette.INK, 1.8),
        Symbol.BADGE: (BADGE_RADIUS, palette.INK, palette.WHITE, 1.5),
        Symbol.OPEN_BADGE: (BADGE_RADIUS - 0.5, palette.WHITE, palette.INK, 1.5),
    }
    for symbol, (radius, fill, line, width) in looks.items():
        labels = [label for label in mark.labels if label.symbol is symbol]
        rows = [
            _feature(*_place_of(label, pen), pen.places + 1, {"r": radius, **_said((label.tip,), (label.key,), 0)})
            for label in labels
        ]
        if rows:
            yield _circles(pen, f"{mark.name} {symbol}", rows, fill=fill, line=line, width=width)
    squares = [
        _label_row(label, mark, pen) | {"t": "■", "o": [0, 0]} for label in mark.labels if label.symbol is Symbol.SQUARE
    ]
    if squares:
        yield from _text(
            pen, f"{mark.name} squares", squares, size=mark.size, colour=palette.INK, bold=False, halo=True
        )


def _place_of(label: Label, pen: _Pen) -> tuple[float, float]:
    """A badge stands where its text stands; other symbols at the label's own point."""
    if label.symbol not in {Symbol.BADGE, Symbol.OPEN_BADGE}:
        return label.lng, label.lat
    x, y = pen.camera.pixels(np.array([label.lng]), np.array([label.lat]))
    lng, lat = pen.camera.positions(x + label.offset[0], y + label.offset[1])
    return float(lng[0]), float(lat[0])


def _text(  # noqa: PLR0913 - a text has a size, a colour, a weight, a rim and a box
    pen: _Pen,
    name: str,
    rows: list[Row],
    *,
    size: float,
    colour: Colour,
    bold: bool,
    halo: bool,
    boxed: bool = False,
) -> Iterator[pydeck.Layer]:
    """The rim first, as a layer of its own under the text."""
    options: dict[str, Any] = {
        "get_text": "t",
        "get_position": "p",
        "get_pixel_offset": "o",
        "get_size": size,
        "size_units": '"pixels"',
        "get_text_anchor": '"middle"',
        "get_alignment_baseline": '"center"',
        "font_family": _FONT,
        "font_weight": 600 if bold else 500,
        "character_set": '"auto"',
        "line_height": 1.2,
    }
    if halo:
        silent = [{field: value for field, value in row.items() if field in "pto"} for row in rows]
        rim = {"outline_width": _HALO_WIDTH, "outline_color": list(palette.WHITE), "font_settings": dict(_HALO_ATLAS)}
        white = {"characters": {"getColor": list(palette.WHITE)}}
        yield pen.layer("TextLayer", f"{name} rim", silent, white, **options, **rim)
    if boxed:
        across, down = box_padding(pen.camera)
        options |= {
            "background": True,
            "get_background_color": list(palette.WHITE),
            "get_border_color": list(palette.INK),
            "get_border_width": 1,
            "background_padding": [across, down, across, down],
            "background_border_radius": 3,
        }
    atlas = {"sdf": False, "fontSize": round(size * _CRISP), "buffer": 4}
    yield pen.layer("TextLayer", name, rows, {"characters": {"getColor": list(colour)}}, **options, font_settings=atlas)
