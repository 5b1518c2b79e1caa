"""Text cut into blocks of whole rows, in buffers that are used again."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from data.readers.split import PAD, Bytes, padded, skipped, whole_rows

SIZE: Final = 4 << 20
"""Bytes of a block: large enough that the work on it outweighs the work around it."""
MOST: Final = 64 << 20
"""Bytes that a row may have; where one is longer a quote was never closed."""


class Readable(Protocol):
    """What bytes are read from."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a buffer and return how much of it, 0 at the end."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows: the first `size` bytes of `text`, which is padded; `done` of `of` bytes of the file were read."""

    text: Bytes
    size: int
    free: SimpleQueue[Bytes]
    done: int = 0
    of: int = 0

    def release(self) -> None:
        """Let the buffer be used again: nothing may look at it any more."""
        self.free.put(self.text)


def cut(source: Readable, skip: int) -> Iterator[Block | None]:  # noqa: C901 - one loop over what is read
    """Yield blocks of whole rows after the first `skip` rows; None where a row does not end within `MOST` bytes."""
    free: SimpleQueue[Bytes] = SimpleQueue()
    text, held, ended = padded(SIZE), 0, False
    first = True
    while not ended:
        room = text.data[held : len(text) - PAD]
        got = source.readinto(room) or 0
        held += got
        if not got:
            ended = True
            if held and text[held - 1] != ord("\n"):
                text[held] = ord("\n")  # there is room: the padding
                held += 1
        elif held < len(text) - PAD and held < SIZE:
            continue
        begin = 0
        if first:
            begin = _begin(text, held, skip)
            if begin < 0:
                return
            first = False
        text[held : held + PAD] = 0
        size = whole_rows(text, held)
        if size > begin:
            rest = held - size
            following = _buffer(free, max(SIZE, rest + SIZE // 2))
            following[:rest] = text[size:held]
            if begin:
                text[: size - begin] = text[begin:size].copy()
            text[size - begin : size - begin + PAD] = 0
            yield Block(text, size - begin, free)
            text, held = following, rest
        elif ended:
            if held > begin:
                yield None
        elif len(text) < MOST:
            longer = padded(2 * len(text))
            longer[: held - begin] = text[begin:held]
            text, held = longer, held - begin
        else:
            yield None
            return


def _begin(text: Bytes, held: int, skip: int) -> int:
    """Return where the rows begin: behind a byte order mark and the first `skip` rows."""
    mark = len(codecs.BOM_UTF8) if text[:3].tobytes() == codecs.BOM_UTF8 else 0
    return mark + skipped(text[mark:], held - mark, skip)


def _buffer(free: "SimpleQueue[Bytes]", size: int) -> Bytes:
    try:
        found = free.get_nowait()
    except Empty:
        return padded(size)
    return found if len(found) >= size + PAD else padded(size)
