"""The exercise as the pages read it, in a store of its own."""

import atexit
import tempfile
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from data.exercise.build import build
from data.holdings import Holdings, load
from data.store import Store
from export.geography import Geography, geography
from export.held import known_on
from export.reading import Frame, Reading, coverage_as_known, place_frame, read
from export.study_areas import study_choices
from geo.located import CIVILIAN_HARM
from geo.tally import tally
from geo.view import View

WINDOW = timedelta(weeks=6)


@cache
def holdings() -> Holdings:
    """Return the exercise, built once in a process."""
    folder = tempfile.TemporaryDirectory(prefix="tocsin-bench-")
    atexit.register(folder.cleanup)
    store = Store(Path(folder.name))
    build(store)
    return load(store, exercise=True)


def opening_view() -> View:
    """Return the view that the app opens with: the latest weeks of the first study area."""
    held, ground = holdings(), geography()
    known = known_on(held)
    place = study_choices(held, ground, exercise=True)[0].place
    return View(exercise=True, known=known, first=known - WINDOW + timedelta(days=1), last=known, place=place)


def opening_reading(ground: Geography) -> Reading:
    """Return what that view says, read anew."""
    view, held = opening_view(), holdings()
    on = place_frame(held, ground.areas, Frame.of(view))
    return read(view, on, tally(on, CIVILIAN_HARM), coverage_as_known(held, view.known))


def frames(*resolutions: tuple[int, int]) -> list[Frame]:
    """Return the opening view's frame at each resolution with its ring."""
    frame = Frame.of(opening_view())
    return [replace(frame, resolution=resolution, ring=ring) for resolution, ring in resolutions]
