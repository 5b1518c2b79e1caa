"""The numbers of other tools in tests/reference, and the synthetic cube that they were made from."""

import json

import h3.api.basic_int as h3
import numpy as np
import pandas as pd

from tests.conftest import ROOT
from tests.stats.building import cube_of

REFERENCE = ROOT / "tests" / "reference"


def table(name):
    return pd.read_csv(REFERENCE / name)


def numbers(name):
    return json.loads((REFERENCE / name).read_text("utf-8"))


def known_cube():
    """The cube of cube.csv with its units in order, and where each cell of the file stands in it."""
    frame = pd.read_csv(REFERENCE / "cube.csv", index_col="cell")
    units = np.array([h3.str_to_int(cell) for cell in frame.index], dtype=np.uint64)
    order = np.argsort(units)
    return cube_of(frame.to_numpy().T[:, order], units=units[order]), np.argsort(order)
