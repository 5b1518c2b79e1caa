"""The three treatments of imprecise places side by side: pictures, totals, top cells, possible artefacts."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.holdings import Holdings
from export.artefacts import artefact_sentence, artefacts_of
from export.charts import as_image
from export.displayed import Displayed, displayed, spread_names
from export.geography import Geography
from export.map_sheet import Sheet, map_sheet, unit_names
from export.reading import Reading
from export.wording import TREATMENT_TEXT, counted, counted_sentence
from geo.cells import Cells, to_text
from geo.precision import Fate, Treatment
from geo.view import AREA_RESOLUTION, DISTRICT_RESOLUTION, LayerName, View
from layers.camera import Camera
from layers.cells import number_text
from layers.drawing import Drawing, Swatch
from layers.svg_renderer import svg

ORDER: Final = (Treatment.PLACED, Treatment.SPREAD, Treatment.AS_CODED)
CELLS: Final = 4
"""Resolution of the cells compared where the Map shows provinces: those hold area counts whole."""
TOP: Final = 5
MOST_FLAGGED: Final = 12

WHY = (
    (
        "Kept apart:",
        (
            "what every number and every finding here is made from. A cell holds an incident only if its place is "
            "known exactly enough. What is known to a province is a number beside the cells. Nothing is dropped: "
            "cells, areas and what is left out add up to what was reported."
        ),
    ),
    (
        "Spread over the area:",
        (
            "that number is shared over all cells of the province: by where people live where a population is loaded, "
            "else by their size. It fills the map without inventing a "
            "hot spot, but it says of no cell that something happened there: such cells are hatched, and no test reads "
            "them."
        ),
    ),
    (
        "As coded:",
        (
            "each record stands at the coordinates its source wrote, as most tools show it. A source that knows only "
            "the province still writes a point: its middle, or its capital. Many such records on one point look like a "
            "hot spot. Cells where that may be so are outlined."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One treatment: its name, its picture as HTML, its sheet."""

    treatment: Treatment
    title: str
    picture: str
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the page shows: three panels, a table of totals, one of ranks, and the cells flagged with the reason."""

    panels: tuple[Panel, ...]
    totals: tuple[tuple[str, ...], ...]
    ranks: tuple[tuple[str, ...], ...]
    flagged: tuple[tuple[str, str], ...]
    more_flagged: int


def asked(view: View) -> dict[Treatment, View]:
    """Return the view under each treatment, in cells, with nothing on the map but cells and areas."""
    size = view.resolution if view.resolution not in {AREA_RESOLUTION, DISTRICT_RESOLUTION} else CELLS
    plain = replace(view, resolution=size, layers=(LayerName.AREAS, LayerName.CELLS), selected="")
    return {treatment: replace(plain, treatment=treatment) for treatment in ORDER}


def compare(readings: dict[Treatment, Reading], holdings: Holdings, geography: Geography, camera: Camera) -> Comparison:
    """Return the comparison of one view read under each treatment, on one camera and with one set of classes."""
    names = {one: unit_names(reading.placed.lattice, geography) for one, reading in readings.items()}
    shown = {one: displayed(reading, geography, holdings.population) for one, reading in readings.items()}
    panels = []
    for one, reading in readings.items():
        sheet = map_sheet(reading, holdings, geography, camera, names[one])
        alt = f"Map, {TREATMENT_TEXT[one]}. {counted_sentence(reading.tally, reading.window)}"
        picture = as_image(svg(sheet.drawings, camera), alt, css="max-width:100%;height:auto;display:block")
        panels.append(Panel(one, TREATMENT_TEXT[one], picture, sheet))
    flagged = _flagged(readings[Treatment.AS_CODED], holdings, names[Treatment.AS_CODED])
    return Comparison(
        tuple(panels),
        totals(readings, shown),
        _ranks(readings, shown, geography, names),
        flagged[:MOST_FLAGGED],
        max(len(flagged) - MOST_FLAGGED, 0),
    )


def legend(panels: tuple[Panel, ...]) -> tuple[Drawing, ...]:
    """Return the drawings of one legend for all panels: the classes once, then what any panel draws besides."""
    spread, *others = sorted(panels, key=lambda panel: panel.treatment is not Treatment.SPREAD)
    every = [drawing for panel in (spread, *others) for drawing in panel.sheet.for_legend]
    cells = [drawing.legend for drawing in every if drawing.name == LayerName.CELLS and drawing.legend is not None]
    if not cells:
        return tuple(every)
    rest = {row.text: row for one in cells[1:] for row in one.rows if row.swatch is not Swatch.FILL}
    said = {row.text for row in cells[0].rows}
    more = tuple(row for text, row in rest.items() if text not in said)
    joined = Drawing("classes", (), replace(cells[0], rows=(*cells[0].rows, *more)))
    return (joined, *(drawing for drawing in every if drawing.name != LayerName.CELLS))


def totals(readings: dict[Treatment, Reading], shown: dict[Treatment, Displayed]) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table of totals: where every reported incident of the window is, by treatment."""
    columns: list[dict[str, float]] = []
    for one, reading in readings.items():
        tally, window = reading.tally, reading.window
        spread = shown[one].spread
        beside = float(tally.count(Fate.AREA_ONLY, window))
        rest = beside if spread is None else float(spread.rest.sum())
        column = {"Counted in cells": float(tally.count(Fate.PLACED, window))}
        column |= {"Shared to cells from an area": beside - rest, "With an area, beside the cells": rest}
        for fate, sums in tally.excluded(window).items():
            column[f"Left out: {fate.reason}"] = float(sums["incidents"])
        column["Together"] = sum(column.values())
        columns.append(column)
    rows = dict.fromkeys(name for column in columns for name in column if name != "Together")
    return tuple((name, *(number_text(one.get(name, 0.0)) for one in columns)) for name in (*rows, "Together"))


