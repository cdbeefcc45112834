"""From a file to ranked hits: read, chunk, encode, index, search.

Where to look, along the line:

the values          datatypes, errors
a file              readers: files and sources to texts
a text's parts      layout; parts, names, speakers, headings, outline, head, attendance; dates,
                    times
its language        languages, sentences, terms, asking, replies
passages            chunking
vectors             encoder (network, bert, batching, weights, hashing), vectors, building
the index           index, documents, lexical (counts), late, stores
a question          query, aims, scope; spelling, acronyms, initials: as the record has it
hits                retriever, ranking
a saved index       library, growth, storage, stored_index, record, segment, generations;
                    row_file, token_file, open_file, places, forms
for many machines   shared, catalogue, bulk, rows, cluster
"""

from embeddings.datatypes import Document, Hit, Mark, Passage, Sentence, SentenceHit
from embeddings.encoder import Encoder, SentenceTransformerEncoder
from embeddings.errors import (
    DocumentError,
    EncoderError,
    MeetingbotError,
    QuestionError,
    StoredIndexError,
)
from embeddings.index import Index
from embeddings.library import Update, update_index
from embeddings.readers import read_documents
from embeddings.retriever import Retriever

__all__ = [
    "Document",
    "DocumentError",
    "Encoder",
    "EncoderError",
    "Hit",
    "Index",
    "Mark",
    "MeetingbotError",
    "Passage",
    "QuestionError",
    "Retriever",
    "Sentence",
    "SentenceHit",
    "SentenceTransformerEncoder",
    "StoredIndexError",
    "Update",
    "read_documents",
    "update_index",
]
