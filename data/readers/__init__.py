"""From a file of any accepted format to batches of text columns with row numbers: what sources read."""

from pathlib import Path

from data.readers.delimited import Delimited
from data.readers.opened import Opened
from data.readers.workbook import Workbook
from geo.errors import FileRefused

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def open_table(path: Path) -> Opened:
    """Return a table of text for a file: delimited text, the same gzipped, or an Excel workbook (.xlsx), by its bytes.

    Raises `FileRefused` for anything else.
    """
    if not path.is_file():
        raise FileRefused(f"{path.name} is not a file.", remedy="Check the name.")
    with path.open("rb") as file:
        magic = file.read(8)
    if not magic:
        raise FileRefused(f"{path.name} is empty.", remedy="Download it again.")
    if magic.startswith(_ZIP):
        return Workbook(path)
    if magic.startswith(_OLD_EXCEL):
        raise FileRefused(f"{path.name} is a workbook of an old Excel.", remedy="Save it as .xlsx or CSV.")
    return Delimited(path)
