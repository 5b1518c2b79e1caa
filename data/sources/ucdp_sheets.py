"""The checked rows of a UCDP file in its order: split straight from its bytes, or by Arrow where they are not plain."""

from collections.abc import Iterator
from queue import Empty, SimpleQueue

from data.readers.ahead import ahead, in_turn
from data.readers.blocks import Block
from data.readers.delimited import Delimited
from data.readers.opened import Opened
from data.readers.split import NotPlain
from data.readers.zipped import Zipped
from data.sources.layout import Layout
from data.sources.ucdp_rows import KINDS, Checked, Checks
from data.sources.ucdp_sheet import ScannedSheet, Scanner, TextSheet


def checked_sheets(opened: Opened, layout: Layout, checks: Checks) -> Iterator[tuple[Checked, int, int | None]]:
    """Yield the rows of sheet after sheet, with how far the file has been read (see `Batch`).

    Raises `data.readers.opened.StartAgain` where it must be called again and what it gave is void.
    """
    text = opened.text if isinstance(opened, Zipped) else opened
    if isinstance(text, Delimited) and text.plain:
        yield from _scanned(text, layout, checks)
        return
    for batch in ahead(opened.batches(layout.columns, layout.width, layout.skip)):
        yield checks.check(TextSheet(batch)), batch.done, batch.of


def _scanned(text: Delimited, layout: Layout, checks: Checks) -> Iterator[tuple[Checked, int, int]]:
    idle: SimpleQueue[Scanner] = SimpleQueue()  # one for each worker

    def work(block: Block) -> tuple[Checked, int, int]:
        try:
            scanner = idle.get_nowait()
        except Empty:
            scanner = Scanner(layout.columns, layout.width, text.delimiter, KINDS)
        try:
            checked = checks.check(ScannedSheet(block.text, block.size, scanner))
        except (NotPlain, UnicodeDecodeError) as error:
            raise text.not_plain() from error
        idle.put(scanner)
        block.release()
        return checked, block.done, block.of

    row = layout.skip + 1
    for checked, done, of in in_turn(ahead(text.blocks(layout.skip)), work):
        yield checked.after(row), done, of
        row += checked.read
