"""The real model, the real record and the real index, made once, and servers of them."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from page import Page

from bot.bot import Bot
from bot.cli import main
from bot.packaged import PACKAGED_SOURCE
from bot.web.server import start
from embeddings import (
    Document,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    StoredIndexError,
    read_documents,
)
from embeddings.stores.milvus import MilvusStore

MILVUS = "http://127.0.0.1:19530"

# How long an example takes is the machine's business: no test is about time.
settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")


class Run:
    """What a command printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a command in this process."""

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["meetingbot", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        return Run(stopped.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of another model: built as multilingual ones are, small, untrained."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace, Sequence, WhitespaceSplit
    from tokenizers.processors import TemplateProcessing
    from tokenizers.trainers import UnigramTrainer
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    marks = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = Tokenizer(Unigram())
    pieces.pre_tokenizer = Sequence([WhitespaceSplit(), Metaspace()])
    pieces.train_from_iterator(
        ["La comisión aprobó el presupuesto de la biblioteca.", "予算を承認した。次に進んだ。"] * 9,
        UnigramTrainer(vocab_size=200, special_tokens=marks, unk_token="<unk>"),
    )
    pieces.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        **dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), marks, strict=True)),
    )
    torch.manual_seed(1)
    body = XLMRobertaModel(
        XLMRobertaConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=130,
        )
    )
    folder = tmp_path_factory.mktemp("models")
    body.save_pretrained(folder / "body")
    tokenizer.save_pretrained(folder / "body")
    layers = [Transformer(str(folder / "body"), max_seq_length=128), Pooling(32)]
    SentenceTransformer(modules=layers, device="cpu").save(str(folder / "small"))
    return folder / "small"


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


@pytest.fixture(scope="module")
def serve(bot: Bot) -> Iterator[Callable[..., str]]:
    """Start servers, which end with the module; each call returns an address."""
    apps: list[Any] = []

    async def start_in_loop(**options: Any) -> str:
        app, address = start(**{"bot": bot, **options})
        apps.append(app)
        return address

    # Outside of an event loop Gradio makes some of its own and closes none.
    yield lambda **options: asyncio.run(start_in_loop(**options))
    for app in apps:
        app.close(verbose=False)


@pytest.fixture(scope="session")
def own_port() -> int:
    """Return a free port that no other server comes upon, nor another run of these tests."""
    for port in range(10_000 + os.getpid() % 20_000, 32_000):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    pytest.fail("no port is free")


@contextlib.contextmanager
def chat(
    *arguments: object, before: Callable[[], None] | None = None, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    def prepare() -> None:
        # What runs the tests in the background may have it ignored.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if before:
            before()

    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        preexec_fn=prepare,
    ) as process:
        assert process.stderr
        first = process.stderr.readline()
        found = re.search(r"http\S+", first)
        try:
            yield process, found[0] if found else first
        finally:
            process.kill()


@pytest.fixture(scope="session")
def run_chat() -> Callable[..., contextlib.AbstractContextManager[Any]]:
    """Run `meetingbot chat`: yield the process with its address, or with what it said instead.

    `before` is called in it before it starts.
    """
    return chat


@pytest.fixture
def open_page() -> Iterator[Callable[..., Page]]:
    """Open pages, which are closed at the end."""
    with contextlib.ExitStack() as stack:

        def open_one(*arguments: str, **login: str) -> Page:
            page = Page(*arguments, **login)
            stack.callback(page.client.close)
            return page

        yield open_one


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a Milvus server that begins empty."""
    pytest.importorskip("pymilvus")
    pytest.importorskip("milvus", reason="the package milvus brings the server")
    address = urlsplit(MILVUS)
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port)).close()
        pytest.fail(f"{MILVUS}: a server is there that may hold what is not ours; end it first")
    folder = tmp_path_factory.mktemp("milvus")
    command = [str(Path(sys.executable).with_name("milvus-server")), "--data", str(folder)]
    # The launcher starts the server as a process of its own; the group ends with all of it.
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(120):
            assert server.poll() is None, (folder / "log").read_text()
            with contextlib.suppress(StoredIndexError):
                assert MilvusStore(MILVUS, patience=5).properties is None
                break
            time.sleep(0.5)
        else:
            pytest.fail((folder / "log").read_text())
        yield MILVUS
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture
def milvus_file(tmp_path: Path) -> Path:
    """Return the path of a Milvus Lite file that is not there yet."""
    pytest.importorskip("pymilvus")
    pytest.importorskip("milvus_lite")
    return tmp_path / "library.db"
