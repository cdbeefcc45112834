"""Draw reports as tables; rich is imported only when something is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.evaluation.intervals import Interval
from bot.evaluation.metrics import ABSTENTION, ANSWERS, COST, RETRIEVAL

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from bot.evaluation.compare import Comparison
    from bot.evaluation.report import Report

GROUPS = (
    ("Retrieval", tuple(RETRIEVAL)),
    ("Answers", ANSWERS),
    ("Abstention", ABSTENTION),
    ("Cost", COST),
)
ABLATED = ("success@1", "success@5", "mrr@10", "answer_hit", "coverage", "auroc")
UNDEFINED = "\N{EN DASH}"
WIDTH = 100
MOST_FAILURES_LISTED = 8


def number(name: str, value: float | None) -> str:
    """Write a metric's value: a share with three decimals, a length whole, undefined a dash."""
    if value is None:
        return UNDEFINED
    return f"{value:.0f}" if name == "answer_chars" else f"{value:.3f}"


def interval(name: str, found: Interval | None) -> str:
    """Write an interval: "0.813-0.930"."""
    if found is None:
        return UNDEFINED
    low, high = found
    return f"{number(name, low)}-{number(name, high)}"


def headline(report: Report) -> str:
    """Say in a line what was asked, and whether all of it was."""
    counts = report.counts
    asked = f"{counts['asked']} questions"
    if report.partial:
        asked = f"PARTIAL: {counts['asked']} of {counts['questions']} questions"
    name = report.environment.get("dataset", {}).get("name", "")
    known = report.environment.get("passages") is not None  # else only what was found is
    unfindable = counts["without_relevant_passage"] if known else 0
    return (
        f"{name + ': ' if name else ''}{asked}, {counts['answerable']} answerable,"
        f" {counts['unanswerable']} not, {counts['follow_ups']} follow-ups;"
        f" {counts['correct']} right"
        + (f"; {unfindable} whose evidence no passage holds" if unfindable else "")
    )


def new_table(title: str, columns: Sequence[str]) -> Table:
    """Return an empty table whose first column is words and whose others are numbers."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold")
    return table


def add_row(table: Table, *cells: str, last: bool = False) -> None:
    """Add a row of texts as they are: brackets in an id are no markup."""
    from bot.printing import as_text

    table.add_row(*map(as_text, cells), end_section=last)


def report_tables(report: Report) -> RenderableType:
    """Return a report's metrics, its abstention by kind, and its failures by class."""
    from rich.console import Group

    from bot.printing import as_text

    parts: list[RenderableType] = [
        as_text(headline(report), style="bold red" if report.partial else "bold")
    ]
    over = report.environment.get("bootstrap_over", "questions")
    metrics = new_table("", ["Metric", "Value", f"95 % interval (over {over})", "n"])
    for _, names in GROUPS:
        for name in names:
            add_row(
                metrics,
                name,
                number(name, report.metrics[name]),
                interval(name, report.intervals[name]),
                str(report.n[name]),
                last=name == names[-1],
            )
    parts.append(metrics)
    if report.kinds:
        kinds = new_table("Unanswerable questions", ["Kind", "Abstained", "n"])
        for kind, found in report.kinds.items():
            add_row(kinds, kind, str(found["abstained"]), str(found["n"]))
        parts.append(kinds)
    if any(report.failures.values()):
        failures = new_table("Failed questions", ["What went wrong", "n", "Questions"])
        for name, count in report.failures.items():
            ids = [one.id for one in report.failed() if one.failure == name]
            more = f" +{count - MOST_FAILURES_LISTED}" if count > MOST_FAILURES_LISTED else ""
            add_row(failures, name, str(count), " ".join(ids[:MOST_FAILURES_LISTED]) + more)
        failures.columns[-1].justify = "left"
        parts.append(failures)
    return Group(*parts)


def plain(renderable: RenderableType) -> str:
    """Return what rich would print, without colours, at a fixed width."""
    from rich.console import Console

    console = Console(width=WIDTH, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def comparison_tables(comparison: Comparison) -> RenderableType:
    """Return each metric's change, and every question that flipped with what was said."""
    from rich.console import Group

    from bot.printing import as_text

    over = comparison.after.environment.get("bootstrap_over", "questions")
    changes = new_table(
        f"Against the baseline, on {comparison.after.counts['asked']} shared questions"
        f" (intervals: paired, over {over})",
        ["Metric", "Before", "Now", "Change", "95 % interval", ""],
    )
    for _, names in GROUPS:
        for name in names:
            one = comparison.changes[name]
            add_row(
                changes,
                name,
                number(name, one.before),
                number(name, one.after),
                signed(name, one.difference),
                ""
                if one.interval is None
                else " to ".join(signed(name, edge) for edge in one.interval),
                "sure" if one.sure else "",
                last=name == names[-1],
            )
    parts: list[RenderableType] = [changes]
    for title, flips in (("Broken", comparison.broken), ("Mended", comparison.mended)):
        parts.append(as_text(f"{title}: {len(flips)}", style="bold"))
        for flip in flips:
            asked = " / ".join((*flip.after.history, flip.after.question))
            parts.append(as_text(f"  {flip.after.id} {asked} [{flip.why}]"))
            parts.append(as_text(f"    before: {flip.before.text}"))
            parts.append(as_text(f"    now:    {flip.after.text}"))
    return Group(*parts, *map(as_text, comparison.remarks))


def signed(name: str, value: float | None) -> str:
    """Write a change with its sign."""
    if value is None:
        return UNDEFINED
    return f"{value:+.0f}" if name == "answer_chars" else f"{value:+.3f}"


def ablation_table(reports: Mapping[str, Report]) -> RenderableType:
    """Return a row of the main metrics for each stage."""
    table = new_table("Each stage by itself", ["Stage", *ABLATED])
    table.padding = (0, 1, 0, 0)  # so that it fits in 80 columns
    for name, report in reports.items():
        partial = " (partial)" if report.partial else ""
        add_row(table, name + partial, *(number(key, report.metrics[key]) for key in ABLATED))
    return table
