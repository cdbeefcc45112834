"""Let LangChain's FAISS retriever sit the same exam, with the same weights.

    pip install langchain-community langchain-text-splitters
    python tests/benchmarks/langchain_bot.py

It answers every question with its nearest chunk of 500 characters, as its tutorials do.
"""

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document as Chunk
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot import Answer, Citation, evaluate, load_questions
from bot.packaged import PACKAGED_QUESTIONS, PACKAGED_SOURCE
from embeddings import Document, Hit, Passage, SentenceTransformerEncoder, read_documents

CHUNK, OVERLAP = 500, 50


class OurVectors(Embeddings):
    encoder = SentenceTransformerEncoder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [one.vector.tolist() for one in self.encoder.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class LangChainBot:
    def __init__(self, document: Document, store: FAISS) -> None:
        self.documents, self.store = {document.id: document}, store

    def ask(self, question: str) -> Answer:
        found = self.store.similarity_search_with_score(question, k=10)
        hits = tuple(to_hit(chunk, 1 - float(distance) / 2) for chunk, distance in found)
        best = hits[0].passage
        quote = Citation(best.document_id, best.start, best.end, best.text)
        return Answer(question, question, True, best.text, hits[0].score, (quote,), hits, 0.0)


def to_hit(chunk: Chunk, cosine: float) -> Hit:
    start, name = chunk.metadata["start_index"], chunk.metadata["id"]
    passage = Passage(name, start, start + len(chunk.page_content), chunk.page_content, ())
    return Hit(passage, min(1.0, max(0.0, cosine)), cosine, 0.0, 0.0)


def chunked(document: Document) -> FAISS:
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
    )
    chunks = splitter.create_documents([document.text], metadatas=[{"id": document.id}])
    return FAISS.from_documents(chunks, OurVectors())


if __name__ == "__main__":
    (document,) = read_documents(PACKAGED_SOURCE)
    print(evaluate(LangChainBot(document, chunked(document)), load_questions(PACKAGED_QUESTIONS)))
