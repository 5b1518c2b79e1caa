"""The map that the exercise opens with: every drawing, rendered to the JSON that the browser gets."""

from bench.exercise import holdings, opening_reading
from bench.row import Row
from bench.scale import Scale
from bench.timing import Timing
from export.geography import geography
from export.map_sheet import camera_for, map_sheet, unit_names
from layers.pydeck_renderer import render


def name(scale: Scale) -> str:
    """Return the row's name."""
    del scale
    return "first map sheet ms"


def measure(scale: Scale) -> Row:
    """Place, count, draw and render, with the geography read before and nothing of the view kept between repeats."""
    ground, held = geography(), holdings()

    def once() -> str:
        reading = opening_reading(ground)
        camera = camera_for(reading.view, reading.placed, ground, 1040, 620)
        sheet = map_sheet(reading, held, ground, camera, unit_names(reading.placed.lattice, ground))
        text: str = render(sheet.drawings, sheet.camera).to_json()
        return text

    return Row.of(name(scale), "ms", Timing.of(once, scale.repeats))
