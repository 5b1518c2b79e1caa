"""Seven disputed places in three boundary profiles, into docs/pictures/profiles: `python -m bench.profile_pictures`.

What is drawn is the ground of the map as the product draws it, mark for mark (layers.basemap, layers.places), so that
a gap, a double line or a broken dash would be seen. Each panel has its legend, and its caption below.
"""

import io
import sys
import tempfile
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.patches import Rectangle
from matplotlib.path import Path as Outline
from PIL import Image

from bench.as_coded_picture import Type
from export.geography import PROFILE_TEXT, boundary_notes, geography
from geo.view import Profile
from layers import palette
from layers.basemap import draw_basemap
from layers.camera import Camera, fit
from layers.clipping import to_pixels
from layers.dashes import dashed
from layers.drawing import AreaFill, Drawing, Labels, LegendRow, Strokes, Swatch, Symbol
from layers.placement import arranged
from layers.places import draw_places
from layers.type_size import spaced_capitals
from tests.conftest import ROOT

FOLDER: Final = ROOT / "docs" / "pictures" / "profiles"
PANEL: Final = (520, 500)
_GAP, _HEAD, _FOOT, _LEGEND = 16, 62, 186, 64
_DPI: Final = 160
_POINTS: Final = 72 / 96
"""Points in a CSS pixel."""
_COLOURS: Final = 48


@dataclass(frozen=True, slots=True)
class Place:
    """A place to look at: the picture's name, its title, and west, south, east, north in degrees."""

    name: str
    title: str
    bounds: tuple[float, float, float, float]


PLACES: Final = (
    Place("kashmir", "Kashmir", (72.5, 31.5, 81.0, 37.6)),
    Place("sudan-south-sudan-abyei", "Sudan, South Sudan, Abyei", (22.0, 3.5, 38.0, 14.0)),
    Place("western-sahara", "Western Sahara", (-18.0, 20.0, -5.0, 30.5)),
    Place("levant", "The Levant", (33.8, 31.0, 37.0, 34.0)),
    Place("ukraine", "Ukraine", (27.0, 43.5, 41.5, 52.5)),
    Place("somalia", "Somalia", (40.5, -2.0, 51.8, 12.3)),
    Place("taiwan", "Taiwan", (116.5, 21.0, 125.0, 27.0)),
)


def drawn(profile: Profile, camera: Camera) -> tuple[Drawing, ...]:
    """Return the ground and the names of a map of a profile, labels placed."""
    ground = geography()
    drawings = (
        draw_basemap(ground.boundaries(camera.zoom, profile), (), camera),
        draw_places(
            ground.places_of(profile), camera, countries=ground.named(profile), territories=ground.territories(profile)
        ),
    )
    return arranged(drawings, camera)


def picture(place: Place, type_: Type) -> bytes:
    """Return the sheet of a place as PNG: one panel a profile."""
    wide, high = PANEL
    width, height = 3 * wide + 4 * _GAP, _HEAD + high + _LEGEND + _FOOT
    figure = Figure(figsize=(width / 96, height / 96), facecolor="white")
    figure.text(
        _GAP / width,
        1 - 24 / height,
        place.title,
        fontsize=17 * _POINTS,
        fontproperties=type_.bold,
        color=_hex(palette.INK),
    )
    camera = fit(place.bounds, wide, high, padding=0)
    for n, profile in enumerate(Profile):
        left = _GAP + n * (wide + _GAP)
        axes = figure.add_axes((left / width, (_LEGEND + _FOOT) / height, wide / width, high / height))
        axes.set(xlim=(0, wide), ylim=(high, 0), xticks=[], yticks=[])
        drawings = drawn(profile, camera)
        for mark in (mark for drawing in drawings for mark in drawing.marks):
            _draw(axes, mark, camera, type_)
        axes.text(
            0, -8, PROFILE_TEXT[profile], fontsize=14 * _POINTS, fontproperties=type_.bold, color=_hex(palette.INK)
        )
        below = figure.add_axes((left / width, 0, wide / width, (_LEGEND + _FOOT) / height))
        below.set(xlim=(0, wide), ylim=(_LEGEND + _FOOT, 0))
        below.axis("off")
        rows = drawings[0].legend.rows if drawings[0].legend else ()
        _legend(below, rows, type_)
        said = [line for note in boundary_notes(profile, camera, vintage=True) for line in textwrap.wrap(note, 92)]
        below.text(
            0,
            _LEGEND,
            "\n".join(said),
            va="top",
            fontsize=11 * _POINTS,
            fontproperties=type_.regular,
            color=_hex(palette.MUTED),
            linespacing=1.3,
        )
    with io.BytesIO() as file:
        figure.savefig(file, dpi=_DPI, metadata={"Software": None})
        image = Image.open(file).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    with io.BytesIO() as file:
        image.save(file, "PNG", optimize=True)
        return file.getvalue()


