"""From hits to an answer, and the ways to see it: ask, chat, evaluate.

Where to look, along the line:

the values             datatypes, errors, packaged: the record that comes with it
a conversation         conversation; followups: a question after others
what to look for       intent
one question           bot: retrieve, read, judge, answer
reading and judging    reader (windows, pieces), answerability, namesakes, voices, logistic
an answer's sentences  extractive, motions, introduced; brief: the short answer in them; yes
beside them            missing, notes
of a meeting as such   meeting
to keep and to check   export, verify, feedback
the surfaces           cli, web, evaluation; printing, progress, suggestions, access, proxies,
                       uploads
"""

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
