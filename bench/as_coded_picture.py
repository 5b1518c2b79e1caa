"""Myanmar `as coded` beside `placed`: the picture and the tables of docs/as-coded.md, from the real file.

`python -m bench.as_coded_picture` reads the folder TOCSIN_TEST_DATA (default ../shared/data), writes
docs/pictures/myanmar-as-coded.png and prints the tables. Counts of cells only: no record leaves the file.
"""

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle

from data import geodata
from data.holdings import Holdings, load
from data.ingest import ingest
from data.store import Store
from export.reading import SELECTIONS, Frame, place_frame
from geo.cells import centres, outlines, to_text
from geo.periods import Grain
from geo.precision import Fate, Treatment
from geo.tally import Tally, tally
from geo.view import Kinds
from layers import palette
from layers.classes import Classes, incident_classes

ROOT: Final = Path(__file__).resolve().parent.parent
FILE: Final = "ucdp_ged_netify_myanmar_1989-2023.csv.gz"
PICTURE: Final = ROOT / "docs" / "pictures" / "myanmar-as-coded.png"
RESOLUTION: Final = 4
GRAIN: Final = Grain.QUARTER
"""The coarsest, so that the fewest incidents are left out for wide dates."""
TOP: Final = 10
TOWN: Final = 20_000
"""People of the smallest town that a cell is named after, where there is one as near as `NEAR_KM`."""
NEAR_KM: Final = 30.0

_WIDTH, _HEIGHT, _DPI = 1600, 900, 100
_WEST, _EAST, _SOUTH, _NORTH = 92.0, 101.6, 15.65, 25.3
_PANELS: Final = (32, 634)
_MAP_TOP, _MAP_WIDTH, _MAP_HEIGHT = 148, 578, 620
_SIDE: Final = 1244
_RIGHT: Final = 1568
_LEAST_BOXED: Final = 20
_CLEAR: Final = 0.62
"""Degrees from the centre of a numbered cell to that of a boxed number."""
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True)
class Ranked:
    """One of the top cells as coded: counts and ranks (1 = most; equal counts share a rank) under both treatments."""

    number: int
    cell: str
    where: str
    coded: int
    placed: int
    rank: int
    rank_placed: int


@dataclass(frozen=True)
class Comparison:
    """The same records counted twice: the two tallies and the top cells as coded."""

    coded: Tally
    placed: Tally
    top: tuple[Ranked, ...]

    @property
    def pair(self) -> tuple[Tally, Tally]:
        """As coded, and placed."""
        return self.coded, self.placed


def compared(holdings: Holdings, kinds: Kinds) -> Comparison:
    """Count a selection of kinds in all periods under both treatments and rank the cells."""
    areas, known = geodata.admin1("fine"), max(holdings.as_of.values())
    coded, placed = (
        tally(place_frame(holdings, areas, Frame(False, "", RESOLUTION, GRAIN, known, treatment)), SELECTIONS[kinds])  # noqa: FBT003 - not the exercise
        for treatment in (Treatment.AS_CODED, Treatment.PLACED)
    )
    cells, counts = coded.incidents.lattice.units, coded.incidents.over(slice(None))
    at = placed.incidents.lattice.index_of(cells)
    after = np.where(at >= 0, placed.incidents.over(slice(None))[at], 0)
    rank, rank_placed = (1 + (column[None, :] > column[:, None]).sum(axis=1) for column in (counts, after))
    order = np.lexsort((cells, -counts))[:TOP]
    names = _names(cells[order])
    rows = zip(order, to_text(cells[order]), names, strict=True)
    top = tuple(
        Ranked(n, cell, name, int(counts[i]), int(after[i]), int(rank[i]), int(rank_placed[i]))
        for n, (i, cell, name) in enumerate(rows, 1)
    )
    return Comparison(coded, placed, top)


