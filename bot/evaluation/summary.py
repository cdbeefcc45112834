"""Write a report as Markdown, for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.evaluation.compare import Comparison, Flip
from bot.evaluation.evidence import clip
from bot.evaluation.metrics import METRICS
from bot.evaluation.outcomes import Outcome
from bot.evaluation.report import Report
from bot.evaluation.tables import headline, interval, number, signed

# A comment has a largest size, and nobody reads on; the HTML report has them all.
MOST_LISTED = 20
LONGEST_QUOTE = 200


def summarise(report: Report, comparison: Comparison | None = None) -> str:
    """Return the metrics, what changed since the baseline, and what failed, as GitHub shows it."""
    return "\n".join(_lines(report, comparison)) + "\n"


def _lines(report: Report, comparison: Comparison | None) -> Iterator[str]:
    yield "### Evaluation"
    yield ""
    yield f"**{_escape(headline(report))}**"
    yield ""
    columns = ["Metric", "Value", "95 % interval", "n"]
    if comparison:
        columns += ["Change", "95 % interval of the change"]
    yield _row(columns)
    yield _row(["---", *["---:"] * (len(columns) - 1)])
    for name in METRICS:
        cells = [name, number(name, report.metrics[name]), interval(name, report.intervals[name])]
        cells.append(str(report.n[name]))
        if comparison:
            change = comparison.changes[name]
            edges = change.interval or ()
            said = signed(name, change.difference)
            cells += [f"**{said}**" if change.sure else said]
            cells += [" to ".join(signed(name, edge) for edge in edges)]
        yield _row(cells)
    yield ""
    for kind, found in report.kinds.items():
        yield f"- Unanswerable, {_escape(kind)}: silent on {found['abstained']} of {found['n']}"
    for name, count in report.failures.items():
        if count:
            yield f"- Failed, {name}: {count}"
    if comparison:
        yield from _flips("Broken since the baseline", comparison.broken)
        yield from _flips("Mended since the baseline", comparison.mended)
        yield from ("", *(f"- {_escape(remark)}" for remark in comparison.remarks))
    yield from _failed(list(report.failed()))


def _flips(title: str, flips: Sequence[Flip]) -> Iterator[str]:
    if flips:
        yield from ("", f"**{title}: {len(flips)}**", "")
    for flip in flips[:MOST_LISTED]:
        yield f"- {_escape(flip.after.id)}: {_asked(flip.after)} ({flip.why})"
        yield f"  - before: {_quoted(flip.before.text)}"
        yield f"  - now: {_quoted(flip.after.text)}"
    yield from _more(flips)


def _failed(failed: Sequence[Outcome]) -> Iterator[str]:
    if not failed:
        return
    yield from ("", f"<details><summary>Failed questions: {len(failed)}</summary>", "")
    for one in failed[:MOST_LISTED]:
        yield f"- {_escape(one.id)}: {_asked(one)} ({one.failure})"
    yield from _more(failed)
    yield from ("", "</details>")


def _more(listed: Sequence[object]) -> Iterator[str]:
    if len(listed) > MOST_LISTED:
        yield f"- and {len(listed) - MOST_LISTED} more"


def _asked(one: Outcome) -> str:
    return _escape(" / ".join((*one.history, one.question)))


def _quoted(text: str) -> str:
    return _escape(clip(text, LONGEST_QUOTE))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escape(text: str) -> str:
    """Write a text so that Markdown shows it as it is, in one line; no one is notified by an @."""
    text = re.sub(r"([\\`*_\[\]#|~$])", r"\\\1", " ".join(text.split()))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("@", "@\N{ZERO WIDTH NON-JOINER}")
