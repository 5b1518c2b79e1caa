"""The exercise for every test of export, and what is held of it."""

import pytest

from data.holdings import Holdings, load
from data.store import Store
from export.geography import Geography
from export.geography import geography as shipped
from export.held import known_on
from export.reading import Reading
from export.rises import Rises
from export.study_areas import EXERCISE_GROUPS
from tests.export import worlds

EAST = EXERCISE_GROUPS[0][1].to_text()


@pytest.fixture(scope="session")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return load(Store(worlds.exercise_home(tmp_path_factory.getbasetemp())), exercise=True)


@pytest.fixture(scope="session")
def geography() -> Geography:
    return shipped()


@pytest.fixture(scope="session")
def east(exercise: Holdings) -> Rises:
    """The rises with which the exercise opens."""
    return worlds.rises(exercise, known_on(exercise), EAST)


@pytest.fixture(scope="session")
def east_reading(exercise: Holdings) -> Reading:
    """The reading with which the Map of the exercise opens."""
    return worlds.reading(exercise, worlds.view(known_on(exercise), place=EAST))
