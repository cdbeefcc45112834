"""A question set: questions with their gold evidence, and the documents it carries, if any.

Gold evidence is a quote or a span in a document, never a passage id, so that another chunking never
breaks a set. `loading` reads one from a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, overload

from embeddings.datatypes import Document

Corpus = Literal["document", "file"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a document that answers a question.

    A `region` (QMSum's turns, BEIR's documents) is where the answer lies somewhere; otherwise the
    span itself is the answer.
    """

    document_id: str
    start: int
    end: int
    region: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an exam, with what would answer it.

    Any one of `evidence` suffices, as exact quotes or as spans; none means that the documents do
    not answer it, and `kind` may say why (other, near-miss, adversarial). `history` is asked
    first, in the same conversation. `document` is where the quotes are from; with `only_document`
    the bot is asked to look nowhere else. `source` is where the question stands, for messages.
    """

    id: str
    question: str
    evidence: tuple[str | Evidence, ...] = ()
    answers: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    document: str = ""
    kind: str = ""
    only_document: bool = False
    source: str = field(default="", compare=False)

    @property
    def answerable(self) -> bool:
        """Say whether the documents answer it."""
        return bool(self.evidence)


@dataclass(frozen=True)
class QuestionSet(Sequence[Question]):
    """The questions of a file in its order, with the documents that the file itself carries."""

    questions: tuple[Question, ...]
    documents: tuple[Document, ...] = ()
    name: str = ""
    format: str = ""
    sha256: str = ""

    @overload
    def __getitem__(self, place: int) -> Question: ...
    @overload
    def __getitem__(self, place: slice) -> QuestionSet: ...
    def __getitem__(self, place: int | slice) -> Question | QuestionSet:
        """Return a question, or a part of the set with the documents that it may look into."""
        if not isinstance(place, slice):
            return self.questions[place]
        part = self.questions[place]
        documents = self.documents
        if all(question.only_document for question in part):
            asked = {question.document for question in part}
            documents = tuple(one for one in documents if one.id in asked)
        return replace(self, questions=part, documents=documents)

    def __len__(self) -> int:
        """Return how many questions there are."""
        return len(self.questions)
