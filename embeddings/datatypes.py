"""The values that travel the line: Document, Mark, Sentence, Passage; Hit, SentenceHit, Reading.

All spans are character offsets into `Document.text`, the end exclusive, and
`document.text[x.start:x.end] == x.text` holds for everything that has a text.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Mark:
    """Name the place that begins at an offset: "item 4", "p. 3", "00:12:31 Chair".

    `speaker` and `time` (HH:MM:SS into a recording) are "" where nobody is known to speak, and
    `heading` is where none stands above.
    """

    offset: int
    label: str
    speaker: str = ""
    time: str = ""
    heading: str = ""


NOWHERE = Mark(0, "")


@dataclass(frozen=True, slots=True)
class Document:
    """Hold a text that never changes again, and where its parts are.

    `blocks` are the spans of its paragraphs, list items and speaker turns, in order: what can be
    searched. What lies outside them (title, date, captions, navigation, headings) is shown but
    never found. `None` means that nobody has looked yet: `text.layout.lay_out` finds them.
    `title`, `date` and `participants` are as the document states them, "" where it does not;
    `fingerprint` is the SHA-256 of the file it was read from.
    """

    id: str
    text: str = field(repr=False)
    title: str = ""
    date: str = ""
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    blocks: tuple[tuple[int, int], ...] | None = field(default=None, repr=False)
    participants: str = ""
    fingerprint: str = ""

    def mark(self, offset: int) -> Mark:
        """Return the last mark at or before an offset, one that names nothing before the first."""
        place = bisect_right(self.marks, offset, key=lambda mark: mark.offset)
        return self.marks[place - 1] if place else NOWHERE

    @property
    def sha256(self) -> str:
        """Return the hash of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def location(self, offset: int) -> str:
        """Return the label of the last mark at or before an offset, "" before the first."""
        return self.mark(offset).label

    @property
    def speakers(self) -> tuple[str, ...]:
        """Return the names of those who speak, in the order of their first words."""
        return tuple(dict.fromkeys(mark.speaker for mark in self.marks if mark.speaker))

    @property
    def timed(self) -> bool:
        """Say whether its words have times."""
        return any(mark.time for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's span in its document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of whole sentences, short enough for the encoder to read to its end.

    "RESOLVED: that it be repaired" tells of what only by the `heading` above, so that is searched
    with it, though never quoted.
    """

    document_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]
    location: str = ""
    heading: str = ""

    @property
    def id(self) -> str:
        """Return an id that is the same in every run: `document_id:start-end`."""
        return f"{self.document_id}:{self.start}-{self.end}"

    def member_at(self, start: int) -> int:
        """Return the place of the sentence that begins at an offset, -1 where none does."""
        return next((n for n, one in enumerate(self.sentences) if one.start == start), -1)

    def between(self, start: int, end: int) -> str:
        """Return its text between two offsets of the document."""
        return self.text[start - self.start : end - self.start]

    def sentence_text(self, member: int) -> str:
        """Return the text of the sentence at a place in it."""
        return self.between(self.sentences[member].start, self.sentences[member].end)

    def headed(self, text: str) -> str:
        """Return a text of it behind its heading, as it is searched and read."""
        return f"{self.heading}\n{text}" if self.heading else text


@dataclass(frozen=True, slots=True)
class Reading:
    """The likeliest short answer in a sentence, a span of the document.

    `margin` is its score over that of no answer: the log-odds, as the reader sees them, that the
    sentence answers.
    """

    start: int
    end: int
    margin: float


@dataclass(frozen=True, slots=True)
class SentenceHit:
    """A sentence of a found passage, with its score for the question.

    `dense` is the cosine of its pooled vector; `matches` has, for each word of the question, the
    best cosine of a word in the sentence. `reading` is what a reader made of it, if one read it.
    """

    start: int
    end: int
    text: str
    score: float
    dense: float = 0.0
    matches: tuple[float, ...] = field(default=(), repr=False)
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with its scores (similarities: higher is better).

    `score` ranks the hits. `dense` (cosine of the pooled vectors), `lexical` (BM25 divided by the
    most that the question could reach) and `late` (mean best cosine of the question's word pieces)
    are absolute: they mean the same in every document. `sentences` are best first. `part` is what
    of the passage is in the scope, about the best sentence, where one chose among sentences.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    late: float
    sentences: tuple[SentenceHit, ...] = field(default=(), repr=False)
    part: Passage | None = field(default=None, repr=False)

    @property
    def shown(self) -> Passage:
        """Return what to show of the passage: nobody's words but those that were asked for."""
        return self.part or self.passage

    def with_sentences(self, sentences: Sequence[SentenceHit]) -> Hit:
        """Return the hit with these of its sentences, best first: it ranks as the best one does."""
        return replace(self, score=sentences[0].score, sentences=tuple(sentences))
