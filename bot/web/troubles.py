"""Tell visitors what is wrong; where the server's files lie is the operator's business alone."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from html import escape
from typing import Any

import gradio as gr

from bot.errors import BusyError, FeedbackError, QuestionSetError
from embeddings.errors import (
    DocumentError,
    EncoderError,
    MeetingbotError,
    QuestionError,
    StoredIndexError,
)

# What a visitor can cure, and whose words name nothing but what he gave.
_OWN = (BusyError, DocumentError, QuestionError, QuestionSetError)
_WRONG = {
    StoredIndexError: "The record cannot be read",
    EncoderError: "The model cannot be loaded",
    FeedbackError: "This could not be kept",
}
_CURE = "try again later, or tell who runs this server to look into its log"
_log = logging.getLogger(__name__)


def tell(error: MeetingbotError) -> str:
    """Return what a visitor is told of an error; what he cannot cure is logged."""
    if isinstance(error, _OWN):
        return str(error)
    _log.warning("meetingbot: %s", error)
    wrong = (told for kind, told in _WRONG.items() if isinstance(error, kind))
    return f"{next(wrong, 'Something is wrong here')}: {_CURE}"


def telling(event: Callable[..., Any]) -> Callable[..., Any]:
    """Let an event tell what is wrong, too, where it does not do so itself."""
    if inspect.isgeneratorfunction(event):

        @wraps(event)
        def told(*given: Any, **named: Any) -> Iterator[Any]:
            with _told():
                yield from event(*given, **named)

    elif inspect.isasyncgenfunction(event):

        @wraps(event)
        async def told(*given: Any, **named: Any) -> AsyncIterator[Any]:
            with _told():
                async for shown in event(*given, **named):
                    yield shown

    else:

        @wraps(event)
        def told(*given: Any, **named: Any) -> Any:
            with _told():
                return event(*given, **named)

    return told


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except MeetingbotError as error:
        raise gr.Error(escape(tell(error)), print_exception=False) from error
