"""From arrays to Arrow columns: dates, texts that repeat, codes with their words."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def dates(days: NDArray[np.integer]) -> pa.Array:
    """Return day numbers as dates."""
    return pa.array(days.astype(np.int32), type=pa.int32()).cast(pa.date32())


def texts(values: NDArray[np.object_]) -> pa.Array:
    """Return texts (None is missing) as a dictionary column."""
    return pa.array(values, type=pa.string()).dictionary_encode()


def labels(codes: NDArray[np.integer], words: list[str]) -> pa.Array:
    """Return the word of each code as a dictionary column."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words))
