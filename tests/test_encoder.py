"""The packaged model against its reference, and a model of the user's own."""

import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from bot.evaluation import load_questions
from bot.packaged import PACKAGED_QUESTIONS
from embeddings import (
    Document,
    EncoderError,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    update_index,
)
from embeddings.batching import Batcher
from embeddings.encoder import Vectors

MINUTES = """La comisión aprobó el presupuesto. Luego habló de la biblioteca.

予算を承認した。次に進んだ。"""


def test_vectors_are_those_of_sentence_transformers(
    encoder: SentenceTransformerEncoder, record: Document
) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [one.question for one in load_questions(PACKAGED_QUESTIONS)]
    texts += [record.text[start:end] for start, end in record.blocks or ()]
    texts += ["x", "", "Café, naïve, 外務大臣!", record.text, "word " * 1000, "y" * 3000]
    reference = SentenceTransformer(str(encoder.path), device="cpu", local_files_only=True)
    vectors = reference.encode(texts)
    tokens = reference.encode(texts, output_value="token_embeddings", convert_to_numpy=False)
    for text, one, vector, own in zip(texts, encoder.encode(texts), vectors, tokens, strict=True):
        assert one.vector @ vector > 0.9999
        assert np.linalg.norm(one.vector) == pytest.approx(1, abs=1e-5)
        own = own.numpy()[1 : 1 + len(one.tokens)]  # its special pieces stand around them
        # In single precision they differ by less than 1e-4, in bf16 by a bit more.
        assert (one.tokens * own).sum(axis=1) == pytest.approx(
            np.linalg.norm(own, axis=1), rel=5e-4
        )
        assert one.vector.dtype == one.tokens.dtype == np.float32
        assert len(one.tokens) <= encoder.max_tokens
        assert all(text[start:end].strip() for start, end in one.spans)
    question = encoder.encode([texts[0]])[0]
    assert [texts[0][start:end] for start, end in question.spans][-1] == "?"


def test_questions_that_come_together_are_answered_each_for_itself(
    encoder: SentenceTransformerEncoder,
) -> None:
    questions = [one.question for one in load_questions(PACKAGED_QUESTIONS)]
    alone = [encoder.encode([question])[0] for question in questions]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda question: encoder.encode([question])[0], questions))
    # In bf16, which some processors calculate in, numbers differ with what is encoded beside; those
    # of another question differ by ten times as much and more.
    for one, other in zip(alone, together, strict=True):
        assert np.allclose(one.vector, other.vector, atol=2e-3)
        assert np.allclose(one.tokens, other.tokens, atol=5e-3)


def test_questions_that_come_together_are_encoded_together() -> None:
    batches: list[int] = []
    started, go_on = threading.Event(), threading.Event()

    class Held(SentenceTransformerEncoder):
        """Encode no batch until that is allowed, and note how large each is."""

        def _encode_batch(self, batch: Sequence[list[int]]) -> list[Vectors]:
            batches.append(len(batch))
            started.set()
            assert go_on.wait(20)
            return super()._encode_batch(batch)

    encoder = Held()
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(encoder.encode, ["What was agreed?"])
        assert started.wait(20)
        rest = [pool.submit(encoder.encode, [f"What of road {n}?"]) for n in range(7)]
        while len(encoder._together._waiting) < len(rest) and batches == [1]:
            pass
        go_on.set()
        assert all(len(one.result()) == 1 for one in (first, *rest))
    assert batches == [1, 7]


