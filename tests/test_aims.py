"""What a question looks for, beside its words: against PyTorch's own layer, on real questions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from bot.evaluation import load_questions
from bot.packaged import PACKAGED_QUESTIONS
from embeddings import (
    Document,
    EncoderError,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    aims,
)
from embeddings.query import read_query


def reference(tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    held = {
        name: torch.from_numpy(value.astype(np.float32))
        for name, value in load_file(aims.WEIGHTS).items()
    }
    width = tokens.shape[1]
    inner = len(held["feed.in.weight"])
    layer = torch.nn.TransformerEncoderLayer(
        width, aims.HEADS, inner, batch_first=True, norm_first=True
    ).eval()
    parts = {
        "self_attn.in_proj_": "attention.in.",
        "self_attn.out_proj.": "attention.out.",
        "norm1.": "attention.norm.",
        "norm2.": "feed.norm.",
        "linear1.": "feed.in.",
        "linear2.": "feed.out.",
    }
    layer.load_state_dict(
        {
            f"{own}{kind}": held[f"{name}{kind}"]
            for own, name in parts.items()
            for kind in ("weight", "bias")
        }
    )
    given = torch.cat([torch.from_numpy(tokens), held["learnt"]])
    with torch.inference_mode():
        x = layer(given[None])[0]
        turned = given + x @ held["turn.weight"].T + held["turn.bias"]
        shares = (x @ held["share.weight"].T + held["share.bias"])[:, 0].softmax(0)
    return torch.nn.functional.normalize(turned, dim=1).numpy(), shares.numpy()


def test_aims_are_those_of_the_network_that_was_trained(
    encoder: SentenceTransformerEncoder,
) -> None:
    for question in load_questions(PACKAGED_QUESTIONS)[:20]:
        query = read_query(question.question, encoder)
        expected, shares = reference(query.encoded.tokens)
        assert np.allclose(query.aims, expected, atol=1e-4)
        assert np.allclose(query.shares, shares, atol=1e-4)
        assert query.shares.sum() == pytest.approx(1, abs=1e-5)
        assert len(query.aims) > len(query.encoded.tokens)


def test_what_answers_is_found_where_the_topic_is_named_elsewhere(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = (
        "The council discussed the new footbridge at length. "
        "It approved a budget of 4.2 million crowns for it. "
        "Ms. Adeyemi will report on the tender in March."
    )
    retriever = Retriever(Index.build([Document("a.txt", text)], encoder=encoder))
    query = retriever.read("How much money goes into the council's new footbridge?")
    found = {
        aimed: retriever.rank(query if aimed else replace(query, aims=query.aims[:0]))[0]
        for aimed in (True, False)
    }
    assert found[True].sentences[0].text.startswith("It approved a budget")
    assert found[False].sentences[0].text.startswith("The council discussed")


def test_another_encoder_has_none_and_finds_all_the_same(
    small_model: Path, record: Document
) -> None:
    index = Index.build([record], encoder=SentenceTransformerEncoder(small_model))
    assert len(read_query("What of trade?", index.encoder).aims) == 0
    assert Retriever(index).search("What was agreed on North Korea?", 3)


def test_without_the_weights_there_are_none_and_all_the_same_it_finds(
    retriever: Retriever, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aims, "WEIGHTS", tmp_path / "aims.safetensors")
    aims._weights.cache_clear()
    assert len(retriever.read("What was agreed on North Korea?").aims) == 0
    best = retriever.search("What was agreed on North Korea?", 1)[0].sentences[0]
    assert "North Korea" in best.text


def test_damaged_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "aims.safetensors"
    content = bytearray(aims.WEIGHTS.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(content)
    damaged.with_suffix(".json").write_bytes(aims.WEIGHTS.with_suffix(".json").read_bytes())
    monkeypatch.setattr(aims, "WEIGHTS", damaged)
    aims._weights.cache_clear()
    with pytest.raises(
        EncoderError, match=r"aims.safetensors: damaged .* delete the file to go without"
    ):
        aims.aim(np.ones((3, 384), dtype=np.float32))
