"""From a file of any accepted format to batches of text columns with row numbers: what sources read."""

from pathlib import Path

from data.readers.delimited import Delimited
from data.readers.json_records import JsonRecords, is_json
from data.readers.opened import Opened
from data.readers.parquet import Parquet
from data.readers.raster import Raster, is_raster
from data.readers.workbook import Workbook, is_workbook
from data.readers.zipped import Zipped
from geo.errors import FileRefused

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PARQUET = b"PAR1"
_PAGE = (b"<!doctype", b"<html", b"<?xml", b"<head")
_LOOKED_AT = 64


def open_table(path: Path) -> Opened:
    """Return a table of text for a file by its bytes: delimited text, plain, gzipped or zipped, .xlsx, Parquet, JSON.

    Raises `FileRefused` for anything else.
    """
    if not path.is_file():
        raise FileRefused(f"{path.name} is not a file.", remedy="Check the name.")
    with path.open("rb") as file:
        magic = file.read(_LOOKED_AT)
    if not magic:
        raise FileRefused(f"{path.name} is empty.", remedy="Download it again.")
    if magic.startswith(_ZIP):
        return Workbook(path) if is_workbook(path) else Zipped(path)
    if magic.startswith(_PARQUET):
        return Parquet(path)
    if is_raster(magic):
        return Raster(path)
    if magic.startswith(_OLD_EXCEL):
        raise FileRefused(f"{path.name} is a workbook of an old Excel.", remedy="Save it as .xlsx or CSV.")
    if magic.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE):
        raise FileRefused(
            f"{path.name} is a web page, not data: {magic[:40].decode('latin-1').strip()!r}.",
            remedy="The site may have asked for a login or an agreement: open it in a browser and download again.",
        )
    if is_json(path):
        return JsonRecords(path)
    return Delimited(path)
