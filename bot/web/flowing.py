"""Let an answer's paragraphs flow whose lines were broken by hand, as they do in the record."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from dataclasses import replace

from bot.datatypes import Answer
from embeddings.datatypes import Document


def flowing(answer: Answer, documents: Mapping[str, Document]) -> Answer:
    """Return an answer to be shown: a line breaks only where another paragraph begins."""

    def flow(text: str, document_id: str, start: int) -> str:
        document = documents.get(document_id)
        blocks = (document.blocks if document else None) or ()

        def goes_on(place: int) -> bool:
            block = bisect(blocks, (place,)) - 1
            return block >= 0 and place < blocks[block][1]

        return "".join(
            " " if sign == "\n" and goes_on(place) else sign
            for place, sign in enumerate(text, start)
        )

    citations = tuple(
        replace(one, quote=flow(one.quote, one.document_id, one.start)) for one in answer.citations
    )
    shown = [
        replace(one, text=flow(one.text, one.document_id, one.start))
        for one in (hit.shown for hit in answer.hits)
    ]
    hits = tuple(replace(hit, part=part) for hit, part in zip(answer.hits, shown, strict=True))
    text = " ".join(one.quote for one in citations)
    if answer.text != " ".join(one.quote for one in answer.citations):
        text = answer.text
    return replace(answer, text=text, citations=citations, hits=hits)
