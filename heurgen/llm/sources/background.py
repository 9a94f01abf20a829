"""A coroutine that runs in a thread of its own, seen as an iterator from outside."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

Deliver = Callable[[T], None]

_JOIN_SECONDS = 10.0


class _End:
    """Comes last through the queue."""


def iterate_in_thread(work: Callable[[Deliver[T]], Awaitable[None]]) -> Iterator[T]:
    """Yield what the coroutine `work` delivers; it runs on while the caller does other things.

    An exception that ends `work` is raised after everything it delivered was yielded. When the
    iteration is broken off (an exception or Ctrl-C in the caller, `close()`), `work` is cancelled
    and waited for.
    """
    worker = _Worker(work)
    worker.start()
    try:
        while not isinstance(item := worker.arrived.get(), _End):
            yield item
    finally:
        worker.stop()
    if worker.failure is not None:
        raise worker.failure


class _Worker(threading.Thread, Generic[T]):
    def __init__(self, work: Callable[[Deliver[T]], Awaitable[None]]) -> None:
        super().__init__(name="heurgen-requests", daemon=True)
        self.arrived: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        self.failure: BaseException | None = None
        self._work = work
        self._lock = threading.Lock()
        self._stopped = False
        self._cancel: Callable[[], object] | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            pass  # by stop(), whose caller wants nothing more
        except BaseException as error:
            self.failure = error  # raised where the iterator is used
        finally:
            self.arrived.put(_End())

    def stop(self) -> None:
        """Cancel the coroutine, if it is still under way, and wait until it has cleaned up."""
        with self._lock:
            self._stopped = True
            if self._cancel is not None:
                self._cancel()
        self.join(_JOIN_SECONDS)

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(self._work(self.arrived.put))
        with self._lock:
            if self._stopped:
                task.cancel()
            self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        try:
            await task
        finally:
            with self._lock:
                self._cancel = None  # the loop is about to be closed