def _names(cells: np.ndarray) -> list[str]:
    """Name cells: `Monywa, Sagaing`, or `40 km from Madaya, Sagaing` where the place lies beyond the next cell.

    The nearest town of `TOWN` people where one is near, else the nearest place; the area is that of the cell's centre.
    """
    areas, places = geodata.admin1("fine"), geodata.places()
    lat, lng = centres(cells)
    (town, to_town), (place, to_place) = (places.nearest_place(lat, lng, people) for people in (TOWN, 0))
    named, km = np.where(to_town < NEAR_KM, town, place), np.where(to_town < NEAR_KM, to_town, to_place)
    beside = areas.locate(places.lat[named].astype(float), places.lng[named].astype(float))
    inside = areas.locate(lat, lng)
    area = np.where(inside >= 0, inside, beside)
    far = ["" if away < NEAR_KM else f"{away:.0f} km from " for away in km]
    return [f"{words}{places.name[n]}, {areas.names[a]}" for words, n, a in zip(far, named, area, strict=True)]


def totals(found: Tally) -> tuple[int, int, int]:
    """Placed in cells, known to an area only, left out by reason: incidents that were asked for."""
    out = sum(found.count(fate) for fate in Fate if fate.asked_for and fate not in {Fate.PLACED, Fate.AREA_ONLY})
    return found.count(Fate.PLACED), found.count(Fate.AREA_ONLY), out


def reasons(found: Tally) -> list[tuple[str, int]]:
    """Why incidents that were asked for are left out, most frequent first."""
    left = [(fate.reason, sums["incidents"]) for fate, sums in found.excluded().items() if fate.asked_for]
    return sorted(left, key=lambda pair: -pair[1])


def markdown(one: Comparison) -> str:
    """The two tables of the page: totals side by side, and the top cells."""
    lines = ["| | as coded | placed |", "|---|---|---|"]
    words = ("placed in cells", "known to an area only", "left out, by reason")
    lines += [f"| {word} | {a:,} | {b:,} |" for word, a, b in zip(words, *map(totals, one.pair), strict=True)]
    why = [dict(reasons(found)) for found in one.pair]
    lines += [f"| - {name} | {why[0].get(name, 0):,} | {why[1].get(name, 0):,} |" for name, _ in reasons(one.placed)]
    lines.append(f"| **read** | **{sum(totals(one.coded)):,}** | **{sum(totals(one.placed)):,}** |")
    lines += ["", "| rank as coded | cell | where | as coded | placed | rank placed |", "|---|---|---|---|---|---|"]
    rows = [(row.rank, f"`{row.cell}`", row.where, row.coded, row.placed, row.rank_placed) for row in one.top]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines)


@dataclass(frozen=True)
class Type:
    """The two weights of the page's typeface."""

    regular: FontProperties
    bold: FontProperties

    @classmethod
    def of(cls, folder: Path) -> "Type":
        """Public Sans unpacked into `folder`; DejaVu Sans where brotli, which unpacks it, is not installed."""
        if importlib.util.find_spec("brotli") is None:
            return cls(FontProperties(family="DejaVu Sans"), FontProperties(family="DejaVu Sans", weight="bold"))
        made = []
        for weight in (400, 700):
            font = instancer.instantiateVariableFont(
                TTFont(ROOT / "static" / "fonts" / "public-sans-latin-wght-normal.woff2"), {"wght": weight}
            )
            font.flavor = None
            font.save(folder / f"public-sans-{weight}.ttf")
            made.append(FontProperties(fname=str(folder / f"public-sans-{weight}.ttf")))
        return cls(*made)


