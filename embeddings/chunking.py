"""Pack whole sentences into passages that the encoder reads to their end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from embeddings.datatypes import Document, Passage, Sentence
from embeddings.encoder import Encoder
from embeddings.text.replies import asks, speaker_named
from embeddings.text.sentences import sentences_of

# Passages of about 100 words found more than longer or shorter ones (QMSum, SQuAD); a paragraph a
# little longer stays whole.
WORDS = 100
WHOLE_PARAGRAPH_WORDS = 120
# Blocks as short as this (list items, turns of a dialogue) say too little alone and share a
# passage.
SHORT_BLOCK_WORDS = 25
# The title is read before each passage, and the heading above; longer ones would crowd it out.
CONTEXT_TOKENS = 48
HEADING_TOKENS = 32
_RUN = re.compile(r"\S+")
# A tokenizer takes a word of more letters for one piece, however long it is.
_LONGEST_RUN = re.compile(r"\S{100}")
# So much of the end of a turn that asks stands before the reply, too, which says little without.
ASKING_WORDS = 40
# Between two blocks stand blanks and a list label, or else a heading.
_HEADING_BETWEEN = re.compile(r"[^\W\d_]{3}")


def chunk(document: Document, encoder: Encoder) -> list[Passage]:
    """Return the passages of a laid-out document, in order, each an exact span of its text.

    A block of up to 120 words is one passage; a longer one becomes windows of up to 100 words that
    share one sentence with the window before. Short blocks that follow each other share a passage.
    The end of a turn that asks stands before the reply, too. No passage has more word pieces than
    the encoder reads behind the title.
    """
    text = document.text
    headings = _headings(document, encoder)
    budget = encoder.max_tokens - CONTEXT_TOKENS - (HEADING_TOKENS if headings else 0)
    passages: list[Passage] = []
    for group in _groups(document, budget, encoder):
        for window in _windows(text, group, budget, encoder):
            start, end = window[0].start, window[-1].end
            mark = document.mark(start)
            passages.append(
                Passage(
                    document.id,
                    start,
                    end,
                    text[start:end],
                    tuple(window),
                    mark.label,
                    mark.heading if mark.heading in headings else "",
                )
            )
    return passages


def _headings(document: Document, encoder: Encoder) -> set[str]:
    """Return the headings that are read with what stands below them: short ones, not the title."""
    found = {mark.heading for mark in document.marks} - {"", document.title}
    counts = encoder.count_tokens(sorted(found))
    return {one for one, count in zip(sorted(found), counts, strict=True) if count < HEADING_TOKENS}


def context(document: Document, encoder: Encoder) -> str:
    """Return what the encoder reads before each passage: the title, if it is not too long."""
    fits = encoder.count_tokens([document.title])[0] < CONTEXT_TOKENS
    return document.title if fits else ""


def _groups(document: Document, budget: int, encoder: Encoder) -> list[list[Sentence]]:
    """Return the sentences of each block: short ones put together, replies with what was asked."""
    groups: list[list[Sentence]] = []
    room = 0  # words that the last group may still take in
    previous_end = 0
    asking: list[Sentence] = []  # the end of the turn before, if it asks
    for start, end in document.blocks or ():
        split = sentences_of(document, (start, end))
        sentences = _fitting(document.text, split, budget, encoder)
        words = len(_RUN.findall(document.text, start, end))
        short, is_asked = words <= SHORT_BLOCK_WORDS, _asks(document, start, end)
        same_section = not _HEADING_BETWEEN.search(document.text, previous_end, start)
        previous_end = end
        asked = asking if same_section else []
        asking = _end(document.text, sentences) if is_asked else []
        answer = SHORT_BLOCK_WORDS if is_asked else 0  # a question keeps room for its answer
        if short and words + answer <= room and same_section:
            groups[-1].extend(sentences)
            room -= words
        elif sentences:
            if asked and groups[-1] == asked:
                groups.pop()
            groups.append([*asked, *sentences])
            room = max(WORDS - words, answer) if short or is_asked else 0
    return groups


def _asks(document: Document, start: int, end: int) -> bool:
    """Say whether a block is a turn that asks at its end, a speaker's or one that minutes label."""
    mark, text = document.mark(start), document.text[start:end]
    speaker = speaker_named(text) or mark.speaker
    return bool(speaker) and asks(text, speaker)


