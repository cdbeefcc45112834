"""Measure a bot against a fixed set of questions, so that a change can be trusted.

Where to look, along the line:

a question set     questions; loading: from files of several formats (beir, parsing)
what is expected   evidence; overlap, squad: how far an answer is that
what came of it    grading, outcomes
the exam           run; environment: with what it was measured
its figures        metrics, intervals
a report           report; failures: where each question went wrong
made of reports    gate, compare, ablation, export; tables, plots, html, summary: to be looked at
at the end         command: from the command line; draft: questions from what visitors said
"""

from bot.errors import ReportError
from bot.evaluation.loading import load_questions
from bot.evaluation.outcomes import Outcome
from bot.evaluation.questions import Evidence, Question, QuestionSet
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
