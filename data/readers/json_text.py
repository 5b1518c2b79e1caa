"""JSON as other programs write it: UTF-8 only, no NaN, and refused in words where it cannot be read."""

import json
from typing import NoReturn

from geo.errors import FileRefused


def parsed(name: str, text: bytes, *, what: str, as_written: bool = False) -> object:
    """Return the JSON of a file called `name`; `what` says what it ought to be, such as GeoJSON.

    With `as_written` numbers stay text: the digits are the source's, and none is read as another. Raises `FileRefused`.
    """
    number = str if as_written else None
    try:
        return json.loads(text.decode("utf-8-sig"), parse_int=number, parse_float=number, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise FileRefused(f"{name} is not UTF-8 text.", remedy="Download it again, or save it in UTF-8.") from error
    except RecursionError as error:
        raise FileRefused(f"{name} is nested too deeply to be {what}.", remedy="Export it again.") from error
    except ValueError as error:
        raise FileRefused(f"{name} is cut off or is no {what}: {error}.", remedy="Download it again.") from error


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