def _end(text: str, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return the last sentences of a turn, as many as are short together."""
    return [
        one
        for one in sentences
        if len(_RUN.findall(text, one.start, sentences[-1].end)) <= ASKING_WORDS
    ]


def _fitting(
    text: str, sentences: Sequence[Sentence], budget: int, encoder: Encoder
) -> list[Sentence]:
    """Cut a sentence that alone is beyond the encoder's reach (an unpunctuated transcript, say).

    One of which the encoder sees nothing, such as a lone invisible blank, is left out.
    """
    counts = _count([text[one.start : one.end] for one in sentences], encoder)
    fitting: list[Sentence] = []
    for sentence, count in zip(sentences, counts, strict=True):
        if count > budget:
            fitting.extend(_cut(text, sentence, budget, encoder))
        elif count:
            fitting.append(sentence)
    return fitting


def _count(texts: Iterable[str], encoder: Encoder) -> list[int]:
    """Return how many word pieces texts have, with words that are too long taken apart."""
    return encoder.count_tokens([_LONGEST_RUN.sub(r"\g<0> ", text) for text in texts])


def _cut(text: str, sentence: Sentence, budget: int, encoder: Encoder) -> list[Sentence]:
    """Cut a sentence into the longest pieces that fit, between words where there are any."""
    words = [match.span() for match in _RUN.finditer(text, sentence.start, sentence.end)]
    # A "word" may itself be too long (a script without blanks); no character makes more than three
    # word pieces, so pieces this short always fit.
    safe = max(1, budget // 3)
    units = [
        (begin, min(begin + safe, stop))
        for start, stop in words
        for begin in range(start, stop, safe)
    ]
    counts = encoder.count_tokens([text[start:stop] for start, stop in units])
    pieces: list[Sentence] = []
    taken = budget + 1
    for (start, stop), count in zip(units, counts, strict=True):
        if taken + count > budget:
            pieces.append(Sentence(start, stop))
            taken = count
        else:
            pieces[-1] = Sentence(pieces[-1].start, stop)
            taken += count
    return pieces


def _windows(
    text: str, sentences: Sequence[Sentence], budget: int, encoder: Encoder
) -> list[list[Sentence]]:
    """Return runs of sentences within the budget, each opened by the last of the one before."""
    words = [len(_RUN.findall(text, one.start, one.end)) for one in sentences]
    # Counted up to the next sentence, so that list labels in between are in the sum.
    ends = [*(one.start for one in sentences[1:]), sentences[-1].end]
    tokens = _count(
        [text[one.start : end] for one, end in zip(sentences, ends, strict=True)], encoder
    )
    if sum(words) <= WHOLE_PARAGRAPH_WORDS and sum(tokens) <= budget:
        return [list(sentences)]
    windows: list[list[int]] = [[]]
    for place in range(len(sentences)):
        window = windows[-1]
        if window and not _fits([*window, place], words, tokens, budget):
            overlap = [window[-1]] if _fits([window[-1], place], words, tokens, budget) else []
            windows.append([*overlap, place])
        else:
            window.append(place)
    return [[sentences[place] for place in window] for window in windows]


def _fits(window: Sequence[int], words: Sequence[int], tokens: Sequence[int], budget: int) -> bool:
    return (
        sum(words[place] for place in window) <= WORDS
        and sum(tokens[place] for place in window) <= budget
    )


def searched_texts(passages: Iterable[Passage]) -> tuple[list[str], list[str]]:
    """Return the texts of passages, and of all their sentences, behind their headings."""
    whole: list[str] = []
    sentences: list[str] = []
    for one in passages:
        whole.append(one.headed(one.text))
        sentences += [one.headed(one.sentence_text(n)) for n in range(len(one.sentences))]
    return whole, sentences
