"""A report: the metrics with how sure they are, and a row for each question."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import ReportError
from bot.evaluation.failures import FAILURES
from bot.evaluation.intervals import Interval, intervals, unit
from bot.evaluation.metrics import METRICS, Columns
from bot.evaluation.outcomes import DIGITS, Outcome

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Report:
    """Hold what an exam showed; everything but `questions` and `environment` is computed from them.

    `metrics`, `n` and `intervals` have the contract's keys; a metric that no question has a say
    in is None. `kinds` gives each kind of unanswerable question its `n` and how many were
    `abstained` on, `failures` counts the failed questions by what went wrong. `passages` holds
    the text of every passage that was found, by its id. `partial` says that the exam was broken
    off.
    """

    metrics: Mapping[str, float | None]
    n: Mapping[str, int]
    counts: Mapping[str, int]
    kinds: Mapping[str, Mapping[str, int]]
    failures: Mapping[str, int]
    questions: Sequence[Outcome]
    environment: Mapping[str, Any]
    passages: Mapping[str, str]
    partial: bool = False

    @classmethod
    def of(
        cls,
        outcomes: Sequence[Outcome],
        *,
        of: int,
        passages: Mapping[str, str],
        environment: Mapping[str, Any],
    ) -> Report:
        """Compute the report of outcomes, `of` being how many questions the exam has."""
        columns = Columns.of(outcomes)
        unanswerable = [one for one in outcomes if not one.answerable]
        asked = Counter(one.kind or "not said" for one in unanswerable)
        silent = Counter(one.kind or "not said" for one in unanswerable if not one.answered)
        failed = Counter(one.failure for one in outcomes)
        metrics, sizes = columns.metrics(), columns.sizes()
        return cls(
            metrics={name: _rounded(metrics[name]) for name in METRICS},
            n={name: sizes[name] for name in METRICS},
            counts={
                "questions": of,
                "asked": len(outcomes),
                "answerable": len(outcomes) - len(unanswerable),
                "unanswerable": len(unanswerable),
                "follow_ups": sum(bool(one.history) for one in outcomes),
                "answered": sum(one.answered for one in outcomes),
                "correct": sum(one.correct for one in outcomes),
                "without_relevant_passage": sum(
                    one.answerable and not one.relevant for one in outcomes
                ),
            },
            kinds={kind: {"n": asked[kind], "abstained": silent[kind]} for kind in sorted(asked)},
            failures={name: failed[name] for name in FAILURES},
            questions=tuple(outcomes),
            environment={**environment, "bootstrap_over": unit(outcomes)},
            passages=dict(sorted(passages.items())),
            partial=len(outcomes) < of,
        )

    @cached_property
    def intervals(self) -> Mapping[str, Interval | None]:
        """Return each metric's 95 % interval; see `bot.evaluation.intervals`."""
        return {
            name: found and (round(found[0], DIGITS), round(found[1], DIGITS))
            for name, found in intervals(self.questions).items()
        }

    def to_json(self) -> str:
        """Return the report as JSON text, keys in a fixed order, with a line's end."""
        report = {
            "partial": self.partial,
            "counts": self.counts,
            "metrics": self.metrics,
            "intervals": self.intervals,
            "n": self.n,
            "kinds": self.kinds,
            "failures": self.failures,
            "environment": self.environment,
            "questions": [one.to_row() for one in self.questions],
            "passages": self.passages,
        }
        return json.dumps(report, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, name: str = "the report") -> Report:
        """Read a report back; raise `ReportError` for a text that is none."""
        try:
            data = json.loads(text)
            return cls.of(
                [Outcome.from_row(row) for row in data["questions"]],
                of=data["counts"]["questions"],
                passages=data["passages"],
                environment=data["environment"],
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ReportError(
                f"{name}: not a report of this version; make one with `meetingbot evaluate --json`"
            ) from None

    def __str__(self) -> str:
        """Return the tables as plain text."""
        from bot.evaluation.tables import plain

        return plain(self.__rich__())

    def __rich__(self) -> RenderableType:
        """Return the tables as rich prints them."""
        from bot.evaluation.tables import report_tables

        return report_tables(self)

    def failed(self) -> Iterator[Outcome]:
        """Yield the questions that were not answered as they should have been."""
        return (one for one in self.questions if not one.correct)


def load_report(path: str | Path) -> Report:
    """Read a report that `--json` wrote; raise `ReportError` saying why it cannot be."""
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ReportError(f"{path}: cannot be read ({reason.lower()}); give a report") from None
    return Report.from_json(text, str(path))


def write(path: str | Path, text: str) -> None:
    """Write a file whole or not at all, through links; raise `ReportError` if it cannot be."""
    with _beside(Path(path)) as scratch:
        scratch.write_text(text, "utf-8", newline="\n")
        scratch.replace(Path(path).resolve())


def check_writable(path: str | Path) -> None:
    """Raise `ReportError` if a file cannot be written; what is there stays as it is."""
    with _beside(Path(path)) as scratch:
        scratch.touch()


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield the name of a file beside a path, whose folder is made; it is gone at the end."""
    if path.is_dir():
        raise ReportError(f"{path}: is a folder; name a file")
    if path.exists() and not path.is_file():
        # A file would take the place of a device or a pipe.
        raise ReportError(f"{path}: is a device or a pipe; name a file")
    real = path.resolve()
    scratch = real.with_name(f".{real.name}.part")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        yield scratch
    except OSError as error:
        raise ReportError(f"{path}: cannot be written ({(error.strerror or '').lower()})") from None
    finally:
        with suppress(OSError):
            scratch.unlink()


def _rounded(value: float) -> float | None:
    return None if isnan(value) else round(value, DIGITS)
