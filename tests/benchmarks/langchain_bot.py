"""Let LangChain's FAISS retriever sit the same exam, with the same weights.

    pip install langchain-community langchain-text-splitters
    python tests/benchmarks/langchain_bot.py

It answers every question with its nearest chunk of 500 characters, as its tutorials do.
"""

from langchain_community.vectorstores import FAISS
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
    def __init__(self, document: Document) -> None:
        self.documents = {document.id: document}
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
        )
        self.store = FAISS.from_documents(splitter.create_documents([document.text]), OurVectors())

    def ask(self, question: str) -> Answer:
        hits = []
        for found, distance in self.store.similarity_search_with_score(question, k=10):
            start, text = found.metadata["start_index"], found.page_content
            passage = Passage(next(iter(self.documents)), start, start + len(text), text, ())
            cosine = 1 - float(distance) / 2
            hits.append(Hit(passage, cosine, cosine, 0.0, 0.0))
        best = hits[0].passage
        quote = Citation(best.document_id, best.start, best.end, best.text)
        confidence = min(1.0, max(0.0, hits[0].score))
        return Answer(question, question, True, best.text, confidence, (quote,), tuple(hits), 0.0)


if __name__ == "__main__":
    (document,) = read_documents(PACKAGED_SOURCE)
    print(evaluate(LangChainBot(document), load_questions(PACKAGED_QUESTIONS)))
