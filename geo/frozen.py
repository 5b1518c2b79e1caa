"""Read-only arrays: what the values of `geo` are made of."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused

Element = TypeVar("Element", bound=np.generic)


def frozen(values: NDArray[Element]) -> NDArray[Element]:
    """Return `values` as an array that nobody can write to (a view; the memory is shared)."""
    out = values.view()
    out.flags.writeable = False
    return out


def same_length(**columns: NDArray[Any]) -> int:
    """Return the common length of the columns, or raise `ValueRefused` naming the odd one."""
    first = len(next(iter(columns.values())))
    for name, column in columns.items():
        if len(column) != first:
            what = f"columns differ in length: {len(column)} against {first}"
            raise ValueRefused(what, column=name)
    return first