def head(first: str) -> tuple[str, ...]:
    """Return the head of a table with a column for each treatment."""
    return (first, *(TREATMENT_TEXT[one] for one in ORDER))


def more_text(more: int) -> str:
    """Return how many flagged cells are not listed."""
    return f"and {counted(more, 'cell', 'cells')} more" if more else ""


def _amounts(reading: Reading, shown: Displayed) -> tuple[Cells, NDArray[np.float64]]:
    if shown.spread is not None:
        return shown.spread.lattice.units, shown.spread.incidents
    return reading.placed.lattice.units, shown.amounts.incidents


def _ranks(
    readings: dict[Treatment, Reading],
    shown: dict[Treatment, Displayed],
    geography: Geography,
    names: dict[Treatment, tuple[str, ...]],
) -> tuple[tuple[str, ...], ...]:
    """The top cells of each treatment with amount and rank under all; equal amounts share a rank."""
    found = {one: _amounts(reading, shown[one]) for one, reading in readings.items()}
    called: dict[str, str] = {}
    for one in readings:
        said = spread_names(shown[one], names[one], geography)
        called = dict(zip(to_text(found[one][0]), said, strict=True)) | called
    tops = [cells[np.lexsort((cells, -amount))[:TOP]] for cells, amount in found.values()]
    best = np.array(list(dict.fromkeys(cell for column in tops for cell in column.tolist())), dtype=np.uint64)
    columns = [[_rank(cells, amount, cell) for cell in best.tolist()] for cells, amount in found.values()]
    return tuple((called[text], *row) for text, *row in zip(to_text(best), *columns, strict=True))


def _rank(cells: Cells, amount: NDArray[np.float64], cell: int) -> str:
    at = int(np.searchsorted(cells, np.uint64(cell)))
    here = float(amount[at]) if at < len(cells) and cells[at] == cell else 0.0
    return f"{number_text(here)} · rank {1 + int((amount > here + 1e-9).sum()):,}" if here else "none"


def _flagged(reading: Reading, holdings: Holdings, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Name and reason of each cell flagged, the most imprecise records first."""
    found = artefacts_of(reading, holdings)
    if found is None:
        return ()
    flagged = np.flatnonzero(found.flagged)
    order = flagged[np.argsort(-found.imprecise[flagged], kind="stable")]
    sentences = (artefact_sentence(found, unit).partition(": ")[2] for unit in order.tolist())
    return tuple((f"{names[unit]}:", said) for unit, said in zip(order.tolist(), sentences, strict=True))
