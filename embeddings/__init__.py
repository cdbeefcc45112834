"""From a file to ranked hits: read, chunk, encode, index, search.

Where to look, along the line:

the values          datatypes, arrays, errors
a file              readers: files and sources to texts
its text            text: parts, language, sentences
passages            chunking
vectors             encoder (network, bert, batching, weights, hashing), vectors, building
the index           index, documents, lexical (terms, counts, places), late, stores
a question          query, aims, scope; spelling, acronyms, initials: as the record has it
hits                retriever, ranking (asking)
a saved index       saved
for many machines   shared
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
from embeddings.readers import read_documents
from embeddings.retriever import Retriever
from embeddings.saved.library import Update, update_index

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
