"""The errors of asking, evaluating and serving, beside those of `embeddings.errors`.

MeetingbotError
├── AccessError       the chat would be open to strangers, or the file of logins is malformed
├── QuestionSetError  a question set is malformed, or does not fit its documents
└── (the others)      see `embeddings.errors`
"""

from embeddings.errors import MeetingbotError


class AccessError(MeetingbotError):
    """Say why the chat is not served as asked, or what is wrong with the file of logins."""


class QuestionSetError(MeetingbotError):
    """Say which line of a question set is malformed, or which quote is not in its document."""
