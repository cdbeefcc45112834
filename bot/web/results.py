"""Render an exam as HTML: how far it is, what is wrong with it, or what it showed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from bot.evaluation.failures import FAILURES
from bot.evaluation.html import DEFINITIONS
from bot.evaluation.outcomes import Outcome
from bot.evaluation.report import Report
from bot.evaluation.tables import GROUPS, headline, interval, number


def render_running(done: int, of: int) -> str:
    """Return how many questions have been asked; of 0, the set is still being read."""
    value = f' max="{of}" value="{done}"' if of else ""
    said = f"{done} of {of} questions asked" if of else "Reading the questions"
    return (
        f'<div class="running" role="status"><p>{said}</p>'
        f'<progress aria-label="Questions asked"{value}></progress></div>'
    )


def render_waiting() -> str:
    """Return that another visitor's exam comes first."""
    return '<p class="running" role="status">Waiting for a turn</p>'


def render_problem(message: str) -> str:
    """Return why an exam cannot be sat."""
    return f'<p class="problem" role="alert">{escape(message)}</p>'


def render_report(report: Report) -> str:
    """Return the questions that failed, each a button, and the metrics with their intervals."""
    counts = report.counts
    return (
        '<div class="headline" role="status">'
        f"<h2>{counts['correct']} of {counts['asked']} right</h2>"
        f"<p>{escape(headline(report))}</p></div>"
        f"{''.join(_failures(report))}{_metrics(report)}"
    )


def _failures(report: Report) -> Iterator[str]:
    """Yield the failed questions of each class."""
    failed = list(report.failed())
    if failed:
        yield '<h2>Failed questions</h2><p class="hint">A click asks one again in a new chat.</p>'
    for failure in FAILURES:
        own = [one for one in failed if one.failure == failure]
        if own:
            rows = "".join(_failed(one) for one in own)
            yield (
                f'<section><h3>{escape(failure.capitalize())}<span class="n">{len(own)}</span></h3>'
                f'<ul class="failed">{rows}</ul></section>'
            )


def _failed(outcome: Outcome) -> str:
    after = ""
    if outcome.history:
        after = f'<span class="after">after “{escape(" / ".join(outcome.history))}”</span>'
    return (
        f'<li><button type="button" data-question="{escape(outcome.id)}">'
        f"{escape(outcome.question)}{after}</button></li>"
    )


def _metrics(report: Report) -> str:
    groups = "".join(
        f'<tbody><tr><th class="group" colspan="4" scope="rowgroup">{group}</th></tr>'
        f"{''.join(_metric(report, name) for name in names)}</tbody>"
        for group, names in GROUPS
    )
    return (
        "<h2>Metrics</h2><table><thead><tr>"
        '<th scope="col">Metric</th><th scope="col">Value</th>'
        '<th scope="col">95 % interval</th><th scope="col">n</th>'
        f"</tr></thead>{groups}</table>"
    )


def _metric(report: Report, name: str) -> str:
    return (
        f'<tr><th scope="row">{name}<span class="meaning">{escape(DEFINITIONS[name])}</span></th>'
        f"<td>{number(name, report.metrics[name])}</td>"
        f"<td>{interval(name, report.intervals[name])}</td><td>{report.n[name]}</td></tr>"
    )
