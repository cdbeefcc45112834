"""From a file to ranked hits: read, chunk, encode, index, search."""

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
