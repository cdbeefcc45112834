"""Do something long beside, so that its progress can be shown while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Generic, TypeVar

from embeddings.encoder import Progress

Result = TypeVar("Result")

# Often enough to look alive, seldom enough not to slow the work down.
SECONDS_BETWEEN_LOOKS = 0.15


class Work(Generic[Result]):
    """Run `job`, which is given a callback (done, of), in a thread of its own, at once."""

    def __init__(self, job: Callable[[Progress], Result]) -> None:
        """Start the job."""
        self._progress = (0, 0)
        pool = ThreadPoolExecutor(max_workers=1)
        self._future = pool.submit(job, self._note)
        pool.shutdown(wait=False)

    def _note(self, done: int, of: int) -> None:
        self._progress = (done, of)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield (done, of) now and then until the job has ended; (0, 0) means not yet known."""
        yield self._progress
        while wait([self._future], timeout=SECONDS_BETWEEN_LOOKS).not_done:
            yield self._progress

    def result(self) -> Result:
        """Return what the job returned, or raise what it raised."""
        return self._future.result()
