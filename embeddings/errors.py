"""The errors that a user can cause, and therefore can cure.

    MeetingbotError
    ├── DocumentError     a source is missing, or a file in it cannot be read
    ├── QuestionError     a question, or what it is put to, cannot be used
    ├── EncoderError      the model's weights are missing or not the expected ones
    └── StoredIndexError  a saved index cannot be written, read or used

Each message is one line: what is wrong, where, and what to do. Anything else that is raised is a
defect of this project.
"""


class MeetingbotError(Exception):
    """Stand above every error that a user can cure."""


class DocumentError(MeetingbotError):
    """Say that a source is missing or that a file in it cannot be read."""


class QuestionError(MeetingbotError, ValueError):
    """Say that a question, or the documents, speakers, times or `k` given with it, are unusable."""


class EncoderError(MeetingbotError):
    """Say that the model's weights are missing or not the expected ones."""


class StoredIndexError(MeetingbotError):
    """Say that a saved index cannot be written, read or used."""
