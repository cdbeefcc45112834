"""Do at once what several threads ask for one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Batcher(Generic[Asked, Given]):
    """Collect the single calls of several threads into batches.

    A call that finds nobody at work runs at once; those that come meanwhile are the next batch.
    """

    def __init__(self, run: Callable[[Sequence[Asked]], Sequence[Given]], most: int) -> None:
        """Take the function and how many it gets at most."""
        self._run = run
        self._most = most
        self._waiting: deque[tuple[Asked, Future[Given]]] = deque()
        self._working = Lock()

    def __call__(self, asked: Asked) -> Given:
        """Return what the function makes of one; an error in a batch is everybody's in it."""
        own: Future[Given] = Future()
        self._waiting.append((asked, own))
        while not own.done():
            with self._working:
                if not own.done():  # else somebody did it meanwhile
                    self._work()
        return own.result()

    def _work(self) -> None:
        count = min(len(self._waiting), self._most)
        batch = [self._waiting.popleft() for _ in range(count)]
        try:
            for (_, future), given in zip(batch, self._run([one for one, _ in batch]), strict=True):
                future.set_result(given)
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
