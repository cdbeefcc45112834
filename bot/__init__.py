"""From hits to an answer, and the ways to see it: ask, chat, evaluate."""

from bot.bot import Bot
from bot.conversation import Conversation
from bot.datatypes import Answer, Citation
from bot.errors import QuestionSetError

__all__ = [
    "Answer",
    "Bot",
    "Citation",
    "Conversation",
    "QuestionSetError",
]
