"""Make an index of documents: lay out, chunk and encode them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from embeddings.chunking import chunk, context, searched_texts
from embeddings.datatypes import Document
from embeddings.encoder import Encoder, Progress, SentenceTransformerEncoder
from embeddings.errors import DocumentError
from embeddings.index import Index
from embeddings.lexical import Bm25
from embeddings.stores.faiss import FaissStore
from embeddings.text.layout import lay_out
from embeddings.vectors import encode_passages, key_of


def build(
    documents: Iterable[Document],
    *,
    encoder: Encoder | None = None,
    reuse: Index | None = None,
    progress: Progress | None = None,
) -> Index:
    """Do what `Index.build` does, for documents that may have nothing to index, too."""
    if encoder is None:
        encoder = reuse.encoder if reuse else SentenceTransformerEncoder()
    documents = list(documents)
    _check(documents)
    laid_out = [one if one.blocks is not None else lay_out(one) for one in documents]
    chunks = [
        reuse.passages_of(one.id)
        if reuse and reuse.documents.get(one.id) == one
        else chunk(one, encoder)
        for one in laid_out
    ]
    passages = [passage for own in chunks for passage in own]
    contexts = [
        title
        for document, own in zip(laid_out, chunks, strict=True)
        for title in [context(document, encoder)] * len(own)
    ]
    titles = {one.id: one.title for one in laid_out}
    keys = [key_of(passage, titles[passage.document_id]) for passage in passages]
    vectors, tokens = encode_passages(passages, contexts, keys, encoder, reuse, progress)
    store = FaissStore(vectors.shape[1])
    store.add(vectors)
    whole, sentences = searched_texts(passages)
    return Index(
        laid_out,
        passages,
        encoder,
        store,
        tokens,
        Bm25.build(whole),
        Bm25.build(sentences),
    )


def _check(documents: Sequence[Document]) -> None:
    seen: set[str] = set()
    for document in documents:
        if not isinstance(document, Document):
            raise TypeError(f"{document!r} is not a Document; read files with read_documents")
        if document.id in seen:
            raise DocumentError(
                f"{document.id}: two documents have this id;"
                " rename one, or give the folder above both"
            )
        seen.add(document.id)
        try:
            document.text.encode()
        except UnicodeEncodeError as error:
            raise DocumentError(
                f"{document.id}: has half a character at {error.start}; decode it as UTF-8"
            ) from error
