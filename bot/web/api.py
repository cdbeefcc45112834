"""Answer programs and agents: `/ask` and `/search`, the same JSON as the command line prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.events import api

from bot.bot import Bot
from bot.datatypes import hit_as_dict
from bot.web.busy import ANSWERING, Line
from bot.web.troubles import tell
from bot.web.watch import note
from embeddings.errors import MeetingbotError, QuestionError
from embeddings.query import check_question

# Who wants more than this wants the documents, not a search or a conversation.
MOST_PASSAGES = 100
MOST_HISTORY = 20


def add_api(bot: Bot, line: Line) -> None:
    """Add the endpoints to the app that is being built; all else of it stays private."""

    def ask(
        question: str, documents: list[str] | None = None, history: list[str] | None = None
    ) -> dict[str, Any]:
        """Answer a question from the meeting records with exact quotes, or say they are silent.

        Where answered is false the records do not say: hits are the closest passages, no answer.

        Args:
            question: What to ask, in at most 1,000 characters.
            documents: Ids of the documents to keep to; all of them by default.
            history: Earlier questions, oldest first, at most 20, so that a follow-up is understood.
        """
        with _refusals(), ANSWERING.one(), line.turn():
            asked = [*(_texts(history, "history") or ()), question]
            if len(asked) > MOST_HISTORY + 1:
                raise QuestionError(f"the history is too long: give the last {MOST_HISTORY}")
            for one in asked:
                check_question(one)
            chat = bot.chat(_texts(documents, "documents"))
            answer = [chat.ask(one) for one in asked][-1]
            note(answer)
            return answer.as_dict()

    def search(
        question: str, documents: list[str] | None = None, k: int = 5
    ) -> list[dict[str, Any]]:
        """List the passages of the meeting records that are nearest to a question, best first.

        Args:
            question: What to look for, in at most 1,000 characters.
            documents: Ids of the documents to keep to; all of them by default.
            k: How many passages to return, from 1 to 100.
        """
        with _refusals(), ANSWERING.one(), line.turn():
            if type(k) is not int or not 1 <= k <= MOST_PASSAGES:
                raise QuestionError(f"k is {k!r}: give a whole number from 1 to {MOST_PASSAGES}")
            check_question(question)
            only = _texts(documents, "documents")
            return [hit_as_dict(hit) for hit in bot.retriever.search(question, k, documents=only)]

    for endpoint in (ask, search):
        api(
            endpoint,
            api_name=endpoint.__name__,
            # The queue takes in only who has logged in, and Gradio's own MCP server has not.
            queue=False,
        )


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell the caller what is wrong; of other errors Gradio tells nothing."""
    try:
        yield
    except MeetingbotError as error:
        raise gr.Error(tell(error), print_exception=False) from error


def _texts(value: Any, name: str) -> list[str] | None:
    if value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        return value
    raise QuestionError(f"{name} is not a list of texts")
