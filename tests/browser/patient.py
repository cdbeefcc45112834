"""A bot that answers only once that is allowed."""

import threading

from bot.bot import Bot
from bot.datatypes import Answer
from embeddings.retriever import Retriever


class PatientBot(Bot):
    """Answer only once that is allowed."""

    def __init__(self, retriever: Retriever) -> None:
        super().__init__(retriever)
        self.allowed = threading.Event()
        self.allowed.set()

    def ask(self, question: str, **options: object) -> Answer:
        self.allowed.wait(timeout=20)
        return super().ask(question, **options)  # type: ignore[arg-type]
