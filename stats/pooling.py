"""Pooling over a disk where coverage differs: only units that were looked at equally long are added up.

A sum of counts is binomial between two windows only where every summand had the same share of its exposure in the
recent one; a neighbour beyond a border that the source began to cover last month would else look like a rise.
"""

from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from geo.neighbours import Neighbours


def alike(near: Neighbours, key: NDArray[Any]) -> Neighbours:
    """Return `near` without the pairs whose `key` (units,) differs; each unit stays its own neighbour."""
    if not len(key) or (key == key[0]).all():
        return near
    matrix = near.matrix
    rows = np.repeat(np.arange(len(key)), near.degree)
    same = key[rows] == key[matrix.indices]
    columns = matrix.indices[same]
    kept = scipy.sparse.coo_array((matrix.data[same], (rows[same], columns)), shape=matrix.shape)
    return Neighbours(kept.tocsr())