def test_what_waits_is_done_at_once() -> None:
    batches: list[list[int]] = []
    started, go_on = threading.Event(), threading.Event()

    def double(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        started.set()
        assert go_on.wait(20)
        if 13 in numbers:
            raise ValueError("13")
        return [2 * one for one in numbers]

    batcher = Batcher(double, most=4)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(batcher, 1)
        assert started.wait(20)
        rest = [pool.submit(batcher, number) for number in range(2, 8)]
        while len(batcher._waiting) < 6:
            pass
        go_on.set()
        assert first.result() == 2
        assert [one.result() for one in rest] == [4, 6, 8, 10, 12, 14]
        assert [len(batch) for batch in batches] == [1, 4, 2]
    with pytest.raises(ValueError, match="13"):
        batcher(13)
    assert batcher(14) == 28  # an error is of its own batch alone


def test_another_model_has_vectors_of_unit_length_and_spans_in_any_script(
    small_model: Path,
) -> None:
    encoder = SentenceTransformerEncoder(small_model)
    texts = [MINUTES, "次に進んだ。"]
    for text, encoded in zip(texts, encoder.encode(texts, contexts=["Título"] * 2), strict=True):
        for vectors in (encoded.vector[None], encoded.tokens):
            assert vectors.shape[1] == encoder.dimension == 32
            assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
        assert (encoded.spans[:, 0] >= 0).all() and (encoded.spans[:, 1] <= len(text)).all()
        read = {place for start, end in encoded.spans for place in range(start, end)}
        assert all(text[place].isspace() for place in set(range(len(text))) - read)


def test_a_folder_that_is_no_such_model_is_refused(small_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes((small_model / "model.safetensors").read_bytes())
    with pytest.raises(EncoderError, match=r"broken: cannot be opened .* give the folder"):
        SentenceTransformerEncoder(broken).encode(["x"])


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(EncoderError, match=r"cannot be opened .* instead of nowhere"):
        SentenceTransformerEncoder(device="nowhere").encode(["x"])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no accelerator")
def test_an_accelerator_gives_the_same_vectors(
    encoder: SentenceTransformerEncoder, record: Document
) -> None:
    texts = [record.text[start:end] for start, end in record.blocks or ()] * 20
    titles = [record.title] * len(texts)
    there = SentenceTransformerEncoder(device="cuda").encode(texts, contexts=titles)
    for one, other in zip(encoder.encode(texts, contexts=titles), there, strict=True):
        assert one.vector @ other.vector > 0.9999
        assert (one.tokens * other.tokens).sum(axis=1).min() > 0.999
        assert (one.spans == other.spans).all()


def test_word_pieces_that_cannot_be_compared_with_texts_are_refused(
    small_model: Path, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense

    layers = [*SentenceTransformer(str(small_model), device="cpu"), Dense(32, 16)]
    SentenceTransformer(modules=layers, device="cpu").save(str(tmp_path / "dense"))
    with pytest.raises(EncoderError, match="without a dense layer"):
        SentenceTransformerEncoder(tmp_path / "dense").encode(["x"])


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    path = tmp_path / "actas" / "comision.txt"
    path.parent.mkdir()
    path.write_text(MINUTES, "utf-8")
    return path.parent


def test_an_index_remembers_its_encoder(
    small_model: Path, minutes: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    index, moved = tmp_path / "index", tmp_path / "moved"
    shutil.copytree(small_model, moved)
    update_index(index, minutes, encoder=SentenceTransformerEncoder(moved))
    (found, *_) = Retriever(Index.load(index)).search("¿Qué presupuesto?")
    assert found.passage.text in MINUTES
    (minutes / "otra.txt").write_text("La biblioteca abre el domingo.", "utf-8")
    done = update_index(index, minutes)
    assert str(done) == "1 added, 0 changed, 0 removed, 1 unchanged"
    assert done.index.encoder.name == "moved"
    # Where nothing of the index can be used, its encoder is used all the same.
    vectors, *_ = index.rglob("vectors.faiss")
    vectors.write_bytes(b"")
    assert update_index(index, minutes).index.encoder.name == "moved"
    moved.rename(tmp_path / "elsewhere")
    for use in (Index.load, lambda folder: update_index(folder, minutes)):
        with pytest.raises(EncoderError, match=r"encoder moved, .*/moved; give its .* --encoder"):
            use(index)
    again = Index.load(index, encoder=SentenceTransformerEncoder(tmp_path / "elsewhere"))
    assert len(again.documents) == 2
    done = update_index(index, minutes, encoder=encoder)
    assert "moved" in done.anew and Index.load(index).encoder.name == encoder.name
