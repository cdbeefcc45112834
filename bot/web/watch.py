"""Let the operator see inside: metrics for Prometheus, and a log of JSON lines.

Neither has a word of a question or a document, unless that is asked for.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timezone
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.datatypes import Answer
from bot.errors import AccessError
from bot.printing import stage_times

QUESTIONS = Counter("meetingbot_questions", "Questions answered, or met with silence", ["answered"])
STAGES = Histogram(
    "meetingbot_stage_seconds",
    "Seconds that a stage of an answer took",
    ["stage"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
WAITING = Gauge("meetingbot_waiting", "Who waits for a turn")
BUSY = Counter("meetingbot_busy", "Who was told to come back later")

_log = logging.getLogger("meetingbot")


def note(answer: Answer) -> None:
    """Count an answer that was given to somebody, and log it."""
    QUESTIONS.labels("yes" if answer.answered else "no").inc()
    for stage, seconds in answer.stages.items():
        STAGES.labels(stage).observe(seconds)
    fields = {
        "answered": answer.answered,
        "confidence": round(answer.confidence, 3),
        "citations": len(answer.citations),
        "seconds": round(answer.seconds, 4),
        "stages": {stage: round(seconds, 4) for stage, seconds in answer.stages.items()},
    }
    _log.info(stage_times(answer), extra={"fields": fields, "question": answer.question})


def log_to(path: Path, *, questions: bool) -> None:
    """Append a JSON line for each answer to a file, the question in it if that is asked for.

    Raises `AccessError` when it cannot be written.
    """
    try:
        handler = _Log(path, encoding="utf-8")
    except OSError as error:
        reason = error.strerror
        raise AccessError(f"{path}: cannot be written ({reason}); name another --log") from error
    handler.setFormatter(_JsonLines(questions))
    _listen(handler)


def tell_times() -> None:
    """Print where the time of each answer went, on standard error."""
    _listen(logging.StreamHandler())


def _listen(handler: logging.Handler) -> None:
    _log.setLevel(logging.INFO)
    _log.propagate = False
    _log.addHandler(handler)


class _Log(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """Say that a line could not be written; it is kept for when there is room."""
        error = sys.exc_info()[1]
        reason = error.strerror if isinstance(error, OSError) else repr(error)
        sys.stderr.write(f"meetingbot: {self.baseFilename}: cannot be written ({reason})\n")


class _JsonLines(logging.Formatter):
    def __init__(self, questions: bool) -> None:
        super().__init__()
        self.questions = questions

    def format(self, record: logging.LogRecord) -> str:
        """Return what happened as an object."""
        time = datetime.fromtimestamp(record.created, timezone.utc)
        line = {"time": time.isoformat(timespec="milliseconds"), "event": "answer"}
        line |= record.__dict__["fields"]
        if self.questions:
            line["question"] = record.__dict__["question"]
        return json.dumps(line, ensure_ascii=False)


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


ROUTES = (Route("/healthz", _health), Route("/metrics", _metrics))
