"""The errors of asking, evaluating and serving, beside those of `embeddings.errors`.

MeetingbotError
├── AccessError       the chat cannot be served: logins, address, log, room or a missing package
├── BusyError         too many are waiting for an answer
├── ExportError       a file is not an exported conversation
├── FeedbackError     feedback cannot be kept, or its file cannot be read
├── QuestionSetError  a question set is malformed, or does not fit its documents
├── ReportError       a gate names no metric, a baseline is no report, a file cannot be written
└── (the others)      see `embeddings.errors`
"""

from embeddings.errors import MeetingbotError


class AccessError(MeetingbotError):
    """Say why the chat is not served as asked, or what is wrong with the file of logins."""


class BusyError(MeetingbotError):
    """Say that too many are waiting, and when to try again."""


class ExportError(MeetingbotError):
    """Say that a file is not an exported conversation, or is of another version."""


class FeedbackError(MeetingbotError):
    """Say why feedback cannot be kept, or its file not read."""


class QuestionSetError(MeetingbotError):
    """Say which line of a question set is malformed, or which quote is not in its document."""


class ReportError(MeetingbotError):
    """Say that a gate, a baseline or an output file cannot be used, and why."""
