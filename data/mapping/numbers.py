"""Numbers as people write them: decimal points or commas, thousands apart, digits of other scripts."""

from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Decimal = Literal[".", ","]

BLANK: Final = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "none", "n.a.", "n.d.", "nd", "s/d", "k.a.", ".."})
"""What people write where there is nothing: missing, never zero."""

_SPACES: Final = r"[\s\x{00A0}\x{202F}\x{2009}']"
_PLAIN: Final = r"^[+-]?([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
_GROUPED: Final = {".": r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$", ",": r"^[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?$"}
_DIGITS: Final = tuple(str.maketrans(script, "0123456789") for script in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"))
_MINUS: Final = "\u2212"


def blank(text: pa.Array) -> NDArray[np.bool_]:
    """Return where nothing is written, or a word for nothing."""
    words = pc.utf8_lower(pc.fill_null(text, ""))
    found: NDArray[np.bool_] = pc.is_in(words, pa.array(sorted(BLANK))).to_numpy(zero_copy_only=False)
    return found


def words_of(text: pa.Array) -> pa.Array:
    """Return words and codes as they are compared: trimmed, lower case, 1.0 as 1."""
    return whole_codes(pc.utf8_lower(pc.utf8_trim_whitespace(text)))


def whole_codes(text: pa.Array) -> pa.Array:
    """Return text with whole numbers that a program wrote as 7.0 as 7."""
    return pc.replace_substring_regex(text, r"^([0-9]+)\.0+$", r"\1")


def western(text: pa.Array) -> pa.Array:
    """Return text with Arabic and Persian digits as 0 to 9."""
    if pc.all(pc.string_is_ascii(pc.fill_null(text, ""))).as_py():
        return text
    for table in _DIGITS:
        for sign, digit in table.items():
            text = pc.replace_substring(text, chr(sign), chr(digit))
    return pc.replace_substring(text, _MINUS, "-")


def numbers(text: pa.Array, decimal: Decimal) -> NDArray[np.float64]:
    """Return text as numbers, NaN where it is none; blanks give NaN as well (`blank` tells them apart).

    With a decimal point `1,234.5` is 1234.5 and `12,5` is no number; with a decimal comma the other way round, and
    `12.5`, whose point parts no thousand, is 12.5.
    """
    coded = text.dictionary_encode() if not pa.types.is_dictionary(text.type) else text
    words = western(pc.utf8_trim_whitespace(coded.dictionary.cast(pa.string())))
    words = pc.replace_substring_regex(words, _SPACES, "")
    grouped = pc.match_substring_regex(words, _GROUPED[decimal])
    thousand = "," if decimal == "." else "."
    words = pc.if_else(grouped, pc.replace_substring(words, thousand, ""), words)
    if decimal == ",":
        words = pc.replace_substring(words, ",", ".")
    plain = pc.match_substring_regex(words, _PLAIN)
    values = pc.if_else(plain, words, pa.scalar(None, pa.string())).cast(pa.float64())
    parsed = np.append(values.to_numpy(zero_copy_only=False).astype(np.float64), np.nan)
    found: NDArray[np.float64] = parsed[coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)]
    return found
