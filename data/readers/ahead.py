"""Work done ahead or side by side in threads: while one batch is checked the next is read."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_PATIENCE = 0.1


class _Producer(Generic[Item]):
    """A thread that makes items and puts them on a short queue: (True, item), at the end (False, error or None)."""

    def __init__(self, items: Iterable[Item], depth: int) -> None:
        self.made: queue.Queue[tuple[bool, Item | BaseException | None]] = queue.Queue(depth)
        self._items = items
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, whatever is left to make."""
        self._stopped.set()
        self._thread.join()

    def _put(self, entry: tuple[bool, Item | BaseException | None]) -> None:
        while not self._stopped.is_set():
            try:
                self.made.put(entry, timeout=_PATIENCE)
            except queue.Full:
                continue
            return

    def _work(self) -> None:
        try:
            for item in self._items:
                self._put((True, item))
                if self._stopped.is_set():
                    return
            self._put((False, None))
        except BaseException as error:  # noqa: BLE001 - raised again where the items are used
            self._put((False, error))


def ahead(items: Iterable[Item], depth: int = 1) -> Iterator[Item]:
    """Yield `items`, up to `depth` of them made ahead in a thread; an error there is raised here, in its place.

    Useful only where making an item leaves the interpreter's lock, as Arrow does. The thread ends when this ends.
    """
    producer = _Producer(items, depth)
    try:
        while True:
            more, value = producer.made.get()
            if more:
                yield value  # type: ignore[misc]
            elif isinstance(value, BaseException):
                raise value
            else:
                return
    finally:
        producer.stop()


def in_turn(items: Iterable[Item], work: Callable[[Item], Result], workers: int = 1) -> Iterator[Result]:
    """Yield the result of `work` on each item, in their order, worked on in threads of their own.

    At most one item more than there are workers is in work or waits; an error is raised here, in its place. On two
    cores one worker beside whoever uses the results is quickest: two take each other's place in the cache.
    """
    with ThreadPoolExecutor(workers) as pool:
        pending: deque[Future[Result]] = deque()
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) > workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
