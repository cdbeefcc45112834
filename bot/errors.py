"""The errors of asking and evaluating, beside those of `embeddings.errors`.

    MeetingbotError
    ├── QuestionSetError  a question set is malformed, or does not fit its documents
    └── (the others)      see `embeddings.errors`
"""

from embeddings.errors import MeetingbotError


class QuestionSetError(MeetingbotError):
    """Say which line of a question set is malformed, or which quote is not in its document."""
