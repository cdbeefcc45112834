"""The real model, the real record and the real index, made once."""

from pathlib import Path

import pytest
from hypothesis import settings

from bot.bot import Bot
from bot.packaged import PACKAGED_SOURCE
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder, read_documents

# How long an example takes is the machine's business: no test is about time.
settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")


@pytest.fixture(scope="session")
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


@pytest.fixture(scope="session")
def record() -> Document:
    return read_documents(PACKAGED_SOURCE)[0]


@pytest.fixture(scope="session")
def index(encoder: SentenceTransformerEncoder, record: Document) -> Index:
    return Index.build([record], encoder=encoder)


@pytest.fixture(scope="session")
def index_folder(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "index"
    index.save(folder)
    return folder


@pytest.fixture(scope="session")
def retriever(index: Index) -> Retriever:
    return Retriever(index)


@pytest.fixture(scope="session")
def bot(retriever: Retriever) -> Bot:
    return Bot(retriever)