class Sheet:
    """A picture measured in pixels from its top left corner."""

    def __init__(self, fonts: Type) -> None:
        self.fonts = fonts
        self.figure = Figure(figsize=(_WIDTH / _DPI, _HEIGHT / _DPI), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(self.figure)

    def text(self, x: float, y: float, words: str, size: float, *, bold: bool = False, **options: Any) -> None:  # noqa: ANN401 - matplotlib's own
        """Write words with their baseline at y; `size` in pixels."""
        options.setdefault("color", palette.hex_text(palette.INK))
        font = self.fonts.bold if bold else self.fonts.regular
        self.figure.text(
            x / _WIDTH, 1 - y / _HEIGHT, words, fontproperties=font, fontsize=size * 72 / _DPI, va="baseline", **options
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str, **options: Any) -> None:  # noqa: ANN401 - matplotlib's own
        """Fill a rectangle whose top left corner is at x, y."""
        options.setdefault("linewidth", 0)
        corner = x / _WIDTH, 1 - (y + height) / _HEIGHT
        self.figure.add_artist(Rectangle(corner, width / _WIDTH, height / _HEIGHT, facecolor=colour, **options))

    def rule(self, x: float, y: float, width: float) -> None:
        """Draw a hairline."""
        self.box(x, y, width, 1, palette.hex_text(palette.RULE))

    def map(self, x: float) -> Axes:
        """Axes for a map whose left edge is at x."""
        place = (x / _WIDTH, 1 - (_MAP_TOP + _MAP_HEIGHT) / _HEIGHT, _MAP_WIDTH / _WIDTH, _MAP_HEIGHT / _HEIGHT)
        axes = self.figure.add_axes(place, facecolor=palette.hex_text(palette.WATER))
        axes.set(xlim=(_WEST, _EAST), ylim=(_SOUTH, _NORTH), xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(color=palette.hex_text(palette.RULE), linewidth=0.8)
        return axes


def draw(one: Comparison, classes: Classes, source: tuple[str, ...]) -> None:
    """Draw the sheet and save it; `source` is written line by line under it."""
    with tempfile.TemporaryDirectory() as folder:
        sheet = Sheet(Type.of(Path(folder)))
        first = one.top[0]
        title = (
            f"Of {first.coded} incidents coded in Myanmar\u2019s top cell, {first.placed} are known to have been there"
        )
        what = (
            "Points that stand for a whole state or country make hot spots as coded. Placed by what is known, they "
            f"count in their area instead; both sides account for all {sum(totals(one.coded)):,} records."
        )
        sheet.text(32, 50, title, 29, bold=True)
        sheet.text(32, 83, what, 17, color=palette.hex_text(palette.INK_2))
        heads = (
            ("As coded", "every record on its coordinates, as many tools show it"),
            ("Placed", "in a cell only where the place is known that closely"),
        )
        for x, (head, said), found in zip(_PANELS, heads, one.pair, strict=True):
            sheet.text(x, 132, head, 18, bold=True)
            sheet.text(x + 22 + 9.6 * len(head), 132, said, 15, color=palette.hex_text(palette.MUTED))
            _map(sheet, x, found, one, classes)
            _totals(sheet, x, found)
        _legend(sheet, classes)
        _ranks(sheet, one)
        sheet.rule(32, 861, _RIGHT - 32)
        for n, line in enumerate(source):
            sheet.text(32, 876 + 15 * n, line, 12, color=palette.hex_text(palette.MUTED))
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        sheet.figure.savefig(PICTURE, dpi=_DPI, metadata={"Software": None})


def _shapes(geometry: np.ndarray) -> gpd.GeoSeries:
    cut = shapely.intersection(geometry, shapely.box(_WEST - 0.5, _SOUTH - 0.5, _EAST + 0.5, _NORTH + 0.5))
    return gpd.GeoSeries([shape for shape in cut if not shape.is_empty])


def _map(sheet: Sheet, x: float, found: Tally, one: Comparison, classes: Classes) -> None:
    axes = sheet.map(x)
    countries = geodata.admin0("fine")
    home = countries.codes == "MMR"
    for geometry, colour in ((countries.geometry[~home], palette.OUTSIDE), (countries.geometry[home], palette.LAND)):
        _shapes(geometry).plot(ax=axes, color=palette.hex_text(colour), aspect=None, zorder=1)
    _shapes(geodata.lakes()).plot(ax=axes, color=palette.hex_text(palette.WATER), aspect=None, zorder=1)
    counts = found.incidents.over(slice(None))
    index = classes.index(counts)
    for level, colour in enumerate(palette.HARM):
        cells = outlines(found.incidents.lattice.units[index == level])
        if len(cells):
            gpd.GeoSeries(cells).plot(
                ax=axes, color=palette.hex_text(colour), edgecolor="white", linewidth=0.6, aspect=None, zorder=2
            )
    lines = geodata.lines("fine")
    for style, colour, width, dash in (
        ("adm1", palette.ADMIN1_LINE, palette.ADMIN1_WIDTH, "-"),
        ("intl", palette.BORDER_LINE, palette.BORDER_WIDTH, "-"),
        ("other", palette.BORDER_LINE, palette.BORDER_WIDTH, (0, (6, 3))),
        ("undetermined", palette.BORDER_LINE, palette.BORDER_WIDTH, (0, (6, 3))),
    ):
        cut = _shapes(lines[style])
        if len(cut):
            cut.plot(ax=axes, color=palette.hex_text(colour), linewidth=width, linestyle=dash, aspect=None, zorder=3)
    _numbers(axes, sheet.fonts, one, dict(zip(to_text(found.incidents.lattice.units), index.tolist(), strict=True)))
    _boxed(axes, sheet.fonts, found, one)
    axes.set(xlim=(_WEST, _EAST), ylim=(_SOUTH, _NORTH), aspect="auto", xlabel="", ylabel="")


def _numbers(axes: Axes, fonts: Type, one: Comparison, level: dict[str, int]) -> None:
    cells = np.array([int(row.cell, 16) for row in one.top], dtype=np.uint64)
    gpd.GeoSeries(outlines(cells)).plot(
        ax=axes, facecolor="none", edgecolor=palette.hex_text(palette.INK), linewidth=1.4, aspect=None, zorder=4
    )
    for row, lat, lng in zip(one.top, *centres(cells), strict=True):
        dark = level.get(row.cell, -1) >= 2
        axes.text(
            lng,
            lat,
            str(row.number),
            fontproperties=fonts.bold,
            fontsize=10.5,
            color="white" if dark else palette.hex_text(palette.INK),
            ha="center",
            va="center_baseline",
            zorder=6,
        )


def _boxed(axes: Axes, fonts: Type, found: Tally, one: Comparison) -> None:
    """Write how many more are known only to be in an area, at its label point or just beside a numbered cell there."""
    areas = geodata.admin1("fine")
    taken = np.column_stack(centres(np.array([int(row.cell, 16) for row in one.top], dtype=np.uint64)))[:, ::-1]
    more = found.area_incidents.over(slice(None))
    for unit, count in zip(found.area_incidents.lattice.units.astype(int).tolist(), more.tolist(), strict=True):
        lng, lat = float(areas.label_lng[unit]), float(areas.label_lat[unit])
        if count >= _LEAST_BOXED and _WEST < lng < _EAST and _SOUTH < lat < _NORTH:
            nearest = taken[np.hypot(*(taken - (lng, lat)).T).argmin()]
            away = np.array([lng, lat]) - nearest
            lng, lat = nearest + away * max(1.0, _CLEAR / np.hypot(*away))
            axes.text(
                lng,
                lat,
                f"+{count:,}",
                fontproperties=fonts.regular,
                fontsize=9,
                color=palette.hex_text(palette.INK),
                ha="center",
                va="center",
                zorder=5,
                bbox={
                    "boxstyle": "square,pad=0.25",
                    "facecolor": "white",
                    "edgecolor": palette.hex_text(palette.INK_2),
                },
            )


def _totals(sheet: Sheet, x: float, found: Tally) -> None:
    counts, top = totals(found), _MAP_TOP + _MAP_HEIGHT + 12
    colours = (palette.INK_2, palette.TOO_FEW, palette.RULE)
    words = ("placed in cells", "known to an area only", "left out by reason")
    at = float(x)
    for count, colour in zip(counts, colours, strict=True):
        width = _MAP_WIDTH * count / sum(counts)
        sheet.box(at, top, width, 9, palette.hex_text(colour))
        at += width
    for n, (count, colour, word) in enumerate(zip(counts, colours, words, strict=True)):
        left = x + (0, 172, 380)[n]
        sheet.box(left, top + 18, 11, 11, palette.hex_text(colour))
        sheet.text(left + 17, top + 29, f"{count:,} {word}", 14, bold=False)
    why = "; ".join(f"{count:,} {name}" for name, count in reasons(found))
    sheet.text(x, top + 52, f"Of {sum(counts):,} read. Left out: {why}.", 13, color=palette.hex_text(palette.MUTED))


def _legend(sheet: Sheet, classes: Classes) -> None:
    sheet.text(_SIDE, 132, "Incidents in a cell, 1989 to 2023", 15, bold=True)
    for n, (colour, name, span) in enumerate(zip(palette.HARM, classes.names, classes.texts(), strict=True)):
        y = 148 + 24 * n
        sheet.box(_SIDE, y, 22, 16, palette.hex_text(colour))
        sheet.text(_SIDE + 32, y + 13, name, 14)
        sheet.text(_RIGHT, y + 13, span, 14, color=palette.hex_text(palette.MUTED), ha="right")
    y = 278
    sheet.box(_SIDE, y, 30, 17, "white", edgecolor=palette.hex_text(palette.INK_2), linewidth=0.8)
    sheet.text(_SIDE + 15, y + 13, "+14", 12, ha="center")
    sheet.text(_SIDE + 40, y + 13, f"more known only to be in the area (from {_LEAST_BOXED})", 13)


def _ranks(sheet: Sheet, one: Comparison) -> None:
    """Write the top cells with their counts and ranks under both treatments."""
    top = 338
    muted = palette.hex_text(palette.MUTED)
    sheet.text(_SIDE, top, "Top ten as coded, with rank placed", 15, bold=True)
    columns = ((_RIGHT - 102, "as coded"), (_RIGHT - 54, "placed"), (_RIGHT, "rank"))
    for right, word in columns:
        sheet.text(right, top + 26, word, 12, color=muted, ha="right")
    sheet.rule(_SIDE, top + 33, _RIGHT - _SIDE)
    for row in one.top:
        y = top + 33 + 38 * row.number - 18
        fell = row.rank_placed > TOP
        sheet.text(_SIDE + 16, y + 8, str(row.number), 15, bold=True, ha="right")
        town, _, area = row.where.partition(", ")
        sheet.text(_SIDE + 26, y, town, 13)
        sheet.text(_SIDE + 26, y + 15, area, 12, color=muted)
        sheet.text(_RIGHT - 102, y + 8, f"{row.coded:,}", 14, ha="right")
        sheet.text(_RIGHT - 54, y + 8, f"{row.placed:,}", 14, ha="right", bold=fell)
        sheet.text(_RIGHT, y + 8, ordinal(row.rank_placed), 14, ha="right", bold=fell)
        sheet.rule(_SIDE, y + 23, _RIGHT - _SIDE)


def ordinal(number: int) -> str:
    """Return `1st`, `22nd`, `113th`."""
    teen = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teen else _ORDINALS.get(number % 10, 'th')}"


@contextmanager
def holdings_of(folder: Path) -> Iterator[Holdings]:
    """The file's holdings, from a store that is removed afterwards."""
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        ingest(folder / FILE, store)
        yield load(store, exercise=False)


def main() -> None:
    """Write the picture and print the tables."""
    folder = Path(os.environ.get("TOCSIN_TEST_DATA") or ROOT.parent / "shared" / "data")
    with holdings_of(folder) as holdings:
        (card,), (end,) = holdings.cards, holdings.as_of.values()
        both = {kinds: compared(holdings, kinds) for kinds in (Kinds.ALL, Kinds.CIVILIAN)}
        periods = both[Kinds.ALL].coded.incidents.lattice.periods
        whence = (
            f"{card.title}, Myanmar, 1989 to 2023 ({card.licence}), as of {end.day} {end:%b %Y}. Incidents of all "
            f"kinds with at least one death, in H3 cells of resolution {RESOLUTION} (edge about 26 km), by quarters."
        )
        scope = (
            "The map shows 15.7 to 25.3 N; totals and ranks are of the whole file. Boundaries: Natural Earth, "
            "generalised; no position is taken on legal status. Places: GeoNames, CC BY 4.0."
        )
        draw(both[Kinds.ALL], incident_classes(periods.last_day - periods.first_day + 1), (whence, scope))
        for kinds, one in both.items():
            print(f"## {kinds.value}\n\n{markdown(one)}\n")


if __name__ == "__main__":
    main()
