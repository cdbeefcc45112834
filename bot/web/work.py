"""Do something long beside, so that its progress can be shown and it can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from threading import Thread, main_thread
from time import monotonic
from typing import Generic, TypeVar

from bot.web.busy import ANSWERING
from embeddings.encoder import Progress

Result = TypeVar("Result")

# Often enough to look alive, seldom enough not to slow the work down.
SECONDS_BETWEEN_LOOKS = 0.15
# Work that gives way rests so many times as long as it worked, while anybody waits for an answer. A
# lower priority would not do: a thread that holds Python's lock and is not run holds up the others.
RESTS = 3


class Work(Generic[Result]):
    """Run `job`, which is given a callback (done, of), in a thread of its own, at once.

    Who no longer looks on stops it, and so does the program's end, which would abort native code,
    and waits: it ends when it next tells how far it is, and there, if it `gives_way`, lets
    questions pass.
    """

    def __init__(self, job: Callable[[Progress], Result], *, gives_way: bool = False) -> None:
        """Start the job."""
        self._gives_way = gives_way
        self._rested = monotonic()
        self.progress = (0, 0)  # (done, of); (0, 0) means not yet known
        self._stopped = False
        self._future: Future[Result] = Future()
        Thread(target=self._run, args=(job,)).start()

    def _run(self, job: Callable[[Progress], Result]) -> None:
        try:
            self._future.set_result(job(self._note))
        except BaseException as error:
            self._future.set_exception(error)

    def _note(self, done: int, of: int) -> None:
        if self._stopped or not main_thread().is_alive():
            raise StoppedError
        self.progress = (done, of)
        if self._gives_way:
            ANSWERING.give_way(RESTS * (monotonic() - self._rested))
            self._rested = monotonic()

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield (done, of) now and then until the job has ended."""
        try:
            yield self.progress
            while wait([self._future], timeout=SECONDS_BETWEEN_LOOKS).not_done:
                yield self.progress
        except GeneratorExit:
            self.stop()
            raise

    def stop(self) -> None:
        """End the job when it next tells how far it is; `result` then raises `StoppedError`."""
        self._stopped = True

    def result(self) -> Result:
        """Return what the job returned, or raise what it raised."""
        return self._future.result()


class StoppedError(Exception):
    """End a job that nobody waits for."""
