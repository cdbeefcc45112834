"""Bots that take their time."""

import threading
from typing import Any

from bot.bot import Bot
from bot.datatypes import Answer
from embeddings.retriever import Retriever

# Seconds to wait for what a test allows: so long that none that passes takes them.
LONGEST = 120


class PatientBot(Bot):
    """Answer only once that is allowed."""

    def __init__(self, retriever: Retriever) -> None:
        super().__init__(retriever)
        self.allowed = threading.Event()
        self.allowed.set()

    def answer(self, *arguments: Any, **options: Any) -> Answer:
        self.allowed.wait(LONGEST)
        return super().answer(*arguments, **options)


class LateBot(Bot):
    """Answer a conversation at once, and what is tried on one document once that is allowed."""

    def __init__(self, retriever: Retriever) -> None:
        super().__init__(retriever)
        self.allowed = threading.Event()

    def ask(self, question: str, **options: Any) -> Answer:
        if "documents" in options:
            self.allowed.wait(LONGEST)
        return super().ask(question, **options)
