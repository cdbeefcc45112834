"""Draw a report's figures as SVG; matplotlib is imported only when one is drawn."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.metrics import Floats, calibration
from bot.evaluation.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (4.6, 3.6)
INK, MAIN, ALARM, PALE = "#1f2937", "#1d4ed8", "#b91c1c", "#9ca3af"
TIME_BINS = 30


def reliability(report: Report) -> str:
    """Draw the share of answerable questions against the confidence, in the bins of `ece`."""
    confidence = np.array([one.confidence for one in report.questions])
    truth = np.array([one.answerable for one in report.questions], dtype=bool)
    sizes, confidences, shares = calibration(confidence, truth)
    kept = sizes > 0

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=PALE, linestyle="--", label="as sure as it should be")
        axes.plot(confidences[kept], shares[kept], color=MAIN, linewidth=1)
        axes.scatter(
            confidences[kept],
            shares[kept],
            s=20 + 300 * sizes[kept] / sizes.sum(),
            color=MAIN,
            alpha=0.7,
            label="questions (area: how many)",
        )
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.04))
        axes.set(xlabel="Confidence", ylabel="Share that is answerable")
        axes.legend(loc="lower right", fontsize=8, frameon=False)

    return _svg(draw, "reliability")


def risk_coverage(report: Report) -> str:
    """Draw the risk of answering ever more questions, the most confident first.

    Risk is the share, among the questions answered, that the documents do not answer or for which
    the first passage found is not relevant: that is known of every question, answered or not.
    """
    coverage, risk = risk_by_coverage(report)
    threshold = report.environment.get("threshold")
    confidence = np.array([one.confidence for one in report.questions])
    if threshold is not None:
        answered = float((confidence >= threshold).mean())
        label = f"threshold in use, {threshold:g}"
    else:
        answered = float(np.mean([one.answered for one in report.questions]))
        label = "as many as were answered"

    def draw(axes: Axes) -> None:
        axes.plot(coverage, risk, color=MAIN, drawstyle="steps-post", label="risk")
        axes.axvline(answered, color=ALARM, linestyle="--", linewidth=1.2, label=label)
        axes.set(xlim=(0, 1.02), ylim=(-0.02, 1.02))
        axes.set(
            xlabel="Coverage: share of questions answered", ylabel="Risk: share of those wrong"
        )
        axes.legend(loc="upper left", fontsize=8, frameon=False)

    return _svg(draw, "risk-coverage")


def risk_by_coverage(report: Report) -> tuple[Floats, Floats]:
    """Return the curve's points: one for each confidence that occurs, from the highest."""
    outcomes = sorted(report.questions, key=lambda one: -one.confidence)
    wrong = np.array([not any(hit.relevant for hit in one.hits[:1]) for one in outcomes])
    confidence = np.array([one.confidence for one in outcomes])
    # Equally confident questions come all at once: no order among them is better than another.
    last = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], True))
    kept = np.arange(1, len(outcomes) + 1)
    risk = np.cumsum(wrong) / kept
    return kept[last] / len(outcomes), risk[last]


def times(report: Report) -> str:
    """Draw how long the answers took."""
    seconds = [one.seconds for one in report.questions]

    def draw(axes: Axes) -> None:
        axes.hist(seconds, bins=TIME_BINS, color=MAIN, alpha=0.75)
        for name, color in (("seconds_p50", INK), ("seconds_p95", ALARM)):
            value = report.metrics[name]
            if value is not None:
                label = f"{name.removeprefix('seconds_')}: {value:.3f} s"
                axes.axvline(value, color=color, linestyle="--", linewidth=1.2, label=label)
        axes.set(xlabel="Seconds to answer", ylabel="Questions", xlim=(0, None))
        axes.legend(loc="best", fontsize=8, frameon=False)

    return _svg(draw, "times")


def _svg(draw: Callable[[Axes], None], name: str) -> str:
    """Return a figure as an SVG element: text as text, the same bytes in every run."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif"}):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=9, colors=INK)
        draw(axes)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    # The page sets the width; the view box keeps the proportions. RDF metadata names other sites.
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    return re.sub(r"<metadata>.*?</metadata>", "", svg, count=1, flags=re.DOTALL)
