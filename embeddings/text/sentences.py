"""Find sentence spans with exact offsets; sentencex (Wikimedia) knows the abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from embeddings.datatypes import Document, Sentence
from embeddings.text import languages
from embeddings.text.dates import MONTH
from embeddings.text.languages import ENGLISH

# What parts the cells of a table's row. A row is one sentence, for who is to do a thing, and until
# when, stand in other cells than the thing; but one of more words is prose laid out in a table.
CELL_BREAK = " | "
MOST_WORDS_OF_A_ROW = 100
# What ends a sentence, and what may stand behind it: quotation marks, brackets, a footnote's sign.
STOPS = ".?!…。！？।؟"
CLOSING = r"[\"'”’)\]]*(?:\[\w{1,3}\])*"
ENDS_A_SENTENCE = re.compile(rf"[{STOPS}]{CLOSING}$")

# sentencex takes a pair of apostrophes ("Peru's ... ministers'") for quotation marks and does not
# split between them; this letter looks the same, is not a quotation mark, and is as long.
_APOSTROPHE = re.compile(r"['\u2019]")
_LETTER_APOSTROPHE = "\u02bc"
# Titles before a name that sentencex does not know.
_ENDS_WITH_A_TITLE = re.compile(
    r"\b(?:[MD]r|Ms|Mx|Cllrs?|Atty|Amb|Cdr|Secy|Mme|Mlle|Mevr|Dña)\.$|(?<!\S)M\.$"
)
# An initial, or a court's "Q.", is no sentence by itself.
_LETTER = re.compile(r"[^\W\d_]\.")
# German counts with a full stop: "Protokoll der 12. Sitzung".
_GERMAN = "de"
_ENDS_WITH_AN_ORDINAL = re.compile(r"\b\d{1,2}\.$")
# What stands before a number; and what may be short for something where a small letter follows in a
# text that begins its sentences with capitals.
_ENDS_WITH_A_COUNT = re.compile(
    r"\b(?:(?:sub)?paras?|approx|ca|chs?|docs?|vols?|arts?|regs?|rm|tel|max|ed)\.$", re.IGNORECASE
)
# What is short for something before a figure alone: "5 Dec. 2024", "No. 5", but "in May. Mr Lee".
_ENDS_WITH_A_WORD = re.compile(
    rf"\b(?i:{MONTH}(?<=\.)|(?:no|ok)\.)(?=\s+(?:[A-Z]\w*[^\W\d_A-Z]|[AI]\s))"
)
# Markdown's bold or italics, closed behind a full stop; and a label in bold before its paragraph.
_CLOSING_SIGN = re.compile(r"(?<=\S)[*_]+(?=\s)")
_RUN_IN_LABEL = re.compile(r"(\*\*|__)[^*_\n]{1,100}\.\1")
_MAY_BE_SHORT = re.compile(r"[^\W\d_]{1,7}\.$")


def split_sentences(
    text: str, start: int = 0, end: int | None = None, *, language: str = ENGLISH
) -> list[Sentence]:
    """Return the spans of the sentences in `text[start:end]`, without blanks around them.

    `language` is a code as `languages.language` tells it; one without rules is read as English.
    Spans are offsets into `text`, in order, and never overlap; together they cover everything but
    blanks. A sentence always holds a letter or a digit, unless the text holds none at all.
    """
    end = len(text) if end is None else end
    sentences: list[Sentence] = []
    pending = -1  # where a piece without letters or digits began that belongs to the next sentence
    for begin, stop in _boundaries(text, start, end, language):
        goes_on = sentences and (
            _goes_on(text, sentences[-1], begin, language)
            or (len(sentences) == 1 and _RUN_IN_LABEL.fullmatch(text, *_span(sentences[0])))
        )
        if goes_on or not any(character.isalnum() for character in text[begin:stop]):
            if sentences:
                sentences[-1] = Sentence(sentences[-1].start, stop)
            elif pending < 0:
                pending = begin
            continue
        sentences.append(Sentence(begin if pending < 0 else pending, stop))
        pending = -1
    if pending >= 0:
        sentences.append(Sentence(pending, start + len(text[start:end].rstrip())))
    return sentences


def sentences_of(document: Document, block: tuple[int, int]) -> list[Sentence]:
    """Return the sentences of a block of a document, by the rules of its language."""
    return split_sentences(document.text, *block, language=languages.language(document.text))


def _goes_on(text: str, before: Sentence, begin: int, language: str) -> bool:
    """Say whether the full stop before a place belongs to an abbreviation."""
    span = _span(before)
    if _ENDS_WITH_A_TITLE.search(text, *span) or _LETTER.fullmatch(text, *span):
        return True
    if language == _GERMAN and _ENDS_WITH_AN_ORDINAL.search(text, *span):
        return True
    if text[begin].isdigit():
        return bool(_ENDS_WITH_A_COUNT.search(text, *span))
    capitals = text[before.start].isupper() and text[begin].islower()
    return capitals and bool(_MAY_BE_SHORT.search(text, *span))


def _span(sentence: Sentence) -> tuple[int, int]:
    return sentence.start, sentence.end


def _boundaries(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield sentencex's spans, or the whole row of a table, trimmed, blank ones left out."""
    masked = _APOSTROPHE.sub(_LETTER_APOSTROPHE, text[start:end])
    is_row = CELL_BREAK in masked and len(masked.split()) <= MOST_WORDS_OF_A_ROW
    stops = {end}
    if not is_row:
        found = sentencex.get_sentence_boundaries(language or ENGLISH, masked)
        stops |= {start + one["end_index"] for one in found}
        stops |= {one.end() for one in _ENDS_WITH_A_WORD.finditer(text, start, end)}
    begin = start
    for stop in sorted(stops):
        if closing := _CLOSING_SIGN.match(text, stop, end):
            stop = closing.end()
        piece = text[begin:stop]
        if stripped := piece.strip():
            blanks = len(piece) - len(piece.lstrip())
            yield begin + blanks, begin + blanks + len(stripped)
        begin = max(begin, stop)
