"""Coordinates as people write them: decimal degrees, degrees with minutes and a letter, both in one column."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.mapping.numbers import Decimal, numbers, western

Floats = NDArray[np.float64]

LETTERS: Final = {"latitude": ("N", "S"), "longitude": ("E", "W")}
"""Letters of each axis. O is not read: west in Spanish, east in German."""
_MINUTES: Final = "['\u2032\u2019]"
_SECONDS: Final = "(?:[\"\u2033\u201d]|''|\u2032\u2032)"
_ANGLE: Final = (
    r"^(?P<d>[0-9]{1,3}(?:[.,][0-9]+)?)\s*[°º]?\s*(?:(?P<m>[0-9]{1,2}(?:[.,][0-9]+)?)\s*" + _MINUTES + r"\s*)?"
    r"(?:(?P<s>[0-9]{1,2}(?:[.,][0-9]+)?)\s*" + _SECONDS + r"\s*)?(?P<h>[NSEW])$"
)
_PAIR: Final = (
    r"^\s*(?P<point>(?i:point)\s*)?\(?\s*(?P<a>[+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*[,;\s]\s*"
    r"(?P<b>[+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*\)?\s*$"
)
_SIXTY: Final = 60.0


def degrees(text: pa.Array, decimal: Decimal, axis: str) -> Floats:
    """Return a column of latitude or longitude (`axis`) as decimal degrees, NaN where it is none.

    12.5, 12,5 with a decimal comma, and 12°30'15"S with its letter are read; any number is returned, in range or not.
    """
    values = numbers(text, decimal)
    odd = np.flatnonzero(np.isnan(values) & text.is_valid().to_numpy(zero_copy_only=False))
    if not len(odd):
        return values
    coded = text.take(pa.array(odd)).dictionary_encode()
    words = western(pc.utf8_upper(pc.utf8_trim_whitespace(coded.dictionary)))
    found = pc.extract_regex(words, _ANGLE)
    sizes = [_part(found, name) for name in ("d", "m", "s")]
    angle = sizes[0] + np.nan_to_num(sizes[1]) / _SIXTY + np.nan_to_num(sizes[2]) / _SIXTY**2
    letter = pc.struct_field(found, "h")
    positive, negative = LETTERS[axis]
    sign = np.where(_is(letter, negative), -1.0, np.where(_is(letter, positive), 1.0, np.nan))
    fine = (np.nan_to_num(sizes[1]) < _SIXTY) & (np.nan_to_num(sizes[2]) < _SIXTY)
    values = values.copy()
    values[odd] = np.where(fine, sign * angle, np.nan)[coded.indices.to_numpy()]
    return values


def pairs(text: pa.Array) -> tuple[Floats, Floats]:
    """Return latitude and longitude of a column that holds both, NaN where it does not.

    `12.5, 24.1` is latitude first; `POINT (24.1 12.5)`, as WKT has it, longitude first.
    """
    coded = text.dictionary_encode()
    found = pc.extract_regex(western(coded.dictionary), _PAIR)
    first, second = _part(found, "a"), _part(found, "b")
    wkt = pc.greater(pc.utf8_length(pc.fill_null(pc.struct_field(found, "point"), "")), 0)
    turned = wkt.to_numpy(zero_copy_only=False).astype(bool)
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    lat = np.append(np.where(turned, second, first), np.nan)
    lng = np.append(np.where(turned, first, second), np.nan)
    return lat[codes], lng[codes]


def _part(found: pa.Array, name: str) -> Floats:
    part = pc.replace_substring(pc.struct_field(found, name), ",", ".")
    part = pc.if_else(pc.equal(part, ""), pa.scalar(None, pa.string()), part)
    out: Floats = part.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return out


def _is(letter: pa.Array, wanted: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.fill_null(pc.equal(letter, wanted), fill_value=False).to_numpy(zero_copy_only=False)
    return found
