"""Keep to the words of whom a question asks for: "What did the Mayor say about the pool?".

What others say of the pool, or of the Mayor, is no answer where the record has his own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.meeting.sayings import SAYS, WHAT_DID, bearers
from embeddings.datatypes import Document, Hit, SentenceHit
from embeddings.index import Index
from embeddings.terms import stems
from embeddings.text.replies import asks, exchange

_OF = re.compile(
    rf"""
    {WHAT_DID}
    (?: {SAYS} | think | thought | feel | felt | suggest | propose | recommend | promise | answer
      | reply ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "What did the Mayor ask the council for?" is no question of his.
_REQUEST = re.compile(r"\bfor\W*$", re.IGNORECASE)
_ACCORDING = re.compile(r",?\s*\baccording to (?P<who>[^?,]{2,60}),?\s*", re.IGNORECASE)
# Behind the verb, which "talk about" is as well.
_TOPIC = re.compile(
    r"(?:(?<=\babout)|\s(?:us\s|to\b.{2,40}?\s)?(?:about|on|regarding|concerning))\s+(?P<topic>.+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Voices:
    """Whose words are asked for, by document, whether what they asked, and on what.

    `question` is what to ask of their words alone, where all documents have some: the name of who
    speaks stands in none of them.
    """

    speakers: Mapping[str, frozenset[str]]
    question: str = ""
    asked: bool = False
    topic: frozenset[str] = frozenset()

    def surely(self, text: str) -> bool:
        """Say whether one of their sentences is what is asked for, as only a question can be."""
        return self.asked and bool(self.topic) and self.topic.issubset(stems(text))

    def only(self, hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[Hit]:
        """Return the hits without what others say, but in documents where none of them speaks."""
        kept = []
        for hit in hits:
            document = documents[hit.passage.document_id]
            speakers = self.speakers.get(document.id)
            own = hit.sentences
            if speakers:
                own = tuple(one for one in own if document.mark(one.start).speaker in speakers)
                own = _asking(hit, own) if self.asked else own
            if own:
                kept.append(hit.with_sentences(own))
        return sorted(kept, key=lambda hit: -hit.score)


def voices(question: str, index: Index, documents: Sequence[str] | None) -> Voices:
    """Return whose words a question asks for; of nobody's where it asks for something else."""
    asked = _OF.match(question) or _ACCORDING.search(question)
    if not asked:
        return Voices({})
    ids = index.ids(documents)
    found = {id: frozenset(bearers(asked["who"], index.about[id].speakers)) for id in ids}
    found = {id: names for id, names in found.items() if names}
    topic = frozenset(stems(question[asked.end() :]))
    asks_back = asked.groupdict().get("asks") and not _REQUEST.search(question)
    everywhere = len(found) == len(ids) and not asks_back
    of_them = _without_name(question, asked) if everywhere else ""
    return Voices(found, of_them, bool(found and asks_back), topic)


def _without_name(question: str, asked: re.Match[str]) -> str:
    """Return a question without whose words it asks for, "" where it is about nothing else."""
    if asked.re is _ACCORDING:
        return (question[: asked.start()] + question[asked.end() :]).strip()
    topic = _TOPIC.match(question, asked.end())
    return f"What was said about {topic['topic']}" if topic else ""


def _asking(hit: Hit, sentences: Sequence[SentenceHit]) -> tuple[SentenceHit, ...]:
    """Return those of a hit's sentences that ask, or else that lead up to a question."""
    asking = exchange(hit.passage).asking
    lead = {one.start for one, yes in zip(hit.passage.sentences, asking, strict=True) if yes}
    found = tuple(one for one in sentences if one.start in lead)
    return tuple(one for one in found if asks(one.text)) or found
