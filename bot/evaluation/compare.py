"""Compare two reports on the questions that both have: what changed, how surely, and for which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import ReportError
from bot.evaluation.intervals import Interval, paired_intervals, sure_changes
from bot.evaluation.metrics import METRICS
from bot.evaluation.outcomes import DIGITS, Outcome
from bot.evaluation.questions import Question
from bot.evaluation.report import Report

if TYPE_CHECKING:
    from rich.console import RenderableType

# A hash says nothing to a reader.
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Change:
    """A metric before and after, the 95 % interval of the difference, and whether it is sure."""

    before: float | None
    after: float | None
    difference: float | None
    interval: Interval | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that was answered as it should be in one report but not in the other."""

    before: Outcome
    after: Outcome

    @property
    def why(self) -> str:
        """Name what goes wrong now, or went wrong before."""
        return self.after.failure or self.before.failure


@dataclass(frozen=True)
class Comparison:
    """Hold what changed from `before` to `after`, both cut to the questions that they share.

    `broken` were right before, `mended` are right now. `left_out` counts the questions that only
    one report has; one whose wording or history changed counts as another question. `regraded`
    counts those that are asked as before but marked by other evidence or answers: what changed
    there may be the question set, so they are left out, too.
    """

    before: Report
    after: Report
    changes: Mapping[str, Change]
    broken: Sequence[Flip]
    mended: Sequence[Flip]
    left_out: int
    regraded: int

    @classmethod
    def of(cls, before: Report, after: Report) -> Comparison:
        """Compare two reports; raise `ReportError` when they share no question."""
        check_shared(before, after.questions)
        old = {_key(one): one for one in before.questions}
        same = [Flip(old[_key(one)], one) for one in after.questions if _key(one) in old]
        pairs = [pair for pair in same if _gold(pair.before) == _gold(pair.after)]
        if not pairs:
            raise ReportError(
                "the baseline has other evidence or answers for each of these questions; make a"
                " report on the set as it is now, and compare with that"
            )
        was = _cut(before, [pair.before for pair in pairs])
        now = _cut(after, [pair.after for pair in pairs])
        intervals = paired_intervals(was.questions, now.questions)
        sure = sure_changes(was.questions, now.questions, intervals)
        changes: dict[str, Change] = {}
        for name in METRICS:
            first, second = was.metrics[name], now.metrics[name]
            if first is None or second is None:
                changes[name] = Change(first, second, None, None, sure=False)
            else:
                difference = round(second - first, DIGITS)
                changes[name] = Change(first, second, difference, intervals[name], name in sure)
        return cls(
            before=was,
            after=now,
            changes=changes,
            broken=tuple(one for one in pairs if one.before.correct and not one.after.correct),
            mended=tuple(one for one in pairs if one.after.correct and not one.before.correct),
            left_out=len(before.questions) + len(after.questions) - 2 * len(same),
            regraded=len(same) - len(pairs),
        )

    @property
    def remarks(self) -> list[str]:
        """Say what was not compared, and what else the two were measured with."""
        was, now = self.before.environment, self.after.environment
        differing = [
            _differing(name, was.get(name), now.get(name))
            for name in sorted({*was, *now})
            if was.get(name) != now.get(name)
        ]
        remarks = []
        if self.left_out:
            remarks.append(f"{self.left_out} questions are in one of the reports only.")
        if self.regraded:
            remarks.append(
                f"{self.regraded} questions are left out: their evidence or answers changed."
            )
        if differing:
            remarks.append(f"Other than in the baseline: {'; '.join(differing)}.")
        return remarks

    def __str__(self) -> str:
        """Return the changes and the flipped questions as plain text."""
        from bot.evaluation.tables import plain

        return plain(self.__rich__())

    def __rich__(self) -> RenderableType:
        """Return them as rich prints them."""
        from bot.evaluation.tables import comparison_tables

        return comparison_tables(self)


def check_shared(before: Report, questions: Iterable[Question | Outcome]) -> None:
    """Raise `ReportError` when a report has none of these questions."""
    if {_key(one) for one in before.questions}.isdisjoint(map(_key, questions)):
        raise ReportError("the baseline has none of these questions; give a report on the same set")


def _key(one: Question | Outcome) -> tuple[str, str, tuple[str, ...]]:
    return one.id, one.question, one.history


def _gold(one: Outcome) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return what marks an answer: the quotes, as their places move with the text around them."""
    return frozenset(quote.quote for quote in one.evidence), one.answers


def _differing(name: str, was: Any, now: Any) -> str:
    """Name a fact that differs, with its values if they are short, or the parts that differ."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        parts = (part for part in sorted({*was, *now}) if was.get(part) != now.get(part))
        return f"{name} ({', '.join(parts)})"
    values = f"{was} -> {now}"
    return f"{name} {values}" if len(values) <= LONGEST_SHOWN else name


def _cut(report: Report, outcomes: Sequence[Outcome]) -> Report:
    """Return the report of some of its questions, as partial as it was."""
    return Report.of(
        outcomes,
        of=len(outcomes) + report.counts["questions"] - report.counts["asked"],
        passages=report.passages,
        environment=report.environment,
    )
