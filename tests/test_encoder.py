"""A model of the user's own, from a folder, beside the packaged one."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings import (
    EncoderError,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    update_index,
)

MINUTES = """La comisión aprobó el presupuesto. Luego habló de la biblioteca.

予算を承認した。次に進んだ。"""


def test_another_model_has_vectors_of_unit_length_and_spans_in_any_script(
    small_model: Path,
) -> None:
    encoder = SentenceTransformerEncoder(small_model)
    texts = [MINUTES, "次に進んだ。"]
    for text, encoded in zip(texts, encoder.encode(texts, context="Título"), strict=True):
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
    (vectors,) = index.rglob("vectors.faiss")
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
