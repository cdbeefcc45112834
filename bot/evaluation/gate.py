"""Gates for CI: a metric below its limit, or too much worse than in a baseline, fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from bot.errors import ReportError
from bot.evaluation.compare import Comparison
from bot.evaluation.metrics import LOWER_IS_BETTER, METRICS
from bot.evaluation.report import Report
from bot.evaluation.tables import number

# Without an answer of the bot there is nothing that they measure.
NEEDS_AN_ANSWER = ("answer_chars", "citation_precision")


@dataclass(frozen=True, slots=True)
class Limit:
    """A metric and a number: the least value that passes, or the most that it may get worse.

    Of a metric that is better when lower (`ece`, `answer_chars`, `seconds_*`) it is the greatest
    value that passes.
    """

    metric: str
    value: float


def parse_limit(text: str) -> Limit:
    """Read "METRIC=VALUE"; raise `ReportError` for an unknown metric or what is no number."""
    metric, sign, value = (part.strip() for part in text.partition("="))
    if metric not in METRICS:
        raise ReportError(f"{text}: no metric {metric!r}; there are {', '.join(METRICS)}")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not sign or not isfinite(number):
        raise ReportError(f"{text}: write a number behind the metric, as in {metric}=0.5")
    return Limit(metric, number)


def check(
    report: Report,
    *,
    under: Iterable[Limit] = (),
    comparison: Comparison | None = None,
    drop: Iterable[Limit] = (),
) -> list[str]:
    """Return a line for each limit that is missed, and one if the report is partial.

    `under` holds the least values that pass, `drop` how much worse than the baseline of
    `comparison` a metric may be, on the questions that both have. A metric that is undefined misses
    its limit. A value is taken as it is or as the tables show it, whichever passes. Raises
    `ReportError` for `drop` without a comparison.
    """
    drop = list(drop)
    if drop and comparison is None:
        raise ReportError(
            "a drop is measured against a baseline: give one with --baseline OLD.json"
        )
    failures = [line for limit in under if (line := _too_low(report, limit))]
    if comparison is not None:
        failures += [line for limit in drop if (line := _dropped(comparison, limit))]
    counts = report.counts
    if report.partial:
        failures.append(f"only {counts['asked']} of {counts['questions']} questions were asked")
    return failures


def _too_low(report: Report, limit: Limit) -> str:
    value = report.metrics[limit.metric]
    if value is None:
        return _undefined(limit, report)
    low, high = sorted((value, float(number(limit.metric, value))))
    if limit.metric in LOWER_IS_BETTER:
        missed, side = low > limit.value, "above"
    else:
        missed, side = high < limit.value, "under"
    return f"{limit.metric} is {value:.4g}, {side} the limit of {limit.value:g}" if missed else ""


def _dropped(comparison: Comparison, limit: Limit) -> str:
    change = comparison.changes[limit.metric]
    if change.difference is None:
        if change.after is None:
            return _undefined(limit, comparison.after)
        return f"{_undefined(limit, comparison.before)} (in the baseline)"
    worse = change.difference if limit.metric in LOWER_IS_BETTER else -change.difference
    if worse <= limit.value:
        return ""
    return (
        f"{limit.metric} went from {change.before:.4g} to {change.after:.4g}, worse by {worse:.4g}:"
        f" more than {limit.value:g}"
    )


def _undefined(limit: Limit, report: Report) -> str:
    """Say whether the bot left nothing to measure, or the set asks for nothing of the kind."""
    why = "no question has a say in it; drop this gate"
    if report.counts["asked"]:
        if limit.metric in NEEDS_AN_ANSWER:
            why = "it answered nothing" if not report.counts["answered"] else "it cited nothing"
        elif limit.metric == "abstention_precision" and report.counts["unanswerable"]:
            why = "it was never silent"
    return f"{limit.metric}: undefined, as {why}"