def _hex(colour: tuple[int, ...]) -> str:
    return f"#{bytes(colour[:3]).hex()}"


def _rim() -> Any:  # noqa: ANN401 - matplotlib's own type
    return patheffects.withStroke(linewidth=2.2, foreground="white")


def _draw(axes: Axes, mark: object, camera: Camera, type_: Type) -> None:
    if isinstance(mark, AreaFill):
        paths = [_outline(shape) for shape in to_pixels(mark.polygons, camera)]
        faces = [_hex(tuple(row)) for row in mark.fill]
        axes.add_collection(PathCollection(paths, facecolors=faces, edgecolors="none", linewidths=0), autolim=False)
    elif isinstance(mark, Strokes):
        pieces = to_pixels(dashed(mark.lines, mark.dash, camera), camera)
        lines = [shapely.get_coordinates(line) for line in pieces]
        axes.add_collection(
            LineCollection(lines, colors=_hex(mark.colour), linewidths=mark.width * _POINTS, capstyle="butt"),
            autolim=False,
        )
    elif isinstance(mark, Labels):
        _texts(axes, mark, camera, type_)


def _outline(shape: object) -> Outline:
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shape)]
    codes = [np.array([1] + [2] * (len(ring) - 2) + [79], dtype=np.uint8) for ring in rings]
    return Outline(np.vstack(rings), np.concatenate(codes))


def _texts(axes: Axes, mark: Labels, camera: Camera, type_: Type) -> None:
    for label in mark.labels:
        x, y = (float(v[0]) for v in camera.pixels(np.array([label.lng]), np.array([label.lat])))
        if not (0 < x < camera.width and 0 < y < camera.height):
            continue
        if label.symbol in {Symbol.RING, Symbol.SQUARE}:
            style = "o" if label.symbol is Symbol.RING else "s"
            axes.plot(
                [x],
                [y],
                style,
                ms=4.5,
                mfc="white" if style == "o" else _hex(palette.INK),
                mec=_hex(palette.INK),
                mew=1.1,
                zorder=5,
            )
        said = _written(label.text, type_)
        lines = [spaced_capitals(line) if mark.spaced else line for line in said.split("\n")]
        axes.text(
            x + label.offset[0],
            y + label.offset[1],
            "\n".join(lines),
            ha="center",
            va="center",
            zorder=6,
            fontsize=mark.size * _POINTS,
            fontproperties=type_.bold if mark.bold else type_.regular,
            color=_hex(mark.colour),
            path_effects=[_rim()],
            linespacing=1.1,
            clip_on=True,
        )


def _written(text: str, type_: Type) -> str:
    """Return a text without the accents that the typeface of the picture does not have."""
    known = get_font(type_.regular.get_file()).get_charmap() if type_.regular.get_file() else None
    if known is None:
        return text
    return "".join(c if ord(c) in known or c.isspace() else unicodedata.normalize("NFD", c)[0] for c in text)


def _legend(axes: Axes, rows: tuple[LegendRow, ...], type_: Type) -> None:
    for n, row in enumerate(rows):
        x, y = 0 + 262 * (n % 2), 14 + 19 * (n // 2)
        if row.swatch is Swatch.FILL:
            axes.add_patch(
                Rectangle(
                    (x, y - 6), 24, 12, facecolor=_hex(row.colour), edgecolor=_hex(palette.TOO_FEW), linewidth=0.6
                )
            )
        else:
            on_off = [float(part) * _POINTS for part in row.name.split()]
            dash: Any = (0, [part / (row.width * _POINTS) for part in on_off]) if on_off else "-"
            axes.plot([x, x + 24], [y, y], color=_hex(row.colour), linewidth=row.width * _POINTS, linestyle=dash)
        axes.text(
            x + 32,
            y,
            row.text,
            va="center",
            fontsize=12 * _POINTS,
            fontproperties=type_.regular,
            color=_hex(palette.INK),
        )


def main(names: list[str]) -> None:
    """Write the pictures with these names, all where none is given; one that would be the same is not written again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        type_ = Type.of(Path(folder))
        for place in _chosen(names):
            made, path = picture(place, type_), FOLDER / f"{place.name}.png"
            if not path.exists() or path.read_bytes() != made:
                path.write_bytes(made)
            sys.stdout.write(f"{path.name}: {len(made) / 1e3:.0f} kB\n")


def _chosen(names: list[str]) -> Iterator[Place]:
    return (place for place in PLACES if not names or place.name in names)


if __name__ == "__main__":
    main(sys.argv[1:])
