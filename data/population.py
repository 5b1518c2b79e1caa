"""The population that is held: what users loaded, a newer file's places instead of an older's."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import geodata
from data.population_draft import MEASURE
from geo.cells import NO_CELL
from geo.population import Population


def population_held(observations: pa.Table) -> Population | None:
    """Return the people of the observations (newest snapshot first, as holdings are), None where none are held."""
    rows = observations.filter((pc.field("measure") == MEASURE) & pc.is_valid(pc.field("value")))
    if not rows.num_rows:
        return None
    codes = pa.array(geodata.admin1("fine").codes.astype(str).tolist())
    cell = rows["cell"].to_numpy()
    area = pc.fill_null(pc.index_in(rows["area"].cast(pa.string()), codes), -1).to_numpy().astype(np.int32)
    place = np.where(cell == NO_CELL, area.astype(np.uint64), cell)
    first = np.sort(np.unique(place, return_index=True)[1])
    return Population(cell[first], area[first], rows["value"].to_numpy()[first])
