"""What a shared library holds: its documents, and how often each word stands in all of them.

The catalogue is a text in the store. Each version of it is written first and then made the one that
everybody sees.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from embeddings.acronyms import count_uses, spelt_out, usual_names
from embeddings.chunking import searched_texts
from embeddings.datatypes import Document, Passage
from embeddings.documents import DOCUMENTS_KEPT, About, Documents, nothing_to_find, words_said
from embeddings.encoder import PACKAGED_SHA256, Encoder, SentenceTransformerEncoder
from embeddings.errors import StoredIndexError
from embeddings.hashing import index_id
from embeddings.saved.forms import FORMAT, document_of, passage_in
from embeddings.shared.rows import FIELDS, token_fields
from embeddings.stores.milvus import MilvusStore
from embeddings.stores.milvus_connection import Row
from embeddings.terms import stems, words


def make_library(store: MilvusStore, encoder: Encoder) -> None:
    """Make an empty library for an encoder."""
    text = {"datatype": "VARCHAR"}
    store.create(
        encoder.dimension,
        [*FIELDS, *((field, text) for field in token_fields(encoder))],
        {
            "meetingbot.format": str(FORMAT),
            "meetingbot.encoder": encoder.name,
            "meetingbot.sha256": encoder.fingerprint,
            "meetingbot.path": str(encoder.path.resolve()),
        },
    )


def open_store(url: str, *, published: bool = False) -> tuple[MilvusStore, dict[str, str]]:
    """Connect, and return what is said of the library there; raise `StoredIndexError`.

    With `published`, one to which nothing was published yet counts as none.
    """
    store = MilvusStore(url)
    said = store.properties
    if said is None or ("meetingbot.version" if published else "meetingbot.format") not in said:
        raise StoredIndexError(
            f"{url}: no library there; make one: meetingbot index SOURCE ... --store {url}"
        )
    if said["meetingbot.format"] != str(FORMAT):
        raise StoredIndexError(
            f"{url}: has format {said['meetingbot.format']}, this version reads {FORMAT};"
            f" make another: meetingbot index SOURCE ... --store '{url.partition('#')[0]}#NAME'"
        )
    store.load()
    return store, said


def encoder_of(url: str, said: Mapping[str, str], encoder: Encoder | None) -> Encoder:
    """Return the encoder that made a library; raise `StoredIndexError` if another is given."""
    name, made_by = said["meetingbot.encoder"], said["meetingbot.sha256"]
    if encoder is None:
        packaged = made_by == PACKAGED_SHA256
        encoder = SentenceTransformerEncoder(None if packaged else said["meetingbot.path"])
    if encoder.fingerprint != made_by:
        raise StoredIndexError(
            f"{url}: was made with the encoder {name} ({made_by[:12]}), not with {encoder.name}"
            f" ({encoder.fingerprint[:12]}); use that one, or make another library:"
            f" meetingbot index SOURCE ... --store '{url.partition('#')[0]}#NAME'"
        )
    return encoder


def read_catalogue(store: MilvusStore, version: str) -> dict[str, Any]:
    """Return a version of the catalogue, an empty one for no version."""
    if not version:
        return {
            "documents": {}, "terms": {}, "words": [], "usual_names": {}, "id": "",
            "counts": [[0, 0.0], [0, 0.0]],
        }  # fmt: skip
    for _, text in store.texts.read([f"catalogue-{version}"]):
        found: dict[str, Any] = json.loads(text)
        return found
    raise _replaced(store)


def _replaced(store: MilvusStore) -> StoredIndexError:
    return StoredIndexError(f"{store.url}: its catalogue was replaced in the meantime; ask again")


def stored_documents(
    store: MilvusStore, sources: Sequence[str]
) -> Iterator[tuple[str, tuple[Document, list[Passage]]]]:
    """Yield the documents of sources with their passages."""
    for source, text in store.texts.read(sources):
        row = json.loads(text)
        document = document_of(row["document"])
        yield source, (document, [passage_in(document, one) for one in row["passages"]])


def about_of(entry: Row) -> About:
    """Return what a catalogue says of a document."""
    return About.read(entry["about"])


def documents_of(store: MilvusStore, entries: Mapping[str, Row]) -> Documents:
    """Return the documents that a catalogue names, each fetched when it is first read."""

    @lru_cache(maxsize=DOCUMENTS_KEPT)
    def fetch(source: str) -> Document:
        for _, (document, _) in stored_documents(store, [source]):
            return document
        raise _replaced(store)

    return Documents(entries, lambda id: fetch(entries[id]["source"]))


def count(store: MilvusStore, encoder: Encoder, entries: dict[str, Row]) -> dict[str, Any]:
    """Return the catalogue: what there is to read, and how often each word stands in all of it."""
    in_passages, in_sentences = Counter[str](), Counter[str]()
    sizes, lengths = [0, 0], [0, 0]
    wordings: dict[str, str] = {}
    said: set[str] = set()
    pairs: list[tuple[str, str]] = []
    texts: list[str] = []

    def add(place: int, counter: Counter[str], some: Iterable[str]) -> None:
        for text in some:
            found = stems(text)
            sizes[place] += 1
            lengths[place] += len(found)
            counter.update(set(found))

    for _, (document, passages) in stored_documents(
        store, [one["source"] for one in entries.values()]
    ):
        entries[document.id]["passages"] = len(passages)
        pairs += spelt_out(document.text)
        said.update(words_said(document))
        whole, sentences = searched_texts(passages)
        texts += [one.text for one in passages]
        for text in whole:
            for word in words(text):
                if word.stem:
                    wordings.setdefault(word.stem, text[word.start : word.end])
        add(0, in_passages, whole)
        add(1, in_sentences, sentences)
    if not texts:
        raise nothing_to_find(next(iter(entries)))
    return {
        "documents": entries,
        # Of passages and of sentences: how many there are, and their mean length in words.
        "counts": [(size, length / size) for size, length in zip(sizes, lengths, strict=True)],
        "terms": {
            term: (in_passages[term], in_sentences[term], wordings[term]) for term in in_passages
        },
        "words": sorted(said),
        "usual_names": usual_names(pairs, count_uses(chain(*pairs), texts)),
        "id": index_id(
            encoder.fingerprint,
            {id: (about_of(one).sha256, one["passages"]) for id, one in entries.items()},
        ),
    }
