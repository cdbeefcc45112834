"""Keep the waiting short: so many at a time, so many in line, the rest told when to come back.

What takes long gives way to who waits for an answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from threading import Condition, Lock, Semaphore
from time import monotonic
from typing import Any

from bot.errors import BusyError
from bot.web.watch import BUSY

# How much the last answer counts in the mean.
_NEWEST = 0.1


class Line:
    """Give `at_a_time` threads their turn, while others wait: `longest` of them at most."""

    def __init__(self, *, at_a_time: int, longest: int) -> None:
        """Start with nobody in line."""
        self.waiting = 0
        self._at_a_time, self._longest = at_a_time, longest
        self._places = Semaphore(at_a_time)
        self._lock = Lock()
        self._seconds = 0.1  # that one takes, in the mean

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it until the end; raise `BusyError` if the line is too long."""
        with self._lock:
            if self.waiting >= self._longest:
                BUSY.inc()
                raise BusyError(busy(self.waiting, self._seconds / self._at_a_time))
            self.waiting += 1
        self._places.acquire()
        began = monotonic()
        try:
            with self._lock:
                self.waiting -= 1
            yield
        finally:
            self._places.release()
            with self._lock:
                self._seconds += _NEWEST * (monotonic() - began - self._seconds)


class Answering:
    """Know whether anybody waits for an answer, so that long work can give way."""

    def __init__(self) -> None:
        """Start with nobody who waits."""
        self._waiting = 0
        self._changed = Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Answer somebody until the end."""
        with self._changed:
            self._waiting += 1
        try:
            yield
        finally:
            with self._changed:
                self._waiting -= 1
                self._changed.notify_all()

    def give_way(self, seconds: float) -> None:
        """Rest until nobody waits, for `seconds` at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting, timeout=seconds)


ANSWERING = Answering()


def busy(waiting: int, seconds_each: float) -> str:
    """Say that the line is too long, and for about how long."""
    return f"busy: {waiting} are waiting; try again in {max(1, ceil(waiting * seconds_each))} s"


def tell_when_to_come_back(queue: Any, *, at_a_time: int) -> None:
    """Let Gradio's queue say it so too, instead of its own words without a time.

    Its statistics are switched off: nobody sees them, and after each event they would be counted
    anew over the last 10,000, each with who asked what when.
    """
    queue.ANALYTICS_MAX_EVENTS = 1
    queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    push = queue.push

    async def push_politely(body: Any, request: Any, username: Any) -> Any:
        done = await push(body, request, username)
        if done[2] != "queue_full":
            return done
        BUSY.inc()
        means = [one.avg_time for one in queue.process_time_per_fn.values()]
        # Of what Gradio calls an error its page shows the words.
        return False, busy(len(queue), max(means, default=0.1) / at_a_time).capitalize(), "error"

    queue.push = push_politely
