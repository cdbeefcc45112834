"""Choose what the reader reads of what was found: windows around the best sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.datatypes import Hit, SentenceHit
from embeddings.text.sentences import CELL_BREAK

# Windows of 45 or 30 words take less time each, but more of them are needed to find as much.
WINDOW_WORDS = 60
# How the reader, which learnt from prose, reads a row's cells; as long, so that places stay.
COMMA = " , "


@dataclass(frozen=True, slots=True)
class Window:
    """Some sentences of a passage that follow one another, to be read together."""

    hit: Hit
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """Return the text, behind the heading above it."""
        passage = self.hit.passage
        text = passage.between(self.start, self.end)
        return passage.headed(text.replace(CELL_BREAK, COMMA))

    @property
    def offset(self) -> int:
        """Return what to add to an offset in the text for that in the document."""
        return self.start - len(self.hit.passage.headed(""))


def windows(hits: Sequence[Hit]) -> Iterator[Window]:
    """Yield windows: the best sentence that is in none of those before, with its neighbours."""
    ranked = sorted(
        ((one, hit) for hit in hits for one in hit.sentences), key=lambda found: -found[0].score
    )
    read: set[tuple[str, int]] = set()
    for sentence, hit in ranked:
        if (hit.passage.document_id, sentence.start) in read:
            continue
        window = _grow(hit, sentence)
        read.update((hit.passage.document_id, start) for start, _ in window.sentences)
        yield window


def _grow(hit: Hit, sentence: SentenceHit) -> Window:
    """Take in neighbours of the sentence, before and after by turns, while there is room.

    A table's row says all that it says alone: with others, one's name passes for another's.
    """
    spans = [(one.start, one.end) for one in hit.passage.sentences]
    rows = [CELL_BREAK in hit.passage.sentence_text(n) for n in range(len(spans))]
    first = last = hit.passage.member_at(sentence.start)

    def fits(first: int, last: int) -> bool:
        if first < 0 or last == len(spans) or any(rows[first : last + 1]):
            return False
        text = hit.passage.between(spans[first][0], spans[last][1])
        return len(text.split()) <= WINDOW_WORDS

    grew = True
    while grew:
        grew = False
        if fits(first - 1, last):
            first, grew = first - 1, True
        if fits(first, last + 1):
            last, grew = last + 1, True
    return Window(hit, spans[first][0], spans[last][1], tuple(spans[first : last + 1]))
