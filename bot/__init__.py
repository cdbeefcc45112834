"""From hits to an answer, and the ways to see it: ask, chat, evaluate."""

from bot.bot import Bot
from bot.conversation import Conversation
from bot.datatypes import Answer, Citation
from bot.errors import AccessError, ExportError, QuestionSetError
from bot.evaluation import Question, Report, evaluate, load_questions

__all__ = [
    "AccessError",
    "Answer",
    "Bot",
    "Citation",
    "Conversation",
    "ExportError",
    "Question",
    "QuestionSetError",
    "Report",
    "evaluate",
    "load_questions",
]
