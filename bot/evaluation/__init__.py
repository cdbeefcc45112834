"""Measure a bot against a fixed set of questions, so that a change can be trusted.

Read in this order: `questions`, `evidence`, `run`, `metrics`, `intervals`, `report`; then what is
made of a report: `gate`, `compare`, `export`, `html`, `summary`, `ablation`.
"""

from bot.errors import ReportError
from bot.evaluation.outcomes import Outcome
from bot.evaluation.questions import Evidence, Question, QuestionSet, load_questions
from bot.evaluation.report import Report, load_report
from bot.evaluation.run import evaluate

__all__ = [
    "Evidence",
    "Outcome",
    "Question",
    "QuestionSet",
    "Report",
    "ReportError",
    "evaluate",
    "load_questions",
    "load_report",
]
