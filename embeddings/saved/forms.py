"""Write documents and passages as JSON's objects, and read them back.

A document has one form. A passage has two: its spans, where its document is at hand, and the whole
of it, where it is not.
"""

from __future__ import annotations

from typing import Any

from embeddings.datatypes import Document, Mark, Passage, Sentence

# To be raised when files, rows or what they hold are laid out anew, or when readers, layout or
# chunking find something else in the same text: nothing of an older index, or of an older library
# in Milvus, is used then.
FORMAT = 12

Form = dict[str, Any]


def form_of(document: Document) -> Form:
    """Return what `document_of` reads, as `asdict` does in ten times the time."""
    form = {name: getattr(document, name) for name in document.__slots__}
    marks = [{name: getattr(one, name) for name in one.__slots__} for one in document.marks]
    return {**form, "marks": marks}


def document_of(form: Form) -> Document:
    """Return the document of a form."""
    return Document(
        form["id"],
        form["text"],
        form["title"],
        form["date"],
        tuple(Mark(**mark) for mark in form["marks"]),
        tuple((start, end) for start, end in form["blocks"]),
        form["participants"],
        form["fingerprint"],
    )


def spans_form(passage: Passage) -> Form:
    """Return what `passage_in` reads."""
    return {
        "document_id": passage.document_id,
        "sentences": [(sentence.start, sentence.end) for sentence in passage.sentences],
        "heading": passage.heading,
    }


def passage_in(document: Document, form: Form) -> Passage:
    """Return the passage of a document that `spans_form` wrote."""
    sentences = _sentences(form)
    start, end = sentences[0].start, sentences[-1].end
    text, location = document.text[start:end], document.location(start)
    return Passage(document.id, start, end, text, sentences, location, form["heading"])


def whole_form(passage: Passage) -> Form:
    """Return what `passage_of` reads."""
    return {**spans_form(passage), "text": passage.text, "location": passage.location}


def passage_of(form: Form) -> Passage:
    """Return the passage that `whole_form` wrote."""
    sentences = _sentences(form)
    start, end = sentences[0].start, sentences[-1].end
    text, location = form["text"], form["location"]
    return Passage(form["document_id"], start, end, text, sentences, location, form["heading"])


def _sentences(form: Form) -> tuple[Sentence, ...]:
    return tuple(Sentence(start, end) for start, end in form["sentences"])
