"""Suggest questions that a document answers, from its headings and the names in it.

No language model writes them: a heading or a name is put into a fixed question, the bot is asked
it, and only what it answers well from the very place is kept. Better none than a silly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.bot import Bot
from bot.datatypes import Citation
from embeddings.datatypes import Document
from embeddings.encoder import Progress
from embeddings.terms import stem
from embeddings.text.dates import MONTH, WEEKDAY
from embeddings.text.names import TITLES

# A suggestion is answered well above the threshold of one half.
SURE_ENOUGH = 0.7
# What one document may cost: so many questions are tried on it, spread over its length.
MOST_TRIED = 40
# What is spoken of this often is what the whole meeting is about, not a part of it.
MOST_MENTIONS = 3
LONGEST_TOPIC = 60

_WORD = r"(?:[A-Z][a-z]+(?:-[A-Z]?[a-z]+)*|[A-Z]{3,})"
_JOIN = r"(?:(?:of|for|on|and) (?:the )?)"
_NAME = re.compile(rf"(?<![\w.’'-])(the )?({_WORD}(?: {_JOIN}?{_WORD})*)(?![\w’'-])")
# Titles of people and times of the year: what begins with one is no topic.
_NO_TOPIC = re.compile(
    rf"(?:{'|'.join(TITLES)}|Hon|(?:Vice-?)?(?:Chair|President)|Chief|Deputy|"
    r"First|Foreign|Permanent|Prime|Professor|Judge|Mayor|Ministers?|Ministries|Secretary|Clerk|"
    rf"Councillor|Director|Officer|Standing|Trustees?|(?i:{WEEKDAY}|{MONTH}))\b"
)
# "The Japanese", "a Kestorian": what is so called is not named by it.
_BELONGS = re.compile(r"(?:ese|ians?|ish|ean|ari|cans?)$")
# A heading that only says what kind of part follows.
_FORMAL = re.compile(
    r"\b(?:agenda|apolog|attend|present|adjourn|minutes|meeting|welcome|closing|opening|call to|"
    r"declaration|any other|actions?|status|decisions?|summary|participants|item|part|paragraph|"
    r"reports?|photo|caption)",
    re.IGNORECASE,
)
# What a record says beside its text; an answer is a whole sentence of it.
_ASIDE = re.compile(r"(?:Photo|Caption|Picture|Press|Transcript|Present|Witnesses|Attendees)\b")
SHORTEST_ANSWER = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that a document answers, with the quotes that answer it."""

    question: str
    citations: tuple[Citation, ...]


def suggest(bot: Bot, document_id: str, progress: Progress | None = None) -> list[Suggestion]:
    """Return questions about the parts of a document in its order, one a part.

    `progress` is called before each is tried, with how many were (done, of).
    """
    document = bot.documents[document_id]
    topics = list(_topics(document))
    tried = topics[:: max(1, -(-len(topics) // MOST_TRIED))]
    found: list[Suggestion] = []
    taken: set[int] = set()
    for done, (start, end, topic) in enumerate(tried):
        if progress:
            progress(done, len(tried))
        answer = bot.ask(f"What was said about {topic}?", documents=[document_id])
        if not answer.answered or answer.confidence < SURE_ENOUGH:
            continue
        if not any(start <= one.start < end and _is_telling(one.quote) for one in answer.citations):
            continue
        if answer.hits[0].passage.start not in taken:
            taken.add(answer.hits[0].passage.start)
            found.append(Suggestion(answer.question, answer.citations))
    return found


def _is_telling(quote: str) -> bool:
    return len(quote) >= SHORTEST_ANSWER and quote[-1] in ".!?" and not _ASIDE.match(quote)


def _topics(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield what the parts are about, each with the span in which it is spoken of, in order."""
    seen: set[str] = set()
    for start, end, topic in sorted([*_headings(document), *_names(document)]):
        if topic.casefold() not in seen:
            seen.add(topic.casefold())
            yield start, end, topic


def _headings(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield short headings, with the text below each."""
    ends = [mark.offset for mark in document.marks[1:]] + [len(document.text)]
    # A heading's own capitals say nothing of how a sentence would have it.
    said = "\n".join(document.text[start:end] for start, end in document.blocks or ())
    for mark, end in zip(document.marks, ends, strict=False):
        line = document.text[mark.offset : document.text.find("\n", mark.offset)]
        words = line.lstrip("0123456789.()# ").strip()
        plain = re.fullmatch(r"[^\W\d_][\w’'& -]+", words) and len(words.split()) <= 5
        if plain and not _FORMAL.search(words):
            yield mark.offset, end, _in_a_sentence(words, said)


def _in_a_sentence(heading: str, text: str) -> str:
    """Return a heading as a sentence would have it, with a capital where the text has names."""
    words = heading.split()
    titled = [word if word.isupper() and len(word) < 4 else word.capitalize() for word in words]
    names = {
        place
        for start in range(len(words))
        for place in (start, start + 1)
        if re.search(rf"[a-z,] {re.escape(' '.join(titled[start : start + 2]))}\b", text)
    }
    return " ".join(
        titled[place] if place in names else word.lower() for place, word in enumerate(words)
    )


def _names(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield the names that only some part speaks of, with the block that does."""
    text = document.text
    articles = {
        match[2]: match[1] or ""
        for match in sorted(_NAME.finditer(text), key=lambda match: match[1] or "")
        if _stands_alone(text, match.end())
    }
    for start, end in (document.blocks or ())[1:]:  # the first says who met, and where
        for match in _NAME.finditer(text, start, end):
            name = match[2]
            inside = re.fullmatch(r"[a-z,] ", text[max(start, match.start() - 2) : match.start()])
            if not inside or name not in articles or text.count(name) > MOST_MENTIONS:
                continue
            if _is_topic(name) and (articles[name] or not re.search(r" (?:of|for|on) ", name)):
                yield start, end, articles[name] + name


def _stands_alone(text: str, end: int) -> bool:
    """Say whether a name is more than the first part of one, as it is in "the Lima talks"."""
    following = re.match(r" ([a-z]+)", text[end : end + LONGEST_TOPIC])
    return following is None or not stem(following[1])


def _is_topic(name: str) -> bool:
    """Say whether "What was said about it?" would make sense."""
    return (
        len(name) <= LONGEST_TOPIC
        and not _NO_TOPIC.match(name)
        and not _BELONGS.search(name)
        and (" and " not in name or bool(re.search(r" (?:of|for|on) .* and (?!the )", name)))
    )
